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

from helpers.analyse import checks, ties
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError

NAN = float("nan")
LISTED_UP_TO = 5_000_000  # subjects x event times: 40 MB each of the tables of `_incidence`


@estimator
def aalen_johansen(
    time: Sequence[float],
    cause: Sequence[Hashable],
    *,
    at: float,
    level: float = 0.95,
    variance: str = "jackknife",
) -> dict[Hashable, Estimate]:
    """Probability that each cause has come first by `at`, with its log(-log) interval.

    `cause`: one label a subject, 0 = censored at `time`. Keys: the causes in order of first
    appearance; with the probability of no event they add up to 1. Standard error by `variance`:
    "jackknife", infinitesimal (as R's survfit for several states), or "aalen", a little larger (as
    SAS's LIFETEST, ERROR=AALEN); no interval where the estimate is 0 or 1. All NaN after the last
    observed time while some are still without an event. Raises when no event was seen. Aalen &
    Johansen 1978, Scand J Stat 5:141.
    """
    checks.inside(level, 0, 1, name="level")
    time = ties.as_one(checks.vector(time, name="time"))
    cause = checks.labels(cause, name="cause", length=len(time))
    causes = [c for c in dict.fromkeys(cause) if c != 0]
    if time.min() < 0 or at < 0 or not causes:
        raise AnalysisError(
            f"aalen_johansen: expected times of 0 or more and at least one cause, found times from "
            f"{time.min()}, at = {at} and causes {causes}; mark censored subjects with 0"
        )
    if variance not in ("jackknife", "aalen"):
        raise AnalysisError(f'variance: expected "jackknife" or "aalen", found {variance!r}')
    codes = np.array([0 if c == 0 else 1 + causes.index(c) for c in cause])
    times = np.unique(time[(codes > 0) & (time <= at)])
    if at > time.max() and (codes[time == time.max()] == 0).any():
        incidence = error = np.full(len(causes), NAN)
    elif variance == "aalen":
        incidence, error = _aalen(time, codes, len(causes), times)
    elif len(time) * len(times) > LISTED_UP_TO:
        incidence, error = _counted_incidence(time, codes, len(causes), times)
    else:
        incidence, error = _incidence(time, codes, len(causes), times)
    return {
        c: Estimate("aalen-johansen", "cumulative incidence", *_limits(p, e, level),
                    n=len(time), level=level)
        for c, p, e in zip(causes, incidence, error, strict=True)
    }  # fmt: skip


def _incidence(time, codes, k: int, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the incidence of causes 1..k by the last of the event `times` and its error, each (k,)."""
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


def _counted_incidence(time, codes, k: int, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what `_incidence` does, without a table of subjects by event times.

    How a subject moves the estimate depends only on the event times up to its own (`until` of them)
    and on what it had there, so that sums over the times, taken once, serve all subjects.
    """
    until = np.searchsorted(times, time, side="right")
    had = (codes > 0) & (time <= times[-1])
    at_risk = len(time) - np.searchsorted(np.sort(time), times, side="left")
    died = np.bincount(until[had] - 1, minlength=len(times))
    left = at_risk - died
    before = np.concatenate([[1.0], np.cumprod(left / at_risk)])[: len(times)]  # S just before
    own = np.where(
        left > 0, 1 / np.maximum(left, 1), 0.0
    )  # as in `_incidence`: 0 / 0 moves nothing
    rise = _running(died / at_risk * own)  # of log S without the subject, up to each time
    value, error = np.empty(k), np.empty(k)
    for c in range(k):
        mine = had & (codes == c + 1)
        hazard = np.bincount(until[mine] - 1, minlength=len(times)) / at_risk
        value[c] = before @ hazard
        rest = value[c] - _running(before * hazard)  # incidence still to come after each time
        steady = (
            _running(before * hazard * rise[:-1])
            + rise * rest
            - _running(before * hazard / at_risk)
        )
        influence = steady[until]
        influence[had] -= own[until[had] - 1] * rest[until[had]]
        influence[mine] += (before / at_risk)[until[mine] - 1]
        error[c] = math.sqrt(influence @ influence)
    return value, error


def _aalen(time, codes, k: int, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the incidence of causes 1..k by the last of the event `times` and its error after Aalen.

    As SAS's documentation of LIFETEST gives it (Marubini & Valsecchi 1995, Analysing Survival Data
    from Clinical Trials, section 10.2); a risk set of one, whose variance is 0 / 0, adds nothing.
    """
    n = len(time) - np.searchsorted(np.sort(time), times, side="left").astype(float)
    had = (codes > 0) & (time <= times[-1]) if len(times) else np.zeros(len(time), bool)
    at = np.searchsorted(times, time[had])
    died = np.bincount(at, minlength=len(times))
    before = np.concatenate([[1.0], np.cumprod(1 - died / n)])[: len(times)]
    value, error = np.empty(k), np.empty(k)
    for c in range(k):
        mine = np.bincount(at[codes[had] == c + 1], minlength=len(times))
        curve = np.cumsum(before * mine / n)
        value[c] = curve[-1] if len(curve) else 0.0
        rest, one = value[c] - curve, np.where(n > 1, n - 1, math.inf)
        left = np.where(n > died, n - died, math.inf)
        parts = rest**2 * died / (one * left)
        parts = parts + before**2 * mine * (n - mine) / (n**2 * one)
        parts = parts - 2 * rest * before * mine * (n - mine) / (n * left * one)
        error[c] = math.sqrt(max(0.0, float(parts.sum())))
    return value, error


def _running(values: np.ndarray) -> np.ndarray:
    """Sums of the first 0, 1, ..., all values."""
    return np.concatenate([[0.0], np.cumsum(values)])


def _limits(p: float, error: float, level: float) -> tuple[float, float, float]:
    if not 0 < p < 1 - 1e-12:
        return float(p), NAN, NAN
    width = special.ndtri((1 + level) / 2) * error / (p * math.log(p))  # negative: log p < 0
    return float(p), float(p ** math.exp(-width)), float(p ** math.exp(width))
