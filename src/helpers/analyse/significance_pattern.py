"""Printed verdicts of tests within arms go in, what they say about the arms' difference comes out.

For reports that test each arm against its own baseline and print "P < 0.001" here and "no change"
there. No data and no random numbers: t tests on changes, closed forms. Arms are of equal size `n`;
a "significant rise" is a mean above zero with a two-sided P below alpha. Bland & Altman 2011, Trials
12:264.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy import special

from helpers.analyse import checks, noncentral
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


def _critical(df: float, alpha: float) -> float:
    """Return the t value with the two-sided P `alpha`."""
    return float(special.stdtrit(df, 1 - checks.inside(alpha, 0, 1, name="alpha") / 2))


def _arm_size(n: int) -> int:
    if int(n) != n or n < 2:
        raise AnalysisError(f"n: expected at least 2 subjects an arm, found {n}; give one arm's")
    return int(n)


def _spread(ratio: float) -> float:
    if not 0 < ratio < math.inf:
        raise AnalysisError(f"ratio: expected an SD ratio above 0, found {ratio}; equal SDs are 1")
    return float(ratio)


def _welch_df(n: int, ratio: float) -> float:
    """Return Welch's degrees of freedom for two arms of n whose SDs have this ratio."""
    return (n - 1) * (1 + ratio**2) ** 2 / (1 + ratio**4)


@estimator
def pattern_probability(
    *, n: int, effect: float, alphas: Sequence[float], rises: Sequence[bool]
) -> Estimate:
    """Probability of a set of verdicts within arms when the true change is the same in all of them.

    `effect`: that change in standard deviations of a subject's change. One entry an arm: `alphas`
    the level that its verdict is read against, `rises` True for a significant rise, False for no
    significance either way. Arms are independent, so the probabilities multiply; each comes from
    the non-central t distribution. `n` of the result counts all arms.
    """
    n = _arm_size(n)
    verdicts = checks.flags(rises, name="rises", length=len(alphas))
    shift, probability = effect * math.sqrt(n), 1.0
    for alpha, rise in zip(alphas, verdicts, strict=True):
        critical = _critical(n - 1, alpha)
        risen = 1 - noncentral.below(n - 1, shift, critical)
        probability *= risen if rise else noncentral.miss(n - 1, shift, critical)
    return Estimate("paired t", "probability", min(1.0, max(0.0, probability)), n=n * len(verdicts))


@estimator
def significant_change(*, n: int, alpha: float) -> Estimate:
    """Smallest mean change with a two-sided paired-t P of `alpha`, in SDs of the change: t/sqrt(n)."""
    n = _arm_size(n)
    value = _critical(n - 1, alpha) / math.sqrt(n)
    return Estimate("paired t", "standardised mean change", value, n=n)


@estimator
def least_control_share(
    *, n: int, ratio: float = 1.0, within: float = 0.001, between: float = 0.05
) -> Estimate:
    """How much the control arm must have changed, as a share of the treated arm's mean change.

    The treated arm's paired t test gives P <= `within`, the two-sample t test of the changes (Welch)
    P >= `between`. `ratio`: SD of the change, control over treated. The share grows with the treated
    arm's t, so its smallest value is at P = `within`: 1 - t_between sqrt(1 + ratio^2) / t_within. At
    or below 0 the control arm need not have changed. `n` of the result counts both arms.
    """
    n, ratio = _arm_size(n), _spread(ratio)
    far = _critical(n - 1, within)
    near = _critical(_welch_df(n, ratio), between)
    share = 1 - near * math.sqrt(1 + ratio**2) / far
    return Estimate("two-sample t", "least ratio of mean changes", share, n=2 * n)


@estimator
def largest_between_p(
    *, n: int, ratio: float = 1.0, within: float = 0.001, control: float = 0.05
) -> Estimate:
    """Largest P of the two-sample t test of the changes (Welch) that the verdicts within arms allow.

    The treated arm rises with P <= `within`, the control arm has P >= `control`; the two are closest
    with both at these limits and in the same direction. `ratio` as in `least_control_share`. 1 when
    the means may be equal. `value` is that P. `n` of the result counts both arms.
    """
    n, ratio = _arm_size(n), _spread(ratio)
    apart = _critical(n - 1, within) - ratio * _critical(n - 1, control)
    t = max(0.0, apart) / math.sqrt(1 + ratio**2)
    p = 2 * float(special.stdtr(_welch_df(n, ratio), -t))
    return Estimate("two-sample t", "largest P value", p, n=2 * n)


@estimator
def least_control_share_among(
    *,
    n: int,
    test: str = "changes",
    arms: int = 3,
    correlation: float = 0.5,
    within: float = 0.001,
    between: float = 0.05,
) -> Estimate:
    """`least_control_share` when all arms are tested at once, by the test that was used.

    The other arms' paired t tests give P <= `within`, the F test that no arm differs P >= `between`;
    equal SDs in all arms and at both times, `correlation` of a subject's two values within arms.
    `test`: "changes" (analysis of variance of the changes; no correlation needed), "values" (of the
    later values) or "ancova" (adjusted for baseline); the last two with equal baseline means. The
    demand is smallest when the other arms changed alike: 1 - c g / t_within, c^2 = arms F_between
    and g = 1, 1/sqrt(2 (1 - correlation)) or about sqrt((1 + correlation)/2): the SD that is tested
    over that of the change. With two arms and "changes": `least_control_share` at equal spread.
    """
    n, r = _arm_size(n), checks.inside(correlation, -1, 1, name="correlation")
    df = arms * (n - 1) - (test == "ancova")
    lost = arms * (n - 1) / df  # the slope costs one degree of freedom, not one sum of squares
    spreads = {
        "changes": 1.0,
        "values": (2 * (1 - r)) ** -0.5,
        "ancova": math.sqrt(lost * (1 + r) / 2),
    }
    if test not in spreads or int(arms) != arms or arms < 2:
        raise AnalysisError(
            f"least share: expected a test among {sorted(spreads)} and two or more arms, found "
            f"{test!r} and {arms}"
        )
    critical = math.sqrt(arms * special.fdtri(arms - 1, df, 1 - between))
    share = 1 - critical * spreads[test] / _critical(n - 1, within)
    method = "ancova" if test == "ancova" else "analysis of variance"
    return Estimate(method, "least ratio of mean changes", float(share), n=arms * n)
