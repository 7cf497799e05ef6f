"""Executed notebooks in, their pages and results.csv out; nothing is executed and nothing published.

Two builders make the same bytes: jupyter-book 1 (the default) and plain Sphinx with myst-nb, the way
out when jupyter-book 1 ends. `book/conf.py` gives Sphinx the settings of `book/_config.yml`.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from helpers.edition import child, export, progress, warm
from helpers.errors import EditionError

DEFAULT = "jupyter-book"
SPHINX = "sphinx"
# Sphinx's own notes for its next run, which no page uses; .buildinfo differs between builders
LEFTOVERS = ("_sources", ".buildinfo")


def build_pages(book: Path, work: Path, builder: str = DEFAULT) -> Path:
    """Build the pages of the executed notebooks under `book` within `work`; return their folder.

    Beside it lies the file of their tables as data (`present.items.TABLES`), for `helpers.exchange`.
    `builder` is `DEFAULT` or `SPHINX`. Errors: `EditionError` for any warning, with its last lines.
    """
    names = [path.relative_to(book).with_suffix("") for path in book.rglob("*.ipynb")]
    look = partial(_pages_made, work / "_build", names)
    with progress.Line("building pages", len(names), look):
        done = warm.run(*_command(builder, book, work), cwd=work)
    html = work / "_build" / "html"
    if done.returncode or not (html / "index.html").is_file():
        raise EditionError(
            f"expected {builder} to build without a warning, found\n{child.reasons(done)}"
        )
    for name in LEFTOVERS:
        path = html / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    export.write_results(book, html)
    return html


def _pages_made(out: Path, names: Sequence[Path]) -> tuple[int, str]:
    """How many of these pages are written, and how many are read."""
    written = sum((out / "html" / f"{name}.html").is_file() for name in names)
    read = sum((out / ".doctrees" / f"{name}.doctree").is_file() for name in names)
    return written, f"{read} read"


def _command(builder: str, book: Path, work: Path) -> list[str]:
    strict = ("-W", "--keep-going", "-q")
    if builder == SPHINX:
        out = work / "_build"
        places = ("-d", str(out / ".doctrees"), str(book), str(out / "html"))
        return ["sphinx", "-b", "html", *strict, *places]
    tool = str(Path(sys.executable).with_name("jupyter-book"))
    return [tool, "build", str(book), "--path-output", str(work), *strict]
