"""Times to events in, those that another endpoint, the visits or the calendar of days deny out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.config import Endpoint
from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import TIMES
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.ingest.outcomes import names_death

SUBJECTS, EVENTS, FEW = 10, 3, 3
EARLY, MONTH, HABIT, NEAR = 0.6, 31.0, 0.6, 0.9  # shares of the last day; days; share of the rows
BEYOND = 1.5  # times the last day known of anybody
NEEDS = ["adsl.USUBJID", *TIMES]


def _by_subject(tables: Tables, rows: np.ndarray, unit: str) -> pd.DataFrame:
    """Time in days and CNSR of each subject of these rows."""
    days = np.round(tables.number("adtte.AVAL")[rows] * DAYS[unit])
    table = pd.DataFrame({"DAY": days, "CNSR": tables.number("adtte.CNSR")[rows]})
    table.index = tables.subject("adtte")[rows]
    return table[table.index >= 0].sort_index()


@rule(
    "endpoint copied from another",
    "warning",
    "adtte.AVAL",
    expected="times and events of an endpoint's own",
    do="find out whether the rows of one endpoint were pasted over the other's",
    needs=NEEDS,
)
def copied(tables: Tables) -> Iterator[Hits]:
    """Two endpoints have the same time and CNSR in every subject, of ten or more and three events.

    An endpoint of which a subject has several rows (one an event) is passed over.
    """
    once = [found for found in tables.endpoints if not _doubled(tables, found[1])]
    for (one, mine, event), (other, theirs, _) in combinations(once, 2):
        first, second = (_by_subject(tables, r, e.unit) for r, e in ((mine, one), (theirs, other)))
        if len(first) >= SUBJECTS and event.sum() >= EVENTS and first.equals(second):
            yield Hits(
                theirs[:1], f"{other.paramcd} is as {one.paramcd} in all {len(first)} subjects"
            )


def _doubled(tables: Tables, rows: np.ndarray) -> bool:
    """Whether a subject has more than one of these rows."""
    subjects = tables.subject("adtte")[rows]
    known = subjects[subjects >= 0]
    return len(np.unique(known)) < len(known)


def _last(tables: Tables, rows: np.ndarray) -> np.ndarray:
    """The last day known of the subject of each row, from adsl, adlb and adae; NaN where unknown."""
    return np.append(tables.observed, np.nan)[tables.subject("adtte")[rows]]


@rule(
    "censored long before the last visit",
    "warning",
    "adtte.AVAL",
    expected="a censored time that ends when the subject was last seen, as in most",
    do="find out whether this is an older time, or another visit's; if it ended for a reason, say so in "
    "CNSDTDSC",
    needs=NEEDS,
)
def too_early(tables: Tables) -> Iterator[Hits]:
    """A censored time ends before three fifths of the days known of its subject, and a month earlier.

    Only where three in five censored times reach the last day (within a tenth), and not where CNSDTDSC or
    EVNTDESC gives another reason than most rows have.
    """
    for endpoint, rows, event in tables.endpoints:
        censored = rows[~event]
        days = tables.number("adtte.AVAL")[censored] * DAYS[endpoint.unit]
        last = _last(tables, censored)
        if _at_visits(tables, endpoint, rows, event):  # nothing is known between them
            last = np.fmin(last, _last_visit(tables)[tables.subject("adtte")[censored]])
        known = ~np.isnan(last)
        reached = days >= NEAR * last
        early = (
            known
            & (days > 0)
            & (days < EARLY * last)
            & (last - days > MONTH)
            & ~_reasons(tables, censored)
        )
        if known.sum() >= SUBJECTS and reached[known].mean() >= HABIT and early.any():
            seen = dict(zip(censored.tolist(), last.tolist(), strict=True))
            yield Hits(censored[early], lambda row, seen=seen: (
                f"{tables.said_of('adtte.AVAL')(row)}, seen until day {seen[row]:g}"))  # fmt: skip


def _reasons(tables: Tables, rows: np.ndarray) -> np.ndarray:
    """Where CNSDTDSC or EVNTDESC holds something else than in most of these rows."""
    out = np.zeros(len(rows), dtype=bool)
    for name in ("adtte.CNSDTDSC", "adtte.EVNTDESC"):
        if tables.has(name) and len(rows):
            codes = tables.text(name).codes[rows]
            out |= (codes >= 0) & (codes != np.bincount(codes + 1).argmax() - 1)
    return out


def _deaths(tables: Tables, rows: np.ndarray) -> np.ndarray:
    """Which rows EVNTDESC calls a death."""
    if not tables.has("adtte.EVNTDESC"):
        return np.zeros(len(rows), dtype=bool)
    words = tables.text("adtte.EVNTDESC")
    known = np.array([*map(names_death, map(str, words.categories)), False])  # the last: blank
    return known[words.codes[rows]]


def _at_visits(tables: Tables, endpoint: Endpoint, rows: np.ndarray, event: np.ndarray) -> bool:
    """Whether most events have the number of a visit, as those that are seen at visits have."""
    if not tables.has(*LAB) or endpoint.unit != tables.config.visits.unit:
        return False
    times = tables.number("adtte.AVAL")[rows[event]]
    return len(times) > 0 and np.isin(times, tables.number("adlb.AVISITN")).mean() > 0.5


def _last_visit(tables: Tables) -> np.ndarray:
    """The days to the last planned visit at which each subject has a value; NaN where none has."""
    out, lab = np.full(len(tables.subjects) + 1, np.nan), tables.planned
    days = lab["VISIT"].to_numpy() * DAYS[tables.config.visits.unit]
    np.fmax.at(out, lab["SUBJECT"].to_numpy(), days)
    return out


@rule(
    "event on the very last day",
    "warning",
    "adtte.CNSR",
    expected="events within the observation, and CNSR 1 for who had none until its end",
    do="find out whether these subjects had the event, or reached the end without it",
    needs=NEEDS,
)
def on_the_last_day(tables: Tables) -> Iterator[Hits]:
    """Three events or more are on the last day known of their subject, at the usual end of the study.

    Others are a month or more before the end of theirs. Of endpoints in days that are not seen at visits;
    a death, by its EVNTDESC, ends the observation and is passed over.
    """
    for endpoint, rows, event in tables.endpoints:
        days, last = tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit], _last(tables, rows)
        if endpoint.unit != "day" or not event.any() or event.all():
            continue
        planned = NEAR * np.nanmedian(days[~event])
        at_end = event & (days == last) & (days >= planned) & ~_deaths(tables, rows)
        before = event & (days < last - MONTH)
        if (
            at_end.sum() >= FEW
            and before.sum() >= FEW
            and not _at_visits(tables, endpoint, rows, event)
        ):
            yield Hits(rows[at_end], tables.said_of("adtte.CNSR"))


@rule(
    "events and censored times in two units",
    "warning",
    "adtte.AVAL",
    expected="times of events within the days that subjects were observed",
    do="convert the times of the events to the unit of the endpoint",
    needs=NEEDS,
)
def two_units(tables: Tables) -> Iterator[Hits]:
    """Most events come after 1.5 times all days known of anybody, where censored times end with them."""
    for endpoint, rows, event in tables.endpoints:
        days, last = tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit], _last(tables, rows)
        if not event.any() or np.isnan(last).all():
            continue
        end = BEYOND * np.nanmax(last)
        late = event & (days > end)
        if late.sum() >= FEW and 2 * late.sum() > event.sum() and (days[~event] <= end).all():
            said = f", where nobody was observed after day {np.nanmax(last):g}"
            yield Hits(rows[late], lambda row, said=said: tables.said_of("adtte.AVAL")(row) + said)


@rule(
    "decimals among whole days",
    "warning",
    "adtte.AVAL",
    expected="whole days, as in most rows",
    do="find out whether these times are in months or years",
    needs=NEEDS,
)
def decimals(tables: Tables) -> Iterator[Hits]:
    """Three times or more of an endpoint in days have decimals, and half of all or more are whole.

    A half day (0.5), as some write for the first day, is none of them.
    """
    for endpoint, rows, _ in tables.endpoints:
        days = tables.number("adtte.AVAL")[rows]
        odd = (days % 1 != 0) & (days % 0.5 != 0)
        if endpoint.unit == "day" and FEW <= odd.sum() <= 0.5 * len(days):
            yield Hits(rows[odd], tables.said_of("adtte.AVAL"))
