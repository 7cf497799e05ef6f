"""Group sizes and assumed truths go in, exact power and detectable differences come out.

Two-sided tests; no simulation and no normal approximation: the non-central t distribution for
means, all (n1 + 1)(n2 + 1) outcomes for proportions.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from scipy import special

from helpers.analyse import checks, noncentral
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.analyse.two_proportions import fisher_p_values
from helpers.errors import AnalysisError


def _sizes(n1: int, n2: int, least: int) -> None:
    if int(n1) != n1 or int(n2) != n2 or min(n1, n2) < least:
        raise AnalysisError(f"sizes: expected whole numbers of at least {least}, found {n1}, {n2}")


def _t_power(n1: int, n2: int, ratio: float, alpha: float) -> float:
    df = n1 + n2 - 2
    shift, critical = ratio / math.sqrt(1 / n1 + 1 / n2), special.stdtrit(df, 1 - alpha / 2)
    return 1 - noncentral.miss(df, shift, critical)


@estimator
def power_mean(n1: int, n2: int, *, difference: float, sd: float, alpha: float = 0.05) -> Estimate:
    """Power of the two-sided two-sample t test for a true `difference`, SD `sd` in both groups."""
    _sizes(n1, n2, 2)
    checks.inside(alpha, 0, 1, name="alpha")
    checks.inside(sd, 0, math.inf, name="sd")
    power = _t_power(n1, n2, abs(difference) / sd, alpha)
    return Estimate("two-sample t", "power", power, n=n1 + n2)


@estimator
def detectable_difference_mean(
    n1: int, n2: int, *, power: float = 0.8, sd: float, alpha: float = 0.05
) -> Estimate:
    """Smallest true difference that the two-sample t test finds with this `power`; unit of `sd`."""
    from scipy.optimize import brentq

    _sizes(n1, n2, 2)
    checks.inside(power, alpha, 1, name="power (above alpha)")
    checks.inside(sd, 0, math.inf, name="sd")
    high = 1.0
    while _t_power(n1, n2, high, alpha) < power:
        high *= 2
    ratio = brentq(lambda r: _t_power(n1, n2, r, alpha) - power, 0.0, high, xtol=1e-13, rtol=1e-14)
    return Estimate("two-sample t", "detectable difference", float(ratio) * sd, n=n1 + n2)


@lru_cache(maxsize=64)
def rejected_outcomes(n1: int, n2: int, alpha: float) -> np.ndarray:
    """Return which outcomes (x1, x2) Fisher's test calls significant, shape (n1 + 1, n2 + 1)."""
    out = np.zeros((n1 + 1, n2 + 1), dtype=bool)
    for total in range(n1 + n2 + 1):
        x1, _, p = fisher_p_values(total, n1, n2)
        out[x1, total - x1] = p <= alpha * (1 + 1e-12)
    return out


def binomial_probabilities(n: int, p: float) -> np.ndarray:
    """Return the probability of 0, 1, ..., n successes at a true proportion `p`."""
    k = np.arange(n + 1)
    return special.binom(n, k) * p**k * (1 - p) ** (n - k)


def _fisher_power(p1: float, p2: float, n1: int, n2: int, alpha: float) -> float:
    chance1, chance2 = binomial_probabilities(n1, p1), binomial_probabilities(n2, p2)
    return float(chance1 @ rejected_outcomes(n1, n2, alpha) @ chance2)


@estimator
def power_proportions_fisher(
    p1: float, p2: float, n1: int, n2: int, *, alpha: float = 0.05
) -> Estimate:
    """Power of Fisher's exact test (two-sided P <= alpha) at true proportions p1 and p2.

    Summed over every outcome; at p1 = p2 it is the test's true size. Up to about 500 a group.
    """
    _sizes(n1, n2, 1)
    checks.inside(alpha, 0, 1, name="alpha")
    for name, p in (("p1", p1), ("p2", p2)):
        if not 0 <= p <= 1:
            raise AnalysisError(f"{name}: expected a proportion from 0 to 1, found {p}")
    return Estimate("fisher exact", "power", _fisher_power(p1, p2, n1, n2, alpha), n=n1 + n2)


@estimator
def detectable_difference_proportion(
    n1: int, n2: int, p2: float, *, power: float = 0.8, alpha: float = 0.05
) -> Estimate:
    """Smallest rise p1 - p2 above the reference proportion that Fisher's test finds with `power`.

    NaN when even p1 = 1 does not reach it. Exact power, root to 1e-12.
    """
    from scipy.optimize import brentq

    _sizes(n1, n2, 1)
    checks.inside(power, alpha, 1, name="power (above alpha)")
    if not 0 <= p2 < 1:
        raise AnalysisError(f"p2: expected a proportion from 0 to below 1, found {p2}")

    def gap(p1: float) -> float:
        return _fisher_power(p1, p2, n1, n2, alpha) - power

    grid = np.linspace(p2, 1.0, 201)
    reached = next((i for i, p1 in enumerate(grid) if gap(p1) >= 0), None)
    value = NAN
    if reached is not None:
        value = float(brentq(gap, grid[reached - 1], grid[reached], xtol=1e-13)) - p2
    return Estimate("fisher exact", "detectable difference", value, n=n1 + n2)
