"""Tables in, zeros that stand where no sample can have them out; none is made a blank."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import parse_unit
from helpers.conformance.view import Tables, steady
from helpers.conformance.visits import LAB

LEAST, FEW = 20, 3  # values above 0; subjects with a zero, from which on zeros are no chance
STEPS = 10  # from 0 to the least value, in steps between values: no value lies between
# of the median: a least value far above 0; the size of a subject's others
NEVER, USUAL = 1 / 3, 0.5
MEASURED = ("count", "mass", "activity")


@rule(
    "zero where no value is near it",
    "warning",
    "adlb.AVAL",
    expected="a value of the size of the others, blank where not known",
    do="find out whether 0 was written for what is missing, or for what is below a limit (then the limit "
    "and BLQFL = Y)",
    needs=LAB,
)
def zeros(tables: Tables) -> Iterator[Hits]:
    """AVAL is 0, and the least value above 0 is ten steps or more away: nothing lies between.

    Of counts and concentrations in three subjects or more, or in one whose other values are of the usual
    size; of anything else where the least value is a third of the median or more, so that none can be 0.
    """
    marked = tables.flag("adlb.BLQFL")
    for i, parameter in enumerate(tables.parameters):
        mine = tables.values_of(i)
        mine = mine[~marked[mine["ROW"]]]
        above = np.sort(mine.loc[mine["AVAL"] > 0, "AVAL"].to_numpy())
        if len(above) < LEAST or above[0] <= (parameter.lloq or 0) or not steady(np.log10(above)):
            continue
        levels = np.unique(above)
        if len(levels) < 2 or above[0] < STEPS * np.diff(levels).min():
            continue
        unit = parse_unit(parameter.unit)
        zero = mine["AVAL"] == 0
        if above[0] < NEVER * np.median(above):
            zero &= _no_chance(mine, zero) if unit and unit.kind in MEASURED else False
        rows = np.sort(mine.loc[zero, "ROW"].to_numpy())
        said = f", of {parameter.label}, whose least other value is {above[0]:g}"
        yield Hits(rows, lambda row, said=said: tables.said_of("adlb.AVAL")(row) + said)


def _no_chance(mine: pd.DataFrame, zero: pd.Series) -> pd.Series:
    """The zeros that are no sign of illness: in several subjects, or beside usual values."""
    if mine.loc[zero, "SUBJECT"].nunique() >= FEW:
        return zero
    others = mine[~zero].groupby("SUBJECT")["AVAL"].median()
    return zero & (mine["SUBJECT"].map(others) >= USUAL * mine.loc[~zero, "AVAL"].median())
