"""Intervals that hold an unseen event time go in, the non-parametric distribution comes out.

One row a subject: the event lies in (left, right]: after the last visit without it, up to the first
visit with it; right = infinity where it was never seen, left = right where the time is known. Where
inside an interval the mass lies is not known, and nothing here pretends to. Turnbull 1976, J R Stat
Soc B 38:290.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.analyse import among, checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError


def _checked(left, right) -> tuple[np.ndarray, np.ndarray]:
    left = checks.vector(left, name="left")
    right = np.array(right, dtype=float)
    if right.shape != left.shape or np.isnan(right).any() or (right < left).any():
        bad = np.flatnonzero(np.isnan(right) | (right < left)) if right.shape == left.shape else []
        raise AnalysisError(
            f"right: expected {len(left)} values, each at least its left end, found shape "
            f"{right.shape} and row(s) {[int(i) for i in bad[:5]]} that are not; use infinity for never seen"
        )
    return left, right


def innermost_intervals(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the intervals that can carry mass, shape (m, 2), in order (Turnbull's innermost ones).

    Each runs from a left end straight to a right end with no other end between.
    """
    # an open left end comes just after its time, a known time's left end just before its right
    opens = np.where(left == right, 0.0, 2.0)
    ends = sorted(
        {(a, k, a) for a, k in zip(left, opens, strict=True)} | {(b, 1.0, b) for b in right}
    )
    pairs = [(a[2], b[2]) for a, b in pairwise(ends) if a[1] != 1.0 and b[1] == 1.0]
    return np.array(pairs)


def _holds(left: np.ndarray, right: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Return whether each subject's interval contains each cell, shape (n, m)."""
    starts = left[:, None] <= cells[None, :, 0]
    # a known time t is not inside (t, ...]: only its own cell [t, t] starts there
    point = cells[:, 0] == cells[:, 1]
    starts &= ~((left[:, None] == cells[None, :, 0]) & point & (left != right)[:, None])
    return starts & (cells[None, :, 1] <= right[:, None])


def _masses(holds: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the maximum-likelihood masses by EM, verified by the Kuhn-Tucker conditions.

    A mass whose gradient shows that it belongs at 0 is set to 0 (Gentleman & Geyer 1994,
    Biometrika 81:618): EM alone would take for ever to get there.
    """
    holds, total = holds.astype(float), weights.sum()
    mass = np.full(holds.shape[1], 1 / holds.shape[1])
    for step in range(1, 20_001):
        gradient = holds.T @ (weights / (holds @ mass)) / total
        new = mass * gradient
        if step % 50 == 0:
            new = np.where((new < 1e-6) & (gradient < 1 - 1e-6), 0.0, new)
            new /= new.sum()
        moved = np.abs(new - mass).max()
        mass = new
        if moved < 1e-13 and gradient.max() < 1 + 1e-9:
            break
    # n (largest gradient - 1) bounds how much log-likelihood is still to be had
    if gradient.max() > 1 + 1e-5:
        raise NoEstimateError(
            f"turnbull: expected the maximum within 20000 steps, found gradient {gradient.max()}; "
            "merge visit times that hardly differ"
        )
    return mass / mass.sum()


def _distinct(left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different intervals, shape (k, 2), and how many subjects have each."""
    return np.unique(np.column_stack([left, right]), axis=0, return_counts=True)


def distribution(rows: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return Turnbull's cells, shape (m, 2), and their masses, of different intervals `rows`.

    `rows`, shape (k, 2): left and right ends; `weights`: how many subjects have each, above 0.
    """
    cells = innermost_intervals(rows[:, 0], rows[:, 1])
    return cells, _masses(_holds(rows[:, 0], rows[:, 1], cells), weights.astype(float))


def turnbull(left: Sequence[float], right: Sequence[float]) -> pd.DataFrame:
    """Non-parametric maximum likelihood: `left`, `right`, `mass`, `cumulative`, one row a cell.

    `mass` is the probability that the event lies in (left, right] of that row, in the unit-free
    0 to 1; `cumulative` the probability of an event up to `right`. Cells in order of time, those
    of mass 0 left out; the last right end is infinite when subjects never had the event.
    """
    left, right = _checked(left, right)
    cells, mass = distribution(*_distinct(left, right))
    keep = mass > 1e-9
    frame = pd.DataFrame(cells[keep], columns=["left", "right"])
    return frame.assign(mass=mass[keep], cumulative=np.minimum(1.0, np.cumsum(mass[keep])))


def _quantile_cell(cells: np.ndarray, mass: np.ndarray, q: float) -> np.ndarray:
    return cells[int(np.searchsorted(np.cumsum(mass) + 1e-9, q))]


@estimator
def turnbull_quantile(
    left: Sequence[float],
    right: Sequence[float],
    *,
    q: float = 0.5,
    seed: int,
    resamples: int = 1000,
    level: float = 0.95,
) -> Estimate:
    """Time by which a share `q` has had the event, with a bootstrap interval.

    `value` is the right end of the cell that holds the quantile: the first time by which it has
    surely happened. `lower` is the percentile of the cells' left ends, `upper` that of their right
    ends, over `resamples` resamples of subjects drawn with `seed`; infinite where the event may not
    be reached. The bootstrap has no proof of coverage for this estimator (Sen & Xu 2015, Bernoulli
    21:2281): read it as a rough guide.
    """
    left, right = _checked(left, right)
    checks.inside(q, 0, 1, name="q")
    tail = (1 - checks.inside(level, 0, 1, name="level")) / 2
    rows, weights = _distinct(left, right)
    value = float(_quantile_cell(*distribution(rows, weights), q)[1])
    random, n = np.random.default_rng(seed), len(left)
    # n subjects drawn with replacement, counted by interval: the cost is not that of n
    draws = random.multinomial(n, weights / n, size=resamples)
    cells = np.array([_quantile_cell(*distribution(rows[d > 0], d[d > 0]), q) for d in draws])
    lower = float(np.quantile(cells[:, 0], tail, method="inverted_cdf"))
    upper = float(np.quantile(cells[:, 1], 1 - tail, method="inverted_cdf"))
    statistic = "median" if math.isclose(q, 0.5) else "quantile"
    ends = among.own_values(right[np.isfinite(right)])
    return Estimate("turnbull", statistic, value, lower, upper, n=n, level=level, among=ends)
