"""A true change and an assay's limit go in, what an analysis makes of invented values comes out.

Closed forms and a simulation of one question: a number (the limit, or a share of it) is put in for
every value below the limit, before and after, and the changes are analysed as if all had been
measured. No data are touched. Everything is on natural logarithms; a ratio is after over before.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.panel_trials import share_of_trials


def share_below(limit: float, *, median: float, log_sd: float) -> float:
    """Share of a log-normal marker (0 to 1) that lies below `limit`, in the unit of `median`."""
    checks.inside(log_sd, 0, math.inf, name="log_sd")
    return float(special.ndtr((math.log(limit) - math.log(median)) / log_sd))


def _substituted_mean(limit: float, *, median: float, log_sd: float, put_in: float) -> float:
    """Return the mean log when values below `limit` become `put_in` times it.

    E max(X, L) = m + s (phi(a) + a Phi(a)) with a = (L - m) / s (Tobin 1958), plus Phi(a) log put_in.
    """
    a = (math.log(limit) - math.log(median)) / log_sd
    density = math.exp(-0.5 * a * a) / math.sqrt(2 * math.pi)
    below = float(special.ndtr(a))
    return math.log(median) + log_sd * (density + a * below) + below * math.log(put_in)


@estimator
def substituted_ratio(
    limit: float, *, median: float, fall: float, log_sd: float, put_in: float
) -> Estimate:
    """Ratio of geometric means that substitution tends to, with any number of patients.

    `median`: of the level before, in the unit of `limit`; `fall`: true ratio; `log_sd`: SD of the
    log level between patients, before and after; `put_in`: 1 for the limit itself, 0.5 for half.
    """
    for name, value in (("limit", limit), ("median", median), ("fall", fall), ("put_in", put_in)):
        checks.inside(value, 0, math.inf, name=name)
    checks.inside(log_sd, 0, math.inf, name="log_sd")
    after, before = (
        _substituted_mean(limit, median=m, log_sd=log_sd, put_in=put_in)
        for m in (median * fall, median)
    )
    return Estimate("substitution", "ratio to baseline", math.exp(after - before))


@estimator
def substitution_performance(
    limit: float,
    *,
    median: float,
    fall: float,
    person_log_sd: float,
    within_log_sd: float,
    put_in: float,
    n: int,
    trials: int,
    seed: int,
    alpha: float = 0.05,
) -> dict[str, Estimate]:
    """How the paired t analysis of substituted logs behaves in trials of n patients.

    Level between persons and measurement within a person are log-normal with these SDs. Keys:
    "coverage" = trials whose 1 - `alpha` interval holds the true ratio `fall`; "rejected" = trials
    with P <= `alpha` (at `fall` 1: the false alarms). Trials in which no change varies have no
    interval and no P: they count as neither covering nor rejecting.
    """
    _, n = checks.count(0, n, name="n")
    random = np.random.default_rng(seed)
    person = person_log_sd * random.standard_normal((trials, n, 1))
    level = math.log(median) + person + within_log_sd * random.standard_normal((trials, n, 2))
    level[..., 1] += math.log(fall)
    seen = np.where(level < math.log(limit), math.log(limit) + math.log(put_in), level)
    change = seen[..., 1] - seen[..., 0]
    mean, error = change.mean(axis=1), change.std(axis=1, ddof=1) / math.sqrt(n)
    half = float(special.stdtrit(n - 1, 1 - alpha / 2)) * error
    varies = error > 0
    return {
        "coverage": share_of_trials(varies & (np.abs(mean - math.log(fall)) <= half)),
        "rejected": share_of_trials(varies & (np.abs(mean) >= half)),
    }
