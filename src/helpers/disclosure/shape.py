"""How many events each patient of several groups had in, whether a negative binomial ratio tells of few out.

Groups are the arms, or their parts at a factor's levels. At a given shape of the rates the means of a group
go by its sum alone; the shape is where the slope of the likelihood is 0, and that slope is a sum over
patients of a number that goes by how many events each had. A print leaves an interval of shapes. So who
knows each group's size, who had an event, sum and squares has what `events_each` leaves, with the slope
above 0 at one end and below 0 at the other: a whole-number program over all groups at once. All of a group
are taken as watched for its mean time. Attacked by trying all ways in tests/test_disclosure_shape.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy import special

from helpers.analyse.count_models import LEAST, MOST
from helpers.analyse.estimate import Estimate
from helpers.disclosure.events_each import HIGHEST
from helpers.disclosure.printed import as_shown

Z = float(special.ndtri(0.975))
FINE = 1e-10  # widest interval in which an end of the shapes is sought, of its logarithm
SLACK = 1e-7  # of the largest coefficient: what the program takes for 0

Slope = Callable[[np.ndarray], np.ndarray]
Limit = tuple[list[Slope], float]  # by group; sign of the sum


@dataclass(frozen=True)
class Group:
    """Patients alike in arm and factors: how many events each had, mean time, row of the design."""

    events: tuple[int, ...]
    time: float
    row: tuple[float, ...]


def told(groups: Sequence[Group], *, arms: int, threshold: int) -> bool:
    """Whether the ratios of `arms` (columns 1 to arms - 1 of the design) tell of a group's few patients.

    That is: it is certain how many, 1 to `threshold` - 1, had some number of events, or more; or that they
    are few, which sums and squares leave open. Also where nothing can be fitted, and there is no ratio.
    """
    return _told(tuple(groups), arms, threshold)


@lru_cache(maxsize=256)  # a page asks several times
def _told(groups: tuple[Group, ...], arms: int, threshold: int) -> bool:
    model = _Model(groups, arms, threshold)
    if max(max(group.events) for group in groups) > HIGHEST or not model.fits():
        return True
    after = _Ways(groups, threshold, model.limits())
    return any(
        _of_group(_Ways([group], threshold, []), after, at) for at, group in enumerate(groups)
    )


def _of_group(before: _Ways, after: _Ways, at: int) -> bool:
    """Whether `after` the ratio some few of group `at` are certain; `before`: that group by itself."""
    had, threshold = np.array(before.groups[0].events), after.threshold
    many = ((0, 0), (threshold, np.inf))
    for level in range(2, had.max() + 1):
        for same in (np.equal, np.greater_equal):
            number = int(same(had, level).sum())
            if not 0 < number < threshold:
                continue
            if not after.any(at, same, level, ((0, number - 1), (number + 1, np.inf))):
                return True
            if before.any(0, same, level, many) and not after.any(at, same, level, many):
                return True
    return False


class _Model:
    """The regression of groups: what prints at a shape, and the slope of the likelihood."""

    def __init__(self, groups: tuple[Group, ...], arms: int, threshold: int):
        self.groups, self.arms, self.threshold = groups, arms, threshold
        self.sizes = np.array([len(group.events) for group in groups], dtype=float)
        self.sums = np.array([sum(group.events) for group in groups], dtype=float)
        self.time = np.array([group.time for group in groups])
        self.design = np.array([group.row for group in groups])

    def fits(self) -> bool:
        """Whether every column of the design has events, and none repeats others."""
        full = np.linalg.matrix_rank(self.design) == self.design.shape[1]
        used = all(self.sums[self.design[:, j] == x].sum() for j in range(1, self.design.shape[1])
                   for x in np.unique(self.design[:, j]))  # fmt: skip
        return bool(full and used and self._arms_with_events() and self.slope(min(LEAST)) > 0)

    def _arms_with_events(self) -> bool:
        reference = ~self.design[:, 1 : self.arms].any(axis=1)
        return bool(self.sums[reference].sum() > 0)

    def limits(self) -> list[Limit]:
        """Slopes by events of a group, and their sign: what is known of the numbers of patients."""
        if self.slope(MOST) >= 0:
            return [(self.slopes(MOST), 1.0)]
        low, high = math.log(min(LEAST)), math.log(MOST)
        own = math.exp(_last(lambda x: self.slope(math.exp(x)) > 0, low, high))
        there = self.printed(own)
        ends = []
        for end in (low, high):
            alike = self.printed(math.exp(end)) == there
            found = end if alike else _last(
                lambda x: self.printed(math.exp(x)) == there, math.log(own), end)  # fmt: skip
            ends.append(math.exp(found))
        return [(self.slopes(ends[0]), 1.0), (self.slopes(ends[1]), -1.0)]

    def fitted(self, shape: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Coefficients, mean of a patient of each group, covariance, by Newton's steps."""
        beta = np.zeros(self.design.shape[1])
        beta[0] = math.log(self.sums.sum() / (self.sizes @ self.time))
        for _ in range(100):
            mean = self.time * np.exp(self.design @ beta)
            weight = 1 + mean / shape
            known = (self.design * (self.sizes * mean / weight)[:, None]).T @ self.design
            step = np.linalg.solve(
                known, self.design.T @ ((self.sums - self.sizes * mean) / weight)
            )
            beta = beta + np.clip(step, -1, 1)
            if np.abs(step).max() < 1e-12:
                break
        return beta, mean, np.linalg.inv(known)

    def printed(self, shape: float) -> list[tuple]:
        """Every ratio of two arms as a page shows it."""
        beta, _, covariance = self.fitted(shape)
        out, unit = [], np.eye(len(beta))
        for a, b in combinations(range(self.arms), 2):
            contrast = unit[b] - (unit[a] if a else 0)
            value, error = float(contrast @ beta), math.sqrt(contrast @ covariance @ contrast)
            p = 2 * float(special.ndtr(-abs(value) / error))
            three = (math.exp(value + k * error) for k in (0.0, -Z, Z))
            made = Estimate(
                "negative binomial regression", "rate ratio", *three, p, int(self.sizes.sum())
            )
            shown = as_shown(made, "", None, threshold=self.threshold)[0]
            out.append((shown.value, shown.lower, shown.upper, shown.p_value))
        return out

    def slopes(self, shape: float) -> list[Slope]:
        """For each group the slope of the likelihood, by the number of events of a patient."""
        means = self.fitted(shape)[1]
        return [lambda k, m=mean: shape * (special.digamma(k + shape) - special.digamma(shape)
                                           - np.log1p(m / shape) + (m - k) / (m + shape))
                for mean in means]  # fmt: skip

    def slope(self, shape: float) -> float:
        """The slope of the likelihood at this shape: positive below its most likely one."""
        own = zip(self.slopes(shape), self.groups, strict=True)
        return float(sum(slope(np.array(group.events)).sum() for slope, group in own))


