"""A plan and a belief about the truth go in, the chance that the trial succeeds comes out; exact.

Power presumes one truth. Assurance averages power over a distribution of truths (O'Hagan, Stevens
and Campbell 2005, Pharmaceutical Statistics 4:187). Success is a two-sided P up to alpha *and*
the first arm ahead; so assurance cannot pass the belief that the first arm is better at all.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.analyse import checks, noncentral
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.power import rejected_outcomes
from helpers.errors import AnalysisError

Beta = tuple[float, float]  # the two parameters of a beta distribution


@estimator
def assurance_mean(
    n1: int, n2: int, *, mean: float, mean_sd: float, sd: float, alpha: float = 0.05
) -> Estimate:
    """Chance that the two-sample t test finds the first arm's mean higher, true difference unknown.

    Belief about the difference: normal with `mean` and SD `mean_sd` (0: a certain one); `sd`:
    within an arm; all in one unit. Closed form: under that belief the t statistic over
    sqrt(1 + r^2) is non-central t, r being `mean_sd` over the difference's standard error.
    """
    if min(n1, n2) < 2:
        raise AnalysisError(f"sizes: expected at least 2 patients an arm, found {n1}, {n2}")
    error = checks.inside(sd, 0, math.inf, name="sd") * math.sqrt(1 / n1 + 1 / n2)
    df = n1 + n2 - 2
    wider = math.hypot(1, mean_sd / error)
    critical = special.stdtrit(df, 1 - alpha / 2) / wider
    value = 1 - noncentral.below(df, mean / error / wider, critical)
    return Estimate("two-sample t", "assurance", value, n=n1 + n2)


@estimator
def assurance_fisher(
    belief1: Beta, belief2: Beta, n1: int, n2: int, *, alpha: float = 0.05
) -> Estimate:
    """Chance that Fisher's exact test finds the first arm's proportion higher, truths unknown.

    Beliefs about the two proportions: independent beta distributions. Summed over all outcomes,
    each with its beta-binomial probability. Up to about 500 an arm.
    """
    chances = [_beta_binomial(n, *_beta(b)) for n, b in ((n1, belief1), (n2, belief2))]
    ahead = np.arange(n1 + 1)[:, None] * n2 > np.arange(n2 + 1)[None, :] * n1
    success = rejected_outcomes(n1, n2, alpha) & ahead
    return Estimate(
        "fisher exact", "assurance", float(chances[0] @ success @ chances[1]), n=n1 + n2
    )


@estimator
def belief_of_benefit(belief1: Beta, belief2: Beta) -> Estimate:
    """Probability that the first proportion is the higher one: the assurance of an endless trial."""
    from scipy.integrate import quad

    (a1, b1), (a2, b2) = _beta(belief1), _beta(belief2)
    scale = special.betaln(a1, b1)

    def at(x: float) -> float:
        density = math.exp((a1 - 1) * math.log(x) + (b1 - 1) * math.log1p(-x) - scale)
        return density * special.betainc(a2, b2, x)

    value, _ = quad(at, 0, 1, epsabs=1e-12, epsrel=1e-12, limit=500)
    return Estimate("beta distributions", "probability", min(1.0, value))


def _beta(belief: Beta) -> Beta:
    if not (len(belief) == 2 and min(belief) > 0 and max(belief) < math.inf):
        raise AnalysisError(f"belief: expected two numbers above 0, found {belief}")
    return belief


def _beta_binomial(n: int, a: float, b: float) -> np.ndarray:
    """Probability of 0, 1, ..., n successes when the true proportion is beta(a, b)."""
    k = np.arange(n + 1)
    ways = -special.betaln(k + 1, n - k + 1) - math.log(n + 1)
    return np.exp(ways + special.betaln(k + a, n - k + b) - special.betaln(a, b))
