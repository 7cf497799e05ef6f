"""Tables in, arms that differ as neither chance nor treatment lets them out; none is exchanged back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy import special

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import TIMES
from helpers.conformance.view import Tables

ARMS = ["adsl.USUBJID", "adsl.TRT01A"]
SETS = ("SAFFL", "ITTFL", "FASFL", "MITTFL", "PPROTFL", "EFFFL")
KINDS = ("AESEV", "AESER", "AEREL", "AETOXGR", "TRTEMFL")
LEAST, RARE = 5, 1e-6  # subjects of an arm; chance of what it did, if it did as the others


@rule(
    "arms that differ before the treatment",
    "warning",
    "adsl.TRT01A",
    expected="arms as alike as randomisation makes them",
    do="find out whether this column holds another thing, or another unit, in one arm",
    needs=ARMS,
)
def apart_at_baseline(tables: Tables) -> Iterator[Hits]:
    """Ages or baseline values of a randomised trial differ between arms.

    By Kruskal and Wallis's test, P below 1 in a million; arms of five or more.
    """
    if tables.config.design != "randomised":
        return
    of_arm, names = tables.of_subjects("adsl.TRT01A")
    for words, at, arm, values in _before(tables, of_arm):
        parts = {g: values[arm == g] for g in np.unique(arm[arm >= 0])}
        parts = {g: v for g, v in parts.items() if len(v) >= LEAST}
        if len(parts) > 1 and np.ptp(values) > 0 and _p_value(list(parts.values())) < RARE:
            middles = ", ".join(f"{np.median(v):g} in {names[g]!r}" for g, v in parts.items())
            yield Hits(None, f"{words}, medians: {middles}", at=at)


def _before(
    tables: Tables, of_arm: np.ndarray
) -> Iterator[tuple[str, str, np.ndarray, np.ndarray]]:
    """What is known before the treatment: words, place, each one's arm and value."""
    if tables.has("adsl.AGE"):
        age = tables.number("adsl.AGE")
        known = ~np.isnan(age)
        yield "AGE", "adsl.AGE", of_arm[tables.subject("adsl")][known], age[known]
    if tables.has("adlb.USUBJID", "adlb.PARAMCD", "adlb.AVISITN", "adlb.AVAL"):
        several = max(len(tables.parameters), 1)
        for i, parameter in enumerate(tables.parameters):
            values = tables.baseline[i::several]
            known = ~np.isnan(values)
            yield f"baseline of {parameter.label}", "adlb.AVAL", of_arm[:-1][known], values[known]


def _p_value(parts: list[np.ndarray]) -> float:
    """P of Kruskal and Wallis's test by chi-square, ties corrected; `scipy.stats` loads for a second."""
    sizes = [len(part) for part in parts]
    ranks = pd.Series(np.concatenate(parts)).rank().to_numpy()
    sums = np.array([part.sum() for part in np.split(ranks, np.cumsum(sizes)[:-1])])
    between = (sums**2 / sizes).sum() - ranks.sum() ** 2 / len(ranks)
    return float(special.chdtrc(len(sizes) - 1, between / ranks.var(ddof=1)))


@rule(
    "arm outside an analysis set",
    "warning",
    "adsl.ITTFL",
    expected="the flag in every arm",
    do="find out whether the flag was lost, or set by what came after the treatment",
    needs=ARMS,
)
def without_flag(tables: Tables) -> Iterator[Hits]:
    """A flag of an analysis set is Y for nobody of an arm, and for most of the others.

    Where chance alone does it in 1 of a million. A flag that [populations] declares has a rule of its own.
    """
    declared = {name for _, name in tables.config.populations.flags()}
    of_arm, names = tables.of_subjects("adsl.TRT01A")
    arm = of_arm[tables.subject("adsl")]
    for name in (n for n in SETS if tables.has(f"adsl.{n}") and n not in declared):
        inside = tables.flag(f"adsl.{name}")
        for group in np.unique(arm[arm >= 0]):
            own, others = inside[arm == group], inside[(arm != group) & (arm >= 0)]
            none = not own.any() and chance_of_none(len(own), others.sum(), len(others)) < RARE
            if none:
                yield Hits(None, f"Y for nobody in {names[group]!r}, for {others.sum()} of "
                           f"{len(others)} others", at=f"adsl.{name}")  # fmt: skip


