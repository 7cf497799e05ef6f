"""Times to a first adverse event in, those that the adverse events themselves deny out.

An endpoint is such a one where EVNTDESC of its events is a term of adae, which most subjects then have
on just that day. What an endpoint counts is taken from these terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.config import Endpoint
from helpers.conformance.counted_from import shift
from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import TIMES
from helpers.conformance.view import Tables

EVENTS, HABIT, HALF, FEW = 5, 0.8, 0.5, 0.2  # events; shares of them on their day; of exceptions
NEEDS = ["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD", "adae.ASTDY", "adtte.EVNTDESC", *TIMES]


@dataclass(frozen=True)
class Counted:
    """An endpoint of adverse events: its rows of adtte, and the first day of its terms in adae.

    `first` is by subject (position; NaN: none after the start); `there` tells which `events` (rows of
    adtte) adae has, on their day, under the subject and term.
    """

    endpoint: Endpoint
    events: np.ndarray
    censored: np.ndarray
    there: np.ndarray
    first: np.ndarray


def _folded(texts) -> np.ndarray:
    """The text of each row without case and outer spaces; "" where blank."""
    return np.array([*(str(c).casefold() for c in texts.categories), ""])[texts.codes]


def _counted(tables: Tables) -> Iterator[Counted]:
    """The endpoints in days whose events are all called by terms of adae."""
    terms, said = _folded(tables.text("adae.AEDECOD")), _folded(tables.text("adtte.EVNTDESC"))
    day, whose = tables.number("adae.ASTDY"), tables.subject("adae")
    of_adae = list(zip(whose.tolist(), terms.tolist(), day.tolist(), strict=True))
    known = set(of_adae)
    time, subject = tables.number("adtte.AVAL"), tables.subject("adtte")
    for endpoint, rows, event in tables.endpoints:
        events, censored = (r[subject[r] >= 0] for r in (rows[event], rows[~event]))
        names = set(said[events].tolist())
        if endpoint.unit != "day" or len(events) < EVENTS or not names <= {*terms} - {""}:
            continue
        there = max(
            ([(int(subject[r]), said[r], time[r] + k) in known for r in events]
             for k in _less(tables, censored)), key=sum)  # fmt: skip
        keys = {(int(subject[r]), said[r], time[r] + k) for r in events for k in (0, 1)}
        these = np.array([key in keys for key in of_adae])
        use = np.isin(terms, list(names)) & (day > 0) & _of_their_kind(tables, these)
        first = np.full(len(tables.subjects) + 1, np.inf)
        np.minimum.at(first, whose[use], day[use])
        yield Counted(endpoint, events, censored, np.array(there), first[:-1])


def _less(tables: Tables, censored: np.ndarray) -> tuple[int, ...]:
    """By how many days times may be less than study days: as censored times are than TRTDURD; else 0 or 1."""
    off = tables.number("adtte.AVAL")[censored]
    off = off - tables.last_day("adsl.TRTDURD")[tables.subject("adtte")[censored]]
    by = shift(off)
    return (int(-by),) if by in (0, -1) else (0, 1)


def _of_their_kind(tables: Tables, these: np.ndarray) -> np.ndarray:
    """The rows of adae with a severity, flags and a relation that some of `these` have.

    Where only severe, serious, related or emergent events count, no others are among them.
    """
    out = np.ones(len(these), dtype=bool)
    for name in ("AESEV", "AETOXGR", "ATOXGR", "AESER", "AEREL", "TRTEMFL"):
        if tables.has(f"adae.{name}"):
            codes = tables.text(f"adae.{name}").codes
            out &= np.isin(codes, np.unique(codes[these]))
    return out


@rule(
    "event of adtte that adae has not",
    "warning",
    "adtte.AVAL",
    expected="the day of this event in adae (ASTDY), under the same subject",
    do="find out which table is right: a time, a term or an identifier was changed in one of the two",
    needs=NEEDS,
)
def not_there(tables: Tables) -> Iterator[Hits]:
    """EVNTDESC names a term, and adae has none of it for the subject on that day (AVAL, or a day later).

    Where adae has half of the endpoint's events; where it has fewer, all are named together: the events
    stand under other subjects, or all days are others.
    """
    for counted in _counted(tables):
        share, code = counted.there.mean(), counted.endpoint.paramcd
        missing = counted.events[~counted.there]
        if share >= HALF:
            yield Hits(missing, lambda row: (
                f"{tables.said_of('adtte.AVAL')(row)}, {tables.said('adtte.EVNTDESC', row)}"))  # fmt: skip
        else:
            yield Hits(missing[:1], f"{len(missing)} of {len(counted.there)} events of {code} are not on "
                       "their day in adae")  # fmt: skip


@rule(
    "not the first event",
    "warning",
    "adtte.AVAL",
    expected="the time of the first such event in adae",
    do="take the first event; if the endpoint asks for more than the term (a grade, say), nothing",
    needs=NEEDS,
)
def not_first(tables: Tables) -> Iterator[Hits]:
    """adae has an event of the endpoint's terms under treatment on an earlier day than AVAL.

    Where four in five of its other events are the first ones.
    """
    for counted in _counted(tables):
        rows = counted.events[counted.there]
        subject, time = tables.subject("adtte")[rows], tables.number("adtte.AVAL")[rows]
        late = time > counted.first[subject]
        if counted.there.mean() >= HABIT and 0 < late.sum() <= FEW * len(rows):
            yield Hits(rows[late], _first_day(tables, counted))


@rule(
    "censored, and had the event",
    "warning",
    "adtte.CNSR",
    expected="0 for who has such an event in adae before the end of the time",
    do="find out why the event does not count; else set CNSR to 0 and AVAL to its day",
    needs=NEEDS,
)
def had_it(tables: Tables) -> Iterator[Hits]:
    """A time is censored though adae has an event of the endpoint's terms under treatment before its end.

    Where adae has four in five of the endpoint's events, and such times are few beside them.
    """
    for counted in _counted(tables):
        rows = counted.censored
        had = counted.first[tables.subject("adtte")[rows]] <= tables.number("adtte.AVAL")[rows]
        few = 0 < had.sum() <= FEW * len(counted.events)
        if counted.there.mean() >= HABIT and few:
            yield Hits(rows[had], _first_day(tables, counted))


def _first_day(tables: Tables, counted: Counted):
    """What stands in a row of adtte, and the first day in adae, for a report."""
    return lambda row: (
        f"{tables.said_of('adtte.AVAL')(row)}, "
        f"in adae on day {counted.first[tables.subject('adtte')[row]]:g}"
    )
