"""Intervals that hold an unseen event time go in, exact limits of its quantile come out.

No shape, no bootstrap and no model of the visits: only that patients are independent draws. Rows and
infinities as in `interval`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import among, checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


@estimator
def quantile_limits(
    left: Sequence[float], right: Sequence[float], *, q: float = 0.5, level: float = 0.95
) -> Estimate:
    """Distribution-free interval of the `q` quantile of a time known only to lie in (left, right].

    With times seen exactly the interval runs from one order statistic to another (Thompson 1936,
    Ann Math Stat 7:122). The r-th smallest time lies above the r-th smallest left end and at or
    below the r-th smallest right end, so that left ends below and right ends above keep the
    coverage, whatever the visits. `value`: the right end by which a share `q` of these subjects has
    surely had the event. Infinite limits where n is too small (n < 6 for a median at 95%).
    """
    left = np.sort(checks.vector(left, name="left"))
    right = np.array(right, dtype=float)
    if right.shape != left.shape or np.isnan(right).any():
        raise AnalysisError(
            f"right: expected {len(left)} numbers, infinity for never seen, found shape "
            f"{right.shape} with {int(np.isnan(right).sum())} missing"
        )
    right = np.sort(right)
    if (right < left).any():
        raise AnalysisError(
            "right: expected each at least its left end; check the order of the two"
        )
    n = len(left)
    tail = (1 - checks.inside(level, 0, 1, name="level")) / 2
    checks.inside(q, 0, 1, name="q")
    below = special.bdtr(np.arange(n), n, q)  # P(at most r of n are below the quantile)
    first = int(np.searchsorted(below, tail * (1 + 1e-12), side="right"))
    above = special.bdtrc(np.arange(n), n, q)  # P(more than r are)
    last = int(np.flatnonzero(above <= tail * (1 + 1e-12))[0]) if (above <= tail).any() else n
    lower = float(left[first - 1]) if first else -math.inf
    upper = float(right[last]) if last < n else math.inf
    value = float(right[max(math.ceil(n * q) - 1, 0)])
    statistic = "median" if math.isclose(q, 0.5) else "quantile"
    ends = among.own_values(right[np.isfinite(right)])
    return Estimate(
        "order statistics", statistic, value, lower, upper, n=n, level=level, among=ends
    )
