"""Tables in, whole parts of them that are copies of another part out; none is left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
from scipy import special

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.rounding import per_cent

PAIRS, DISTINCT = 10, 8  # subjects with both values, and different values among them
ALIKE = 0.5  # share of them whose two values are the same
COARSE, LEVELS = (
    0.2,
    25,
)  # chance of a repeat from which on, or levels below which, the other visits tell
RARE = 1e-3  # chance of as many repeats as were found


def _alike(one: pd.Series, other: pd.Series) -> float:
    """Share of the subjects with both values in whom they are the same; 0 where these are few."""
    both = pd.DataFrame({"A": one, "B": other}).dropna()
    if len(both) < PAIRS or both["A"].nunique() < DISTINCT:
        return 0.0
    return float((both["A"] == both["B"]).mean())


@rule(
    "visit copied from another",
    "warning",
    "adlb.AVAL",
    expected="the values of this visit",
    do="find out whether they were carried forward or pasted twice; leave out what was not measured",
    needs=LAB,
)
def copied_visit(tables: Tables) -> Iterator[Hits]:
    """More than half of the subjects have exactly the value of the visit before, which is no chance.

    Of at least ten subjects; values at or below a limit, and at the ends of a scale, do not count.
    What repeats by chance on a scale of few levels is judged by the size of the other changes, and
    by the other visits of the parameter.
    """
    lab = tables.measured
    for i, parameter in enumerate(tables.parameters):
        mine = lab[lab["PARAMETER"] == i]
        table = mine.pivot(index="SUBJECT", columns="VISIT", values="AVAL")
        for before, here, share in carried(table.to_numpy(), list(table)):
            rows = mine.loc[mine["VISIT"] == here, "ROW"].to_numpy()
            found = f"{per_cent(share)} of {parameter.label} at {here:g} as at {before:g}"
            yield Hits(rows[:1], found)


def carried(values: np.ndarray, visits: Sequence[float]) -> Iterator[tuple[float, float, float]]:
    """Neighbouring visits with more repeats than chance makes: the two, and the share of repeats.

    `values`: one row a subject, one column a visit, NaN where none is known. Changes are counted in
    levels, the places of the values among all different ones. Where they fall off by a constant factor
    a level, those of size m on average (without the repeats) come with 1 / (2m - 1) repeats. On few
    levels some subjects may be steady and others change much, so there no other pair of visits may
    have as many repeats.
    """
    levels, steps = _steps(values, visits)
    moved = np.concatenate([size[size > 0] for size in steps.values()] or [[]])
    chance = 1 / (2 * moved.mean() - 1) if len(moved) else float(levels < DISTINCT)
    coarse = chance > COARSE or levels < LEVELS
    shares = {pair: float((size == 0).mean()) for pair, size in steps.items()}
    for pair, share in shares.items():
        others = [s for other, s in shares.items() if other != pair] if coarse else []
        if coarse and not others and share < 1:
            continue
        repeats, likely = round(share * len(steps[pair])), max([chance, *others])
        if share > ALIKE and special.bdtrc(repeats - 1, len(steps[pair]), likely) < RARE:
            yield (*pair, share)


def _steps(
    values: np.ndarray, visits: Sequence[float]
) -> tuple[int, dict[tuple[float, float], np.ndarray]]:
    """The number of levels, and by how many the subjects with both values moved between two visits.

    Of at least `PAIRS` subjects; who stays at the lowest or highest level is left out.
    """
    known = ~np.isnan(values)
    levels = np.unique(values[known])
    place = np.searchsorted(levels, values)
    out = {}
    for (i, first), (j, second) in pairwise(enumerate(visits)):
        both = known[:, i] & known[:, j]
        one, two = place[both, i], place[both, j]
        inner = (one != two) | ((one > 0) & (one < len(levels) - 1))
        if inner.sum() >= PAIRS:
            out[first, second] = np.abs(two - one)[inner]
    return len(levels), out


@rule(
    "parameter copied from another",
    "warning",
    "adlb.AVAL",
    expected="the values of this parameter",
    do="find out which of the two parameters has the values of the other",
    needs=LAB,
)
def copied_parameter(tables: Tables) -> Iterator[Hits]:
    """Two parameters have the same value in more than half of the subjects and visits."""
    lab = tables.measured
    series = {
        i: lab[lab["PARAMETER"] == i].set_index(["SUBJECT", "VISIT"])["AVAL"]
        for i in range(len(tables.parameters))
    }
    for one, other in combinations(series, 2):
        share = _alike(series[one], series[other])
        if share > ALIKE:
            names = [tables.parameters[i].label for i in (one, other)]
            yield Hits(
                lab.loc[lab["PARAMETER"] == other, "ROW"].to_numpy()[:1],
                f"{per_cent(share)} of {names[1]} as {names[0]} of the same subject and visit",
            )


@rule(
    "table of events twice",
    "warning",
    "adae.AEDECOD",
    expected="each event in one row",
    do="remove the second copy; every event and rate would count double",
    needs=["adae.USUBJID", "adae.AEDECOD"],
)
def copied_events(tables: Tables) -> Iterator[Hits]:
    """Without an onset two like rows may be two events, but not where every event has its like.

    From ten rows on: each subject and term is there an even number of times.
    """
    from helpers.conformance.copies import COUNTERS, ONSETS

    columns = [c for c in tables.frames["adae"].columns if not COUNTERS.search(c)]
    if set(columns) & set(ONSETS):
        return  # the rows are told singly
    codes = pd.DataFrame({c: tables.text(f"adae.{c}").codes for c in columns})
    times = codes.groupby(columns, sort=False).size().to_numpy()
    if len(codes) >= PAIRS and len(times) and not (times % 2).any():
        second = np.flatnonzero(codes.duplicated().to_numpy())
        yield Hits(second[:1], f"{len(codes)} rows, each {times.min()} times or more")
