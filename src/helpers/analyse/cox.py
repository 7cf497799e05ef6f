"""One row a subject goes in, Cox hazard ratios and their proportional-hazards check come out.

lifelines fits the model; what it may not do is stop early: its default tolerances leave the sixth
digit open, so they are tightened here. With strata, with Breslow's ties (lifelines has Efron's alone)
and above `FITTED_UP_TO` subjects `partial_likelihood` takes its place, with the same model. No robust
errors, no time-varying covariates.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from helpers import collinear
from helpers.analyse import checks, factors, partial_likelihood, ranks, ties
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError

# subjects: lifelines takes a minute for a million, and the check below steps over subjects x events
FITTED_UP_TO = 5000


def model_frame(
    frame, time, event, arm, reference, covariates, strata=()
) -> tuple[pd.DataFrame, dict]:
    """Return the model frame (terms x0, x1, ..., `stratum` in numbers) and {term: key of the result}."""
    missing = [c for c in (time, event, arm, *covariates, *strata) if c not in frame.columns]
    if missing:
        raise AnalysisError(f"frame: expected columns {missing}, found {list(frame.columns)}")
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    terms = {k: arms == k for k in checks.reference_first(arms, reference)[1:]}
    found: dict[Hashable, np.ndarray] = {}
    for name in covariates:
        found |= factors.terms(frame[name], name=name)
    terms = {k: np.asarray(c, float) for k, c in terms.items()}
    if found:
        terms |= _within(terms, found, factors.crossed(frame, strata))
    design = pd.DataFrame({f"x{i}": c for i, c in enumerate(terms.values())})
    design["time"] = ties.as_one(checks.vector(frame[time], name=time))
    design["event"] = checks.flags(frame[event], name=event, length=len(frame))
    design["stratum"] = factors.crossed(frame, strata)
    return design, dict(zip(design.columns, terms, strict=False))


def _within(arms: dict, found: dict, stratum: np.ndarray) -> dict:
    """The covariate terms that say something beside the arms and one another within strata."""
    sizes = np.bincount(stratum)[stratum]

    def centred(column: np.ndarray) -> np.ndarray:
        return column - np.bincount(stratum, column)[stratum] / sizes

    fixed = np.column_stack([centred(c) for c in arms.values()])
    kept = collinear.independent(fixed, {k: centred(c) for k, c in found.items()})
    return {k: found[k] for k in kept}


def refuse_one_sided(design: pd.DataFrame, keys: dict) -> None:
    """Raise `NoEstimateError` where a term of `design` has events on one side alone."""
    for column, key in keys.items():
        inside = design.loc[design["event"], column]
        if inside.nunique() < 2 or (set(design[column]) <= {0.0, 1.0} and inside.sum() == 0):
            raise NoEstimateError(
                f"cox, {key!r}: expected events on both sides of the comparison, found none on one "
                "side; the hazard ratio is 0 or infinite: report counts and a log-rank test"
            )


def _fit(design: pd.DataFrame, keys: dict, tied: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the log hazard ratios and their standard errors, in the order of `keys`."""
    refuse_one_sided(design, keys)
    if len(design) > FITTED_UP_TO or tied != "efron" or design["stratum"].any():
        strata = design["stratum"].to_numpy()
        beta, covariance = partial_likelihood.maximum(
            *_arrays(design, keys), strata=strata, ties=tied
        )
        return beta, np.sqrt(np.diag(covariance))
    fit = _lifelines_fit(design.drop(columns="stratum"))
    return fit.params_[list(keys)].to_numpy(), fit.standard_errors_[list(keys)].to_numpy()


def _arrays(design: pd.DataFrame, keys: dict) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return design["time"].to_numpy(), design["event"].to_numpy(), design[list(keys)].to_numpy()


def _lifelines_fit(design: pd.DataFrame):
    from lifelines import CoxPHFitter
    from lifelines.exceptions import ConvergenceError

    # r_precision, 1e-9 of the likelihood by default, leaves the eighth digit open: never by that
    options = {"precision": 1e-20, "r_precision": 0.0, "max_steps": 200}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # low-variance hints; failures raise
            return CoxPHFitter().fit(design, "time", "event", fit_options=options)
    except ConvergenceError as problem:
        raise NoEstimateError(
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
    strata: Sequence[str] = (),
    tied: str = "efron",
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Hazard ratios against the `reference` arm (and per unit of each numeric covariate).

    `frame`: one row a subject; the other names are its columns, `event` true where it was seen. No
    missing values. Keys: the other arms in order of appearance, then the covariates, (name, level)
    for each level but the first of one that holds no numbers, without what repeats others or the
    strata. Each combination of `strata` has a
    baseline hazard of its own. `tied`: ties by "efron" (R's default) or "breslow" (that of SAS).
    Wald intervals and tests. Raises when an arm has no event: the ratio is then 0 or infinite.
    Cox 1972, J R Stat Soc B 34:187; Efron 1977, JASA 72:557.
    """
    from scipy import special

    if tied not in ("efron", "breslow"):
        raise AnalysisError(f'tied: expected "efron" or "breslow", found {tied!r}; choose one')
    design, keys = model_frame(frame, time, event, arm, reference, covariates, strata)
    found = zip(*_fit(design, keys, tied), strict=True)
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    out = {}
    for key, (beta, error) in zip(keys.values(), found, strict=True):
        beta, error = float(beta), float(error)
        ratio = (float(np.exp(beta + k * error)) for k in (0.0, -z, z))
        p = 2 * float(special.ndtr(-abs(beta) / error))
        method = "stratified cox" if strata else "cox"
        out[key] = Estimate(method, "hazard ratio", *ratio, p, len(design), level)
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

    design, keys = model_frame(frame, time, event, arm, reference, covariates)
    beta, _ = _fit(design, keys, "efron")
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
