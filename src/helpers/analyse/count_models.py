"""One row a subject, its events, time and arm, goes in; rate ratios of count regressions come out.

Poisson takes all events as independent; the negative binomial lets patients differ in their rates.
statsmodels fits both for a given shape; that of the second is where the likelihood is highest, as in MASS.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize, special

from helpers.analyse import checks, factors
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.errors import NoEstimateError

# shapes of the gamma distribution of rates: patients alike; hardly any with events
MOST, LEAST = 1e4, (0.1, 0.01, 1e-3, 1e-4)  # no shape so small is tried before one must be
FLAT = 1e-8  # least share of the largest curvature: below it a coefficient has any size
ALIKE = "Patients differ no more than chance lets them: the ratio is Poisson's."


@dataclass(frozen=True)
class _Counts:
    """What is modelled: `design` has a constant, the other arms (`names` with the reference), covariates."""

    design: np.ndarray
    events: np.ndarray
    time: np.ndarray
    names: list[Hashable]
    remark: str


@estimator
def poisson_rate_ratios(
    frame: pd.DataFrame, *, events: str, time: str, arm: str, reference: Hashable,
    covariates: Sequence[str] = (), level: float = 0.95,
) -> dict[Hashable, Estimate]:  # fmt: skip
    """Ratio of the event rate of each arm to that of `reference`, adjusted, by Poisson regression.

    `frame`: one row a subject, no missing values: `events` a whole number, `time` at risk above 0 (its
    logarithm is the offset). A covariate of numbers has one slope, any other one term a level; those that
    repeat one another count once, and one of a single number adjusts nothing, which `remark` says. Wald
    interval and P on the scale of the logarithm, as R's glm has them. Keys: the other arms in order of
    appearance. Raises where an arm has no event.
    """
    counts = _counts(frame, events, time, arm, reference, covariates)
    return _ratios(counts, _fit(counts, None), "poisson regression", level, counts.remark)


@estimator
def negative_binomial_rate_ratios(
    frame: pd.DataFrame, *, events: str, time: str, arm: str, reference: Hashable,
    covariates: Sequence[str] = (), level: float = 0.95,
) -> dict[Hashable, Estimate]:  # fmt: skip
    """The same where patients' rates differ by a gamma distribution: negative binomial regression.

    Its shape is estimated with the rest by maximum likelihood; errors take it as known, as R's glm.nb
    (MASS) does. Where the likelihood rises up to patients that do not differ, the ratio is that of
    `poisson_rate_ratios` and `remark` says so. Lawless 1987, Can J Stat 15:209.
    """
    counts = _counts(frame, events, time, arm, reference, covariates)
    shape = _shape(counts)
    said = " ".join(filter(None, [counts.remark, ALIKE if shape is None else ""]))
    return _ratios(counts, _fit(counts, shape), "negative binomial regression", level, said)


def _ratios(counts: _Counts, model, method: str, level: float, remark: str) -> dict:
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    covariance, out = model.cov_params(), {}
    for i, name in enumerate(counts.names[1:], 1):
        beta, error = float(model.params[i]), float(np.sqrt(covariance[i, i]))
        ratio = (float(np.exp(beta + k * error)) for k in (0.0, -z, z))
        p = 2 * float(special.ndtr(-abs(beta) / error)) if error > 0 else NAN
        out[name] = Estimate(method, "rate ratio", *ratio, p, len(counts.events), level,
                             remark=remark)  # fmt: skip
    return out


def _counts(frame, events, time, arm, reference, covariates) -> _Counts:
    """The data as modelled; covariates are centred and scaled, which changes no coefficient of an arm."""
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    names = checks.reference_first(arms, reference)
    y, t = checks.vector(frame[events], name=events), checks.vector(frame[time], name=time)
    if (y < 0).any() or (y % 1 != 0).any() or (t <= 0).any():
        raise checks.error(no_estimate=False)(
            f"{events}, {time}: expected whole numbers of events and times above 0, found events from "
            f"{y.min():g} and times from {t.min():g}; leave these subjects out and say how many"
        )
    without = [str(a) for a in names if not y[arms == a].sum()]
    if without:
        raise NoEstimateError(
            f"{events}: expected events in every arm, found none in {', '.join(without)}; a ratio is then 0 "
            "or infinite: report counts"
        )
    design, remark = factors.design(frame, arms, names, covariates)
    return _Counts(design, y, t, names, remark)


def _fit(counts: _Counts, shape: float | None):
    """The regression with this shape of the rates; None: patients are alike (Poisson)."""
    from statsmodels.genmod.families import NegativeBinomial, Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    family = Poisson() if shape is None else NegativeBinomial(alpha=1 / shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # whether it arrived is looked at below
        model = GLM(counts.events, counts.design, family=family, exposure=counts.time)
        found = model.fit(maxiter=200, tol=1e-9, tol_criterion="params")
    curvature = np.linalg.eigvalsh(np.linalg.inv(found.normalized_cov_params))
    if not found.converged or curvature[0] <= FLAT * curvature[-1]:
        raise NoEstimateError(
            "count regression: expected events at every level of each covariate, found a level without "
            "any; leave the covariate out"
        )
    return found


def _shape(counts: _Counts) -> float | None:
    """The shape at which the likelihood is highest; None where it rises up to patients that are alike."""

    def slope(log_shape: float) -> float:
        shape, y = float(np.exp(log_shape)), counts.events
        mean = _fit(counts, shape).fittedvalues
        parts = special.digamma(y + shape) - special.digamma(shape) - np.log1p(mean / shape)
        return float((parts + (mean - y) / (mean + shape)).sum()) * shape

    high = float(np.log(MOST))
    if slope(high) >= 0:
        return None
    low = next((end for end in map(float, np.log(LEAST)) if slope(end) > 0), None)
    if low is None:
        raise NoEstimateError(
            "count regression: expected events of several patients, found too few"
        )
    return float(np.exp(optimize.brentq(slope, low, high, xtol=1e-11)))
