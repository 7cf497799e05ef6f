"""Risks shared by all arms go in, how often a table of comparisons cries wolf comes out, exactly.

Nothing differs between the arms here: every interval that excludes zero is a false alarm. No data,
no random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.power import binomial_probabilities
from helpers.analyse.two_proportions import newcombe_difference
from helpers.errors import AnalysisError


def _silent(n: int, level: float) -> np.ndarray:
    """Return whether the interval of x1/n - x2/n covers zero, shape (n + 1, n + 1)."""
    out = np.zeros((n + 1, n + 1), dtype=bool)
    for x1 in range(n + 1):
        for x2 in range(x1 + 1):  # the interval of the other order is the mirror image
            found = newcombe_difference(x1, n, x2, n, level=level)
            out[x1, x2] = out[x2, x1] = found.lower <= 0 <= found.upper
    return out


@estimator
def any_interval_excludes_zero(
    risks: Sequence[float], *, size: int, comparisons: int, level: float = 0.95
) -> Estimate:
    """Probability that at least one Newcombe interval excludes zero when no arm differs.

    One entry of `risks` a kind of event: the true risk in every arm. For each kind `comparisons`
    arms of `size` subjects are compared with one reference arm of the same size, which makes those
    comparisons dependent; kinds are taken as independent. Summed over every outcome.
    """
    _, size = checks.count(0, size, name="size")
    _, comparisons = checks.count(0, comparisons, name="comparisons")
    checks.inside(level, 0, 1, name="level")
    if not len(risks) or not all(0 <= p <= 1 for p in risks):
        raise AnalysisError(f"risks: expected proportions from 0 to 1, found {list(risks)}")
    silent = _silent(size, level)
    quiet = 1.0
    for risk in risks:
        chance = binomial_probabilities(size, risk)
        quiet *= float(chance @ (silent @ chance) ** comparisons)  # given the reference arm
    probability = max(0.0, 1 - quiet)
    return Estimate("newcombe", "probability", probability, n=size * (comparisons + 1))


def risk_of_any(rates: Sequence[float]) -> float:
    """Return the risk of at least one event when counts are Poisson with these expected numbers."""
    if min(rates, default=0.0) < 0:
        raise AnalysisError(f"rates: expected numbers from 0, found {list(rates)}")
    return -math.expm1(-sum(rates))
