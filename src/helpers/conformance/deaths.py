"""Tables in, deaths and serious events that one table knows and another denies out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.calendar import read_dates
from helpers.conformance.entries import FATAL, NOT_FATAL
from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import words_about
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables

CRITERIA = ("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE", "AESOD", "AESCAN")
OF_ADSL = ("DTHDT", "DTHDTC", "DTHDTM", "DTHDY")  # filled in for who died
DEATH = re.compile(r"\bdeath\b|\bdied\b|\bmortality\b|overall survival", re.I)
ALONE = re.compile(r"^(?!.*\b(?:or|and|free)\b)(?!.*cause[- ]specific).*"
                   r"(?:\bdeath\b|\bmortality\b|overall survival)", re.I)  # fmt: skip
MONTH = 31.0


def _fatal(tables: Tables) -> np.ndarray:
    """The rows of adae whose outcome, flag or grade says that the subject died of the event."""
    out = np.zeros(len(tables.frames["adae"]), dtype=bool)
    if tables.has("adae.AEOUT"):
        out |= tables.where("adae.AEOUT", lambda o: FATAL.search(o) and not NOT_FATAL.search(o))
    for name in ("AETOXGR", "ATOXGR"):
        if tables.has(f"adae.{name}"):
            out |= tables.number(f"adae.{name}") == 5
    return np.flatnonzero(out | tables.flag("adae.AESDTH"))


@rule(
    "criterion of a serious event, and not serious",
    "warning",
    "adae.AESER",
    expected="Y beside AESDTH, AESLIFE, AESHOSP, AESDISAB, AESCONG or AESMIE = Y",
    do="correct AESER or the criterion: any of them makes an event serious (ICH E2A)",
    needs=["adae.USUBJID", "adae.AESER"],
)
def serious_by_criterion(tables: Tables) -> Iterator[Hits]:
    """A criterion of seriousness is Y (or the grade is 5), and AESER is not: serious events are too few."""
    for name in CRITERIA:
        rows = np.flatnonzero(tables.flag(f"adae.{name}") & ~tables.flag("adae.AESER"))
        if len(rows):
            yield Hits(
                rows, lambda row, name=name: f"{tables.said_of('adae.AESER')(row)}, {name} Y"
            )


@rule(
    "grade of no scale",
    "warning",
    "adae.AETOXGR",
    expected="grades 1 to 5",
    do="correct it: CTCAE and the DAIDS table know 1 (mild) to 5 (death)",
    needs=["adae.USUBJID"],
)
def no_grade(tables: Tables) -> Iterator[Hits]:
    """A grade is a number beside 1 to 5, or 0 in a fifth of the events or more: the scale begins with 1.

    A few zeros are left to screening, where nothing was found.
    """
    for name in ("adae.AETOXGR", "adae.ATOXGR", "adae.AESEV"):
        if tables.has(name):
            grade = tables.number(name).copy()
            grade[tables.where(name, lambda word: word.casefold() == "grade 0")] = 0  # as read
            zeros = (grade == 0) & (5 * (grade == 0).sum() >= len(grade))
            rows = np.flatnonzero((grade > 5) | (grade < 0) | (grade % 1 > 0) | zeros)
            if len(rows):
                yield Hits(rows, tables.said_of(name), at=name)


@rule(
    "fatal event of a subject who did not die",
    "warning",
    "adae.USUBJID",
    expected="a date of death in adsl, or DTHFL = Y",
    do="correct the outcome of the event, or add the death to adsl",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def survived(tables: Tables) -> Iterator[Hits]:
    """adae says that a subject died of an event, and the columns of death in adsl do not."""
    columns = [name for name in OF_ADSL if tables.has(f"adsl.{name}")]
    if not columns and not tables.has("adsl.DTHFL"):
        return
    dead = tables.flag("adsl.DTHFL")
    for name in columns:
        dead = dead | (tables.text(f"adsl.{name}").codes >= 0)
    known = set(tables.subject("adsl")[dead].tolist())
    rows = _fatal(tables)
    subject = tables.subject("adae")[rows]
    rows = rows[(subject >= 0) & ~np.isin(subject, list(known))]
    yield Hits(rows, lambda row: f"{tables.said('adae.USUBJID', row)}, in adsl without a death")


@rule(
    "fatal event, and censored for death",
    "warning",
    "adtte.CNSR",
    expected="0 for the time to death of who died of an adverse event",
    do="correct CNSR and AVAL, or the outcome of the event",
    needs=["adsl.USUBJID", "adae.USUBJID", "adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"],
)  # fmt: skip
def alive(tables: Tables) -> Iterator[Hits]:
    """The time of an endpoint of death is censored for a subject whom adae says died of an event."""
    dead = np.unique(tables.subject("adae")[_fatal(tables)])
    for endpoint, rows, event in tables.endpoints:
        if DEATH.search(words_about(tables, endpoint, rows)):
            bad = rows[~event & np.isin(tables.subject("adtte")[rows], dead[dead >= 0])]
            if len(bad):
                yield Hits(bad, tables.said_of("adtte.CNSR"))


def _day_of_death(tables: Tables) -> np.ndarray:
    """The latest day that each subject's death can have had, by adsl or a time to death; NaN: none."""
    out = np.full(len(tables.subjects) + 1, np.nan)
    subject = tables.subject("adsl")
    day = next((d for d in ("DTHADY", "DTHDY") if tables.has(f"adsl.{d}")), None)
    if day:
        out[subject] = tables.number(f"adsl.{day}")
    died = tables.first("adsl", OF_ADSL[:2])
    start = tables.first("adsl", ("TRTSDT", "RANDDT", "RFSTDTC"))
    if died and start:
        last, first = (read_dates(tables.frames["adsl"][c.split(".")[1]]) for c in (died, start))
        days = (last.last - first.first) / np.timedelta64(1, "D") + 1
        out[subject] = np.fmax(out[subject], days)
    out = out[:-1]
    for endpoint, rows, event in tables.endpoints:
        if ALONE.search(words_about(tables, endpoint, rows)):
            days = np.where(event, tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit], np.nan)
            out = np.where(np.isnan(out), tables.largest(tables.subject("adtte")[rows], days), out)
    return np.append(out, np.nan)


