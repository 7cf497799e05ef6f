"""An exponential decay goes in, assumed or measured; its half-life and how long an assay sees it come out.

The assumed ones need no data: start level, half-life, their spread between patients and the assay's
limit are the caller's. Levels in any one unit (per cent of donor cells), times in that of the
half-life. An assay sees a level at or above its limit; its own error is left out.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.censored import censored_slope
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


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
    nodes, weights = np.polynomial.legendre.leggauss(400)
    z = 8.5 * nodes
    density = 8.5 * weights * np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
    rate = math.log(2) / (half_life * np.exp(half_life_log_sd * z))
    margin = (math.log(start / limit) - rate * day) / start_log_sd
    share = float(special.ndtr(margin) @ density / density.sum())
    return Estimate("exponential decay", "share above the limit", share)


@estimator
def bootstrap_half_life(
    time: Sequence[float],
    log_value: Sequence[float],
    subject: Sequence[Hashable],
    censored: Sequence[bool],
    *,
    seed: int,
    resamples: int = 1000,
    base: float = 10.0,
    level: float = 0.95,
) -> Estimate:
    """Half-life by `censored_slope`, its interval from resampling subjects instead of measurements.

    One row a measurement, as there. The interval of the regression takes one half-life for all and
    every measurement for independent; where patients differ it is too narrow. Here whole patients
    are drawn with replacement (`seed`) and the percentiles taken; with few patients still somewhat
    narrow. Raises when more than 5% of the resamples have no finite fit.
    """
    time = checks.vector(time, name="time")
    value = checks.vector(log_value, name="log_value", least=len(time))
    below = checks.flags(censored, name="censored", length=len(time))
    subject = checks.labels(subject, name="subject", length=len(time))
    fit = censored_slope(time, value, subject, below, base=base, level=level)
    rows = [np.flatnonzero(subject == s) for s in dict.fromkeys(subject)]
    random, slopes = np.random.default_rng(seed), []
    for _ in range(resamples):
        drawn = [rows[i] for i in random.integers(0, len(rows), len(rows))]
        take, who = np.concatenate(drawn), np.repeat(np.arange(len(rows)), [len(d) for d in drawn])
        try:
            again = censored_slope(time[take], value[take], who, below[take], base=base)
        except AnalysisError:
            continue
        slopes.append(1 / again.value)  # rates, so that a resample without decay is 0
    if len(slopes) < 0.95 * resamples:
        raise AnalysisError(
            f"half-life: expected a fit in 95% of the resamples, found {len(slopes)} of {resamples}; "
            "too few patients have two values above the limit: report the interval of the regression"
        )
    tail = (1 - level) / 2
    slow, fast = np.quantile(slopes, [tail, 1 - tail], method="inverted_cdf")
    upper = math.inf if slow <= 0 else 1 / float(slow)
    lower = math.inf if fast <= 0 else 1 / float(fast)
    method = "tobit regression, bootstrap of subjects"
    return Estimate(method, "half-life", fit.value, lower, upper, n=fit.n, level=level)
