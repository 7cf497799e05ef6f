"""False response beyond the plain model: the CV that explains a share, and entry by a low count.

Companions of `lessons.ever_crossing_probability`; no data, no random numbers.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.threshold_crossing import ever_crossing_probability, log_sd
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


@estimator
def ever_crossing_after_entry(
    *,
    cv: float,
    rise: float,
    visits: int,
    lower: float,
    upper: float,
    median: float,
    between_log_sd: float,
    low_counts: int = 1,
) -> Estimate:
    """Probability to be once `rise` above baseline with no true change, entered by low counts.

    True counts are log-normal (`median`, `between_log_sd`), measured with log-normal error of `cv`
    at entry and at each of `visits`; only persons with `low_counts` measurements above `lower` and at
    most `upper` (same unit as `median`) enter, the last of which is the baseline. Given that, the
    true log count is normal (regression to the mean), and each further low count makes low levels
    likelier; quadrature over both. Davis 1976, Am J Epidemiol 104:493.
    """
    checks.count(low_counts, max(low_counts, 1), name="low_counts")
    error, middle = log_sd(cv), math.log(checks.inside(median, 0, math.inf, name="median"))
    if not 0 < lower < upper:
        raise AnalysisError(f"entry: expected 0 < lower < upper, found {lower} and {upper}")
    nodes, weights = np.polynomial.legendre.leggauss(160)
    half = (math.log(upper) - math.log(lower)) / 2
    base = half * nodes + (math.log(upper) + math.log(lower)) / 2
    total = math.hypot(error, between_log_sd)
    density = weights * np.exp(-0.5 * ((base - middle) / total) ** 2)
    kept = (
        between_log_sd / total
    ) ** 2  # how much of a baseline's distance from the median is true
    centre, spread = middle + kept * (base - middle), error * math.sqrt(kept)
    z, mass = np.polynomial.hermite_e.hermegauss(100)
    true = centre[:, None] + spread * z
    quiet = special.ndtr((base[:, None] + math.log1p(rise) - true) / error) ** visits
    ends = [(math.log(limit) - true) / error for limit in (lower, upper)]
    let_in = mass * (special.ndtr(ends[1]) - special.ndtr(ends[0])) ** (low_counts - 1)
    share = 1 - float((density @ (quiet * let_in)).sum() / (density @ let_in).sum())
    return Estimate("log-normal within-person model", "probability", share)
