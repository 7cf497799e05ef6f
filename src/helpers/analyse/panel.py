"""Changes of several markers in the same patients go in, what chance alone does to such a panel comes out.

Markers of one patient go together, so the panel is judged as a whole: signs are flipped patient by
patient, which keeps the correlation of the markers. Also the panel's arithmetic before any data:
how many markers fall with no effect, how small P can get, how large a fall n patients can show.
Nothing here decides which markers belong to the panel.
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks, noncentral, ranks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError

EXACT_UP_TO = 14  # patients: 16,384 sign patterns
DRAWS = 9_999
FLIPPED_UP_TO = (
    2_000  # patients: 160 MB of signs; of more, the sums are drawn from their normal law
)


def as_ratio(shift: Estimate, *, base: float = 10.0) -> Estimate:
    """A shift of logarithms as a ratio (after / before): value and limits as powers of `base`.

    Method, P and n stay; the statistic becomes "ratio to baseline". Infinite limits become 0 and
    infinity.
    """
    value, lower, upper = (
        math.inf if v == math.inf else base**v for v in (shift.value, shift.lower, shift.upper)
    )
    return Estimate(
        shift.method, "ratio to baseline", value, lower, upper, shift.p_value, shift.n,
        shift.level, shift.source, among=shift.among and replace(shift.among, base=base),
    )  # fmt: skip


def _matrix(changes: np.ndarray) -> np.ndarray:
    changes = np.array(changes, dtype=float)
    if changes.ndim != 2 or 0 in changes.shape or np.isinf(changes).any():
        raise AnalysisError(
            f"changes: expected a patients x markers table without infinities, found shape "
            f"{changes.shape}; NaN stands for a marker not measured in a patient"
        )
    return changes


def _flipped(changes: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return signed rank sums (patterns x markers) and their two-sided P, the data's own first."""
    changes = _matrix(changes)
    n, k = changes.shape
    signed = np.zeros((n, k))
    for j in range(k):
        use = np.isfinite(changes[:, j]) & (changes[:, j] != 0)
        if use.any():
            signed[use, j] = np.sign(changes[use, j]) * ranks.midranks(np.abs(changes[use, j]))
    sums = _sums_of_flips(signed, seed)
    distance = np.sort(np.abs(sums), axis=0)
    reached = [np.searchsorted(distance[:, j], np.abs(sums[:, j]) - 1e-9) for j in range(k)]
    return sums, 1 - np.column_stack(reached) / len(sums)


def _sums_of_flips(signed: np.ndarray, seed: int) -> np.ndarray:
    """Return the column sums of `signed` (n, k) under sign patterns of its rows, as it is first."""
    n, k = signed.shape
    if n <= EXACT_UP_TO:
        bits = np.arange(2**n)[:, None] >> np.arange(n)[None, :] & 1
        return (1.0 - 2.0 * bits) @ signed
    random = np.random.default_rng(seed)
    if n <= FLIPPED_UP_TO:
        return np.vstack([np.ones(n), random.choice([-1.0, 1.0], (DRAWS, n))]) @ signed
    covariance = signed.T @ signed  # of sums of independent flips, none of which outweighs the rest
    drawn = random.multivariate_normal(np.zeros(k), covariance, DRAWS, check_valid="ignore")
    return np.vstack([signed.sum(axis=0), drawn])


def joint_null(changes: np.ndarray, *, seed: int, alpha: float = 0.05) -> pd.DataFrame:
    """How many markers fall, and fall "significantly", when no marker has changed.

    `changes`: patients x markers (log scale; NaN = not measured). One row j = 0..k: `at_least`,
    `falls` = probability that at least j markers have a negative signed-rank sum, `significant` =
    that at least j are negative with an exact two-sided P of at most `alpha`. Exact over all sign
    patterns up to 14 patients, else 9,999 random ones from `seed` (Monte Carlo error below 0.005);
    above 2,000 patients as many draws from the normal law of the sums, with their covariance.
    """
    sums, p = _flipped(changes, seed)
    falls = (sums < 0).sum(axis=1)
    significant = ((sums < 0) & (p <= alpha + 1e-12)).sum(axis=1)
    j = np.arange(sums.shape[1] + 1)
    tails = {
        name: (count[:, None] >= j).mean(axis=0)
        for name, count in (("falls", falls), ("significant", significant))
    }
    return pd.DataFrame({"at_least": j, **tails})


def westfall_young(changes: np.ndarray, *, seed: int) -> np.ndarray:
    """Signed-rank P of each marker adjusted for the panel, by step-down min-P over joint sign flips.

    `changes` as in `joint_null`. Controls the chance of any false positive, as Holm does, and uses
    the markers' own correlation, so that it is not larger when they go together. Westfall & Young
    1993, Resampling-Based Multiple Testing, ch. 2. Exact up to 14 patients.
    """
    _, p = _flipped(changes, seed)
    order = np.argsort(p[0], kind="stable")
    later = np.minimum.accumulate(p[:, order][:, ::-1], axis=1)[:, ::-1]
    steps = (later <= p[0, order] + 1e-12).mean(axis=0)
    adjusted = np.empty(len(order))
    adjusted[order] = np.maximum.accumulate(steps)
    return adjusted


