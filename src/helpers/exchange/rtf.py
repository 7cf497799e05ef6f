"""Texts of a table in, an RTF document out that a word processor opens; it knows no study.

Titles stand above the table, a line for the population under them, footnotes below; the header
repeats on every page, no row breaks across two, and the page is numbered. Only what RTF 1.5 has is
used: paragraphs, table rows, one font, and characters beyond ASCII as \\u with a question mark for
readers that know none.

Form: Microsoft, Rich Text Format Specification 1.9.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from helpers.present import columns

# twips (1/1440 inch): A4 lying on its side, with margins of an inch
PAGE, HEIGHT, MARGIN = 16838, 11906, 1440
WIDTH = PAGE - 2 * MARGIN
LEAST, MOST = 4, 60  # characters that a column is thought to be wide
SIZES = {"title": 20, "text": 18, "note": 16}  # half-points
SPECIAL = {"\\": r"\\", "{": r"\{", "}": r"\}", "\n": r"\line ", "\t": r"\tab "}


@dataclass(frozen=True)
class Grid:
    """Rows of a table, the first of them its header; all have as many cells."""

    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Document:
    """A table with its words: `titles` above, `population` under them, `footnotes` below.

    `grids`: the table, and what belongs under it (numbers at risk), each with a header of its own.
    """

    titles: Sequence[str]
    population: str
    grids: Sequence[Grid]
    footnotes: Sequence[str] = field(default_factory=tuple)


def escaped(text: str) -> str:
    """The text as RTF has it: its own signs escaped, what is not ASCII as UTF-16 units."""
    return "".join(SPECIAL.get(c) or (c if 32 <= ord(c) < 127 else _unicode(c)) for c in text)


def _unicode(character: str) -> str:
    """\\u and a signed number a UTF-16 unit, each with a question mark for readers that know no \\u.

    The mark is written as a hexadecimal character, as word processors do: some readers skip a whole
    word where it is plain text.
    """
    units = character.encode("utf-16-le")
    numbers = (
        int.from_bytes(units[i : i + 2], "little", signed=True) for i in range(0, len(units), 2)
    )
    return "".join(f"\\u{number}\\'3f" for number in numbers)


def text(document: Document) -> str:
    """The document as RTF, ASCII only. Errors: `ValueError` for rows that are not all as long."""
    head = (
        r"{\rtf1\ansi\ansicpg1252\deff0\uc1{\fonttbl{\f0\fswiss\fcharset0 Arial;}}"
        f"\n\\paperw{PAGE}\\paperh{HEIGHT}\\landscape"
        f"\\margl{MARGIN}\\margr{MARGIN}\\margt{MARGIN}\\margb{MARGIN}\n"
        r"{\footer\pard\qr\f0\fs16 Page \chpgn\par}"
    )
    titles = [_paragraph(line, "title", r"\qc\b") for line in document.titles]
    population = [_paragraph(document.population, "text", r"\qc")] if document.population else []
    tables = [line for grid in document.grids for line in (*_table(grid), r"\pard\par")]
    notes = [_paragraph(line, "note", r"\ql") for line in document.footnotes]
    return "\n".join([head, *titles, *population, r"\pard\par", *tables, *notes, "}", ""])


def _paragraph(line: str, kind: str, look: str) -> str:
    return f"{{\\pard{look}\\f0\\fs{SIZES[kind]} {escaped(line)}\\par}}"


def _table(grid: Grid) -> list[str]:
    """The rows of a table; columns of numbers stand flush right."""
    lengths = {len(row) for row in grid.rows}
    if len(lengths) != 1:
        raise ValueError(f"expected rows of as many cells, found {sorted(lengths)}")
    ends = _ends(grid.rows)
    body = list(zip(*grid.rows[1:], strict=True)) or [()] * len(grid.rows[0])
    sides = [
        r"\qr" if j and columns.of_numbers(column) else r"\ql" for j, column in enumerate(body)
    ]
    return [_row(row, ends, sides, first=i == 0, last=i == len(grid.rows) - 1)
            for i, row in enumerate(grid.rows)]  # fmt: skip


def _ends(rows: Sequence[Sequence[str]]) -> list[int]:
    """Where each column ends, from the left margin: as wide as its longest text asks for."""
    wide = [min(MOST, max(LEAST, *map(len, column)) + 2) for column in zip(*rows, strict=True)]
    return [WIDTH * sum(wide[: j + 1]) // sum(wide) for j in range(len(wide))]


def _row(
    cells: Sequence[str], ends: Sequence[int], sides: Sequence[str], *, first: bool, last: bool
) -> str:
    """One row; a line above and below the header and below the last row."""
    lines = (r"\clbrdrt\brdrs\brdrw10" if first else "") + (
        r"\clbrdrb\brdrs\brdrw10" if first or last else "")  # fmt: skip
    places = "".join(f"{lines}\\cellx{end}" for end in ends)
    look = r"\b" if first else ""
    inside = "".join(
        f"\\pard\\intbl{side}{{\\f0\\fs{SIZES['text']}{look} {escaped(cell)}}}\\cell\n"
        for cell, side in zip(cells, sides, strict=True)
    )
    header = r"\trhdr" if first else ""
    return f"\\trowd\\trgaph70{header}\\trkeep{places}\n{inside}\\row"
