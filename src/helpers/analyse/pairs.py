"""One or two samples in, median and order statistics of all pairs out; the pairs are never listed.

The Walsh averages of n values are n(n + 1)/2 numbers, the differences of two samples their product:
a million subjects have too many to sort. How many lie at or below a bound is counted instead, from
the sorted values in n log n steps, and the bound is bisected over the floating-point numbers. What
comes out is therefore the very number that sorting all pairs would give, not an approximation.
Johnson & Mizoguchi 1978, SIAM J Comput 7:147 (selection among all pairs).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

_MAGNITUDE = np.int64(2**63 - 1)  # all bits of a float but its sign


def difference_ends(a: np.ndarray, b: np.ndarray, cut: int) -> tuple[float, float, float]:
    """Median of all differences a - b, and the `cut`-th of them from either end.

    `a` and `b` hold finite numbers, one a subject; ends are infinite where `cut` is 0.
    """
    sums = _Sums(a, -b)
    return _ends(sums.at_most, len(a) * len(b), cut, sums.span)


def walsh_ends(values: np.ndarray, cut: int) -> tuple[float, float, float]:
    """Median of the means of all pairs, each value paired with itself too, and the ends as above."""
    sums, n = _Sums(values, values), len(values)
    twice = np.sort(values + values)

    def at_most(bound: float) -> int:  # each pair of two subjects is counted twice, oneself once
        return (sums.at_most(bound) + int(np.searchsorted(twice, bound, side="right"))) // 2

    median, lower, upper = _ends(at_most, n * (n + 1) // 2, cut, sums.span)
    return median / 2, lower / 2, upper / 2


class _Sums:
    """All sums of a value of `a` and one of `b`, as distinct values and their numbers."""

    def __init__(self, a: np.ndarray, b: np.ndarray):
        self.a, self.times = np.unique(a, return_counts=True)
        self.b, counts = np.unique(b, return_counts=True)
        self.up_to = np.concatenate([[0], np.cumsum(counts)])
        self.span = float(self.a[0] + self.b[0]), float(self.a[-1] + self.b[-1])

    def at_most(self, bound: float) -> int:
        """Return how many sums, each rounded as addition rounds it, are `bound` or less."""
        last = len(self.b)
        k = np.searchsorted(self.b, bound - self.a, side="right")
        while (more := (k < last) & (self.a + self.b[np.minimum(k, last - 1)] <= bound)).any():
            k += more  # bound - a was rounded: a sum on the border may be on the other side
        while (less := (k > 0) & (self.a + self.b[np.maximum(k, 1) - 1] > bound)).any():
            k -= less
        return int(self.times @ self.up_to[k])


def _ends(
    at_most: Callable[[float], int], total: int, cut: int, span: tuple[float, float]
) -> tuple[float, float, float]:
    def at(rank: int) -> float:
        return _smallest(at_most, rank, *span)

    middle = at((total + 1) // 2)
    if total % 2 == 0 and at_most(middle) < total // 2 + 1:
        middle = (middle + at(total // 2 + 1)) / 2
    if cut == 0:
        return middle, -np.inf, np.inf
    return middle, at(cut), at(total - cut + 1)


def _smallest(at_most: Callable[[float], int], rank: int, low: float, high: float) -> float:
    """Return the smallest float from `low` to `high` at or below which there are `rank` numbers."""
    first, last = _ordinal(low), _ordinal(high)
    while first < last:  # 64 halvings at most, whatever the scale
        middle = (first + last) // 2
        if at_most(_from_ordinal(middle)) >= rank:
            last = middle
        else:
            first = middle + 1
    return _from_ordinal(first)


def _ordinal(x: float) -> int:
    """Return the place of a float among all floats, 0 for 0."""
    bits = np.float64(x).view(np.int64)
    return int(bits) if bits >= 0 else -int(bits & _MAGNITUDE)


def _from_ordinal(place: int) -> float:
    return float(np.copysign(np.int64(abs(place)).view(np.float64), place))
