"""nbval's options in, its verdict out, on the committed notebooks that could give another one by now.

    python tests/only_stale.py [--all] [--quiet] OPTIONS OF PYTEST

A notebook that passed here is left out as long as its code and outputs, the helpers that it imports
all the way down, the data, the lock, this machine and the options are as they were; `edition.fresh`
says what counts. Nothing is left out with `--all`, in CI, or as another processor (`make processors`).
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from helpers.context import ROOT, published_context
from helpers.edition import fresh, machine, progress
from helpers.edition.depends import Tree, file_digest

BOOK = ROOT / "book"
TESTS = Path(__file__).parent
WHY = "as they passed here and nothing has changed since (all again: make nbval ALL=1)"
LATEST = 8  # passes of a notebook that are remembered: another Python's, another branch's


def notebooks() -> list[Path]:
    """The committed notebooks of the book, by their place in it."""
    found = (path.relative_to(BOOK) for path in BOOK.rglob("*.ipynb"))
    return sorted(p for p in found if not any(part[0] in "._" for part in p.parts))


def comparison(options: Sequence[str]) -> list[object]:
    """What nbval's verdict depends on beside a notebook: the options, and the plugins they name."""
    pairs = pairwise(options)
    plugins = (TESTS / f"{name}.py" for flag, name in pairs if flag == "-p")
    return [list(options), [file_digest(p) for p in (*plugins, Path(__file__)) if p.is_file()]]


def digests(places: Sequence[Path], options: Sequence[str]) -> dict[Path, str]:
    """A hash of all that the verdict on each notebook depends on; without those that have none."""
    import nbformat

    tree, context, out = Tree(ROOT), published_context(), {}
    for place in places:
        cells = nbformat.read(BOOK / place, as_version=4).cells
        found = fresh.fingerprint(place.stem, cells, context, tree)
        outputs = [cell.outputs for cell in cells if cell.cell_type == "code"]
        if found is not None:
            out[place] = fresh.digest([found, outputs, comparison(options)])
    return out


def code_cells(place: Path) -> int:
    """How many cells nbval runs in a notebook."""
    import nbformat

    cells = nbformat.read(BOOK / place, as_version=4).cells
    return sum(cell.cell_type == "code" for cell in cells)


class Watch:
    """A pytest plugin: counts the cells that pass, by notebook, and shows how far it is."""

    def __init__(self, cells: Mapping[Path, int]):
        self.cells, self.passed, self.failed = cells, Counter(), set()
        self.line = progress.Line("comparing cells", sum(cells.values()))
        self.shown, self.root = progress.on_terminal(), BOOK.parent

    def clean(self) -> list[Path]:
        """The notebooks of which every cell passed."""
        return [p for p, n in self.cells.items() if self.passed[p] == n and p not in self.failed]

    def pytest_configure(self, config: pytest.Config) -> None:
        self.root = config.rootpath  # the ids of cells begin there

    def pytest_sessionstart(self) -> None:
        self.line.__enter__()

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self) -> None:
        self.line.__exit__()

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """No dot for a cell that passed where a line counts them."""
        done = self.shown and report.passed and report.when == "call"
        return ("passed", "", "") if done else None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        place = (self.root / report.nodeid.partition("::")[0]).relative_to(BOOK)
        if report.when == "call":
            self.passed[place] += report.passed
            self.line.step(note=f"last: {place.stem}")
        if not report.passed:
            self.failed.add(place)


def main(arguments: Sequence[str]) -> int:
    """Run what must run; pytest's exit code."""
    flags = {"--all", "--quiet"} & set(arguments)
    options = [argument for argument in arguments if argument not in flags]
    progress.be_quiet("--quiet" in flags)
    os.environ.update(machine.ENVIRONMENT)
    trust, places = not ("--all" in flags or machine.runs_all()), notebooks()
    more = [[place.as_posix() for place in places], comparison(options)]
    made = fresh.Made(fresh.Memory("nbval"), BOOK, lambda: fresh.stamp(fresh.SOURCES, [], more))
    if trust and made.unchanged():
        progress.say(f"nbval: all {len(places)} notebooks are skipped, {WHY}")
        return 0
    return _run(made, places, options, quiet="--quiet" in flags, trust=trust)


def _run(
    made: fresh.Made, places: list[Path], options: list[str], *, quiet: bool, trust: bool
) -> int:
    known: dict[str, list[str]] = made.memory.notes.setdefault("passed", {})
    now, files = digests(places, options), {p.as_posix(): file_digest(BOOK / p) for p in places}
    left = [p for p in places if not trust or now.get(p, "") not in known.get(str(p), [])]
    if len(left) < len(places):
        skipped = len(places) - len(left)
        progress.say(f"nbval: {skipped} of {len(places)} notebooks are skipped, {WHY}")
    watch, code = Watch({place: code_cells(place) for place in left}), 0
    if left:
        more = ["-qq"] if quiet else []
        code = pytest.main([*options, *more, *(str(BOOK / p) for p in left)], plugins=[watch])
    after = digests(watch.clean(), options)
    for place in left:
        others = [found for found in known.get(str(place), []) if found != now.get(place)]
        passed = [now[place]] if place in after and after[place] == now.get(place) else []
        known[str(place)] = [*others, *passed][-LATEST:]
    if all(now.get(p) in known.get(str(p), []) for p in places):
        made.learn(files)
    else:
        made.forget()
    return int(code)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
