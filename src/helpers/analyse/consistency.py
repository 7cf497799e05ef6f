"""Printed percentages and medians go in, whole numbers that can print them come out.

Brute force over counts in exact rational arithmetic: a float never decides whether 95.8 rounds. A
printed number is taken as rounded half up or half to even, whichever the authors used. A possible
number proves nothing; an impossible one is a misprint, another denominator or missing patients.
After Brown & Heathers 2017, Soc Psychol Personal Sci 8:363 (GRIM); means and SDs: `helpers.audit`.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pandas as pd

from helpers.analyse import checks
from helpers.analyse.estimate import estimator
from helpers.errors import AnalysisError

HALF = Fraction(1, 2)


def printed(value: str | float, *, decimals: int) -> int:
    """Return the printed number in units of its last decimal: "95.8" with decimals=1 is 958."""
    scaled = Fraction(str(value)) * 10**decimals
    if scaled.denominator != 1:
        raise AnalysisError(
            f"printed number: expected {decimals} decimal(s), found {value}; "
            "pass it as printed, and the decimals that it shows"
        )
    return int(scaled)


def rounds_to(exact: Fraction, target: int) -> bool:
    """Return whether `exact` rounds to the whole number `target`, half up or half to even."""
    gap = exact - target
    # a tie below the target comes up to it half up; one above goes down only to an even number
    return -HALF <= gap < HALF or (gap == HALF and target % 2 == 0)


def percentages_consistent(percent: str | float, *, decimals: int, n: int) -> tuple[int, ...]:
    """Return every x, 0 to n, for which 100 x / n is printed as `percent`; empty if there is none.

    `percent` as printed, best as text ("95.8"); `decimals` as printed (1); `n` subjects.
    """
    _, n = checks.count(0, n, name="n")
    target = printed(percent, decimals=decimals)
    scale = 100 * 10**decimals
    return tuple(x for x in range(n + 1) if rounds_to(Fraction(scale * x, n), target))


@estimator
def counts_for_percentages(
    percent: str | float, *, decimals: int, sizes: Iterable[int]
) -> pd.DataFrame:
    """Every count that prints `percent`, one row each: `x`, `n`, `exact` (per cent, unrounded).

    `sizes`: the denominators to try, such as range(1, 73). No row: no such trial.
    """
    found = [
        (x, n, 100 * x / n)
        for n in sizes
        for x in percentages_consistent(percent, decimals=decimals, n=n)
    ]
    return pd.DataFrame(found, columns=["x", "n", "exact"])


def medians_possible(median: str | float, n: int) -> bool:
    """Return whether n whole numbers can have exactly this median.

    An odd n needs a whole number, an even n a multiple of 1/2. The median is taken as unrounded.
    """
    _, n = checks.count(0, n, name="n")
    return (Fraction(str(median)) * (1 if n % 2 else 2)).denominator == 1
