"""Tables in, numbers that a form or a spreadsheet made of others (codes, points) out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.schema import COLUMNS

CODES = (77.0, 88.0, 99.0, 777.0, 888.0, 999.0, 7777.0, 8888.0, 9999.0)
BELOW = (-1.0, -8.0, -9.0, -88.0, -99.0, -888.0, -999.0, -9999.0)
LEAST, TIMES, AROUND = 3, 10.0, 10  # rows; thousands, times the whole ones; steps around a code
CHILD, ADULT, OLD, AGED, YEARS = 12, 16, 100, 90, 20  # years of age; ages


@rule(
    "value that looks like a code",
    "warning",
    "adlb.AVAL",
    expected="a value, blank where not known",
    do="find out whether 999 stands for a missing value, or for one that is too long for its field",
    needs=LAB,
)
def coded(tables: Tables) -> Iterator[Hits]:
    """99, 999 or 9999 (77, 888, ...) is in three rows of a parameter or more, more than all around it.

    Of whole numbers, and by the ten whole numbers on either side; or in five rows, and in four times as
    many as any other value. Or -1, -9, -99 and the like, two rows or more, where no other is below 0.
    """
    for i in range(len(tables.parameters)):
        mine = tables.values_of(i)
        values = mine["AVAL"].to_numpy()
        below = values < 0
        if below.sum() >= 2 and len(np.unique(values[below])) == 1 and values[below][0] in BELOW:
            yield Hits(mine.loc[below, "ROW"].to_numpy(), tables.said_of("adlb.AVAL"))
        if not len(values) or (values % 1 != 0).any():
            continue
        for code in CODES:
            own = values == code
            near = (np.abs(values - code) <= AROUND) & ~own
            if own.sum() >= LEAST and (own.sum() > near.sum() or own.sum() >= _heap(values[~own])):
                yield Hits(mine.loc[own, "ROW"].to_numpy(), tables.said_of("adlb.AVAL"))


def _heap(others: np.ndarray) -> int:
    """From how many rows on a value stands out from all others of its parameter."""
    return max(5, 4 * int(np.unique(others, return_counts=True)[1].max(initial=1)))


@rule(
    "thousands written with a point",
    "warning",
    "adlb.AVAL",
    expected="1234 for one thousand two hundred and thirty-four",
    do="write the values without separators: as it stands 1.234 is little more than one",
    needs=LAB,
)
def points(tables: Tables) -> Iterator[Hits]:
    """Values with just three decimals stand among whole numbers, none of which reaches 1,000.

    Three rows or more, each a number from 1 to 1,000 whose thousandfold lies near the whole ones.
    """
    for i in range(len(tables.parameters)):
        mine = tables.values_of(i)
        mine = mine[mine["AVAL"] > 0]
        values = mine["AVAL"].to_numpy()
        odd = values % 1 != 0
        whole = values[~odd]
        if odd.sum() < LEAST or len(whole) < LEAST or not 100 <= whole.max() < 1000:
            continue
        thousands = np.round(values[odd] * 1000, 6)
        if (
            (thousands % 1 == 0).all()
            and values[odd].min() >= 1
            and (np.median(thousands) < TIMES * whole.max())
        ):
            yield Hits(mine.loc[odd, "ROW"].to_numpy(), tables.said_of("adlb.AVAL"))


@rule(
    "age apart from all others",
    "warning",
    "adsl.AGE",
    expected="an age of the study's",
    do="check its digits and its unit, and the century of the date of birth",
    needs=["adsl.USUBJID", "adsl.AGE"],
)
def odd_age(tables: Tables) -> Iterator[Hits]:
    """One or two ages are below 12 where all others are 16 or more, or from 100 on where they are below 90.

    Of 20 ages or more.
    """
    age = tables.number("adsl.AGE")
    possible = COLUMNS["adsl"]["AGE"]
    age = np.where((age < possible.minimum) | (age > possible.maximum), np.nan, age)
    for odd, other in ((age < CHILD, age >= ADULT), (age >= OLD, age < AGED)):
        if 0 < odd.sum() <= 2 and other.sum() >= YEARS and (odd | other | np.isnan(age)).all():
            yield Hits(np.flatnonzero(odd), tables.said_of("adsl.AGE"))
