"""Laboratory values in, a visit at which they are not what was measured then out; none is changed.

The largest of a subject's values, the mean of two of them, or another arm's column may stand there.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

SUBJECTS, VALUES, OTHERS = 20, 10, 2  # at a visit; different values; further values of a subject
AGAIN, RARE = 0.2, 0.05  # share that has the value at another visit too: at this visit, at others
HALF = (0.25, 0.75)  # share of values that end with a half
ROWS, ALIKE, DISTINCT = 8, 0.9, 5  # of two arms, in one order; share alike; different values


def _varied(tables: Tables) -> Iterator[tuple[str, pd.DataFrame]]:
    """The code and rows, one a subject and visit, of each parameter with many values."""
    for i, parameter in enumerate(tables.parameters):
        rows = tables.values_of(i).dropna(subset="VISIT")
        rows = rows.drop_duplicates(["SUBJECT", "VISIT"])
        if rows["AVAL"].nunique() >= VALUES:
            yield parameter.paramcd, rows


def _by_visit(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.pivot(index="SUBJECT", columns="VISIT", values="AVAL")


def _first_row(rows: pd.DataFrame, visit: float) -> list[int]:
    return [int(rows.loc[rows["VISIT"] == visit, "ROW"].iloc[0])]


@rule(
    "visit with each subject's largest or least value",
    "warning",
    "adlb.AVAL",
    expected="the value of that visit",
    do="find out whether a maximum (minimum) over all visits stands in the rows of this one",
    needs=LAB,
)
def extreme(tables: Tables) -> Iterator[Hits]:
    """At one visit everybody has the largest (least) of all own values, and a fifth has it elsewhere again.

    Of twenty subjects with two further values; of other visits one in twenty values at most comes again.
    """
    for code, rows in _varied(tables):
        table = _by_visit(rows)
        known = table.notna().to_numpy()
        enough = known.sum(axis=1) > OTHERS
        for word, sign in (("largest", 1), ("least", -1)):
            values = np.where(known, sign * table.to_numpy(), -np.inf)
            for j, visit in enumerate(table.columns):
                use = known[:, j] & enough
                own, rest = values[use, j], np.delete(values[use], j, axis=1)
                most = rest.max(axis=1, initial=-np.inf)
                if len(own) < SUBJECTS or (own < most).any() or (own == most).mean() < AGAIN:
                    continue
                if _again(table[use].drop(columns=visit)) <= RARE:
                    said = f"{code} at {visit:g}: the {word} of all values of each of {len(own)} subjects"
                    yield Hits(_first_row(rows, visit), said)


def _again(table: pd.DataFrame) -> float:
    """The share of values that their subject has at another of these visits as well."""
    sizes = table.notna().sum(axis=1)
    return 1 - table.nunique(axis=1).sum() / max(int(sizes.sum()), 1)


@rule(
    "halves at one visit among whole numbers",
    "warning",
    "adlb.AVAL",
    expected="values as they were measured",
    do="find out whether the mean of two visits stands there for the value of one",
    needs=LAB,
)
def halves(tables: Tables) -> Iterator[Hits]:
    """At one visit half of twenty values or so end with .5; all others are whole, as elsewhere."""
    for code, rows in _varied(tables):
        table = _by_visit(rows)
        ends = (table % 1).where(table.notna())
        broken = [visit for visit in ends if (ends[visit].dropna() != 0).any()]
        if len(broken) != 1 or len(ends.columns) <= OTHERS:
            continue
        mine = ends[broken[0]].dropna()
        if (
            len(mine) >= SUBJECTS
            and mine.isin([0, 0.5]).all()
            and HALF[0] <= (mine > 0).mean() <= HALF[1]
        ):
            many = f"{(mine > 0).sum()} of {len(mine)}"
            said = f"{code} at {broken[0]:g}: {many} end with .5, none elsewhere"
            yield Hits(_first_row(rows, broken[0]), said)


@rule(
    "values of one arm copied from another",
    "warning",
    "adlb.AVAL",
    expected="each arm's own values",
    do="find out which arm's values they are: the two arms have the same ones, in one order, at this visit",
    needs=[*LAB, "adsl.TRT01A"],
)
def pasted(tables: Tables) -> Iterator[Hits]:
    """At one visit the values of two arms are alike from row to row, eight rows or more."""
    arms, names = tables.arms, [arm.label for arm in tables.config.arms]
    for code, rows in _varied(tables):
        for visit, here in rows.groupby("VISIT"):
            of = arms[here["SUBJECT"].to_numpy()]
            columns = {a: here["AVAL"].to_numpy()[of == a] for a in np.unique(of[of >= 0])}
            for a, b in combinations(columns, 2):
                n = min(len(columns[a]), len(columns[b]))
                one, other = columns[a][:n], columns[b][:n]
                if n >= ROWS and (one == other).mean() >= ALIKE and len(np.unique(one)) >= DISTINCT:
                    said = f"{code} at {visit:g}: {names[b]!r} as {names[a]!r} in {(one == other).sum()} rows"
                    yield Hits(here["ROW"].to_numpy()[of == b][:1], said)
