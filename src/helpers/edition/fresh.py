"""An edition's notebooks and what is known of their last run in, those that must run again out.

A notebook is fresh when its fingerprint (a hash of its code, the helpers that it imports all the way
down, the data that it reads, the lock, this machine) and the notebook itself are as they were when it
last ran here. Prose is no part of it: new words take the old outputs. What is known stands in
`.fresh/`, as hashes only; a new clone knows nothing, so all runs.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from helpers import results
from helpers.context import ROOT, Context
from helpers.edition.depends import Tree, code_of, file_digest
from helpers.edition.machine import machine

if TYPE_CHECKING:
    from helpers.edition.plan import Chapter

FOLDER = ROOT / ".fresh"
LOCK = "requirements.txt"
MADE_FROM = "made_from"  # in the metadata of a notebook: `made_from` when it ran
HIDES = "helpers.literate.rows"  # withholds a number by what it is: `Context.hidden`
SOURCES = (LOCK, "src/helpers/**/*", "chapters/**/*", "data/**/*", "tests/**/*")


def digest(value: object) -> str:
    """SHA-256 of a value of plain JSON types."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def fingerprint(
    name: str, cells: Sequence[Mapping[str, Any]], context: Context, tree: Tree
) -> str | None:
    """A hash of everything that the outputs of a chapter's `cells` rest on.

    None where the code cannot be read as Python. Errors: `OSError` for a file that cannot be read.
    """
    code = code_of(cells)
    try:
        ast.parse(code)
    except SyntaxError:
        return None
    files = tree.files(code) | {tree.root / LOCK}
    hides = HIDES in tree.needed(code)
    return digest({
        "cells": [[c["source"], c["metadata"].get("tags", [])] for c in cells
                  if c["cell_type"] == "code"],
        "files": {p.relative_to(tree.root).as_posix(): tree.digest(p) for p in files},
        "studies": {design: {p.name: tree.digest(p) for p in study_files(Path(folder))}
                    for design, folder in context.studies.items()},
        "edition": [context.published, context.left_out, sorted(context.withheld.get(name, ())),
                    sorted(context.hidden) if hides else [], context.lot],
        "machine": machine(),
    })  # fmt: skip


def made_from(cells: Sequence[Mapping[str, Any]], tree: Tree) -> str:
    """A hash of the code that a page's outputs rest on, on whatever machine and for whatever study.

    The tests, of which a page says only what they are, are no part of it.
    """
    files = {p.relative_to(tree.root) for p in tree.files(code_of(cells)) | {tree.root / LOCK}}
    hashes = {p.as_posix(): tree.digest(tree.root / p) for p in files
              if not p.match("tests/test_*.py")}  # fmt: skip
    return digest(hashes)


def mark_alike(chapters: Iterable[Chapter]) -> None:
    """Write into the notebooks of pages that no study enters what code they are made from now."""
    for chapter in chapters:
        if chapter.notebook.metadata.get("alike"):
            chapter.notebook.metadata[MADE_FROM] = made_from(chapter.notebook.cells, Tree(ROOT))


def published_outputs(
    name: str, cells: Sequence[Mapping[str, Any]], tree: Tree
) -> list[list] | None:
    """The outputs that the published book has of a page that no study enters (`alike` in its header).

    One list a code cell; None where the book has no such page, or made it from other code.
    """
    import nbformat

    path = tree.root / "book/chapters" / f"{name}.ipynb"
    if not path.is_file():
        return None
    book = nbformat.read(path, as_version=4)
    if MADE_FROM not in book.metadata or book.metadata[MADE_FROM] != made_from(cells, tree):
        return None
    theirs, ours = ([c for c in found if c.cell_type == "code"] for found in (book.cells, cells))
    same = [c.source for c in theirs] == [c.source for c in ours]
    return [c.outputs for c in theirs] if same else None


def study_files(folder: Path) -> list[Path]:
    """The files of a study folder, no pipes or devices among them."""
    return sorted(path for path in folder.iterdir() if path.is_file())


class Memory:
    """One JSON file of hashes in a private folder; an unreadable one is an empty one."""

    def __init__(self, name: str):
        self.path = FOLDER / f"{name}.json"
        self.notes: dict[str, Any] = {}
        with suppress(OSError, ValueError):
            found = json.loads(self.path.read_text(encoding="utf-8"))
            self.notes = found if isinstance(found, dict) else {}

    def save(self) -> None:
        """Write it whole or not at all; where nothing can be written, nothing is remembered."""
        with suppress(OSError):
            self.path.parent.mkdir(mode=0o700, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent)  # private from the first byte
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(self.notes, file, indent=1)
                os.replace(name, self.path)
            except OSError:
                Path(name).unlink(missing_ok=True)
                raise


