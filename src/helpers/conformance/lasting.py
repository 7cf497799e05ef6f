"""Tables in, times that do not fit how long their subjects were observed out; none is corrected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import TIMES
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables

FEW = 3  # events of an arm, and censored times of it, from which on they are compared
MOST, LITTLE = 0.6, 0.2  # shares that mark a habit and its opposite
NINES = (99.0, 999.0, 9999.0)
WEEK, MANY = 7.0, 0.1


def _early(tables: Tables, endpoint, rows: np.ndarray) -> np.ndarray:
    """True for the times that end a tenth (and a week) or more before the last day that is known."""
    days = tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit]
    return days < 0.9 * tables.observed[tables.subject("adtte")[rows]] - WEEK


@rule(
    "CNSR of one arm is turned round",
    "error",
    "adtte.CNSR",
    expected="0 for an event and 1 for a censored time in every arm",
    do="recode CNSR as 1 - CNSR in this arm if it is an event flag there",
    needs=["adsl.USUBJID", "adsl.TRT01A", *TIMES],
)
def turned_in_an_arm(tables: Tables) -> Iterator[Hits]:
    """In one arm the censored times end long before the observation and the events at its end.

    In another arm it is the other way round, as it has to be. Of three events and three censored times
    in an arm.
    """
    for endpoint, rows, event in tables.endpoints:
        known = tables.subject("adtte")[rows] >= 0
        rows, event = rows[known], event[known]
        early = _early(tables, endpoint, rows)
        of_arm, names = tables.of_subjects("adsl.TRT01A")
        arm = of_arm[tables.subject("adtte")[rows]]
        by = pd.DataFrame({"early": early, "event": event})[arm >= 0].groupby(
            [arm[arm >= 0], "event"]
        )
        shares = by["early"].mean().where(by.size() >= FEW).unstack().dropna()
        if shares.shape[1] < 2:
            continue
        right = (shares[True] >= MOST) & (shares[False] <= LITTLE)
        turned = (shares[False] >= MOST) & (shares[True] <= LITTLE)
        for group in shares.index[turned] if right.any() else ():
            found = (
                f"arm {names[group]!r}: events as late as the observation, censored times before"
            )
            yield Hits(rows[(arm == group)][:1], found)


@rule(
    "time of 0 beside a longer observation",
    "warning",
    "adtte.AVAL",
    expected="the time to the event, or to the last contact",
    do="correct it: 0 is no time, and leaves the subject out of every later number at risk",
    needs=TIMES,
)
def no_time(tables: Tables) -> Iterator[Hits]:
    """A time is 0, and the subject was observed for more than a week.

    Of events, which may come on the first day, only where a tenth of the times are 0.
    """
    for _, rows, event in tables.endpoints:
        subject, none = tables.subject("adtte")[rows], tables.number("adtte.AVAL")[rows] == 0
        longer = tables.observed[subject] > WEEK
        bad = rows[(subject >= 0) & longer & none & (~event | (none.mean() >= MANY))]
        if len(bad):
            yield Hits(bad, tables.said_of("adtte.AVAL"))


@rule(
    "time that looks like a code",
    "warning",
    "adtte.AVAL",
    expected="a time, blank where not known",
    do="find out whether 99 or 999 stands for a missing time; a code would count as a long time",
    needs=TIMES,
)
def coded_time(tables: Tables) -> Iterator[Hits]:
    """Three or more times of an endpoint are 99, 999 or 9999, events among them, and none is longer."""
    for _, rows, event in tables.endpoints:
        times = tables.number("adtte.AVAL")[rows]
        coded = times == times.max()
        if times.max() in NINES and 3 <= coded.sum() < len(times) and event[coded].any():
            yield Hits(rows[coded], tables.said_of("adtte.AVAL"))


@rule(
    "horizon before every event",
    "warning",
    "study.endpoints",
    expected="a time by which somebody had the event",
    do="correct horizon and its unit; all means and shares are taken up to it",
    needs=TIMES,
)
def early_horizon(tables: Tables) -> Iterator[Hits]:
    """The horizon of an endpoint lies before its first event: nothing happens up to it."""
    for endpoint, rows, event in tables.endpoints:
        first = tables.number("adtte.AVAL")[rows][event]
        if endpoint.horizon is not None and len(first) and endpoint.horizon < first.min():
            found = f"{endpoint.horizon:g}, the first event at {first.min():g}"
            yield Hits(None, found, at=f"study.endpoints.{endpoint.role}.horizon")


@rule(
    "duration of some subjects missing",
    "warning",
    "adsl.TRTDURD",
    expected="days of observation of every subject",
    do="add it: without, the subject's events count in a rate and its time does not",
    needs=["adsl.USUBJID", "adsl.TRTDURD"],
)
def no_duration(tables: Tables) -> Iterator[Hits]:
    """TRTDURD is blank for a subject who has events, values or times, and most others have it."""
    days = tables.number("adsl.TRTDURD")
    subject = tables.subject("adsl")
    seen = np.zeros(len(tables.subjects), dtype=bool)
    for table in ("adae", "adlb", "adtte"):
        if tables.has(f"{table}.USUBJID"):
            there = tables.subject(table)
            seen[there[there >= 0]] = True
    rows = np.flatnonzero(np.isnan(days) & (subject >= 0) & seen[subject])
    if 0 < len(rows) < 0.5 * len(days):
        yield Hits(rows, lambda row: f"{tables.said('adsl.TRTDURD', row)} of "
                                     f"{tables.said('adsl.USUBJID', row)}")  # fmt: skip


@rule(
    "treated, and in no safety set",
    "warning",
    "adsl.SAFFL",
    expected="SAFFL = Y for who was treated",
    do="correct SAFFL, or the start and duration of treatment",
    needs=["adsl.USUBJID", "adsl.SAFFL", "adsl.TRTSDT"],
)
def unsafe(tables: Tables) -> Iterator[Hits]:
    """SAFFL is N for a subject with a start of treatment; others with a start have Y."""
    started = tables.text("adsl.TRTSDT").codes >= 0
    refused = tables.where("adsl.SAFFL", lambda flag: flag.upper() in ("N", "NO", "0"))
    rows = np.flatnonzero(started & refused)
    if 0 < len(rows) < 0.5 * started.sum():
        yield Hits(rows, lambda row: f"{tables.said('adsl.SAFFL', row)}, treated from "
                                     f"{tables.said('adsl.TRTSDT', row)}")  # fmt: skip


@rule(
    "safety set of those with an event",
    "warning",
    "adsl.SAFFL",
    expected="SAFFL = Y for all who were treated, with an event or without",
    do="flag everybody who was treated: shares and rates of events have these subjects as their whole",
    needs=["adsl.USUBJID", "adsl.SAFFL", "adae.USUBJID"],
)
def of_events(tables: Tables) -> Iterator[Hits]:
    """Just the subjects with an adverse event have SAFFL = Y, of ten with one and five without, or more."""
    safe, with_event = tables.flag("adsl.SAFFL"), np.unique(tables.subject("adae"))
    has = np.isin(tables.subject("adsl"), with_event[with_event >= 0])
    if (safe == has).all() and has.sum() >= 10 and (~has).sum() >= 5:
        yield Hits(
            np.flatnonzero(~has)[:1], f"{has.sum()} of {len(has)} subjects, all with an event"
        )


@rule(
    "response at time 0",
    "warning",
    "adtte.AVAL",
    expected="a time after the start",
    do="correct it: a response is a change, and nothing has changed at the start",
    needs=TIMES,
)
def response_at_start(tables: Tables) -> Iterator[Hits]:
    """The event of a response has the time 0."""
    for endpoint, rows, event in tables.endpoints:
        if endpoint.event == "response":
            bad = rows[event & (tables.number("adtte.AVAL")[rows] == 0)]
            yield Hits(bad, tables.said_of("adtte.AVAL"))
