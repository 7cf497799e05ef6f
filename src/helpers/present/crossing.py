"""Records in, the rows and columns in which a table crosses them out: each in a cell of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile

from helpers import disclosure
from helpers.present import words
from helpers.results import Record

# fields that tell records of one cell apart, then the parts of their keys
TELLING = ("arm", "comparator", "parameter", "visit", "method", "statistic", *"12345")


def told(
    heads: list[str], lines: dict[str, dict[str, Record]]
) -> tuple[list[str], dict[str, dict[str, Record]], list[str]]:
    """Columns and rows in which a number is shown, and the names of the others; all where none is."""

    def number(records: Iterable[Record]) -> bool:
        return any(r.text not in disclosure.UNTOLD for r in records)

    rows = {line: found for line, found in lines.items() if number(found.values())}
    columns = [h for h in heads if number(found[h] for found in lines.values() if h in found)]
    if not rows:
        return heads, lines, []
    return columns, rows, [name for name in (*lines, *heads) if name not in (*rows, *columns)]


def one_a_cell(records: Sequence[Record], rows: str, columns: str) -> str:
    """`rows`, behind as many fields as it takes for each cell to hold one record."""

    def crowded(rows: str) -> int:
        return len(records) - len({(field(r, rows), field(r, columns)) for r in records})

    left = [name for name in TELLING if name not in f"{rows}+{columns}".split("+")]
    while crowded(rows):
        best = min(left, key=lambda name: crowded(f"{name}+{rows}"), default="")
        if not best or crowded(f"{best}+{rows}") == crowded(rows):
            raise ValueError(
                f"expected one record a cell, found several alike by {rows}, {columns}"
            )
        rows = f"{best}+{rows}"
        left.remove(best)
    return rows


def shared_start(heads: Sequence[str]) -> str:
    """What several heads begin with and their caption can say once: "Low dose, " of "Low dose, Holm"."""
    parts = [head.split(", ")[:-1] for head in heads] if len(heads) > 1 else [[]]
    same = takewhile(lambda found: len(set(found)) == 1, zip(*parts, strict=False))
    return "".join(f"{found[0]}, " for found in same)


def field(record: Record, name: str) -> str:
    """A field of the record as text; "1", "2", ... are the parts of its key after the name.

    "1+2" joins two of them: key "noise.30.17.5" -> "30, 17"; "arm+visit" two fields, without empty ones.
    """
    parts = dict(enumerate(record.key.split(".")))
    found = [spaced(parts.get(int(of), "")) if of.isdigit() else words.printed(getattr(record, of))
             for of in name.split("+")]  # fmt: skip
    return ", ".join(filter(None, found))


def spaced(part: str) -> str:
    """A part of a key as words: "not-stated" -> "not stated"; numbers and their signs stay."""
    return re.sub(r"(?<=[a-z])[-_](?=[a-z])", " ", part)
