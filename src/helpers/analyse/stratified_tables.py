"""Responders by arm and stratum go in, the tests and common differences of Mantel and Haenszel come out.

One entry a stratum in every argument: `x1` of `n1` in the first arm, `x2` of `n2` in the second. A
stratum in which one arm is empty tells nothing of a difference and drops out by itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError


def _tables(x1, n1, x2, n2) -> tuple[np.ndarray, ...]:
    """The four as float arrays, without the strata in which an arm is empty."""
    found = [checks.vector(v, name=k) for k, v in zip(("x1", "n1", "x2", "n2"), (x1, n1, x2, n2),
                                                      strict=True)]  # fmt: skip
    lengths = {len(v) for v in found}
    whole = len(lengths) == 1 and all((v % 1 == 0).all() and v.min() >= 0 for v in found)
    if not whole or (found[0] > found[1]).any() or (found[2] > found[3]).any():
        raise AnalysisError(
            "x1, n1, x2, n2: expected one whole number a stratum in each, x at most n, found "
            f"{[v.tolist() for v in found]}; count subjects"
        )
    both = (found[1] > 0) & (found[3] > 0)
    if not both.any():
        raise NoEstimateError("n1, n2: expected a stratum with subjects of both arms, found none")
    return tuple(v[both] for v in found)


@estimator
def mantel_haenszel(
    x1: Sequence[int], n1: Sequence[int], x2: Sequence[int], n2: Sequence[int]
) -> Estimate:
    """Cochran-Mantel-Haenszel test that no stratum has a difference; `value` is chi-square on 1 df.

    Without continuity correction, as SAS prints it (R's mantelhaen.test, correct = FALSE). It looks
    for a difference of one direction in all strata. Raises when nobody, or everybody, responded.
    """
    x1, n1, x2, n2 = _tables(x1, n1, x2, n2)
    n, x = n1 + n2, x1 + x2
    gap = float((x1 - n1 * x / n).sum())
    variance = float((n1 * n2 * x * (n - x) / (n**2 * np.maximum(n - 1, 1))).sum())
    if variance == 0:
        raise NoEstimateError("x1, x2: expected some with and some without a response, found none")
    statistic = gap**2 / variance
    p = float(special.chdtrc(1, statistic))
    return Estimate("cochran-mantel-haenszel", "chi-square", statistic, p_value=p, n=int(n.sum()))


@estimator
def common_difference(
    x1: Sequence[int], n1: Sequence[int], x2: Sequence[int], n2: Sequence[int], *,
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """Risk difference x1/n1 - x2/n2, strata weighed by n1 n2 / (n1 + n2) (Mantel-Haenszel).

    Interval and P by the variance of Sato, Greenland & Robins 1989, Biometrics 45:1323, which holds
    for few large strata and for many small ones (SAS's COMMONRISKDIFF of PROC FREQ). P is NaN where
    it is 0.
    """
    x1, n1, x2, n2 = _tables(x1, n1, x2, n2)
    n = n1 + n2
    weight = n1 * n2 / n
    value = float((weight * (x1 / n1 - x2 / n2)).sum() / weight.sum())
    p = (n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2
    q = (x1 * (n2 - x2) + x2 * (n1 - x1)) / (2 * n)
    variance = (value * float(p.sum()) + float(q.sum())) / float(weight.sum()) ** 2
    return _normal("mantel-haenszel", "risk difference", value, variance, int(n.sum()), level)


@estimator
def common_odds_ratio(
    x1: Sequence[int], n1: Sequence[int], x2: Sequence[int], n2: Sequence[int], *,
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """Odds ratio of the first arm to the second, common to all strata (Mantel-Haenszel).

    Interval by the variance of Robins, Breslow & Greenland 1986, Biometrics 42:311, on the log
    scale; P is that of `mantel_haenszel`. 0 or infinite, without an interval, where one arm has no
    response or nothing else.
    """
    x1, n1, x2, n2 = _tables(x1, n1, x2, n2)
    n = n1 + n2
    r, s = x1 * (n2 - x2) / n, x2 * (n1 - x1) / n
    p, q = (x1 + n2 - x2) / n, (x2 + n1 - x1) / n
    a, b = float(r.sum()), float(s.sum())
    test = mantel_haenszel(x1, n1, x2, n2)
    if a == 0 or b == 0:
        value = 0.0 if a == 0 else math.inf
        return Estimate("mantel-haenszel", "odds ratio", value, p_value=test.p_value, n=test.n,
                        level=level)  # fmt: skip
    variance = (p @ r) / (2 * a**2) + (p @ s + q @ r) / (2 * a * b) + (q @ s) / (2 * b**2)
    half = _z(level) * math.sqrt(float(variance))
    value = a / b
    lower, upper = value * math.exp(-half), value * math.exp(half)
    return Estimate(
        "mantel-haenszel", "odds ratio", value, lower, upper, test.p_value, test.n, level
    )


@estimator
def common_risk_ratio(
    x1: Sequence[int], n1: Sequence[int], x2: Sequence[int], n2: Sequence[int], *,
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """Risk ratio of the first arm to the second, common to all strata (Mantel-Haenszel).

    Interval by the variance of Greenland & Robins 1985, Biometrics 41:55, on the log scale. 0 or
    infinite, without an interval, where an arm has no response.
    """
    x1, n1, x2, n2 = _tables(x1, n1, x2, n2)
    n = n1 + n2
    a, b = float((x1 * n2 / n).sum()), float((x2 * n1 / n).sum())
    subjects = int(n.sum())
    if a == 0 or b == 0:
        value = NAN if a == b else math.inf if b == 0 else 0.0
        return Estimate("mantel-haenszel", "risk ratio", value, n=subjects, level=level)
    variance = float(((n1 * n2 * (x1 + x2) - x1 * x2 * n) / n**2).sum()) / (a * b)
    log = _normal("mantel-haenszel", "risk ratio", math.log(a / b), variance, subjects, level)
    ends = (math.exp(v) for v in (log.value, log.lower, log.upper))
    return Estimate(log.method, log.statistic, *ends, log.p_value, subjects, level)


def _z(level: float) -> float:
    return float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))


def _normal(method, statistic, value, variance, n, level) -> Estimate:
    error = math.sqrt(max(variance, 0.0))
    half = _z(level) * error
    p = 2 * float(special.ndtr(-abs(value) / error)) if error > 0 else NAN
    return Estimate(method, statistic, value, value - half, value + half, p, n, level)
