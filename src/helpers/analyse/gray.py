"""Times, what happened first and arms go in, Gray's test of the incidences of one cause comes out.

The counterpart of the log-rank test where other causes compete: it compares how many have had the
event, not how fast those still at risk get it, so a cause that removes patients weighs in.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks, ties
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import NoEstimateError


@estimator
def gray_test(
    time: Sequence[float],
    cause: Sequence[Hashable],
    arm: Sequence[Hashable],
    *,
    of: Hashable,
    stratum: Sequence[Hashable] | None = None,
) -> Estimate:
    """Test that all arms have one cumulative incidence of the cause `of`; within strata if given.

    `cause`: what happened first, 0 = censored; every other label competes. `value` is chi-square
    with one degree of freedom less than the arms (R's cuminc of cmprsk, rho = 0). Raises where the
    cause was not seen while two arms were at risk. Gray 1988, Ann Stat 16:1141.
    """
    time = ties.as_one(checks.vector(time, name="time", least=2))
    cause = checks.labels(cause, name="cause", length=len(time))
    group, names = pd.factorize(checks.labels(arm, name="arm", length=len(time)))
    strata = checks.labels([0] * len(time) if stratum is None else stratum, name="stratum",
                           length=len(time))  # fmt: skip
    k = len(names)
    codes = np.array([0 if c == 0 else 1 if c == of else 2 for c in cause])
    score, covariance = np.zeros(k), np.zeros((k, k))
    for value in dict.fromkeys(strata):
        use = strata == value
        own = _score(*_counts(time[use], codes[use], group[use], k))
        score, covariance = score + own[0], covariance + own[1]
    used = np.flatnonzero(np.diag(covariance) > 1e-12)[1:]  # the scores sum to 0
    if not (codes == 1).any() or not len(used):
        raise NoEstimateError(
            f"gray_test: expected events of cause {of!r} while two arms are at risk, found none; "
            "without them the arms cannot be compared"
        )
    part = covariance[np.ix_(used, used)]
    statistic = float(score[used] @ np.linalg.solve(part, score[used]))
    p = float(special.chdtrc(len(used), statistic))
    return Estimate("gray", "chi-square", statistic, p_value=p, n=len(time))


def _counts(time, codes, group, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """At risk, events of the cause and of the others, each (times, arms), at the times of any event."""
    times, index = np.unique(time, return_inverse=True)
    cells = index * k + group

    def table(which):
        return np.bincount(cells[which], minlength=len(times) * k).reshape(len(times), k)

    leaving, mine, other = table(codes >= 0), table(codes == 1), table(codes == 2)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1]
    seen = (mine + other).sum(axis=1) > 0
    return at_risk[seen].astype(float), mine[seen], other[seen]


def _score(at_risk, mine, other) -> tuple[np.ndarray, np.ndarray]:
    """Return the score of each arm (k) and its covariance (k, k) under one common incidence.

    An arm's weight is its number at risk over its own survival S; the share of the weights that
    its incidence F has left is what it should have of the events. Each event moves the scores at
    once, and later through S: with the `pull` that it has on what is left. How much of that is
    still to come is known at the end only, so its parts are summed apart (`square`, `cross`).
    """
    k = at_risk.shape[1]
    survival, incidence, pooled = np.ones(k), np.zeros(k), 0.0
    score, covariance = np.zeros(k), np.zeros((k, k))
    drift, square, cross = np.zeros((k, k)), np.zeros(k), np.zeros((k, k))
    for n, d, e in zip(at_risk, mine, other, strict=True):
        there, safe = n > 0, np.maximum(n, 1.0)
        after = survival * (1 - (d + e) / safe)
        weight = np.divide(n, survival, out=np.zeros(k), where=there)
        left = weight * (1 - incidence)
        score += d - d.sum() * left / left.sum()
        now = pooled + d.sum() / weight.sum()
        projection = np.diag(weight) - np.outer(weight, weight) / weight.sum()
        drift = drift + projection * d.sum() / (weight.sum() * (1 - pooled))
        still = np.divide(1 - now, after, out=np.zeros(k), where=after > 0)
        mine_, other_ = _variances(n, d, e, survival, after, weight.sum())
        for variance, own, pull in ((mine_, projection, 1 - still), (other_, 0.0, still)):
            change = own - drift * pull
            covariance += (change * variance) @ change.T
            square += pull**2 * variance
            cross += change * (pull * variance)
        incidence, survival, pooled = incidence + survival * d / safe, after, now
    return score, covariance + (drift * square) @ drift.T + drift @ cross.T + cross @ drift.T


def _variances(n, d, e, survival, after, total: float) -> tuple[np.ndarray, np.ndarray]:
    """Variance (k) of S times the hazard, of the cause from the pooled events, of the others from its own.

    Ties shrink it, as in the log-rank test: of m subjects with d events by (m - d) / (m - 1).
    """
    events, there = d.sum(), n > 0
    m = total * survival  # an arm's share of the pooled risk set, in subjects
    shrink = 1 - (events - 1) / (m - 1) if events > 1 else 1.0
    safe = np.maximum(n, 1.0)
    mine = np.where(there, shrink * survival * events / (total * safe), 0.0)
    own = 1 - np.maximum(e - 1, 0) / np.maximum(n - 1, 1)
    other = np.where(after > 0, own * survival**2 * e / safe**2, 0.0)
    return mine, other
