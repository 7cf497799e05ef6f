"""Ranks and sample sizes go in, exact null distributions of rank statistics come out; no data kept.

Ties are no obstacle: midranks are multiples of 1/2, so doubled ranks are whole numbers and the
distribution given the ties follows by adding one subject after the other (convolution), at a cost
that grows with n^3, not 2^n. The normal law is offered for samples too large for that; who uses it
says so in the name of the method.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

DIGITS = 10  # in which two numbers are one


def midranks(values: np.ndarray) -> np.ndarray:
    """Return ranks 1..n, tied values sharing the mean of their ranks.

    Values of the same ten digits are tied: 1.33 - 1.2 and 0.13 differ in their last bits, and are one
    change to whoever wrote down the decimals (R: rank(signif(x, 10))).
    """
    _, inverse, counts = np.unique(_settled(values), return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def _settled(values: np.ndarray) -> np.ndarray:
    """The values rounded to `DIGITS` significant digits; zeros and infinities stay."""
    values = np.asarray(values, dtype=float)
    size = np.abs(values)
    some = (size > 0) & np.isfinite(size)
    power = np.floor(np.log10(size, where=some, out=np.zeros(len(values))))
    unit = 10.0 ** np.clip(DIGITS - 1 - power, -290, 290)
    return np.where(some, np.round(values * unit) / unit, values)


def signed_rank_null(ranks: np.ndarray) -> np.ndarray:
    """Return P(doubled V = 0, 1, ..., 2 sum(ranks)) when every sign is a fair coin.

    `ranks`: one midrank a subject; those that cannot carry a sign are left out by the caller.
    """
    doubled = np.rint(2 * ranks).astype(int)
    mass = np.zeros(doubled.sum() + 1)
    mass[0] = 1.0
    for step in doubled:
        moved = np.zeros_like(mass)
        moved[step:] = mass[: len(mass) - step]
        mass = (mass + moved) / 2
    return mass


def rank_sum_null(ranks: np.ndarray, size: int) -> np.ndarray:
    """Return P(doubled rank sum = 0, 1, ...) of `size` subjects drawn from these ranks."""
    doubled = np.rint(2 * ranks).astype(int)
    mass = np.zeros((size + 1, doubled.sum() + 1))
    mass[0, 0] = 1.0
    for seen, step in enumerate(doubled):
        for taken in range(min(seen, size - 1), -1, -1):
            mass[taken + 1, step:] += mass[taken, : mass.shape[1] - step]
    total = special.binom(len(doubled), size)
    return mass[size] / total


def spearman_null(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return P(sum of doubled x-rank times doubled y-rank = 0, 1, ...) over all n! pairings.

    A sum over subsets of y instead of permutations: 2^n n steps, so for n of about 12 at most.
    """
    first, second = (np.rint(2 * midranks(v)).astype(int) for v in (x, y))
    width = int(np.sort(first) @ np.sort(second)) + 1
    layer = {0: np.ones(1)}
    for rank in first:
        following: dict[int, np.ndarray] = {}
        for used, mass in layer.items():
            for j, other in enumerate(second):
                if not used >> j & 1:
                    target = following.setdefault(used | 1 << j, np.zeros(width))
                    step = rank * other
                    target[step : step + len(mass)] += mass[: width - step]
        layer = following
    (mass,) = layer.values()
    return mass / mass.sum()


def two_sided(mass: np.ndarray, observed: float) -> float:
    """Return P(the statistic is at least as far from its null mean as `observed`).

    `mass[k]` is the probability of k; a distance equal up to rounding counts as reached.
    """
    k = np.arange(len(mass))
    mean = float(k @ mass)
    reached = np.abs(k - mean) >= abs(observed - mean) - 1e-7
    return min(1.0, float(mass[reached].sum()))


def normal_two_sided(observed: float, mean: float, variance: float) -> float:
    """Return the two-sided P of a rank statistic by the normal law, continuity-corrected by 1/2."""
    if variance <= 0:
        return 1.0
    z = max(0.0, abs(observed - mean) - 0.5) / np.sqrt(variance)
    return float(2 * special.ndtr(-z))


def critical_cut(null: np.ndarray, level: float) -> int:
    """Return how many values of the statistic, from 0 up, have P(at most this) <= (1 - level)/2."""
    return int(np.searchsorted(np.cumsum(null), (1 - level) / 2 * (1 + 1e-12), side="right"))


def inverted_cut(mass: np.ndarray, pairs: int, level: float) -> int:
    """Return which of `pairs` ordered differences, from either end, bounds the shifts not rejected.

    `mass[k]` is the null probability of the doubled rank statistic, given the ties observed. A shift
    is not rejected where `two_sided` of its statistic exceeds 1 - level; the statistic counts the
    differences beyond the shift, those that equal it by half.
    """
    k = np.arange(len(mass))
    distance = np.round(np.abs(k - float(k @ mass)), 6)
    far, at = np.unique(distance, return_inverse=True)
    tail = np.cumsum(np.bincount(at, weights=mass)[::-1])[::-1]
    kept = far[tail > (1 - level) * (1 + 1e-12)].max(initial=0.0) / 2
    return max(0, math.ceil(pairs / 2 - kept - 1e-6))


def normal_cut(pairs: int, variance: float, level: float) -> int:
    """Return `inverted_cut` by the normal law, continuity-corrected as `normal_two_sided`."""
    kept = special.ndtri((1 + level) / 2) * np.sqrt(variance) + 0.5
    return max(0, math.ceil(pairs / 2 - kept)) if variance > 0 else 0


def open_at_zero(lower: float, upper: float, p: float, level: float) -> tuple[float, float, str]:
    """Return the limits and what to add to the method's name where an end at 0 doesn't belong to it.

    A limit is a difference of the data, and the interval goes up to it. Where it is 0 and the test
    rejects 0, that end is open: it is given as the smallest number beyond 0, which prints as 0. Where
    both are 0 no shift is left (values of two kinds, say): no interval, NaN.
    """
    if p > (1 - level) * (1 + 1e-12) or 0 not in (lower, upper):
        return lower, upper, ""
    if lower == upper:
        return math.nan, math.nan, ", every shift rejected"
    least = math.ulp(0.0)
    lower, upper = (least if lower == 0 else lower), (-least if upper == 0 else upper)
    return lower, upper, ", open at 0"


def cut_ends(ordered: np.ndarray, cut: int) -> tuple[float, float]:
    """Return the `cut`-th value from either end of a sorted array, infinite where cut is 0."""
    if cut == 0:
        return -np.inf, np.inf
    return float(ordered[cut - 1]), float(ordered[-cut])
