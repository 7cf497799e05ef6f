"""A column of texts in, the same numbers with decimal points out where its commas are decimal ones.

A column in which a comma may mean something else is left alone, and then reported as no number.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from helpers.errors import Problem
from helpers.readers.note import note

_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_PLAIN = re.compile(r"[+-]?(0|[1-9]\d*)([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+")


def with_points(
    values: pd.Series, *, separator: str, file: str
) -> tuple[np.ndarray, Problem] | None:
    """The column with decimal points and the note on it; None where nothing is to be changed.

    `separator` is what separates the cells of the file; "," where nothing is known of it.
    """
    codes, uniques = pd.factorize(values)
    cells = [str(value).strip() for value in uniques]
    if not _are_decimal(cells, separator):
        return None
    with_comma = [i for i, cell in enumerate(cells) if "," in cell]
    example = cells[with_comma[0]]
    made = f"read as {example.replace(',', '.')}"
    count = int(np.isin(codes, with_comma).sum())
    points = np.array([*(cell.replace(",", ".") for cell in cells), None], dtype=object)
    return points[codes], note(file, str(values.name), "decimal comma", repr(example), made, count)


def _are_decimal(cells: list[str], separator: str) -> bool:
    """Whether all cells are numbers, some with a comma that can only be a decimal one.

    "1,234" alone may be a thousand: it counts as a decimal comma only in a file that a comma does
    not separate (where spreadsheets of comma countries write it) or beside a cell such as "85,5".
    """
    filled = [cell for cell in cells if cell not in ("", ".")]
    commas = [cell for cell in filled if "," in cell]
    if not commas or not all(_COMMA.fullmatch(c) or _PLAIN.fullmatch(c) for c in filled):
        return False
    if any(re.match(r"[+-]?0\d", cell) for cell in filled):
        return False  # a leading zero is a code, not a number
    return separator != "," or not all(_THOUSANDS.fullmatch(cell) for cell in commas)
