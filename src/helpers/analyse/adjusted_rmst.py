"""Times, event flags, arms and covariates go in, adjusted differences in restricted mean come out.

The restricted time min(T, horizon) is regressed on arm and covariates, each subject whose restricted
time is known weighted by one over the probability of not yet being censored then, arm by arm
(Kaplan-Meier of the censoring). The variance counts that these weights are estimated. Tian, Zhao &
Wei 2014, Biostatistics 15:222; the same as R's survRM2 with covariates.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers import collinear
from helpers.analyse import checks, factors, ties
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import NoEstimateError

AT_HORIZON = 5  # subjects of each arm still at risk at the horizon, below which `remark` warns
FEW = (
    f"Fewer than {AT_HORIZON} subjects of an arm were still at risk at the horizon of an adjusted "
    "restricted mean: its interval may be too narrow and its P value too small; choose an earlier horizon."
)


@estimator
def adjusted_rmst(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str],
    horizon: float,
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Difference in restricted mean of each arm from `reference`, in the unit of `time`.

    `frame`: one row a subject, no missing values; the other arguments name its columns. Each pair of
    arms has a model of its own. Texts are factors; a term that repeats the others is left out. Normal
    interval and test; negative: the event comes sooner. Raises where an arm was not followed to
    `horizon`, where a covariate cannot be told from the arm, or where nobody at a level of one was
    followed so long. Where fewer than `AT_HORIZON` of an arm have a time of `horizon` or longer the
    variance may be too small, and `remark` says so: in simulated trials of 30 an arm, four fifths
    censored, a test at 5% then rejected 13% of true null hypotheses, else 8%.
    """
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    rows = pd.DataFrame({
        "time": ties.as_one(checks.vector(frame[time], name=time)),
        "event": checks.flags(frame[event], name=event, length=len(frame)),
    })  # fmt: skip
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    out = {}
    for other in checks.reference_first(arms, reference)[1:]:
        pair = (arms == reference) | (arms == other)
        first = (arms == other)[pair]
        x = _design(frame[pair], first, covariates)
        gap, error = _difference(rows[pair].reset_index(drop=True), first, x, horizon)
        p = 2 * float(special.ndtr(-abs(gap) / error)) if error > 0 else np.nan
        late = rows["time"][pair].to_numpy() >= horizon
        few = min(late[first].sum(), late[~first].sum()) < AT_HORIZON
        out[other] = Estimate("rmst, adjusted", "difference in restricted mean", gap, gap - z * error,
                              gap + z * error, p, int(pair.sum()), level,
                              remark=FEW if few else "")  # fmt: skip
    return out


def _design(frame: pd.DataFrame, first: np.ndarray, covariates: Sequence[str]) -> np.ndarray:
    """1, the arm and the terms of the covariates that say something beside these, centred."""
    found: dict[Hashable, np.ndarray] = {}
    for name in covariates:
        if frame[name].nunique() > 1:
            found |= factors.terms(frame[name], name=name)
    arm = first.astype(float)[:, None]
    kept = collinear.independent(arm, {k: c - c.mean() for k, c in found.items()})
    return np.column_stack([np.ones(len(frame)), arm, *kept.values()])


def _difference(
    rows: pd.DataFrame, first: np.ndarray, x: np.ndarray, horizon: float
) -> tuple[float, float]:
    """The coefficient of the arm and its standard error."""
    y = np.minimum(rows["time"].to_numpy(float), horizon)
    known = rows["event"].to_numpy(bool) | (y == horizon)
    weight = np.zeros(len(y))
    for mine in (first, ~first):
        weight[mine] = _weights(y[mine], known[mine], horizon)
    if np.linalg.matrix_rank(x[weight > 0]) < x.shape[1]:
        raise NoEstimateError(
            f"covariates: expected at each level a subject followed to {horizon:g} or to the event, found "
            "none at some, which leaves fewer equations than terms; name fewer or coarser columns"
        )
    inverse = np.linalg.inv((x * weight[:, None]).T @ x)
    beta = inverse @ (x.T @ (weight * y))
    score = x * (weight * (y - x @ beta))[:, None]
    moved = [_influence(score[mine], y[mine], known[mine]) for mine in (first, ~first)]
    bread = np.linalg.inv(x.T @ x)
    spread = bread @ sum(part.T @ part for part in moved) @ bread
    return float(beta[1]), float(np.sqrt(spread[1, 1]))


def _weights(y: np.ndarray, known: np.ndarray, horizon: float) -> np.ndarray:
    """One over Kaplan-Meier's estimate of not being censored by `y`, where the time is known; else 0."""
    times, place = np.unique(y, return_inverse=True)
    at_risk = len(y) - np.searchsorted(np.sort(y), times)
    gone = np.bincount(place, ~known, len(times))
    left = np.cumprod(1 - gone / at_risk)[place]
    if horizon <= 0 or (y.max() < horizon and not known[y == y.max()].all()):
        raise checks.error(no_estimate=horizon > 0)(
            f"horizon: expected a time above 0 up to which somebody of each arm was followed, found "
            f"{horizon:g} where an arm ends at {y.max():g}; choose an earlier one"
        )
    return np.where(known, 1 / np.where(left > 0, left, 1.0), 0.0)


def _influence(score: np.ndarray, y: np.ndarray, known: np.ndarray) -> np.ndarray:
    """What each subject adds to the equations, what it tells of the censoring with it (s, p)."""
    order = np.argsort(y, kind="stable")
    y, score, lost = y[order], score[order], ~known[order]
    start = np.searchsorted(y, y)  # the first subject with the same time
    at_risk = (len(y) - start).astype(float)
    later = np.cumsum(score[::-1], axis=0)[::-1][start]  # scores of those still at risk
    end = np.searchsorted(y, y, side="right") - 1
    own = later * (lost / at_risk)[:, None]
    spent = np.cumsum(later * (lost / at_risk**2)[:, None], axis=0)[end]
    return score + own - spent
