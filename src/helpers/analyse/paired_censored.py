"""Pairs of values of which some lie below a limit go in; what can be said of the change comes out.

Two ways, side by side. Bounds: every statistic at the lowest and at the highest change that the
limits allow, so that the truth lies between without any model. Likelihood: both measurements
normal together, a value below its limit entering as a probability. Nothing is substituted. All
values are on the scale of the analysis (log10), with the limit in place of a value below it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks, paired, ranks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError

FAR = 1e9  # stands for an unbounded change where an infinity would have no rank
LEAST_SEEN = 5  # pairs with both values seen that the likelihood asks for
HALF_LOG = 0.5 * math.log(2 * math.pi)
STEP = 1e-30  # of the derivatives by a complex step, which lose no digit: see `mixed.STEP`
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)


def change_bounds(
    before: Sequence[float],
    after: Sequence[float],
    before_below: Sequence[bool],
    after_below: Sequence[bool],
) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest change (after minus before) of each subject that the limits allow.

    Equal where both values were seen; minus infinity to limit - before where only `before` was;
    after - limit to infinity where only `after` was; unbounded where neither was.
    """
    before = checks.vector(before, name="before")
    after = checks.vector(after, name="after", least=len(before))
    first = checks.flags(before_below, name="before_below", length=len(before))
    second = checks.flags(after_below, name="after_below", length=len(before))
    change = after - before
    return np.where(second, -np.inf, change), np.where(first, np.inf, change)


def _bounds(low: Sequence[float], high: Sequence[float]) -> tuple[np.ndarray, np.ndarray]:
    low, high = np.array(low, dtype=float), np.array(high, dtype=float)
    if low.shape != high.shape or low.ndim != 1 or not (low <= high).all():
        raise AnalysisError(
            f"change bounds: expected two equally long lists with low <= high, found shapes "
            f"{low.shape} and {high.shape}; take them from change_bounds"
        )
    if not (np.isfinite(low) | np.isfinite(high)).any():
        raise NoEstimateError(
            f"change bounds: expected a subject whose change is known on one side, found none of "
            f"{len(low)}; both values are below the limit in all: report that share instead"
        )
    return low, high


def _finite(bound: np.ndarray) -> np.ndarray:
    """Return `bound` with its infinities at distinct numbers beyond every other: no ties among them."""
    steps = FAR * (1 + np.arange(len(bound)) / len(bound))
    return np.where(np.isfinite(bound), bound, np.sign(bound) * steps)


@estimator
def sign_test_bounds(low: Sequence[float], high: Sequence[float]) -> Estimate:
    """Sign test of the subjects whose direction is certain; `value` is the share that rose.

    A value above the limit followed by one below it is a fall, however far; two values below it say
    nothing, and such subjects are left out. `n` counts the others.
    """
    low, high = _bounds(low, high)
    certain = np.where(low > 0, 1.0, np.where(high < 0, -1.0, 0.0))
    return paired.sign_test(certain)


@estimator
def signed_rank_bounds(low: Sequence[float], high: Sequence[float]) -> dict[str, Estimate]:
    """Smallest and largest P of the exact signed-rank test over all changes that the bounds allow.

    The sum of signed ranks is the number of positive less negative Walsh averages (Tukey 1949), so
    it never falls when a change grows: its extremes lie at all-low and all-high. P is 1 where they
    enclose 0. Zeros keep their ranks (Pratt). Keys "smallest", "largest"; `value` and `p_value` are
    P. Exact when the changes that are known have no ties.
    """
    ends = [_finite(b) for b in _bounds(low, high)]
    sums = [float(np.sign(e) @ ranks.midranks(np.abs(e))) for e in ends]  # without the n^2 pairs
    p = [paired.signed_rank(e, zeros="pratt").p_value for e in ends]
    worst = 1.0 if sums[0] <= 0 <= sums[1] else max(p)
    n, method = len(ends[0]), "wilcoxon signed-rank, bounds"
    return {
        name: Estimate(method, f"{name} p-value", at, p_value=at, n=n)
        for name, at in (("smallest", min(p)), ("largest", worst))
    }


