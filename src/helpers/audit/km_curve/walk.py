"""Patients at risk, the points of a stretch and its losses in; the events at its points out.

Each point gets the whole number of events that brings Kaplan-Meier nearest to it, after those before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

EARLY, EVEN, LATE = 0.0, 0.5, 1.0  # where losses fall in a stretch


@dataclass(frozen=True)
class State:
    """Where a reconstruction stands: at risk, and the Kaplan-Meier estimate so far."""

    risk: int
    survival: float = 1.0


def losses(number: int, low: float, high: float, place: float = EVEN) -> np.ndarray:
    """Return the times of so many losses between two times; `place` 0: all at first, 1: all last."""
    first, last = (
        low + max(0.0, 2 * place - 1) * (high - low),
        low + min(1.0, 2 * place) * (high - low),
    )
    spread = first + (last - first) * (np.arange(number) + 0.5) / max(number, 1)
    return np.minimum(spread, np.nextafter(high, low))


def walk(state: State, time, survival, lost: np.ndarray) -> tuple[State, np.ndarray]:
    """Return the state after a stretch and the events at its points; `lost`: sorted times of losses."""
    left, gone = state.survival, 0
    events = np.zeros(len(time), dtype=int)
    before = np.searchsorted(lost, time, side="left").tolist()
    for k, target in enumerate(survival.tolist()):
        at_risk = state.risk - gone - before[k]
        if target >= left or at_risk <= 0 or left <= 0:
            continue
        dead = min(int(at_risk * (1 - target / left) + 0.5), at_risk)
        if dead:
            events[k], gone = dead, gone + dead
            left *= 1 - dead / at_risk
    return State(state.risk - gone - len(lost), left), events


def thinned(state: State, events: np.ndarray, total: int) -> tuple[np.ndarray, float]:
    """Return the first `total` events of a stretch without losses, and survival after them."""
    kept = np.diff(np.minimum(np.cumsum(events), total), prepend=0)
    return kept, state.survival * (1 - int(kept.sum()) / max(state.risk, 1))
