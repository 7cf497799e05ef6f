"""Counts of subjects go in, proportions and rates with exact or score intervals come out.

Nothing here rounds or falls back on the normal approximation, certain of itself at 0 of 12.
Two groups are compared in `two_proportions`; its functions are reachable from here as well.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.two_proportions import (
    barnard,
    boschloo,
    fisher,
    fisher_mid_p,
    miettinen_nurminen_difference,
    newcombe_difference,
    wilson_limits,
)
from helpers.errors import AnalysisError

__all__ = [
    "barnard",
    "bayes_upper",
    "boschloo",
    "clopper_pearson",
    "fisher",
    "fisher_mid_p",
    "incidence_rate",
    "jeffreys",
    "miettinen_nurminen_difference",
    "newcombe_difference",
    "patients_to_exclude",
    "rule_of_three",
    "wilson",
    "zero_event_upper",
]


@estimator
def clopper_pearson(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with the exact (Clopper-Pearson) interval: two one-sided binomial tests.

    x subjects of n. Guarantees at least `level` coverage. At x = 0 the upper limit is
    1 - ((1 - level) / 2)^(1/n). Clopper & Pearson 1934, Biometrika 26:404.
    """
    x, n = checks.count(x, n)
    tail = (1 - checks.inside(level, 0, 1, name="level")) / 2
    lower = special.betaincinv(x, n - x + 1, tail) if x > 0 else 0.0
    upper = special.betaincinv(x + 1, n - x, 1 - tail) if x < n else 1.0
    return Estimate(
        "clopper-pearson", "proportion", x / n, float(lower), float(upper), n=n, level=level
    )


@estimator
def jeffreys(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with the equal-tailed interval of its Jeffreys posterior.

    The posterior is beta(x + 1/2, n - x + 1/2). The lower limit is 0 at x = 0 and the upper 1 at
    x = n, as Brown, Cai & DasGupta 2001, Stat Sci 16:101, advise.
    """
    x, n = checks.count(x, n)
    tail = (1 - checks.inside(level, 0, 1, name="level")) / 2
    lower = special.betaincinv(x + 0.5, n - x + 0.5, tail) if x > 0 else 0.0
    upper = special.betaincinv(x + 0.5, n - x + 0.5, 1 - tail) if x < n else 1.0
    return Estimate("jeffreys", "proportion", x / n, float(lower), float(upper), n=n, level=level)


@estimator
def wilson(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with the score interval, not continuity-corrected.

    Wilson 1927, JASA 22:209.
    """
    x, n = checks.count(x, n)
    lower, upper = wilson_limits(x, n, checks.inside(level, 0, 1, name="level"))
    return Estimate("wilson", "proportion", x / n, lower, upper, n=n, level=level)


@estimator
def rule_of_three(n: int) -> Estimate:
    """Zero events in n subjects: the one-sided 95% upper limit by the rule of three, 3/n.

    A large-n short cut for `zero_event_upper`, which it always exceeds; capped at 1. `lower` is 0.
    Hanley & Lippman-Hand 1983, JAMA 249:1743.
    """
    _, n = checks.count(0, n)
    return Estimate("rule of three", "proportion", 0.0, 0.0, min(1.0, 3 / n), n=n)


@estimator
def zero_event_upper(n: int, *, level: float = 0.95) -> Estimate:
    """Zero events in n subjects: the exact one-sided upper limit, 1 - (1 - level)^(1/n).

    `lower` is 0. The two-sided interval of `clopper_pearson` reaches higher.
    """
    _, n = checks.count(0, n)
    upper = -math.expm1(math.log1p(-checks.inside(level, 0, 1, name="level")) / n)
    return Estimate("clopper-pearson one-sided", "proportion", 0.0, 0.0, upper, n=n, level=level)


@estimator
def patients_to_exclude(rate: float, *, level: float = 0.95) -> Estimate:
    """Smallest number of subjects, none with an event, whose `zero_event_upper` is below `rate`.

    `rate` is a proportion (0.05 for 5%). The answer is `value` (and `n`); 5% takes 59 at 95%.
    """
    checks.inside(rate, 0, 1, name="rate")
    checks.inside(level, 0, 1, name="level")
    n = max(1, math.floor(math.log1p(-level) / math.log1p(-rate)) - 1)
    while zero_event_upper(n, level=level).upper >= rate:
        n += 1
    return Estimate("clopper-pearson one-sided", "number of subjects", float(n), n=n, level=level)


@estimator
def bayes_upper(
    x: int, n: int, *, prior: tuple[float, float] = (1.0, 1.0), level: float = 0.95
) -> Estimate:
    """One-sided Bayesian upper limit for a proportion after x of n, under a beta(prior) prior.

    `value` is the posterior mean, `upper` the `level` quantile of the posterior, `lower` 0.
    prior=(1, 1) is uniform, (0.5, 0.5) Jeffreys'. Both prior numbers must be above 0.
    """
    x, n = checks.count(x, n)
    a, b = prior
    if min(a, b) <= 0:
        raise AnalysisError(f"prior: expected two numbers above 0, found {prior}; try (1, 1)")
    upper = special.betaincinv(a + x, b + n - x, checks.inside(level, 0, 1, name="level"))
    method = f"bayes one-sided, beta({a:g}, {b:g}) prior"
    mean = (a + x) / (a + b + n)
    return Estimate(method, "proportion", mean, 0.0, float(upper), n=n, level=level)


@estimator
def incidence_rate(events: int, person_time: float, *, level: float = 0.95, n: int = 0) -> Estimate:
    """Events per unit of person-time with the exact Poisson interval.

    `person_time` in the unit that the rate shall have (person-years give events per person-year).
    `n`, the number of subjects, is only carried along. Assumes events independent of each other:
    several events of one subject make the interval too narrow. Garwood 1936, Biometrika 28:437.
    """
    if int(events) != events or events < 0 or not person_time > 0 or not np.isfinite(person_time):
        raise checks.error(no_estimate=person_time == 0)(
            f"incidence rate: expected a whole number of events and person-time above 0, found "
            f"{events} and {person_time}; sum the time at risk over subjects"
        )
    tail = (1 - checks.inside(level, 0, 1, name="level")) / 2
    lower = special.gammaincinv(events, tail) if events else 0.0
    upper = special.gammaincinv(events + 1, 1 - tail)
    rate = (float(v) / person_time for v in (events, lower, upper))
    return Estimate("garwood", "incidence rate", *rate, n=n, level=level)
