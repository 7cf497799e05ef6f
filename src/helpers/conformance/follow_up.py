"""Tables in, days that lie after the end of a subject's observation out; no day is changed.

TRTDURD is read as the days under observation: rates divide by it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables

SLACK = 30.0  # days after the end that a last visit, a report or a rounded time may come
LEAST = 20  # days known
HABIT = 0.8  # share of the subjects who keep to it, so that the others stand out
SAME = np.log(1.1)  # how far two durations that are the same may lie apart
LIFE = 150 * DAYS["year"]
HOURS = {"hours": 1 / 24, "weeks": 7.0, "months": DAYS["month"], "years": DAYS["year"]}


def _times(tables: Tables):
    """Each endpoint with its rows that have a time, and these times in days."""
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"):
        for endpoint in tables.config.endpoints.values():
            mine = np.asarray(tables.text("adtte.PARAMCD") == endpoint.paramcd)
            days = tables.number("adtte.AVAL") * DAYS[endpoint.unit]
            rows = np.flatnonzero(mine & (days >= 0) & (tables.subject("adtte") >= 0))
            if len(rows):
                yield endpoint, rows, days[rows]


def _seen(tables: Tables) -> np.ndarray:
    """The last day of each subject that adlb knows; where it has no days, adtte, then the visits."""
    days = tables.last_day("adlb.ADY")
    if np.isnan(days).all():
        for _, rows, times in _times(tables):
            days = np.fmax(days, tables.largest(tables.subject("adtte")[rows], times))
    if np.isnan(days).all() and tables.has("adlb.AVISITN", "adlb.USUBJID"):
        visits = np.where(tables.scheduled, tables.number("adlb.AVISITN"), np.nan)
        days = tables.largest(tables.subject("adlb"), visits * DAYS[tables.config.visits.unit])
    return days


@rule(
    "TRTDURD is not in days",
    "warning",
    "adsl.TRTDURD",
    expected="days under observation",
    do="convert TRTDURD to days; if it is the time on treatment, give the days under observation",
    needs=["adsl.USUBJID", "adsl.TRTDURD"],
)
def not_days(tables: Tables) -> Iterator[Hits]:
    """TRTDURD of most subjects is less than a third of their last study day, or off by a unit's factor.

    The last day is that of ADY; without it, the times of adtte or the numbers of the visits. Of one arm
    by itself, or of a fifth of the subjects or more, where the others' durations are of the right size.
    """
    ratio = _seen(tables) / tables.last_day("adsl.TRTDURD")
    found = {"": _in_unit(ratio)}
    if not found[""]:
        of_arm, names = tables.of_subjects("adsl.TRT01A")
        found = {f", in {names[group]!r} alone": _in_unit(ratio[of_arm[:-1] == group])
                 for group in np.unique(of_arm[of_arm >= 0])}  # fmt: skip
    for whose, said in found.items():
        if said:
            yield Hits(None, said + whose)
    near = np.any([np.abs(np.log(ratio / unit)) < SAME for unit in HOURS.values()], axis=0)
    right, fifth = np.abs(np.log(ratio)) < SAME, (1 - HABIT) * np.isfinite(ratio).sum()
    if not any(found.values()) and max(1, fifth) < near.sum() < right.sum():  # of fewer: too_late
        rows = np.flatnonzero(np.append(near, False)[tables.subject("adsl")])
        yield Hits(rows, tables.said_of("adsl.TRTDURD"))


def _in_unit(ratio: np.ndarray) -> str:
    """What the last days, divided by the durations, say of the unit of these; "" if they are days."""
    ratio = ratio[np.isfinite(ratio)]
    if len(ratio) < 3:
        return ""
    middle = float(np.median(ratio))
    near = [u for u, length in HOURS.items() if abs(np.log(middle / length)) < np.log(1.2)]
    spread = np.percentile(ratio, 75) / np.percentile(ratio, 25)
    if not (middle > 3 or (middle < 0.34 and near and spread < 1.5)):
        return ""
    looks = f", as if in {near[0]}" if near and spread < 2 else ""
    return f"1 where the last study day is {middle:.3g} (median of {len(ratio)} subjects){looks}"


@rule(
    "duration far beyond all days known",
    "warning",
    "adsl.TRTDURD",
    expected="a duration within the follow-up of the study",
    do="check its digits: its days count in every rate",
    needs=["adsl.USUBJID", "adsl.TRTDURD"],
)
def too_long(tables: Tables) -> Iterator[Hits]:
    """TRTDURD is more than twice all days known of anybody, but for the few that are so themselves.

    Known are ADY, onsets, times, and the other durations: in one of twenty subjects at most.
    """
    days = tables.number("adsl.TRTDURD")
    known = np.append(tables.seen, np.sort(days[~np.isnan(days)])[: -max(1, len(days) // 20)])
    known = known[np.isfinite(known)]
    rows = np.flatnonzero(days > 2 * known.max()) if len(known) >= LEAST else ()
    yield Hits(rows, tables.said_of("adsl.TRTDURD"))


def _after(tables: Tables, subject: np.ndarray, days: np.ndarray, end: np.ndarray, slack: float):
    """Positions among `days` that lie after their subject's end, if most subjects keep to theirs."""
    last = tables.largest(subject, days)
    known = np.isfinite(last) & np.isfinite(end)
    late = known & (last > end + slack)
    if not late.any() or late.sum() > max(1, (1 - HABIT) * known.sum()):
        return np.array([], dtype=int)
    own = np.append(end, np.nan)[subject]
    return np.flatnonzero(days > own + slack)


