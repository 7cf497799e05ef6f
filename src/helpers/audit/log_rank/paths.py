"""Two arms, the events and losses they may end with, and visits go in; the best history comes out.

A state is (lost so far, events so far) of both arms and a history a path: a visit moves the events,
the gap after it the lost. sign (O - E) - mu V is a sum along the path. With q = n1/n at a state, the
visit to events s costs sign (s1 - r1) - L (sign q + mu n c) + L² mu c, where L is the number of
events of both arms and c = q (1 - q)/(n - 1): apart from L it depends on s through s1 alone. So the
best visit of each L is a running maximum along a diagonal, and all states take (states) x (events)
work a visit instead of states squared. Nothing here enumerates, samples or knows what was printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from helpers.possible.log_rank_terms import visit_terms

Pairs = tuple[tuple[int, int], ...]  # (events, lost) that an arm may end with
Counts = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class History:
    """Events and losses by visit, one row an arm; a loss follows the visit it stands at."""

    events: Counts
    lost: Counts


def log_rank_terms(history: History, sizes: Sequence[int]) -> tuple[Fraction, Fraction]:
    """Return (O - E of the first arm, V) of one history of two arms as fractions."""
    n1, n2 = sizes
    excess = variance = Fraction(0)
    for d1, d2, c1, c2 in zip(*history.events, *history.lost, strict=True):
        n, d = n1 + n2, d1 + d2
        if n > 1:
            excess += d1 - Fraction(d * n1, n)
            variance += Fraction(d * n1 * n2 * (n - d), n * n * (n - 1))
        n1, n2 = n1 - d1 - c1, n2 - d2 - c2
    return excess, variance


@dataclass(frozen=True)
class Paths:
    """Two arms of `sizes`, the `pairs` that either may end with, and the number of visits."""

    sizes: tuple[int, int]
    pairs: tuple[Pairs, Pairs]
    visits: int

    @cached_property
    def most(self) -> tuple[int, int]:
        """The most events of either arm."""
        return tuple(max(x for x, _ in arm) for arm in self.pairs)

    @cached_property
    def lost(self) -> tuple[int, int]:
        """The most losses of either arm."""
        return tuple(max(c for _, c in arm) for arm in self.pairs)

    @cached_property
    def work(self) -> int:
        """Additions for one visit, about."""
        states = (self.most[0] + 1) * (self.most[1] + 1)
        return states * (sum(self.most) + 1) * (self.lost[0] + 1) * (self.lost[1] + 1)

    def best(self, *, sign: int, mu: float) -> History | None:
        """Return a history that maximises sign (O - E) - mu V; None where the visits are too few."""
        after = [self._goal()]  # by state: the best that follows a visit
        for _ in range(max(0, min(self.visits, self._useful()) - 1)):
            before = self._visit(sign, mu, after[-1])
            following = self._gap(before)
            if np.array_equal(following, after[-1]):
                break  # further visits would stay empty
            after.append(following)
        return self._walk(sign, mu, after)

    def _useful(self) -> int:
        return max(1, sum(self.most) + sum(self.lost) + any(self.lost))

    def _goal(self) -> np.ndarray:
        goal = np.full((self.lost[0] + 1, self.lost[1] + 1, *(x + 1 for x in self.most)), -np.inf)
        for x1, c1 in self.pairs[0]:
            for x2, c2 in self.pairs[1]:
                goal[c1, c2, x1, x2] = 0.0
        return goal

    def _visit(self, sign: int, mu: float, after: np.ndarray) -> np.ndarray:
        """Return, by state before a visit, the best score of the visit and what follows it."""
        single = np.isfinite(after).sum() == 1
        step = self._to_one if single else self._to_all
        out = np.full_like(after, -np.inf)
        for c1, c2 in np.ndindex(after.shape[:2]):
            if np.isfinite(after[c1, c2]).any():
                out[c1, c2] = step(sign, mu, after[c1, c2], (c1, c2))
        return out

    def _gap(self, before: np.ndarray) -> np.ndarray:
        """Return, by state after a visit, the best with any number of losses before the next."""
        after = before
        for axis in (0, 1):
            after = np.flip(np.maximum.accumulate(np.flip(after, axis), axis=axis), axis)
        return after

    def _score(self, sign: int, mu: float, risk, moved) -> np.ndarray:
        excess, variance = visit_terms(*risk, *moved)
        return sign * excess - mu * variance

    def _to_one(self, sign: int, mu: float, value: np.ndarray, gone: tuple[int, int]) -> np.ndarray:
        """Return the score of going from every state straight to the only one with a value."""
        goal = np.unravel_index(int(value.argmax()), value.shape)
        out = np.full_like(value, -np.inf)
        r1, r2 = np.indices([int(end) + 1 for end in goal])
        risk = self.sizes[0] - gone[0] - r1, self.sizes[1] - gone[1] - r2
        out[: goal[0] + 1, : goal[1] + 1] = value[goal] + self._score(
            sign, mu, risk, (goal[0] - r1, goal[1] - r2)
        )
        return out

    def _to_all(self, sign: int, mu: float, value: np.ndarray, gone: tuple[int, int]) -> np.ndarray:
        """Return, by state, the best score of one visit before `value`; see the module."""
        x1, x2 = (length - 1 for length in value.shape)
        r1, r2 = np.indices(value.shape, dtype=float)
        n1 = np.maximum(self.sizes[0] - gone[0] - r1, 0)
        n = n1 + np.maximum(self.sizes[1] - gone[1] - r2, 0)
        q = n1 / np.maximum(n, 1)
        square = mu * q * (1 - q) / np.maximum(n - 1, 1) * (n > 1)
        linear = sign * q + n * square
        ahead = value + sign * r1
        # reach[r1, c]: the best of `ahead` on the diagonal s1 + s2 = r1 + c, from s1 = r1 on
        reach = np.full((x1 + 1, x1 + 2 * x2 + 2), -np.inf)
        reach[:, : x2 + 1] = ahead
        out, work = ahead.copy(), np.empty_like(ahead)
        for length in range(1, x1 + x2 + 1):
            if length <= x1:
                window = reach[: x1 + 1 - length, length : length + x2 + 1]
                np.maximum(window, ahead[length:], out=window)
            rows, columns = min(x1, x1 + x2 - length) + 1, min(x2, x1 + x2 - length) + 1
            here = work[:rows, :columns]
            np.multiply(square[:rows, :columns], length, out=here)
            here -= linear[:rows, :columns]
            here *= length
            here += reach[:rows, length : length + columns]
            np.maximum(out[:rows, :columns], here, out=out[:rows, :columns])
        return out - sign * r1

    def _walk(self, sign: int, mu: float, after: list[np.ndarray]) -> History | None:
        """Return the path from the start that the values by state lead along."""
        gone, state = (0, 0), (0, 0)
        events, lost = [], []
        for k in range(len(after) - 1, -1, -1):
            value = after[k][gone][state[0] :, state[1] :]
            moved = np.indices(value.shape)
            risk = [n - c - r for n, c, r in zip(self.sizes, gone, state, strict=True)]
            gain = self._score(sign, mu, risk, moved) + value
            place = np.unravel_index(int(gain.argmax()), gain.shape)
            if not np.isfinite(gain[place]):
                return None
            events.append(tuple(int(d) for d in place))
            state = state[0] + events[-1][0], state[1] + events[-1][1]
            leave = self._leave(sign, mu, after, k, gone, state)
            lost.append((leave[0] - gone[0], leave[1] - gone[1]))
            gone = leave
        empty = [(0, 0)] * (self.visits - len(events))
        return History(*(tuple(zip(*(rows + empty), strict=True)) for rows in (events, lost)))

    def _leave(self, sign, mu, after, k: int, gone, state) -> tuple[int, int]:
        """Return the lost so far after the gap that follows visit k from the end."""
        if k == 0 or not any(self.lost):
            return gone
        options = {}
        for c1 in range(gone[0], self.lost[0] + 1):
            for c2 in range(gone[1], self.lost[1] + 1):
                value = after[k - 1][c1, c2, state[0] :, state[1] :]
                risk = self.sizes[0] - c1 - state[0], self.sizes[1] - c2 - state[1]
                if min(risk) >= 0 and np.isfinite(value).any():
                    gain = self._score(sign, mu, risk, np.indices(value.shape)) + value
                    options[c1, c2] = float(gain.max())
        return max(options, key=options.get, default=gone)

    def terms(self, history: History) -> tuple[float, float]:
        """Return (O - E, V) of a history, from exact fractions."""
        excess, variance = log_rank_terms(history, self.sizes)
        return float(excess), float(variance)


def make_paths(*, sizes: Sequence[int], pairs: Sequence[Sequence], visits: int) -> Paths:
    """Return the paths of two arms; see `Paths`."""
    first, second = (tuple(map(tuple, arm)) for arm in pairs)
    return Paths(tuple(sizes), (first, second), visits)
