"""The numbers of subjects that an order statistic picks from in, how many subjects lie near it out.

A median, a limit between order statistics or a Hodges-Lehmann shift is one of a list of candidates:
the subjects' own numbers, the means of all pairs, or all differences between two groups. How many
subjects have a candidate between two ends says whether what is known to lie there could be one's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

NORMAL = 1.349  # distance of the quartiles of a normal distribution, in its SDs
MOST_DECIMALS = 4  # numbers with more are taken as continuous


@dataclass(frozen=True)
class Among:
    """Candidates `factor` * (one + other); `one` has a number a subject, in any order.

    `other` is 0 for the subjects' own numbers, `one` again for the means of pairs, or the second
    group's numbers with their sign turned. With `base` the candidates are powers of it.
    """

    one: np.ndarray
    other: np.ndarray
    factor: float = 1.0
    base: float = 0.0

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

    def step(self) -> float:
        """Distance between neighbouring candidates by the decimals of the numbers; 0 if they have many.

        Whole numbers lie 1 apart (their pairs' means 1/2) even where all of a sample end in 0: what
        it is goes by how numbers are written, not by which of them occur.
        """
        numbers = np.concatenate([self.one, self.other])
        for decimals in range(MOST_DECIMALS + 1):
            units = numbers * 10.0**decimals
            if (np.abs(units - np.round(units)) <= 1e-6).all():
                return abs(self.factor) * 10.0**-decimals
        return 0.0

    def spread(self) -> float:
        """SD of `one` by its quartiles, which no outlier moves; the SD itself where these are equal."""
        if len(self.one) < 2:
            return 0.0
        low, high = np.quantile(self.one, [0.25, 0.75])
        return float(high - low) / NORMAL or float(np.std(self.one))


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
