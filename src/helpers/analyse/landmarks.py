"""Times, event flags and arms go in; the times to report at, the common horizon and curves come out.

One row a subject, as in `survival`. Nothing is compared here and nothing is drawn; the curves are
frames for a chart and for a table of numbers at risk.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.survival import kaplan_meier, survival_at

VISITS = 8  # up to so many distinct times are a visit schedule and are reported as they are
DRAWN = 60  # points of a drawn curve; more are not seen, and each would be one subject's time


def common_horizon(
    time: Sequence[float], arm: Sequence[str], *, horizon: float | None = None
) -> float:
    """Return `horizon`, or the last time up to which every arm has someone under observation.

    The smaller of the two: beyond it the curve of some arm, and so its restricted mean, is not
    known. In the unit of `time`.
    """
    time = checks.vector(time, name="time")
    last = pd.Series(time).groupby(checks.labels(arm, name="arm", length=len(time))).max().min()
    return float(last if horizon is None else min(last, horizon))


def landmark_times(time: Sequence[float], *, horizon: float) -> list[float]:
    """Return the times above 0 at which to report a curve, the last one `horizon`.

    The distinct times themselves where there are up to 8 (a visit schedule), else four to seven
    round steps.
    """
    time = checks.vector(time, name="time")
    seen = sorted({float(t) for t in time if 0 < t <= horizon} | {horizon})
    if len(seen) <= VISITS:
        return seen
    power = 10.0 ** math.floor(math.log10(horizon))
    step = next(power * k for k in (2, 1, 0.5, 0.2) if horizon >= 4 * power * k)
    # a step that would stand right beside the horizon gives way to it
    return sorted({*np.arange(step, horizon - step / 3, step).round(10).tolist(), horizon})


@estimator
def cumulative_incidence_at(
    time: Sequence[float], event: Sequence[bool], *, at: float, level: float = 0.95
) -> Estimate:
    """Probability of the event up to and including `at`: 1 - Kaplan-Meier, with its interval.

    The counterpart of `survival_at` for an event that one hopes for; right where no other event can
    come before it. NaN after the last observed time when the curve has not reached 0.
    """
    found = survival_at(time, event, at=at, level=level)
    return replace(
        found,
        statistic="cumulative incidence",
        value=1 - found.value,
        lower=1 - found.upper,
        upper=1 - found.lower,
        source="",
    )


def curves_by_arm(
    rows: pd.DataFrame, *, horizon: float, incidence: bool, exact: bool = True
) -> pd.DataFrame:
    """Kaplan-Meier curves by arm for a chart: `arm`, `time`, `value`, `lower`, `upper`, `at_risk`.

    `rows`: ARM, TIME, EVENT, one row a subject. `value` is survival, or 1 - survival where
    `incidence`; limits are pointwise 95%, NaN where survival is 1 or 0. Each curve ends at
    `horizon`. Steps are exact where they are few and `exact`; else the curve is read at 60 even
    times, so that no subject's time can be.
    """
    parts = []
    for arm, mine in rows.groupby("ARM", observed=True, sort=True):
        times = {0.0, horizon, *mine["TIME"][mine["TIME"] < horizon]}
        if len(times) > DRAWN or not exact:
            times = np.linspace(0, horizon, DRAWN + 1)
        curve = kaplan_meier(mine["TIME"], mine["EVENT"], at=sorted(times))
        parts.append(_oriented(curve, incidence).assign(arm=str(arm)))
    columns = ["arm", "time", "value", "lower", "upper", "at_risk"]
    return pd.concat(parts, ignore_index=True)[columns]


def _oriented(curve: pd.DataFrame, incidence: bool) -> pd.DataFrame:
    if not incidence:
        return curve.rename(columns={"survival": "value"})
    sides = {"value": 1 - curve["survival"], "lower": 1 - curve["upper"]}
    return curve.assign(**sides, upper=1 - curve["lower"])


def arms_with_events(rows: pd.DataFrame, *, reference: str) -> list[str]:
    """Return the arms that can be compared by a hazard ratio: the reference and others with events.

    `rows` as in `curves_by_arm`; the reference comes first; empty where it, or every other arm, has
    no event: then a ratio would be 0 or infinite.
    """
    events = rows.groupby("ARM", observed=True)["EVENT"].sum()
    have = [str(arm) for arm in events.index if events[arm] > 0]
    others = [arm for arm in have if arm != reference]
    return [reference, *others] if reference in have and others else []
