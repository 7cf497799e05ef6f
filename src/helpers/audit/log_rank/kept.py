"""Trials of two or more arms and what a report prints of their curves go in; those that print it come out.

Kept are trials whose hazard ratios lie in those printed, whose intervals' ends do too, all by one
method and one rounding, and whose Kaplan-Meier medians are those printed; counted, of these, are
those that print the P as well. Nothing here chooses which trials exist.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from helpers.audit.log_rank.hazard import BRESLOW, EFRON, FAR, SLACK, log_ratios
from helpers.audit.log_rank.statistic import TIE
from helpers.audit.log_rank.tally import statistics
from helpers.audit.printed import Printed, prints, span

HALF = 1e-12  # Kaplan-Meier estimates this near to one half are one half
WALD = "Wald"  # of Cox's hazard ratio, of two arms alone


@dataclass(frozen=True)
class Ratio:
    """A printed hazard ratio of one arm over another: value, interval, `z` of its level.

    None stands for what is not printed; `arms` are places.
    """

    value: Printed | None
    interval: tuple[Printed | None, Printed | None]
    z: float
    arms: tuple[int, int] = (0, 1)

    def span(self, rounding: str, number: Printed | None) -> tuple[float, float]:
        """Return the ends, on the log scale, of what a printed ratio may be."""
        if number is None:
            return -FAR, FAR
        low, high = span(number, rounding)
        return max(math.log(max(low, 1e-13)), -FAR), min(math.log(max(high, 1e-13)), FAR)


@dataclass(frozen=True)
class PrintedP:
    """A printed P of a comparison of arms (places), and the tests that it may be of."""

    number: Printed
    tests: tuple[str, ...]
    arms: tuple[int, ...]


@dataclass(frozen=True)
class Wanted:
    """What is printed of the curves: hazard ratios, medians by arm (None: not printed), P.

    `times` of the visits are needed for medians alone.
    """

    ratios: tuple[Ratio, ...] = ()
    medians: tuple[Printed | None, ...] = ()
    times: tuple[float, ...] = ()
    p: tuple[PrintedP, ...] = ()


@dataclass
class Kept:
    """What the trials that print everything beside the P have in common; `with_p` print that too."""

    seen: int = 0
    kept: int = 0
    with_p: int = 0
    by_reading: dict[tuple[str, str], int] = field(default_factory=dict)
    p_min: float = 2.0
    p_max: float = -1.0
    first: int | None = 0

    def add(self, events: np.ndarray, risk: np.ndarray) -> None:
        """Add the trials that print everything beside the P."""
        self.kept += len(events)
        if not len(events):
            return
        excess, p = statistics(events, risk, "log-rank")
        self.p_min, self.p_max = min(self.p_min, float(p.min())), max(self.p_max, float(p.max()))
        self.first = None if excess is None else self.first + int((excess > TIE).sum())


def keep(
    trials: Iterable[tuple], wanted: Wanted, *, methods: Sequence[str], roundings: Sequence[str]
) -> Kept:
    """Return what those of `trials` (chunks of events and patients at risk) say that print all."""
    out = Kept()
    for events, risk, *_ in trials:
        out.seen += len(events)
        inside = with_medians(events, risk, wanted, roundings)
        events, risk = events[inside], risk[inside]
        if wanted.ratios:
            fits = _with_ratios(events, risk, wanted, methods, roundings, out)
            events, risk = events[fits], risk[fits]
        out.add(events, risk)
        out.with_p += int(with_p(events, risk, wanted, roundings).sum())
    return out


def _with_ratios(events, risk, wanted: Wanted, methods, roundings, out: Kept) -> np.ndarray:
    """Return which trials print all ratios and intervals under some reading; count them by reading."""
    fits = np.zeros(len(events), dtype=bool)
    for method in methods:
        found = {r: np.ones(len(events), dtype=bool) for r in roundings}
        for ratio in wanted.ratios:
            for r, printed in _with_ratio(events, risk, ratio, method, roundings).items():
                found[r] &= printed
        for r, printed in found.items():
            out.by_reading[method, r] = out.by_reading.get((method, r), 0) + int(printed.sum())
            fits |= printed
    return fits


def _with_ratio(events, risk, ratio: Ratio, method: str, roundings) -> dict[str, np.ndarray]:
    """Return, by rounding, which trials print one ratio and its interval."""
    pair, spans = list(ratio.arms), {r: ratio.span(r, ratio.value) for r in roundings}
    low, high = min(a for a, _ in spans.values()), max(b for _, b in spans.values())
    places, value, error = log_ratios(events[:, pair], risk[:, pair], method, low=low, high=high)
    out = {}
    for r in roundings:
        printed = _within(value, spans[r])
        for sign, end in zip((-1, 1), ratio.interval, strict=True):
            printed &= _within(value + sign * ratio.z * error, ratio.span(r, end))
        out[r] = np.zeros(len(events), dtype=bool)
        out[r][places[printed]] = True
    return out


def with_p(events, risk, wanted: Wanted, roundings: Sequence[str]) -> np.ndarray:
    """Return which trials print every P, each by one of its tests under some rounding."""
    inside = np.ones(len(events), dtype=bool)
    for one in wanted.p:
        if not len(events):
            break
        arms = list(one.arms)
        ps = [p for test in one.tests for p in _ps(events[:, arms], risk[:, arms], test)]
        inside &= np.any([_prints(p, one.number, r) for p in ps for r in roundings], axis=0)
    return inside


def _prints(p: np.ndarray, number: Printed, rounding: str) -> np.ndarray:
    """Return which P print so, undefined ones not."""
    if number.sign in ("<", ">"):
        return p < float(number) if number.sign == "<" else p > float(number)
    low, high = span(number, rounding)
    return (p >= low - SLACK) & (p <= high + SLACK)


def _ps(events: np.ndarray, risk: np.ndarray, test: str) -> list[np.ndarray]:
    """Return the P of every trial by a test; NaN where there is none."""
    if test != WALD:
        return [statistics(events, risk, test)[1]]
    out = []
    for method in (EFRON, BRESLOW) if events.shape[1] == 2 else ():
        places, value, error = log_ratios(events, risk, method)
        out.append(np.full(len(events), np.nan))
        out[-1][places] = special.erfc(np.abs(value / error) / math.sqrt(2))
    return out or [np.full(len(events), np.nan)]


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
