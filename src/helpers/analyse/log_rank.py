"""Times, event flags and arms go in, log-rank tests come out: overall, pairwise, trend, stratified.

All of them follow from the counts at each event time: the observed minus expected events of an arm
and their hypergeometric covariance (Mantel 1966; Peto & Peto 1972, J R Stat Soc A 135:185). `value`
is the chi-square statistic, P its upper tail: an asymptotic test, shaky below some ten events.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


def _checked(time, event, arm) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time = checks.vector(time, name="time", least=2)
    event = checks.flags(event, name="event", length=len(time))
    return time, event, checks.labels(arm, name="arm", length=len(time))


def observed_expected(
    time: np.ndarray, event: np.ndarray, group: np.ndarray, groups: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return observed minus expected events of each group (shape k) and their covariance (k, k).

    `group` holds whole numbers 0..groups-1. As R's survdiff (rho = 0).
    """
    times, index = np.unique(time, return_inverse=True)
    cells = index * groups + group
    shape = (len(times), groups)
    leaving = np.bincount(cells, minlength=len(times) * groups).reshape(shape)
    deaths = np.bincount(cells, event, len(times) * groups).reshape(shape)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    n, d = at_risk.sum(axis=1), deaths.sum(axis=1)
    share = at_risk / n[:, None]
    gap = (deaths - d[:, None] * share).sum(axis=0)
    # the last subject at risk cannot be an accident of grouping: variance 0 at n = 1
    weight = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    covariance = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return gap, covariance


def _chi_square(gap: np.ndarray, covariance: np.ndarray, n: int, method: str) -> Estimate:
    """Quadratic form of the gaps; one degree of freedom less than the arms that were at risk."""
    used = np.diag(covariance) > 1e-12
    if used.sum() < 2:
        raise AnalysisError(
            f"{method}: expected events while at least two arms are at risk, found none; "
            "without them the arms cannot be compared"
        )
    keep = np.flatnonzero(used)[1:]  # the gaps sum to 0: any one arm is redundant
    inner = covariance[np.ix_(keep, keep)]
    statistic = float(gap[keep] @ np.linalg.solve(inner, gap[keep]))
    p = float(special.chdtrc(len(keep), statistic))
    return Estimate(method, "chi-square", statistic, p_value=p, n=n)


@estimator
def log_rank(time: Sequence[float], event: Sequence[bool], arm: Sequence[Hashable]) -> Estimate:
    """Log-rank test that all arms share one hazard; k arms give k - 1 degrees of freedom."""
    time, event, arm = _checked(time, event, arm)
    group, names = pd.factorize(arm)
    gap, covariance = observed_expected(time, event, group, len(names))
    return _chi_square(gap, covariance, len(time), "log-rank")


@estimator
def log_rank_pairwise(
    time: Sequence[float],
    event: Sequence[bool],
    arm: Sequence[Hashable],
    *,
    reference: Hashable,
) -> dict[Hashable, Estimate]:
    """Log-rank test of each arm against `reference`, from the subjects of these two arms only.

    Keys are the other arms in order of appearance. P values are not adjusted: see `multiplicity`.
    """
    time, event, arm = _checked(time, event, arm)
    out = {}
    for other in checks.reference_first(arm, reference)[1:]:
        use = (arm == reference) | (arm == other)
        out[other] = log_rank(time[use], event[use], arm[use])
    return out


@estimator
def log_rank_trend(
    time: Sequence[float], event: Sequence[bool], scores: Sequence[float]
) -> Estimate:
    """Log-rank test for trend over a numeric score (a dose, or 0, 1, 2), one degree of freedom.

    `scores`: one number a subject. It looks for a monotone relation and can miss any other. Tarone
    1975, Biometrika 62:679.
    """
    time, event, _ = _checked(time, event, scores)
    levels, group = np.unique(checks.vector(scores, name="scores"), return_inverse=True)
    gap, covariance = observed_expected(time, event, group, len(levels))
    variance = float(levels @ covariance @ levels)
    if variance <= 1e-12:
        raise AnalysisError(
            "scores: expected events while at least two scores are at risk, found none; "
            "without them there is no trend to test"
        )
    statistic = float(levels @ gap) ** 2 / variance
    p = float(special.chdtrc(1, statistic))
    return Estimate("log-rank trend", "chi-square", statistic, p_value=p, n=len(time))


@estimator
def log_rank_stratified(
    time: Sequence[float],
    event: Sequence[bool],
    arm: Sequence[Hashable],
    stratum: Sequence[Hashable],
) -> Estimate:
    """Log-rank test of the arms within strata: gaps and covariances are summed over strata."""
    time, event, arm = _checked(time, event, arm)
    stratum = checks.labels(stratum, name="stratum", length=len(time))
    group, names = pd.factorize(arm)
    gap, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for value in dict.fromkeys(stratum):
        use = stratum == value
        inner = observed_expected(time[use], event[use], group[use], len(names))
        gap, covariance = gap + inner[0], covariance + inner[1]
    return _chi_square(gap, covariance, len(time), "stratified log-rank")