@rule(
    "time that ends after death",
    "warning",
    "adtte.AVAL",
    expected="a time that ends with the subject's death, or before",
    do="find out which of the two days is wrong; a composite such as progression-free survival ends with "
    "the death at the latest",
    needs=["adsl.USUBJID", "adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"],
)
def outlived(tables: Tables) -> Iterator[Hits]:
    """A time ends more than a month after the subject's death, as adsl or a time to death has it."""
    died = _day_of_death(tables)[tables.subject("adtte")]
    for endpoint, rows, _ in tables.endpoints:
        days = tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit]
        late = rows[days > died[rows] + MONTH]
        yield Hits(
            late, lambda row: f"{tables.said_of('adtte.AVAL')(row)}, died on day {died[row]:.0f}"
        )


@rule(
    "death in adtte that adsl does not know",
    "warning",
    "adtte.CNSR",
    expected="a date of death in adsl for each event of death",
    do="correct CNSR, or add the death to adsl",
    needs=["adsl.USUBJID", "adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"],
)
def unknown_death(tables: Tables) -> Iterator[Hits]:
    """The time to death ends with an event; adsl has a date of death for most others, not for this one."""
    columns = [name for name in OF_ADSL if tables.has(f"adsl.{name}")]
    dead = np.zeros(len(tables.subjects) + 1, dtype=bool)
    for name in columns:
        dead[tables.subject("adsl")[tables.text(f"adsl.{name}").codes >= 0]] = True
    for endpoint, rows, event in tables.endpoints:
        if ALONE.search(words_about(tables, endpoint, rows)):
            ours = rows[event & (tables.subject("adtte")[rows] >= 0)]
            known = dead[tables.subject("adtte")[ours]]
            if 2 * known.sum() > len(ours):
                yield Hits(ours[~known], tables.said_of("adtte.CNSR"))
