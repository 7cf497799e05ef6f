"""Study days, durations and dates of one row in, those that contradict each other out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.calendar import read_dates
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

# day, its date, and in which table; the first date of adsl that is there is the start
DAYS = (("adlb", "ADY", ("ADT", "LBDTC", "ADTM")), ("adae", "ASTDY", ("ASTDT", "AESTDTC", "ASTDTM")),
        ("adae", "AENDY", ("AENDT", "AEENDTC", "AENDTM")),
        ("adsl", "TRTDURD", ("TRTEDT", "TRTEDTM")))  # fmt: skip
STARTS = ("TRTSDT", "TRTSDTM", "RFXSTDTC", "RFSTDTC", "RANDDT")
ROWS, HABIT, WEEK = 10, 0.6, 7.0  # rows with both; share that agrees; days


@rule(
    "study day against its date",
    "warning",
    "adlb.ADY",
    expected="the days from the start of treatment to the date in the same row",
    do="find out which of the two is wrong (day and month exchanged, another epoch, a digit); study days "
    "and durations are used",
    needs=["adsl.USUBJID"],
)
def against_date(tables: Tables) -> Iterator[Hits]:
    """A study day or a duration is more than a week from what its date and the start of treatment say.

    Only of whole dates, and where three in five rows (of ten or more) agree within two days.
    """
    start = tables.first("adsl", STARTS)
    for table, day, dates in DAYS if start else ():
        name = tables.first(table, dates)
        if not name or not tables.has(f"{table}.{day}", f"{table}.USUBJID"):
            continue
        off = tables.number(f"{table}.{day}") - _by_dates(tables, table, name, start)
        known = ~np.isnan(off)
        if known.sum() >= ROWS and (np.abs(off[known]) <= 2).mean() >= HABIT:
            rows = np.flatnonzero(known & (np.abs(off) > WEEK))
            yield Hits(rows, lambda row, off=off, day=f"{table}.{day}", name=name: (
                f"{tables.said_of(day)(row)}, {abs(off[row]):g} days off by {tables.said(name, row)}"),
                at=f"{table}.{day}")  # fmt: skip


def _by_dates(tables: Tables, table: str, name: str, start: str) -> np.ndarray:
    """Days from the start of treatment to the date of each row; NaN where one of them is not whole."""
    began = _whole(tables, start)
    of_subject = np.full(len(tables.subjects) + 1, np.datetime64("NaT", "D"))
    of_subject[tables.subject("adsl")] = began
    of_subject[-1] = np.datetime64("NaT", "D")
    return (_whole(tables, name) - of_subject[tables.subject(table)]) / np.timedelta64(1, "D")


def _whole(tables: Tables, name: str) -> np.ndarray:
    table, _, column = name.partition(".")
    dates = read_dates(tables.frames[table][column])
    return np.where(dates.first == dates.last, dates.first, np.datetime64("NaT", "D"))
