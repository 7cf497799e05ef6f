"""An assumed decay of donor cells goes in, what "none seen" or "seen until" would say of it comes out.

Builds on `decay`: exponential loss, log-normal start levels and half-lives between patients, an
assay that sees a level at or above its limit without error of its own. It needs no data. Levels in
any one unit, times in that of the half-life.
"""

from __future__ import annotations

import math

from helpers.analyse import checks, decay
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


@estimator
def days_after_courses(
    *, start: float, half_life: float, limit: float, courses: int, gap: float
) -> Estimate:
    """Time from the first infusion until the level falls below `limit` for good.

    `courses` equal infusions, `gap` apart, each adding `start`; with one course H log2(start/limit).
    After the last the level is start (1 + q + ... + q^(courses-1)), q = 0.5^(gap/half_life). Between
    two courses it may have been below the limit. 0 when a single dose starts below it and sums no
    higher.
    """
    _, courses = checks.count(0, courses, name="courses")
    for name, value in (("start", start), ("half_life", half_life), ("limit", limit), ("gap", gap)):
        checks.inside(value, 0, math.inf, name=name)
    kept = 0.5 ** (gap / half_life)
    for last in range(courses, 0, -1):  # the last course that reaches the limit at all
        peak = start * sum(kept**i for i in range(last))
        if peak >= limit:
            days = (last - 1) * gap + half_life * math.log2(peak / limit)
            return Estimate("exponential decay", "time to the last detection", days)
    return Estimate("exponential decay", "time to the last detection", 0.0)


@estimator
def none_seen(
    day: float,
    *,
    n: int,
    start: float,
    start_log_sd: float,
    half_life: float,
    half_life_log_sd: float,
    limit: float,
) -> Estimate:
    """Probability that no donor cells are seen in any of n patients at `day`.

    (1 - share)^n with the share of `decay.detectable_share`; the other arguments are its own.
    """
    _, n = checks.count(0, n, name="n")
    share = decay.detectable_share(
        day, start=start, start_log_sd=start_log_sd, half_life=half_life,
        half_life_log_sd=half_life_log_sd, limit=limit,
    )  # fmt: skip
    return Estimate("exponential decay", "probability", (1 - share.value) ** n, n=n)


@estimator
def longest_half_life(
    day: float,
    *,
    n: int,
    start: float,
    start_log_sd: float,
    half_life_log_sd: float,
    limit: float,
    level: float = 0.95,
) -> Estimate:
    """Upper limit of the median half-life when none of n patients has donor cells at `day`.

    The half-life at which that would happen with probability 1 - `level`; every longer one makes it
    rarer. One-sided; `value` and `upper` are the limit. It rests on the assumed start level and
    spreads. Errors: `AnalysisError` when not even a half-life near 0 could be excluded, since most
    patients start below the limit, or none seen is too common.
    """
    from scipy.optimize import brentq

    checks.inside(day, 0, math.inf, name="day")
    tail = 1 - checks.inside(level, 0, 1, name="level")

    def excess(log_half_life: float) -> float:
        blank = none_seen(
            day, n=n, half_life=math.exp(log_half_life), start=start, start_log_sd=start_log_sd,
            half_life_log_sd=half_life_log_sd, limit=limit,
        )  # fmt: skip
        return blank.value - tail

    low, high = math.log(day / 1e4), math.log(day * 1e4)
    if excess(high) > 0:
        raise AnalysisError(
            f"longest half-life: expected a start level that {n} patients would show above the "
            f"limit {limit:g}, found {start:g}: no half-life can be excluded; use a finer limit"
        )
    longest = math.exp(brentq(excess, low, high, xtol=1e-12))
    return Estimate(
        "exponential decay", "half-life not excluded", longest, upper=longest, n=n, level=level
    )
