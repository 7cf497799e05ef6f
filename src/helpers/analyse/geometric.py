"""Decimal logarithms in, geometric means with t intervals and ratios of them out; it takes no logarithm.

A mean of logarithms, turned back, is the geometric mean of the values; a difference of two such means is
the logarithm of their ratio. P, n and level stay those of the logarithms.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.analyse.paired import mean_change

METHOD = "t, of logarithms"


@estimator
def geometric_mean(logs: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Geometric mean of values whose decimal logarithms are given, in the unit of the values; t interval.

    Without a test: none is asked of one mean. Raises as `paired.mean_change` does.
    """
    found = mean_change(logs, level=level)
    made = _turned_back(found, "geometric mean")
    return replace(made, method=METHOD, p_value=NAN, source="")


def ratio_of_means(difference: Estimate) -> Estimate:
    """The ratio of geometric means that a difference of means of decimal logarithms stands for."""
    return _turned_back(difference, "ratio of geometric means")


def _turned_back(found: Estimate, statistic: str) -> Estimate:
    ends = {name: _power(getattr(found, name)) for name in ("value", "lower", "upper")}
    return replace(found, statistic=statistic, **ends)


def _power(log: float) -> float:
    """10 to the power of it; infinite where no number is that large."""
    try:
        return math.pow(10.0, log)
    except OverflowError:
        return math.inf
