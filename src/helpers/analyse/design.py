"""What is known of a trial before its effects goes in, spread, level and duration come out; no effects.

A statement about what a design can detect needs the standard deviation that is left within arms,
with its own uncertainty: from few patients it is known only roughly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError


@estimator
def pooled_sd(
    values: Sequence[float], groups: Sequence[object], *, level: float = 0.95
) -> Estimate:
    """Standard deviation within groups, pooled over them, in the unit of `values`.

    `values` and `groups` have one entry a subject, none missing. The square root of the summed
    squared deviations from each group's own mean over n minus the number of groups: the residual
    standard deviation of a one-way analysis of variance. The interval is the chi-square one, for
    normally distributed values with one variance. Raises AnalysisError where no group has two.
    """
    values = checks.vector(values, name="values", least=2)
    groups = checks.labels(groups, name="groups", length=len(values))
    checks.inside(level, 0, 1, name="level")
    names = list(dict.fromkeys(groups))
    df = len(values) - len(names)
    if df < 1:
        raise NoEstimateError(
            f"groups: expected at least one group with two subjects, found {len(names)} groups "
            f"of one each; pool groups or leave the spread out"
        )
    centred = np.concatenate([values[groups == g] - values[groups == g].mean() for g in names])
    return _spread(centred, df, "pooled within groups", level)


def _spread(residuals: np.ndarray, df: int, method: str, level: float) -> Estimate:
    squares = float(residuals @ residuals)
    # chdtri takes the upper tail: the large quantile belongs to the lower limit
    low, high = special.chdtri(df, [(1 - level) / 2, (1 + level) / 2])
    sd, lower, upper = (math.sqrt(squares / d) for d in (df, low, high))
    return Estimate(method, "standard deviation", sd, lower, upper, n=len(residuals), level=level)


@estimator
def adjusted_sd(
    values: Sequence[float],
    covariate: Sequence[float],
    groups: Sequence[object],
    *,
    level: float = 0.95,
) -> Estimate:
    """Standard deviation within groups that a covariate leaves unexplained, in the unit of `values`.

    One entry a subject, none missing. The residual standard deviation of an analysis of covariance
    with one common slope, on n minus the number of groups minus 1 degrees of freedom (no slope,
    and one degree more, where the covariate does not vary within groups). Interval as for
    `pooled_sd`. Raises AnalysisError where fewer than one degree of freedom is left.
    """
    values = checks.vector(values, name="values", least=2)
    covariate = checks.vector(covariate, name="covariate", least=len(values))
    groups = checks.labels(groups, name="groups", length=len(values))
    checks.inside(level, 0, 1, name="level")
    names = list(dict.fromkeys(groups))
    y, x = np.empty(len(values)), np.empty(len(values))
    for name in names:
        mine = groups == name
        y[mine], x[mine] = (
            values[mine] - values[mine].mean(),
            covariate[mine] - covariate[mine].mean(),
        )
    square = float(x @ x)
    df = len(values) - len(names) - (square > 0)
    if df < 1:
        raise NoEstimateError(
            f"groups: expected more subjects than groups and slope need, found {len(values)} in "
            f"{len(names)} groups; pool groups or leave the adjustment out"
        )
    slope = float(x @ y) / square if square > 0 else 0.0
    return _spread(y - slope * x, df, "ancova residual", level)


def log_normal_moments(*, median: float, log_sd: float) -> tuple[float, float]:
    """Return mean and SD of a log-normal quantity, in the unit of `median`.

    `log_sd` is the SD of its natural logarithm: mean = median exp(s^2 / 2), SD = mean
    sqrt(exp(s^2) - 1).
    """
    checks.inside(median, 0, math.inf, name="median")
    checks.inside(log_sd, 0, math.inf, name="log_sd")
    mean = median * math.exp(log_sd**2 / 2)
    return mean, mean * math.sqrt(math.expm1(log_sd**2))


def months_between(first: float, last: float) -> int:
    """Return the whole months from the month `first` to the month `last`, both as YYYYMM.

    201305 to 201306 is 1. Raises AnalysisError where either is no month.
    """
    years, months = zip(*(divmod(int(m), 100) for m in (first, last)), strict=True)
    if not all(1 <= m <= 12 for m in months):
        raise AnalysisError(
            f"months: expected YYYYMM, found {first} and {last}; 201305 is May 2013"
        )
    return (years[1] - years[0]) * 12 + months[1] - months[0]
