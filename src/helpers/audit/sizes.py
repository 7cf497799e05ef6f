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


def runs(numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield (first, length) of every run of consecutive numbers, ascending."""
    for _, run in itertools.groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        members = [n for _, n in run]
        yield members[0], len(members)


def _smeared(bits: int, length: int) -> int:
    """Return `bits` or-ed with itself moved by 1 to `length` - 1 places."""
    done = 1
    while done < length:
        step = min(done, length - done)
        bits |= bits << step
        done += step
    return bits


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
    def _sums(self) -> list[int]:
        """For every arm the sums that it and those after it can have, as bits of one number."""
        out = [1]
        for sizes in reversed(self.ways):
            reached = 0
            for first, length in runs(sizes):
                reached |= _smeared(out[-1], length) << first
            out.append(reached & ((1 << (self.total + 1)) - 1))
        return out[::-1]

    def _from(self, arm: int, rest: int) -> Iterator[tuple[int, ...]]:
        sizes = self.ways[arm]
        fitting = sizes[: bisect_right(sizes, rest)]
        if arm == len(self.ways) - 1:
            yield from ((n,) for n in (fitting[-1:] if self.exact else fitting)
                        if n == rest or not self.exact)  # fmt: skip
            return
        for n in fitting:
            if self._fits(self._sums[arm + 1], rest - n):
                yield from ((n, *more) for more in self._from(arm + 1, rest - n))

    def _fits(self, sums: int, rest: int) -> bool:
        """Return whether the arms still to come can take `rest`, or at most that."""
        least = (sums & -sums).bit_length() - 1  # -1 where they can take nothing
        return bool(sums >> rest & 1) if self.exact else 0 <= least <= rest
