"""One value a subject and its arm go in, differences between arms with their tests come out.

Comparisons are between arms, never "significant here, not there". The rank test is exact up to 200
subjects, ties included, and above that says in `method` that it is not. Tests of several arms at
once by their ranks are in `rank_tests`.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import among, checks, linear, pairs, ranks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.rank_tests import jonckheere, kruskal
from helpers.errors import NoEstimateError

__all__ = [
    "ancova",
    "ancova_f_test",
    "correlation",
    "jonckheere",
    "kruskal",
    "two_sample_hodges_lehmann",
    "welch_difference",
]
EXACT_UP_TO = 200  # subjects in both groups: about 1 s and 30 MB
PAIRS_UP_TO = 1_000_000  # differences that are listed and sorted: 8 MB; more are counted


@estimator
def ancova(
    frame: pd.DataFrame,
    *,
    outcome: str,
    baseline: str,
    arm: str,
    reference: Hashable,
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Difference of each arm from `reference`, adjusted for baseline, in the unit of `outcome`.

    `frame`: one row a subject, no missing values; the other names are its columns. Least squares,
    one common slope and one common variance; t interval and test on n - arms - 1 degrees of
    freedom. Keys: the other arms in order of appearance. Outcome as change or as value gives the
    same differences. Vickers & Altman 2001, BMJ 323:1123.
    """
    return linear.differences(frame, outcome, arm, reference, [baseline], level)


@estimator
def ancova_f_test(
    frame: pd.DataFrame, *, outcome: str, baseline: str, arm: str, reference: Hashable
) -> Estimate:
    """F test that no arm differs after adjustment for baseline.

    `value` is F on arms - 1 and n - arms - 1 degrees of freedom. Arguments and model as
    for `ancova`.
    """
    return linear.f_test(frame, outcome, arm, reference, [baseline])


@estimator
def welch_difference(a: Sequence[float], b: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Mean of a minus mean of b with Welch's t interval and test, variances not assumed equal.

    Welch 1947, Biometrika 34:28. Both groups need two subjects and one of them some spread.
    """
    a, b = checks.vector(a, name="a", least=2), checks.vector(b, name="b", least=2)
    parts = [float(v.var(ddof=1)) / len(v) for v in (a, b)]
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        raise NoEstimateError("welch: expected spread in a group, found none; compare the values")
    error, value = math.sqrt(sum(parts)), float(a.mean() - b.mean())
    df = sum(parts) ** 2 / sum(v**2 / (len(g) - 1) for v, g in zip(parts, (a, b), strict=True))
    half = float(special.stdtrit(df, (1 + checks.inside(level, 0, 1, name="level")) / 2)) * error
    p = 2 * float(special.stdtr(df, -abs(value) / error))
    n = len(a) + len(b)
    return Estimate("welch t", "mean difference", value, value - half, value + half, p, n, level)


@estimator
def two_sample_hodges_lehmann(
    a: Sequence[float], b: Sequence[float], *, level: float = 0.95
) -> Estimate:
    """Shift of a against b: median of all differences a - b, with the exact rank-sum test.

    P: two-sided, over all ways to choose group a among the observed midranks (ties included), as
    far or farther from the expected rank sum. Interval: all shifts that this same distribution, with
    the ties as observed, does not reject (R's coin takes each tail by itself, the same where the
    distribution is symmetric; without ties both are R's wilcox.test). So 0 lies in it if and only if
    P > 1 - level; an end that is 0 and rejected is open, and `method` says so. Infinite where n is
    too small for `level`. Above 200 subjects both by the normal approximation, which `method` then
    names. Lehmann 1963, Ann Math Stat 34:1507.
    """
    a, b = checks.vector(a, name="a"), checks.vector(b, name="b")
    checks.inside(level, 0, 1, name="level")
    m, n, method = len(a), len(a) + len(b), "wilcoxon rank-sum"
    ranked = ranks.midranks(np.concatenate([a, b]))
    observed, mean, count = float(ranked[:m].sum()), m * (n + 1) / 2, m * (n - m)
    if n > EXACT_UP_TO:
        method += ", normal approximation"
        variance = count / n * float(ranked.var(ddof=1))
        p = ranks.normal_two_sided(observed, mean, variance)
        cut = ranks.normal_cut(count, variance, level)
    else:
        null = ranks.rank_sum_null(ranked, m)
        p = ranks.two_sided(null, 2 * observed)
        cut = ranks.inverted_cut(null, count, level)
    if count > PAIRS_UP_TO:
        value, lower, upper = pairs.difference_ends(a, b, cut)
    else:
        differences = np.sort(np.subtract.outer(a, b).ravel())
        lower, upper = ranks.cut_ends(differences, cut)
        value = float(np.median(differences))
    lower, upper, ends = ranks.open_at_zero(lower, upper, p, level)
    between = among.differences(a, b)
    return Estimate(
        method + ends, "location shift", value, lower, upper, p, n, level, among=between
    )


@estimator
def correlation(
    x: Sequence[float], y: Sequence[float], *, method: str = "spearman", level: float = 0.95
) -> Estimate:
    """Correlation with a Fisher z interval: "spearman" (midranks) or "pearson".

    Variance of z: 1/(n - 3) for Pearson; (1 + r^2/2)/(n - 3) for Spearman (Bonett & Wright 2000,
    Psychometrika 65:23). P for Spearman is exact over all pairings up to 12 subjects, ties
    included; otherwise from t with n - 2 degrees of freedom. No interval at n = 3 or |r| = 1.
    """
    x, y = checks.vector(x, name="x", least=3), checks.vector(y, name="y", least=3)
    if method not in ("spearman", "pearson") or len(x) != len(y) or min(np.ptp(x), np.ptp(y)) == 0:
        raise checks.error(no_estimate=method in ("spearman", "pearson") and len(x) == len(y))(
            f'correlation: expected "spearman" or "pearson" and two equally long lists that vary, '
            f"found {method!r}, lengths {len(x)} and {len(y)}, ranges {np.ptp(x)} and {np.ptp(y)}"
        )
    n, spearman = len(x), method == "spearman"
    pair = (ranks.midranks(x), ranks.midranks(y)) if spearman else (x, y)
    r = float(np.clip(np.corrcoef(*pair)[0, 1], -1, 1))
    if spearman and n <= 12:
        observed = 4 * float(pair[0] @ pair[1])
        p = ranks.two_sided(ranks.spearman_null(x, y), observed)
    else:
        p = 2 * float(special.stdtr(n - 2, -abs(r) * math.sqrt((n - 2) / max(1 - r * r, 1e-300))))
    lower = upper = math.nan
    if n > 3 and abs(r) < 1 - 1e-15:
        error = math.sqrt((1 + r * r / 2 * spearman) / (n - 3))
        half = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2)) * error
        lower, upper = math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)
    return Estimate(method, "correlation", r, lower, upper, p, n, level)
