"""Tables in, dates and study days that cannot follow each other out; none is moved.

Dates are optional, and no analysis uses them: times come from AVAL, ADY and ASTDY. A date that
contradicts another shows that a subject's records were mixed up, or that a day was counted wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.calendar import Dates, read_dates
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

DATE = re.compile(r"(DTC?|DTM)$")
BIRTH, DEATH = ("BRTHDT", "BRTHDTC"), ("DTHDT", "DTHDTC")
START = ("TRTSDT", "TRTSDTM", "RFSTDTC", "RFXSTDTC", "RANDDT", "RFICDT", "RFICDTC")
AFTERWARDS = {"adlb": ("ADT", "LBDTC", "ADTM"), "adae": ("ASTDT", "AESTDTC", "ASTDTM")}
PAIRS = (("adae", "ASTDT", "AENDT"), ("adae", "AESTDTC", "AEENDTC"), ("adtte", "STARTDT", "ADT"),
         ("adsl", "TRTSDT", "TRTEDT"), ("adsl", "RFSTDTC", "RFENDTC"))  # fmt: skip
ORDER = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})(?:[T ].*)?")
SLACK = 1.5  # years that AGE may differ from the dates: age at screening, at last birthday


def _read(tables: Tables, name: str) -> Dates:
    return tables._once("dates", name, read_dates)


def _columns(tables: Tables) -> list[str]:
    return [
        f"{table}.{column}"
        for table, frame in tables.frames.items()
        for column in frame.columns
        if DATE.search(column)
    ]


def _first(tables: Tables, table: str, columns) -> str | None:
    return next((f"{table}.{c}" for c in columns if tables.has(f"{table}.{c}")), None)


def _of_subject(tables: Tables, table: str, days: np.ndarray) -> np.ndarray:
    """A day of each subject of adsl, as a day of each row of `table`; NaT where unknown."""
    out = np.full(len(tables.subjects) + 1, np.datetime64("NaT", "D"))
    out[tables.subject("adsl")] = days
    out[-1] = np.datetime64("NaT", "D")
    return out[tables.subject(table)]


@rule(
    "not a date",
    "warning",
    "adsl.BRTHDTC",
    expected="2015-03-01, 2015-03 or 2015 (ISO 8601), 01MAR2015, or a SAS date",
    do="correct it or leave it blank",
    needs=["adsl.USUBJID"],
)
def unreadable(tables: Tables) -> Iterator[Hits]:
    """A cell of a column of dates (…DT, …DTC, …DTM) is no date: a 13th month, a 30 February, words.

    A column in which no cell at all is a date holds something else and is passed over.
    """
    for name in _columns(tables):
        dates = _read(tables, name)
        if dates.unreadable.any() and not np.isnat(dates.first).all():
            rows = np.flatnonzero(dates.unreadable & ~_in_two_orders(tables, name))
            if len(rows):
                yield Hits(rows, lambda row, name=name: tables.said(name, row), at=name)


def _in_two_orders(tables: Tables, name: str) -> np.ndarray:
    """True where a cell is a date such as 03/04/2015, whose day and month nobody can tell apart."""
    texts = tables.text(name)
    odd = [bool(ORDER.fullmatch(str(text))) for text in texts.categories]
    return np.append(np.array(odd, dtype=bool), False)[texts.codes]


@rule(
    "ambiguous date",
    "warning",
    "adsl.BRTHDTC",
    expected="2015-03-01 (ISO 8601) or 01MAR2015",
    do="write the year first, or the month in letters; as it is the date is not read",
    needs=["adsl.USUBJID"],
)
def ambiguous(tables: Tables) -> Iterator[Hits]:
    """A date is written 03/04/2015 or 3.4.15: the third of April, or the fourth of March?"""
    for name in _columns(tables):
        rows = np.flatnonzero(_in_two_orders(tables, name))
        if len(rows):
            yield Hits(rows, lambda row, name=name: tables.said(name, row), at=name)


@rule(
    "date before birth",
    "warning",
    "adsl.BRTHDTC",
    expected="a date after the subject's birth",
    do="correct one of the two dates",
    needs=["adsl.USUBJID"],
)
def before_birth(tables: Tables) -> Iterator[Hits]:
    """A date lies before the subject's own date of birth, even if partial dates are read generously."""
    birth = _first(tables, "adsl", BIRTH)
    if birth is None:
        return
    for name in _columns(tables):
        table, _, column = name.partition(".")
        if column in BIRTH:
            continue
        born = _of_subject(tables, table, _read(tables, birth).first)
        rows = np.flatnonzero(_read(tables, name).last < born)
        if len(rows):
            yield Hits(
                rows,
                lambda row, name=name, born=born: f"{tables.said(name, row)}, born {born[row]}",
                at=name,
            )


