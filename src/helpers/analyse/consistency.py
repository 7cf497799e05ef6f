"""Printed percentages, means, SDs and medians go in, whole numbers that can print them come out.

Brute force over counts in exact rational arithmetic: a float never decides whether 95.8 rounds. A
printed number is taken as rounded half up or half to even, whichever the authors used. A possible
number proves nothing; an impossible one is a misprint, another denominator or missing patients.
Brown & Heathers 2017, Soc Psychol Personal Sci 8:363 (GRIM); Anaya 2016, PeerJ Preprints 4:e2400v1
(GRIMMER).
"""

from __future__ import annotations

import math
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


def _sums(mean: str | float, decimals: int, n: int) -> tuple[int, ...]:
    target = printed(mean, decimals=decimals)
    scale = 10**decimals
    first = math.floor(Fraction((2 * target - 1) * n, 2 * scale))
    last = math.ceil(Fraction((2 * target + 1) * n, 2 * scale))
    return tuple(s for s in range(first, last + 1) if rounds_to(Fraction(s * scale, n), target))


def grim_mean(mean: str | float, *, decimals: int, n: int) -> tuple[int, ...]:
    """Return every sum of n whole numbers whose mean is printed as `mean`; empty if there is none.

    The GRIM test. Sums can be negative (changes can). `decimals` as printed.
    """
    _, n = checks.count(0, n, name="n")
    return _sums(mean, decimals, n)


def grimmer(
    sd: str | float, *, mean: str | float, decimals: int, n: int, mean_decimals: int | None = None
) -> tuple[tuple[int, int], ...]:
    """Return every (sum, sum of squares) of n whole numbers that prints this mean and this SD.

    The GRIMMER test: sum and sum of squares are both odd or both even; the squares add up to at
    least those of the most even numbers with that sum; two numbers need a square. Necessary, not
    sufficient: empty means impossible, but a pair is no proof that data exist. SD with n - 1.
    `decimals` are those of `sd`, and of `mean` too unless `mean_decimals` is given.
    """
    _, n = checks.count(2, n, name="n (at least 2)")
    target, scale = printed(sd, decimals=decimals), 10**decimals
    if target < 0:
        raise AnalysisError(f"sd: expected 0 or more, found {sd}; check the sign")
    mean_decimals = decimals if mean_decimals is None else mean_decimals
    found = []
    for total in _sums(mean, mean_decimals, n):
        centre = Fraction(total * total, n)
        # SD^2 (n - 1) = squares - total^2 / n, so the SD's interval bounds the squares
        low = centre + Fraction(max(2 * target - 1, 0), 2 * scale) ** 2 * (n - 1)
        high = centre + Fraction(2 * target + 1, 2 * scale) ** 2 * (n - 1)
        for squares in range(math.ceil(low), math.floor(high) + 1):
            at_edge = squares == high and target % 2 == 1  # half to even would go up from here
            if not at_edge and _squares_possible(total, squares, n):
                found.append((total, squares))
    return tuple(found)


def _squares_possible(total: int, squares: int, n: int) -> bool:
    whole, rest = divmod(total, n)
    least = (n - rest) * whole**2 + rest * (whole + 1) ** 2
    if squares < least or (squares - total) % 2:
        return False
    if n == 2:  # (a - b)^2 = 2 squares - total^2
        gap = 2 * squares - total**2
        return math.isqrt(gap) ** 2 == gap
    return True
