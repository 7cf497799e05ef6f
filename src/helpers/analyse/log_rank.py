"""Times, event flags and arms go in, log-rank tests come out: overall, pairwise, trend, weighted.

All of them follow from the counts at each event time: the observed minus expected events of an arm
and their hypergeometric covariance (Mantel 1966; Peto & Peto 1972, J R Stat Soc A 135:185). `value`
is the chi-square statistic, P its upper tail: an asymptotic test, shaky below some ten events. With
strata, gaps and covariances are taken within each and summed; so are the weights of a weighted test.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks, ties
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError

Weigh = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _checked(time, event, arm) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    time = checks.vector(time, name="time", least=2)
    event = checks.flags(event, name="event", length=len(time))
    return time, event, checks.labels(arm, name="arm", length=len(time))


def observed_expected(
    time: np.ndarray,
    event: np.ndarray,
    group: np.ndarray,
    groups: int,
    weigh: Weigh | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return observed minus expected events of each group (shape k) and their covariance (k, k).

    `group` holds whole numbers 0..groups-1. As R's survdiff (rho = 0). `weigh` makes a weight of
    each distinct time from the subjects at risk and the events then; None weighs all alike.
    """
    times, index = ties.distinct(time)
    cells = index * groups + group
    shape = (len(times), groups)
    leaving = np.bincount(cells, minlength=len(times) * groups).reshape(shape)
    deaths = np.bincount(cells, event, len(times) * groups).reshape(shape)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    n, d = at_risk.sum(axis=1), deaths.sum(axis=1)
    share = at_risk / n[:, None]
    heavy = np.ones(len(n)) if weigh is None else weigh(n, d)
    gap = heavy @ (deaths - d[:, None] * share)
    # the last subject at risk cannot be an accident of grouping: variance 0 at n = 1
    weight = heavy**2 * np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    covariance = np.diag(weight @ share) - (share * weight[:, None]).T @ share
    return gap, covariance


def _chi_square(gap: np.ndarray, covariance: np.ndarray, n: int, method: str) -> Estimate:
    """Quadratic form of the gaps; one degree of freedom less than the arms that were at risk."""
    spread = np.diag(covariance)
    used = spread > 1e-12 * max(1.0, float(spread.max()))
    if used.sum() < 2:
        raise NoEstimateError(
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
        raise NoEstimateError(
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
    return _summed(time, event, arm, stratum, None, "stratified log-rank")


@estimator
def log_rank_weighted(
    time: Sequence[float],
    event: Sequence[bool],
    arm: Sequence[Hashable],
    *,
    weights: str,
    rho: float = 1.0,
    gamma: float = 0.0,
    stratum: Sequence[Hashable] | None = None,
) -> Estimate:
    """Weighted log-rank test, all arms at once; with `stratum` within strata.

    `weights` of an event time, n at risk and d events then: "gehan" n (the Wilcoxon test of
    Breslow and Gehan, SAS's WILCOXON), "tarone-ware" the root of n, "peto" the survival that
    1 - d / (n + 1) gives (SAS's PETO), "fleming-harrington" S^rho (1 - S)^gamma, S the pooled
    Kaplan-Meier estimate just before (R's survdiff with rho; SAS's FH(rho, gamma)). Choose before
    the data are seen: each looks hardest at another part of the follow-up. Gehan 1965, Biometrika
    52:203; Fleming & Harrington 1981, Commun Stat Theory 10:763.
    """
    kinds: dict[str, Weigh] = {
        "gehan": lambda n, d: n.astype(float),
        "tarone-ware": lambda n, d: np.sqrt(n),
        "peto": lambda n, d: np.cumprod(1 - d / (n + 1)),
        "fleming-harrington": lambda n, d: _before(n, d) ** rho * (1 - _before(n, d)) ** gamma,
    }
    if weights not in kinds or min(rho, gamma) < 0:
        raise AnalysisError(
            f"weights: expected one of {', '.join(kinds)} and rho and gamma of 0 or more, found "
            f"{weights!r}, rho = {rho}, gamma = {gamma}; choose one"
        )
    method = f"{'' if stratum is None else 'stratified '}log-rank, {weights} weights"
    strata = [0] * len(time) if stratum is None else stratum
    return _summed(time, event, arm, strata, kinds[weights], method)


def _before(at_risk: np.ndarray, events: np.ndarray) -> np.ndarray:
    """Kaplan-Meier just before each time."""
    return np.concatenate([[1.0], np.cumprod(1 - events / at_risk)[:-1]])


def _summed(time, event, arm, stratum, weigh: Weigh | None, method: str) -> Estimate:
    """The test on gaps and covariances summed over the strata."""
    time, event, arm = _checked(time, event, arm)
    time, stratum = ties.as_one(time), checks.labels(stratum, name="stratum", length=len(time))
    group, names = pd.factorize(arm)
    gap, covariance = np.zeros(len(names)), np.zeros((len(names), len(names)))
    for value in dict.fromkeys(stratum):
        use = stratum == value
        inner = observed_expected(time[use], event[use], group[use], len(names), weigh)
        gap, covariance = gap + inner[0], covariance + inner[1]
    return _chi_square(gap, covariance, len(time), method)
