"""Means, SDs and sizes of arms in; P by t, Welch and analysis of variance out, with rounding room.

Every printed number stands for all values that print so; a P moves one way with the distance of the
means and with each SD, so the ends of P lie at corners. Nothing here knows what P was printed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from scipy import special

Arm = tuple[float, float, int]  # mean, SD, n


def standard_error(sds: Sequence[float], sizes: Sequence[int], *, pooled: bool) -> float:
    """Standard error of the difference of two means: of one pooled SD (Student), or of both (Welch).

    Pooling needs three patients or more.
    """
    (s1, s2), (n1, n2) = sds, sizes
    if not pooled:
        return math.sqrt(s1**2 / n1 + s2**2 / n2)
    variance = ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)
    return math.sqrt(variance * (1 / n1 + 1 / n2))


def pooled_t(arms: Sequence[Arm]) -> float:
    """Two-sided P of Student's t test with pooled variance; NaN without any spread."""
    (m1, s1, n1), (m2, s2, n2) = arms
    df = n1 + n2 - 2
    error = standard_error((s1, s2), (n1, n2), pooled=True) if df > 0 else 0.0
    return _t_p(m1 - m2, error, df)


def welch(arms: Sequence[Arm]) -> float:
    """Two-sided P of Welch's t test; NaN without any spread."""
    (m1, s1, n1), (m2, s2, n2) = arms
    a, b = s1**2 / n1, s2**2 / n2
    if a + b == 0 or min(n1, n2) < 2:
        return math.nan
    error = standard_error((s1, s2), (n1, n2), pooled=False)
    return _t_p(m1 - m2, error, (a + b) ** 2 / (a**2 / (n1 - 1) + b**2 / (n2 - 1)))


def paired_t(arms: Sequence[Arm]) -> float:
    """Two-sided P of the paired t test of one arm's change against 0."""
    ((mean, sd, n),) = arms
    return _t_p(mean, sd / math.sqrt(n), n - 1)


def anova(arms: Sequence[Arm]) -> float:
    """P of one-way analysis of variance of two or more arms."""
    total = sum(n for _, _, n in arms)
    grand = sum(m * n for m, _, n in arms) / total
    between = sum(n * (m - grand) ** 2 for m, _, n in arms) / (len(arms) - 1)
    within = sum((n - 1) * s**2 for _, s, n in arms) / (total - len(arms))
    if within == 0:
        return math.nan
    return float(special.fdtrc(len(arms) - 1, total - len(arms), between / within))


def _t_p(gap: float, error: float, df: float) -> float:
    if error <= 0 or df <= 0:
        return math.nan
    return float(2 * special.stdtr(df, -abs(gap) / error))


TESTS = {"t": pooled_t, "Welch": welch, "paired t": paired_t, "analysis of variance": anova}


def tests_for(arms: int) -> tuple[str, ...]:
    """Return the tests that so many arms allow."""
    return {1: ("paired t",), 2: ("t", "Welch")}.get(arms, ("analysis of variance",))


def p_range(test: str, means: Sequence[tuple[float, float]], sds: Sequence[tuple[float, float]],
            sizes: Sequence[int]) -> tuple[float, float]:  # fmt: skip
    """Return the smallest and largest P over boxes (low, high) of every mean and SD.

    The means are never nearer to one another than where those of all arms are drawn together.
    """
    spreads = list(itertools.product(*sds)) if len(sds) < 3 else list(zip(*sds, strict=True))
    nearest = (
        _nearest(means, sizes) if len(means) > 1 else [min(max(0.0, means[0][0]), means[0][1])]
    )
    found = [TESTS[test](list(zip(centre, spread, sizes, strict=True)))
             for centre in (*itertools.product(*means), nearest) for spread in spreads]  # fmt: skip
    found = [p for p in found if p == p]
    return (min(found), max(found)) if found else (math.nan, math.nan)


def _nearest(means: Sequence[tuple[float, float]], sizes: Sequence[int]) -> list[float]:
    """Return one mean out of every box so that their weighted squares about their common mean are least.

    Each is the end of its box nearest to the common mean, or that mean itself. The common mean solves
    sum n (nearest(m) - m) = 0, which falls in m: bisection.
    """
    low, high = min(a for a, _ in means), max(b for _, b in means)
    for _ in range(100):
        middle = (low + high) / 2
        pull = sum(
            n * (min(max(middle, a), b) - middle) for n, (a, b) in zip(sizes, means, strict=True)
        )
        low, high = (middle, high) if pull > 0 else (low, middle)
    return [min(max(low, a), b) for a, b in means]
