"""Estimates in, analysis results data out (one `Record` a statistic); nothing is computed here.

What CDISC calls analysis results data: prose, tables, charts, ledger and `results.csv` all draw on
the records, so they cannot disagree. A chapter's records travel inside its executed notebook.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.errors import ChapterError

MIME = "application/vnd.helpers.results+json"
LABELS = ("reported", "derived", "simulated")
COLUMNS = (
    "study", "chapter", "label", "parameter", "visit", "arm", "comparator", "method",
    "statistic", "value", "lower", "upper", "p_value", "n", "unit",
)  # fmt: skip
NUMBERS = ("value", "lower", "upper", "p_value")
# digits in which two machines agree: their last bits differ, and what is printed, drawn or compared
# is rounded to these first, so that nothing depends on a last bit
SIGNIFICANT = 10
TOLERANCE = 1e-8  # relative: how far the same number may differ on another machine


@dataclass(frozen=True)
class Record:
    """One statistic as the book shows it.

    `key` names it within its chapter ("cd4.shift"); `value`, `lower` and `upper` are unrounded in
    `unit` (a "proportion" is 0 to 1); None where there is none; `p_value` two-sided; `n` subjects;
    `digits` decimals to print (of a proportion: of its percentage); `source` the function that
    computed it, as "module:function"; `text` a value that is words or a list of numbers.
    """

    key: str
    chapter: str
    label: str
    study: str = ""
    parameter: str = ""
    visit: str = ""
    arm: str = ""
    comparator: str = ""
    method: str = ""
    statistic: str = ""
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    p_value: float | None = None
    n: int | None = None
    unit: str = ""
    digits: int | None = None
    source: str = ""
    text: str = ""

    def _ipython_display_(self) -> None:
        """A cell that ends with a record shows nothing: records are shown by key."""

    def __post_init__(self) -> None:
        if self.label not in LABELS:
            raise ChapterError(
                f"record {self.key!r}: expected a label among {LABELS}, found {self.label!r}"
            )


def number(value: float | None, *, significant: int | None = None) -> float | None:
    """None for NaN and None, else the float, at `significant` digits when given.

    Infinite values stay: an interval may be open.
    """
    if value is None or math.isnan(value):
        return None
    value = float(value)
    if significant is None or not math.isfinite(value):
        return value
    return float(f"{value:.{significant}g}")


def to_json(records: Iterable[Record]) -> list[dict]:
    """The records as plain JSON objects without empty fields; infinities become "inf"/"-inf"."""
    out = []
    for record in records:
        item = {k: v for k, v in asdict(record).items() if v not in ("", None)}
        for name in NUMBERS:
            if isinstance(item.get(name), float) and math.isinf(item[name]):
                item[name] = "inf" if item[name] > 0 else "-inf"
        out.append(item)
    return out


def from_json(items: Iterable[dict]) -> list[Record]:
    """The inverse of `to_json`."""
    return [
        Record(**{k: float(v) if k in NUMBERS else v for k, v in item.items()}) for item in items
    ]


def notebook_records(path: Path) -> list[Record]:
    """The records inside one executed notebook, in the order shown."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    out: list[Record] = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            out += from_json(output.get("data", {}).get(MIME, []))
    return out


def book_records(book: Path) -> dict[str, dict[str, Record]]:
    """The records of every executed notebook under `book`: chapter name -> key -> record."""
    paths = sorted([*book.glob("*.ipynb"), *book.glob("chapters/*.ipynb")])
    return {path.stem: {r.key: r for r in notebook_records(path)} for path in paths}


def write_csv(records: Iterable[Record], path: Path) -> None:
    """Write results.csv: the columns of `COLUMNS`, one row a record, values unrounded."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for record in records:
            row = asdict(record)
            if record.value is None and record.text:
                row["value"] = record.text
            writer.writerow(["" if row[c] is None else csv_cell(row[c]) for c in COLUMNS])


def csv_cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return repr(value) if isinstance(value, float) else value