@rule(
    "day after the end of observation",
    "warning",
    "adtte.AVAL",
    expected="a day up to the end of the subject's observation",
    do="correct the day, or TRTDURD: rates divide by it",
    needs=["adsl.USUBJID"],
)
def too_late(tables: Tables) -> Iterator[Hits]:
    """A time, a visit or an event of a subject lies 30 days or more after TRTDURD says it ended.

    Without TRTDURD a time is compared with the subject's last ADY. Only where four in five subjects
    keep to it: where treatment ends and observation goes on, nothing is named.
    """
    own = tables.last_day("adsl.TRTDURD")
    for name in ("adlb.ADY", "adae.ASTDY"):
        table = name.partition(".")[0]
        if tables.has(name, f"{table}.USUBJID"):
            days, subject = tables.number(name), tables.subject(table)
            yield from _lines(tables, name, _after(tables, subject, days, own, SLACK), own)
    end = np.where(np.isnan(own), tables.last_day("adlb.ADY"), own)
    for endpoint, rows, days in _times(tables):
        slack = SLACK + DAYS[endpoint.unit]
        late = _after(tables, tables.subject("adtte")[rows], days, end, slack)
        yield from _lines(tables, "adtte.AVAL", rows[late], end, f" {endpoint.unit}(s)")


def _lines(tables: Tables, name: str, rows: np.ndarray, end: np.ndarray, unit: str = ""):
    if len(rows):
        own = np.append(end, np.nan)[tables.subject(name.partition(".")[0])]
        yield Hits(
            rows,
            lambda row: f"{tables.number(name)[row]:g}{unit}, observed until day {own[row]:g}",
            at=name,
        )


@rule(
    "longer than a life",
    "error",
    "adtte.AVAL",
    expected="a time that a person can live through: 150 years at most",
    do="correct it or leave it blank; a code for a missing value has to be a blank",
    needs=["adsl.USUBJID"],
)
def longer_than_life(tables: Tables) -> Iterator[Hits]:
    """A time to event, a duration or a study day of more than 150 years, as 1e300 or 99999999 is."""
    for endpoint, rows, days in _times(tables):
        yield from _impossible(tables, "adtte.AVAL", rows[days > LIFE], f" {endpoint.unit}s")
    for name in ("adsl.TRTDURD", "adlb.ADY", "adae.ASTDY", "adae.AENDY"):
        if tables.has(name):
            rows = np.flatnonzero(np.abs(tables.number(name)) > LIFE)
            yield from _impossible(tables, name, rows, " days")


def _impossible(tables: Tables, name: str, rows: np.ndarray, unit: str):
    if len(rows):
        yield Hits(rows, lambda row: f"{tables.number(name)[row]:g}{unit}", at=name)
