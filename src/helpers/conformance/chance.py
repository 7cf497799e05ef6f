"""Counts of a group and of all others in, the chance that the group stands out by chance out."""

from __future__ import annotations

import math


def chance_of_none(size: int, having: int, others: int) -> float:
    """The chance that none of `size` has what `having` of `others` have, if it falls on all alike.

    That of drawing `size` from the `size` + `others` without one of the `having`: Fisher's exact
    test, one-sided (hypergeometric). It is never 0: where every one of 20 others has it, one more
    that has it not comes by chance in 1 of 21. 1 where nobody has it.
    """

    def log_ways(drawn: int, of: int) -> float:
        return math.lgamma(of + 1) - math.lgamma(drawn + 1) - math.lgamma(of - drawn + 1)

    return math.exp(min(0.0, log_ways(having, others) - log_ways(having, others + size)))
