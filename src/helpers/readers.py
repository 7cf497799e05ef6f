"""A table file in, the raw frame out, exactly as stored; no value is converted or dropped.

Text formats come as strings (so that a report can show what was found), typed formats typed.
"""

from __future__ import annotations

import gzip
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd


def _read_csv(path: Path) -> pd.DataFrame:
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8-sig", newline="") as text:
        header = text.readline()
        text.seek(0)
        separator = max(",;\t", key=header.count)
        # blank lines stay rows, so that the row numbers of a report are those of the file
        with warnings.catch_warnings():
            # a row longer than the header must not lose its last cells in silence
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                text,
                sep=separator,
                dtype=str,
                keep_default_na=False,
                skip_blank_lines=False,
                index_col=False,
            )


def _read_sas(path: Path) -> pd.DataFrame:
    return pd.read_sas(path, encoding="utf-8")


def _read_dataset_json(path: Path) -> pd.DataFrame:
    content = json.loads(path.read_text(encoding="utf-8-sig"))
    return pd.DataFrame(content["rows"], columns=[column["name"] for column in content["columns"]])


READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": _read_csv,
    ".csv.gz": _read_csv,
    ".parquet": pd.read_parquet,
    ".xpt": _read_sas,
    ".sas7bdat": _read_sas,
    ".json": _read_dataset_json,
}


def find_table(folder: Path, name: str) -> Path | None:
    """The file of table `name` in `folder` (case does not matter), or None."""
    found = sorted(p for p in folder.iterdir() if holds_table(p, name))
    return found[0] if found else None


def holds_table(path: Path, name: str) -> bool:
    """Whether `path` holds table `name` in any of the formats."""
    return path.name.lower() in {name + ending for ending in READERS}


def read_table(path: Path) -> pd.DataFrame:
    """Read one table with upper-case, stripped column names; row i of the frame is data row i."""
    ending = ".csv.gz" if path.name.lower().endswith(".csv.gz") else path.suffix.lower()
    frame = READERS[ending](path)
    return frame.rename(columns=lambda name: str(name).strip().upper())
