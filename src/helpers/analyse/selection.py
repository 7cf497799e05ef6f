"""A rule of entry by low counts and assumptions about noise go in, the rise it invites comes out.

Companion of `lessons.regression_to_the_mean`, which takes the one count that selects as the
baseline too. Here a low count is confirmed by others before the trial begins. No data, no random
numbers, no effect of any treatment.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.threshold_crossing import log_sd
from helpers.errors import AnalysisError


@estimator
def rise_after_confirmed_entry(
    *,
    cv: float,
    lower: float,
    upper: float,
    median: float,
    between_log_sd: float,
    low_counts: int,
) -> Estimate:
    """Mean rise over baseline with no true change, when `low_counts` counts had to be low.

    In the unit of `median`. True counts are log-normal (`median`, `between_log_sd`), each
    measurement has an independent log-normal error of coefficient of variation `cv` and median 1.
    A person enters when all of `low_counts` measurements lie above `lower` and at or below
    `upper`; the last of them is the baseline. With one it is `regression_to_the_mean`. Quadrature
    over the true count. Davis 1976, Am J Epidemiol 104:493.
    """
    error = log_sd(cv)
    checks.inside(median, 0, math.inf, name="median")
    checks.inside(between_log_sd, 0, math.inf, name="between_log_sd")
    checks.count(low_counts, max(low_counts, 1), name="low_counts")
    if low_counts < 1 or not 0 <= lower < upper:
        raise AnalysisError(
            f"entry: expected at least one low count and 0 <= lower < upper, found {low_counts}, "
            f"{lower} and {upper}"
        )
    z, weights = np.polynomial.hermite_e.hermegauss(200)
    true = math.log(median) + between_log_sd * z
    ends = [
        (math.log(c) - true) / error if c > 0 else np.full_like(z, -np.inf) for c in (lower, upper)
    ]
    inside = special.ndtr(ends[1]) - special.ndtr(ends[0])
    # mean of a log-normal count within the range, over that of any count of the same person
    within = special.ndtr(ends[1] - error) - special.ndtr(ends[0] - error)
    level = np.exp(true + error**2 / 2)
    entered = weights * inside ** (low_counts - 1)
    rise = float(entered @ (level * (inside - within)) / (entered @ inside))
    return Estimate("regression to the mean", "expected change", rise)
