"""The level of an interval in, how many hidden subjects its limits need out; no data.

At 95% the exact limits of a shift are extremes, or next to them, up to `ENDS` subjects, and from
`QUARTERS` on no quartile (SAS's) lies between those of a median. At a higher level both come later;
at a lower one they would come earlier, and the numbers stay.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from scipy import special

from helpers.analyse import ranks
from helpers.config_plan import USUAL

ENDS = 8  # subjects up to whom exact 95% limits of a shift are the least and largest value
QUARTERS = 17  # subjects from whom on no quartile lies within the 95% limits of the median
MANY = 400  # subjects of whom neither is true at any level that study.toml may name


@cache
def ends(level: float) -> int:
    """The most subjects of whom the limits of a shift lie as far out as at 95% of `ENDS`."""
    far = _cut(ENDS, USUAL)
    n = ENDS
    while _cut(n + 1, level) <= far:
        n += 1
    return n


def _cut(n: int, level: float) -> int:
    return ranks.critical_cut(ranks.signed_rank_null(np.arange(1.0, n + 1)), level)


@cache
def quarters(level: float) -> int:
    """The least number of subjects from which on no quartile lies within the limits of the median."""
    within = [
        n for n in range(QUARTERS, MANY) if _median_cut(n, level) <= (n - 1) // 4 + (n % 4 == 0)
    ]
    return max(within, default=QUARTERS - 1) + 1


def _median_cut(n: int, level: float) -> int:
    """Which value from either end is a limit of the median of `n`."""
    below = special.bdtr(np.arange(n + 1.0), n, 0.5)
    return int(np.searchsorted(below, (1 - level) / 2 * (1 + 1e-12), side="right"))
