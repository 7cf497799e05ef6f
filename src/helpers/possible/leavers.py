"""Two arms that may lose patients go in; the smallest log-rank P in one direction comes out, proven.

`bounds` proves how small P can be where everybody stays; here patients may leave between visits.
They enter as (responders, leavers) pairs an arm may have; that its Kaplan-Meier curve also ends at
the printed percentage is left out, so the true smallest P of the printed trials is this or larger.

A leaver is at risk at a visit and gone before the next, as in `dropout`. A state is (responders,
leavers) of both arms; a visit moves the responders and carries the terms of E = O - E and V, the
gap after it moves the leavers and carries none. Histories are paths, so the argument of `bounds`
holds unchanged: the largest E²/V lies at a vertex found by longest paths. Nothing is sampled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from helpers.errors import AnalysisError
from helpers.possible.batched import at_risk, logrank, logrank_p
from helpers.possible.bounds import largest_chi_square
from helpers.possible.dropout import SAME, Arm, ends_as_printed
from helpers.possible.log_rank_terms import check_trial, chi_square_p, compositions, visit_terms

CELLS = 20_000_000  # of all visits' terms: 160 MB a table

Pairs = Sequence[tuple[int, int]]
Path = tuple[np.ndarray, np.ndarray]  # responded, censored: shape (arms, visits)


@dataclass(frozen=True)
class LeavingSteps:
    """Terms of every visit, arrays of shape (leavers 1, leavers 2, from, to).

    `from` and `to` number (responders of arm 1, of arm 2) row by row; `possible` says which steps
    exist.
    """

    excess: np.ndarray
    variance: np.ndarray
    possible: np.ndarray
    pairs: tuple[Pairs, Pairs]
    sizes: tuple[int, int]
    visits: int

    def best(self, *, sign: int, mu: float) -> Path:
        """Return a history that maximises sign E - mu V among those that end in allowed pairs."""
        score = np.where(self.possible, sign * self.excess - mu * self.variance, -np.inf)
        value = np.full(score.shape[:3], -np.inf)
        value[0, 0, 0] = 0.0
        back = []
        for visit in range(self.visits):
            options = value[..., None] + score
            came, value = options.argmax(axis=2), options.max(axis=2)
            left = None
            if visit < self.visits - 1:
                value, left = self._leave(value)
            back.append((came, left))
        return self._walk(value, back)

    def _leave(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the best value with any number of leavers after a visit, and where it came from."""
        best, source = value.copy(), np.zeros((*value.shape, 2), dtype=int)
        source[...] = np.moveaxis(np.indices(value.shape)[:2], 0, -1)
        for c1, c2 in product(*map(range, value.shape[:2])):
            for b1, b2 in product(range(c1 + 1), range(c2 + 1)):
                better = value[b1, b2] > best[c1, c2]
                best[c1, c2] = np.where(better, value[b1, b2], best[c1, c2])
                source[c1, c2, better] = b1, b2
        return np.where(self._fit(), best, -np.inf), source

    def _fit(self) -> np.ndarray:
        """Return where responders and leavers together are no more than the arm."""
        c1, c2, state = np.indices(self.excess.shape[:3])
        r1, r2 = np.divmod(state, self._second())
        return (r1 + c1 <= self.sizes[0]) & (r2 + c2 <= self.sizes[1])

    def _second(self) -> int:
        return 1 + max(x for x, _ in self.pairs[1])

    def _walk(self, value: np.ndarray, back: list) -> Path:
        """Return the path that ends in the best allowed pair, read backwards."""
        ends = [(c1, c2, r1 * self._second() + r2)
                for (r1, c1), (r2, c2) in product(*self.pairs)]  # fmt: skip
        at = max(ends, key=lambda end: value[end])
        states = []
        for came, left in reversed(back):
            c1, c2, state = at
            if left is not None:
                c1, c2 = (int(c) for c in left[at])
            states.append((divmod(state, self._second()), at[:2]))
            at = (c1, c2, int(came[c1, c2, state]))
        done = np.array([((0, 0), (0, 0)), *reversed(states)])  # visit, what, arm
        moved = np.diff(done, axis=0)
        return moved[:, 0].T, moved[:, 1].T

    def terms(self, history: Path) -> tuple[float, float]:
        """Return (E, V) of a history."""
        responded, censored = (part[None] for part in history)
        excess, variance = logrank(responded, at_risk(responded, censored, sizes=self.sizes))
        return float(excess[0]), float(variance[0])


