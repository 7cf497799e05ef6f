"""Assumptions about noise go in, probabilities of being fooled by it come out, exactly.

Each function answers what would be seen if nothing had happened (or the same in both arms): no
data, no random numbers, closed forms or numerical integration. The noise of counts multiplies: `cv`
is the within-person coefficient of variation (0.166 for 16.6%) of a log-normal error.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from scipy import special

from helpers.analyse import checks, noncentral
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError

_hermite = functools.cache(np.polynomial.hermite_e.hermegauss)  # 20 ms each; never changed in place


def log_sd(cv: float) -> float:
    """Return the SD of ln X of a log-normal X with coefficient of variation `cv`."""
    if not 0 < cv < math.inf:
        raise AnalysisError(f"cv: expected a fraction above 0, found {cv}; 16.6% is 0.166")
    return math.sqrt(math.log1p(cv * cv))


def _tail_mean(z: float, shift: float) -> float:
    """Return E[exp(shift Y - shift^2 / 2); Y < z] of a standard normal Y."""
    return float(special.ndtr(z - shift))


@estimator
def regression_to_the_mean(
    *,
    cv: float,
    threshold: float,
    population_mean: float,
    population_sd: float,
    lower: float = 0.0,
    distribution: str = "lognormal",
) -> Estimate:
    """Mean change at re-measurement of those selected at or below `threshold`, without true change.

    In the unit of the threshold (cells/µL). `population_mean` and `population_sd` describe the true
    values of the people screened; each measurement adds an independent within-person error of
    coefficient of variation `cv`. Only people measured above `lower` and at or below `threshold`
    are selected. "lognormal": true values and errors log-normal, errors of median 1; "normal": both
    normal, the error's SD cv x population_mean. Davis 1976, Am J Epidemiol 104:493.
    """
    if not (0 <= lower < threshold and population_mean > 0 and population_sd > 0):
        raise AnalysisError(
            f"regression to the mean: expected 0 <= lower < threshold and a positive mean and SD, "
            f"found {lower}, {threshold}, {population_mean}, {population_sd}"
        )
    if distribution == "normal":
        within, between = cv * population_mean, population_sd
        spread = math.hypot(within, between)
        z = [(c - population_mean) / spread if c > 0 else -math.inf for c in (lower, threshold)]
        selected = np.diff(special.ndtr(z))[0]
        density = [math.exp(-v * v / 2) / math.sqrt(2 * math.pi) for v in z]
        change = within**2 / spread * (density[1] - density[0]) / selected
    elif distribution == "lognormal":
        change = _log_normal_change(cv, lower, threshold, population_mean, population_sd)
    else:
        raise AnalysisError(
            f'distribution: expected "normal" or "lognormal", found {distribution!r}'
        )
    return Estimate("regression to the mean", "expected change", float(change))


def _log_normal_change(cv, lower, threshold, mean, sd) -> float:
    within, between = log_sd(cv), log_sd(sd / mean)
    centre = math.log(mean) - between**2 / 2
    spread = math.hypot(within, between)
    z = [(math.log(c) - centre) / spread if c > 0 else -math.inf for c in (lower, threshold)]
    selected = np.diff(special.ndtr(z))[0]
    # ln first and ln second measurement are bivariate normal with covariance between^2
    first, second = (
        np.diff([_tail_mean(v, shift) for v in z])[0] for shift in (spread, between**2 / spread)
    )
    return math.exp(centre + spread**2 / 2) * (second - first) / selected


@estimator
def ever_crossing_probability(*, cv: float, rise: float, visits: int) -> Estimate:
    """Probability that a person without any change is at least once `rise` above the own baseline.

    `rise` 0.3 for 30%. Baseline and each of `visits` later values are measured once, with
    independent log-normal errors of coefficient of variation `cv`: a low baseline stays low for all
    visits, so that they are not independent. Gauss-Hermite integration over the baseline's error.
    """
    checks.count(visits, max(visits, 1), name="visits")
    if rise <= -1:
        raise AnalysisError(f"rise: expected a fraction above -1, found {rise}; 30% is 0.3")
    nodes, weights = _hermite(160)
    below = special.ndtr(nodes + math.log1p(rise) / log_sd(cv))
    probability = 1 - float(weights @ below**visits) / math.sqrt(2 * math.pi)
    return Estimate("log-normal within-person model", "probability", max(0.0, probability))


@estimator
def difference_in_significance(
    *, n: int, effect: float, sd: float = 1.0, arms: int = 2, alpha: float = 0.05
) -> Estimate:
    """Probability that some, not all, of equally affected arms have P < alpha against baseline.

    `n` subjects in each of `arms`, the same true mean change `effect` and SD of changes `sd` (same
    unit), a two-sided paired t test within each arm: with two arms, the chance of "significant in
    one, not in the other". Exact, from the non-central t distribution. Bland & Altman 2011, Trials
    12:264.
    """
    checks.inside(alpha, 0, 1, name="alpha")
    if n < 2 or arms < 2 or not sd > 0:
        raise AnalysisError(
            f"difference in significance: expected n >= 2, arms >= 2 and sd > 0, found {n}, "
            f"{arms}, {sd}"
        )
    critical = float(special.stdtrit(n - 1, 1 - alpha / 2))
    shift = abs(effect) / sd * math.sqrt(n)
    power = 1 - noncentral.miss(n - 1, shift, critical)
    disagree = 1 - power**arms - (1 - power) ** arms
    return Estimate("paired t", "probability", max(0.0, disagree), n=n * arms)
