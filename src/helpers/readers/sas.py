"""A SAS file (xpt version 5 or 8, sas7bdat) in, a frame of numbers and texts out, by ReadStat.

One library for all three: pandas reads no xpt 8 and gives xpt zeros as 5e-79. Formats decide what
is a date; special missing values (.A to .Z, ._) become missing.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from helpers.errors import Problem
from helpers.readers.bounded import CodePageError, check_bytes, check_cells
from helpers.readers.note import note

_IN_A_ROW = re.compile(r"[\x80-\uffff]{4}|[\x80-\x9f]")  # or a control that no text has
_ALONE = re.compile(r"[\x80-\uffff]{2,}")


def read_xpt(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """A transport file; it says no encoding, so UTF-8 is tried before Windows-1252.

    Errors: `CodePageError` where the text is in neither: a wrong guess would make up other words.

    Special missing values cannot be told from ordinary ones here: the library gives both as NaN.
    """
    import pyreadstat

    try:
        frame, _ = pyreadstat.read_xport(str(path), dates_as_pandas_datetime=True)
    except UnicodeDecodeError:
        encoding = "WINDOWS-1252"
        frame, odd = _in_code_page(path, encoding)
        if odd:
            raise CodePageError(
                f"{odd}: another code page (GBK, Shift-JIS and the like), which an xpt file does not name"
            ) from None
        found = "bytes that are no UTF-8; the format does not say its encoding"
        return frame, [note(path.name, "", "encoding guessed", found, f"read as {encoding}", 1)]
    return frame, []


def _in_code_page(path: Path, encoding: str) -> tuple[pd.DataFrame, str]:
    """The frame read in a code page, and the text that cannot be in it, or ""."""
    import pyreadstat

    try:
        frame, _ = pyreadstat.read_xport(
            str(path), dates_as_pandas_datetime=True, encoding=encoding
        )
    except pyreadstat.ReadstatError as error:
        if "byte sequence" not in str(error):
            raise
        return pd.DataFrame(), f"bytes that are no text in UTF-8 or {encoding}"
    return frame, _not_western(frame)


def _not_western(frame: pd.DataFrame) -> str:
    """The first text whose letters beyond ASCII are no western word's, with its column; or "".

    Western words have few of them in a row, and plain letters beside them. Chinese in GBK, read as
    Windows-1252, is nothing but such letters: at least two for each character.
    """
    for column in frame.columns:
        if frame[column].dtype != object:
            continue
        for text in frame[column].dropna().unique():
            if isinstance(text, str) and (_IN_A_ROW.search(text) or _ALONE.fullmatch(text.strip())):
                return f"{text.strip()!r} in {column}"
    return ""


def read_sas7bdat(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """A SAS data set, in the encoding that it names.

    Errors: `TooLargeError` where its texts, as wide as their columns, would take too much memory.
    """
    import pyreadstat

    _, about = pyreadstat.read_sas7bdat(str(path), metadataonly=True)
    rows, widths = about.number_rows or 0, about.variable_storage_width
    check_cells(rows, about.number_columns or 0)
    texts = [n for n, kind in about.readstat_variable_types.items() if kind == "string"]
    check_bytes(rows * sum(widths[name] for name in texts))  # a compressed one is small as a file
    frame, meta = pyreadstat.read_sas7bdat(
        str(path), dates_as_pandas_datetime=True, user_missing=True
    )
    notes = []
    for name, letters in meta.missing_user_values.items():
        special = frame[name].isin(letters)
        plain = frame[name].mask(special)
        is_number = plain.dropna().map(lambda value: isinstance(value, int | float)).all()
        frame[name] = plain.astype(float) if is_number else pd.to_datetime(plain)
        found = ", ".join(f".{letter}" for letter in letters)
        made = "read as missing"
        count = int(special.sum())
        notes.append(note(path.name, name, "special missing value", found, made, count))
    return frame, notes