def _last(holds: Callable[[float], bool], first: float, end: float) -> float:
    """How far from `first`, where it holds, to `end`, where it does not, it still does."""
    while abs(end - first) > FINE:
        middle = (first + end) / 2
        first, end = (middle, end) if holds(middle) else (first, middle)
    return first


class _Ways:
    """The numbers of patients with 1, 2 ... events of each group that fit all that is known."""

    def __init__(self, groups: Sequence[Group], threshold: int, limits: Sequence[Limit]):
        self.groups, self.threshold = groups, threshold
        had = [np.array([n for n in group.events if n], dtype=int) for group in groups]
        self.levels = [np.arange(1, min(math.isqrt(int((o**2).sum())), HIGHEST) + 1) for o in had]
        self.most = max(len(own) for own in had)
        self.rows, self.low, self.high = [], [], []
        self._sums(had)
        self._no_few()
        for limit in limits:
            self._slope(limit, [len(g.events) - len(o) for g, o in zip(groups, had, strict=True)])
        self.found: list[np.ndarray] = []

    def any(
        self, at: int, same: Callable, level: int, spans: Iterable[tuple[float, float]]
    ) -> bool:
        """Whether those of group `at` with `level` events (or as `same` says) may be in one of `spans`."""
        mine = np.concatenate([same(k, level) & (i == at) for i, k in enumerate(self.levels)])
        spans = list(spans)
        return any(a <= way @ mine <= b for way in self.found for a, b in spans) or any(
            self._possible(mine, span) for span in spans)  # fmt: skip

    def _possible(self, mine: np.ndarray, span: tuple[float, float]) -> bool:
        from scipy.optimize import Bounds, LinearConstraint, milp

        of = np.append(mine, np.zeros(self.switches))
        low, high = np.append(self.low, span[0]), np.append(self.high, span[1])
        upper = np.append(np.full(len(mine), self.most), np.ones(self.switches))
        found = milp(np.zeros(len(of)), integrality=np.ones(len(of)), bounds=Bounds(0, upper),
                     constraints=LinearConstraint(np.vstack([*self.rows, of]), low, high))  # fmt: skip
        if found.status == 0:
            self.found.append(np.round(found.x[: len(mine)]))
        return found.status == 0

    def _sums(self, had: Sequence[np.ndarray]) -> None:
        """Who had an event, how many there were, and the sum of their squares."""
        for power in range(3):
            for at, own in enumerate(had):
                row = [k**power * (i == at) for i, k in enumerate(self.levels)]
                self._add(np.concatenate(row), float((own**power).sum()), float((own**power).sum()))

    def _no_few(self) -> None:
        """That of those with one event, and with several, there are none or `threshold`: by switches."""
        kinds = [(at, several) for at in range(len(self.levels)) for several in (False, True)]
        self.switches = len(kinds)
        rows = []
        for j, (at, several) in enumerate(kinds):
            row = np.concatenate(
                [((k > 1) == several) & (i == at) for i, k in enumerate(self.levels)]
            )
            rows += [(row, -self.threshold, j, 0.0, np.inf), (row, -self.most, j, -np.inf, 0.0)]
        self.rows = [np.append(row, np.zeros(self.switches)) for row in self.rows]
        for row, factor, j, low, high in rows:
            self.rows.append(np.append(row, factor * (np.arange(self.switches) == j)))
            self.low.append(low)
            self.high.append(high)

    def _slope(self, limit: Limit, without: Sequence[int]) -> None:
        slopes, sign = limit
        row = np.concatenate([slope(k) for slope, k in zip(slopes, self.levels, strict=True)])
        rest = sum(
            float(slope(np.zeros(1))[0]) * n for slope, n in zip(slopes, without, strict=True)
        )
        scale = np.abs(row).max() or 1.0
        row = np.append(sign * row / scale, np.zeros(self.switches))
        self._add(row, -sign * rest / scale - SLACK, np.inf)

    def _add(self, row: np.ndarray, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)