@rule(
    "AGE does not fit the dates",
    "warning",
    "adsl.AGE",
    expected="the years from birth to the start of treatment",
    do="correct AGE or the date of birth; AGE is used",
    needs=["adsl.USUBJID", "adsl.AGE"],
)
def age(tables: Tables) -> Iterator[Hits]:
    """AGE differs by more than a year and a half from the date of birth and the start of treatment."""
    birth, start = _first(tables, "adsl", BIRTH), _first(tables, "adsl", START)
    if birth is None or start is None:
        return
    born, began = _read(tables, birth), _read(tables, start)
    year = np.timedelta64(1, "D") * 365.25
    least, most = (began.first - born.last) / year, (began.last - born.first) / year
    years = tables.number("adsl.AGE")
    if tables.has("adsl.AGEU"):
        years = np.where(tables.text("adsl.AGEU") == "YEARS", years, np.nan)
    rows = np.flatnonzero((years < least - SLACK) | (years > most + SLACK))
    if len(rows):
        yield Hits(rows, lambda row: f"{years[row]:g}, by the dates about {least[row]:.0f}")


@rule(
    "event or value after death",
    "warning",
    "adae.ASTDT",
    expected="a date before the subject's death",
    do="correct one of the two dates",
    needs=["adsl.USUBJID"],
)
def after_death(tables: Tables) -> Iterator[Hits]:
    """An adverse event began, or a sample was taken, after the date of death (or its study day)."""
    death = _first(tables, "adsl", DEATH)
    for table, columns in AFTERWARDS.items():
        name = _first(tables, table, columns)
        if death and name:
            died = _of_subject(tables, table, _read(tables, death).last)
            rows = np.flatnonzero(_read(tables, name).first > died)
            if len(rows):
                yield Hits(
                    rows,
                    lambda row, name=name, died=died: f"{tables.said(name, row)}, died {died[row]}",
                    at=name,
                )
    for name in ("adae.ASTDY", "adlb.ADY"):
        yield from _after_last_day(tables, name)


def _after_last_day(tables: Tables, name: str) -> Iterator[Hits]:
    day = _first(tables, "adsl", ("DTHADY", "DTHDY"))
    if day and tables.has(name):
        last = np.full(len(tables.subjects) + 1, np.nan)
        last[tables.subject("adsl")] = tables.number(day)
        last[-1] = np.nan
        own = last[tables.subject(name.partition(".")[0])]
        rows = np.flatnonzero(tables.number(name) > own)
        if len(rows):
            yield Hits(
                rows, lambda row: f"day {tables.said(name, row)}, died day {own[row]:g}", at=name
            )


@rule(
    "end before start",
    "warning",
    "adae.AENDY",
    expected="an end on or after the start",
    do="correct one of the two",
    needs=["adsl.USUBJID"],
)
def backwards(tables: Tables) -> Iterator[Hits]:
    """An adverse event, a treatment or a time at risk ends before it starts, by day or by date."""
    if tables.has("adae.ASTDY", "adae.AENDY"):
        rows = np.flatnonzero(tables.number("adae.AENDY") < tables.number("adae.ASTDY"))
        if len(rows):
            yield Hits(
                rows,
                lambda row: (
                    f"day {tables.said('adae.AENDY', row)}, begun day "
                    f"{tables.said('adae.ASTDY', row)}"
                ),
            )
    for table, start, end in PAIRS:
        one, two = f"{table}.{start}", f"{table}.{end}"
        if tables.has(one, two):
            rows = np.flatnonzero(_read(tables, two).last < _read(tables, one).first)
            if len(rows):
                yield Hits(
                    rows,
                    lambda row, one=one, two=two: (
                        f"{tables.said(two, row)}, begun {tables.said(one, row)}"
                    ),
                    at=two,
                )