class Kept:
    """The notebooks of an edition's last run: by chapter, `places` has the file that holds it.

    `trust` False asks for everything to run again; what runs is remembered all the same. `saving`
    writes the memory down after each chapter, else its owner does, once all is published.
    """

    def __init__(
        self,
        context: Context,
        memory: Memory,
        places: Mapping[str, Path],
        *,
        trust: bool = True,
        saving: bool = False,
    ):
        self.context, self.memory, self.trust, self.saving = context, memory, trust, saving
        self.notes: dict[str, dict[str, str]] = memory.notes.setdefault("chapters", {})
        self._known = {n: [(self.notes[n], path)] for n, path in places.items() if n in self.notes}
        self._now: dict[str, str | None] = {}
        self._tree = Tree(ROOT)
        self._lock = Lock()

    def outputs(self, name: str, cells: Sequence[Mapping[str, Any]]) -> list[list] | None:
        """The outputs of each code cell of a chapter that is fresh, or that the published book has.

        None where it must run.
        """
        self._now[name] = now = _or_none(fingerprint, name, cells, self.context, self._tree)
        for note, path in reversed(self._known.get(name, ())) if self.trust and now else ():
            if note == {"fingerprint": now, "notebook": _or_none(file_digest, path)}:
                import nbformat

                cells = nbformat.read(path, as_version=4).cells
                return [cell.outputs for cell in cells if cell.cell_type == "code"]
        return None if self.context.published else published_outputs(name, cells, self._tree)

    def records(self, name: str) -> list[results.Record] | None:
        """The records of a chapter's last run, fresh or not; None where its notebook is not there."""
        for note, path in self._known.get(name, ())[:1]:
            if note["notebook"] == _or_none(file_digest, path):
                return results.notebook_records(path)
        return None

    def learn(self, name: str, path: Path) -> None:
        """Remember the notebook at `path`, as it was just executed or taken over.

        Nothing is remembered where a source changed meanwhile.
        """
        now = self._now.get(name)
        with self._lock:
            if now is None or _or_none(self._tree.touched) is not False:
                self.notes.pop(name, None)
            else:
                self.notes[name] = {"fingerprint": now, "notebook": file_digest(path)}
                self._known.setdefault(name, []).append((self.notes[name], path))
            if self.saving:
                self.memory.save()


def stale(chapters: Iterable[Chapter], kept: Kept) -> list[str]:
    """The names of the chapters that must run again, as the other chapters' records are now."""
    return [c.name for c in chapters if kept.outputs(c.name, c.notebook.cells) is None]


class Made:
    """A folder that was made from sources: whether both are still as they were then.

    `sources` gives a hash of these, None where one cannot be read.
    """

    def __init__(self, memory: Memory, folder: Path, sources: Callable[[], str | None]):
        self.memory, self.folder, self._sources = memory, folder, sources
        self._before = sources()

    def unchanged(self) -> bool:
        """Whether making it again would give the very files that stand there."""
        notes = self.memory.notes
        files = notes.get("files")
        if not files or self._before is None or notes.get("sources") != self._before:
            return False
        return all(_or_none(file_digest, self.folder / name) == files[name] for name in files)

    def learn(self, files: Mapping[str, str]) -> None:
        """Remember it, just made, with the hashes of its files, unless a source changed meanwhile."""
        if self._before is not None and self._sources() == self._before:
            self.memory.notes |= {"sources": self._before, "files": dict(files)}
            self.memory.notes["folder"] = str(self.folder)
        self.memory.save()

    def forget(self) -> None:
        """Take it for changed, whatever stands there; what else is remembered stays."""
        self.memory.notes.pop("files", None)
        self.memory.save()


def published_book() -> Made:
    """The published book's executed notebooks, made from all that they can depend on."""
    book = ROOT / "book"

    def sources() -> str | None:
        names = sorted(path.relative_to(book).as_posix() for path in book.rglob("*.ipynb"))
        return stamp(SOURCES, [], names)

    return Made(Memory("book"), book, sources)


def site_of(site: Path, data: Path | None, *settings: str) -> Made:
    """A site, made with these settings from the published book or from a study's folder `data`."""
    place = Path(os.path.abspath(site))
    _forget_gone_sites()

    def sources() -> str | None:
        return stamp([*SOURCES, "book/**/*"], [data] if data else [], [settings, str(data)])

    return Made(Memory(f"site-{digest(str(place))[:16]}"), place, sources)


def site_files(site: Path) -> dict[str, str]:
    """The hashes of a site's files; what begins with a dot (.git) is no page of it."""
    names = [path.relative_to(site) for path in site.rglob("*") if path.is_file()]
    return {n.as_posix(): file_digest(site / n) for n in names if not n.parts[0].startswith(".")}


def stamp(patterns: Iterable[str], folders: Iterable[Path], more: object) -> str | None:
    """A hash of this machine, the files of these patterns and folders, and `more`."""
    found = {path for pattern in patterns for path in ROOT.glob(pattern)}
    found |= {path for folder in folders for path in folder.glob("*")}
    files = sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts)
    return _or_none(lambda: digest([machine(), more, [[str(p), file_digest(p)] for p in files]]))


def forget_all() -> None:
    """Remove all that is remembered."""
    shutil.rmtree(FOLDER, ignore_errors=True)


def _forget_gone_sites() -> None:
    for path in FOLDER.glob("site-*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            if not Path(json.loads(path.read_text(encoding="utf-8"))["folder"]).is_dir():
                path.unlink()


def _or_none(function: Callable[..., Any], *arguments: Any) -> Any:
    """What `function` returns; None where a file of it cannot be read: then nothing is known."""
    try:
        return function(*arguments)
    except OSError:
        return None