def falls_without_effect(k: int, *, correlation: float, shift: float = 0.0) -> pd.DataFrame:
    """Probability that at least j of k markers are lower afterwards when nothing was done to them.

    One row j = 0..k: `at_least`, `probability`. The mean changes are normal, every pair with the
    same `correlation` from 0 to below 1; given their common part they are independent, which leaves
    one integral. `shift`: how far every marker falls by itself on average, in standard errors of its
    mean change (`recovery_shift`). At shift 0: binomial at correlation 0, every count equally likely
    at 1/2.
    """
    _, k = checks.count(0, k, name="k")
    if not 0 <= correlation < 1 or not math.isfinite(shift):
        raise AnalysisError(
            f"correlation, shift: expected 0 to below 1 and a finite number, found {correlation}, "
            f"{shift}"
        )
    nodes, weights = _quadrature()
    common = 9 * nodes
    density = 9 * weights * np.exp(-0.5 * common**2) / math.sqrt(2 * math.pi)
    fall = special.ndtr((shift - math.sqrt(correlation) * common) / math.sqrt(1 - correlation))
    j = np.arange(k + 1)
    rise = special.ndtr((math.sqrt(correlation) * common - shift) / math.sqrt(1 - correlation))
    counts = special.binom(k, j)[:, None] * fall ** j[:, None] * rise ** (k - j)[:, None]
    tail = np.cumsum((counts @ density)[::-1])[::-1]
    return pd.DataFrame({"at_least": j, "probability": np.minimum(tail / tail[0], 1.0)})


@cache
def _quadrature() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(400)  # 70 ms: once a session


def recovery_shift(n: int, *, excess: float) -> float:
    """The `shift` of `falls_without_effect` for n patients who entered above their usual level.

    `excess`: how far above it they were on average at baseline, in within-person SDs; the later
    value is back at the usual level. A change has the SD of two measurements, sqrt(2), so that
    shift = excess sqrt(n / 2), whatever that SD is.
    """
    _, n = checks.count(0, n, name="n")
    if not math.isfinite(excess):
        raise AnalysisError(f"excess: expected a finite number of SDs, found {excess}")
    return excess * math.sqrt(n / 2)


@estimator
def signed_rank_size(n: int, *, alpha: float = 0.05) -> Estimate:
    """True chance that the exact two-sided signed-rank test of n untied changes gives P <= alpha.

    Below `alpha`, since P comes in steps. Without any effect.
    """
    _, n = checks.count(0, n, name="n")
    checks.inside(alpha, 0, 1, name="alpha")
    mass = ranks.signed_rank_null(np.arange(1.0, n + 1))[::2]
    p = np.minimum(1.0, 2 * np.minimum(np.cumsum(mass), np.cumsum(mass[::-1])[::-1]))
    size = float(mass[p <= alpha * (1 + 1e-12)].sum())
    return Estimate("wilcoxon signed-rank", "attained size", size, n=n)


@estimator
def smallest_p(n: int) -> Estimate:
    """Smallest two-sided P of any test of the signs or signed ranks of n changes: 2 / 2^n."""
    _, n = checks.count(0, n, name="n")
    p = min(1.0, 2.0 ** (1 - n))
    return Estimate("wilcoxon signed-rank", "smallest p-value", p, p_value=p, n=n)


@estimator
def detectable_fold(
    n: int, *, log_sd: float, power: float = 0.8, alpha: float = 0.05, base: float = math.e
) -> Estimate:
    """Ratio to baseline nearest to 1 that a two-sided paired t test of n logs finds with `power`.

    `log_sd`: SD of the change of the logarithm to `base` (for two measurements with a within-person
    SD w each and no other spread, w times the square root of 2). Below 1: a fall. Non-central t.
    """
    from scipy.optimize import brentq

    if int(n) != n or n < 3:
        raise AnalysisError(f"n: expected a whole number of at least 3 patients, found {n}")
    checks.inside(log_sd, 0, math.inf, name="log_sd")
    checks.inside(alpha, 0, 1, name="alpha")
    checks.inside(power, alpha, 1, name="power (above alpha)")
    critical = special.stdtrit(n - 1, 1 - alpha / 2)

    def missing(effect: float) -> float:
        return power - 1 + noncentral.miss(n - 1, effect * math.sqrt(n), critical)

    high = 0.5
    while missing(high) > 0:
        high *= 2
    effect = brentq(missing, 0.0, high, xtol=1e-13)
    return Estimate("paired t", "detectable ratio", base ** (-effect * log_sd), n=n)
