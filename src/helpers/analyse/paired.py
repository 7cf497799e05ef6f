"""One change a subject (after minus before) goes in, tests and shifts with intervals come out.

Ties and zeros are handled as the docstrings say, never by a silent switch to a normal
approximation (as scipy's `wilcoxon` does): it is used above 500 subjects only, and named in
`method`. A zero change is a value, a missing one an error.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import among, checks, pairs, ranks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.proportions import clopper_pearson
from helpers.errors import AnalysisError, NoEstimateError

EXACT_UP_TO = 500  # subjects: about 0.1 s
LISTED_UP_TO = 1000  # subjects whose pairs are listed and sorted: 4 MB; more are counted


@estimator
def sign_test(change: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Share of subjects with a rise among those with any change, and the exact sign test of 1/2.

    Zeros are left out and `n` counts the rest; interval by Clopper-Pearson. With no change at all
    the share is NaN and P is 1.
    """
    change = checks.vector(change, name="change")
    ups, moved, given = int((change > 0).sum()), int((change != 0).sum()), len(change)
    if moved == 0:
        return Estimate(
            "sign test", "proportion", math.nan, p_value=1.0, n=0, level=level, given=given
        )
    tail = special.bdtr(min(ups, moved - ups), moved, 0.5)
    share = clopper_pearson(ups, moved, level=level)
    p = min(1.0, 2 * float(tail))
    return Estimate(
        "sign test", "proportion", share.value, share.lower, share.upper, p, moved, level,
        given=given,
    )  # fmt: skip


@estimator
def signed_rank(change: Sequence[float], *, zeros: str = "wilcoxon") -> Estimate:
    """Wilcoxon signed-rank test; `value` is V, the rank sum of the rises; exact up to 500 changes.

    Given the ties: the distribution of V over all 2^m sign patterns of the observed midranks.
    zeros="wilcoxon" drops zero changes before ranking, "pratt" ranks them and then drops their
    ranks. `n` counts the subjects that kept a rank. Wilcoxon 1945, Biometrics Bull 1:80; Pratt
    1959, JASA 54:655.
    """
    change = checks.vector(change, name="change")
    given = len(change)
    if zeros not in ("wilcoxon", "pratt"):
        raise AnalysisError(f'zeros: expected "wilcoxon" or "pratt", found {zeros!r}; choose one')
    if zeros == "wilcoxon":
        change = change[change != 0]
    ranked = ranks.midranks(np.abs(change))[change != 0]
    rises = float(ranked[change[change != 0] > 0].sum())
    n = len(ranked)
    if n > EXACT_UP_TO:
        p = ranks.normal_two_sided(rises, ranked.sum() / 2, float(ranked @ ranked) / 4)
        method = "wilcoxon signed-rank, normal approximation"
        return Estimate(method, "V", rises, p_value=p, n=n, given=given)
    p = ranks.two_sided(ranks.signed_rank_null(ranked), 2 * rises)
    return Estimate("wilcoxon signed-rank", "V", rises, p_value=p, n=n, given=given)


def walsh_averages(values: np.ndarray) -> np.ndarray:
    """Return the sorted n(n+1)/2 means of all pairs, each value paired with itself too."""
    i, j = np.triu_indices(len(values))
    return np.sort((values[i] + values[j]) / 2)


@estimator
def hodges_lehmann(change: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Pseudomedian of the change: median of the Walsh averages, zeros included.

    P is that of `signed_rank` with zeros="pratt", which ranks the zeros as this estimate counts them
    (without a zero the same as Wilcoxon's). Interval: all shifts that its distribution, with ties and
    zeros as observed, does not reject (without either R's wilcox.test, conf.int, exact). So 0 lies in
    it if and only if P > 1 - level; an end that is 0 and rejected is open, and `method` says so.
    Infinite limits where n is too small for `level` (n < 6 at 95%). Above 500 changes both by the
    normal approximation. Hodges & Lehmann 1963, Ann Math Stat 34:598.
    """
    change = checks.vector(change, name="change")
    checks.inside(level, 0, 1, name="level")
    n, method = len(change), "hodges-lehmann"
    count, moved = n * (n + 1) // 2, change != 0
    ranked = ranks.midranks(np.abs(change))[moved]
    p = signed_rank(change, zeros="pratt").p_value
    if len(ranked) > EXACT_UP_TO:
        method += ", normal approximation"
        cut = ranks.normal_cut(count, float(ranked @ ranked) / 4, level)
    else:
        cut = ranks.inverted_cut(ranks.signed_rank_null(ranked), count, level)
    if n > LISTED_UP_TO:
        value, lower, upper = pairs.walsh_ends(change, cut)
    else:
        averages = walsh_averages(change)
        lower, upper = ranks.cut_ends(averages, cut)
        value = float(np.median(averages))
    lower, upper, ends = ranks.open_at_zero(lower, upper, p, level)
    means = among.pair_means(change)
    return Estimate(method + ends, "pseudomedian", value, lower, upper, p, n, level, among=means)


@estimator
def median_interval(values: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Median with the exact distribution-free interval between two order statistics.

    The widest cut with binomial coverage of at least `level`, symmetric in ranks; infinite limits
    where n is too small (n < 6 at 95%). Ties only raise the coverage. Thompson 1936, Ann Math
    Stat 7:122.
    """
    values = np.sort(checks.vector(values, name="values"))
    checks.inside(level, 0, 1, name="level")
    n = len(values)
    coin = np.diff(special.bdtr(np.arange(n), n, 0.5), prepend=0.0)
    lower, upper = ranks.cut_ends(values, ranks.critical_cut(coin, level))
    median = float(np.median(values))
    return Estimate(
        "order statistics", "median", median, lower, upper, n=n, level=level,
        among=among.own_values(values),
    )  # fmt: skip


@estimator
def quartiles(values: Sequence[float], *, definition: str = "SAS") -> Estimate:
    """Median as `value`, first and third quartile as `lower` and `upper`: a spread, no interval.

    `definition`: "SAS" (PCTLDEF=5; R's type 2), the inverse of the empirical distribution averaged
    at its jumps, or "R" (its type 7, numpy's default), linear between the ordered values. `level`
    is therefore 0.5.
    """
    values = checks.vector(values, name="values")
    kinds = {"SAS": "averaged_inverted_cdf", "R": "linear"}
    if definition not in kinds:
        raise AnalysisError(f'definition: expected "SAS" or "R", found {definition!r}; choose one')
    q1, q2, q3 = np.quantile(values, [0.25, 0.5, 0.75], method=kinds[definition])
    return Estimate(
        "quartiles", "median", float(q2), float(q1), float(q3), n=len(values), level=0.5,
        among=among.own_values(values),
    )  # fmt: skip


@estimator
def mean_change(change: Sequence[float], *, level: float = 0.95) -> Estimate:
    """Mean change with the t interval and the paired t test of no change.

    Needs two subjects and some spread: identical changes give no estimate of error and raise.
    """
    change = checks.vector(change, name="change", least=2)
    checks.inside(level, 0, 1, name="level")
    n, mean = len(change), float(change.mean())
    error = float(change.std(ddof=1)) / math.sqrt(n)
    if np.ptp(change) == 0:
        raise NoEstimateError(
            f"change: expected spread, found {n} times {change[0]}; use sign_test instead"
        )
    half = float(special.stdtrit(n - 1, (1 + level) / 2)) * error
    p = 2 * float(special.stdtr(n - 1, -abs(mean) / error))
    return Estimate("paired t", "mean difference", mean, mean - half, mean + half, p, n, level)
