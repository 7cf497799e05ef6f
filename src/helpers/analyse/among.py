"""The numbers of subjects that an order statistic picks from in, how many subjects lie near it out.

A median, a limit between order statistics or a Hodges-Lehmann shift is one of a list of candidates:
the subjects' own numbers, the means of all pairs, or all differences between two groups. How many
subjects have a candidate between two ends says whether what is known to lie there could be one's,
and `width` how far apart the ends are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

NORMAL = 1.349  # distance of the quartiles of a normal distribution, in its SDs
MOST_DECIMALS = 4  # numbers with more are taken as continuous
FULL = 1.5  # times the threshold: subjects in a cell in the middle of a normal distribution
LEVELS = 4  # steps of a score in a cell at the least: of two the neighbour would tell which
PEAK = 0.4  # height of the standard normal density
STEPS = (1, 2, 5, 10)
NOISE = 1e-9  # of a width: how far two ways to compute one number may differ
DIGITS = 12  # of the largest number: what differs in later ones is noise of the computation


@dataclass(frozen=True)
class Among:
    """Candidates `factor` * (one + other); `one` has a number a subject, in any order.

    `other` is 0 for the subjects' own numbers, `one` again for the means of pairs, or the second
    group's numbers with their sign turned. With `base` the candidates are powers of it. `apart`: how far
    two neighbouring levels of the scale lie apart at the most, where it is known beforehand (0: not).
    """

    one: np.ndarray
    other: np.ndarray
    factor: float = 1.0
    base: float = 0.0
    apart: float = 0.0

    @property
    def own(self) -> bool:
        """Whether a candidate is one subject's number, and not made of two."""
        return len(self.other) == 1 and not self.other.any()

    def subjects_between(self, low: float, high: float) -> int:
        """Subjects of `one` with a candidate in [`low`, `high`), on the scale without `base`."""
        partners = np.sort(self.other)
        first = np.searchsorted(partners, low / self.factor - self.one, side="left")
        last = np.searchsorted(partners, high / self.factor - self.one, side="left")
        return int((first < last).sum())

    @cached_property
    def step(self) -> float:
        """Distance between neighbouring candidates; 0 where the subjects' numbers are all one.

        That of the levels that occur: a score in fives has steps of 5, though it is written in ones.
        Of unequal steps it is the lower quartile, which one value between two levels doesn't move; of
        subjects' own numbers half their spread at most, as two far levels are no step.
        It is at least what the decimals allow: whole numbers lie 1 apart (their pairs' means 1/2). Of a
        scale whose levels are known it is the largest of theirs, whatever occurs.
        """
        if self.apart:
            return abs(self.factor) * self.apart
        levels = [np.unique(np.round(x / self._size, DIGITS)) for x in (self.one, self.other)]
        gaps = np.concatenate([np.diff(found) for found in levels])
        typical = _quantile(np.sort(gaps), 0.25) * self._size if len(gaps) else 0.0
        typical = min(typical, self.spread / 2) if self.own else typical
        return abs(self.factor) * max(typical, self._written())

    @cached_property
    def _size(self) -> float:
        """What numbers are measured by: the largest; two that differ by its noise are one level."""
        return float(max(np.abs(self.one).max(), np.abs(self.other).max())) or 1.0

    def _written(self) -> float:
        """Distance between neighbouring numbers by their decimals; 0 if they have many."""
        numbers = np.concatenate([self.one, self.other])
        for decimals in range(MOST_DECIMALS + 1):
            units = numbers * 10.0**decimals
            if (np.abs(units - np.round(units)) <= 1e-6).all():
                return 10.0**-decimals
        return 0.0

    @cached_property
    def spread(self) -> float:
        """SD of `one` by its quartiles, which no outlier moves; the SD itself where these are equal."""
        if len(self.one) < 2:
            return 0.0
        ordered = np.sort(self.one)
        return (_quantile(ordered, 0.75) - _quantile(ordered, 0.25)) / NORMAL or float(
            np.std(self.one)
        )


def _quantile(ordered: np.ndarray, share: float) -> float:
    """What numpy's quantile gives of ordered numbers, to the bit, for a tenth of its time."""
    place = (len(ordered) - 1) * share
    low, part = int(place), place - int(place)
    below, above = float(ordered[low]), float(ordered[min(low + 1, len(ordered) - 1)])
    gap = above - below
    return above - gap * (1 - part) if part >= 0.5 else below + gap * part


def own_values(values: Sequence[float]) -> Among:
    """The candidates of an order statistic: the values themselves, one a subject."""
    return Among(np.asarray(values, dtype=float), np.zeros(1))


def pair_means(values: Sequence[float]) -> Among:
    """The Walsh averages: the means of all pairs, each subject paired with itself too."""
    values = np.asarray(values, dtype=float)
    return Among(values, values, factor=0.5)


def differences(a: Sequence[float], b: Sequence[float]) -> Among:
    """All differences a - b between two groups; `one` is the smaller, whose subjects count."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return Among(a, -b) if len(a) <= len(b) else Among(-b, a)


def width(among: Among, threshold: int) -> float:
    """The width of a sample's cells; 0 where all its numbers are the same.

    Of the subjects' own numbers a cell in the middle holds about 1.5 thresholds of n subjects. Where
    a candidate is made of two subjects, it holds candidates of nearly all: a cell of one to two
    partners is wide enough. No cell is narrower than `LEVELS` of the steps that occur.
    """
    subjects = len(among.one)
    spread = among.spread
    if not spread or not math.isfinite(spread):
        return 0.0
    wanted = FULL * threshold if among.own else FULL
    least = max(wanted * spread / (PEAK * subjects), LEVELS * among.step)
    power = 10.0 ** math.floor(math.log10(least))
    return next(step for step in STEPS if step * power >= least * (1 - NOISE)) * power
