"""True changes of the arms go in, the chance of printed verdicts comes out, whatever compared the arms.

A companion of `joint`, which reads "no difference among the arms" as the F test on the changes. Here it
may also be the F test on the later values, the one adjusted for baseline, or each dose against control
on its changes. Sufficient statistics of normal pairs (baseline, later value) are drawn, never a patient.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.joint_pattern import BATCH
from helpers.analyse.proportions import clopper_pearson
from helpers.errors import AnalysisError

TESTS = ("changes", "ancova", "values", "pairs")


def _draw(rng, size: int, n: int, effects: np.ndarray, correlation: float):
    """Means and sums of squares of baseline and later value by arm; the SD of a change is 1."""
    sd = (2 * (1 - correlation)) ** -0.5
    rest = math.sqrt(1 - correlation**2)
    z = rng.standard_normal((2, size, len(effects))) / math.sqrt(n)
    x, y = sd * z[0], sd * (correlation * z[0] + rest * z[1]) + effects
    # Bartlett: the scatter of n pairs is L A A' L' with A lower triangular
    a = np.sqrt(rng.chisquare(n - 1, (size, len(effects))))
    b = rng.standard_normal((size, len(effects)))
    c = rng.chisquare(n - 2, (size, len(effects)))
    later = correlation * a + rest * b
    return x, y, sd**2 * a**2, sd**2 * a * later, sd**2 * (later**2 + rest**2 * c)


def _no_difference(test: str, among: float, n: int, drawn) -> np.ndarray:
    """Whether each trial finds no difference among its arms; the last arm is control."""
    x, y, sxx, sxy, syy = drawn
    k = x.shape[1]
    if test == "pairs":
        change, variance = y - x, (sxx + syy - 2 * sxy) / (n - 1)
        error = np.sqrt((variance[:, :-1] + variance[:, -1:]) / n)
        t = (change[:, :-1] - change[:, -1:]) / error
        critical = special.stdtrit(2 * n - 2, 1 - among / (k - 1) / 2)
        return (np.abs(t) < critical).all(axis=1)
    if test == "ancova":
        wxx, wxy, wyy = (s.sum(axis=1) for s in (sxx, sxy, syy))
        dx, dy = (m - m.mean(axis=1, keepdims=True) for m in (x, y))
        txx, txy, tyy = (w + n * (p * q).sum(axis=1)
                         for w, p, q in ((wxx, dx, dx), (wxy, dx, dy), (wyy, dy, dy)))  # fmt: skip
        full, df = wyy - wxy**2 / wxx, k * (n - 1) - 1
        between = tyy - txy**2 / txx - full
    else:
        values, squares = (y, syy) if test == "values" else (y - x, sxx + syy - 2 * sxy)
        full, df = squares.sum(axis=1), k * (n - 1)
        between = n * (k - 1) * values.var(axis=1, ddof=1)
    return between / (k - 1) / (full / df) < special.fdtri(k - 1, df, 1 - among)


@estimator
def compared_verdict_probability(
    *,
    n: int,
    effects: Sequence[float],
    alphas: Sequence[float],
    rises: Sequence[bool],
    test: str,
    correlation: float = 0.5,
    among: float = 0.05,
    trials: int,
    seed: int,
) -> Estimate:
    """Probability of verdicts within arms together with "no difference", by what compared the arms.

    Arguments as `joint.joint_verdict_probability`; the last arm is control, SDs are equal in all arms
    and at both times, `correlation` is that of a subject's two values within arms, baseline means are
    equal. `test`: "changes" (F on the changes), "ancova" (F adjusted for baseline), "values" (F on the
    later values), "pairs" (each other arm against control by t on the changes, Bonferroni). `value` is
    the share of `trials`, its interval the exact one for Monte Carlo error.
    """
    k, r = len(effects), checks.inside(correlation, -1, 1, name="correlation")
    verdicts = checks.flags(rises, name="rises", length=k)
    levels = checks.vector(alphas, name="alphas")
    if test not in TESTS or n < 3 or k < 2 or len(levels) != k:
        raise AnalysisError(
            f"compared verdicts: expected a test among {TESTS}, n >= 3 and a level for each of two "
            f"or more arms, found {test!r}, n {n}, {k} arms, levels {list(levels)}"
        )
    rng, shown = np.random.default_rng(seed), 0
    means = checks.vector(effects, name="effects")
    critical = special.stdtrit(n - 1, 1 - levels / 2)
    for at in range(0, trials, BATCH):
        drawn = _draw(rng, min(BATCH, trials - at), n, means, r)
        x, y, sxx, sxy, syy = drawn
        t = (y - x) * np.sqrt(n * (n - 1) / (sxx + syy - 2 * sxy))
        within = np.where(verdicts, t > critical, np.abs(t) < critical).all(axis=1)
        shown += int((within & _no_difference(test, among, n, drawn)).sum())
    share = clopper_pearson(shown, trials)
    method = f"paired t, {test}"
    return Estimate(method, "probability", share.value, share.lower, share.upper, n=n * k)


@estimator
def smallest_pair_p(
    *, n: int, arms: int = 3, between: float = 0.05, alike: bool = True
) -> Estimate:
    """Smallest P of one arm against control by a two-sample t test when the F test of all has P above
    `between`; changes with equal spread, `n` subjects an arm.

    `alike`: the other treated arms changed as much as this one; else they lie where F is smallest,
    midway between it and control. F = n d^2 c / (arms - 1) at the difference d, with c = (arms - 1) /
    arms if alike and 1/2 if midway; t = d sqrt(n / 2).
    """
    part = (arms - 1) / arms if alike else 0.5
    critical = special.fdtri(
        arms - 1, arms * (n - 1), 1 - checks.inside(between, 0, 1, name="between")
    )
    t = math.sqrt(critical * (arms - 1) / part / 2)
    p = 2 * float(special.stdtr(2 * n - 2, -t))
    return Estimate("two-sample t", "smallest P value", p, p_value=p, n=2 * n)
