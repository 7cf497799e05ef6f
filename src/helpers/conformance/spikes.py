"""Tables in, single laboratory values that look to be in another unit than the rest out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.config import Parameter
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import parse_unit
from helpers.conformance.view import STEADY, Tables, steady
from helpers.conformance.visits import LAB

APART = np.log10(300)  # how far off the subject's other values, in powers of ten
RARE = 0.02  # share of the rows of a parameter; more are no slip of single rows
KEPT = re.compile(
    r"deg|°|celsius|mmhg|\bkg|\bcm\b|bpm|beats|/min|mol/l|m?g/dl|\bg/l|10\^(9|12)/l", re.I
)
OFTEN, LEAST_FILLED = 0.1, 8  # of the rows of a visit
LEAST_TIMES = 5  # the next commonest value's
TENFOLD, ABOVE, MOST, LEAST = 8.0, 1.5, 3, 20


@rule(
    "value a thousandfold off",
    "warning",
    "adlb.AVAL",
    expected="a value of the size of the subject's others",
    do="check the unit of this row: 10^9/L beside cells/µL, pg beside ng; convert AVAL, BASE and CHG",
    needs=LAB,
)
def thousandfold(tables: Tables) -> Iterator[Hits]:
    """A value is 300 times or more above or below the subject's other values of a steady parameter.

    And it is the odd one of them, by the values of all subjects. HIV RNA, values below a limit,
    logarithms and parameters that range over more than that in many subjects are passed over.
    """
    for parameter, lab in positive(tables):
        rows = _odd(lab)
        if len(rows):
            usual = 10 ** np.median(np.log10(lab["AVAL"]))
            expected = f"a value of the size of the others, about {usual:.3g} {parameter.unit}"
            yield Hits(rows, lambda row: f"{tables.number('adlb.AVAL')[row]:g}", expected=expected)


def others_median(table: pd.DataFrame) -> pd.DataFrame:
    """In each cell the median of its row's other cells, NaN where none is known; of two columns or more."""
    values, rows, out = table.to_numpy(dtype=float), np.arange(len(table)), {}
    for i, column in enumerate(table.columns):
        rest = np.sort(np.delete(values, i, axis=1), axis=1)  # NaN last
        known = (~np.isnan(rest)).sum(axis=1)
        out[column] = (rest[rows, (known - 1) // 2] + rest[rows, known // 2 * (known > 0)]) / 2
    return pd.DataFrame(out, index=table.index)


def positive(tables: Tables) -> Iterator[tuple[Parameter, pd.DataFrame]]:
    """Each parameter and its values above 0 and not below a limit.

    HIV RNA, copies and logarithms range too widely and are passed over.
    """
    marked = tables.flag("adlb.BLQFL")[tables.lab["ROW"]] | (tables.lab["AVAL"] <= 0).to_numpy()
    lab = tables.lab[~marked & tables.lab["AVAL"].notna()]
    for i, parameter in enumerate(tables.parameters):
        unit = parse_unit(parameter.unit)
        if parameter.role != "hivrna" and not (unit and (unit.log10 or unit.kind == "copies")):
            yield parameter, lab[lab["PARAMETER"] == i]


def _odd(lab: pd.DataFrame) -> np.ndarray:
    """Rows of one parameter that are far off all, and far off the others of their subject."""
    size = np.log10(lab["AVAL"].to_numpy())
    if len(size) < 5 or not steady(size):
        return np.array([], dtype=int)
    middle = np.median(size)
    frame = pd.DataFrame({"S": lab["SUBJECT"].to_numpy(), "X": size, "ROW": lab["ROW"].to_numpy()})
    far = frame[np.abs(frame["X"] - middle) > APART - 2 * STEADY]
    out = []
    for subject, mine in far.groupby("S"):
        all_of = frame.loc[frame["S"] == subject, "X"]
        for at, row in mine.iterrows():
            others = all_of.drop(at)
            centre = others.median() if len(others) else middle
            off = abs(row["X"] - centre) > APART
            if off and abs(row["X"] - middle) > abs(centre - middle):
                out.append(int(row["ROW"]))
    return (
        np.array(sorted(out), dtype=int)
        if len(out) <= max(1, RARE * len(frame))
        else np.array([], dtype=int)
    )


@rule(
    "value with a digit too many",
    "warning",
    "adlb.AVAL",
    expected="a value of the size of the subject's others",
    do="check the digits of this value (a zero typed twice, a decimal point lost)",
    needs=LAB,
)
def tenfold(tables: Tables) -> Iterator[Hits]:
    """The largest value of a parameter is 8 times its subject's others and 1.5 times everybody's.

    One to three values of a steady parameter; of those 300 times off the other rule speaks.
    """
    for _, mine in positive(tables):
        enough = len(mine) >= LEAST and mine["SUBJECT"].nunique() > MOST
        if enough and steady(np.log10(mine["AVAL"].to_numpy())):
            yield Hits(_largest(mine), lambda row: f"{tables.number('adlb.AVAL')[row]:g} of "
                       f"{tables.said('adlb.USUBJID', row)}")  # fmt: skip


def _largest(mine: pd.DataFrame) -> np.ndarray:
    """Rows of one parameter at its top that lie 8 to 300 times above the rest of their subject."""
    usual = mine.groupby("SUBJECT")["AVAL"].transform("median")
    off = mine["AVAL"] / usual
    far = (
        (off > TENFOLD)
        & (off < 10**APART)
        & (mine.groupby("SUBJECT")["AVAL"].transform("size") > 2)
    )
    if (
        not 0 < far.sum() <= MOST
        or mine.loc[far, "AVAL"].min() < ABOVE * mine.loc[~far, "AVAL"].max()
    ):
        return np.array([], dtype=int)
    return np.sort(mine.loc[far, "ROW"].to_numpy())


@rule(
    "one value filled in for several subjects",
    "warning",
    "adlb.AVAL",
    expected="a value of each subject's own",
    do="find out whether a mean, or a value of one subject, was written where results are missing",
    needs=LAB,
)
def filled_in(tables: Tables) -> Iterator[Hits]:
    """One value stands in a tenth of the rows of a visit (eight or more) where the others stand once.

    Or five times as often as any other; or it alone has decimals, in three subjects or more. The ends of
    a parameter's values and those marked as below a limit are passed over.
    """
    marked = tables.flag("adlb.BLQFL")[tables.lab["ROW"]]
    for _, mine in tables.lab[~marked & tables.lab["AVAL"].notna()].groupby(["PARAMETER", "VISIT"]):
        values, times = np.unique(mine["AVAL"].to_numpy(), return_counts=True)
        inner = slice(1, -1)
        if len(values) < LEAST or times[inner].max() < MOST:
            continue
        value = values[inner][times[inner].argmax()]
        others = times[values != value]
        most = times[inner].max()
        alone = len(others) > 0.9 * others.sum() or most >= LEAST_TIMES * others.max()
        uneven = (most >= max(LEAST_FILLED, OFTEN * len(mine)) and alone) or (
            value % 1 and (values[values != value] % 1 == 0).all()
        )
        if uneven:
            rows = mine.loc[mine["AVAL"] == value, "ROW"].to_numpy()
            yield Hits(rows, tables.said_of("adlb.AVAL"))


@rule(
    "values apart from all others",
    "warning",
    "adlb.AVAL",
    expected="values of the size of all others",
    do="check unit and decimal point of these values (Fahrenheit for Celsius, 368 for 36.8)",
    needs=LAB,
)
def apart(tables: Tables) -> Iterator[Hits]:
    """A quarter of the values at most lies beyond a gap that is wider than the range of all others.

    As ratios, and a factor of two at least; of four subjects or more: fewer may be very ill. Of what the
    body keeps in bounds, by its unit (°C, mmHg, kg, mg/dL, mmol/L and the like): an antibody may be there
    or not.
    """
    for parameter, mine in positive(tables):
        if not KEPT.search(parameter.unit):
            continue
        size = np.log10(mine["AVAL"].to_numpy())
        ordered = np.sort(size)
        few = len(size) // 4
        if len(size) < LEAST or few <= MOST:
            continue
        gaps = np.diff(ordered)
        for at in (int(gaps[:few].argmax()), len(gaps) - few + int(gaps[-few:].argmax())):
            low, high = ordered[: at + 1], ordered[at + 1 :]
            odd, rest = (low, high) if len(low) < len(high) else (high, low)
            beyond = mine[(size >= odd[0]) & (size <= odd[-1])]
            if beyond["SUBJECT"].nunique() > MOST and gaps[at] > max(np.log10(2), np.ptp(rest)):
                said = (
                    f": {parameter.label} of all others {10 ** rest[0]:.3g} to {10 ** rest[-1]:.3g}"
                )
                rows = np.sort(beyond["ROW"].to_numpy())
                yield Hits(rows, lambda row, said=said: tables.said_of("adlb.AVAL")(row) + said)
