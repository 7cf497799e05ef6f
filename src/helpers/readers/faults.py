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
_LONGER = re.compile(r"Expected (\d+) fields in line (\d+), saw (\d+)")
_UNCLOSED = re.compile(r"EOF inside string starting at row (\d+)")


def unreadable(path: Path, error: Exception) -> Problem:
    """What a reader's exception means for the person who wrote the file."""
    found, row = str(error) or type(error).__name__, getattr(error, "row", None)
    expected, do = "a readable table", MEND
    if isinstance(error, NotTextError | UnicodeDecodeError):
        expected, do = "text in UTF-8", ending_for(found) or SAVE
        if isinstance(error, UnicodeDecodeError):
            found, row = f"a byte {error.object[error.start]:#x}", _first_row_not_utf8(path)
    elif isinstance(error, CodePageError):
        expected = "text in UTF-8 or Windows-1252"
        do = (
            "write it in UTF-8, or as sas7bdat or Dataset-JSON, which say how their text is written"
        )
    elif isinstance(error, TooLargeError | MemoryError):
        expected = f"at most {MOST_CELLS:,} cells in {MOST_COLUMNS:,} columns, as memory can hold"
        do = "is it the right file?"
    elif isinstance(error, TooLongError | csv.Error):
        expected = f"cells of at most {LONGEST:,} characters"
        do = "shorten it or leave the column out; a quotation mark that never closes makes one cell of rows"
    elif isinstance(error, DamagedError):
        expected = "a whole compressed file"
        do = "it is damaged: copy it anew, or compress it again"
        if not _is_compressed(path):
            found = not_utf8(_start(path)) or "no compressed file"
            do = (
                ending_for(found)
                or "give it the ending of what it is (.csv, .ndjson), or compress it"
            )
    elif isinstance(error, pd.errors.EmptyDataError):
        expected, do = "a header and rows", "write them, or delete the file"
    elif isinstance(error, pd.errors.ParserError | pd.errors.ParserWarning):
        expected, do = "as many cells as the header has", "quote texts that hold the separator"
        longer, unclosed = _LONGER.search(found), _UNCLOSED.search(found)
        if longer:
            found, row = f"{longer[3]} cells where the header has {longer[1]}", int(longer[2])
        if unclosed:
            expected, do = "every quotation mark closed", "close it, or leave it out"
            found, row = "a text that never ends", int(unclosed[1]) + 1
    elif isinstance(error, RecursionError):
        found = "lists in lists, hundreds deep"
    elif isinstance(error, json.JSONDecodeError):
        expected, row = "Dataset-JSON", error.lineno
    elif isinstance(error, OverflowError) or "int_max_str_digits" in found:
        found = "a whole number of hundreds of digits"
    return Problem(path.name, "", RULE, expected, found, do, row)


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
