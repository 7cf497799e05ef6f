"""Estimates in, analysis results data out (one `Record` a statistic); nothing is computed here.

What CDISC calls analysis results data: prose, tables, charts, ledger and `results.csv` all draw on
the records, so they cannot disagree. A chapter's records travel inside its executed notebook: as
one list at its end (`MIME`), or beside the cell that named them (`BOUND`, written by `literate.
recording`), which is then their trail.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from helpers.errors import ChapterError
from helpers.rounding import DIGITS

MIME = "application/vnd.helpers.results+json"
BOUND = "application/vnd.helpers.bound+json"
LABELS = ("reported", "derived", "observed", "simulated")  # each outweighs those before it
COLUMNS = (
    "study", "chapter", "label", "parameter", "visit", "arm", "comparator", "method",
    "statistic", "value", "lower", "upper", "p_value", "n", "unit",
    "key", "code", "test", "cell", "uses", "sentence",
)  # fmt: skip
NUMBERS = ("value", "lower", "upper", "p_value")
# digits in which two machines agree: their last bits differ, and what is printed, drawn or compared
# is rounded to these first, so that nothing depends on a last bit; the published notebooks keep no
# more, other editions keep all
SIGNIFICANT = DIGITS
TOLERANCE = 1e-8  # relative: how far the same number may differ on another machine


@dataclass(frozen=True)
class Record:
    """One statistic as the book shows it.

    `key` names it within its chapter ("cd4.shift"); `value`, `lower` and `upper` are unrounded in
    `unit` (a "proportion" is 0 to 1); None where there is none; `p_value` two-sided; `n` subjects;
    `digits` decimals to print (of a proportion: of its percentage); `source` the function that
    computed it, as "module:function"; `text` a value that is words or a list of numbers; `uses` ids
    of the assumptions and readings that entered; `sentence` where a reported number is printed
    ("wang2021, sentence 5"); `cell` the cell that named it, as "chapters/06_x.ipynb#cell-id";
    `p_words` what a coarse P means ("P ≤ 0.05"), where `p_value` is only a line above it; `level` that
    of the interval, where it is another than 95%.
    """

    key: str
    chapter: str = ""
    label: str = ""
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
    uses: tuple[str, ...] = ()
    sentence: str = ""
    cell: str = ""
    p_words: str = ""
    level: float | None = None

    def _ipython_display_(self) -> None:
        """A cell that ends with a record shows nothing: records are shown by key."""

    def __post_init__(self) -> None:
        if self.label not in LABELS:
            raise ChapterError(
                f"record {self.key!r}: expected a label among {LABELS}, found {self.label!r}"
            )


def identity(record: Record) -> str:
    """What a number is, whatever its key: the form in which an edition withholds it."""
    parts = (record.study, record.parameter, record.visit, record.arm, record.comparator,
             record.method, record.statistic)  # fmt: skip
    return "|".join(parts)


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
        item = {k: v for k, v in asdict(record).items() if v not in ("", None, (), [])}
        if "uses" in item:
            item["uses"] = list(item["uses"])
        for name in NUMBERS:
            if isinstance(item.get(name), float) and math.isinf(item[name]):
                item[name] = "inf" if item[name] > 0 else "-inf"
        out.append(item)
    return out


def from_json(items: Iterable[dict]) -> list[Record]:
    """The inverse of `to_json`."""
    return [Record(**{k: _read(k, v) for k, v in item.items()}) for item in items]


def _read(name: str, value: object) -> object:
    if name in NUMBERS:
        return float(value)
    return tuple(value) if name == "uses" else value


def notebook_records(path: Path) -> list[Record]:
    """The records inside one executed notebook, in the order shown; those beside a cell know it.

    Errors: `ChapterError` where one key holds two numbers.
    """
    notebook = json.loads(path.read_text(encoding="utf-8"))
    place = "/".join([*_below_book(path), path.name])
    out: dict[str, Record] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            found = from_json(data.get(MIME, []))
            bound = from_json(data.get(BOUND, {}).get("records", []))
            found += [
                replace(r, chapter=page_name(path), cell=f"{place}#{cell['id']}") for r in bound
            ]
            for record in found:
                if record.key in out and bound:
                    raise ChapterError(
                        f"{place}, {record.cell}: expected the name {record.key.split('.')[0]!r} "
                        "once, found it bound to a result twice: give the second another name"
                    )
                out[record.key] = record
    return list(out.values())


def _below_book(path: Path) -> tuple[str, ...]:
    """The folders between the book and a notebook: ("chapters",), ("studies", "hucmsc") or none."""
    if path.parent.name == "chapters":
        return ("chapters",)
    return ("studies", path.parent.name) if path.parent.parent.name == "studies" else ()


def page_name(path: Path) -> str:
    """How records name the page of a notebook: "06_x", "index" or "studies/hucmsc/06_x"."""
    below = _below_book(path)
    return "/".join([*below, path.stem]) if below[:1] == ("studies",) else path.stem


def notebooks(book: Path) -> list[Path]:
    """The executed notebooks under `book`, analyses after the chapters."""
    patterns = ("*.ipynb", "chapters/*.ipynb", "studies/*/*.ipynb")
    return [path for pattern in patterns for path in sorted(book.glob(pattern))]


def book_records(
    book: Path, wanted: Callable[[str], bool] = lambda name: True
) -> dict[str, dict[str, Record]]:
    """The records of the executed notebooks under `book`: page name -> key -> record.

    `wanted` says of a page's name whether to read it (default: all).
    """
    pages = {page_name(path): path for path in notebooks(book)}
    return {n: {r.key: r for r in notebook_records(p)} for n, p in pages.items() if wanted(n)}


def write_csv(
    records: Iterable[Record], path: Path, *, test_of: Callable[[str], str] = lambda code: ""
) -> None:
    """Write results.csv: the columns of `COLUMNS`, one row a record, values unrounded.

    Where an interval has another level than the usual, the column `level` says so of each.
    `test_of` gives the pytest node id that proves a function ("module:function"), "" for none.
    """
    records = list(records)
    columns = [*COLUMNS, *(["level"] if any(r.level for r in records) else [])]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for record in records:
            row = asdict(record)
            if record.value is None and record.text:
                row["value"] = record.text
            row |= {"code": record.source, "test": test_of(record.source) if record.source else ""}
            row["uses"] = " ".join(record.uses)
            writer.writerow(["" if row[c] is None else csv_cell(row[c]) for c in columns])


def csv_cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return repr(value) if isinstance(value, float) else value
