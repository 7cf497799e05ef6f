"""Times and what happened first go in, cumulative incidence by cause comes out; nothing is drawn.

One row a subject: `time` from the origin in the caller's unit, `cause` what ended the observation,
0 where nothing did (censored). One minus Kaplan-Meier with the other causes censored answers
another question: what would be if they did not exist, and it is always larger.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError

NAN = float("nan")


@estimator
def aalen_johansen(
    time: Sequence[float], cause: Sequence[Hashable], *, at: float, level: float = 0.95
) -> dict[Hashable, Estimate]:
    """Probability that each cause has come first by `at`, with its log(-log) interval.

    `cause`: one label a subject, 0 = censored at `time`. Keys: the causes in order of first
    appearance; with the probability of no event they add up to 1. Standard error: infinitesimal
    jackknife (as R's survfit for several states); no interval where the estimate is 0 or 1. All NaN
    after the last observed time while some are still without an event. Raises when no event was
    seen. Aalen & Johansen 1978, Scand J Stat 5:141.
    """
    checks.inside(level, 0, 1, name="level")
    time = checks.vector(time, name="time")
    cause = checks.labels(cause, name="cause", length=len(time))
    causes = [c for c in dict.fromkeys(cause) if c != 0]
    if time.min() < 0 or at < 0 or not causes:
        raise AnalysisError(
            f"aalen_johansen: expected times of 0 or more and at least one cause, found times from "
            f"{time.min()}, at = {at} and causes {causes}; mark censored subjects with 0"
        )
    codes = np.array([0 if c == 0 else 1 + causes.index(c) for c in cause])
    incidence, error = _incidence(time, codes, len(causes), at)
    return {
        c: Estimate("aalen-johansen", "cumulative incidence", *_limits(p, e, level),
                    n=len(time), level=level)
        for c, p, e in zip(causes, incidence, error, strict=True)
    }  # fmt: skip


def _incidence(time, codes, k: int, at: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the incidence of causes 1..k by `at` and its standard error, each of shape (k,)."""
    if at > time.max() and (codes[time == time.max()] == 0).any():
        return np.full(k, NAN), np.full(k, NAN)
    times = np.unique(time[(codes > 0) & (time <= at)])
    risk = (time[:, None] >= times).astype(float)  # subjects x event times
    here = time[:, None] == times
    at_risk, died = risk.sum(axis=0), (here & (codes > 0)[:, None])
    left = at_risk - died.sum(axis=0)
    before = np.concatenate([[1.0], np.cumprod(left / at_risk)])[: len(times)]  # S just before
    # how a subject's weight moves log S: 0 / 0 at the time that empties the risk set moves nothing
    pull = (died - risk * died.sum(axis=0) / at_risk) / np.where(left > 0, left, math.inf)
    moved = np.hstack([np.zeros((len(time), 1)), -np.cumsum(pull, axis=1)])[:, : len(times)]
    value, error = np.empty(k), np.empty(k)
    for c in range(k):
        mine = here & (codes == c + 1)[:, None]
        hazard = mine.sum(axis=0) / at_risk
        value[c] = before @ hazard
        influence = (moved * hazard + (mine - risk * hazard) / at_risk) @ before
        error[c] = math.sqrt(influence @ influence)
    return value, error


def _limits(p: float, error: float, level: float) -> tuple[float, float, float]:
    if not 0 < p < 1 - 1e-12:
        return float(p), NAN, NAN
    width = special.ndtri((1 + level) / 2) * error / (p * math.log(p))  # negative: log p < 0
    return float(p), float(p ** math.exp(-width)), float(p ** math.exp(width))
