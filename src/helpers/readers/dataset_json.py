"""A CDISC Dataset-JSON 1.1 file in, a frame of numbers and texts out; it fetches no metadata.

Three forms: one JSON object (.json), the metadata and then one row a line (.ndjson), and the
latter compressed with zlib (.dsjc). Dates are ISO text there already. Standard: CDISC,
Dataset-JSON v1.1, https://www.cdisc.org/standards/data-exchange/dataset-json.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import Problem
from helpers.printable import LARGEST, shown
from helpers.readers.bounded import check_cells, decompressed, open_text

NUMBERS = ("integer", "float", "double")  # "decimal" travels as text, to keep its digits


def read(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The object form."""
    with open_text(path) as text:
        content = json.load(text)
    rows = content.get("rows") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise ValueError('no "rows": not Dataset-JSON 1.1 (1.0 has "clinicalData" instead)')
    return _frame(_columns(content), rows), []


def read_lines(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The line form."""
    with open_text(path) as lines:
        return _from_lines(lines), []


def read_compressed(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The compressed line form; a gzip header is accepted as well as zlib's."""
    return _from_lines(decompressed(path).decode("utf-8-sig").splitlines()), []


def _from_lines(lines: Iterable[str]) -> pd.DataFrame:
    lines = iter(lines)
    columns = _columns(json.loads(next(lines, "null")))
    return _frame(columns, (json.loads(line) for line in lines if line.strip()))


def _columns(metadata: Any) -> list[dict]:
    columns = metadata.get("columns") if isinstance(metadata, dict) else None
    named = isinstance(columns, list) and all(isinstance(c, dict) and "name" in c for c in columns)
    if not named or not columns:
        raise ValueError('no "columns" with a "name" each: not Dataset-JSON 1.1')
    check_cells(1, len(columns))
    return columns


def _frame(columns: list[dict], rows: Iterable[list]) -> pd.DataFrame:
    """The rows as columns; a row is let go as soon as its values are taken out of it."""
    cells: list[list] = [[] for _ in columns]
    for i, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != len(columns):
            found = f"{len(row)} values" if isinstance(row, list) else "no list of values"
            raise ValueError(f"row {i} has {found}, {len(columns)} columns are declared")
        for values, value in zip(cells, row, strict=True):
            values.append(value)
    series = [_column(column, values) for column, values in zip(columns, cells, strict=True)]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame()
    frame.columns = [str(column["name"]) for column in columns]
    return frame


def _column(column: dict, values: list) -> pd.Series:
    """Floats where the file declares numbers and holds them; else as stored, to be reported."""
    for i, value in enumerate(values, 1):
        if isinstance(value, list | dict) or (isinstance(value, int) and abs(value) > LARGEST):
            raise ValueError(
                f"column {column['name']}, row {i}: {shown(value)}: no value of a cell"
            )
    plain = all(
        v is None or (isinstance(v, int | float) and not isinstance(v, bool)) for v in values
    )
    is_number = column.get("dataType") in NUMBERS and plain
    return pd.Series(values, dtype=float if is_number else object)
