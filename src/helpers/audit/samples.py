"""A mean, an SD, n and a scale go in; every sample of whole numbers that prints them comes out.

A sample is how often each value of the scale occurs; order does not matter. Values are placed from
the ends of the scale inwards, and a part that can no longer reach the sum and the squares is
dropped (the squares of what is left lie between those of equal numbers and those of the ends); the
last two values follow from the sum. Nothing is sampled at random. After CLOSURE (Wallrich, Alsalti
& others, unsum), which lists the samples themselves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.audit.printed import Printed
from helpers.audit.progress import Progress
from helpers.audit.whole_numbers import Score, squares, sums
from helpers.errors import AnalysisError

MOST = 1_000_000  # parts of samples held at a time
TRIED = 8_000_000  # parts looked at in all: some seconds
PART = 200_000


@dataclass(frozen=True)
class Samples:
    """All samples: `counts`, one row a sample, one column a value of `values`."""

    values: tuple[int, ...]
    counts: np.ndarray

    def __len__(self) -> int:
        return len(self.counts)

    def medians(self) -> tuple[float, float]:
        """Return the smallest and largest median."""
        n = int(self.counts[0].sum())
        reached = self.counts.cumsum(axis=1)
        ends = [np.array(self.values)[(reached > k).argmax(axis=1)] for k in ((n - 1) // 2, n // 2)]
        middle = (ends[0] + ends[1]) / 2
        return float(middle.min()), float(middle.max())

    def shares_from(self, cut: int) -> tuple[float, float]:
        """Return the smallest and largest share of values of `cut` or more."""
        n = int(self.counts[0].sum())
        above = self.counts[:, np.array(self.values) >= cut].sum(axis=1)
        return float(above.min()) / n, float(above.max()) / n


def all_samples(mean: Printed, sd: Printed, score: Score, rounding: str) -> Samples:
    """Return every sample that prints this mean and this SD; none is an empty table.

    `score` needs a scale. Values are counted in items. Raises AnalysisError where more than
    a million parts of samples would have to be held, or 8 million looked at.
    """
    low, high = score.ends
    if low is None or high is None:
        raise AnalysisError("samples: expected a scale [low, high], found none; give it")
    values = tuple(range(low, high + 1))
    bounds = sums_and_squares(mean, sd, score, rounding)
    if not bounds:
        return Samples(values, np.zeros((0, len(values)), dtype=np.int64))
    return Samples(values, _Search(values, score.n, bounds).run())


def sums_and_squares(
    mean: Printed, sd: Printed, score: Score, rounding: str
) -> dict[int, tuple[int, int]]:
    """Return every sum that prints the mean, with the least and largest sum of squares that print the SD."""
    bounds = {t: squares(t, sd, score, rounding) for t in sums(mean, score, rounding)}
    return {t: (r.start, r.stop - 1) for t, r in bounds.items() if len(r)}


@dataclass
class _Search:
    """Places values from the ends of the scale inwards; parts are rows of counts."""

    values: tuple[int, ...]
    n: int
    bounds: dict[int, tuple[int, int]]
    tried: int = 0

    def run(self) -> np.ndarray:
        """Return all samples."""
        order, inner = self._order()
        parts = np.zeros((1, 0), dtype=np.int64)
        with Progress("samples", len(order)) as progress:
            for step in range(len(order)):
                parts = self._place(parts, order[: step + 1], order[step + 1 :] + inner)
                progress.step()
        return self._finish(parts, order, inner)

    def _order(self) -> tuple[list[int], list[int]]:
        """Return the values to place one by one, outermost first, and the last two (or one)."""
        left, order = list(self.values), []
        while len(left) > 2:
            order.append(left.pop(0) if len(order) % 2 == 0 else left.pop())
        return order, left

    def _place(self, parts: np.ndarray, placed: list[int], left: list[int]) -> np.ndarray:
        """Return the parts with every count of one more value that can still reach the goal."""
        kept, size = [], 0
        for chunk in np.array_split(parts, max(1, len(parts) * (self.n + 1) // PART)):
            room = self.n - chunk.sum(axis=1)
            rows = np.repeat(np.arange(len(chunk)), room + 1)
            starts = np.repeat(np.cumsum(room + 1) - (room + 1), room + 1)
            self.tried += len(rows)
            grown = np.column_stack([chunk[rows], np.arange(len(rows)) - starts])
            grown = grown[self._reaches(grown, placed, left)]
            kept.append(grown)
            size += len(grown)
            if size > MOST or self.tried > TRIED:
                raise AnalysisError(
                    f"samples: expected at most {MOST:,} parts of samples to hold and {TRIED:,} to "
                    "look at, found more; the mean and SD allow too many samples to list"
                )
        return np.concatenate(kept)

    def _reaches(self, parts: np.ndarray, placed: list[int], left: list[int]) -> np.ndarray:
        """Return which parts leave a sum and squares that the other values can still make up."""
        rest = self.n - parts.sum(axis=1)
        done, square = parts @ np.array(placed), parts @ np.array(placed) ** 2
        first, last = min(left), max(left)
        fits = np.zeros(len(parts), dtype=bool)
        for total, (low, high) in self.bounds.items():
            need = total - done
            most = (first + last) * need - rest * first * last
            # n q >= s² for the values that are left, in whole numbers
            least_fits = need * need <= rest * (high - square)
            fits |= (
                (need >= rest * first) & (need <= rest * last) & least_fits & (most >= low - square)
            )
        return fits

    def _finish(self, parts: np.ndarray, order: list[int], inner: list[int]) -> np.ndarray:
        """Return whole samples: the last two values follow from the sum."""
        rest = self.n - parts.sum(axis=1)
        done, square = (
            parts @ np.array(order, dtype=np.int64),
            parts @ np.array(order, dtype=np.int64) ** 2,
        )
        found = []
        for total, (low, high) in self.bounds.items():
            need = total - done
            upper = need - rest * inner[0] if len(inner) == 2 else np.zeros_like(rest)
            lower = rest - upper
            sum_fits = lower * inner[0] + upper * inner[-1] == need
            squares_ = square + lower * inner[0] ** 2 + upper * inner[-1] ** 2
            fits = sum_fits & (lower >= 0) & (upper >= 0) & (squares_ >= low) & (squares_ <= high)
            ends = [lower[fits], upper[fits]][: len(inner)]
            found.append(np.column_stack([parts[fits], *ends]))
        rows = np.concatenate(found)
        return rows[:, np.argsort([*order, *inner], kind="stable")]
