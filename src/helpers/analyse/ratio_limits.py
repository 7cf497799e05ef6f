"""Two counts go in, the further intervals of their difference, risk ratio and odds ratio come out.

x1 of n1 is the group of interest, x2 of n2 the reference. Score intervals are those of Miettinen &
Nurminen, with their variance factor N/(N - 1), or without it those of Mee (difference), Koopman
(risk ratio) and Cornfield (odds ratio). They are own code: statsmodels' search for the limits stops
with an error already for 36 of 154 against 12 of 77.
"""

from __future__ import annotations

import math

from scipy import special

from helpers.analyse import checks
from helpers.analyse.binomial_limits import edge
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.analyse.two_proportions import score_z
from helpers.errors import AnalysisError

FAR = 60.0  # log of the largest ratio that is looked at


def _given(x1, n1, x2, n2, level: float) -> tuple[int, int, int, int, float]:
    x1, n1 = checks.count(x1, n1, name="x1 of n1")
    x2, n2 = checks.count(x2, n2, name="x2 of n2")
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    return x1, n1, x2, n2, z


@estimator
def wald_difference(
    x1: int, n1: int, x2: int, n2: int, *, corrected: bool = False, level: float = 0.95
) -> Estimate:
    """Risk difference with the normal interval, `corrected` by (1/n1 + 1/n2)/2 (SAS's default, WALD).

    Of no width without an event in either group; here to repeat what others printed.
    """
    x1, n1, x2, n2, z = _given(x1, n1, x2, n2, level)
    p1, p2 = x1 / n1, x2 / n2
    half = z * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    half += corrected * (1 / n1 + 1 / n2) / 2
    method = "wald, continuity-corrected" if corrected else "wald"
    lower, upper = max(-1.0, p1 - p2 - half), min(1.0, p1 - p2 + half)
    return Estimate(method, "risk difference", p1 - p2, lower, upper, n=n1 + n2, level=level)


@estimator
def agresti_caffo_difference(
    x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95
) -> Estimate:
    """Risk difference with the normal interval after one event and one non-event more in each group.

    `value` is the observed difference, about which the limits are not symmetric. Agresti & Caffo
    2000, Am Stat 54:280.
    """
    x1, n1, x2, n2, z = _given(x1, n1, x2, n2, level)
    p1, p2 = (x1 + 1) / (n1 + 2), (x2 + 1) / (n2 + 2)
    half = z * math.sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    value = x1 / n1 - x2 / n2
    lower, upper = max(-1.0, p1 - p2 - half), min(1.0, p1 - p2 + half)
    return Estimate("agresti-caffo", "risk difference", value, lower, upper, n=n1 + n2, level=level)


@estimator
def mee_difference(x1: int, n1: int, x2: int, n2: int, *, level: float = 0.95) -> Estimate:
    """Risk difference with the score interval, as Miettinen & Nurminen's without N/(N - 1).

    `p_value` is that of its test of 0, the chi-square test. Mee 1984, Biometrics 40:1175.
    """
    x1, n1, x2, n2, z = _given(x1, n1, x2, n2, level)
    factor, value = math.sqrt((n1 + n2) / (n1 + n2 - 1)), x1 / n1 - x2 / n2

    def distance(delta: float) -> float:
        return abs(score_z(x1, n1, x2, n2, delta)) * factor

    ends = [edge(lambda d: distance(d) <= z, value, end) for end in (-1.0, 1.0)]
    p = 2 * float(special.ndtr(-distance(0.0)))
    return Estimate("mee", "risk difference", value, *ends, p, n1 + n2, level)


def _ratio_z(x1: int, n1: int, x2: int, n2: int, ratio: float) -> float:
    """Return the score distance from p1 = ratio p2; the restricted p2 solves a quadratic."""
    half = (n1 * ratio + x1 + n2 + x2 * ratio) / 2
    product = (n1 + n2) * ratio * (x1 + x2)
    p2 = (x1 + x2) / (half + math.sqrt(max(0.0, half * half - product)))
    p1 = min(1.0, ratio * p2)
    variance = p1 * (1 - p1) / n1 + ratio**2 * p2 * (1 - p2) / n2
    gap = x1 / n1 - ratio * x2 / n2
    if variance <= 0:
        return 0.0 if abs(gap) < 1e-12 else math.copysign(math.inf, gap)
    return gap / math.sqrt(variance)


