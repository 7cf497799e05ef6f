"""Two arms whose percentages are read at a week before the last visit in, all their histories out.

Who had not responded by that week may respond at a later visit or never; the log-rank test and the
restricted mean take in the whole follow-up. Every history is gone through; none is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import AnalysisError
from helpers.possible.batched import at_risk, logrank, logrank_p
from helpers.possible.dropout import SAME
from helpers.possible.log_rank_terms import check_trial, compositions
from helpers.possible.printed import p_interval

LIMIT = 50_000_000
CHUNK = 200_000  # pairs of histories at a time


@dataclass(frozen=True)
class WeekRange:
    """What these histories show.

    `histories`: how many; `share` of them print the P; `gains`: of those, as `reported_gains`
    returns it (gain, share); `p_min_reverse`: smallest P that points to the second arm.
    """

    histories: int
    share: float
    gains: pd.DataFrame
    p_min_reverse: float


def arm_histories_by(*, size: int, responders: int, before: int, after: int) -> np.ndarray:
    """Every history of an arm with `responders` at the first `before` visits: (histories, visits)."""
    early = compositions(responders, before)
    late = compositions(size - responders, after + 1)[:, :after]  # the rest never responds
    i, j = np.divmod(np.arange(len(early) * len(late)), len(late))
    return np.hstack([early[i], late[j]])


def percentages_at_week(
    *, sizes: Sequence[int], responders: Sequence[int], weeks: Sequence[float], week: float,
    reported_p: str,
) -> WeekRange:  # fmt: skip
    """Go through every history with these responders by `week`, a visit of `weeks`.

    Errors: `AnalysisError` where `week` is no visit, or above 5 x 10^7 histories.
    """
    check_trial(sizes=sizes, responders=responders, visits=len(weeks), weeks=weeks)
    if week not in weeks:
        raise AnalysisError(f"week: expected one of the visits {tuple(weeks)}, found {week}")
    before = list(weeks).index(week) + 1
    arms = [
        arm_histories_by(size=n, responders=x, before=before, after=len(weeks) - before)
        for n, x in zip(sizes, responders, strict=True)
    ]
    total = len(arms[0]) * len(arms[1])
    if total > LIMIT:
        raise AnalysisError(f"histories: expected at most {LIMIT:,}, found {total:,}; fewer visits")
    waits = [_waits(a, n, np.array(weeks, float)) for a, n in zip(arms, sizes, strict=True)]
    hits, reverse = [], np.inf
    for start in range(0, total, CHUNK):
        i, j = np.divmod(np.arange(start, min(start + CHUNK, total)), len(arms[1]))
        both = np.stack([arms[0][i], arms[1][j]], axis=1)
        excess, variance = logrank(both, at_risk(both, np.zeros_like(both), sizes=sizes))
        p = logrank_p(excess, variance)
        against = p[excess < -SAME]
        reverse = min(reverse, float(against.min(initial=np.inf)))
        prints = _prints(p, reported_p)
        hits.append(waits[0][i[prints]] - waits[1][j[prints]])
    gain = np.round(np.concatenate(hits), 9) + 0.0
    values, count = np.unique(gain, return_counts=True)
    gains = pd.DataFrame({"gain": values, "share": count / len(gain)})
    return WeekRange(total, len(gain) / total, gains, reverse)


def _prints(p: np.ndarray, reported_p: str) -> np.ndarray:
    low, high = p_interval(reported_p)
    return (p >= low) & (p <= high)


def _waits(arm: np.ndarray, size: int, times: np.ndarray) -> np.ndarray:
    return (arm @ times + (size - arm.sum(axis=1)) * times[-1]) / size
