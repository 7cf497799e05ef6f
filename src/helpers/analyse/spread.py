"""One value a subject and its group go in, the common spread within groups comes out; no means.

A sample-size statement needs the standard deviation that is left within arms, with its own
uncertainty: from few patients it is known only roughly.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


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
        raise AnalysisError(
            f"groups: expected at least one group with two subjects, found {len(names)} groups "
            f"of one each; pool groups or leave the spread out"
        )
    centred = np.concatenate([values[groups == g] - values[groups == g].mean() for g in names])
    squares = float(centred @ centred)
    # chdtri takes the upper tail: the large quantile belongs to the lower limit
    low, high = special.chdtri(df, [(1 - level) / 2, (1 + level) / 2])
    sd, lower, upper = (math.sqrt(squares / d) for d in (df, low, high))
    return Estimate(
        "pooled within groups", "standard deviation", sd, lower, upper, n=len(values), level=level
    )
