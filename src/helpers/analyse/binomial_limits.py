"""x of n go in, the intervals of a proportion that software offers beside the exact one come out.

What PROC FREQ prints on request (BINOMIAL CL=...). `proportions` has the three that this book
uses. A limit beyond 0 or 1 is given as 0 or 1. Each docstring says what the method costs.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import NAN, Estimate, estimator


def _given(x: int, n: int, level: float) -> tuple[int, int, float]:
    x, n = checks.count(x, n)
    return x, n, float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))


def _made(method: str, x: int, n: int, lower: float, upper: float, level: float) -> Estimate:
    lower, upper = max(0.0, float(lower)), min(1.0, float(upper))
    return Estimate(method, "proportion", x / n, lower, upper, n=n, level=level)


@estimator
def wald(x: int, n: int, *, corrected: bool = False, level: float = 0.95) -> Estimate:
    """Proportion x/n with the normal interval, `corrected` for continuity by 1/(2n).

    Of no width at x = 0 and x = n, and short of its level nearly everywhere (Brown, Cai & DasGupta
    2001, Stat Sci 16:101): here to repeat what others printed.
    """
    x, n, z = _given(x, n, level)
    half = z * math.sqrt(x * (n - x) / n) / n + corrected / (2 * n)
    method = "wald, continuity-corrected" if corrected else "wald"
    return _made(method, x, n, x / n - half, x / n + half, level)


@estimator
def agresti_coull(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with the normal interval around Wilson's centre.

    Never narrower than Wilson's. Agresti & Coull 1998, Am Stat 52:119.
    """
    x, n, z = _given(x, n, level)
    total = n + z * z
    centre = (x + z * z / 2) / total
    half = z * math.sqrt(centre * (1 - centre) / total)
    return _made("agresti-coull", x, n, centre - half, centre + half, level)


@estimator
def wilson_corrected(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with the score interval, continuity-corrected.

    Newcombe 1998, Stat Med 17:857, method 4 (R's prop.test, correct = TRUE).
    """
    x, n, z = _given(x, n, level)
    p, q, total = x / n, 1 - x / n, 2 * (n + z * z)

    def half(sign: int, inside: float) -> float:
        return z * math.sqrt(max(0.0, z * z - sign * 2 - 1 / n + 4 * inside))

    lower = (2 * n * p + z * z - 1 - half(1, p * (n * q + 1))) / total if x else 0.0
    upper = (2 * n * p + z * z + 1 + half(-1, p * (n * q - 1))) / total if x < n else 1.0
    return _made("wilson, continuity-corrected", x, n, lower, upper, level)


@estimator
def logit(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with the normal interval of its log odds; none at x = 0 and x = n.

    Brown, Cai & DasGupta 2001, Stat Sci 16:101.
    """
    x, n, z = _given(x, n, level)
    if x in (0, n):
        return Estimate("logit", "proportion", x / n, NAN, NAN, n=n, level=level)
    odds, half = math.log(x / (n - x)), z * math.sqrt(n / (x * (n - x)))
    return _made("logit", x, n, special.expit(odds - half), special.expit(odds + half), level)


def edge(accepts: Callable[[float], bool], inside: float, outside: float) -> float:
    """The last number that `accepts` on the way from `inside` to `outside`, by bisection.

    `inside` is accepted, and what lies between two accepted numbers too.
    """
    if accepts(outside):
        return outside
    for _ in range(200):
        middle = (inside + outside) / 2
        if middle in (inside, outside):
            break
        inside, outside = (middle, outside) if accepts(middle) else (inside, middle)
    return inside


def _limits(x: int, n: int, accepts: Callable[[float], bool]) -> tuple[float, float]:
    """Both ends of the proportions around x/n that `accepts`."""
    return edge(accepts, x / n, 0.0), edge(accepts, x / n, 1.0)


@estimator
def likelihood_ratio(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with all proportions that the likelihood-ratio test does not reject.

    Chi-square on one degree of freedom. Brown, Cai & DasGupta 2001, Stat Sci 16:101.
    """
    x, n, z = _given(x, n, level)

    def accepts(p: float) -> bool:
        terms = special.rel_entr(x / n, p) + special.rel_entr(1 - x / n, 1 - p)
        return 2 * n * float(terms) <= z * z

    return _made("likelihood ratio", x, n, *_limits(x, n, accepts), level)


@estimator
def mid_p(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with the mid-P interval: Clopper-Pearson's, the count itself by half.

    Nearer to its level than Clopper-Pearson, now and then below it. Berry & Armitage 1995,
    The Statistician 44:417.
    """
    x, n, _ = _given(x, n, level)
    tail = (1 - level) / 2

    def accepts(p: float) -> bool:
        below = special.bdtr(x, n, p)
        above = special.bdtrc(x - 1, n, p) if x else 1.0
        point = float(below + above - 1)
        return min(float(below), float(above)) - point / 2 > tail

    return _made("mid-p", x, n, *_limits(x, n, accepts), level)


@estimator
def blaker(x: int, n: int, *, level: float = 0.95) -> Estimate:
    """Proportion x/n with Blaker's exact interval, never wider than Clopper-Pearson's.

    All proportions whose acceptability (the smaller tail, and the largest opposite tail that is not
    larger) exceeds 1 - level; each limit from a walk of 2000 steps from Clopper-Pearson's to the
    estimate, then by bisection. Blaker 2000, Can J Stat 28:783.
    """
    x, n, _ = _given(x, n, level)
    tail, k = (1 - level) / 2, np.arange(n + 1)

    def accepts(p: float) -> bool:
        below, above = special.bdtr(k, n, p), np.append(1.0, special.bdtrc(k[:-1], n, p))
        own = np.minimum(below, above)
        mass = np.diff(below, prepend=0.0)
        return float(mass[own <= own[x] * (1 + 1e-10)].sum()) > 1 - level

    def edge(outer: float) -> float:
        steps = np.linspace(outer, x / n, 2001)
        first = next(i for i, p in enumerate(steps) if accepts(float(p)))
        if first == 0:
            return outer
        outside, inside = float(steps[first - 1]), float(steps[first])
        for _ in range(60):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if accepts(middle) else (inside, middle)
        return inside

    lower = edge(float(special.betaincinv(x, n - x + 1, tail))) if x else 0.0
    upper = edge(float(special.betaincinv(x + 1, n - x, 1 - tail))) if x < n else 1.0
    return _made("blaker", x, n, lower, upper, level)
