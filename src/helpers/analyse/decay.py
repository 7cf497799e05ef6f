"""An exponential decay goes in, assumed or measured; its half-life and how long an assay sees it come out.

The assumed ones need no data: start level, half-life, their spread between patients and the assay's
limit are the caller's. Levels in any one unit (per cent of donor cells), times in that of the
half-life. An assay sees a level at or above its limit; its own error is left out.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from functools import cache

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.fixed_effects_tobit import Rows, fit
from helpers.errors import NoEstimateError


@estimator
def detectable_days(*, start: float, half_life: float, limit: float) -> Estimate:
    """Time until a level `start`, halving every `half_life`, reaches `limit`: H log2(start/limit).

    0 when it starts below. A tenfold lower limit adds log2(10) = 3.3 half-lives.
    """
    for name, value in (("start", start), ("half_life", half_life), ("limit", limit)):
        checks.inside(value, 0, math.inf, name=name)
    days = half_life * max(0.0, math.log2(start / limit))
    return Estimate("exponential decay", "time above the limit", days)


@estimator
def detectable_share(
    day: float,
    *,
    start: float,
    start_log_sd: float,
    half_life: float,
    half_life_log_sd: float,
    limit: float,
) -> Estimate:
    """Share of patients (0 to 1) whose level is still at or above `limit` at `day`.

    Start level and half-life are log-normal and independent between patients: medians `start` and
    `half_life`, SDs of their natural logarithms `start_log_sd` (above 0) and `half_life_log_sd`.
    """
    checks.inside(start_log_sd, 0, math.inf, name="start_log_sd")
    nodes, weights = _quadrature()
    z = 8.5 * nodes
    density = 8.5 * weights * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    rate = math.log(2) / (half_life * np.exp(half_life_log_sd * z))
    margin = (math.log(start / limit) - rate * day) / start_log_sd
    share = float(special.ndtr(margin) @ density / density.sum())
    return Estimate("exponential decay", "share above the limit", share)


@cache
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(400)  # 70 ms: once a session


def patient_rates(
    time: Sequence[float],
    log_value: Sequence[float],
    subject: Sequence[Hashable],
    censored: Sequence[bool],
    *,
    base: float = 10.0,
) -> pd.Series:
    """Rate of decay of each patient, in halvings per unit of `time`; half-life is its inverse.

    One row a measurement: `log_value` is the logarithm to `base`, the limit where `censored`. Tobit
    regression with an intercept and a slope of each patient and one common error. Patients with
    fewer than two different values seen, or all seen at one time, are left out: their slope has no
    finite estimate. Index: subject; 0 or negative for no decay.
    """
    time = checks.vector(time, name="time")
    value = checks.vector(log_value, name="log_value", least=len(time))
    below = checks.flags(censored, name="censored", length=len(time))
    codes, names = pd.factorize(checks.labels(subject, name="subject", length=len(time)))
    usable = _has_slope(time, value, codes, ~below, len(names))
    if usable.sum() < 2:
        raise NoEstimateError(
            f"half-life: expected two patients with two values above the limit, found "
            f"{usable.sum()} of {len(names)}; report when donor cells were last seen instead"
        )
    use = usable[codes]
    own = np.column_stack([np.ones(use.sum()), time[use]])
    of = (np.cumsum(usable) - 1)[codes[use]]  # the usable ones, numbered again
    rows = Rows(value[use], own, np.empty((len(own), 0)), of, below[use])
    slopes = fit(rows)[0][:, 1]
    return pd.Series(-slopes / math.log(2, base), index=names[usable], name="rate")


def _has_slope(time, value, codes, seen, subjects: int) -> np.ndarray:
    """Whether each subject's values above the limit differ, and their times too."""
    out = np.ones(subjects, dtype=bool)
    for numbers in (time, value):
        most, least = np.full(subjects, -np.inf), np.full(subjects, np.inf)
        np.maximum.at(most, codes[seen], numbers[seen])
        np.minimum.at(least, codes[seen], numbers[seen])
        out &= most > least
    return out


@estimator
def mean_half_life(rates: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Half-life at the mean rate of the patients, 1 / mean(rates), with a t interval over patients.

    `rates` as `patient_rates` gives them, one a patient. The patient is the unit (summary measures:
    Matthews 1990, BMJ 300:230), so that patients may differ. One common slope for all rows instead
    follows the slowest patients, whose values stay above the limit longest, and takes every
    measurement for independent. Infinite where the rate may be 0 or less.
    """
    rates = checks.vector(rates, name="rates", least=2)
    n, mean = len(rates), float(rates.mean())
    half = float(special.stdtrit(n - 1, (1 + checks.inside(level, 0, 1, name="level")) / 2))
    half *= float(rates.std(ddof=1)) / math.sqrt(n)
    value, lower, upper = (1 / r if r > 0 else math.inf for r in (mean, mean + half, mean - half))
    method = "tobit regression by patient"
    return Estimate(method, "half-life", value, lower, upper, n=n, level=level)
