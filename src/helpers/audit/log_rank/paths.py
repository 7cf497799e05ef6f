"""Two arms, their events and a number of visits go in; the history that is best for one slope comes out.

Nobody is lost. A state is (events so far in arm 1, in arm 2) and a history a path of as many steps
as visits; sign (O - E) - mu V is a sum along it. With q = n1/n at a state, a step to s costs
sign (s1 - r1) - L (sign q + mu n c) + L² mu c, where L is the number of events of both arms and
c = q (1 - q)/(n - 1): apart from L it depends on s through s1 alone. So the best step of each L
is a running maximum along a diagonal, and all states take (states) x (events) work a visit instead
of states squared. Nothing here enumerates, samples or knows what was printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.possible.tally import Witness
from helpers.possible.terms import logrank_exact, visit_terms


@dataclass(frozen=True)
class Paths:
    """Two arms of `sizes` with `events`, seen at `visits` visits (more than events add nothing)."""

    sizes: tuple[int, int]
    events: tuple[int, int]
    visits: int

    @cached_property
    def _risk(self) -> tuple[np.ndarray, np.ndarray]:
        """Return, by state, the share of arm 1 at risk and the factor c of the variance."""
        r1, r2 = np.indices((self.events[0] + 1, self.events[1] + 1), dtype=float)
        n1, n2 = self.sizes[0] - r1, self.sizes[1] - r2
        n = n1 + n2
        q = n1 / np.maximum(n, 1)
        return q, q * (1 - q) / np.maximum(n - 1, 1) * (n > 1)

    def best(self, *, sign: int, mu: float) -> Witness:
        """Return a history that maximises sign (O - E) - mu V."""
        useful = max(1, min(self.visits, sum(self.events)))
        values = [self._step(sign, mu, self.events, None)]  # by state, the last visit alone
        for _ in range(useful - 2):
            following = self._all_steps(sign, mu, values[-1])
            if np.array_equal(following, values[-1]):
                break  # more visits would stay empty
            values.append(following)
        state, states = (0, 0), [(0, 0)]
        for value in reversed(values) if useful > 1 else ():
            gain = self._from(sign, mu, state) + value[state[0]:, state[1]:]
            place = np.unravel_index(int(gain.argmax()), gain.shape)
            state = state[0] + int(place[0]), state[1] + int(place[1])
            states.append(state)
        states.append(self.events)
        moves = np.diff(np.array(states), axis=0)
        empty = self.visits - len(moves)
        return tuple(tuple(map(int, arm)) + (0,) * empty for arm in moves.T)

    def _score(self, sign: int, mu: float, n1, n2, d1, d2) -> np.ndarray:
        excess, variance = visit_terms(n1, n2, d1, d2)
        return sign * excess - mu * variance

    def _step(self, sign: int, mu: float, to: tuple[int, int], _) -> np.ndarray:
        """Return the score of going from every state straight to `to`."""
        r1, r2 = np.indices((self.events[0] + 1, self.events[1] + 1))
        return self._score(sign, mu, self.sizes[0] - r1, self.sizes[1] - r2, to[0] - r1, to[1] - r2)

    def _from(self, sign: int, mu: float, state: tuple[int, int]) -> np.ndarray:
        """Return the score of going from `state` straight to every later state."""
        d1, d2 = np.indices((self.events[0] - state[0] + 1, self.events[1] - state[1] + 1))
        return self._score(sign, mu, self.sizes[0] - state[0], self.sizes[1] - state[1], d1, d2)

    def _all_steps(self, sign: int, mu: float, value: np.ndarray) -> np.ndarray:
        """Return, by state, the best score of one more visit before those of `value`."""
        x1, x2 = self.events
        q, c = self._risk
        n = self.sizes[0] + self.sizes[1] - np.add.outer(np.arange(x1 + 1), np.arange(x2 + 1))
        linear, square = sign * q + mu * n * c, mu * c
        ahead = value + sign * np.arange(x1 + 1)[:, None]
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
        return out - sign * np.arange(x1 + 1)[:, None]

    def terms(self, history: Witness) -> tuple[float, float]:
        """Return (O - E, V) of a history, from exact fractions."""
        excess, variance = logrank_exact(*history, sizes=self.sizes)
        return float(excess), float(variance)


def make_paths(*, sizes: Sequence[int], events: Sequence[int], visits: int) -> Paths:
    """Return the paths of two arms; see `Paths`."""
    return Paths(tuple(sizes), tuple(events), visits)