def _odds_z(x1: int, n1: int, x2: int, n2: int, ratio: float) -> float:
    """Return the score distance from odds1 = ratio odds2; both margins are as observed."""

    def first(p2: float) -> float:
        return p2 * ratio / (1 - p2 + p2 * ratio)

    events = x1 + x2
    p2 = edge(lambda p: n1 * first(p) + n2 * p <= events, 0.0, 1.0)
    p1 = first(p2)
    weights = [n1 * p1 * (1 - p1), n2 * p2 * (1 - p2)]
    if min(weights) <= 0:
        return math.copysign(math.inf, x1 - n1 * p1)
    return (x1 - n1 * p1) * math.sqrt(1 / weights[0] + 1 / weights[1])


def _score_limits(distance, counts: tuple, z: float) -> tuple[float, float]:
    """Return both limits of a ratio; 0 and infinite where the data set no end."""
    x1, n1, x2, n2 = counts
    odds = distance is _odds_z
    none_below = x1 == 0 or (odds and x2 == n2)
    none_above = x2 == 0 or (odds and x1 == n1)

    def signed(log_ratio: float) -> float:
        return distance(*counts, math.exp(log_ratio))

    lower = math.exp(edge(lambda v: signed(v) <= z, FAR, -FAR)) if not none_below else 0.0
    upper = math.exp(edge(lambda v: signed(v) >= -z, -FAR, FAR)) if not none_above else math.inf
    return lower, upper


def _ratio(statistic: str, distance, value, error, counts, z, kind, level) -> Estimate:
    """Return a ratio with the interval of `kind`."""
    total = counts[1] + counts[3]
    if kind == "log":
        ends = (NAN, NAN)
        if math.isfinite(error):
            ends = (value * math.exp(-z * error), value * math.exp(z * error))
        return Estimate("log, normal", statistic, value, *ends, n=total, level=level)
    factors = {"miettinen-nurminen": math.sqrt(total / (total - 1)), "score": 1.0}
    if kind not in factors:
        known = '"log", "miettinen-nurminen" or "score"'
        raise AnalysisError(f"interval: expected {known}, found {kind!r}; choose one")
    if counts[0] + counts[2] == 0:
        return Estimate(kind, statistic, NAN, 0.0, math.inf, n=total, level=level)
    lower, upper = _score_limits(distance, counts, z * factors[kind])
    return Estimate(kind, statistic, value, lower, upper, n=total, level=level)


def _divided(over: float, under: float) -> float:
    return over / under if under else (math.inf if over else NAN)


@estimator
def risk_ratio(
    x1: int, n1: int, x2: int, n2: int, *, interval: str = "miettinen-nurminen", level: float = 0.95
) -> Estimate:
    """Risk of group 1 over that of group 2, infinite with no event in group 2, NaN with none at all.

    `interval`: "miettinen-nurminen" or "score" (Koopman 1984, Biometrics 40:513), which hold at 0 of
    n too, or "log", normal on the log scale (Katz 1978, Biometrics 34:469; SAS's WALD, its default),
    NaN with no event in a group. Miettinen & Nurminen 1985, Stat Med 4:213.
    """
    *counts, z = _given(x1, n1, x2, n2, level)
    x1, n1, x2, n2 = counts
    error = math.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2) if x1 and x2 else math.inf
    value = _divided(x1 * n2, x2 * n1)
    return _ratio("risk ratio", _ratio_z, value, error, tuple(counts), z, interval, level)


@estimator
def odds_ratio(
    x1: int, n1: int, x2: int, n2: int, *, interval: str = "miettinen-nurminen", level: float = 0.95
) -> Estimate:
    """Odds of group 1 over those of group 2 (unconditional; `fisher` gives the conditional one).

    `interval` as for `risk_ratio`; "score" is Cornfield's without correction, "log" Woolf's (1955,
    Ann Hum Genet 19:251; SAS's default), NaN with an empty cell.
    """
    *counts, z = _given(x1, n1, x2, n2, level)
    x1, n1, x2, n2 = counts
    cells = (x1, n1 - x1, x2, n2 - x2)
    error = math.sqrt(sum(1 / c for c in cells)) if all(cells) else math.inf
    value = _divided(cells[0] * cells[3], cells[1] * cells[2])
    return _ratio("odds ratio", _odds_z, value, error, tuple(counts), z, interval, level)
