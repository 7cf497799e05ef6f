"""A table file in, its bytes out as long as memory can hold what they say; it never changes a byte.

A few megabytes can expand to gigabytes when they are decompressed, or declare more cells than any
memory holds; a compressed file is therefore unpacked once and thrown away, piece by piece, before a
cell of it is kept. A damaged compressed file and one that is plainly no text are named here as well.
"""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd

from helpers.file_kinds import not_utf8

MOST_CELLS = 250_000_000  # 2 GB of numbers; five times a trial of a million subjects
MOST_COLUMNS = 10_000
MOST_BYTES = 8 * MOST_CELLS  # of texts, as of numbers
LONGEST = 32_767  # characters of a cell: as many as SAS allows
FREE, RATIO = 64 << 20, 50  # a compressed table may take this much, or so many times its size
PIECE = 1 << 20


class TooLargeError(ValueError):
    """The table would not fit into memory."""


class DamagedError(ValueError):
    """The compressed file is cut off, or bytes of it were changed."""


class CodePageError(ValueError):
    """The texts of a file are in a code page that it does not name."""


class TooLongError(ValueError):
    """A cell holds a text of pages; `row` is its line."""

    def __init__(self, found: str, row: int):
        super().__init__(found)
        self.row = row


class NotTextError(ValueError):
    """The file is plainly no text in UTF-8; `row` is the line at fault, None for the whole file."""

    def __init__(self, found: str, row: int | None = None):
        super().__init__(found)
        self.row = row


def check_cells(rows: int, columns: int) -> None:
    """Errors: `TooLargeError` for more than `MOST_CELLS` cells or `MOST_COLUMNS` columns."""
    if rows * columns > MOST_CELLS or columns > MOST_COLUMNS:
        raise TooLargeError(f"{rows:,} rows of {columns:,} columns")


def check_texts(frame: pd.DataFrame) -> None:
    """Errors: `TooLongError` for a text of more than `LONGEST` characters, the name of a column too."""
    names = [str(name) for name in frame.columns]
    for i, name in enumerate(names):
        if len(name) > LONGEST:
            raise TooLongError(f"a column's name of {len(name):,} characters", 1)
        cells = frame.iloc[:, i]
        if cells.dtype != object:
            continue
        longest = max((v for v in cells.unique() if isinstance(v, str)), key=len, default="")
        if len(longest) > LONGEST:
            row = int(np.flatnonzero(cells == longest)[0]) + 2  # below the header
            raise TooLongError(f"{len(longest):,} characters in column {name}", row)


def check_bytes(size: int) -> None:
    """Errors: `TooLargeError` for more than `MOST_BYTES` bytes of texts."""
    if size > MOST_BYTES:
        raise TooLargeError(f"texts of {size:,} bytes")


def open_text(path: Path, *, columns: int = 1) -> io.TextIOWrapper:
    """The text of a plain or gzip file; reading raises an error of this module when there is a fault.

    `columns` is the number of columns, where it is known: it bounds the lines.
    """
    return io.TextIOWrapper(_bounded(path, columns), encoding="utf-8-sig", newline="")


def check_unpacked(path: Path, *, columns: int) -> None:
    """Unpack a gzip file and throw it away. Errors: those of reading it, before it takes memory."""
    if path.name.lower().endswith(".gz"):
        with _bounded(path, columns) as content:
            while content.read(PIECE):
                pass


def _bounded(path: Path, columns: int) -> io.BufferedReader:
    packed = path.name.lower().endswith(".gz")
    file = (gzip.open if packed else open)(path, "rb")
    bounded = _Bounded(file, _most_bytes(path) if packed else None, columns)
    return io.BufferedReader(bounded, buffer_size=PIECE)


def decompressed(path: Path) -> bytes:
    """The content of a file that zlib or gzip compressed."""
    content, most, size = path.read_bytes(), _most_bytes(path), 0
    for piece in _unpacked(content):  # thrown away: what is too large takes no memory
        size += len(piece)
        if size > most:
            raise TooLargeError(f"more than {most:,} bytes in a small compressed file")
    return b"".join(_unpacked(content))


def _unpacked(content: bytes) -> Iterator[bytes]:
    unpack, left = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32), content
    while not unpack.eof:
        try:
            piece = unpack.decompress(left, PIECE)
        except zlib.error as error:
            raise DamagedError(str(error)) from None
        left = unpack.unconsumed_tail
        if not piece and not left and not unpack.eof:
            raise DamagedError("the end of the file is missing")
        yield piece


def _most_bytes(path: Path) -> int:
    return max(FREE, RATIO * path.stat().st_size)


class _Bounded(io.RawIOBase):
    """The bytes of a plain or gzip file, looked at piece by piece."""

    def __init__(self, file: BinaryIO, most_bytes: int | None, columns: int):
        self.file, self.most_bytes, self.columns = file, most_bytes, columns
        self.size, self.lines = 0, 1  # the line that is being read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        try:
            piece = self.file.read(len(buffer))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise DamagedError(str(error)) from None
        self._look_at(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def _look_at(self, piece: bytes) -> None:
        other = "" if self.size else not_utf8(piece)
        if other:
            raise NotTextError(other)
        at = piece.find(0)
        if at >= 0:
            raise NotTextError("a byte that is zero", self.lines + piece.count(b"\n", 0, at))
        self.size += len(piece)
        self.lines += piece.count(b"\n") or piece.count(b"\r")
        check_cells(self.lines, self.columns)
        if self.most_bytes and self.size > self.most_bytes:
            raise TooLargeError(f"more than {self.most_bytes:,} bytes in a small compressed file")

    def close(self) -> None:
        self.file.close()
        super().close()
