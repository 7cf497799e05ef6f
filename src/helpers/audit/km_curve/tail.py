"""What is at risk after the last number at risk, and the points that follow, in; the likeliest patients out.

The size of the drops tells how many were left. A printed total of events decides instead.
"""

from __future__ import annotations

import numpy as np

from helpers.audit.km_curve.walk import State, losses, walk

PRIOR = 0.001  # of the axis: what a doubling of the earlier rate of loss weighs against the points


def last_stretch(state: State, time, survival, ends, *, events: int | None, rate: float,
                 alone: bool, drop: float):  # fmt: skip
    """Return the state after the last stretch, the events at its points and the times of its losses.

    `events`: how many are printed to be left; `rate`: earlier losses a patient and unit of time;
    `alone`: earlier events came one by one; `drop`: by how much a drop may be off.
    """
    if events is None:
        return by_drops(state, time, survival, ends[1], rate, alone=alone, off=drop)
    low, high = ends
    likely = min(state.risk, round(rate * state.risk * (high - low) / 2))
    best = None
    for number in range(state.risk + 1) if len(time) else (0,):
        lost = losses(number, low, high)
        after, found = walk(state, time, survival, lost)
        if after.risk < 0:
            break
        miss = abs(after.survival - survival[-1]) if len(time) else 0.0
        weight = miss + PRIOR * abs(number - likely) / max(likely, 1)
        rank = abs(int(found.sum()) - events), weight
        if best is None or rank < best[0]:
            best = rank, after, found, lost
    return best[1:]


def by_drops(state: State, time, survival, high: float, rate: float, *, alone: bool, off: float):
    """Return the stretch in which every drop is d of n: how many were left shows in its size.

    Of the whole numbers d the one whose n = d / drop is nearest to the patients that the earlier
    rate of loss would have left; that many are kept where the points cannot tell them from n. Where
    earlier events came one by one (`alone`), d is 1.
    """
    risk, left, since = state.risk, state.survival, float(time[0]) if len(time) else high
    events, lost = np.zeros(len(time), dtype=int), []
    for k, (at, target) in enumerate(zip(time.tolist(), survival.tolist(), strict=True)):
        drop = 1 - target / left if left > 0 else 0.0
        if risk <= 0 or drop * risk < 0.5:
            continue
        likely = max(1, round(risk * (1 - min(1.0, rate * (at - since)))))
        most = 1 if alone else max(1, int(drop * risk + 0.5))
        dead = min(range(1, most + 1), key=lambda d: abs(d / drop - likely))
        n = likely if abs(left * dead / likely - left * drop) <= off else round(dead / drop)
        n = min(max(n, dead), risk)
        lost.append(losses(risk - n, since, at))
        events[k], risk, left, since = dead, n - dead, left * (1 - dead / n), at
    gone = np.concatenate([*lost, np.zeros(0)])
    return State(risk, left), events, gone
