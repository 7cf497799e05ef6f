"""Times and event flags go in, Kaplan-Meier curves, medians and restricted means come out.

One row a subject: `time` from the origin in the caller's unit, `event` true where it was seen,
false where the subject was censored at that time (the opposite of ADaM's CNSR). Times count as
tied when they differ by rounding alone (`ties`). Nothing is drawn. Comparisons live in `log_rank` and
`cox`, reachable from here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import among, checks, ties
from helpers.analyse.cox import cox, cox_ph_check
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.log_rank import (
    log_rank,
    log_rank_pairwise,
    log_rank_stratified,
    log_rank_trend,
    log_rank_weighted,
)
from helpers.errors import AnalysisError

__all__ = [
    "count_table",
    "cox",
    "cox_ph_check",
    "kaplan_meier",
    "log_rank",
    "log_rank_pairwise",
    "log_rank_stratified",
    "log_rank_trend",
    "log_rank_weighted",
    "median_survival",
    "rmst",
    "rmst_difference",
    "survival_at",
    "survival_quantile",
]

CONVENTIONS = ("first", "r", "sas")  # where survival is exactly the share that is asked for
EQUAL = 1e-12  # of a survival that is a product of shares


def _checked(time, event) -> tuple[np.ndarray, np.ndarray]:
    time = checks.vector(time, name="time")
    if time.min() < 0:
        raise AnalysisError(
            f"time, position {time.argmin()}: expected 0 or more, found {time.min()}; "
            "count from the origin"
        )
    return time, checks.flags(event, name="event", length=len(time))


def count_table(time: Sequence[float], event: Sequence[bool]) -> pd.DataFrame:
    """One row a distinct time: `time`, `at_risk`, `events`, `censored` (subjects).

    `at_risk` is the number under observation just before that time, events and censored ones of
    that very time included.
    """
    time, event = _checked(time, event)
    times, index = ties.distinct(time)
    events = np.bincount(index, event, len(times)).astype(int)
    leaving = np.bincount(index, minlength=len(times))
    at_risk = len(time) - np.concatenate([[0], np.cumsum(leaving)[:-1]])
    return pd.DataFrame(
        {"time": times, "at_risk": at_risk, "events": events, "censored": leaving - events}
    )


def kaplan_meier(
    time: Sequence[float],
    event: Sequence[bool],
    *,
    level: float = 0.95,
    at: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Kaplan-Meier curve: `time`, `at_risk`, `events`, `censored`, `survival`, `lower`, `upper`.

    One row a distinct time, the first at 0; `survival` holds from that time on. With `at`, one row
    for each of these times instead: `at_risk` just before it, events and censored since the row
    before; after the last observed time survival is NaN unless it has reached 0. Limits are
    pointwise: Greenwood's variance on the log(-log) scale; NaN where survival is 1 or 0, about
    which Greenwood's formula knows nothing. Kaplan & Meier 1958, JASA 53:457.
    """
    checks.inside(level, 0, 1, name="level")
    table = count_table(time, event)
    if table["time"].iloc[0] > 0:
        start = pd.DataFrame(
            {"time": [0.0], "at_risk": [len(time)], "events": [0], "censored": [0]}
        )
        table = pd.concat([start, table], ignore_index=True)
    survival, spread = _product_limit(table)
    curve = table.assign(survival=survival, **_log_log_limits(survival, spread, level))
    return curve if at is None else _curve_at(curve, checks.vector(at, name="at"))


