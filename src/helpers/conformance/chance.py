"""Counts of a group and of all others in, the chance that the group stands out by chance out."""

from __future__ import annotations

import math


def chance_of_none(size: int, having: int, others: int) -> float:
    """The chance that none of `size` has what `having` of `others` have, if it falls on all alike.

    It is never 0: where every one of 20 others has it, one more that has it not comes by chance in 1 of
    21. 1 where nobody has it.
    """
    return chance_of_few(0, size, having, others)


def chance_of_few(few: int, size: int, having: int, others: int) -> float:
    """The chance that `few` or fewer of `size` have what these and `having` of `others` have.

    If it falls on all alike: that of drawing `size` from the `size` + `others` with so few of the `few` +
    `having`, Fisher's exact test, one-sided (hypergeometric).
    """
    every, all_having = size + others, few + having

    def log_ways(drawn: int, of: int) -> float:
        return math.lgamma(of + 1) - math.lgamma(drawn + 1) - math.lgamma(of - drawn + 1)

    least = max(0, all_having - others)
    logs = [log_ways(k, all_having) + log_ways(size - k, every - all_having) - log_ways(size, every)
            for k in range(least, few + 1)]  # fmt: skip
    return min(1.0, sum(math.exp(log) for log in logs))
