"""A chapter's cells in, the files of ours that their outputs rest on out; nothing is imported or run.

Imports are read from the text, those within functions too, all the way down. A module that imports
by name (`importlib`, `pkgutil`) rests on every module of the packages that it imports. What modules
read beside their code stands in `READS`; a test watches chapters run and finds both complete.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

PACKAGE = "helpers"
BY_NAME = {"importlib", "pkgutil"}
READS = {
    "helpers.audit.history": ("data/published/verdicts.csv",),
    "helpers.audit.ledger": ("data/published/*/report.toml",),
    "helpers.audit.scaffold": ("src/helpers/audit/example.toml",),
    "helpers.literate.card": ("data/card/*",),
    "helpers.present.reference": ("data/published/provenance.csv",),
    "helpers.present.sources": ("tests/test_*.py",),
    "helpers.published": ("data/published/*.toml",),
    "helpers.reference.audit_checks": ("src/helpers/reference/audit_checks.toml",),
    "helpers.reference.stored": ("tests/reference/*.csv",),
}
# where a statement may begin: a line, or after a colon or semicolon
IMPORT = re.compile(
    r"(?:^|[;:])[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b[ \t]*(\((?:[^)#]|#.*)*\)|[^\n;#]+)"
    r"|import[ \t]+([^\n;#]+))",
    re.MULTILINE,
)
COMMENT = re.compile(r"#.*|\bas[ \t]+\w+")  # and what a name is called here
WORD = re.compile(r"[\w.]+")
MAKER = "src/helpers/edition/execute.py"  # it runs the cells and writes their outputs down


class Tree:
    """The files of one copy of the repository as they are now: each is read once at most."""

    def __init__(self, root: Path):
        self.root = root
        self._digests: dict[Path, tuple[str, tuple[int, int, int]]] = {}
        self._needs: dict[str, frozenset[str]] = {}

    @cached_property
    def modules(self) -> dict[str, Path]:
        """Every module of the package by its name."""
        found = {}
        for path in (self.root / "src" / PACKAGE).rglob("*.py"):
            parts = path.relative_to(self.root / "src").with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
        return found

    def digest(self, path: Path) -> str:
        """SHA-256 of a file's bytes. Errors: `OSError`."""
        if path not in self._digests:
            before = _state(path)
            self._digests[path] = file_digest(path), before
        return self._digests[path][0]

    def touched(self) -> bool:
        """Whether a file was written to since its hash was taken. Errors: `OSError` if it is gone."""
        return any(_state(path) != before for path, (_, before) in self._digests.items())

    def needed(self, code: str) -> set[str]:
        """The modules that `code` imports, and those that these import, all the way down."""
        found: set[str] = set()
        left = list(self._imported(code))
        while left:
            if (name := left.pop()) not in found:
                found.add(name)
                if name not in self._needs:
                    text = self.modules[name].read_text(encoding="utf-8")
                    self._needs[name] = frozenset(self._imported(text))
                left += self._needs[name]
        return found

    def _imported(self, code: str) -> set[str]:
        names = _names(code)
        direct = {self._known(name) for name in names} - {""}
        if {name.partition(".")[0] for name in names} & BY_NAME:
            direct |= {m for m in self.modules for p in direct if m.startswith(f"{p}.")}
        # a package runs before its modules
        return {".".join(n.split(".")[: k + 1]) for n in direct for k in range(n.count(".") + 1)}

    def _known(self, name: str) -> str:
        """The module that `name` is or stands in, "" if it is none of ours."""
        while name and name not in self.modules:
            name = name.rpartition(".")[0]
        return name

    def files(self, code: str) -> set[Path]:
        """The modules that `code` needs, as files, and what these read of the repository."""
        modules = self.needed(code)
        patterns = [pattern for name in modules for pattern in READS.get(name, ())]
        read = {path for pattern in patterns for path in self.root.glob(pattern)}
        return {self.modules[name] for name in modules} | read | {self.root / MAKER}


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes. Errors: `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _state(path: Path) -> tuple[int, int, int]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size, found.st_ino


def _names(code: str) -> set[str]:
    """What the import statements of a module name; `from a import b` may mean a.b.

    Found by their words: the tree of each module would cost a build a second. A line of prose that
    reads like one names nothing of ours, or one file too many.
    """
    out: set[str] = set()
    for module, members, modules in IMPORT.findall(code.replace("\\\n", " ")):
        names = WORD.findall(COMMENT.sub("", members or modules))
        out |= {f"{module}.{name}" for name in names} if module else set(names)
    return out


def code_of(cells: Iterable[Mapping[str, Any]]) -> str:
    """The code of a notebook's cells as one text."""
    return "\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code")
