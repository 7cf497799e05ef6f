"""Group sizes and an assumed true difference go in, what significant trials report of it comes out.

A trial that is published because P was small has met the difference plus luck in the same
direction. Nothing is drawn at random, and no observed effect enters: the truth is assumed.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.analyse.power import binomial_probabilities, rejected_outcomes
from helpers.errors import AnalysisError

NODES = 400  # of the quadrature over the pooled standard deviation


@estimator
def reported_mean_difference(
    n1: int, n2: int, *, difference: float, sd: float, alpha: float = 0.05
) -> Estimate:
    """Mean of the estimated difference's size over all trials with two-sided P <= alpha.

    Two-sample t test, both groups normal with standard deviation `sd`; in the unit of `sd`. At a
    true `difference` of 0 it is what a false positive reports. Estimates in the wrong direction
    count with their size. Gelman & Carlin 2014, Perspect Psychol Sci 9:641 (type M error).
    """
    if min(n1, n2) < 2:
        raise AnalysisError(f"sizes: expected at least two a group, found {n1} and {n2}")
    checks.inside(alpha, 0, 1, name="alpha")
    checks.inside(sd, 0, math.inf, name="sd")
    df, error = n1 + n2 - 2, sd * math.sqrt(1 / n1 + 1 / n2)
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    share = (nodes + 1) / 2
    # the estimated SD at each share of its distribution, over the true one
    estimated = np.sqrt(2 * special.gammaincinv(df / 2, share) / df)
    needed = float(special.stdtrit(df, 1 - alpha / 2)) * estimated * error
    up, down = (needed - difference) / error, (-needed - difference) / error
    beyond = special.ndtr(-up) + special.ndtr(down)
    size = difference * (special.ndtr(-up) - special.ndtr(down))
    size = size + error * (_density(up) + _density(down))
    value = float(weights @ size / (weights @ beyond))
    return Estimate("two-sample t", "mean significant estimate", value, n=n1 + n2)


def _density(z: np.ndarray) -> np.ndarray:
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)


@estimator
def reported_risk_difference(
    p1: float, p2: float, n1: int, n2: int, *, alpha: float = 0.05
) -> Estimate:
    """Mean of x1/n1 - x2/n2 over all trials in which Fisher's two-sided P <= alpha.

    True proportions `p1` and `p2`; signed, so that a false positive of either direction counts as
    what it reports. Summed over every outcome. NaN where no outcome that can arise is significant.
    """
    for name, p in (("p1", p1), ("p2", p2)):
        if not 0 <= p <= 1:
            raise AnalysisError(f"{name}: expected a proportion from 0 to 1, found {p}")
    chance = np.outer(binomial_probabilities(n1, p1), binomial_probabilities(n2, p2))
    chance = chance * rejected_outcomes(n1, n2, checks.inside(alpha, 0, 1, name="alpha"))
    seen = np.arange(n1 + 1)[:, None] / n1 - np.arange(n2 + 1) / n2
    total = float(chance.sum())
    value = float((chance * seen).sum()) / total if total > 0 else NAN
    return Estimate("fisher exact", "mean significant estimate", value, n=n1 + n2)
