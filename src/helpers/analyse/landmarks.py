"""Times, event flags and arms go in; the times to report at, the common horizon and curves come out.

One row a subject, as in `survival`. Nothing is compared here and nothing is drawn; the curves are
frames for a chart and for a table of numbers at risk.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.analyse import checks, coarse
from helpers.analyse.among import own_values, width
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.survival import kaplan_meier, survival_at

VISITS = 8  # up to so many distinct times are a visit schedule and are reported as they are
SHARED = 1.5  # events at a time, on average, from which on few times are those of visits
DRAWN = 60  # points of a drawn curve; more are not seen, and each would be one subject's time


def are_visits(events: pd.Series) -> bool:
    """Whether these times of events are those of visits: a few, which several events share."""
    return 0 < SHARED * events.nunique() <= len(events) and events.nunique() <= VISITS


def common_horizon(
    time: Sequence[float], arm: Sequence[str], *, horizon: float | None = None, least: int = 1
) -> float:
    """Return `horizon`, or the last time up to which every arm has someone under observation.

    The smaller of the two: beyond it the curve of some arm, and so its restricted mean, is not
    known. In the unit of `time`. Someone's last time is that one's own: with `least` above 1 every
    arm has so many subjects left (all of them where it is smaller), and a time that fewer subjects
    than that share is cut down to the end of a cell in which as many lie. 0 where an arm was
    followed for no time: then no curve can be compared, and no restricted mean is known.
    """
    time = checks.vector(time, name="time")
    groups = pd.Series(time).groupby(checks.labels(arm, name="arm", length=len(time)))
    last = float(groups.apply(lambda own: own.nlargest(least).min()).min())
    if horizon is not None and horizon <= last:
        return float(horizon)
    return last if (time == last).sum() >= least else _cut(last, time, least)


def _cut(last: float, time: np.ndarray, least: int) -> float:
    """The lower end of the cell of `last`, or one below, so that `least` subjects lie from it on.

    The ends are those of the cells of order statistics (`among.width`), which `last` is one of, and
    the round numbers 1, 2, 5, 10, ..., so that few subjects have some too.
    """
    power = 10.0 ** math.floor(math.log10(last)) if last > 0 else 1.0
    ends = [step * power / 10.0**k for k in range(4) for step in (1, 2, 5, 10)]
    if wide := width(own_values(time), least):
        ends += list(np.arange(1, last // wide + 2) * wide)
    ends = np.unique(np.round(ends, 10))
    above = ends[ends > last].min()
    shared = [e for e in ends if e <= last and ((time >= e) & (time < above)).sum() >= least]
    return float(max(shared, default=0.0))


def landmark_times(time: Sequence[float], *, horizon: float, least: int = 1) -> list[float]:
    """Return the times above 0 at which to report a curve, the last one `horizon`.

    The distinct times themselves where there are up to 8 (a visit schedule), else four to seven
    round steps. Of a schedule only the times that `least` subjects share are returned: one between
    the visits is a single subject's.
    """
    time = checks.vector(time, name="time")
    if horizon == 0:
        return []  # nobody of some arm was followed for any time
    seen = {float(t) for t in time if 0 < t <= horizon} | {horizon}
    if len(seen) <= VISITS:
        return sorted(t for t in seen if t == horizon or (time == t).sum() >= least)
    return round_steps(horizon)


def round_steps(horizon: float) -> list[float]:
    """Return four to seven round times up to `horizon`, the last one."""
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
    rows: pd.DataFrame, *, horizon: float, incidence: bool, exact: bool = True, least: int = 5,
    level: float = 0.95,
) -> pd.DataFrame:  # fmt: skip
    """Kaplan-Meier curves by arm for a chart: `arm`, `time`, `value`, `lower`, `upper`, `at_risk`.

    `rows`: ARM, TIME, EVENT, one row a subject. `value` is survival, or 1 - survival where
    `incidence`; limits are pointwise, of `level`, NaN where survival is 1 or 0. Each curve ends at
    `horizon`. Steps are exact where they are few and `exact`; else the curve is read at 60 even
    times at most. Not `exact`, it is read at those of them only between which no group of fewer
    than `least` subjects can be seen (`coarse.readable_times`), rounded where its digits would tell
    who was censored when (`coarse.coarse_shares`); past the last of these, and where
    there is none, `value` is NaN. It begins with nobody where a few had the event at time 0.
    """
    parts = []
    for arm, mine in rows.groupby("ARM", observed=True, sort=True):
        times = {0.0, horizon, *mine["TIME"][mine["TIME"] < horizon]}
        if len(times) > DRAWN or not exact:
            times = np.linspace(0, horizon, DRAWN + 1)
        times = sorted(times)
        curve = kaplan_meier(mine["TIME"], mine["EVENT"], at=times, level=level)
        if not exact:
            kept = coarse.readable_times(mine["TIME"], mine["EVENT"], among=times, least=least)
            if 0.0 not in kept:  # a few had the event at once: the curve begins before them
                curve.loc[curve["time"] == 0, ["survival", "lower", "upper"]] = 1.0, np.nan, np.nan
            curve = _read_at(
                coarse.coarse_shares(curve, n=len(mine)), [0.0, *kept], horizon=horizon
            )
        parts.append(_oriented(curve, incidence).assign(arm=str(arm)))
    columns = ["arm", "time", "value", "lower", "upper", "at_risk"]
    return pd.concat(parts, ignore_index=True)[columns]


def _read_at(curve: pd.DataFrame, times: Sequence[float], *, horizon: float) -> pd.DataFrame:
    """The rows of `curve` at `times`; at `horizon`, where that is no such time, a row without values."""
    kept = curve[curve["time"].isin(times)]
    if horizon in set(kept["time"]):
        return kept
    return pd.concat([kept, pd.DataFrame({"time": [horizon]})], ignore_index=True)


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


def arms_to_test(rows: pd.DataFrame, *, reference: str) -> list[str]:
    """Return the arms that a log-rank test can compare: the reference first, then those that had an
    event, or all where the reference had one; empty where there is none to compare.

    `rows` as in `curves_by_arm`. A test needs an event on one side only, a ratio on both.
    """
    events = rows.groupby("ARM", observed=True)["EVENT"].sum()
    if reference not in events.index:
        return []
    others = [str(arm) for arm in events.index if arm != reference
              and (events[arm] > 0 or events[reference] > 0)]  # fmt: skip
    return [reference, *others] if others else []


def enough_events(rows: pd.DataFrame, *, few: Callable[[int], bool]) -> bool:
    """Whether no arm has so `few` events that a comparison would give their count away.

    `rows` as in `curves_by_arm`. P of a log-rank test, or a hazard ratio, of very few events takes
    few values: one event among 40 subjects gives P = 0.32 and hardly another number does.
    """
    events = rows.groupby("ARM", observed=True)["EVENT"].sum()
    return not any(few(int(count)) for count in events)
