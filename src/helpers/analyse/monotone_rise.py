"""True levels and a within-person CV go in, the chance that every reading is above the last comes out.

What "a steady increase in all patients" asks of noisy counts. No data, no random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.threshold_crossing import log_sd

STEPS = 40_001  # grid of the reading, 8 SDs beyond the levels on either side: error below 1e-7


@estimator
def rising_probability(levels: Sequence[float], *, cv: float, patients: int = 1) -> Estimate:
    """Probability that the readings of each of `patients` rise from every visit to the next.

    `levels`: true values at the visits (two or more, one unit), the same course for all patients;
    each is read once with an independent log-normal error of coefficient of variation `cv`.
    P(X1 < ... < Xk) by repeated integration over the last reading (trapezoid rule); for constant
    levels it is 1/k!, whatever the CV. Patients are independent: the power `patients`, which is
    `n` of the result.
    """
    levels = checks.vector(levels, name="levels", least=2)
    checks.inside(float(levels.min()), 0, math.inf, name="levels")
    checks.count(patients, max(patients, 1), name="patients")
    error, means = log_sd(cv), np.log(levels)
    x = np.linspace(means.min() - 8 * error, means.max() + 8 * error, STEPS)
    reached = np.ones(STEPS)  # probability that all readings so far rise and the last is below x
    for mean in means:
        density = np.exp(-0.5 * ((x - mean) / error) ** 2) / (error * math.sqrt(2 * math.pi))
        steps = (density[1:] * reached[1:] + density[:-1] * reached[:-1]) / 2 * (x[1] - x[0])
        reached = np.concatenate([[0.0], np.cumsum(steps)])
    probability = min(1.0, float(reached[-1])) ** patients
    return Estimate("log-normal within-person model", "probability", probability, n=patients)
