"""Times, arms and a rule of what is few go in; times that no single subject decides come out.

For tables of which two editions, a subject apart, can be subtracted. The times of `landmarks` are
those of subjects: the last at which enough are left is somebody's, and a schedule is one as long as
nobody came between. Here each time is one of a fixed grid, or one that many share, and stands by a
number of subjects that `few` tells of: where `few` draws lots, none goes by one subject more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from helpers.analyse import checks
from helpers.analyse.landmarks import VISITS, round_steps

Few = Callable[[int], bool]
GRID = range(10, 100)  # times of two digits


def shared_horizon(
    time: Sequence[float], arm: Sequence[str], *, few: Few, horizon: float | None = None
) -> float:
    """Return `horizon`, or the last time of the grid at which no arm has few under observation.

    The smaller of the two, in the unit of `time`; 0 where there is no such time. Of the grid are the
    numbers of two digits at any power of 10, and times that many subjects share.
    """
    time = checks.vector(time, name="time")
    arms = [own.to_numpy() for _, own in
            pd.Series(time).groupby(checks.labels(arm, name="arm", length=len(time)))]  # fmt: skip
    for end in sorted(_grid(time, few, horizon), reverse=True):
        if not any(few(int((own >= end).sum())) for own in arms):
            return float(end)
    return 0.0


def _grid(time: np.ndarray, few: Few, horizon: float | None) -> set[float]:
    last = float(time.max())
    top = math.floor(math.log10(last)) if last > 0 else 0
    ends = {float(f"{k}e{power - 1}") for power in range(top - 3, top + 1) for k in GRID}
    ends |= set(shared(time, few))
    if horizon is None:
        return {end for end in ends if end <= last}
    return {float(horizon), *(end for end in ends if end < horizon)}


def shared(time: Sequence[float], few: Few) -> list[float]:
    """Return the times above 0 that many subjects have, in order."""
    times, counts = np.unique(np.asarray(time, dtype=float), return_counts=True)
    return [float(t) for t, n in zip(times, counts, strict=True) if t > 0 and not few(int(n))]


def is_schedule(time: Sequence[float], *, few: Few) -> bool:
    """Whether nearly all times are those of up to 8 visits, that is but for few subjects."""
    time, visits = np.asarray(time, dtype=float), shared(time, few)
    others = int((~np.isin(time, visits)).sum())
    return 0 < len(visits) <= VISITS and few(others)


def shared_marks(time: Sequence[float], *, horizon: float, few: Few) -> list[float]:
    """Return the times above 0 at which to report a curve, the last one `horizon`.

    The visits of a schedule (`is_schedule`), else four to seven round steps.
    """
    time = checks.vector(time, name="time")
    if horizon == 0:
        return []
    if is_schedule(time[time < horizon], few=few):
        return [*(t for t in shared(time, few) if t < horizon), horizon]
    return round_steps(horizon)
