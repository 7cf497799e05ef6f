"""Two counts go in, their difference or odds ratio with interval and exact tests come out.

x1 of n1 is the group of interest, x2 of n2 the reference: a positive difference favours group 1.
Fisher's tests fix both margins; Barnard's and Boschloo's only the group sizes, and so have more
power. None of them is chosen for the reader.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator

# Two tables whose probabilities differ by rounding only count as equally likely (R: the same 1e-7).
SAME = 1 + 1e-7


def wilson_limits(x: int, n: int, level: float) -> tuple[float, float]:
    """Return the two score limits of x of n; exactly 0 at x = 0 and 1 at x = n."""
    z = float(special.ndtri((1 + level) / 2))
    centre = (x + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * math.sqrt(x * (n - x) / n + z * z / 4)
    return (centre - half if x > 0 else 0.0), (centre + half if x < n else 1.0)


@estimator
def newcombe_difference(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Estimate:
    """Risk difference x1/n1 - x2/n2 with Newcombe's hybrid score interval (his method 10).

    The two Wilson intervals' distances are squared and added. Newcombe 1998, Stat Med 17:873.
    """
    x1, n1 = checks.count(x1, n1, name="x1 of n1")
    x2, n2 = checks.count(x2, n2, name="x2 of n2")
    checks.inside(level, 0, 1, name="level")
    p1, p2 = x1 / n1, x2 / n2
    l1, u1 = wilson_limits(x1, n1, level)
    l2, u2 = wilson_limits(x2, n2, level)
    lower = p1 - p2 - math.hypot(p1 - l1, u2 - p2)
    upper = p1 - p2 + math.hypot(u1 - p1, p2 - l2)
    return Estimate("newcombe", "risk difference", p1 - p2, lower, upper, n=n1 + n2, level=level)


def restricted_p2(x1: int, n1: int, x2: int, n2: int, delta: float) -> float:
    """Return the maximum-likelihood p2 under p1 - p2 = delta.

    The middle root of Miettinen & Nurminen's cubic, found by bisection of the score: their
    trigonometric root loses half of its digits near 0 and 1.
    """
    low, high = max(0.0, -delta), min(1.0, 1.0 - delta)

    def score(p: float) -> float:  # the likelihood is concave in p, so its slope falls in p
        q = p + delta
        terms = ((x1, q), (x1 - n1, 1 - q), (x2, p), (x2 - n2, 1 - p))
        return sum(k / v if v > 0 else math.copysign(math.inf, k) for k, v in terms if k)

    for _ in range(200):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if score(middle) > 0 else (low, middle)
    return (low + high) / 2


def score_z(x1: int, n1: int, x2: int, n2: int, delta: float) -> float:
    """Return Miettinen & Nurminen's standardised distance of the data from p1 - p2 = delta."""
    p2 = restricted_p2(x1, n1, x2, n2, delta)
    p1 = min(1.0, max(0.0, p2 + delta))
    total = n1 + n2
    variance = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) * total / (total - 1)
    gap = x1 / n1 - x2 / n2 - delta
    if variance <= 0:
        return 0.0 if abs(gap) < 1e-12 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


@estimator
def miettinen_nurminen_difference(
    x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95
) -> Estimate:
    """Risk difference x1/n1 - x2/n2 with the score interval; p_value is that of its test of 0.

    Own code: statsmodels' score interval fails with no event in both groups and is asymmetric for
    equal groups. Miettinen & Nurminen 1985, Stat Med 4:213, with their N/(N - 1) variance factor.
    """
    x1, n1 = checks.count(x1, n1, name="x1 of n1")
    x2, n2 = checks.count(x2, n2, name="x2 of n2")
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    value = x1 / n1 - x2 / n2

    def limit(inside: float, outside: float) -> float:
        for _ in range(80):  # the distance grows monotonically from the estimate outwards
            middle = (inside + outside) / 2
            near = abs(score_z(x1, n1, x2, n2, middle)) < z
            inside, outside = (middle, outside) if near else (inside, middle)
        return (inside + outside) / 2

    p = 2 * float(special.ndtr(-abs(score_z(x1, n1, x2, n2, 0.0))))
    return Estimate(
        "miettinen-nurminen", "risk difference", value, limit(value, -1.0), limit(value, 1.0),
        p, n1 + n2, level,
    )  # fmt: skip


