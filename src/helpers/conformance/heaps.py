"""Laboratory values in, those that pile up at the least or largest value, or never turn, out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.config import Parameter
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import parse_unit
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

CONCENTRATIONS = ("count", "copies", "mass", "activity")
LEAST, SHARE, TIMES, LEVELS = 5, 0.03, 4, 25  # rows; share of all; times any other value; values
SUBJECTS, LONG = 20, 4  # subjects; different values of a series


def _kind(parameter: Parameter) -> str:
    unit = parse_unit(parameter.unit)
    return unit.kind if unit and not unit.log10 else ""


@rule(
    "values heaped at a limit that is not given",
    "warning",
    "adlb.AVAL",
    expected="lloq or uloq in study.toml where an assay cannot measure lower or higher",
    do="give the limit (lloq with BLQFL, or uloq), or find out whether the values were cut off there",
    needs=LAB,
)
def heaped(tables: Tables) -> Iterator[Hits]:
    """The least or largest value of a count or concentration is many rows', and no limit of study.toml.

    Of five rows and three subjects or more, and 3% of the rows; four times as many as have any other
    value; 25 different values or more. Values marked as below a limit are passed over.
    """
    marked = tables.flag("adlb.BLQFL")
    for i, parameter in enumerate(tables.parameters):
        mine = tables.values_of(i)
        mine = mine[~marked[mine["ROW"]]]
        if _kind(parameter) not in CONCENTRATIONS or not len(mine):
            continue
        values, times = np.unique(mine["AVAL"].to_numpy(), return_counts=True)
        if len(values) < LEVELS:
            continue
        for at, limit, word in ((0, parameter.lloq, "least"), (-1, parameter.uloq, "largest")):
            here, usual = mine["AVAL"] == values[at], np.delete(times, at).max()
            enough = here.sum() >= max(LEAST, SHARE * len(mine), TIMES * usual)
            if limit is None and enough and mine.loc[here, "SUBJECT"].nunique() >= 3:
                said = f"{values[at]:g}, the {word} value, in {here.sum()} of {len(mine):,} rows"
                yield Hits(
                    np.sort(mine.loc[here, "ROW"].to_numpy())[:1], f"{said}: {parameter.label}"
                )


@rule(
    "values in order within every subject",
    "error",
    "adlb.AVAL",
    expected="values beside the visit they belong to, that rise and fall",
    do="export the table again: the values were sorted within each subject, without their visits",
    needs=LAB,
)
def never_turning(tables: Tables) -> Iterator[Hits]:
    """A count or concentration rises from visit to visit in every subject (a count: or falls).

    Of 20 subjects or more with four different values each: no laboratory has that. What is measured
    after a dose may fall in all.
    """
    for i, parameter in enumerate(tables.parameters):
        kind = _kind(parameter)
        if kind in CONCENTRATIONS and kind != "copies":
            mine = tables.measured[tables.measured["PARAMETER"] == i].sort_values(
                ["SUBJECT", "VISIT"]
            )
            signs = _directions(mine)
            if len(signs) >= SUBJECTS and (
                signs.eq(1).all() or (kind == "count" and signs.eq(-1).all())
            ):
                yield Hits(None, f"{parameter.label}: in order in all {len(signs)} subjects")


def _directions(mine: pd.DataFrame) -> pd.Series:
    """Of each subject with a series that is long enough: 1 if it only rises, -1 if it only falls, else 0."""
    long = mine.groupby("SUBJECT")["AVAL"].nunique() >= LONG
    steps = mine.groupby("SUBJECT")["AVAL"].diff()
    least, most = (steps.groupby(mine["SUBJECT"]).agg(word)[long] for word in ("min", "max"))
    return (least >= 0).astype(int) - (most <= 0).astype(int)


@rule(
    "value that the scale does not have",
    "warning",
    "adlb.AVAL",
    expected="one of the levels of study.toml",
    do="correct the value, or levels: what is printed of hidden subjects goes by them",
    needs=LAB,
)
def beside_the_levels(tables: Tables) -> Iterator[Hits]:
    """A value is none of the `levels` that study.toml gives of its parameter."""
    for i, parameter in enumerate(tables.parameters):
        if parameter.levels:
            mine = tables.values_of(i)
            off = np.abs(mine["AVAL"].to_numpy()[:, None] - np.array(parameter.levels)).min(axis=1)
            odd = off > 1e-9 * np.abs(parameter.levels).max()
            yield Hits(mine.loc[odd, "ROW"].to_numpy(), tables.said_of("adlb.AVAL"))
