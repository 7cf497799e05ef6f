"""A csv or tsv file in, a frame of texts out; it guesses the separator and nothing else.

Comma, semicolon, tab or bar; with or without byte order mark; plain or gzip; UTF-8 only, since a
wrong guess of the encoding would change names in silence.
"""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import Problem
from helpers.readers.bounded import check_unpacked, open_text
from helpers.readers.note import note

SEPARATORS = ",;\t|"
LONGEST_HEADER = 64 << 20  # characters


def read(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """Every cell as text, "" where blank; blank lines at the end are left out."""
    with open_text(path) as text:
        header = text.readline(LONGEST_HEADER)
    separator = max(SEPARATORS, key=header.count)
    check_unpacked(path, columns=header.count(separator) + 1)
    with warnings.catch_warnings(), open_text(path, columns=header.count(separator) + 1) as text:
        # a row longer than the header must not lose its last cells in silence
        warnings.simplefilter("error", pd.errors.ParserWarning)
        frame = pd.read_csv(
            text,
            sep=separator,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,  # so that the row numbers of a report are those of the file
            index_col=False,
        )
    names = next(csv.reader([header], delimiter=separator), [])
    if len(names) == frame.shape[1]:
        frame.columns = names  # pandas renames the second of two equal names in silence
    filled = _without_blank_end(frame)
    filled.attrs["separator"] = separator  # tells what a comma in a number can mean
    blank = len(frame) - len(filled)
    left_out = note(path.name, "", "blank end", "rows without a value", "left out", blank)
    out = [left_out] if blank else []
    return filled, out + _short_rows(path, filled, separator)


def _short_rows(path: Path, frame: pd.DataFrame, separator: str) -> list[Problem]:
    """A line for the first row with fewer cells than the header, and the number of all of them.

    pandas fills such a row with blanks, so the file is looked at again where a last cell is blank.
    """
    width = frame.shape[1]
    if not len(frame) or not (frame.iloc[:, -1] == "").any():
        return []
    with open_text(path) as lines:  # a separator in quotes only makes a line look longer
        if not any(line.count(separator) < width - 1 and line.strip() for line in lines):
            return []
    with open_text(path) as lines:
        sizes = np.fromiter(map(len, csv.reader(lines, delimiter=separator)), dtype=int)
    rows = np.flatnonzero((sizes[1:] > 0) & (sizes[1:] < width))
    if not len(rows):
        return []
    expected, found = f"{width} cells, as the header has", f"{sizes[rows[0] + 1]} cells"
    do = "add what is lost; if only blanks at the end are, nothing: the cells are read as blank"
    rule, first = "row with fewer cells", int(rows[0]) + 2
    return [Problem(path.name, "", rule, expected, found, do, first, "warning", len(rows))]


def _without_blank_end(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame up to its last row with a value; editors leave blank lines at the end."""
    last, step = len(frame), 1
    while last:
        tail = frame.iloc[max(0, last - step) : last]
        filled = np.flatnonzero((tail.notna() & (tail != "")).any(axis=1))
        if len(filled):
            return frame.iloc[: last - len(tail) + filled[-1] + 1]
        last, step = last - len(tail), 2 * step
    return frame.iloc[:0]
