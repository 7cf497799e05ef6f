"""An estimate and a margin in, the one-sided P of the test shifted to that margin out; it knows no plan.

The hypothesis is that the true difference, or ratio, lies at the margin or beyond it. P is below half of
1 - level exactly where the two-sided interval of that level lies on the good side of the margin (ICH E9,
3.3.2); of two margins, as equivalence has them, the larger P counts (Schuirmann 1987, J Pharmacokinet
Biopharm 15:657).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import NAN, Estimate


def shifted_p(shifted: Estimate, *, above: bool) -> float:
    """One-sided P from the two-sided test of a difference less its margin: is it `above` 0, or below?

    `shifted` is the estimate of the same model with the margin taken off one arm's values. NaN where it
    has no P.
    """
    right = shifted.value > 0 if above else shifted.value < 0
    return shifted.p_value / 2 if right else 1 - shifted.p_value / 2


def wald_p(ratio: Estimate, margin: float, *, above: bool) -> float:
    """One-sided P of a ratio against `margin`, both above 0, from its interval on the log scale.

    `ratio`: with Wald's interval, whose width gives the standard error of the logarithm. NaN where an
    end is 0 or infinite.
    """
    checks.inside(margin, 0, math.inf, name="margin")
    if not all(0 < x < math.inf for x in (ratio.value, ratio.lower, ratio.upper)):
        return NAN
    z = float(special.ndtri((1 + ratio.level) / 2))
    error = math.log(ratio.upper / ratio.lower) / 2 / z
    distance = math.log(ratio.value / margin) / error
    return float(special.ndtr(-distance if above else distance))


def larger_p(low: float, high: float, p_of: Callable[[float, bool], float]) -> float:
    """The P that counts for an interval that must lie above `low` and below `high`, either infinite.

    `p_of(margin, above)` gives that of one margin; NaN where one is not known.
    """
    ends = [p_of(low, True)] if math.isfinite(low) else []
    ends += [p_of(high, False)] if math.isfinite(high) else []
    return NAN if not ends or any(math.isnan(p) for p in ends) else max(ends)
