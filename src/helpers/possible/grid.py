"""Signed log-rank statistics go in; bin numbers on a grid of P values come out, exactly and fast.

The statistic is (O - E)|O - E| / V of the first arm: its size is chi-square, its sign the
direction. Nothing here knows how the statistics arose.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.possible.log_rank_terms import p_chi_square

# |statistic| below this is O = E. A nonzero O - E is a fraction whose denominator divides a
# product of numbers at risk: above 1e-9 for 48 patients and five visits, so its square is far
# above this, and rounding error (about 1e-15 squared) far below.
TIE = 1e-22
CELLS_PER_UNIT = 64
P_EDGES = 10.0 ** (np.arange(-120, 1) / 20)


@dataclass(frozen=True)
class Grid:
    """Bins of the signed statistic, bounded by the P edges of the chart and of the printed value.

    `edges` increase; bin b holds edges[b-1] <= s < edges[b]. A uniform table of cells gives the
    bin at a cell's left end; `passes` comparisons with the next edge, as many as a cell holds
    edges, make it exact. That is some twenty times faster than a binary search per value.
    """

    edges: np.ndarray
    start: np.ndarray
    passes: int
    reach: float

    def bins(self, signed: np.ndarray) -> np.ndarray:
        """Return the bin number of each signed statistic."""
        cell = ((signed + self.reach) * CELLS_PER_UNIT).astype(np.intp)
        found = self.start.take(cell, mode="clip")
        padded = np.append(self.edges, np.inf)
        for _ in range(self.passes):
            found += signed >= padded[found]
        return found

    def middles(self) -> np.ndarray:
        """Return one statistic inside each bin."""
        ends = np.concatenate([[self.edges[0] - 1], self.edges, [self.edges[-1] + 1]])
        return (ends[1:] + ends[:-1]) / 2


def make_grid(*p_values: float) -> Grid:
    """Return the grid over 20 P bins a decade down to 1e-6, with `p_values` as further edges."""
    inner = np.unique([p for p in (*P_EDGES, *p_values) if 0 < p < 1])
    positive = np.sort(p_chi_square(inner))
    edges = np.unique(np.concatenate([-positive, [-TIE, TIE], positive]))
    reach = np.ceil(positive[-1]) + 1
    # the float that a statistic is mapped from may lie a rounding error outside its cell, so a
    # cell starts from the bin of a point slightly to its left
    left = np.arange(int(2 * reach * CELLS_PER_UNIT)) / CELLS_PER_UNIT - reach - 1e-9
    start = np.searchsorted(edges, left, side="right")
    right = np.searchsorted(edges, left + 1 / CELLS_PER_UNIT + 2e-9, side="right")
    return Grid(edges=edges, start=start, passes=int((right - start).max()), reach=float(reach))


def in_p_interval(grid: Grid, low: float, high: float) -> np.ndarray:
    """Return which bins lie in the P interval; its ends must be among the grid's P values."""
    top, bottom = p_chi_square(np.array([low, high]))
    size = np.abs(grid.middles())
    return (size > bottom) & (size < top) | ((high >= 1) & (size < TIE))


def p_shares(grid: Grid, counts: np.ndarray) -> np.ndarray:
    """Return the share of `counts` (one a bin) in each P bin of the chart, either direction."""
    thresholds = p_chi_square(P_EDGES[::-1])  # increasing, from P = 1 to 1e-6
    where = np.searchsorted(thresholds, np.abs(grid.middles()), side="right") - 1
    sums = np.bincount(where, weights=counts.astype(float), minlength=P_EDGES.size)
    return sums[::-1] / counts.sum()
