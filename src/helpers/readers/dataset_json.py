"""A CDISC Dataset-JSON 1.1 file in, a frame of numbers and texts out; it fetches no metadata.

Three forms: one JSON object (.json), the metadata and then one row a line (.ndjson), and the
latter compressed with zlib (.dsjc). Dates are ISO text there already. Standard: CDISC,
Dataset-JSON v1.1, https://www.cdisc.org/standards/data-exchange/dataset-json.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.errors import Problem

NUMBERS = ("integer", "float", "double")  # "decimal" travels as text, to keep its digits


def read(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The object form."""
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    rows = content.get("rows") if isinstance(content, dict) else None
    if not isinstance(rows, list):
        raise ValueError('no "rows": not Dataset-JSON 1.1 (1.0 has "clinicalData" instead)')
    return _frame(_columns(content), rows), []


def read_lines(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The line form."""
    with path.open(encoding="utf-8-sig") as lines:
        return _from_lines(lines), []


def read_compressed(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """The compressed line form; a gzip header is accepted as well as zlib's."""
    plain = zlib.decompress(path.read_bytes(), wbits=zlib.MAX_WBITS | 32)
    return _from_lines(plain.decode("utf-8-sig").splitlines()), []


def _from_lines(lines: Iterable[str]) -> pd.DataFrame:
    lines = iter(lines)
    columns = _columns(json.loads(next(lines, "null")))
    return _frame(columns, [json.loads(line) for line in lines if line.strip()])


def _columns(metadata: Any) -> list[dict]:
    columns = metadata.get("columns") if isinstance(metadata, dict) else None
    if not isinstance(columns, list) or not all("name" in column for column in columns):
        raise ValueError('no "columns" with a "name" each: not Dataset-JSON 1.1')
    return columns


def _frame(columns: list[dict], rows: list[list]) -> pd.DataFrame:
    for i, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise ValueError(f"row {i} has {len(row)} values, {len(columns)} columns are declared")
    cells = zip(*rows, strict=True) if rows else ([] for _ in columns)
    series = [_column(column, list(values)) for column, values in zip(columns, cells, strict=True)]
    frame = pd.concat(series, axis=1) if series else pd.DataFrame()
    frame.columns = [str(column["name"]) for column in columns]
    return frame


def _column(column: dict, values: list) -> pd.Series:
    """Floats where the file declares numbers and holds them; else as stored, to be reported."""
    plain = all(
        v is None or (isinstance(v, int | float) and not isinstance(v, bool)) for v in values
    )
    is_number = column.get("dataType") in NUMBERS and plain
    return pd.Series(values, dtype=float if is_number else object)
