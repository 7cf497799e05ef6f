"""A printed mean and SD of n whole numbers go in; the sums and squares that print them come out.

Scores are whole numbers, or means of `items` whole-number items: then everything is counted in
items. Exact integers decide; means and SDs are taken as rounded, never as cut off. GRIM: Brown &
Heathers 2017; GRIMMER: Anaya 2016, PeerJ Preprints 4:e2400v1; SD with n - 1. A sum that passes is no
proof that data exist; with a scale `samples` lists them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from helpers.audit.effort import spend
from helpers.audit.printed import Printed, interval

ROUNDED = ("half-up", "half-even")


@dataclass(frozen=True)
class Score:
    """What is known of the scores: n of them, each `items` whole numbers averaged, on a scale."""

    n: int
    items: int = 1
    low: int | None = None
    high: int | None = None

    @property
    def ends(self) -> tuple[int | None, int | None]:
        """The smallest and largest score, counted in items."""
        return tuple(None if end is None else end * self.items for end in (self.low, self.high))


def sums(mean: Printed, score: Score, rounding: str) -> range:
    """Return the totals, counted in items, whose mean is printed so."""
    count = score.n * score.items
    low, high, low_in, high_in = interval(mean, rounding)
    first = math.ceil(low * count) if low_in else math.floor(low * count) + 1
    last = math.floor(high * count) if high_in else math.ceil(high * count) - 1
    low, high = score.ends
    first = first if low is None else max(first, low * score.n)
    last = last if high is None else min(last, high * score.n)
    return range(first, last + 1)


def squares(
    total: int, sd: Printed, score: Score, rounding: str, *, of_mean: bool = False
) -> range:
    """Return the range of sums of squares, counted in items, with this total and the printed SD.

    `of_mean`: what is printed is the standard error, the SD over the root of n.
    """
    n, items = score.n, score.items
    parts = (n - 1) * n if of_mean else n - 1
    half = sd.unit / 2
    low, high = max(Fraction(0), sd.value - half) * items, (sd.value + half) * items
    centre = Fraction(total * total, n)
    first, last = centre + low**2 * parts, centre + high**2 * parts
    start, stop = math.ceil(first), math.floor(last)
    even = (sd.value / sd.unit) % 2 == 0
    if last == stop and (rounding == "half-up" or not even):
        stop -= 1
    if first == start and rounding == "half-even" and not even and sd.value:
        start += 1
    return range(start, stop + 1)


def squares_possible(total: int, found: range, score: Score) -> Iterator[int]:
    """Yield those of some sums of squares that n whole numbers on the scale with this sum can have.

    Necessary conditions: equal parity, at least the squares of the most even numbers, at most those
    of the ends of the scale.
    """
    n, (low, high) = score.n, score.ends
    whole, rest = divmod(total, n)
    least = max(found.start, (n - rest) * whole**2 + rest * (whole + 1) ** 2)
    most = found.stop
    if low is not None and high is not None:
        most = min(most, (low + high) * total - n * low * high + 1)
    for square in range(least + (least - total) % 2, most, 2):
        gap = 2 * square - total**2  # of two patients (a - b)²
        spend()
        if n != 2 or math.isqrt(gap) ** 2 == gap:
            yield square


def pairs(
    mean: Printed, sd: Printed, score: Score, rounding: str, *, of_mean: bool = False
) -> Iterator[tuple[int, int]]:
    """Yield every (sum, sum of squares) that can print this mean and this SD (`squares`), in order."""
    for total in sums(mean, score, rounding):
        spend(5)
        found = squares(total, sd, score, rounding, of_mean=of_mean)
        yield from ((total, square) for square in squares_possible(total, found, score))
