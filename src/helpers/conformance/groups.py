"""Tables in, an arm or a visit whose numbers are of another size than all others' out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import DAYS, parse_unit
from helpers.conformance.view import Tables, steady
from helpers.conformance.visits import LAB

LEAST = 5  # values of a group, and of the others
APART = {
    "adlb": 50.0,
    "site": 6.0,
    "adtte": 3.5,
}  # times the others' median; weeks to months are 4.35, to days 7
RARE = 1e-3  # chance that nobody of an arm has an event
UNITS = np.divide.outer(list(DAYS.values()), list(DAYS.values()))  # of one unit in another
SOME, SEEN = 3, 0.8  # events in another unit; share of those at visits
BEYOND = 0.9  # share of a group on the far side of nine tenths of the others


def _odd_groups(size: np.ndarray, group: np.ndarray, apart: float) -> Iterator[tuple[int, float]]:
    """Groups whose logarithms `size` lie apart from all others': (group, times the others' median)."""
    for one in np.unique(group[group >= 0]):
        own, others = size[group == one], size[(group != one) & (group >= 0)]
        if min(len(own), len(others)) < LEAST:
            continue
        off = np.median(own) - np.median(others)
        edge = np.quantile(others, 0.9 if off > 0 else 0.1)
        if (
            steady(others)
            and abs(off) > np.log10(apart)
            and (np.sign(off) * (own - edge) > 0).mean() > BEYOND
        ):
            yield int(one), float(10**off)


@rule(
    "values of one group in another unit",
    "warning",
    "adlb.AVAL",
    expected="values of the size of all others",
    do="check the unit of the values of this arm, site or visit; convert AVAL, BASE and CHG",
    needs=["adsl.USUBJID", "adsl.TRT01A", *LAB],
)
def another_unit(tables: Tables) -> Iterator[Hits]:
    """The values of one arm or visit are 50 times, or of one site 6 times, above or below all others.

    HIV RNA, logarithms and parameters that range widely are passed over.
    """
    rows = tables.lab["ROW"].to_numpy()
    usable = ~tables.flag("adlb.BLQFL")[rows] & tables.lab["AVAL"].gt(0).to_numpy()
    of_arm, arms = tables.of_subjects("adsl.TRT01A")
    for i, parameter in enumerate(tables.parameters):
        unit = parse_unit(parameter.unit)
        if parameter.role == "hivrna" or (unit and unit.log10):
            continue
        lab = tables.lab[usable & (tables.lab["PARAMETER"] == i).to_numpy()]
        size, at = np.log10(lab["AVAL"].to_numpy()), lab["ROW"].to_numpy()
        visit, visits = pd.factorize(lab["VISIT"])
        arm = of_arm[lab["SUBJECT"]]
        site, sites = tables.sites
        for codes, of, apart in ((arm, [f"arm {name!r}" for name in arms], APART["adlb"]),
                                 (site[lab["SUBJECT"]], [f"site {s!r}" for s in sites], APART["site"]),
                                 (visit, [f"visit {v:g}" for v in visits], APART["adlb"])):  # fmt: skip
            for group, times in _odd_groups(size, codes, apart):
                yield Hits(at[codes == group], f"{of[group]}: {times:.3g} times the others' median")


@rule(
    "times of one arm or site in another unit",
    "warning",
    "adtte.AVAL",
    expected="times of all arms and sites in the unit of study.toml",
    do="check the unit of these times: days, weeks and months may be mixed",
    needs=[
        "adsl.USUBJID",
        "adsl.TRT01A",
        "adtte.USUBJID",
        "adtte.PARAMCD",
        "adtte.AVAL",
        "adtte.CNSR",
    ],
)
def another_time(tables: Tables) -> Iterator[Hits]:
    """Those censored in one arm or site were followed 3.5 times as long as all others, or as short.

    Censored times are those of the follow-up, which is planned alike for all; of a site, which may have
    begun late, only where the factor is that of two units (within 15%). Or the longest time of an arm is to
    that of all others as one unit to another (within 3%), though its subjects were seen for as long.
    """
    time, censored = tables.number("adtte.AVAL"), tables.number("adtte.CNSR") > 0
    groups = (*tables.of_subjects("adsl.TRT01A"), "arm"), (*tables.sites, "site")
    for endpoint in tables.config.endpoints.values():
        mine = tables.where("adtte.PARAMCD", endpoint.paramcd.__eq__)
        rows = np.flatnonzero(mine & censored & (time > 0))
        for of_subject, names, kind in groups:
            code = of_subject[tables.subject("adtte")[rows]]
            odd = [(group, times) for group, times in _odd_groups(np.log10(time[rows]), code, APART["adtte"])
                   if kind == "arm" or np.abs(np.log(UNITS / times)).min() < np.log(1.15)]  # fmt: skip
            for group, times in odd:
                found = f"{kind} {names[group]!r}: {times:.2g} times the others' median"
                yield Hits(rows[code == group], found)
            if kind == "arm" and not odd:
                every = np.flatnonzero(mine & (time > 0))
                yield from _longest(tables, every, of_subject, names)


def _longest(
    tables: Tables, rows: np.ndarray, of_subject: np.ndarray, names: pd.Index
) -> Iterator[Hits]:
    """Arms whose longest time is, in another unit, that of all others; few censored times tell of none."""
    time, subject = tables.number("adtte.AVAL")[rows], tables.subject("adtte")[rows]
    code, seen = of_subject[subject], np.append(tables.visited, np.nan)[subject]
    for group in np.unique(code[code >= 0]):
        own, others = code == group, (code != group) & (code >= 0)
        if min(own.sum(), others.sum()) < LEAST or np.isnan(seen[own | others]).any():
            continue
        times = time[own].max() / time[others].max()
        alike = abs(np.log(seen[own].max() / seen[others].max())) < np.log(1.15)
        beyond = (time[own] > time[others].max()).sum() >= SOME
        if alike and beyond and np.abs(np.log(UNITS[UNITS > 1] / times)).min() < np.log(1.03):
            found = f"arm {names[group]!r}: its longest is {times:.3g} times the others' longest"
            yield Hits(rows[own], found)


@rule(
    "times of some subjects in another unit",
    "warning",
    "adtte.AVAL",
    expected="the time of a visit, in the unit of study.toml",
    do="check the unit of these times: days among weeks, say",
    needs=["adsl.USUBJID", "adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR", *LAB],
)
def off_the_visits(tables: Tables) -> Iterator[Hits]:
    """Most events are at the times of visits, and three or more just where these were in another unit.

    Of endpoints that are seen at visits: four in five events have the number of a planned visit, and none
    of the others is such a number.
    """
    planned = tables.number("adlb.AVISITN")[tables.scheduled]
    visits = np.unique(planned[planned > 0]) * DAYS[tables.config.visits.unit]
    for endpoint, rows, event in tables.endpoints:
        rows = rows[event & (tables.number("adtte.AVAL")[rows] > 0)]
        time = tables.number("adtte.AVAL")[rows]
        at = {
            unit: np.isin(np.round(time, 6), np.round(visits / days, 6))
            for unit, days in DAYS.items()
        }
        usual = at.pop(endpoint.unit)
        for unit, here in at.items():
            odd = here & ~usual
            if odd.sum() >= SOME and usual.mean() >= SEEN and (odd | usual).all():
                yield Hits(rows[odd], lambda row, unit=unit: (
                    f"{tables.said_of('adtte.AVAL')(row)}, a visit in {unit}s"))  # fmt: skip


@rule(
    "arm without adverse events",
    "warning",
    "adae.USUBJID",
    expected="events in every arm",
    do="find out whether its rows were lost when tables were joined; no row means no event",
    needs=["adsl.USUBJID", "adsl.TRT01A", "adae.USUBJID"],
)
def no_events_in_arm(tables: Tables) -> Iterator[Hits]:
    """No subject of an arm has an adverse event, though so many others have that it is hardly chance.

    As chance alone does it in 1 of 1,000.
    """
    with_event = np.isin(np.arange(len(tables.subjects)), tables.subject("adae"))
    of_arm, names = tables.of_subjects("adsl.TRT01A")
    arm = of_arm[:-1]
    for group in np.unique(arm[arm >= 0]):
        own, others = with_event[arm == group], with_event[(arm != group) & (arm >= 0)]
        if not own.any() and chance_of_none(len(own), others.sum(), len(others)) < RARE:
            found = f"0 of {len(own)} in {names[group]!r}, {others.sum()} of {len(others)} others"
            yield Hits(None, found)


@rule(
    "visit of one arm alone",
    "warning",
    "adlb.AVISITN",
    expected="the same planned visits in all arms",
    do="check the visit's name and number in this arm: at the other arms' visit it is missing",
    needs=["adsl.USUBJID", "adsl.TRT01A", *LAB],
)
def visit_of_one_arm(tables: Tables) -> Iterator[Hits]:
    """A planned visit that half of one arm has and no other arm, while it lacks one of theirs."""
    lab = tables.lab[tables.scheduled[tables.lab["ROW"].to_numpy()]]
    of_arm, names = tables.of_subjects("adsl.TRT01A")
    arm = of_arm[lab["SUBJECT"]]
    seen = pd.crosstab(lab["VISIT"].to_numpy(), arm).drop(columns=-1, errors="ignore")
    for column in seen if seen.shape[1] > 1 else ():
        others = seen.drop(columns=column)
        alone = seen.index[(others.sum(axis=1) == 0) & (seen[column] >= LEAST)]
        if len(alone) and ((seen[column] == 0) & (others >= LEAST).all(axis=1)).any():
            rows = lab["ROW"].to_numpy()[lab["VISIT"].isin(alone).to_numpy()]
            yield Hits(rows, f"in {names[column]!r} alone: visit {alone[0]:g}")
