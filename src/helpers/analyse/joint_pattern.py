"""True changes of the arms go in, the chance of printed verdicts within and among arms comes out.

`nominal.pattern_probability` knows the verdicts within arms only, and they are independent. The test
among the arms uses the same means, so the two together have no closed form: simulated, with its
Monte Carlo interval. Only means and variances of the changes are drawn, never a patient.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.proportions import clopper_pearson
from helpers.errors import AnalysisError

BATCH = 50_000  # trials at a time: 10 MB


def _batch(rng, size: int, n: int, effects, sds, alphas, rises, among: float | None) -> int:
    """Return how many of `size` simulated trials show the verdicts."""
    means = rng.standard_normal((size, len(effects))) * sds / math.sqrt(n) + effects
    variances = rng.chisquare(n - 1, (size, len(effects))) / (n - 1) * sds**2
    t = means * np.sqrt(n / variances)
    critical = special.stdtrit(n - 1, 1 - alphas / 2)
    shown = np.where(rises, t > critical, np.abs(t) < critical).all(axis=1)
    if among is not None:
        groups = len(effects)
        f = n * means.var(axis=1, ddof=1) / variances.mean(axis=1)
        shown &= f < special.fdtri(groups - 1, groups * (n - 1), 1 - among)
    return int(shown.sum())


@estimator
def joint_verdict_probability(
    *,
    n: int,
    effects: Sequence[float],
    alphas: Sequence[float],
    rises: Sequence[bool],
    among: float | None = 0.05,
    sds: Sequence[float] | None = None,
    trials: int,
    seed: int,
) -> Estimate:
    """Probability of verdicts within arms together with "no significant difference among them".

    One entry an arm: `effects` its true mean change and `sds` the SD of a subject's change (one
    unit; SDs 1 unless given), `alphas` and `rises` as `nominal.pattern_probability`. `n` subjects an
    arm, normal changes, paired t within each arm; among them the F test of one-way analysis of
    variance on the changes, P above `among` (None: whatever it says). `value` is the share of
    `trials`, its interval the exact one for Monte Carlo error; `n` of the result counts all arms.
    """
    k = len(effects)
    verdicts = checks.flags(rises, name="rises", length=k)
    spread = checks.vector([1.0] * k if sds is None else sds, name="sds")
    levels = checks.vector(alphas, name="alphas")
    if not (n >= 2 and k >= 2 and len(spread) == len(levels) == k and spread.min() > 0):
        raise AnalysisError(
            f"joint verdicts: expected n >= 2 and one SD above 0 and one level for each of two or "
            f"more arms, found n {n}, {k} arms, SDs {list(spread)}, levels {list(levels)}"
        )
    rng = np.random.default_rng(seed)
    sizes = [min(BATCH, trials - at) for at in range(0, trials, BATCH)]
    means = checks.vector(effects, name="effects")
    shown = sum(_batch(rng, s, n, means, spread, levels, verdicts, among) for s in sizes)
    share = clopper_pearson(shown, trials)
    method = "paired t" if among is None else "paired t, analysis of variance"
    return Estimate(method, "probability", share.value, share.lower, share.upper, n=n * k)
