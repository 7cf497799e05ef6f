"""Count tables of trials go in, what they have in common comes out: shares, ends, directions.

A `Tally` adds trials chunk by chunk; `halves` fills one by halves of histories, for 10^8 trials in
seconds. Nothing here chooses which trials exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers.audit.log_rank.statistic import TIE, chi_square, p_values, two_arms
from helpers.audit.log_rank.trials import ArmTrials, count_tables
from helpers.possible.grid import Grid, in_p_interval
from helpers.possible.histories import tally_histories
from helpers.possible.log_rank_terms import chi_square_p

EDGES = np.concatenate([[0.0], 10.0 ** (np.arange(-60, 1) / 10)])  # of the distribution of P


def statistics(events: np.ndarray, risk: np.ndarray, test: str) -> tuple:
    """Return (O - E of the first of two arms, P), one a trial; None for O - E of more arms."""
    arms = events.shape[1]
    if arms != 2:
        return None, p_values(chi_square(events, risk, test), arms)
    excess, variance = two_arms(events, risk, test)
    return excess, p_values(excess**2 / np.where(variance > 0, variance, 1.0), arms)


@dataclass
class Tally:
    """What the trials seen so far say."""

    spans: dict[str, tuple[float, float]]
    seen: float = 0.0
    prints: dict[str, float] = field(default_factory=dict)
    first: float = 0.0
    prints_first: float = 0.0
    prints_any: float = 0.0
    low: float = 2.0
    high: float = -1.0
    directed: dict[int, float] = field(default_factory=dict)
    bins: np.ndarray = field(default_factory=lambda: np.zeros(len(EDGES) - 1))
    witnesses: dict[str, tuple] = field(default_factory=dict)

    def add(self, excess, p, events, risk, weight: np.ndarray | None = None) -> None:
        """Add the trials of one chunk, with what `statistics` says of them."""
        weight = np.ones(len(p)) if weight is None else weight
        self.seen += weight.sum()
        self.bins += np.histogram(p, EDGES, weights=weight)[0]
        self._extremes(p, events, risk)
        inside = np.zeros(len(p), dtype=bool)
        for name, (low, high) in self.spans.items():
            fits = (p >= low) & (p <= high)
            self.prints[name] = self.prints.get(name, 0.0) + weight[fits].sum()
            inside |= fits
        if inside.any() and "printing" not in self.witnesses:
            place = int(np.flatnonzero(inside)[0])
            self.witnesses["printing"] = events[place], risk[place]
        if excess is not None:
            self._directions(excess, p, inside, weight)

    def _extremes(self, p, events, risk) -> None:
        for name, place, beats in (("low", int(p.argmin()), p.min() < self.low),
                                   ("high", int(p.argmax()), p.max() > self.high)):  # fmt: skip
            if beats:
                setattr(self, name, float(p[place]))
                self.witnesses[name] = events[place], risk[place]

    def _directions(self, excess, p, inside, weight) -> None:
        more = excess > TIE
        self.first += weight[more].sum()
        self.prints_any += weight[inside].sum()
        self.prints_first += weight[inside & more].sum()
        for sign, where in ((1, more), (-1, excess < -TIE)):
            if where.any():
                self.directed[sign] = min(self.directed.get(sign, 2.0), float(p[where].min()))


def halves(arms: Sequence[ArmTrials], spans: dict[str, tuple[float, float]]) -> tuple[Tally, Tally]:
    """Return the tallies, once and weighted, of all trials of two arms by log-rank, nobody lost."""
    sizes, events = [arm.size for arm in arms], [arm.pairs[0][0] for arm in arms]
    between = [(low, min(high, 1.0)) for low, high in spans.values()]
    weeks = tuple(float(v) for v in range(1, arms[0].visits + 1))
    found, grid = tally_histories(sizes=sizes, responders=events, weeks=weeks, between=between)
    out = []
    for counts in (found.once, found.weighted):
        tally = Tally(spans, seen=float(counts.sum()))
        _fill(tally, counts.astype(float), grid, dict(zip(spans, between, strict=True)))
        _ends(tally, found, arms)
        out.append(tally)
    return tuple(out)


def _fill(tally: Tally, counts: np.ndarray, grid: Grid, between: dict) -> None:
    """Fill the shares of a tally from the counts by bin of the signed statistic."""
    middles = grid.middles()
    more, any_ = middles > TIE**2, np.zeros(len(middles), dtype=bool)
    for name, (low, high) in between.items():
        inside = in_p_interval(grid, low, high)
        tally.prints[name] = float(counts[inside].sum())
        any_ |= inside
    tally.first, tally.prints_any = float(counts[more].sum()), float(counts[any_].sum())
    tally.prints_first = float(counts[any_ & more].sum())
    p = np.array([chi_square_p(abs(s)) for s in middles])
    tally.bins = np.histogram(p, EDGES, weights=counts)[0]


def _ends(tally: Tally, found, arms: Sequence[ArmTrials]) -> None:
    """Take over the ends and their witnesses."""
    low = min(found.fastest, found.slowest, key=lambda end: -abs(end[0]))
    for name, (signed, witness) in (("low", low), ("high", found.flattest)):
        setattr(tally, name, chi_square_p(abs(signed)))
        parts = [(np.array([arm]), np.zeros((1, len(arm)), dtype=int)) for arm in witness]
        events, risk = count_tables(parts, [arm.size for arm in arms])
        tally.witnesses[name] = events[0], risk[0]
    for sign, (signed, _) in ((1, found.fastest), (-1, found.slowest)):
        if sign * signed > TIE**2:
            tally.directed[sign] = chi_square_p(abs(signed))
