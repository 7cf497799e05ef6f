"""A function's name in, the place of its code and of its tests out; it reads the repository, runs nothing."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from helpers.context import ROOT


@cache
def code_place(source: str) -> tuple[str, int] | None:
    """ "helpers.analyse.paired:sign_test" -> ("src/helpers/analyse/paired.py", line), None if absent."""
    module, _, name = source.partition(":")
    base = ROOT / "src" / Path(*module.split("."))
    path = next((p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()), None)
    if path is None:
        return None
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name.split(".")[-1]:
            return path.relative_to(ROOT).as_posix(), node.lineno
    return None


@cache
def test_place(source: str) -> tuple[str, int] | None:
    """The first place in the tests that uses the function `source` names, None if there is none."""
    name = re.compile(rf"\b{re.escape(source.partition(':')[2])}\b")
    module = source.partition(":")[0].rpartition(".")[2]
    tests = sorted(ROOT.glob("tests/test_*.py"), key=lambda p: (module not in p.stem, p.name))
    for path in tests:
        lines = path.read_text(encoding="utf-8").splitlines()
        hits = [i for i, line in enumerate(lines, 1) if name.search(line)]
        used = [i for i in hits if not lines[i - 1].lstrip().startswith(("import ", "from "))]
        if used:
            return path.relative_to(ROOT).as_posix(), used[0]
    return None


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
