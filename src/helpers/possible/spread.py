"""Two arms and their visits in, the exact distribution of time saved over all histories.

Both arms' histories are independent of each other, and the mean wait of an arm depends on its own
history alone, so counting sums per arm and pairing the two sets is exact; nothing is sampled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import comb

import pandas as pd

from helpers.possible.log_rank_terms import check_trial


def _waits(size: int, responders: int, weeks: Sequence[float]) -> tuple[Counter, Counter]:
    """Sum of waits of an arm -> number of histories, and -> number of assignments of patients.

    A history counts how many respond at each visit; an assignment says who. A patient without a
    response waits until the last visit.
    """
    times = [Fraction(str(week)) for week in weeks]
    once: dict[tuple[int, Fraction], int] = {(0, (size - responders) * times[-1]): 1}
    assigned = {(0, (size - responders) * times[-1]): 1}
    for week in times:
        following: Counter = Counter()
        for (used, total), ways in once.items():
            for here in range(responders - used + 1):
                following[used + here, total + here * week] += ways
        once = following
        following = Counter()
        for (used, total), ways in assigned.items():
            for here in range(responders - used + 1):
                step = ways * comb(responders - used, here)
                following[used + here, total + here * week] += step
        assigned = following
    return tuple(
        Counter({total: ways for (used, total), ways in found.items() if used == responders})
        for found in (once, assigned)
    )


def gain_distribution(
    *, sizes: tuple[int, int], responders: tuple[int, int], weeks: Sequence[float]
) -> pd.DataFrame:
    """Exact distribution of the difference in mean wait (restricted mean), first arm minus second.

    One row a possible `gain` (unit of `weeks`), ascending: `share` of the histories, each counted
    once, and `share_weighted` by the number of assignments behind each. No dropout. Raises
    `ImpossibleError` for a trial that cannot be.
    """
    check_trial(sizes=sizes, responders=responders, visits=len(weeks), weeks=weeks)
    arms = [_waits(n, x, weeks) for n, x in zip(sizes, responders, strict=True)]
    rows: dict[Fraction, list[int]] = {}
    for kind in (0, 1):
        for first, a in arms[0][kind].items():
            for second, b in arms[1][kind].items():
                gain = first / sizes[0] - second / sizes[1]
                rows.setdefault(gain, [0, 0])[kind] += a * b
    totals = [sum(arms[0][k].values()) * sum(arms[1][k].values()) for k in (0, 1)]
    ordered = sorted(rows.items())
    return pd.DataFrame(
        {
            "gain": [float(gain) for gain, _ in ordered],
            "share": [counts[0] / totals[0] for _, counts in ordered],
            "share_weighted": [counts[1] / totals[1] for _, counts in ordered],
        }
    )