def _product_limit(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return S and the root of Greenwood's sum (the standard error of log S) after each row."""
    at_risk, events = table["at_risk"].to_numpy(float), table["events"].to_numpy(float)
    survival = np.cumprod((at_risk - events) / at_risk)
    left = np.where(at_risk > events, at_risk - events, np.nan)  # nothing to say once S is 0
    return survival, np.sqrt(np.cumsum(events / (at_risk * left)))


def _log_log_limits(survival: np.ndarray, spread: np.ndarray, level: float) -> dict:
    z = special.ndtri((1 + level) / 2)
    known = (survival > 0) & (survival < 1)
    inner = np.where(known, survival, 0.5)
    width = z * np.where(known, spread, np.nan) / np.abs(np.log(inner))
    return {"lower": inner ** np.exp(width), "upper": inner ** np.exp(-width)}


def _curve_at(curve: pd.DataFrame, at: np.ndarray) -> pd.DataFrame:
    at = np.unique(at)
    times = curve["time"].to_numpy()
    row = np.searchsorted(times, at, side="right") - 1
    if (row < 0).any():
        raise AnalysisError(f"at: expected times of 0 or later, found {at[0]}")
    out = curve.iloc[row].reset_index(drop=True).assign(time=at)
    following = np.searchsorted(times, at, side="left")
    at_risk = np.append(curve["at_risk"].to_numpy(), 0)
    out["at_risk"] = at_risk[following]
    for column in ("events", "censored"):
        out[column] = np.diff(curve[column].cumsum().to_numpy()[row], prepend=0)
    beyond = (at > times[-1]) & (curve["survival"].iloc[-1] > 0)
    out.loc[beyond, ["survival", "lower", "upper"]] = np.nan
    return out


@estimator
def survival_at(
    time: Sequence[float], event: Sequence[bool], *, at: float, level: float = 0.95
) -> Estimate:
    """Kaplan-Meier probability of no event up to and including `at`, with its log-log interval.

    NaN after the last observed time when the curve has not reached 0. See `kaplan_meier`.
    """
    row = kaplan_meier(time, event, level=level, at=[at]).iloc[0]
    limits = (float(row[c]) for c in ("survival", "lower", "upper"))
    return Estimate("kaplan-meier", "survival", *limits, n=len(time), level=level)


@estimator
def survival_quantile(
    time: Sequence[float],
    event: Sequence[bool],
    *,
    q: float,
    convention: str = "first",
    level: float = 0.95,
) -> Estimate:
    """Time by which a share `q` has had the event, in the unit of `time`; infinite if not reached.

    The first time at which survival is 1 - `q` or less. Where it is exactly that, packages differ
    (`convention`): "first" stays at that time, as lifelines; "r" takes the middle between it and the
    next event, or the last time observed where there is none; "sas" takes that middle too, and
    infinite where no event follows. Interval: the times at which the pointwise log-log band passes
    1 - `q` (Brookmeyer & Crowley 1982, Biometrics 38:29), in every convention; infinite where a
    limit does not, NaN where the curve falls to 0 and leaves no band.
    """
    checks.inside(q, 0, 1, name="q")
    if convention not in CONVENTIONS:
        raise AnalysisError(f"convention: expected one of {CONVENTIONS}, found {convention!r}")
    curve = kaplan_meier(time, event, level=level)

    def crossing(column: str) -> float:
        hit = curve["time"][curve[column] <= 1 - q + EQUAL]
        return float(hit.iloc[0]) if len(hit) else math.inf

    value, lower, upper = (crossing(c) for c in ("survival", "lower", "upper"))
    if math.isinf(lower) and math.isfinite(value):
        lower = math.nan
    there = curve["survival"][curve["time"] == value]
    if convention != "first" and len(there) and abs(there.iloc[0] - (1 - q)) <= EQUAL:
        later = curve["time"][(curve["time"] > value) & (curve["events"] > 0)]
        end = float(curve["time"].iloc[-1]) if convention == "r" else math.inf
        value = (value + (float(later.iloc[0]) if len(later) else end)) / 2
    statistic = "median" if math.isclose(q, 0.5) else "quantile"
    seen = among.own_values(np.asarray(time, dtype=float)[np.asarray(event, dtype=bool)])
    return Estimate(
        "kaplan-meier", statistic, value, lower, upper, n=len(time), level=level, among=seen
    )


@estimator
def median_survival(
    time: Sequence[float],
    event: Sequence[bool],
    *,
    convention: str = "first",
    level: float = 0.95,
) -> Estimate:
    """First time at which survival is 1/2 or less: `survival_quantile` at 1/2."""
    found = survival_quantile(time, event, q=0.5, convention=convention, level=level)
    return replace(found, source="")


def _restricted_mean(time, event, horizon: float) -> tuple[float, float]:
    """Return the area under the curve up to `horizon` and the variance of that estimate.

    The variance weighs Greenwood's term of each event by the squared area that remains after it.
    """
    curve = kaplan_meier(time, event)
    times = curve["time"].to_numpy()
    if horizon <= 0 or (horizon > times[-1] and curve["survival"].iloc[-1] > 0):
        raise checks.error(no_estimate=horizon > 0)(
            f"horizon: expected a time above 0 and at most {times[-1]:g}, the last observed, found "
            f"{horizon}; beyond it the curve is not known"
        )
    survival = curve["survival"].to_numpy()
    widths = np.diff(np.append(np.minimum(times, horizon), horizon))
    areas = survival * widths
    remaining = areas[::-1].cumsum()[::-1]
    at_risk, events = curve["at_risk"].to_numpy(float), curve["events"].to_numpy(float)
    use = (times < horizon) & (events > 0) & (at_risk > events)
    hazard = events[use] / (at_risk[use] * (at_risk - events)[use])
    return float(areas.sum()), float((remaining[use] ** 2 * hazard).sum())


@estimator
def rmst(
    time: Sequence[float], event: Sequence[bool], *, horizon: float, level: float = 0.95
) -> Estimate:
    """Restricted mean: mean event-free time up to `horizon`, in the unit of `time`.

    Area under Kaplan-Meier with a normal interval. The standard error is that of the estimate
    (Greenwood weights, as R's survfit); lifelines' return_variance is the variance of a subject's
    min(T, horizon) instead. Raises when `horizon` lies beyond the last observed time of a curve
    above 0. Royston & Parmar 2013, BMC Med Res Methodol 13:152.
    """
    mean, variance = _restricted_mean(time, event, horizon)
    half = float(special.ndtri((1 + level) / 2)) * math.sqrt(variance)
    return Estimate(
        "rmst", "restricted mean", mean, mean - half, mean + half, n=len(time), level=level
    )


@estimator
def rmst_difference(
    time1: Sequence[float],
    event1: Sequence[bool],
    time2: Sequence[float],
    event2: Sequence[bool],
    *,
    horizon: float,
    level: float = 0.95,
) -> Estimate:
    """Difference in restricted mean, first group minus second, with its normal interval and test.

    In the unit of `time`. Where the event is a good one (a response), negative means that the first
    group had it sooner. P is NaN when neither group has any spread before `horizon`.
    """
    first, variance1 = _restricted_mean(time1, event1, horizon)
    second, variance2 = _restricted_mean(time2, event2, horizon)
    gap, error = first - second, math.sqrt(variance1 + variance2)
    half = float(special.ndtri((1 + level) / 2)) * error
    p = 2 * float(special.ndtr(-abs(gap) / error)) if error > 0 else math.nan
    n = len(time1) + len(time2)
    return Estimate(
        "rmst", "difference in restricted mean", gap, gap - half, gap + half, p, n, level
    )
