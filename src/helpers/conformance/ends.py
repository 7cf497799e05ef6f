"""Tables in, what stands for those who left early and cannot be theirs out; nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

SUBJECTS, FEW = 10, 3  # who have the same end; of these, last seen long before it
EARLY, USUAL = 0.8, 0.5  # of an end; share of a study or arm with the same one
MANY, TIMES, LEVELS, RARE = 5, 5, 25, 1e-6  # subjects; to those before the end; values; chance


@rule(
    "planned end of who left before",
    "warning",
    "adsl.TRTDURD",
    expected="the end of each subject's own observation",
    do="give the days, or the time, up to the end of each subject's observation: the planned length adds "
    "time in which nobody was watched; nothing to do where they were watched without a visit",
    needs=["adsl.USUBJID"],
)
def planned_end(tables: Tables) -> Iterator[Hits]:
    """Half of all subjects, of an arm's, or of the censored times have the same end, and some left before.

    Three or more were last seen before four fifths of it, and not the most of them. A duration is held
    against adlb, adae and adtte, a censored time against adlb and adae.
    """
    of_arm = tables.of_subjects("adsl.TRT01A")[0]
    for name, subject, days, rows, seen in _ends(tables):
        arm, last = of_arm[subject], np.append(seen, np.nan)[subject]
        gone = np.zeros(len(days), dtype=bool)
        for group in (arm > -2, *(arm == k for k in np.unique(arm[arm >= 0]))):
            gone |= _left(np.where(group, days, np.nan), last)
        yield Hits(rows[gone], lambda row, name=name, seen=seen: (
            f"{tables.said_of(name)(row)}, as of most, last seen on day "
            f"{seen[tables.subject(name[:name.index('.')])[row]]:g}"), at=name)  # fmt: skip


def _ends(tables: Tables) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """A column with the subject, the end in days and the row of each, and the last day of every subject."""
    if tables.has("adsl.TRTDURD"):
        subject = tables.subject("adsl")
        yield (
            "adsl.TRTDURD",
            subject,
            tables.number("adsl.TRTDURD"),
            np.arange(len(subject)),
            tables.seen,
        )
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"):
        for endpoint, rows, event in tables.endpoints:
            rows = rows[~event & (tables.number("adtte.CNSR")[rows] > 0)]
            days = tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit]
            yield "adtte.AVAL", tables.subject("adtte")[rows], days, rows, tables.visited


def _left(days: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Who has the commonest of `days` but was last seen long before it; nobody where it is not common."""
    ends, times = np.unique(days[~np.isnan(days)], return_counts=True)
    if not len(ends) or times.max() < max(SUBJECTS, USUAL * times.sum()):
        return np.zeros(len(days), dtype=bool)
    early = EARLY * ends[times.argmax()]
    own = days == ends[times.argmax()]
    gone, stayed = own & (last < early), own & (last >= early)
    return gone if FEW <= gone.sum() < stayed.sum() else np.zeros(len(days), dtype=bool)


@rule(
    "last values carried to the end",
    "warning",
    "adlb.AVAL",
    expected="values that were measured, or DTYPE where they were filled in",
    do="give these rows their DTYPE (LOCF), or take them out: they count as measured at these visits",
    needs=LAB,
)
def carried_to_the_end(tables: Tables) -> Iterator[Hits]:
    """Five subjects or more have one value at their last three visits, and hardly anybody at three before.

    Of a parameter with 25 different values or more; those at a limit or an end of the scale are passed over.
    """
    for i, parameter in enumerate(tables.parameters):
        mine = tables.measured[tables.measured["PARAMETER"] == i].sort_values(["SUBJECT", "VISIT"])
        values = mine["AVAL"].to_numpy()
        if len(values) < 3 or len(np.unique(values)) < LEVELS:
            continue
        subject = mine["SUBJECT"].to_numpy()
        inner = (values > values.min()) & (values < values.max())
        same = (subject[2:] == subject[:-2]) & (
            np.ptp([values[:-2], values[1:-1], values[2:]], axis=0) == 0
        )
        same &= inner[2:]
        last = np.append(subject[3:] != subject[2:-1], True)
        changed = (
            np.append(values[3:] != values[2:-1], False) & ~last
        )  # then another value: measured
        ended, before = same & last, same & changed
        if ended.sum() >= max(MANY, TIMES * (before.sum() + 1)):
            rows = mine["ROW"].to_numpy()[2:][ended]
            yield Hits(np.sort(rows), lambda row, label=parameter.label: (
                f"{tables.said_of('adlb.AVAL')(row)}, as at the two visits before: {label}"))  # fmt: skip


@rule(
    "no event of anybody who left",
    "warning",
    "adae.USUBJID",
    expected="events of those who left as of the others before that day",
    do="find out whether adae holds those who completed the study alone; no row means no event",
    needs=["adsl.USUBJID", "adsl.TRTDURD", "adae.USUBJID", "adae.ASTDY"],
)
def none_of_leavers(tables: Tables) -> Iterator[Hits]:
    """Nobody observed for less than four fifths of the longest time has an event, which is no chance.

    Held against the events of the others up to the day when half of those who left had left; chance 1 in
    a million.
    """
    days = tables.last_day("adsl.TRTDURD")
    left = days < EARLY * np.nanmax(np.append(days, 0))
    if not left.any():
        return
    soon = tables.number("adae.ASTDY") <= np.median(days[left])
    known = tables.subject("adae") >= 0
    having = np.isin(np.arange(len(days)), tables.subject("adae")[known])
    then = np.isin(np.arange(len(days)), tables.subject("adae")[known & soon])
    others = ~left & ~np.isnan(days)
    if (
        not having[left].any()
        and chance_of_none(left.sum(), then[others].sum(), others.sum()) < RARE
    ):
        yield Hits(
            None, f"0 of {left.sum()} who left, {having[others].sum()} of {others.sum()} others"
        )
