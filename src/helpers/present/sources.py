"""A function's name in, the place of its code and of its tests out; it reads files, runs nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from helpers.context import ROOT

# a library whose functions a chapter calls by name, and where each of its versions is published
LIBRARIES = {"lifelines": "https://github.com/CamDavidsonPilon/lifelines/blob/v{version}"}

MARK_OR_TEST = re.compile(
    r"^(?:@pytest\.mark\.proves\((?P<names>[^)]*)\)|def (?P<test>\w+)\()", re.MULTILINE
)


@cache
def code_place(source: str) -> tuple[str, int] | None:
    """ "helpers.analyse.paired:sign_test" -> ("src/helpers/analyse/paired.py", line), None if absent."""
    module, _, name = source.partition(":")
    base = ROOT / "src" / Path(*module.split("."))
    path = next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)
    line = path and _line(path, name)
    return (path.relative_to(ROOT).as_posix(), line) if line else None


def code_link(source: str, up: str) -> str:
    """Where a page reads the function `source` names: our page of its code, or its library's; "" if absent.

    `up` leads from the page to the site's root. A library's file is that of the version which the
    book ran with.
    """
    if place := code_place(source):
        return f"{up}code/{place[0]}.html#L{place[1]}"
    module, _, name = source.partition(":")
    library = module.partition(".")[0]
    if library not in LIBRARIES:
        return ""
    path = module.replace(".", "/")
    found = [
        p for p in metadata.files(library) or () if str(p) in (f"{path}.py", f"{path}/__init__.py")
    ]
    line = found and _line(Path(found[0].locate()), name)
    root = LIBRARIES[library].format(version=metadata.version(library))
    return f"{root}/{found[0]}#L{line}" if line else ""


def _line(path: Path, name: str) -> int | None:
    """The line of a file that defines the function or class of this name, the outermost of several."""
    text, last = path.read_text(encoding="utf-8"), re.escape(name.split(".")[-1])
    found = list(re.finditer(rf"^( *)(?:def|class) {last}\b", text, re.MULTILINE))
    outermost = min(found, key=lambda m: len(m[1]), default=None)
    return outermost and _line_at(text, outermost.start())


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


@dataclass(frozen=True)
class Proof:
    """One test function: its `path` within the repository, its line, its name and what it proves."""

    path: str
    line: int
    name: str
    proves: tuple[str, ...]

    @property
    def node(self) -> str:
        """The pytest node id."""
        return f"{self.path}::{self.name}"


@cache
def proofs() -> tuple[Proof, ...]:
    """Every test that says what it proves: @pytest.mark.proves("module:function", ...).

    Read by its lines, not parsed: every process of an edition needs this, and parsing all tests takes
    longer than many a page.
    """
    found = []
    for path in sorted(ROOT.glob("tests/test_*.py")):
        text, place = path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()
        names: list[str] = []
        for line in MARK_OR_TEST.finditer(text):
            if line["names"] is not None:
                names += re.findall(r'"([^"]+)"', line["names"])
                continue
            if names:
                found.append(Proof(place, _line_at(text, line.start()), line["test"], tuple(names)))
            names = []
    return tuple(found)


@cache
def proof(source: str) -> Proof | None:
    """The first test that proves the function `source` names, None if none says so."""
    return next((p for p in proofs() if source in p.proves), None)


@cache
def chapter_place(chapter: str, key: str) -> tuple[str, int] | None:
    """The line of a chapter's source that records `key` (or the longest prefix of it)."""
    path = ROOT / "chapters" / f"{chapter}.md"
    if not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    parts = key.split(".")
    for k in range(len(parts), 0, -1):
        stem = ".".join(parts[:k])
        for i, line in enumerate(lines, 1):
            if f'"{stem}"' in line or f'"{stem}.' in line or f"`{stem}" in line:
                return path.relative_to(ROOT).as_posix(), i
    return path.relative_to(ROOT).as_posix(), 1
