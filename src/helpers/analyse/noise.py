"""A share of false responders goes in, the within-person variability that explains it comes out.

The inverse of `lessons.ever_crossing_probability`; no data, no random numbers.
"""

from __future__ import annotations

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.lessons import ever_crossing_probability
from helpers.errors import AnalysisError

CV_RANGE = (0.01, 2.0)


@estimator
def cv_for_ever_crossing(*, share: float, rise: float, visits: int) -> Estimate:
    """Within-person CV at which a `share` of unchanged persons is once `rise` above baseline.

    `rise` 0.3 for 30%, `visits` later measurements after one baseline; the model is that of
    `ever_crossing_probability`, whose probability grows with the CV. Raises AnalysisError where no
    CV from 1% to 200% gives the share.
    """
    from scipy.optimize import brentq

    checks.inside(share, 0, 1, name="share")

    def excess(cv: float) -> float:
        return ever_crossing_probability(cv=cv, rise=rise, visits=visits).value - share

    low, high = (excess(cv) for cv in CV_RANGE)
    if low > 0 or high < 0:
        raise AnalysisError(
            f"share: expected {low + share:.3f} to {high + share:.3f} for a rise of {rise} at "
            f"{visits} visit(s), found {share}; no CV from 1% to 200% gives it"
        )
    cv = float(brentq(excess, *CV_RANGE, xtol=1e-12))
    return Estimate("log-normal within-person model", "coefficient of variation", cv)
