"""Counts of subjects, shown and hidden, with what contains what in; what an outsider can deduce out.

The outsider knows every number shown, that a hidden one is small (or all but few), and which group
of subjects lies within which. The least and the largest value that all this leaves to a count, or
to a difference of two, are found by integer programming (HiGHS), so no way of reasoning is missed.

Source: the attacker's interval of secondary suppression, Hundepool et al., Statistical Disclosure
Control (Wiley 2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class Count:
    """How many of `n` subjects a group has: `shown`, or None.

    `small` says that a hidden one is known to be 1 to threshold - 1, or all but so many; else it
    was hidden for the sake of others, and may be anything. `off`: how far from what is shown it may
    be, where it was rounded.
    """

    n: int
    shown: int | None = None
    small: bool = False
    off: int = 0


@dataclass(frozen=True)
class Puzzle:
    """What is published of one arm: `counts` by name, and how their groups lie in each other.

    `inside`: pairs (part, whole); `unions`: a whole -> the parts that together make it up, which may
    overlap; `sums`: a whole -> the parts that add up to it, as nobody is in two of them.
    """

    counts: Mapping[str, Count]
    inside: Collection[tuple[str, str]]
    unions: Mapping[str, Collection[str]]
    threshold: int
    sums: Mapping[str, Collection[str]] = field(default_factory=dict)

    @cached_property
    def _place(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.counts)}

    @cached_property
    def _limits(self):
        """Rows, lower and upper ends of all that is known; variables: counts, then high-or-low."""
        size, rows, low, high = len(self.counts), [], [], []

        def known(coefficients: Mapping[int, float], least: float, most: float) -> None:
            row = np.zeros(2 * size)
            for i, factor in coefficients.items():
                row[i] += factor
            rows.append(row)
            low.append(least)
            high.append(most)

        for name, i in self._place.items():
            count, t = self.counts[name], self.threshold
            if count.shown is not None:
                known({i: 1}, count.shown - count.off, count.shown + count.off)
            elif count.small:  # 1 to t - 1 where its switch is 0, n - t + 1 to n - 1 where it is 1
                known({i: 1, size + i: t - count.n}, -np.inf, t - 1)
                known({i: 1, size + i: -(count.n - t)}, 1, np.inf)
        for part, whole in self.inside:
            known({self._place[part]: 1, self._place[whole]: -1}, -np.inf, 0)
        for whole, parts in self.unions.items():
            known({self._place[whole]: 1} | {self._place[p]: -1 for p in parts}, -np.inf, 0)
        for whole, parts in self.sums.items():
            known({self._place[whole]: 1} | {self._place[p]: -1 for p in parts}, 0, 0)
        return np.array(rows), np.array(low), np.array(high)

    def interval(
        self, coefficients: Mapping[str, int], *, sides: Mapping[str, int] | None = None
    ) -> tuple[int, int] | None:
        """Least and largest value of a sum of counts; None if nothing agrees with what is known.

        `sides`: of which hidden counts it is supposed that they are small (0), or all but few (1).
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        size = len(self.counts)
        aim = np.zeros(2 * size)
        for name, factor in coefficients.items():
            aim[self._place[name]] += factor
        top = np.array([count.n for count in self.counts.values()] + [1] * size)
        least = np.zeros(2 * size)
        for name, side in (sides or {}).items():
            least[size + self._place[name]] = top[size + self._place[name]] = side
        rows, low, high = self._limits
        constraints = [LinearConstraint(rows, low, high)] if len(rows) else []
        ends = []
        for sign in (1, -1):
            found = milp(sign * aim, integrality=np.ones(2 * size), bounds=Bounds(least, top),
                         constraints=constraints)  # fmt: skip
            if not found.success:
                return None
            ends.append(round(sign * found.fun))
        return ends[0], ends[1]

    def left(self, name: str) -> int:
        """How many values a hidden count may have, small ones and all but few together."""
        sides = [{name: 0}, {name: 1}] if self.counts[name].small else [None]
        found = [self.interval({name: 1}, sides=side) for side in sides]
        return len({x for ends in found if ends for x in range(ends[0], ends[1] + 1)})

    def narrow(self, name: str) -> bool:
        """Whether a rounded count has at most half of the values left that its print stands for.

        By lots a part can print as more than its whole: 20 of 15 are 16 to 19 both.
        """
        found = self.interval({name: 1})
        return found is not None and found[1] - found[0] < self.counts[name].off

    def gives_away(self, coefficients: Mapping[str, int]) -> bool:
        """Whether the sum is known to be some, too few, and more exactly than "too few" says."""
        found = self.interval(coefficients)
        if found is None:
            return False
        least, most = found
        return least >= 1 and most < self.threshold and most - least < self.threshold - 2


def as_rounded(counts: Mapping[str, Count], off: int) -> dict[str, Count]:
    """What prints that may be `off` away from the counts say; of a hidden one nothing."""
    return {name: Count(c.n + off, c.shown, off=off if c.shown is not None else 0)
            for name, c in counts.items()}  # fmt: skip