def fisher_probabilities(total: int, n1: int, n2: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the possible x1 given x1 + x2 = total, and their hypergeometric probabilities."""
    x1 = np.arange(max(0, total - n2), min(n1, total) + 1)
    # ratios of neighbouring probabilities: no cancellation of large log-factorials
    ratio = (n1 - x1[:-1]) * (total - x1[:-1]) / ((x1[:-1] + 1) * (n2 - total + x1[:-1] + 1))
    logs = np.concatenate([[0.0], np.cumsum(np.log(ratio))])
    weights = np.exp(logs - logs.max())
    return x1, weights / weights.sum()


def fisher_p_values(total: int, n1: int, n2: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the possible x1, their probabilities and two-sided exact P values, margins fixed.

    Two-sided: the summed probability of all tables no more likely than the observed one.
    """
    x1, probability = fisher_probabilities(total, n1, n2)
    order = np.argsort(probability)
    summed = np.cumsum(probability[order])
    last = np.searchsorted(probability[order], probability * SAME, side="right") - 1
    return x1, probability, np.minimum(1.0, summed[last])


def _fisher(x1: int, n1: int, x2: int, n2: int) -> tuple[float, float, int, int]:
    """Return (two-sided P, probability of the observed table, n1, n2)."""
    x1, n1 = checks.count(x1, n1, name="x1 of n1")
    x2, n2 = checks.count(x2, n2, name="x2 of n2")
    values, probability, p = fisher_p_values(x1 + x2, n1, n2)
    here = int(np.flatnonzero(values == x1)[0])
    return float(p[here]), float(probability[here]), n1, n2


@estimator
def fisher(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Estimate:
    """Fisher's exact test: conditional maximum-likelihood odds ratio with its exact interval.

    The ratio is not x1(n2-x2)/((n1-x1)x2), the sample odds ratio, but the conditional estimate
    given both margins (as R's fisher.test). P is two-sided by small probabilities, the interval by
    two one-sided tests: near 0.05 they can disagree. NaN ratio and interval when a margin is 0.
    """
    from scipy.stats.contingency import odds_ratio

    p, _, n1, n2 = _fisher(x1, n1, x2, n2)
    checks.inside(level, 0, 1, name="level")
    if x1 + x2 in (0, n1 + n2):
        return Estimate("fisher exact", "odds ratio", math.nan, p_value=p, n=n1 + n2, level=level)
    ratio = odds_ratio([[int(x1), n1 - int(x1)], [int(x2), n2 - int(x2)]], kind="conditional")
    low, high = ratio.confidence_interval(level)
    return Estimate(
        "fisher exact", "odds ratio", float(ratio.statistic), float(low), float(high),
        p, n1 + n2, level,
    )  # fmt: skip


@estimator
def fisher_mid_p(x1: int, n1: int, x2: int, n2: int) -> Estimate:
    """Mid-p version of Fisher's test; `value` is the risk difference, without interval.

    Two-sided P of Fisher's test minus half the probability of the observed table. Less
    conservative, not strictly exact. With a margin of 0 nothing is tested and P is 1. Lydersen,
    Fagerland & Laake 2009, Stat Med 28:1159.
    """
    p, probability, n1, n2 = _fisher(x1, n1, x2, n2)
    difference = x1 / n1 - x2 / n2
    p = 1.0 if x1 + x2 in (0, n1 + n2) else p - probability / 2
    return Estimate("fisher mid-p", "risk difference", difference, p_value=p, n=n1 + n2)


@estimator
def boschloo(x1: int, n1: int, x2: int, n2: int) -> Estimate:
    """Boschloo's unconditional exact test; `value` is the risk difference, without interval.

    Two-sided P is twice the smaller one-sided P (scipy's definition). With no event, or nothing
    but events, P is 1. Boschloo 1970, Stat Neerl 24:1.
    """
    from scipy.stats import boschloo_exact

    return _unconditional("boschloo", boschloo_exact, x1, n1, x2, n2)


@estimator
def barnard(x1: int, n1: int, x2: int, n2: int) -> Estimate:
    """Barnard's unconditional exact test ordered by the pooled score statistic.

    `value` is the risk difference, without interval. P is two-sided, maximised over the common
    proportion (scipy's search). With no event, or nothing but events, P is 1. Barnard 1947,
    Biometrika 34:123; Suissa & Shuster 1985, J R Stat Soc A 148:317.
    """
    from scipy.stats import barnard_exact

    return _unconditional("barnard", barnard_exact, x1, n1, x2, n2)


def _unconditional(method: str, test, x1: int, n1: int, x2: int, n2: int) -> Estimate:
    x1, n1 = checks.count(x1, n1, name="x1 of n1")
    x2, n2 = checks.count(x2, n2, name="x2 of n2")
    p = 1.0
    if x1 + x2 not in (0, n1 + n2):  # else the table is the likeliest one and scipy divides by 0
        p = min(1.0, float(test([[x1, x2], [n1 - x1, n2 - x2]], n=64).pvalue))
    return Estimate(method, "risk difference", x1 / n1 - x2 / n2, p_value=p, n=n1 + n2)
