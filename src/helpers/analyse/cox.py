"""One row a subject goes in, Cox hazard ratios and their proportional-hazards check come out.

lifelines fits the model; what it may not do is stop early: its default tolerance leaves the sixth
digit open, so it is tightened here. Ties by Efron's method, the only one that lifelines has. Above
`FITTED_UP_TO` subjects `partial_likelihood` takes its place, with the same model and the same ties.
No robust errors, no strata, no time-varying covariates.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from helpers.analyse import checks, partial_likelihood, ranks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError

# subjects: lifelines takes a minute for a million, and the check below steps over subjects x events
FITTED_UP_TO = 5000


def _design(frame, time, event, arm, reference, covariates) -> tuple[pd.DataFrame, dict]:
    """Return the model frame (dummies named x0, x1, ...) and {column: key of the result}."""
    missing = [c for c in (time, event, arm, *covariates) if c not in frame.columns]
    if missing:
        raise AnalysisError(f"frame: expected columns {missing}, found {list(frame.columns)}")
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    keys = [*checks.reference_first(arms, reference)[1:], *covariates]
    columns = [arms == k for k in keys[: len(keys) - len(covariates)]]
    columns += [checks.vector(frame[c], name=c) for c in covariates]
    design = pd.DataFrame({f"x{i}": np.asarray(c, float) for i, c in enumerate(columns)})
    design["time"] = checks.vector(frame[time], name=time)
    design["event"] = checks.flags(frame[event], name=event, length=len(frame))
    return design, dict(zip(design.columns, keys, strict=False))


def _fit(design: pd.DataFrame, keys: dict) -> tuple[np.ndarray, np.ndarray]:
    """Return the log hazard ratios and their standard errors, in the order of `keys`."""
    for column, key in keys.items():
        inside = design.loc[design["event"], column]
        if inside.nunique() < 2 or (set(design[column]) <= {0.0, 1.0} and inside.sum() == 0):
            raise AnalysisError(
                f"cox, {key!r}: expected events on both sides of the comparison, found none on one "
                "side; the hazard ratio is 0 or infinite: report counts and a log-rank test"
            )
    if len(design) > FITTED_UP_TO:
        beta, covariance = partial_likelihood.maximum(*_arrays(design, keys))
        return beta, np.sqrt(np.diag(covariance))
    fit = _lifelines_fit(design)
    return fit.params_[list(keys)].to_numpy(), fit.standard_errors_[list(keys)].to_numpy()


def _arrays(design: pd.DataFrame, keys: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return design["time"].to_numpy(), design["event"].to_numpy(), design[list(keys)].to_numpy()


def _lifelines_fit(design: pd.DataFrame):
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    options = {"precision": 1e-14, "max_steps": 200}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # low-variance hints; failures raise
            return CoxPHFitter().fit(design, "time", "event", fit_options=options)
    except ConvergenceError as problem:
        raise AnalysisError(
            f"cox: expected a finite maximum of the likelihood, found none ({problem}); "
            "leave out covariates that separate events from the rest"
        ) from problem


@estimator
def cox(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Hazard ratios against the `reference` arm (and per unit of each numeric covariate).

    `frame`: one row a subject; the other names are its columns, `event` true where it was seen. No
    missing values. Keys: the other arms in order of appearance, then the covariates. Ties by Efron;
    Wald intervals and tests. Raises when an arm has no event: the ratio is then 0 or infinite.
    Cox 1972, J R Stat Soc B 34:187; Efron 1977, JASA 72:557.
    """
    from scipy import special

    design, keys = _design(frame, time, event, arm, reference, covariates)
    found = zip(*_fit(design, keys), strict=True)
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    out = {}
    for key, (beta, error) in zip(keys.values(), found, strict=True):
        beta, error = float(beta), float(error)
        ratio = (float(np.exp(beta + k * error)) for k in (0.0, -z, z))
        p = 2 * float(special.ndtr(-abs(beta) / error))
        out[key] = Estimate("cox", "hazard ratio", *ratio, p, len(design), level)
    return out


@estimator
def cox_ph_check(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    arm: str,
    reference: Hashable,
    covariates: Sequence[str] = (),
) -> dict[Hashable, Estimate]:
    """Test of proportional hazards for each term of `cox`, by Schoenfeld residuals.

    `value` is chi-square with one degree of freedom: the score test that a term's log hazard ratio
    changes linearly with the rank of time (R's cox.zph, transform = "rank"); NaN where all events
    are at one time. Own code: lifelines
    assumes one covariance for all event times, which small risk sets do not have. A large P is no
    proof of proportionality at these sizes. Grambsch & Therneau 1994, Biometrika 81:515.
    """
    from scipy import special

    design, keys = _design(frame, time, event, arm, reference, covariates)
    beta, _ = _fit(design, keys)
    interaction = _summed_interaction if len(design) > FITTED_UP_TO else _time_interaction
    slope, plain, crossed, squared = interaction(*_arrays(design, keys), beta)
    out = {}
    for j, key in enumerate(keys.values()):
        left = squared[j, j] - crossed[j] @ np.linalg.solve(plain, crossed[j])
        # all events at one time: no rank to change with
        statistic = float(slope[j] ** 2 / left) if left > 1e-12 * plain[j, j] else np.nan
        p = float(special.chdtrc(1, statistic))
        out[key] = Estimate(
            "schoenfeld residuals", "chi-square", statistic, p_value=p, n=len(design)
        )
    return out


def _time_interaction(times, events, x, beta):
    """Return score (k) and information blocks (k, k) of terms x rank(time), at interaction 0.

    Blocks: terms with terms, terms with interactions, interactions with interactions. Efron's ties:
    the d tied events leave the risk set one dth at a time.
    """
    rank = ranks.midranks(times)
    rank = rank - rank[events].mean()
    risk, k = np.exp(x @ beta), x.shape[1]
    slope, blocks = np.zeros(k), np.zeros((3, k, k))
    for t in np.unique(times[events]):
        tied = events & (times == t)
        g, d = rank[tied][0], int(tied.sum())
        for i in range(d):
            weight = np.where(times >= t, risk, 0.0) * np.where(tied, 1 - i / d, 1.0)
            weight /= weight.sum()
            mean = weight @ x
            variance = (x * weight[:, None]).T @ x - np.outer(mean, mean)
            blocks += np.multiply.outer([1.0, g, g * g], variance)
            slope -= g * mean
        slope += g * x[tied].sum(axis=0)
    return slope, *blocks


def _summed_interaction(times, events, x, beta):
    """Return what `_time_interaction` does, from sums over the distinct times."""
    rank = ranks.midranks(times)
    rank = rank - rank[events].mean()
    at, score, information = partial_likelihood.by_event_time(times, events, x, beta)
    order = np.argsort(times, kind="stable")
    g = rank[order][np.searchsorted(times[order], at)]
    blocks = [np.tensordot(g**power, information, 1) for power in (0, 1, 2)]
    return g @ score, *blocks
