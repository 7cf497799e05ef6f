"""Two arms go in; the log-rank terms of every step between states, and best paths, come out.

A state is (responders so far in arm 1, in arm 2), numbered row by row; a step is one visit. The
terms of a visit depend on its two states alone, so histories are paths and O - E and V are
sums along them. Nothing here enumerates paths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.errors import AnalysisError
from helpers.possible.count_table import Witness
from helpers.possible.log_rank_terms import logrank_exact, visit_terms

STATES = 4000


@dataclass(frozen=True)
class Steps:
    """The terms of every step, arrays of shape (from, to); `possible` says which steps exist.

    `visits` is no more than the responders: further visits would be empty and add nothing.
    """

    excess: np.ndarray
    variance: np.ndarray
    possible: np.ndarray
    second: int
    sizes: tuple[int, int]
    visits: int

    def best(self, *, sign: int, mu: float) -> Witness:
        """Return a history that maximises sign E - mu V (longest path)."""
        score = np.where(self.possible, sign * self.excess - mu * self.variance, -np.inf)
        value = np.full(len(score), -np.inf)
        value[0] = 0.0
        back = []
        for _ in range(self.visits):
            options = value[:, None] + score
            back.append(options.argmax(axis=0))
            value = options.max(axis=0)
        path = [len(score) - 1]
        for pointer in reversed(back):
            path.append(int(pointer[path[-1]]))
        return self.history(path[::-1])

    def history(self, states: Sequence[int]) -> Witness:
        """Return responders per visit, first and second arm, of a path of states."""
        ends = np.array([divmod(state, self.second + 1) for state in states])
        first, second = np.diff(ends, axis=0).T
        return tuple(map(int, first)), tuple(map(int, second))

    def terms(self, history: Witness) -> tuple[float, float]:
        """Return (E, V) of a history."""
        excess, variance = logrank_exact(*history, sizes=self.sizes)
        return float(excess), float(variance)


def make_steps(*, sizes: Sequence[int], responders: Sequence[int], visits: int) -> Steps:
    """Return the terms of every step; AnalysisError above 4,000 states (responders + 1 each)."""
    x1, x2 = responders
    states = (x1 + 1) * (x2 + 1)
    if states > STATES:
        raise AnalysisError(
            f"responders: expected at most {STATES:,} states (x1 + 1)(x2 + 1), found {states:,}; "
            "use fewer patients, or sample with helpers.possible.dropout"
        )
    r1, r2 = (grid.ravel() for grid in np.indices((x1 + 1, x2 + 1)))
    d1, d2 = r1[None, :] - r1[:, None], r2[None, :] - r2[:, None]
    possible = (d1 >= 0) & (d2 >= 0)
    steps = np.where(possible, d1, 0), np.where(possible, d2, 0)
    excess, variance = visit_terms(sizes[0] - r1[:, None], sizes[1] - r2[:, None], *steps)
    useful = min(visits, max(x1 + x2, 1))
    return Steps(excess, variance, possible, x2, tuple(sizes), useful)
