"""One row a subject, its arm, response and covariates, goes in; adjusted odds ratios come out.

A logistic regression with common slopes. Where arm or covariates separate who responded from who did not, a
coefficient is infinite, and here that is no estimate; nor is a number of a likelihood that is all but flat.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks, factors
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.errors import NoEstimateError

METHOD = "logistic regression"
TOP = 1e-10  # of a coefficient, all terms of spread 1: steps below it have arrived
STEPS = 30  # a climb arrives in ten; where arms or covariates separate, each step is as long as the last
FLAT = 1e-8  # least share of the largest curvature: below it a coefficient has any size


@dataclass(frozen=True)
class _Fit:
    """Maximum likelihood as found: the columns of `design` are a constant, the other arms, the covariates."""

    design: np.ndarray
    response: np.ndarray
    names: list[Hashable]
    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    remark: str


@dataclass(frozen=True)
class _Top:
    """Where the likelihood is highest."""

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float


@estimator
def odds_ratios(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Odds ratio of a response (`outcome`, true or false) in each arm to `reference`, adjusted.

    `frame`: one row a subject, no missing values. A covariate of numbers has one slope, any other one
    term a level; those that repeat one another count once, and one of a single number adjusts nothing, which
    `remark` says. Wald interval and P on the scale of the logarithm, as R's glm and SAS's LOGISTIC
    have them. Keys: the other arms in order of appearance. Raises where arms or covariates
    separate who responded from who did not: the ratio, or a coefficient beside it, is then 0 or infinite.
    """
    fit, z, out = _fitted(frame, outcome, arm, reference, covariates), _z(level), {}
    for i, name in enumerate(fit.names[1:], 1):
        beta, error = float(fit.coefficients[i]), float(np.sqrt(fit.covariance[i, i]))
        ratio = (float(np.exp(beta + k * error)) for k in (0.0, -z, z))
        out[name] = Estimate(METHOD, "odds ratio", *ratio, _p(beta, error), len(frame), level,
                             remark=fit.remark)  # fmt: skip
    return out


@estimator
def odds_ratio_tests(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
) -> dict[Hashable, Estimate]:
    """Likelihood-ratio test that an odds ratio of `odds_ratios` is 1; `value` is chi-square on 1 df.

    The other model has `reference` and that arm as one (R's anova of both, test = "LRT"). Model,
    arguments, keys and errors as for `odds_ratios`.
    """
    fit, out = _fitted(frame, outcome, arm, reference, covariates), {}
    for i, name in enumerate(fit.names[1:], 1):
        without = _climbed(np.delete(fit.design, i, axis=1), fit.response, outcome)
        gain = max(0.0, 2 * (fit.log_likelihood - without.log_likelihood))
        p = float(special.chdtrc(1, gain))
        out[name] = Estimate(f"likelihood ratio, {METHOD}", "chi-square", gain, p_value=p,
                             n=len(frame), remark=fit.remark)  # fmt: skip
    return out


@estimator
def standardised_differences(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Risk difference of each arm to `reference`, standardised to the covariates of all subjects.

    By the model of `odds_ratios` everybody's chance to respond in the one arm, then in the other; the
    difference of their means (g-computation), as the FDA's guidance of May 2023 on covariates has it.
    Interval and P by the delta method, the covariates taken as given: what avg_comparisons of R's
    marginaleffects, and margins, print. Arguments, keys and errors as for `odds_ratios`.
    """
    fit, z, out = _fitted(frame, outcome, arm, reference, covariates), _z(level), {}
    share, slope = _standardised(fit, 0)
    for i, name in enumerate(fit.names[1:], 1):
        own, own_slope = _standardised(fit, i)
        value, gradient = own - share, own_slope - slope
        error = float(np.sqrt(gradient @ fit.covariance @ gradient))
        out[name] = Estimate(f"standardised, {METHOD}", "risk difference", value,
                             value - z * error, value + z * error, _p(value, error), len(frame),
                             level, remark=fit.remark)  # fmt: skip
    return out


def _standardised(fit: _Fit, arm: int) -> tuple[float, np.ndarray]:
    """Mean chance of all subjects to respond in one arm (0: the reference), and its gradient."""
    design = fit.design.copy()
    design[:, 1 : len(fit.names)] = 0.0
    design[:, arm] = 1.0  # of the reference the constant, which is 1 already
    chance = special.expit(design @ fit.coefficients)
    return float(chance.mean()), (chance * (1 - chance)) @ design / len(design)


def _fitted(frame, outcome, arm, reference, covariates) -> _Fit:
    """The model with all covariates, each centred and scaled: no coefficient of an arm changes by that."""
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    names = checks.reference_first(arms, reference)
    response = checks.flags(frame[outcome], name=outcome, length=len(frame)).astype(float)
    design, remark = factors.design(frame, arms, names, covariates)
    top = _climbed(design, response, outcome)
    return _Fit(design, response, names, top.coefficients, top.covariance, top.log_likelihood,
                remark)  # fmt: skip


def _climbed(design: np.ndarray, response: np.ndarray, outcome: str) -> _Top:
    """The top of the likelihood by statsmodels' Newton steps, which do not arrive where there is none."""
    from statsmodels.discrete.discrete_model import Logit
    from statsmodels.tools.sm_exceptions import PerfectSeparationError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whether it arrived is looked at below
            model = Logit(response, design)
            found = model.fit(method="newton", maxiter=STEPS, tol=TOP, ridge_factor=0, disp=0)
            information = -model.hessian(found.params)
            curvature = np.linalg.eigvalsh(information)
            arrived = found.mle_retvals["converged"] and curvature[0] > FLAT * curvature[-1]
    except (np.linalg.LinAlgError, PerfectSeparationError):
        arrived = False
    if not arrived:
        raise NoEstimateError(
            f"{outcome}: expected responders and others at every level of arm and covariates, found that "
            "these separate them, or all but do; an odds ratio is then 0 or infinite: compare the "
            "shares, or leave out the covariate"
        )
    return _Top(found.params, np.linalg.inv(information), float(found.llf))


def _z(level: float) -> float:
    return float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))


def _p(value: float, error: float) -> float:
    return 2 * float(special.ndtr(-abs(value) / error)) if error > 0 else NAN