def make_leaving_steps(
    *, sizes: Sequence[int], pairs: tuple[Pairs, Pairs], visits: int
) -> LeavingSteps:
    """Return the terms of every visit; AnalysisError where the tables would not fit in memory."""
    most, lost = ([max(pair[k] for pair in arm) for arm in pairs] for k in (0, 1))
    check_trial(sizes=sizes, responders=most, visits=visits)
    states = (most[0] + 1) * (most[1] + 1)
    if (cells := states**2 * (lost[0] + 1) * (lost[1] + 1)) > CELLS:
        raise AnalysisError(
            f"leavers: expected at most {CELLS:,} cells (states squared times leavers), found "
            f"{cells:,}; allow fewer leavers, or sample with helpers.possible.dropout"
        )
    c1, c2, a, b = np.ix_(*(range(k + 1) for k in lost), range(states), range(states))
    (r1, r2), (s1, s2) = (np.divmod(state, most[1] + 1) for state in (a, b))
    n1, n2, d1, d2 = sizes[0] - c1 - r1, sizes[1] - c2 - r2, s1 - r1, s2 - r2
    possible = (d1 >= 0) & (d2 >= 0) & (d1 <= n1) & (d2 <= n2)
    n1, n2, d1, d2 = (np.where(possible, x, 0) for x in (n1, n2, d1, d2))
    excess, variance = visit_terms(n1, n2, d1, d2)
    useful = min(visits, sum(most) + 1)  # an empty first visit, so that somebody may leave early
    return LeavingSteps(excess, variance, possible, pairs, tuple(sizes), max(useful, 1))


def smallest_p_with_leavers(
    *, sizes: Sequence[int], pairs: tuple[Pairs, Pairs], visits: int, first_faster: bool
) -> tuple[float, Path] | None:
    """Return the smallest two-sided P that points one way, and a history that has it.

    `pairs`: the (responders, leavers) that either arm may end with, as in `dropout.Arm`. The
    history is (responded, censored), each of shape (arms, visits); visits beyond one more than the
    responders would be empty and are left out. None where no history points that way.
    """
    steps = make_leaving_steps(sizes=sizes, pairs=pairs, visits=visits)
    history = largest_chi_square(steps, sign=1 if first_faster else -1)
    if history is None:
        return None
    excess, variance = steps.terms(history)
    return chi_square_p(excess**2 / variance), history


def arm_histories(arm: Arm, *, visits: int) -> Path:
    """Return every history of one arm that ends as printed: responded, censored, (ways, visits).

    All orders of the arm's (responders, leavers) pairs; nobody leaves after the last visit.
    """
    kept = []
    for events, leavers in arm.pairs:
        orders, gaps = compositions(events, visits), compositions(leavers, visits - 1)
        gaps = np.hstack([gaps, np.zeros((len(gaps), 1), dtype=np.int64)])
        i, j = np.divmod(np.arange(len(orders) * len(gaps)), len(gaps))
        responded, censored = orders[i], gaps[j]
        risk = at_risk(responded, censored, sizes=[arm.size] * len(i))
        fits = (risk >= responded + censored).all(axis=1)
        if arm.percent is not None:
            fits &= ends_as_printed(arm, responded, censored)
        kept.append((responded[fits], censored[fits]))
    return tuple(np.concatenate(part) for part in zip(*kept, strict=True))


def smallest_p_against(
    first: Sequence[int], second: Arm, *, size: int, first_faster: bool
) -> tuple[float, Path] | None:
    """Return the smallest P that points one way, the first arm's history being given.

    `first`: responders per visit of the first arm, of `size` patients, none of whom leaves. All
    histories of `second` that end as printed are tried. The second value is the whole trial,
    (responded, censored) of shape (arms, visits); None where no history points that way.
    """
    responded, censored = arm_histories(second, visits=len(first))
    both = np.stack([np.broadcast_to(first, responded.shape), responded], axis=1)
    left = np.stack([np.zeros_like(censored), censored], axis=1)
    excess, variance = logrank(both, at_risk(both, left, sizes=[size, second.size]))
    sign = 1 if first_faster else -1
    p = np.where(sign * excess > SAME, logrank_p(excess, variance), np.inf)
    best = int(p.argmin())
    return None if np.isinf(p[best]) else (float(p[best]), (both[best], left[best]))


def leaving_patients(
    history: Path, *, sizes: Sequence[int], weeks: Sequence[float], arms: Sequence[str]
) -> pd.DataFrame:
    """Return one row a patient: ARM (named by `arms`), TIME (unit of `weeks`), EVENT, LEFT.

    LEFT: censored before the last visit. The others without an event are censored at it.
    """
    parts = []
    for responded, censored, size, arm in zip(*history, sizes, arms, strict=True):
        rest = size - responded.sum() - censored.sum()
        kinds = (("EVENT", responded), ("LEFT", censored), ("", [0] * (len(weeks) - 1) + [rest]))
        for kind, counts in kinds:
            time = np.repeat([float(week) for week in weeks], counts)
            parts.append(pd.DataFrame({"ARM": arm, "TIME": time}).assign(
                EVENT=kind == "EVENT", LEFT=kind == "LEFT"))  # fmt: skip
    return pd.concat(parts, ignore_index=True)
