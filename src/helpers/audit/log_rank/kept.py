"""Trials of two arms and what a report prints of their curves go in; the trials that print it come out.

Kept are trials whose hazard ratio lies in the printed one, whose interval's ends do too, by one
method and one rounding, and whose Kaplan-Meier medians are those printed. Nothing here chooses
which trials exist.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers.audit.log_rank.hazard import FAR, SLACK, log_ratios
from helpers.audit.log_rank.statistic import TIE
from helpers.audit.log_rank.tally import statistics
from helpers.audit.printed import Printed, prints, span

HALF = 1e-12  # Kaplan-Meier estimates this near to one half are one half


@dataclass(frozen=True)
class Wanted:
    """What is printed: hazard ratio of the first arm, its interval, `z` of its level, medians by arm.

    None stands for what is not; `times` of the visits are needed for medians alone.
    """

    value: Printed | None
    interval: tuple[Printed | None, Printed | None]
    z: float
    medians: tuple[Printed | None, ...] = ()
    times: tuple[float, ...] = ()

    @property
    def ratio(self) -> bool:
        """Whether a hazard ratio or an end of its interval is printed."""
        return any((self.value, *self.interval))

    def span(self, rounding: str, number: Printed | None) -> tuple[float, float]:
        """Return the ends, on the log scale, of what a printed ratio may be."""
        if number is None:
            return -FAR, FAR
        low, high = span(number, rounding)
        return max(math.log(max(low, 1e-13)), -FAR), min(math.log(max(high, 1e-13)), FAR)


@dataclass
class Kept:
    """What the trials that print everything have in common; shares are of all trials gone through."""

    seen: int = 0
    kept: int = 0
    by_reading: dict[tuple[str, str], int] = field(default_factory=dict)
    p_min: float = 2.0
    p_max: float = -1.0
    first: int = 0

    def add(self, events: np.ndarray, risk: np.ndarray) -> None:
        """Add the trials that print everything."""
        self.kept += len(events)
        if not len(events):
            return
        excess, p = statistics(events, risk, "log-rank")
        self.p_min, self.p_max = min(self.p_min, float(p.min())), max(self.p_max, float(p.max()))
        self.first += int((excess > TIE).sum())


def keep(
    trials: Iterable[tuple], wanted: Wanted, *, methods: Sequence[str], roundings: Sequence[str]
) -> Kept:
    """Return what those of `trials` (chunks of events and patients at risk) say that print all."""
    out = Kept()
    for events, risk, *_ in trials:
        out.seen += len(events)
        inside = with_medians(events, risk, wanted, roundings)
        events, risk = events[inside], risk[inside]
        if wanted.ratio:
            fits = _with_ratio(events, risk, wanted, methods, roundings, out)
            events, risk = events[fits], risk[fits]
        out.add(events, risk)
    return out


def _with_ratio(events, risk, wanted: Wanted, methods, roundings, out: Kept) -> np.ndarray:
    """Return which trials print ratio and interval under some reading; count them by reading."""
    fits = np.zeros(len(events), dtype=bool)
    spans = {r: wanted.span(r, wanted.value) for r in roundings}
    low, high = min(a for a, _ in spans.values()), max(b for _, b in spans.values())
    for method in methods:
        places, value, error = log_ratios(events, risk, method, low=low, high=high)
        for r in roundings:
            printed = _within(value, spans[r])
            for sign, end in zip((-1, 1), wanted.interval, strict=True):
                printed &= _within(value + sign * wanted.z * error, wanted.span(r, end))
            out.by_reading[method, r] = out.by_reading.get((method, r), 0) + int(printed.sum())
            fits[places[printed]] = True
    return fits


def _within(values: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """Return which values lie between two ends; an end that is FAR has no limit."""
    low = -np.inf if ends[0] <= -FAR else ends[0] - SLACK
    high = np.inf if ends[1] >= FAR else ends[1] + SLACK
    return (values >= low) & (values <= high)


def with_medians(events, risk, wanted: Wanted, roundings: Sequence[str]) -> np.ndarray:
    """Return which trials have the printed Kaplan-Meier medians.

    A median is the time of the first visit at which at most half are free of the event; where it is
    just half until a later event, that time or the middle of both, as programs differ.
    """
    inside = np.ones(len(events), dtype=bool)
    for arm, number in enumerate(wanted.medians):
        if number is None:
            continue
        left = np.cumprod(1 - events[:, arm] / np.maximum(risk[:, arm], 1), axis=-1)
        times = np.append(wanted.times, np.inf)  # infinite: not reached
        first = times[_first(left <= 0.5 + HALF)]
        below = times[_first(left < 0.5 - HALF)]
        shown = {float(t): math.isfinite(t) and any(prints(float(t), number, r) for r in roundings)
                 for t in {*times, *((a + b) / 2 for a in times for b in times)}}  # fmt: skip
        middle = np.where(np.isfinite(below), (first + below) / 2, first)
        inside &= [shown[float(a)] or shown[float(m)] for a, m in zip(first, middle, strict=True)]
    return inside


def _first(reached: np.ndarray) -> np.ndarray:
    """Return the place of the first True of every row; the row's length for none."""
    return np.where(reached.any(axis=-1), reached.argmax(axis=-1), reached.shape[-1])
