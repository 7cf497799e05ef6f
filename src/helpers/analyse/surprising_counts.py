"""A risk that would be too high goes in, the counts of events that settle it come out.

What is acceptable is the reader's to say; nothing here knows it.
"""

from __future__ import annotations

from helpers.analyse import checks
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.analyse.proportions import clopper_pearson

METHOD = "clopper-pearson one-sided"
TIE = 1e-12  # a limit on the yardstick itself is not beyond it, whatever its last digit says


@estimator
def events_showing_more(rate: float, n: int, *, level: float = 0.95) -> Estimate:
    """Fewest subjects with the event, of n, whose exact one-sided lower limit lies above `rate`.

    `rate` is a proportion. NaN where even all n do not show it.
    """
    checks.inside(rate, 0, 1, name="rate")
    _, n = checks.count(0, n, name="n")
    two_sided = 2 * checks.inside(level, 0.5, 1, name="level") - 1
    found = (x for x in range(n + 1) if clopper_pearson(x, n, level=two_sided).lower > rate + TIE)
    return Estimate(METHOD, "number of events", float(next(found, NAN)), n=n, level=level)


@estimator
def events_showing_less(rate: float, n: int, *, level: float = 0.95) -> Estimate:
    """Most subjects with the event, of n, whose exact one-sided upper limit lies below `rate`.

    `rate` is a proportion. NaN where not even zero events show it.
    """
    checks.inside(rate, 0, 1, name="rate")
    _, n = checks.count(0, n, name="n")
    two_sided = 2 * checks.inside(level, 0.5, 1, name="level") - 1
    found = [x for x in range(n + 1) if clopper_pearson(x, n, level=two_sided).upper < rate - TIE]
    return Estimate(
        METHOD, "number of events", float(found[-1]) if found else NAN, n=n, level=level
    )


@estimator
def none_seen(rate: float, n: int) -> Estimate:
    """Probability that none of n independent subjects has an event whose true risk is `rate`."""
    checks.inside(rate, 0, 1, name="rate")
    _, n = checks.count(0, n, name="n")
    return Estimate("binomial", "probability", (1 - rate) ** n, n=n)
