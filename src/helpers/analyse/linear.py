"""One row a subject with its arm, covariates and factors goes in, adjusted differences and means come out.

Least squares with common slopes and one variance; `groups.ancova` is the case of one baseline.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from helpers import collinear
from helpers.analyse import checks, factors
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError

WEIGHTS = ("equal", "observed")
NOISE = 1e-24  # of the outcome's mean square: what rounding leaves of the residuals where nothing varies


@dataclass(frozen=True)
class _Fit:
    """Least squares as fitted: where a mean puts the terms behind the arms, for each kind of weights."""

    model: Any
    centres: dict[str, list[float]]
    remark: str


@estimator
def adjusted_differences(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Difference of each arm from `reference`, adjusted for `covariates`, in the unit of `outcome`.

    `frame`: one row a subject, no missing values. A covariate of numbers has one slope, any other
    one mean a level (strata, centre, sex). t interval and test on the residual degrees of freedom.
    Keys: the other arms in order of appearance. The same as SAS's GLM and R's lm without
    interactions: covariates that repeat one another (a region beside its centres) count once, and
    one of a single number adjusts nothing, which `remark` says. Raises where one cannot be told from
    the arms, and where nothing is left that varies.
    """
    return differences(frame, outcome, arm, reference, covariates, level)


@estimator
def adjusted_f_test(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
) -> Estimate:
    """F test that no arm differs from another in the model of `adjusted_differences`.

    `value` is F on arms - 1 and the residual degrees of freedom.
    """
    return f_test(frame, outcome, arm, reference, covariates)


@estimator
def adjusted_slope(
    frame: pd.DataFrame,
    *,
    outcome: str,
    of: str,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> Estimate:
    """Change of `outcome` per unit of the number `of` (a dose), adjusted for `covariates`.

    The model of `adjusted_differences` with one slope over `of` in place of the arms; t interval, and
    test of no trend. Raises where `of` has one value only or the covariates repeat it.
    """
    x = checks.vector(frame[of], name=of, least=2)[:, None]
    if np.ptp(x) == 0:
        raise NoEstimateError(f"{of}: expected two doses or more, found one: {x[0, 0]:g}")
    fit = _least_squares(frame, outcome, x, covariates)
    found = _contrasts(fit, {of: np.eye(len(fit.model.params))[1]}, "slope", len(frame), level)
    return found[of]


@estimator
def adjusted_means(
    frame: pd.DataFrame,
    *,
    outcome: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
    weights: str = "equal",
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Mean of each arm at the mean of every covariate: its least-squares mean.

    `weights`: the levels of a factor count "equal" (SAS's LSMEANS, R's emmeans), or as often as all
    subjects together have them, "observed" (OM in SAS). Model, arguments and units as for
    `adjusted_differences`; keys: the reference, then the other arms.
    """
    if weights not in WEIGHTS:
        raise AnalysisError(f"weights: expected one of {WEIGHTS}, found {weights!r}; choose one")
    fit, names = _fitted(frame, outcome, arm, reference, covariates)
    means = fit.centres[weights]
    if len(names) + len(means) > len(fit.model.params):
        raise NoEstimateError(
            f"{', '.join(covariates)}: expected covariates that do not repeat one another, found some "
            "that do; leave one out"
        )
    rows = {}
    for i, name in enumerate(names):
        chosen = np.eye(len(names))[i]
        chosen[0] = 1.0
        rows[name] = np.concatenate([chosen, means])
    return _contrasts(fit, rows, "adjusted mean", len(frame), level)


def differences(frame, outcome, arm, reference, covariates, level) -> dict[Hashable, Estimate]:
    """`adjusted_differences`, for whoever is their estimator."""
    fit, names = _fitted(frame, outcome, arm, reference, covariates)
    rows = {name: np.eye(len(fit.model.params))[i] for i, name in enumerate(names) if i}
    return _contrasts(fit, rows, "adjusted mean difference", len(frame), level)


def f_test(frame, outcome, arm, reference, covariates) -> Estimate:
    """`adjusted_f_test`, for whoever is its estimator."""
    fit, names = _fitted(frame, outcome, arm, reference, covariates)
    test = fit.model.f_test(np.eye(len(fit.model.params))[1 : len(names)])
    return Estimate("ancova", "F", float(test.fvalue), p_value=float(test.pvalue), n=len(frame),
                    remark=fit.remark)  # fmt: skip


def _fitted(frame, outcome, arm, reference, covariates) -> tuple[_Fit, list[Hashable]]:
    """The fit, and the arms as its first coefficients: the reference's mean, then the differences."""
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    names = checks.reference_first(arms, reference)
    others = np.column_stack([(arms == a).astype(float) for a in names[1:]])
    return _least_squares(frame, outcome, others, covariates), names


def _least_squares(frame, outcome, fixed, covariates) -> _Fit:
    """Fit a constant, the columns `fixed` and the covariates' terms."""
    from statsmodels.regression.linear_model import OLS

    found: dict[Hashable, np.ndarray] = {}
    centres: dict[str, list[float]] = {kind: [] for kind in WEIGHTS}
    idle = factors.idle(frame, covariates)
    for name in (c for c in covariates if c not in idle):
        own = factors.terms(frame[name], name=name)
        found |= {key: v - v.mean() for key, v in own.items()}
        centres["observed"] += [0.0] * len(own)
        centres["equal"] += [0.0 if key == name else 1 / (len(own) + 1) - float(v.mean())
                             for key, v in own.items()]  # fmt: skip
    kept = collinear.independent(fixed, found)
    design = np.column_stack([np.ones(len(frame)), fixed, *kept.values()])
    y = checks.vector(frame[outcome], name=outcome, least=design.shape[1] + 1)
    model = OLS(y, design).fit()
    if model.ssr <= NOISE * float(y @ y):
        raise NoEstimateError(
            f"{outcome}: expected values that vary beside arm and covariates, found none; a difference "
            "without a spread has no interval: compare the values"
        )
    return _Fit(model, centres, factors.unadjusted(idle))


def _contrasts(
    fit: _Fit, rows: dict[Hashable, np.ndarray], statistic: str, n: int, level: float
) -> dict[Hashable, Estimate]:
    """Sums of the coefficients of `fit` with t interval and, but for means, test; `rows`: the weights."""
    model, out = fit.model, {}
    t = float(special.stdtrit(model.df_resid, (1 + checks.inside(level, 0, 1, name="level")) / 2))
    for name, row in rows.items():
        value, error = float(row @ model.params), float(np.sqrt(row @ model.cov_params() @ row))
        p = 2 * float(special.stdtr(model.df_resid, -abs(value) / error))
        p = p if statistic != "adjusted mean" else float("nan")  # nothing is tested of a mean
        out[name] = Estimate("ancova", statistic, value, value - t * error, value + t * error, p, n,
                             level, remark=fit.remark)  # fmt: skip
    return out
