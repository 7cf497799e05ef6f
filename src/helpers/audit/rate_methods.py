"""Events and person-time of two arms in; ratio, difference, efficacy, their intervals and P out.

Given their sum, the events of the first arm are binomial; what that says of its share turns into
the ratio of the rates. Nothing here knows what was printed.
"""

from __future__ import annotations

import math

from scipy import optimize, special

from helpers.analyse.proportions import wilson
from helpers.analyse.rates import odds, rate_ratio
from helpers.audit.scale import reach

Rates = tuple[tuple[int, float], tuple[int, float]]
Ends = tuple[float, float]
NONE = (math.nan, math.nan)


def estimate(measure: str, rates: Rates) -> float:
    """Return the ratio of two rates, or their difference; NaN where the second has no event."""
    (x1, t1), (x2, t2) = rates
    if measure == "rate difference":
        return x1 / t1 - x2 / t2
    return x1 * t2 / (x2 * t1) if x2 else math.nan


def intervals(measure: str, rates: Rates, level: float) -> dict[str, Ends]:
    """Return, by method, the interval of the ratio of two rates, or of their difference."""
    (x1, t1), (x2, t2) = rates
    z = reach(level)
    if measure == "rate difference":
        half = z * math.sqrt(x1 / t1**2 + x2 / t2**2)
        gap = x1 / t1 - x2 / t2
        return {"Wald": (gap - half, gap + half)}
    exact, times = rate_ratio(x1, 1.0, x2, 1.0, level=level), t2 / t1
    shares = {"mid-P given the sum": _mid_p(x1, x1 + x2, level),
              "score given the sum": _of_share(wilson, x1, x1 + x2, level)}  # fmt: skip
    found = {"Wald of the log ratio": _wald(rates, z),
             "Clopper-Pearson given the sum": (exact.lower * times, exact.upper * times)}  # fmt: skip
    return found | {m: tuple(odds(p) * t2 / t1 for p in ends) for m, ends in shares.items()}


def _wald(rates: Rates, z: float) -> Ends:
    (x1, _), (x2, _) = rates
    if not x1 or not x2:
        return NONE
    half, ratio = z * math.sqrt(1 / x1 + 1 / x2), estimate("rate ratio", rates)
    return ratio * math.exp(-half), ratio * math.exp(half)


def _of_share(method, x: int, n: int, level: float) -> Ends:
    if not n:
        return NONE
    found = method(x, n, level=level)
    return found.lower, found.upper


def _tail(x: int, n: int, p: float, *, half: float) -> float:
    """Return P(X > x) and the share `half` of P(X = x), X binomial."""
    return float(special.bdtrc(x, n, p)) + half * _point(x, n, p)


def _point(x: int, n: int, p: float) -> float:
    return math.exp(special.gammaln(n + 1) - special.gammaln(x + 1) - special.gammaln(n - x + 1)
                    + float(special.xlogy(x, p)) + float(special.xlog1py(n - x, -p)))  # fmt: skip


def _mid_p(x: int, n: int, level: float) -> Ends:
    """Return the share's interval whose tails take half of what was seen."""
    if not n:
        return NONE
    tail = (1 - level) / 2
    low = 0.0 if x == 0 else optimize.brentq(lambda p: _tail(x, n, p, half=0.5) - tail, 0, 1)
    high = 1.0 if x == n else optimize.brentq(lambda p: _tail(x, n, p, half=0.5) - 1 + tail, 0, 1)
    return low, high


def p_values(rates: Rates) -> dict[str, float]:
    """Return the two-sided P of two equal rates by test; no events give 1."""
    (x1, t1), (x2, t2) = rates
    n, share = x1 + x2, t1 / (t1 + t2)
    if not n:
        return {"exact given the sum": 1.0}
    up, at = _tail(x1, n, share, half=1.0), _point(x1, n, share)
    less = min(up, 1 - up + at)
    z = (x1 - n * share) / math.sqrt(n * share * (1 - share))
    exact = rate_ratio(x1, t1, x2, t2).p_value if math.isfinite(t1 + t2) else math.nan
    found = {"exact given the sum": exact, "exact, tail doubled": min(1.0, 2 * less),
             "mid-P given the sum": min(1.0, 2 * (less - at / 2)), "score": _normal(z)}  # fmt: skip
    gap, spread = x1 / t1 - x2 / t2, math.sqrt(x1 / t1**2 + x2 / t2**2)
    found["Wald of the difference"] = _normal(gap / spread)
    if x1 and x2:
        log = math.log(estimate("rate ratio", rates))
        found["Wald of the log ratio"] = _normal(log / math.sqrt(1 / x1 + 1 / x2))
    return found


def one_sided(rates: Rates) -> dict[str, float]:
    """Return the one-sided P of two equal rates by test, in the direction seen."""
    found = {test: p / 2 for test, p in p_values(rates).items()}
    tail = found.pop("exact, tail doubled", 0.5)
    return {**found, "exact given the sum": tail}


def _normal(z: float) -> float:
    return 2 * float(special.ndtr(-abs(z)))
