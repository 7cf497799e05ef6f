"""Two medians of n pairs and bounds go in, the fewest patients who can have risen comes out; exact.

A companion of `paired`, which takes "all increased" as given: here nothing is given but the medians.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.possible.paired import Side, check_side


@dataclass(frozen=True)
class FewestRises:
    """The fewest of n patients who can have risen, and a data set that shows it, paired by position."""

    n: int
    fewest: int
    before: tuple[int, ...]
    after: tuple[int, ...]


def _extremes(side: Side, n: int, *, sign: int) -> np.ndarray:
    """Return the samples with this median whose values are all greatest (1) or least (-1), by row.

    One row a value of the lower middle; columns ascending.
    """
    half, twice = (n - 1) // 2, int(2 * side.median)
    if n % 2:
        lower = upper = np.array([twice // 2])
    else:
        lower = np.arange(max(side.low, twice - side.high), twice // 2 + 1)
        upper = twice - lower
    middle = [lower] if n % 2 else [lower, upper]
    low = lower if sign > 0 else np.full_like(lower, side.low)
    high = np.full_like(upper, side.high) if sign > 0 else upper
    return np.column_stack([*[low] * half, *middle, *[high] * half])


def fewest_rises(
    *, n: int, medians: tuple[str, str], before: tuple[int, int], after: tuple[int, int]
) -> FewestRises:
    """Return the fewest patients with a higher count after than before, over all data allowed.

    `medians` as printed, before and after; `before` and `after` bound all values (whole numbers,
    ends included). Fewest rises need starts as high and ends as low as the medians let them be;
    then by Hall's theorem the rises are the largest surplus of ends over starts at or above any
    value. Raises ImpossibleError where no whole numbers have such a median.
    """
    starts = _extremes(
        check_side(name="baseline", median=medians[0], n=n, bounds=before), n, sign=1
    )
    ends = _extremes(check_side(name="follow-up", median=medians[1], n=n, bounds=after), n, sign=-1)
    best = n + 1, 0, 0
    for row, end in enumerate(ends):
        wanted = n - np.searchsorted(end, end, side="left")  # ends at or above each end
        there = (starts[:, None, :] >= end[None, :, None]).sum(axis=2)
        surplus = np.maximum((wanted - there).max(axis=1), 0)
        at = int(surplus.argmin())
        best = min(best, (int(surplus[at]), at, row))
    return FewestRises(n, best[0], *_pairing(starts[best[1]], ends[best[2]], best[0]))


def _pairing(start: np.ndarray, end: np.ndarray, rises: int) -> tuple[tuple[int, ...], ...]:
    """Pair the least starts with the greatest ends (the rises), the others in order."""
    low, rest = start[:rises], start[rises:]
    high, others = end[len(end) - rises :], end[: len(end) - rises]
    before, after = np.concatenate([low, rest]), np.concatenate([high, others])
    return tuple(int(v) for v in before), tuple(int(v) for v in after)