@estimator
def hodges_lehmann_bounds(
    low: Sequence[float], high: Sequence[float], *, level: float = 0.95
) -> dict[str, Estimate]:
    """Hodges-Lehmann shift at the lowest and at the highest changes that the bounds allow.

    Keys "lowest", "highest"; the truth's estimate lies between, and its interval within the lower
    limit of the first and the upper limit of the second. Infinite where nothing bounds it.
    """
    out = {}
    for name, bound in zip(("lowest", "highest"), _bounds(low, high), strict=True):
        shift = paired.hodges_lehmann(_finite(bound), level=level)
        value, lower, upper = (
            math.copysign(math.inf, v) if abs(v) > FAR / 4 else v
            for v in (shift.value, shift.lower, shift.upper)
        )
        method = "hodges-lehmann, bounds"
        out[name] = Estimate(
            method, f"{name} pseudomedian", value, lower, upper, n=len(bound), among=shift.among
        )
    return out


@estimator
def paired_tobit(
    before: Sequence[float],
    after: Sequence[float],
    before_below: Sequence[bool],
    after_below: Sequence[bool],
    *,
    level: float = 0.95,
) -> Estimate:
    """Mean change (after minus before) by maximum likelihood of a censored bivariate normal.

    Two means, two SDs and a correlation; a value below its limit enters as a conditional normal
    probability, a pair below as a bivariate one (Lyles, Fan & Chuachoowong 2001, Stat Med 20:2921).
    Unlike a Tobit fit of the changes alone it knows that patients with a low first value are the
    ones whose second is not seen. Interval by profile likelihood, a little narrow at small n; without
    censoring the mean change. P of the likelihood ratio against no change. Needs 5 pairs seen.
    """
    data = _pairs(before, after, before_below, after_below)
    start = _moments(data)
    best, value, nuisance = _maximum(data, start)
    drop = float(special.chdtri(1, 1 - checks.inside(level, 0, 1, name="level"))) / 2
    scale = max(float(np.std(data[1] - data[0])), 1e-8) / math.sqrt(len(data[0]))

    def excess(at: float) -> float:
        return best - _profile(data, at, nuisance) - drop

    lower, upper = (_crossing(excess, value, side * scale) for side in (-1, 1))
    ratio = max(0.0, 2 * (best - _profile(data, 0.0, nuisance)))
    p = float(special.chdtrc(1, ratio))
    return Estimate("paired tobit", "mean difference", value, lower, upper, p, len(data[0]), level)


def _pairs(before, after, before_below, after_below) -> tuple[np.ndarray, ...]:
    before = checks.vector(before, name="before", least=LEAST_SEEN)
    after = checks.vector(after, name="after", least=len(before))
    first = checks.flags(before_below, name="before_below", length=len(before))
    second = checks.flags(after_below, name="after_below", length=len(before))
    seen = ~first & ~second
    if seen.sum() < LEAST_SEEN or min(np.ptp(before[seen]), np.ptp(after[seen])) == 0:
        raise NoEstimateError(
            f"paired tobit: expected at least {LEAST_SEEN} pairs with both values seen and some "
            f"spread, found {seen.sum()} of {len(seen)}; report the bounds and the sign test instead"
        )
    return before, after, first, second


def _moments(data: tuple[np.ndarray, ...]) -> np.ndarray:
    """Return a starting point: mean before, mean change, log SDs, Fisher z of the correlation."""
    before, after = data[:2]
    spread = [math.log(max(float(v.std()), 1e-3)) for v in (before, after)]
    r = float(np.clip(np.corrcoef(before, after)[0, 1], -0.9, 0.9))
    return np.array([before.mean(), (after - before).mean(), *spread, math.atanh(r)])


