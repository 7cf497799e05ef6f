"""Values with flags for "below the limit of detection" go in, censored-normal estimates come out.

A flagged value stands for "somewhere at or below this number": it enters the likelihood as that
probability and is never halved or dropped. Everything is on the scale that the caller passes
(log10 copies/mL, log10 pg/mL), which should be the one where values are roughly normal.
Substitution is offered only so that a chapter can show what it does. Tobin 1958, Econometrica
26:24; Helsel 2012, Statistics for Censored Environmental Data, ch. 6.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.fixed_effects_tobit import Rows, fit
from helpers.errors import AnalysisError, NoEstimateError


def censored_fit(
    y: np.ndarray, design: np.ndarray, censored: np.ndarray
) -> tuple[np.ndarray, float, np.ndarray, float]:
    """Maximum likelihood of a normal linear model with left-censored rows.

    `y` (n), `design` (n, k), `censored` (n). Returns coefficients (k), sigma, the covariance of
    (coefficients, log sigma) from the observed information, and the log-likelihood. In Olsen's
    parameters (coefficients/sigma, 1/sigma) the likelihood is concave (Olsen 1978, Econometrica
    46:1211), so Newton's method has one place to go.
    """
    rows = np.column_stack([-design, y])  # rows @ (coefficients/sigma, 1/sigma) = residual/sigma
    start, *_ = np.linalg.lstsq(design, y, rcond=None)
    spread = math.sqrt(float(np.mean((y - design @ start) ** 2))) or 1.0
    point = np.append(start, 1.0) / spread
    for _ in range(200):
        slope, curvature = _olsen_derivatives(rows, censored, point)
        step = np.linalg.solve(curvature, slope)
        here, size = _olsen_value(rows, censored, point), 1.0
        if slope @ step < 1e-13 * (1 + abs(here)):
            # the gain still to be had is rounding error: one last full step, nothing to compare
            return _from_olsen(rows, censored, point + step)
        while _olsen_value(rows, censored, point + size * step) < here and size > 1e-10:
            size /= 2
        point = point + size * step
    raise NoEstimateError(
        "tobit: expected a finite maximum of the likelihood, found none in 200 steps; "
        "a group or covariate value has only values below the limit: leave it out and say so"
    )


def _olsen_value(rows: np.ndarray, censored: np.ndarray, point: np.ndarray) -> float:
    """Return the log-likelihood, minus infinity where 1/sigma is not above 0."""
    if point[-1] <= 0:
        return -math.inf
    z, seen = rows @ point, ~censored
    inside = seen.sum() * math.log(point[-1] / math.sqrt(2 * math.pi)) - 0.5 * z[seen] @ z[seen]
    return float(inside + special.log_ndtr(z[censored]).sum())


def _olsen_derivatives(
    rows: np.ndarray, censored: np.ndarray, point: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the gradient and minus the Hessian of the log-likelihood."""
    z = rows @ point
    mills = np.exp(-0.5 * z * z - 0.5 * math.log(2 * math.pi) - special.log_ndtr(z))
    slope_z = np.where(censored, mills, -z)
    bend_z = np.where(censored, mills * (z + mills), 1.0)
    slope, curvature = rows.T @ slope_z, (rows * bend_z[:, None]).T @ rows
    seen = (~censored).sum()
    slope[-1] += seen / point[-1]
    curvature[-1, -1] += seen / point[-1] ** 2
    return slope, curvature


def _from_olsen(rows, censored, point):
    """Translate to coefficients and log sigma; the information moves by the chain rule."""
    k = len(point) - 1
    sigma = 1 / point[k]
    _, curvature = _olsen_derivatives(rows, censored, point)
    jacobian = np.zeros((k + 1, k + 1))
    jacobian[:k, :k] = np.eye(k) * sigma
    jacobian[:k, k] = -point[:k] * sigma**2
    jacobian[k, k] = -sigma
    covariance = jacobian @ np.linalg.inv(curvature) @ jacobian.T
    return point[:k] * sigma, float(sigma), covariance, _olsen_value(rows, censored, point)


