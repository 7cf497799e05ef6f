"""Counts of patients at risk and responding go in; log-rank terms and P values come out.

The definition is that of R's `survdiff` (rho = 0): observed minus expected of the first arm and
the hypergeometric variance, summed over visits; chi-square with one degree of freedom. Nothing
here enumerates or draws at random.
Source: Mantel 1966, Cancer Chemother Rep 50:163-170; Peto & Peto 1972, JRSS A 135:185-207.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from helpers.errors import ImpossibleError


def compositions(total: int, parts: int) -> np.ndarray:
    """Return every way to write `total` as `parts` ordered counts, shape (ways, parts), int64.

    Rows are in lexicographic order; zero parts admit only a total of zero.
    """
    if parts == 0:
        return np.zeros((int(total == 0), 0), dtype=np.int64)
    bars = itertools.combinations(range(total + parts - 1), parts - 1)
    ways = math.comb(total + parts - 1, parts - 1)
    flat = np.fromiter(itertools.chain.from_iterable(bars), np.int64, ways * (parts - 1))
    cuts = flat.reshape(ways, parts - 1)
    ends = np.full((ways, 1), total + parts - 1)
    return np.diff(np.hstack([np.full((ways, 1), -1), cuts, ends]), axis=1) - 1


def number_of_histories(responders: Sequence[int], visits: int) -> int:
    """Return how many histories there are: multisets over `visits`, multiplied over the arms."""
    return math.prod(math.comb(x + visits - 1, visits - 1) for x in responders)


def visit_terms(n1, n2, d1, d2) -> tuple[np.ndarray, np.ndarray]:
    """Return (observed - expected, variance) of one visit, first arm; arrays broadcast.

    `n1`, `n2` are at risk before the visit and `d1`, `d2` respond at it. Both terms are exactly
    zero where nobody or everybody responds, or where one arm has nobody left, so that a history
    without information has a variance of exactly zero.
    """
    n = np.asarray(n1) + n2
    d = np.asarray(d1) + d2
    safe = np.maximum(n, 1)
    excess = d1 - d * n1 / safe
    pairs = np.maximum(n - 1, 1) * safe.astype(float) * safe
    variance = np.asarray(d * (n - d) * n1, dtype=float) * n2 / pairs
    return np.where((d == 0) | (d == n), 0.0, excess), variance


def logrank_exact(
    first: Sequence[int], second: Sequence[int], *, sizes: Sequence[int]
) -> tuple[Fraction, Fraction]:
    """Return (observed - expected, variance) of one history as fractions, without rounding.

    `first` and `second` are responders per visit; nobody drops out. Slow and independent of the
    array code: it certifies witnesses.
    """
    n1, n2 = sizes
    excess = variance = Fraction(0)
    for d1, d2 in zip(first, second, strict=True):
        n, d = n1 + n2, d1 + d2
        if n > 1:
            excess += d1 - Fraction(d * n1, n)
            variance += Fraction(d * n1 * n2 * (n - d), n * n * (n - 1))
        n1, n2 = n1 - d1, n2 - d2
    return excess, variance


def chi_square_p(chi_square: float) -> float:
    """Return the upper tail of chi-square with one degree of freedom."""
    return math.erfc(math.sqrt(chi_square / 2))


def p_chi_square(p: np.ndarray) -> np.ndarray:
    """Return the chi-square (one degree of freedom) whose upper tail is `p`; infinite at 0."""
    from scipy.special import erfcinv

    return 2 * erfcinv(np.asarray(p, dtype=float)) ** 2


def history_p(first: Sequence[int], second: Sequence[int], *, sizes: Sequence[int]) -> float:
    """Return the log-rank P of one history; 1 where it holds no information (variance 0)."""
    excess, variance = logrank_exact(first, second, sizes=sizes)
    return chi_square_p(float(excess * excess / variance)) if variance else 1.0


def check_trial(
    *,
    sizes: Sequence[int],
    responders: Sequence[int],
    visits: int,
    weeks: Sequence[float] | None = None,
) -> tuple[float, ...]:
    """Return the visit times, 1, 2, ... where `weeks` is None; raise where no trial can be such.

    Raises ImpossibleError, naming the nearest possible value, for anything but two arms of at
    least one patient, for more responders than patients, no visit, or visits out of order.
    """
    problems = []
    if len(sizes) != 2 or len(responders) != 2:
        problems.append(f"arms: expected two sizes and two responder counts, found {sizes}, "
                        f"{responders}")  # fmt: skip
    for arm, (size, count) in enumerate(zip(sizes, responders, strict=False), start=1):
        if size < 1:
            problems.append(f"arm {arm}: expected at least 1 patient, found {size}; nearest: 1")
        elif not 0 <= count <= size:
            near = min(max(count, 0), size)
            problems.append(
                f"arm {arm}: expected 0 to {size} responders, found {count}; nearest: {near}"
            )
    if visits < 1:
        problems.append(f"visits: expected at least 1, found {visits}; nearest: 1")
    times = tuple(float(w) for w in (range(1, visits + 1) if weeks is None else weeks))
    if len(times) != max(visits, 0):
        problems.append(
            f"weeks: expected {visits} visit times, found {len(times)}; give one for every visit"
        )
    near = sorted({t for t in times if 0 < t < math.inf})
    if list(times) != near:
        problems.append(
            f"weeks: expected times above 0 that increase, found {list(times)}; nearest: {near}"
        )
    if problems:
        raise ImpossibleError("no trial can be like this:\n  " + "\n  ".join(problems))
    return times
