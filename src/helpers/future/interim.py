"""A plan with one look half-way goes in, how often the trial stops there for futility comes out.

The rule: stop if the treated arm is not ahead after half of the patients. It can only take success
away, so the level of the test at the end is kept. Known spread, normal theory; no simulation.
"""

from __future__ import annotations

import math

from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError

HALF = math.sqrt(0.5)  # correlation of the difference half-way with that at the end


@estimator
def futility_look(
    *, difference: float, sd: float, n: int, alpha: float = 0.05
) -> dict[str, Estimate]:
    """For a true `difference` and `n` patients an arm, two-sided z test at `alpha` at the end.

    "stop": the chance to stop half-way; "power": to go on and succeed, the treated arm ahead;
    "lost": the power that the look costs. `difference` and `sd` in one unit.
    """
    from scipy.stats import multivariate_normal

    checks.inside(sd, 0, math.inf, name="sd")
    if n < 2:
        raise AnalysisError(f"n: expected at least 2 patients an arm, found {n}")
    drift = difference / (sd * math.sqrt(2 / n))
    critical = special.ndtri(1 - alpha / 2)
    full = float(special.ndtr(drift - critical))
    # the chance to be behind half-way and yet significant at the end
    both = multivariate_normal.cdf([-drift * HALF, drift - critical], cov=[[1, -HALF], [-HALF, 1]])
    values = {"stop": float(special.ndtr(-drift * HALF)), "power": full - float(both),
              "lost": float(both)}  # fmt: skip
    return {
        name: Estimate("futility look, z test", "probability", value, n=2 * n)
        for name, value in values.items()
    }
