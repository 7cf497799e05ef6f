"""One arm's events, losses and printed curve end go in; random histories that end there come out.

With r at risk just before a loss, the curve's end times n over those left at the end is the product
of r/(r - 1) over the losses, so its logarithm is a sum along the history. By state (events, lost,
that sum on a grid) the chance of ending as printed follows backwards from the last visit; a history
is drawn forwards by these chances. The grid lets a few more through than print, so who draws tests
the exact end. Nothing here is rejected on the way, however rare the printed end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import special

from helpers.audit.effort import spend
from helpers.errors import AnalysisError
from helpers.possible.dropout import SLACK, Arm, ends_as_printed

FINE = 4  # grid steps of a printed window, for every visit after which somebody may be lost
LEAST = 64  # grid steps at least
MOST = 400  # and at most: a window narrower than a step lets more through
CELLS = 60_000_000  # of all chances together: half a GB
ROUNDS = 200
SPARE = 1000  # draws beyond those expected to do, so that few rounds are small ones

Ways = np.ndarray  # shape (lost, events, grid)
Table = tuple[np.ndarray, np.ndarray]  # events and lost, shape (histories, visits)


def split_chances(total: int, parts: int, *, weighted: bool) -> np.ndarray:
    """Return the chance of going from i to j of `total` in the first of so many parts, by (i, j).

    Weighted the rest falls into the parts one by one, each part alike (binomial); else all ways to
    share it out are equally likely.
    """
    i, j = np.indices((total + 1, total + 1))
    left, taken = total - i, j - i
    rest = left - taken
    possible = (taken >= 0) & (rest == 0 if parts == 1 else rest >= 0)
    if parts == 1:
        return possible.astype(float)
    taken, rest = np.where(possible, taken, 0), np.where(possible, rest, 0)
    if weighted:
        logs = special.gammaln(left + 1) - special.gammaln(taken + 1) - special.gammaln(rest + 1)
        logs += rest * math.log1p(-1 / parts) - taken * math.log(parts)
    else:
        logs = _log_ways(rest, parts - 1) - _log_ways(left, parts)
    return np.where(possible, np.exp(logs), 0.0)


def _log_ways(total: np.ndarray, parts: int) -> np.ndarray:
    return (
        special.gammaln(total + parts) - special.gammaln(total + 1) - special.gammaln(float(parts))
    )


@dataclass(frozen=True)
class Conditioned:
    """An arm of `size` with `events` and `lost` at `visits`, whose event curve ends in `percent`.

    Somebody must be left at the end (`size` above events and lost together).
    """

    size: int
    events: int
    lost: int
    visits: int
    percent: tuple[float, float]
    weighted: bool

    @cached_property
    def window(self) -> tuple[float, float]:
        """The ends of the sum of the losses' logarithms."""
        left = (self.size - self.events - self.lost) / self.size
        low, high = self.percent
        ends = [1 - (high + SLACK) / 100, 1 - (low - SLACK) / 100]
        return tuple(math.log(end / left) if end > 0 else -math.inf for end in ends)

    @cached_property
    def jumps(self) -> int:
        """After how many visits somebody may be lost."""
        return min(self.lost, self.visits - 1)

    @cached_property
    def scale(self) -> float:
        """Grid steps of one unit of the sum."""
        low, high = max(self.window[0], 0.0), max(self.window[1], 1e-12)
        steps = FINE * max(self.jumps, 1) * high / max(high - low, 1e-12)
        return min(max(steps, LEAST), MOST) / high

    @cached_property
    def ends(self) -> tuple[int, int]:
        """The first and last place of the grid from which the printed end may be had."""
        low, high = (max(end, 0.0) * self.scale for end in self.window)
        room = self.jumps / 2
        return max(0, math.floor(low - room)), math.ceil(high + room)

    @property
    def cells(self) -> int:
        """How many chances its tables hold."""
        ways = (self.lost + 1) * (self.events + 1) * (self.ends[1] + 1)
        return self.visits * (2 * ways + (self.events + 1) ** 2)

    @cached_property
    def event_steps(self) -> list[np.ndarray]:
        """By visit: the chance of going from i to j events at it."""
        return self._steps(self.events, self.visits)

    @cached_property
    def loss_steps(self) -> list[np.ndarray]:
        """By gap: the chance of going from i to j lost in it."""
        return self._steps(self.lost, self.visits - 1)

    def _steps(self, total: int, parts: int) -> list[np.ndarray]:
        return [split_chances(total, parts - k, weighted=self.weighted) for k in range(parts)]

    def _jump(self, events, lost, gone: int) -> np.ndarray:
        """Return the grid steps of losing `gone` more."""
        risk = self.size - np.asarray(events) - lost
        return np.rint(self.scale * np.log(risk / (risk - gone))).astype(int)

    @cached_property
    def _chances(self) -> tuple[list[Ways], list[Ways]]:
        """The chances of ending as printed before and after every visit's events, by state."""
        last = np.zeros((self.lost + 1, self.events + 1, self.ends[1] + 1))
        last[self.lost, self.events, self.ends[0] :] = 1.0
        before, after = [], [last]
        for visit in range(self.visits - 1, -1, -1):
            before.append(self.event_steps[visit] @ after[-1])
            if visit:
                after.append(self._gap(visit - 1, before[-1]))
        return before[::-1], after[::-1]

    @property
    def before(self) -> list[Ways]:
        """By visit: the chance of ending as printed from a state before the visit."""
        return self._chances[0]

    @property
    def after(self) -> list[Ways]:
        """By visit: the same from a state after its events, before anybody is lost."""
        return self._chances[1]

    def _gap(self, gap: int, before: Ways) -> Ways:
        """Return the chances before a gap from those after it."""
        out, grid = np.zeros_like(before), before.shape[2]
        for lost in range(self.lost + 1):
            for goal in range(lost, self.lost + 1):
                step = self._jump(np.arange(self.events + 1), lost, goal - lost)
                place = np.arange(grid) + step[:, None]
                found = np.take_along_axis(before[goal], np.minimum(place, grid - 1), axis=1)
                out[lost] += self.loss_steps[gap][lost, goal] * np.where(place < grid, found, 0.0)
        return out

    @cached_property
    def chance(self) -> float:
        """The chance that a history of these events and losses ends so, by the grid."""
        if self.window[1] < 0 or (self.lost and self.visits == 1):
            return 0.0
        return float(self.before[0][0, 0, 0])

    def draw(self, rng: np.random.Generator, draws: int) -> tuple[np.ndarray, np.ndarray]:
        """Return (events, lost), shape (draws, visits), of histories that end so by the grid."""
        events, lost = np.zeros((2, draws, self.visits), dtype=np.int64)
        state = np.zeros((3, draws), dtype=np.int64)  # events, lost, place on the grid
        for visit in range(self.visits):
            goal = self._events(rng, visit, state)
            events[:, visit] = goal - state[0]
            state[0] = goal
            if visit < self.visits - 1 and self.lost:
                gone = self._losses(rng, visit, state)
                lost[:, visit] = gone
                for k in np.unique(gone[gone > 0]):
                    here = gone == k
                    state[2, here] += self._jump(state[0, here], state[1, here], int(k))
                    state[1, here] += k
        return events, lost

    def _events(self, rng, visit: int, state: np.ndarray) -> np.ndarray:
        """Return the events after a visit; those who stand alike are drawn together."""
        ahead = self.after[visit].transpose(1, 0, 2).reshape(self.events + 1, -1)
        column = state[1] * self.after[visit].shape[2] + state[2]
        small = np.uint16 if self.events < 2**16 else np.int64  # two bytes are sorted by counting
        order = np.argsort(state[0].astype(small), kind="stable")
        starts, first = np.unique(state[0][order], return_index=True)
        out = np.empty_like(state[0])
        for start, here in zip(starts, np.split(order, first[1:]), strict=True):
            seen = np.bincount(column[here]) > 0
            kinds, kind = np.flatnonzero(seen), (np.cumsum(seen) - 1)[column[here]]
            chances = self.event_steps[visit][start, start:, None] * ahead[start:, kinds]
            out[here] = start + _pick(rng, chances, kind)
        return out

    def _losses(self, rng, gap: int, state: np.ndarray) -> np.ndarray:
        """Return how many are lost in a gap."""
        following = self.before[gap + 1]
        able = np.flatnonzero(state[1] < self.lost)
        events, lost, place = state[:, able]
        chances = np.zeros((self.lost + 1, len(able)))
        for gone in range(self.lost + 1):
            goal = lost + gone
            at = place + self._jump(events, lost, gone)
            inside = (goal <= self.lost) & (at < following.shape[2])
            goal, at = np.where(inside, goal, 0), np.where(inside, at, 0)
            step = self.loss_steps[gap][lost, goal] * following[goal, events, at]
            chances[gone] = np.where(inside, step, 0.0)
        total = chances.cumsum(axis=0)
        out = np.zeros_like(state[1])
        out[able] = (total <= rng.random(len(able)) * total[-1]).sum(axis=0)
        return out