def _inputs(values, censored, *, name: str) -> tuple[np.ndarray, np.ndarray]:
    values = checks.vector(values, name=name, least=2)
    censored = checks.flags(censored, name="censored", length=len(values))
    if len(np.unique(values[~censored])) < 2:
        raise NoEstimateError(
            f"{name}: expected at least two different values above the limit, found "
            f"{(~censored).sum()} of {len(values)} seen; report the share below the limit instead"
        )
    return values, censored


@estimator
def tobit_mean(
    values: Sequence[float], censored: Sequence[bool], *, level: float = 0.95
) -> Estimate:
    """Mean of a normal sample with left-censored values, by maximum likelihood.

    `values`: one a subject; where `censored`, its own limit of detection (limits may differ). A
    change whose second value is below the limit is censored at limit minus baseline. Interval by
    profile likelihood, which is lopsided where it must be. Without censoring: mean and the
    likelihood (not the t) interval. Raises when fewer than two different values were seen.
    """
    values, censored = _inputs(values, censored, name="values")
    ones = np.ones((len(values), 1))
    beta, _, covariance, best = censored_fit(values, ones, censored)
    mean, error = float(beta[0]), math.sqrt(covariance[0, 0])
    drop = float(special.chdtri(1, 1 - checks.inside(level, 0, 1, name="level"))) / 2

    def excess(at: float) -> float:
        return best - _profile(values - at, censored) - drop

    lower, upper = (_root(excess, mean, side * error) for side in (-1, 1))
    return Estimate("tobit", "mean", mean, lower, upper, n=len(values), level=level)


def _profile(centred: np.ndarray, censored: np.ndarray) -> float:
    """Return the log-likelihood of mean 0, maximised over sigma (concave in 1/sigma)."""
    from scipy.optimize import minimize_scalar

    seen, limits = centred[~censored], centred[censored]

    def loss(log_sigma: float) -> float:
        sigma = math.exp(log_sigma)
        inside = 0.5 * float(seen @ seen) / sigma**2 + len(seen) * log_sigma
        return inside - float(special.log_ndtr(limits / sigma).sum())

    centre = 0.5 * math.log(float(np.mean(centred**2)) + 1e-300)
    fit = minimize_scalar(loss, bracket=(centre - 0.5, centre + 0.5), tol=1e-12)
    return -float(fit.fun) - len(seen) * 0.5 * math.log(2 * math.pi)


def _root(excess, start: float, step: float) -> float:
    """Return where `excess` turns positive on the way from `start`; infinite if it never does."""
    from scipy.optimize import brentq

    for k in range(60):
        far = start + step * 2**k
        if excess(far) > 0:
            return float(brentq(excess, start, far, xtol=1e-13, rtol=1e-14))
    return math.copysign(math.inf, step)


