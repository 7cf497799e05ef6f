"""Times to events in, those that are all counted from another day or stand between visits out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import TIMES
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

LEAST, ALL, NEAR = (
    10,
    0.9,
    2,
)  # subjects; share of them; days (a call a week after a visit may be real)
VISITS = 3  # different times of events
AGES = 2.0  # years of spread that ages must have


@rule(
    "times counted from another day",
    "warning",
    "adtte.AVAL",
    expected="censored times in the same study days as TRTDURD or the last visit",
    do="find out from which day each counts, and whether that day is 0 or 1; use one way in all tables",
    needs=["adsl.USUBJID", *TIMES],
)
def another_day(tables: Tables) -> Iterator[Hits]:
    """The censored times of an endpoint in days all differ by one or two days from the days last seen.

    By the same number in nine of ten, of ten or more. One day less is passed over where the study days
    begin with 1, since AVAL may be the date less the date of the start.
    """
    first = _first_day(tables)
    ends = [tables.last_day("adsl.TRTDURD"), tables.last_day("adlb.ADY"), tables.visited]
    for endpoint, rows, event in tables.endpoints:
        subject = tables.subject("adtte")[rows]
        use = ~event & (subject >= 0)
        if endpoint.unit != "day":
            continue
        off = [tables.number("adtte.AVAL")[rows[use]] - end[subject[use]] for end in ends]
        by = [shift(days) for days in off]
        found = [b for b in by if b is not None]
        if found and not {0.0, -first} & set(found):
            said = f"{found[0]:+g} day(s) in {endpoint.paramcd} against the days last seen"
            yield Hits(rows[use][:1], said)


@rule(
    "times counted from birth",
    "warning",
    "adtte.AVAL",
    expected="times from the start of the treatment or from randomisation",
    do="find out from which day AVAL counts: as it stands a time is the subject's age",
    needs=["adsl.USUBJID", "adsl.AGE", *TIMES],
)
def from_birth(tables: Tables) -> Iterator[Hits]:
    """The times of an endpoint, in years, are the ages and little more, of twenty subjects or more."""
    age = np.append(tables.largest(tables.subject("adsl"), tables.number("adsl.AGE")), np.nan)
    for endpoint, rows, _ in tables.endpoints:
        years = tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit] / DAYS["year"]
        own = age[tables.subject("adtte")[rows]]
        after, known = years - own, own[~np.isnan(own)]
        if len(known) < 2 * LEAST or not known.std() > AGES:
            continue
        if (
            np.nanmin(after) > -2
            and np.nanstd(after) < known.std() / 2
            and np.nanmedian(after) < known.min()
        ):
            yield Hits(rows[:1], f"{tables.said_of('adtte.AVAL')(int(rows[0]))}, aged {own[0]:g}")


@rule(
    "times of one arm counted from another day",
    "warning",
    "adtte.AVAL",
    expected="censored times that end with the observation in every arm",
    do="find out from which day this arm's times count: a difference between arms is made by it alone",
    needs=["adsl.USUBJID", "adsl.TRT01A", "adsl.TRTDURD", *TIMES],
)
def arm_from_another_day(tables: Tables) -> Iterator[Hits]:
    """The censored times of one arm all differ from TRTDURD by the same days, and the others' do not.

    In nine of ten of ten subjects or more each; of endpoints in days.
    """
    end, arm = tables.last_day("adsl.TRTDURD"), np.append(tables.arms, -1)
    for endpoint, rows, event in tables.endpoints:
        subject = tables.subject("adtte")[rows]
        use = ~event & (subject >= 0) & (endpoint.unit == "day")
        off, group = tables.number("adtte.AVAL")[rows[use]] - end[subject[use]], arm[subject[use]]
        for one in np.unique(group[group >= 0]):
            by, others = shift(off[group == one], np.inf), shift(off[group != one])
            if by and others == 0:
                label = tables.config.arms[int(one)].label
                yield Hits(
                    rows[use][group == one][:1], f"{by:+g} day(s) in {label!r}, 0 in the others"
                )


def _first_day(tables: Tables) -> float:
    """The study day of most baseline values: 0 or 1, as the tables count; 1 where nothing tells."""
    if not tables.has("adlb.ADY", "adlb.AVISITN"):
        return 1.0
    at = tables.number("adlb.AVISITN") == tables.config.visits.baseline
    days = tables.number("adlb.ADY")[at]
    days = days[~np.isnan(days)]
    return float(np.median(days)) if len(days) and np.median(days) in (0, 1) else 1.0


def shift(days: np.ndarray, near: float = NEAR) -> float | None:
    """The number that nine of ten of these differences are, up to `near` days off 0; None: no such."""
    days = days[~np.isnan(days)]
    if len(days) < LEAST:
        return None
    values, counts = np.unique(days, return_counts=True)
    most = values[counts.argmax()]
    return float(most) if counts.max() >= ALL * len(days) and abs(most) <= near else None


@rule(
    "times beside the visits",
    "warning",
    "adtte.AVAL",
    expected="times at visits, as the numbers of AVISITN",
    do="find out whether a number was added to, or taken from, all times of the endpoint",
    needs=["adsl.USUBJID", *TIMES, *LAB],
)
def beside_visits(tables: Tables) -> Iterator[Hits]:
    """No time of an endpoint is at a visit, and all are once the same one or two units are taken off.

    In the unit of the visits, with three different times or more; where there is a visit at every unit of
    time nothing can be told.
    """
    visits = np.unique(tables.planned["VISIT"])
    for endpoint, rows, _ in tables.endpoints:
        times = np.unique(tables.number("adtte.AVAL")[rows])
        times = times[times > 0]
        if endpoint.unit != tables.config.visits.unit or len(times) < VISITS:
            continue
        if np.isin(times, visits).any() or len(rows) < LEAST:
            continue
        by = [k for k in (1, -1, 2, -2) if np.isin(times - k, visits).all()]
        if by:
            yield Hits(rows[:1], f"{len(times)} different times of {endpoint.paramcd}, each {by[0]:+g} "
                       f"from a visit, the first {times[0]:g}")  # fmt: skip
