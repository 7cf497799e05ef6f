"""Events and person-time of subjects go in, rates and their ratio come out; no test is chosen here.

`proportions.incidence_rate` is exact if events are independent. They are not where few subjects
have many events: `clustered_rate` takes the subject as the unit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.analyse.proportions import clopper_pearson

SAME = 1e-7  # logarithms of probabilities this near are as small


@estimator
def clustered_rate(
    events: Sequence[int], person_time: Sequence[float], *, level: float = 0.95
) -> Estimate:
    """Events per unit of person-time, the interval allowing for several events of one subject.

    One entry a subject: number of events and time at risk (the unit that the rate shall have).
    Ratio estimate with its linearised between-subject variance on the log scale and t quantiles on
    n - 1 degrees of freedom; approximate, and without interval where nobody had an event. Cochran
    1977, Sampling Techniques, chapter 6; Glynn & Buring 1996, BMJ 312:364, on why.
    """
    x = checks.vector(events, name="events", least=2)
    time = checks.vector(person_time, name="person_time")
    if len(x) != len(time) or x.min() < 0 or time.min() < 0 or time.sum() <= 0:
        raise checks.error(no_estimate=len(x) == len(time) and min(x.min(), time.min()) >= 0)(
            f"rate: expected one count and one time a subject, none negative, found {len(x)} and "
            f"{len(time)}, smallest {x.min():g} and {time.min():g}"
        )
    n, rate = len(x), float(x.sum() / time.sum())
    if rate == 0:
        return Estimate("clustered rate", "incidence rate", 0.0, n=n, level=level)
    apart = x - rate * time
    error = math.sqrt(n / (n - 1) * float(apart @ apart)) / float(x.sum())  # of the log rate
    tail = special.stdtrit(n - 1, (1 + checks.inside(level, 0, 1, name="level")) / 2)
    factor = math.exp(float(tail) * error)
    return Estimate(
        "clustered rate", "incidence rate", rate, rate / factor, rate * factor, n=n, level=level
    )


@estimator
def rate_ratio(
    events1: int, time1: float, events2: int, time2: float, *, n: int = 0, level: float = 0.95
) -> Estimate:
    """Ratio of two event rates with the exact interval and P given the total number of events.

    Given the total, the first group's events are binomial, so that the Clopper-Pearson limits of
    their share turn into limits of the ratio. Infinite upper limit where the second group has no
    event; NaN ratio where neither has. P is two-sided by small probabilities. `n` is only carried
    along. Assumes independent events. Lehmann & Romano 2005, section 4.5.
    """
    total = int(events1) + int(events2)
    whole = int(events1) == events1 >= 0 and int(events2) == events2 >= 0
    if not whole or not (0 < time1 < math.inf and 0 < time2 < math.inf):
        raise checks.error(no_estimate=whole and min(time1, time2) == 0)(
            f"rate ratio: expected whole numbers of events and times above 0, found {events1}, "
            f"{events2} and {time1}, {time2}"
        )
    checks.inside(level, 0, 1, name="level")
    if total == 0:
        return Estimate("exact conditional", "rate ratio", NAN, p_value=1.0, n=n, level=level)
    limits = clopper_pearson(int(events1), total, level=level)
    low, high = (odds(p) * time2 / time1 for p in (limits.lower, limits.upper))
    value = odds(events1 / total) * time2 / time1
    p = _as_small(int(events1), total, time1 / (time1 + time2))
    return Estimate("exact conditional", "rate ratio", value, low, high, p, n, level)


def _as_small(x: int, n: int, p: float) -> float:
    """Return the probability of all numbers of events that are no likelier than that seen."""
    k = np.arange(n + 1)
    logs = (special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
            + special.xlogy(k, p) + special.xlog1py(n - k, -p))  # fmt: skip
    return min(1.0, float(np.exp(logs[logs <= logs[x] + SAME]).sum()))


def odds(share: float) -> float:
    """The odds of a share; infinite of 1."""
    return share / (1 - share) if share < 1 else math.inf