@estimator
def tobit_regression(
    y: Sequence[float],
    design: Mapping[Hashable, Sequence[float]],
    censored: Sequence[bool],
    *,
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Coefficients of a normal linear model for left-censored `y`, by maximum likelihood.

    `design`: a frame or mapping of numeric columns; add a column of ones for an intercept. Where
    `censored`, y is the limit of detection. Wald intervals and tests from the observed information
    (as R's survreg, dist = "gaussian"); no small-sample correction. Keys are the columns.
    """
    y, censored = _inputs(y, censored, name="y")
    names = list(design)
    columns = np.column_stack([checks.vector(design[c], name=str(c)) for c in names])
    if len(columns) != len(y) or np.linalg.matrix_rank(columns) < len(names):
        raise checks.error(no_estimate=len(columns) == len(y))(
            f"design: expected {len(y)} rows and linearly independent columns, found "
            f"{len(columns)} rows and columns {names}; leave out what repeats another column"
        )
    beta, _, covariance, _ = censored_fit(y, columns, censored)
    errors = np.sqrt(np.diag(covariance))
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    out = {}
    for name, b, error in zip(names, map(float, beta), map(float, errors), strict=False):
        p = 2 * float(special.ndtr(-abs(b) / error))
        out[name] = Estimate(
            "tobit", "coefficient", b, b - z * error, b + z * error, p, len(y), level
        )
    return out


@estimator
def censored_slope(
    time: Sequence[float],
    log_value: Sequence[float],
    subject: Sequence[Hashable],
    censored: Sequence[bool],
    *,
    base: float = 10.0,
    level: float = 0.95,
) -> Estimate:
    """Half-life, in the unit of `time`, of an exponential decay seen above a limit of detection.

    One row a measurement: `log_value` is the logarithm to `base`, the limit where `censored`. Tobit
    regression on time with one common slope and a fixed intercept a subject. A subject without any
    value above the limit fits every slope equally well and is left out; `n` counts the others.
    Limits are the Wald limits of the slope, inverted: infinite where the slope may be flat. A rise
    gives an infinite half-life. P is the test of slope 0. sigma is somewhat too small with few rows
    a subject, and so the interval too narrow.
    """
    y, censored = _inputs(log_value, censored, name="log_value")
    time = checks.vector(time, name="time")
    subject = checks.labels(subject, name="subject", length=len(y))
    codes, _ = pd.factorize(subject)
    seen = np.bincount(codes, weights=~censored) > 0
    use = seen[codes]
    of = (np.cumsum(seen) - 1)[codes[use]]  # those with a value above the limit, numbered again
    _, (slope,), ((variance,),), _ = fit(
        Rows(y[use], np.ones((use.sum(), 1)), time[use, None], of, censored[use])
    )
    slope, error = float(slope), math.sqrt(variance)
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    p = 2 * float(special.ndtr(-abs(slope) / error))

    def half_life(rate: float) -> float:
        return -math.log(2) / (rate * math.log(base)) if rate < 0 else math.inf

    value, lower, upper = map(half_life, (slope, slope - z * error, slope + z * error))
    n = int(seen.sum())
    return Estimate("tobit regression", "half-life", value, lower, upper, p, n, level)


@estimator
def substituted_mean(
    values: Sequence[float],
    limits: float | Sequence[float],
    censored: Sequence[bool],
    *,
    fraction: float = 0.5,
    scale: str = "log10",
    level: float = 0.95,
) -> Estimate:
    """Mean after each censored value is replaced by `fraction` of its limit: for comparison only.

    `values` and `limits` on the analysis scale; with scale="log10" the fraction is taken of the
    limit itself (limit + log10(fraction)), with "linear" it multiplies. t interval, which takes the
    invented values for data. fraction=1 is the limit itself. Helsel 2012, ch. 1.
    """
    values = checks.vector(values, name="values", least=2)
    censored = checks.flags(censored, name="censored", length=len(values))
    limits = np.broadcast_to(np.asarray(limits, dtype=float), values.shape)
    checks.inside(fraction, 0, 1 + 1e-12, name="fraction")
    if scale not in ("log10", "linear"):
        raise AnalysisError(f'scale: expected "log10" or "linear", found {scale!r}')
    replacement = limits + math.log10(fraction) if scale == "log10" else limits * fraction
    filled = np.where(censored, replacement, values)
    n, mean = len(filled), float(filled.mean())
    error = float(filled.std(ddof=1)) / math.sqrt(n)
    half = float(special.stdtrit(n - 1, (1 + checks.inside(level, 0, 1, name="level")) / 2)) * error
    method = {0.5: "substitution 1/2", 1.0: "substitution limit"}.get(fraction)
    method = method or f"substitution {fraction:.3g}"
    return Estimate(method, "mean", mean, mean - half, mean + half, n=n, level=level)
