"""Two medians of n pairs, integer bounds and "all increased" go in; attainable ranges come out.

Exact, without sampling, for every statistic of the changes that no larger change can lower: the
mean, the median, the Hodges-Lehmann shift and both ends of its interval. The sign test and the
signed-rank test need no range: all changes being positive settles them.

*Argument.* Rank the baselines. With the two middle ones (one if n is odd) fixed at values that
give the median, those below lie anywhere from the lower bound to the middle, those above from
the middle to the upper bound; no further condition binds them. The same for the follow-up. So
each patient belongs to a pair of classes, and given the classes each change has its own least
and greatest value, free of the others; a monotone statistic is extreme where all are. What
remains is finite: the number of patients in each pair of classes (all tables with the class
sizes as margins) and the two lower middle values. The latter are searched by branch and bound
over boxes: widening the classes to all middle values of a box bounds the statistic there.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np

from helpers.errors import ImpossibleError

Box = tuple[tuple[int, int], tuple[int, int]]
Classes = list[tuple[int, int]]
Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Side:
    """One time point: its printed median and the whole numbers between which all values lie."""

    median: Fraction
    low: int
    high: int


@dataclass(frozen=True)
class PairedRange:
    """The exact range of one statistic of the changes, with a data set at either end.

    A witness is (baselines, follow-ups), paired by position; units are those of the bounds.
    """

    statistic: str
    n: int
    low: float
    high: float
    witness_low: tuple[tuple[int, ...], tuple[int, ...]]
    witness_high: tuple[tuple[int, ...], tuple[int, ...]]


def walsh_averages(changes: np.ndarray) -> np.ndarray:
    """Return the sorted averages of all pairs (each value with itself too), by row of changes."""
    i, j = np.triu_indices(changes.shape[1])
    return np.sort((changes[:, i] + changes[:, j]) / 2, axis=1)


def signed_rank_cut(n: int, *, level: float = 0.95) -> int:
    """Return k: the interval runs from the k-th smallest to the k-th largest Walsh average.

    k is the least number with P(signed-rank statistic <= k) above (1 - level) / 2, at least 1.
    Source: Hollander, Wolfe & Chicken 2014, Nonparametric Statistical Methods, section 3.3.
    """
    ways = np.zeros(n * (n + 1) // 2 + 1, dtype=object)
    ways[0] = 1
    for rank in range(1, n + 1):
        ways[rank:] = ways[rank:] + ways[: ways.size - rank]
    below = itertools.accumulate(ways)
    tail = 2**n * (1 - level) / 2
    return max(1, next(k for k, count in enumerate(below) if count > tail))


def _walsh_rank(rank: int) -> Statistic:
    return lambda changes: walsh_averages(changes)[:, rank]


def statistics(n: int, *, level: float = 0.95) -> dict[str, Statistic]:
    """Return the monotone statistics by name; each takes changes (data sets, n)."""
    cut = signed_rank_cut(n, level=level)
    return {
        "mean change": lambda changes: changes.mean(axis=1),
        "median change": lambda changes: np.median(changes, axis=1),
        "hodges-lehmann": lambda changes: np.median(walsh_averages(changes), axis=1),
        "hodges-lehmann lower": _walsh_rank(cut - 1),
        "hodges-lehmann upper": _walsh_rank(-cut),
    }


def check_side(*, name: str, median: str, n: int, bounds: tuple[int, int]) -> Side:
    """Return the side; raise ImpossibleError where whole numbers cannot have that median."""
    value, step = Fraction(median), Fraction(1, 2 - n % 2)
    low, high = bounds
    if (value / step).denominator != 1 or not low <= value <= high:
        below = min(max(math.floor(value / step) * step, Fraction(low)), Fraction(high))
        above = min(below + step, Fraction(high))
        raise ImpossibleError(
            f"{name}: expected a median of {n} whole numbers from {low} to {high}, found {median}; "
            f"the nearest possible are {float(below):g} and {float(above):g}"
        )
    return Side(value, low, high)


def _middles(side: Side, n: int) -> tuple[int, int]:
    """Return the range of the lower middle value (a single one if n is odd)."""
    twice = int(2 * side.median)
    if n % 2:
        return twice // 2, twice // 2
    return max(side.low, twice - side.high), twice // 2


def _classes(side: Side, n: int, middle: tuple[int, int]) -> Classes:
    """Return the interval of each rank class, the lower middle value lying in `middle`."""
    if n % 2:
        return [(side.low, middle[1]), middle, (middle[0], side.high)]
    twice = int(2 * side.median)
    upper = twice - middle[1], twice - middle[0]
    return [(side.low, middle[1]), middle, upper, (upper[0], side.high)]


@lru_cache(maxsize=8)
def _tables(n: int) -> np.ndarray:
    """Return all ways to pair the rank classes, shape (ways, n): each patient's pair number."""
    half = (n - 1) // 2
    sizes = (half, 1, half) if n % 2 else (half, 1, 1, half)
    classes = len(sizes)

    def rows(left: tuple[int, ...], size: int) -> Iterator[tuple[int, ...]]:
        choices = itertools.product(*(range(min(k, size) + 1) for k in left))
        return (row for row in choices if sum(row) == size)

    partial: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((), sizes)]
    for size in sizes:
        partial = [
            (cells + row, tuple(a - b for a, b in zip(left, row, strict=True)))
            for cells, left in partial
            for row in rows(left, size)
        ]
    pairs = np.arange(classes * classes)
    return np.array([np.repeat(pairs, cells) for cells, _ in partial])


