"""An assumed truth and a power go in, the fewest patients an arm come out; nothing is simulated.

Two arms of one size, two-sided tests. Nobody lost is presumed: divide by the share that stays.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

from scipy import special

from helpers.analyse import checks, power
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.errors import AnalysisError


def fewest(enough: Callable[[int], bool], *, least: int = 2, most: int = 10_000_000) -> float:
    """Smallest n from `least` on with `enough(n)`, for a condition that stays true; NaN above `most`.

    Doubling, then bisection.
    """
    low, high = least - 1, least
    while not enough(high):
        if high >= most:
            return NAN
        low, high = high, min(2 * high, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return float(high)


def fewest_simulated(
    power_at: Callable[[int], Estimate], *, power_wanted: float, least: int = 2, most: int
) -> tuple[float, float, float]:
    """Fewest patients with which a simulated power reaches `power_wanted`, and its two limits.

    `power_at`: patients -> power with its Monte Carlo interval, one seed throughout. The limits are
    where the upper and the lower end of that interval reach it; NaN above `most`.
    """
    found = cache(power_at)  # the three searches start alike

    def size(part: str) -> float:
        return fewest(lambda n: getattr(found(n), part) >= power_wanted, least=least, most=most)

    return size("value"), size("upper"), size("lower")


@estimator
def patients_for_mean(
    *, difference: float, sd: float, power_wanted: float = 0.9, alpha: float = 0.05
) -> Estimate:
    """Fewest patients an arm with which the two-sample t test finds a true `difference`.

    `sd`: within an arm, same unit; after adjustment for a baseline, the residual one. Exact
    (non-central t).
    """
    checks.inside(power_wanted, alpha, 1, name="power (above alpha)")
    if not difference or not math.isfinite(difference):
        raise AnalysisError(f"difference: expected a number other than 0, found {difference}")

    def enough(n: int) -> bool:
        found = power.power_mean(n, n, difference=difference, sd=sd, alpha=alpha)
        return found.value >= power_wanted

    return Estimate("two-sample t", "patients per arm", fewest(enough))


@estimator
def patients_for_proportions(
    p1: float, p2: float, *, power_wanted: float = 0.9, alpha: float = 0.05
) -> Estimate:
    """Fewest patients an arm with which a test of two proportions finds `p1` against `p2`.

    Normal approximation with the pooled variance under no difference (as R's power.prop.test).
    """
    checks.inside(power_wanted, alpha, 1, name="power (above alpha)")
    if not (0 <= p1 <= 1 and 0 <= p2 <= 1) or p1 == p2:
        raise AnalysisError(f"p1, p2: expected two different proportions, found {p1} and {p2}")
    middle = (p1 + p2) / 2
    at_null = special.ndtri(1 - alpha / 2) * math.sqrt(2 * middle * (1 - middle))
    at_truth = special.ndtri(power_wanted) * math.sqrt(p1 * (1 - p1) + p2 * (1 - p2))
    n = math.ceil(((at_null + at_truth) / (p1 - p2)) ** 2)
    return Estimate("two-sample z", "patients per arm", float(max(2, n)))


@estimator
def patients_for_fisher(
    p1: float, p2: float, *, power_wanted: float = 0.9, alpha: float = 0.05
) -> Estimate:
    """Fewest patients an arm with which Fisher's exact test has the power; up to about 500.

    Exact power, tried size by size from a size at which it cannot suffice yet. As outcomes are
    whole numbers, exact power is a saw-tooth: a few more patients can have slightly less.
    """
    z_test = patients_for_proportions(p1, p2, power_wanted=power_wanted, alpha=alpha)
    n = max(2, int(0.7 * z_test.value))
    while power.power_proportions_fisher(p1, p2, n, n, alpha=alpha).value < power_wanted:
        n += 1
    return Estimate("fisher exact", "patients per arm", float(n))


@estimator
def events_for_hazard_ratio(
    ratio: float, *, power_wanted: float = 0.9, alpha: float = 0.05
) -> Estimate:
    """Events in both arms together with which the log-rank test finds a hazard `ratio`.

    Equal arms, normal approximation (Schoenfeld 1981, Biometrika 68:316).
    """
    checks.inside(power_wanted, alpha, 1, name="power (above alpha)")
    if not 0 < ratio < math.inf or ratio == 1:
        raise AnalysisError(f"ratio: expected one above 0 and not 1, found {ratio}")
    deviates = special.ndtri(1 - alpha / 2) + special.ndtri(power_wanted)
    return Estimate("log-rank", "events", float(math.ceil((2 * deviates / math.log(ratio)) ** 2)))
