"""What a reader raised in, the problem to report out: what the file is, and what to do about it."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pandas as pd

from helpers.errors import Problem
from helpers.file_kinds import SAVE, ending_for, not_utf8
from helpers.readers.bounded import (
    LONGEST,
    MOST_CELLS,
    MOST_COLUMNS,
    CodePageError,
    DamagedError,
    NotTextError,
    TooLargeError,
    TooLongError,
    open_text,
)

RULE = "unreadable file"
MEND = "open it, mend it and save it again"
TABLE = "a readable table"
_LONGER = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_UNCLOSED = re.compile(r"EOF inside string starting at row (\d+)")


Found = tuple[str, str, str, int | None]  # expected, found, what to do, row


def unreadable(path: Path, error: Exception) -> Problem:
    """What a reader's exception means for the person who wrote the file."""
    words = next((say for kinds, say in KINDS if isinstance(error, kinds)), _any_other)
    expected, found, do, row = words(path, error)
    return Problem(path.name, "", RULE, expected, found, do, row)


def _no_text(path: Path, error: Exception) -> Found:
    found, row = _said(error), _row(error)
    do = ending_for(found) or SAVE
    if isinstance(error, UnicodeDecodeError):
        found, row = f"a byte {error.object[error.start]:#x}", _first_row_not_utf8(path)
    return "text in UTF-8", found, do, row


def _code_page(path: Path, error: Exception) -> Found:
    do = "write it in UTF-8, or as sas7bdat or Dataset-JSON, which say how their text is written"
    return "text in UTF-8 or Windows-1252", _said(error), do, _row(error)


def _too_large(path: Path, error: Exception) -> Found:
    expected = f"at most {MOST_CELLS:,} cells in {MOST_COLUMNS:,} columns, as memory can hold"
    return expected, _said(error), "is it the right file?", _row(error)


def _too_long(path: Path, error: Exception) -> Found:
    do = "shorten it or leave the column out; a quotation mark that never closes makes one cell of rows"
    return f"cells of at most {LONGEST:,} characters", _said(error), do, _row(error)


def _damaged(path: Path, error: Exception) -> Found:
    found, do = _said(error), "it is damaged: copy it anew, or compress it again"
    if not _is_compressed(path):
        found = not_utf8(_start(path)) or "no compressed file"
        do = "give it the ending of what it is (.csv, .ndjson), or compress it"
        do = ending_for(found) or do
    return "a whole compressed file", found, do, _row(error)


def _empty(path: Path, error: Exception) -> Found:
    return "a header and rows", _said(error), "write them, or delete the file", _row(error)


def _uneven(path: Path, error: Exception) -> Found:
    found = _said(error)
    if unclosed := _UNCLOSED.search(found):
        do, row = "close it, or leave it out", int(unclosed[1]) + 1
        return "every quotation mark closed", "a text that never ends", do, row
    row = _row(error)
    if longer := _LONGER.search(found):
        found, row = f"{longer[3]} cells where the header has {longer[1]}", int(longer[2])
    return "as many cells as the header has", found, "quote texts that hold the separator", row


def _nested(path: Path, error: Exception) -> Found:
    return TABLE, "lists in lists, hundreds deep", MEND, _row(error)


def _no_json(path: Path, error: json.JSONDecodeError) -> Found:
    return "Dataset-JSON", _said(error), MEND, error.lineno


def _any_other(path: Path, error: Exception) -> Found:
    found = _said(error)
    if isinstance(error, OverflowError) or "int_max_str_digits" in found:
        found = "a whole number of hundreds of digits"
    return TABLE, found, MEND, _row(error)


KINDS = (  # the first that fits: some are kinds of a later one
    ((NotTextError, UnicodeDecodeError), _no_text),
    (CodePageError, _code_page),
    ((TooLargeError, MemoryError), _too_large),
    ((TooLongError, csv.Error), _too_long),
    (DamagedError, _damaged),
    (pd.errors.EmptyDataError, _empty),
    ((pd.errors.ParserError, pd.errors.ParserWarning), _uneven),
    (RecursionError, _nested),
    (json.JSONDecodeError, _no_json),
)


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__


def _row(error: Exception) -> int | None:
    return getattr(error, "row", None)


def not_a_file(path: Path, kind: str) -> Problem:
    """The problem of a table's name that something else than a file bears."""
    do = "move it out of the folder, and put the table there"
    return Problem(path.name, "", RULE, "a file", kind, do)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(200)


def _is_compressed(path: Path) -> bool:
    """Whether it begins as gzip does, or as zlib (of which a .dsjc is made)."""
    start = _start(path)
    return start[:2] == b"\x1f\x8b" or (start[:1] == b"x" and path.name.lower().endswith(".dsjc"))


def _first_row_not_utf8(path: Path) -> int | None:
    """The line at fault of a text; the exception counts from the start of a buffer, not of the file."""
    if not path.name.lower().endswith((".csv", ".csv.gz", ".tsv", ".json", ".ndjson")):
        return None
    try:
        with open_text(path) as text:
            for row, line in enumerate(text.buffer, 1):
                if _is_not_utf8(line):
                    return row
    except (OSError, ValueError):
        return None  # another fault of the file comes first
    return None


def _is_not_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8-sig")
    except UnicodeDecodeError:
        return True
    return False