def _changes(before: Classes, after: Classes, least: int, sign: int) -> np.ndarray:
    """Return the least (sign -1) or greatest change of each pair of classes; NaN if none."""
    pairs = itertools.product(before, after)
    ends = [(f[1] - b[0], f[1] - b[0] if sign > 0 else max(least, f[0] - b[1])) for b, f in pairs]
    return np.array([change if top >= least else np.nan for top, change in ends])


class _Search:
    """Branch and bound for one statistic and one direction."""

    def __init__(self, sides, n: int, statistic: Statistic, least: int, sign: int):
        self.sides, self.n, self.least, self.sign = sides, n, least, sign
        self.statistic, self.tables = statistic, _tables(n)

    def bound(self, box: Box) -> tuple[float, int]:
        """Return (best sign x statistic over the box, its table); -inf where none is possible."""
        both = (_classes(side, self.n, m) for side, m in zip(self.sides, box, strict=True))
        changes = _changes(*both, self.least, self.sign)[self.tables]
        possible = np.flatnonzero(~np.isnan(changes).any(axis=1))
        if not possible.size:
            return -math.inf, -1
        values = self.sign * self.statistic(changes[possible])
        return float(values.max()), int(possible[values.argmax()])

    def run(self) -> tuple[float, Box, int]:
        """Return (sign x best value, box of a single point, table)."""
        start = tuple(_middles(side, self.n) for side in self.sides)
        best = -math.inf, start, -1
        queue = [(-self.bound(start)[0], start)]
        while queue and -queue[0][0] > best[0]:
            _, box = heapq.heappop(queue)
            corner = tuple((m[1], m[1]) for m in box)
            value, table = self.bound(corner)
            best = max(best, (value, corner, table), key=lambda item: item[0])
            for part in _split(box):
                value, table = self.bound(part)
                if value > best[0] and all(m[0] == m[1] for m in part):
                    best = value, part, table
                elif value > best[0]:
                    heapq.heappush(queue, (-value, part))
        return best


def _split(box: Box) -> list[Box]:
    """Return the halves of the box along its longer side; a single point has none."""
    axis = max((0, 1), key=lambda k: box[k][1] - box[k][0])
    low, high = box[axis]
    if low == high:
        return []
    middle = (low + high) // 2
    parts = ((low, middle), (middle + 1, high))
    return [(part, box[1]) if axis == 0 else (box[0], part) for part in parts]


def _witness(search: _Search, box: Box, table: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return (baselines, follow-ups) that reach the extreme."""
    both = (_classes(side, search.n, m) for side, m in zip(search.sides, box, strict=True))
    pairs = list(itertools.product(*both))
    found = []
    for pair in search.tables[table]:
        (b_low, b_high), (f_low, f_high) = pairs[pair]
        if search.sign > 0:
            found.append((b_low, f_high))
            continue
        b = b_high if f_low - b_high >= search.least else max(b_low, f_low - search.least)
        found.append((b, max(f_low, b + search.least)))
    before, after = zip(*found, strict=True)
    return before, after


def attainable_paired(
    *,
    n: int = 12,
    medians: tuple[str, str] = ("10.5", "207.5"),
    before: tuple[int, int] = (0, 100),
    after: tuple[int, int] = (0, 600),
    increase_at_least: int = 1,
    level: float = 0.95,
) -> dict[str, PairedRange]:
    """Return the exact range of each statistic of the changes, by name (see `statistics`).

    `medians` are as printed, before and after; `before` and `after` bound all values (whole
    numbers, ends included); every patient increases by `increase_at_least` or more.
    Raises ImpossibleError where no whole numbers fit.
    """
    both = zip(("baseline", "follow-up"), medians, (before, after), strict=True)
    sides = [check_side(name=name, median=m, n=n, bounds=b) for name, m, b in both]
    return {
        name: _range(name, sides, n, statistic, increase_at_least)
        for name, statistic in statistics(n, level=level).items()
    }


def _range(name: str, sides: list[Side], n: int, statistic: Statistic, least: int) -> PairedRange:
    ends = []
    for sign in (-1, 1):
        search = _Search(sides, n, statistic, least, sign)
        value, box, table = search.run()
        if table < 0:
            raise ImpossibleError(
                f"paired data: expected {n} pairs that each rise by {least} or more between the "
                f"bounds, found none; widen the bounds of the follow-up (now {sides[1].low} to "
                f"{sides[1].high})"
            )
        ends.append((sign * value, _witness(search, box, table)))
    (low, witness_low), (high, witness_high) = ends
    return PairedRange(name, n, low, high, witness_low, witness_high)
