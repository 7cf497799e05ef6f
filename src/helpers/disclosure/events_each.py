"""How many events each patient of a group had in, whether their number, sum and spread tell of few, out.

Who had an event is printed, how many events there were, and an interval from which the sum of squares can be
computed. Of twelve patients of whom five had 2, 2, 2, 2 and 3 events no other five have these three numbers:
one had three, for certain. All ways that fit are tried, as an attacker would who knows the rule that of those
who had one event, and several, there are not few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

HIGHEST = 60  # events of a patient that are tried: who has so many stands alone


def told(events: Sequence[int] | np.ndarray, *, threshold: int, with_none: bool = True) -> bool:
    """Whether it is certain how many patients, 1 to `threshold` - 1, had some number of events, or more.

    `events`: how many each patient had; `with_none`: how many had none is known too. By whole-number
    programs (HiGHS), one for each number that few had: is there a way in which it is another one? That there
    are a few in a long tail, one to four say, may be told: the page says as much of each small count.
    """
    return _told(tuple(sorted(int(n) for n in events if n > 0 or not with_none)), threshold)


@lru_cache(maxsize=1024)  # a page asks several times for the same arm
def _told(those: tuple[int, ...], threshold: int) -> bool:
    had = np.array(those, dtype=int)
    if not had.any():
        return False
    top = min(math.isqrt(int((had**2).sum())), HIGHEST)
    if had.max() > top:
        return True
    levels = np.arange(min(had.min(), 1), top + 1)
    for level in levels[levels > 1]:
        for mine in (levels == level, levels >= level):
            few = 0 < np.isin(had, levels[mine]).sum() < threshold
            if few and not _otherwise(had, levels, mine, threshold):
                return True
    return False


def _otherwise(had: np.ndarray, levels: np.ndarray, mine: np.ndarray, threshold: int) -> bool:
    """Whether the patients of the levels `mine` may as well be more or fewer."""
    number = int(np.isin(had, levels[mine]).sum())
    never, another = ((0, 0), (threshold, np.inf)), ((0, number - 1), (number + 1, np.inf))
    return any(_possible(had, levels, [(mine, own), (levels == 1, one), (levels > 1, more)])
               for own in another for one in never for more in never)  # fmt: skip


def _possible(
    had: np.ndarray, levels: np.ndarray, limits: list[tuple[np.ndarray, tuple[float, float]]]
) -> bool:
    """Whether whole numbers of patients at `levels` have number, sum and squares of `had`, within limits."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    sums = np.array([len(had), had.sum(), (had**2).sum()], dtype=float)
    same = np.vstack([np.ones(len(levels)), levels, levels**2]).astype(float)
    rows = np.vstack([same, *(inside.astype(float) for inside, _ in limits)])
    lower = np.concatenate([sums, [low for _, (low, _) in limits]])
    upper = np.concatenate([sums, [high for _, (_, high) in limits]])
    found = milp(np.zeros(len(levels)), integrality=np.ones(len(levels)), bounds=Bounds(0, len(had)),
                 constraints=LinearConstraint(rows, lower, upper))  # fmt: skip
    return found.status == 0
