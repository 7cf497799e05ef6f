"""The text of a report.toml and its faults in, each fault with the line that it speaks of out.

Looks for heads of tables and for keys at the start of lines; what stands in inline tables, or in a text
of several lines, keeps the line of its key. Judges nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from helpers.errors import Problem

HEAD = re.compile(r"\s*\[\[?\s*([\w-]+)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*[.=]")
LISTS = ("arm", "result", "statement")
Place = tuple[str, int, str]  # the table, which of its kind (from 0), the field ("" for the head)


def placed(problems: Iterable[Problem], text: str, content: dict[str, Any]) -> list[Problem]:
    """Return the problems with their lines, where one is found; `content` is the parsed `text`."""
    known, names = lines_of(text), _names(content)
    return [problem if problem.row else replace(problem, row=_line(problem.column, known, names))
            for problem in problems]  # fmt: skip


def lines_of(text: str) -> dict[Place, int]:
    """Return the line, from 1, of every head of a table and of every key."""
    out: dict[Place, int] = {}
    table, number, seen, inside = "", 0, {}, ""
    for row, line in enumerate(text.splitlines(), start=1):
        head, key = (None, None) if inside else (HEAD.match(line), KEY.match(line))
        if head:
            table, number = head[1], seen.get(head[1], 0)
            seen[table] = number + 1
            out.setdefault((table, number, ""), row)
        elif key:
            out.setdefault((table, number, key[1]), row)
        for mark in ('"' * 3, "'" * 3):
            if (not inside or inside == mark) and line.count(mark) % 2:
                inside = "" if inside else mark
    return out


def _names(content: dict[str, Any]) -> list[tuple[str, str, int]]:
    """Return what a fault may call a table, its kind and its place; the longest first."""
    out = [(name, name, 0) for name in content]
    for kind in LISTS:
        items = content.get(kind)
        for place, item in enumerate(items if isinstance(items, list) else ()):
            name = item.get("id") if isinstance(item, dict) else None
            out += [(f"{kind} {place + 1}", kind, place), (f"{kind}.{place + 1}", kind, place)]
            if isinstance(name, str) and name.strip():
                out += [(f"{kind} {name}", kind, place), (name, kind, place)]
    return sorted(out, key=lambda entry: -len(entry[0]))


def _line(column: str, known: dict[Place, int], names: list[tuple[str, str, int]]) -> int | None:
    for name, kind, place in names:
        if column == name or column.startswith(f"{name}."):
            field = re.split(r"[.\[]", column[len(name) + 1 :])[0]
            top = known.get(("", 0, name))  # a key before the first table
            return known.get((kind, place, field)) or known.get((kind, place, "")) or top
    return None
