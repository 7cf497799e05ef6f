"""One row a subject with its arm, covariates and factors goes in, adjusted differences and means come out.

Least squares with common slopes and one variance; `groups.ancova` is the case of one baseline.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers import collinear
from helpers.analyse import checks, factors
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError

WEIGHTS = ("equal", "observed")


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
    interactions: covariates that repeat one another (a region beside its centres) count once.
    Raises where one cannot be told from the arms.
    """
    fit, names, _ = _fit(frame, outcome, arm, reference, covariates)
    rows = {name: np.eye(len(fit.params))[i] for i, name in enumerate(names) if i}
    return _contrasts(fit, rows, "adjusted mean difference", len(frame), level)


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
    fit, names, _ = _fit(frame, outcome, arm, reference, covariates)
    test = fit.f_test(np.eye(len(fit.params))[1 : len(names)])
    return Estimate("ancova", "F", float(test.fvalue), p_value=float(test.pvalue), n=len(frame))


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
    fit, _ = _least_squares(frame, outcome, x, covariates)
    found = _contrasts(fit, {of: np.eye(len(fit.params))[1]}, "slope", len(frame), level)
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
    fit, names, centres = _fit(frame, outcome, arm, reference, covariates)
    means = centres[weights]
    if len(names) + len(means) > len(fit.params):
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


def _fit(frame, outcome, arm, reference, covariates):
    """Return the fit, the arms (its first coefficients: the reference's mean, then the differences)
    and, for each kind of weights, where its remaining terms are put for a mean.
    """
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    names = checks.reference_first(arms, reference)
    contrasts = np.column_stack([(arms == a).astype(float) for a in names[1:]])
    fit, centres = _least_squares(frame, outcome, contrasts, covariates)
    return fit, names, centres


def _least_squares(frame, outcome, fixed, covariates):
    """Fit a constant, the columns `fixed` and the covariates' terms; return it and their centres."""
    from statsmodels.regression.linear_model import OLS

    found: dict[Hashable, np.ndarray] = {}
    centres: dict[str, list[float]] = {kind: [] for kind in WEIGHTS}
    for name in covariates:
        own = factors.terms(frame[name], name=name)
        found |= own
        observed = [float(v.mean()) for v in own.values()]
        equal = factors.is_number(frame[name])
        centres["observed"] += observed
        centres["equal"] += observed if equal else [1 / (len(own) + 1)] * len(own)
    kept = collinear.independent(fixed, found)
    design = np.column_stack([np.ones(len(frame)), fixed, *kept.values()])
    y = checks.vector(frame[outcome], name=outcome, least=design.shape[1] + 1)
    return OLS(y, design).fit(), centres


def _contrasts(fit, rows: dict, statistic: str, n: int, level: float) -> dict[Hashable, Estimate]:
    t = float(special.stdtrit(fit.df_resid, (1 + checks.inside(level, 0, 1, name="level")) / 2))
    out = {}
    for name, row in rows.items():
        value, error = float(row @ fit.params), float(np.sqrt(row @ fit.cov_params() @ row))
        p = 2 * float(special.stdtr(fit.df_resid, -abs(value) / error))
        p = p if statistic != "adjusted mean" else float("nan")  # nothing is tested of a mean
        out[name] = Estimate(
            "ancova", statistic, value, value - t * error, value + t * error, p, n, level
        )
    return out
