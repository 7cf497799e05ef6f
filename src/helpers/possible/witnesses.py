"""A trial and a gain go in, a history that has them comes out; also a history as patients.

A history is (responders per visit of the first arm, of the second); nobody leaves early. Nothing
here says how likely a history is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.errors import ImpossibleError
from helpers.possible.batched import at_risk, logrank, logrank_p
from helpers.possible.count_table import Witness
from helpers.possible.log_rank_terms import check_trial, compositions
from helpers.possible.printed import p_interval

SAME = 1e-9


def witness_with_gain(
    *,
    sizes: Sequence[int],
    responders: Sequence[int],
    weeks: Sequence[float],
    reported_p: str,
    gain: float,
) -> Witness:
    """Return a history with this RMST gain whose log-rank P prints as `reported_p`.

    `gain` as in `HistoryRange`: mean time to response up to the last visit, first arm minus second,
    in the unit of `weeks`. The first such history in lexicographic order of either arm's counts,
    the first arm's total time ascending. Raises ImpossibleError where there is none.
    """
    check_trial(sizes=sizes, responders=responders, visits=len(weeks), weeks=weeks)
    ways = [compositions(x, len(weeks)) for x in responders]
    # an arm's mean time to response: its responders' visits, and the last visit for the others
    means = [
        (way @ np.asarray(weeks, dtype=float) + (n - x) * weeks[-1]) / n
        for way, n, x in zip(ways, sizes, responders, strict=True)
    ]
    low, high = p_interval(reported_p)
    for mean in np.unique(means[0]):
        ends = (np.abs(means[0] - mean) < SAME, np.abs(means[1] - (mean - gain)) < SAME)
        first, second = (way[end] for way, end in zip(ways, ends, strict=True))
        for row in first if len(second) else ():
            p = _p_values(row, second, sizes)
            hits = np.flatnonzero((p >= low) & (p <= high))
            if hits.size:
                return tuple(map(int, row)), tuple(map(int, second[hits[0]]))
    raise ImpossibleError(
        f"gain {gain}: expected a history with P = {reported_p}, found none; take one of "
        "enumerate_histories(...).rmst_gain_reported"
    )


def _p_values(first: np.ndarray, second: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
    responded = np.stack([np.broadcast_to(first, second.shape), second], axis=1)
    risk = at_risk(responded, np.zeros_like(responded), sizes=sizes)
    return logrank_p(*logrank(responded, risk))


def history_patients(
    history: Witness, *, sizes: Sequence[int], weeks: Sequence[float], arms: Sequence[str]
) -> pd.DataFrame:
    """Return one row a patient of a history: ARM (named by `arms`), TIME (unit of `weeks`), EVENT.

    Those who never respond are censored at the last visit.
    """
    parts = []
    for counts, size, arm in zip(history, sizes, arms, strict=True):
        never = size - sum(counts)
        time = np.repeat([*map(float, weeks), float(weeks[-1])], [*counts, never])
        event = np.arange(size) < size - never
        parts.append(pd.DataFrame({"ARM": arm, "TIME": time, "EVENT": event}))
    return pd.concat(parts, ignore_index=True)
