"""Which sizes every arm may have, and what they add up to, go in; the allocations come out, one by one.

They are held as one list an arm, never as their product, and only those asked for are made. Which
sums the arms still to come can have is known beforehand, so none is tried in vain. Nothing here
knows what was printed.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from helpers.audit.effort import spend


@dataclass(frozen=True)
class Sizes:
    """The allocations with one of each of `ways`, in order.

    `ways`: for every arm its sizes, ascending. `total`: their sum, None where nothing bounds it;
    where not `exact`, at most that.
    """

    ways: tuple[tuple[int, ...], ...]
    total: int | None = None
    exact: bool = True

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        """Yield the allocations; no dead end is gone into."""
        if self.total is None:
            return itertools.product(*self.ways)
        return self._from(0, self.total)

    @cached_property
    def _sums(self) -> list[np.ndarray]:
        """For every arm, which sums from 0 to the total it and those after it can have."""
        reached = np.zeros(self.total + 1, dtype=bool)
        reached[0] = True
        out = [reached]
        for sizes in reversed(self.ways[1:]):
            out.append(self._and(out[-1], sizes))
        return out[::-1]

    def _and(self, sums: np.ndarray, sizes: Sequence[int]) -> np.ndarray:
        """Return the sums that one more arm makes of those reached; products of counts are whole."""
        from scipy.signal import fftconvolve

        one = np.zeros(self.total + 1)
        one[[n for n in sizes if n <= self.total]] = 1.0
        return fftconvolve(sums.astype(float), one)[: self.total + 1] > 0.5

    @cached_property
    def _least(self) -> list[int]:
        """For every arm, the smallest sum of those after it; above the total where there is none."""
        return [int(sums.argmax()) if sums.any() else self.total + 1 for sums in self._sums]

    def _from(self, arm: int, rest: int) -> Iterator[tuple[int, ...]]:
        sizes = self.ways[arm]
        fitting = bisect_right(sizes, rest)
        if arm == len(self.ways) - 1 and self.exact:
            if fitting and sizes[fitting - 1] == rest:
                yield (rest,)
            return
        for n in itertools.islice(sizes, fitting):
            spend()
            if arm == len(self.ways) - 1:
                yield (n,)
            elif self._fits(arm, rest - n):
                yield from ((n, *more) for more in self._from(arm + 1, rest - n))

    def _fits(self, arm: int, rest: int) -> bool:
        """Return whether the arms after this one can take `rest`, or at most that."""
        return bool(self._sums[arm][rest]) if self.exact else self._least[arm] <= rest
