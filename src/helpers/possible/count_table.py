"""Left and right halves of histories go in; counts by P, extremes and witnesses come out.

A `Tally` holds what is known about the histories seen so far; tallies of disjoint sets merge in
a fixed order, so a parallel run equals a serial one to the last bit. Nothing here chooses which
histories exist.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.possible.grid import TIE, Grid
from helpers.possible.meet_in_the_middle import Half

CHUNK = 1 << 15  # pairs at a time: the four work arrays stay within a core's cache

Witness = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass
class Tally:
    """Counts a bin, each history once and weighted, and the extremes with their witnesses.

    `fastest`, `slowest`, `flattest` are (signed statistic, witness): largest, smallest and
    nearest to zero. `gain` is the range of the RMST gain and `late` the counts of the median
    code, both over the histories whose P prints as reported.
    """

    once: np.ndarray
    weighted: np.ndarray
    late: np.ndarray
    fastest: tuple[float, Witness | None] = (-np.inf, None)
    slowest: tuple[float, Witness | None] = (np.inf, None)
    flattest: tuple[float, Witness | None] = (np.inf, None)
    gain: tuple[float, float] = (np.inf, -np.inf)

    def merge(self, other: Tally) -> None:
        """Add the histories of `other`; on equal extremes the earlier witness stays."""
        self.once = self.once + other.once
        self.weighted = self.weighted + other.weighted
        self.late = self.late + other.late
        self.fastest = max(self.fastest, other.fastest, key=lambda x: x[0])
        self.slowest = min(self.slowest, other.slowest, key=lambda x: x[0])
        self.flattest = min(self.flattest, other.flattest, key=lambda x: abs(x[0]))
        self.gain = min(self.gain[0], other.gain[0]), max(self.gain[1], other.gain[1])


def empty_tally(grid: Grid, *, codes: int) -> Tally:
    """Return a tally of no histories."""
    bins = grid.edges.size + 1
    return Tally(np.zeros(bins, np.int64), np.zeros(bins), np.zeros(codes, np.int64))


def signed_statistic(excess: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return (O - E)|O - E| / V; 0 where V is 0, as O - E is then exactly 0."""
    out = np.abs(excess)
    out *= excess
    out /= np.maximum(variance, 1e-300)
    return out


def _join(left: Half, right: Half, i: int, j: int) -> Witness:
    (a1, a2), (b1, b2) = left.pair(i), right.pair(j)
    return a1 + b1, a2 + b2


def _extremes(tally: Tally, signed: np.ndarray, left: Half, right: Half, row: int) -> None:
    def witness(at: int) -> Witness:
        i, j = divmod(int(at), len(right.excess))
        return _join(left, right, row + i, j)

    if signed.max() > tally.fastest[0]:
        at = signed.argmax()
        tally.fastest = float(signed.flat[at]), witness(at)
    if signed.min() < tally.slowest[0]:
        at = signed.argmin()
        tally.slowest = float(signed.flat[at]), witness(at)
    if abs(tally.flattest[0]) < TIE:
        return
    size = np.abs(signed)
    if size.min() < abs(tally.flattest[0]):
        at = size.argmin()
        tally.flattest = float(signed.flat[at]), witness(at)


def _reported(tally: Tally, hits: np.ndarray, left: Half, right: Half, row: int) -> None:
    i, j = np.divmod(hits, len(right.excess))
    gain = left.gain[row + i] + right.gain[j]
    tally.gain = min(tally.gain[0], gain.min()), max(tally.gain[1], gain.max())
    code = left.late[row + i] + right.late[j]
    tally.late += np.bincount(code, minlength=tally.late.size)


def add_halves(
    tally: Tally, left: Half, right: Half, *, grid: Grid, reported: np.ndarray, share: float
) -> None:
    """Add every pair of a left and a right half to `tally`.

    `reported` says which bins print as the reported P; `share` is the probability of the middle
    state when each responder's visit is equally likely.
    """
    width = len(right.excess)
    rows = max(1, CHUNK // width)
    bins = tally.once.size
    for row in range(0, len(left.excess), rows):
        part = slice(row, row + rows)
        excess = np.add.outer(left.excess[part], right.excess).ravel()
        variance = np.add.outer(left.variance[part], right.variance).ravel()
        signed = signed_statistic(excess, variance)
        weight = np.multiply.outer(left.weight[part] * share, right.weight).ravel()
        found = grid.bins(signed)
        tally.once += np.bincount(found, minlength=bins)
        tally.weighted += np.bincount(found, weights=weight, minlength=bins)
        _extremes(tally, signed, left, right, row)
        hits = np.flatnonzero(reported[found])
        if hits.size:
            _reported(tally, hits, left, right, row)
