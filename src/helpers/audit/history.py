"""The dated verdicts of `data/published/verdicts.csv` in, what changed and when out; it judges nothing.

A row is one verdict on one claim from its day on: first those of the first ledger, then, in the
order of the days, each that changed. A test holds the last of every claim against the ledger as it
is now, so no verdict changes without a row.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from helpers.audit.ledger import STATUSES
from helpers.errors import ClaimsError
from helpers.published import PUBLISHED

TABLE = PUBLISHED / "verdicts.csv"
COLUMNS = ["date", "claim", "verdict", "why"]


@dataclass(frozen=True)
class Change:
    """One verdict on `claim` since `day`; `before` is the one until then, "" for the first."""

    day: date
    claim: str
    before: str
    verdict: str
    why: str


def load_history(path: Path = TABLE) -> tuple[Change, ...]:
    """Every row of the table with the verdict that it replaced, in the order of the file.

    Errors: `ClaimsError` naming every row out of order, without a change, a verdict or a reason.
    """
    with path.open(encoding="utf-8", newline="") as file:
        table = csv.DictReader(file)
        rows = list(table)
        if table.fieldnames != COLUMNS:
            raise ClaimsError(f"{path}: expected the columns {COLUMNS}, found {table.fieldnames}")
    known: dict[str, str] = {}
    found, faults = [], []
    for line, row in enumerate(rows, start=2):
        before = known.get(row["claim"], "")
        fault = _fault(row, before, found[-1].day if found else date.min)
        if fault:
            faults.append(f"line {line}: {fault}")
            continue
        known[row["claim"]] = row["verdict"]
        day = date.fromisoformat(row["date"])
        found.append(Change(day, row["claim"], before, row["verdict"], row["why"]))
    if faults:
        raise ClaimsError("\n".join([f"{path}: {len(faults)} fault(s)", *faults]))
    return tuple(found)


def _fault(row: dict[str, str], before: str, last: date) -> str:
    """What is wrong with a row, "" if nothing is."""
    try:
        day = date.fromisoformat(row["date"] or "")
    except ValueError:
        return f"expected a day as YYYY-MM-DD, found {row['date']!r}: correct it"
    if day < last:
        return f"expected {last} or later, found {day}: rows stand in the order of their days"
    if row["verdict"] not in STATUSES:
        return f"expected one of {', '.join(STATUSES)}, found {row['verdict']!r}: correct it"
    if row["verdict"] == before:
        return f"expected another verdict than before, found {before!r} again: remove the row"
    return "" if row["why"] else "expected a reason in why, found none: add it"


def last_verdicts(history: Iterable[Change]) -> dict[str, str]:
    """Claim -> its last verdict."""
    return {change.claim: change.verdict for change in history}


def changes(history: Iterable[Change]) -> tuple[Change, ...]:
    """The rows that replaced a verdict, the latest day first."""
    found = [change for change in history if change.before]
    return tuple(sorted(found, key=lambda change: change.day, reverse=True))