def _pick(rng, chances: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Return a random row for every kind (column) asked for, by the chances of its column."""
    total = chances.cumsum(axis=0)
    flat = (total / total[-1] + np.arange(chances.shape[1])).T.ravel()
    found = np.searchsorted(flat, kind + rng.random(len(kind)), side="right")
    return found - kind * len(chances)


def conditioned(arm: Arm, *, visits: int, weighted: bool) -> list[Conditioned] | None:
    """Return the pairs of an arm; None where all may be gone at the end, or tables grow too large."""
    if any(events + lost >= arm.size for events, lost in arm.pairs):
        return None
    out = [Conditioned(arm.size, *pair, visits, arm.percent, weighted) for pair in arm.pairs]
    return out if sum(pair.cells for pair in out) <= CELLS else None


def sample_ending(
    rng: np.random.Generator, arm: Arm, pairs: list[Conditioned], ways: list[int], draws: int
) -> Table:
    """Return `draws` independent histories of an arm that end as printed: (events, lost).

    `ways`: how many histories (or assignments) every pair has, printing or not. Raises
    AnalysisError where the grid's histories hardly ever print.
    """
    spend(sum(pair.cells for pair in pairs) // 200)
    total = sum(ways)
    chances = np.array([way / total * pair.chance for way, pair in zip(ways, pairs, strict=True)])
    if not chances.any():
        raise AnalysisError(f"sampling: no history ends in {arm.percent}%; allow more lost")
    kept: list[Table] = []
    asked, found = 0, 0
    while found < draws and asked < ROUNDS * draws:
        size = draws if not found else int((draws - found) * asked / found * 1.1) + SPARE
        numbers = rng.multinomial(size, chances / chances.sum())
        parts = [pair.draw(rng, int(k)) for pair, k in zip(pairs, numbers, strict=True) if k]
        order = rng.permutation(size)
        events, lost = (np.concatenate(part)[order] for part in zip(*parts, strict=True))
        fits = ends_as_printed(arm, events, lost)
        kept.append((events[fits], lost[fits]))
        asked, found = asked + size, found + int(fits.sum())
    if found >= draws:
        return tuple(np.concatenate(part)[:draws] for part in zip(*kept, strict=True))
    raise AnalysisError(
        f"sampling: almost no history ends in {arm.percent}%; allow fewer lost or more decimals"
    )