@rule(
    "events of one arm or site all of one kind",
    "warning",
    "adae.AESEV",
    expected="kinds of events in this arm or site as in the others",
    do="find out whether the column was lost or filled in here, or the rows of one kind left out",
    needs=[*ARMS, "adae.USUBJID"],
)
def one_kind(tables: Tables) -> Iterator[Hits]:
    """Every event of an arm or site has the same severity, seriousness, relation, grade or flag (or none).

    Or none has the commonest severity. Judged by subjects: in how many of the other arms or sites all
    events are so; chance 1 in a million.
    """
    subject = tables.subject("adae")
    groups = (*tables.of_subjects("adsl.TRT01A"), "arm"), (*tables.sites, "site")
    for name in (f"adae.{kind}" for kind in KINDS if tables.has(f"adae.{kind}")):
        codes = tables.text(name).codes
        for of_subject, names, kind in groups:
            group = of_subject[subject]
            for one in np.unique(group[group >= 0]):
                found = _without(codes, subject, group == one, (group >= 0) & (group != one))
                if found is not None and (len(found) == 1 or name == "adae.AESEV"):
                    words = " or ".join(sorted({tables.said(name, row) for row in found}))
                    yield Hits(None, f"{words} in all {(group == one).sum()} events of {kind} "
                               f"{names[one]!r}", at=name)  # fmt: skip


def _without(
    codes: np.ndarray, subject: np.ndarray, own: np.ndarray, others: np.ndarray
) -> list[int] | None:
    """A row for each kind that a group has, where chance would not have left out what others have."""
    kinds, first = np.unique(codes[own], return_index=True)
    rest = codes[others & (codes >= 0)]
    common = np.bincount(rest).argmax() if len(rest) else -1
    lacking = codes != kinds[0] if len(kinds) == 1 else (codes == common) & (common >= 0)
    if (lacking & own).any():
        return None
    having = len(np.unique(subject[others & lacking]))
    chance = chance_of_none(len(np.unique(subject[own])), having, len(np.unique(subject[others])))
    return [int(np.flatnonzero(own)[k]) for k in first] if chance < RARE else None


@rule(
    "arms of one site exchanged",
    "warning",
    "adsl.TRT01A",
    expected="the planned treatment at this site as at the others",
    do="find out whether two labels were exchanged in this site's file",
    needs=[*ARMS, "adsl.TRT01P"],
)
def exchanged_at_site(tables: Tables) -> Iterator[Hits]:
    """At one site everybody of two arms has the other's treatment, and elsewhere hardly anybody."""
    planned, given = (np.asarray(tables.text(f"adsl.TRT01{x}"), dtype=object) for x in "PA")
    said = (tables.text("adsl.TRT01P").codes >= 0) & (tables.text("adsl.TRT01A").codes >= 0)
    of_site, names = tables.sites
    site, other = of_site[tables.subject("adsl")], said & (planned != given)
    for group in np.unique(site[(site >= 0) & other]):
        here = (site == group) & said
        arms = set(planned[here & other])
        both = here & np.isin(planned, list(arms))
        elsewhere = other[said & (site != group)]
        odd = len(arms) == 2 and both.sum() >= LEAST and other[both].all()
        if odd and len(elsewhere) and elsewhere.mean() < 0.1:
            yield Hits(np.flatnonzero(both), lambda row, site=names[group]: f"{given[row]!r} for "
                       f"{planned[row]!r} at site {site}")  # fmt: skip


@rule(
    "end of the observation read as an event in one arm",
    "error",
    "adtte.CNSR",
    expected="1 for who was watched to the end without the event",
    do="correct CNSR in this arm",
    needs=[*ARMS, *TIMES],
)
def events_at_the_end(tables: Tables) -> Iterator[Hits]:
    """At the longest time of an endpoint all of one arm have an event and all others are censored.

    Of three there in the arm, and of five others.
    """
    of_arm, names = tables.of_subjects("adsl.TRT01A")
    for _, rows, event in tables.endpoints:
        time, arm = tables.number("adtte.AVAL")[rows], of_arm[tables.subject("adtte")[rows]]
        last = (time == time.max()) & (arm >= 0)
        for group in np.unique(arm[last]):
            mine, others = last & (arm == group), last & (arm != group)
            if (
                mine.sum() >= 3
                and others.sum() >= LEAST
                and event[mine].all()
                and not event[others].any()
            ):
                yield Hits(rows[mine], f"0 at the longest time, in {names[group]!r} alone")