def _loss(point: np.ndarray, data: tuple[np.ndarray, ...]) -> np.number:
    """Return minus the log-likelihood at (mean before, mean change, log SDs, Fisher z).

    Of a complex `point` the imaginary part carries the derivative.
    """
    before, after, first, second = data
    rho = np.tanh(np.clip(point[4], -6, 6))
    rest = np.sqrt(1 - rho * rho)
    log_sd = np.clip(point[2:4], -20, 20)
    x = (before - point[0]) / np.exp(log_sd[0])
    y = (after - point[0] - point[1]) / np.exp(log_sd[1])
    both, only_x, only_y = ~first & ~second, ~first & second, first & ~second
    total = -(~first).sum() * (log_sd[0] + HALF_LOG) - (~second).sum() * (log_sd[1] + HALF_LOG)
    total -= 0.5 * (x[~first] @ x[~first]) + both.sum() * np.log(rest)
    total -= 0.5 * (((y - rho * x) / rest)[both] ** 2).sum() + 0.5 * (y[only_y] @ y[only_y])
    total += special.log_ndtr(((y - rho * x) / rest)[only_x]).sum()
    total += special.log_ndtr(((x - rho * y) / rest)[only_y]).sum()
    neither = first & second
    if neither.any():
        total += np.log(np.maximum(bivariate_cdf(x[neither], y[neither], rho), 1e-300)).sum()
    return -total


def bivariate_cdf(x: np.ndarray, y: np.ndarray, rho: float) -> np.ndarray:
    """P(X <= x, Y <= y) of standard normals with correlation `rho`, elementwise.

    Plackett's integral over the correlation (Plackett 1954, Biometrika 41:351) by Gauss-Legendre.
    """
    angle = 0.5 * np.arcsin(rho) * (NODES + 1)
    sine, square = np.sin(angle), np.cos(angle) ** 2
    x, y = np.asarray(x)[:, None], np.asarray(y)[:, None]
    density = np.exp(-(x * x + y * y - 2 * x * y * sine) / (2 * square))
    part = 0.5 * np.arcsin(rho) / (2 * math.pi) * (density @ WEIGHTS)
    return (special.ndtr(x) * special.ndtr(y))[:, 0] + part


def _maximum(data, start: np.ndarray) -> tuple[float, float, np.ndarray]:
    """Return the largest log-likelihood, its mean change and its other parameters."""
    point = _lowest(lambda at: _loss(at, data), start)
    return -float(_loss(point, data)), float(point[1]), np.delete(point, 1)


def _lowest(loss: Callable[[np.ndarray], np.number], start: np.ndarray) -> np.ndarray:
    """Return where `loss` is lowest: BFGS, then Newton steps, so that every digit has converged.

    Without a positive definite Hessian (a flat loss) the place that BFGS found.
    """
    from scipy.optimize import minimize

    steps = np.eye(len(start))

    def slope(at: np.ndarray) -> np.ndarray:
        return np.array([loss(at + 1j * STEP * e).imag / STEP for e in steps])

    found = minimize(loss, start, method="BFGS", jac=slope, options={"gtol": 1e-7}).x
    at = found
    for _ in range(20):
        hessian = np.array([(slope(at + 1e-5 * e) - slope(at - 1e-5 * e)) / 2e-5 for e in steps])
        if not np.isfinite(hessian).all() or np.linalg.eigvalsh(hessian + hessian.T).min() <= 0:
            return found
        step = np.linalg.solve(hessian, slope(at))
        at = at - step
        if np.abs(step).max() < 1e-11:
            return at
    return found


def _profile(data, change: float, start: np.ndarray) -> float:
    """Return the largest log-likelihood with the mean change held at `change`."""

    def loss(rest: np.ndarray) -> np.number:
        return _loss(np.insert(rest, 1, change), data)

    return -float(loss(_lowest(loss, start)))


def _crossing(excess: Callable[[float], float], start: float, step: float) -> float:
    """Return where `excess` turns positive on the way from `start`; infinite if it never does."""
    from scipy.optimize import brentq

    near = start
    for k in range(20):
        far = start + step * 2 * 1.5**k
        if excess(far) > 0:
            return float(brentq(excess, near, far, xtol=1e-13, rtol=1e-14))
        near = far
    return math.copysign(math.inf, step)
