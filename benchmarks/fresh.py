"""What a change costs: everything run, nothing changed, one chapter changed; commands as `make` calls them.

In a copy of the repository: the book's chapters executed, the committed notebooks compared by nbval,
the site and the edition of the invented study built. First all of it (`--all`), then again with
nothing changed (median of five), then after one change at a time: a word of prose, a helper of one
topic, each chapter's code, each of which runs that chapter and what reads its records, if these
changed. Wall time and the processes' own time, and both as a share of running everything.
`python benchmarks/fresh.py [--chapters 02_safety ...]` takes minutes on an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from helpers.context import ROOT
from helpers.edition import machine, plan

ROUNDS = 5
COPIED = ("book", "chapters", "data", "src", "tests", "pyproject.toml", "requirements.txt")
OPTIONS = ("--nbval", "--nbval-current-env", "-W", "default", "-p", "no:cacheprovider", "-p",
           "same_outputs", "-n", "2", "--dist", "loadfile")  # fmt: skip
HELPER = "src/helpers/present/charts_safety.py"


class Copy:
    """A copy of the repository, with this environment's packages."""

    def __init__(self, folder: Path):
        self.root = folder / "copy"
        for name in COPIED:
            source = ROOT / name
            copy = shutil.copytree if source.is_dir() else shutil.copy
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            copy(source, self.root / name)
        kept = {k: v for k, v in os.environ.items() if k not in ("CI", *machine.PROCESSORS)}
        paths = f"{self.root / 'src'}{os.pathsep}{self.root / 'tests'}"
        self.env = {**kept, **machine.ENVIRONMENT, "PYTHONPATH": paths}

    def run(self, *command: str) -> tuple[float, float]:
        """Seconds on the clock and of the processes."""
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run(
            [sys.executable, *command], cwd=self.root, env=self.env, capture_output=True, text=True,
            check=False,
        )  # fmt: skip
        wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            sys.exit(f"{' '.join(command)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
        return wall, sum(getattr(after, k) - getattr(before, k) for k in ("ru_utime", "ru_stime"))

    def changed(self, name: str, old: str, new: str) -> None:
        """Replace the first `old` in a file."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, (name, old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def same_code(copy: Copy, chapter: str) -> None:
    """Change a chapter's code so that its records stay what they are."""
    copy.changed(f"chapters/{chapter}.md", "here = page.start(", "changed = 1\nhere = page.start(")


def measured(copy: Copy, label: str, command: list[str], *changes) -> dict[str, tuple]:
    """One command: all, nothing changed, and after each of the changes (name, function)."""
    rows = {f"{label}: everything": copy.run(*command, "--all")}
    again = [copy.run(*command) for _ in range(ROUNDS)]
    middle = tuple(map(statistics.median, zip(*again, strict=True)))
    rows[f"{label}: nothing changed"] = middle
    for name, change in changes:
        change()
        rows[f"{label}: {name}"] = copy.run(*command)
        print(f"  {label}: {name}", file=sys.stderr)
    return rows


def main() -> None:
    names = plan.chapter_names()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapters", nargs="*", choices=names, default=names)
    chapters = parser.parse_args().chapters
    with tempfile.TemporaryDirectory() as work:
        copy = Copy(Path(work))
        copy.run("-m", "helpers", "example", "study")
        word = (
            "a word of prose",
            lambda: copy.changed("chapters/02_safety.md", "\n## ", "\nNew.\n\n## "),
        )
        helper = (
            "a helper of one topic",
            lambda: copy.changed(HELPER, "\n\n\n", "\n\nCHANGED = 1\n\n\n"),
        )
        each = [(f"{name}'s code", lambda name=name: same_code(copy, name)) for name in chapters]
        execute = measured(copy, "execute", ["-m", "helpers", "execute"], word, helper, *each)
        nbval = measured(copy, "nbval", ["tests/only_stale.py", *OPTIONS])
        site = measured(copy, "book", ["-m", "helpers", "book", "--site", "site"])
        own = ["-m", "helpers", "book", "--data", "study", "--site", "own"]
        second = ("02_safety's code", lambda: same_code(copy, "02_safety"))
        edition = measured(copy, "book DATA=study", own, second)
    for rows in (execute, nbval, site, edition):
        show(rows)
    shares = [execute[f"execute: {n}'s code"][0] for n in chapters]
    total = execute["execute: everything"][0]
    print(json.dumps({
        "unchanged, times faster": round(total / execute["execute: nothing changed"][0]),
        "one chapter, median share": round(statistics.median(shares) / total, 3),
        "one chapter, largest share": round(max(shares) / total, 3),
    }))  # fmt: skip


def show(rows: dict[str, tuple[float, float]]) -> None:
    """Print one command's rows beside its first."""
    whole = next(iter(rows.values()))
    print(f"\n{'':45}{'wall s':>9}{'share':>9}{'process s':>11}{'share':>9}")
    for name, row in rows.items():
        shares = [value / of for value, of in zip(row, whole, strict=True)]
        print(f"{name:45}{row[0]:9.2f}{shares[0]:9.2%}{row[1]:11.2f}{shares[1]:9.2%}")


if __name__ == "__main__":
    main()
