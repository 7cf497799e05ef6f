"""Repeated outcomes go in, differences between arms at each visit come out (MMRM).

The mixed model for repeated measures: outcome ~ visit x arm + visit x baseline, unstructured
covariance over the visits of a subject, restricted maximum likelihood (REML). Own code, because
statsmodels has random effects but no unstructured residual covariance. Degrees of freedom are
Satterthwaite's; Kenward and Roger's small-sample correction of the standard errors, which trial
software applies, exists in no kept Python library: with missing visits and few subjects the
intervals here are slightly too narrow. No imputation: missing visits count as missing at random.
Mallinckrodt et al. 2008, Drug Inf J 42:303; Satterthwaite as in Fai & Cornelius 1996, J Stat Comput
Simul 54:363.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


@dataclass(frozen=True)
class Pattern:
    """Subjects seen at the same visits: `seen` (m), outcomes y (s, m), design x (s, m, p)."""

    seen: np.ndarray
    y: np.ndarray
    x: np.ndarray


def _lower(theta: np.ndarray, visits: int) -> np.ndarray:
    """Return the Cholesky factor with the log of its diagonal in `theta`."""
    factor = np.zeros((visits, visits))
    factor[np.tril_indices(visits)] = theta
    np.fill_diagonal(factor, np.exp(np.diag(factor)))
    return factor


def _solve(patterns: list[Pattern], sigma: np.ndarray):
    """Return generalised least squares under `sigma`: (beta, its covariance, inverse blocks)."""
    inverses = [np.linalg.inv(sigma[np.ix_(p.seen, p.seen)]) for p in patterns]
    pairs = list(zip(patterns, inverses, strict=True))
    weighted = sum(np.einsum("sia,ij,sjb->ab", p.x, w, p.x, optimize=True) for p, w in pairs)
    moment = sum(np.einsum("sia,ij,sj->a", p.x, w, p.y, optimize=True) for p, w in pairs)
    covariance = np.linalg.inv(weighted)
    return covariance @ moment, covariance, inverses


def _reml(theta: np.ndarray, patterns: list[Pattern], visits: int) -> tuple[float, np.ndarray]:
    """Return minus the REML log-likelihood (without constants) and its gradient in `theta`."""
    factor = _lower(theta, visits)
    beta, covariance, inverses = _solve(patterns, factor @ factor.T)
    loss = -0.5 * np.linalg.slogdet(covariance)[1]
    slope = np.zeros((visits, visits))  # of the loss in the elements of sigma
    for p, w in zip(patterns, inverses, strict=True):
        pull = (p.y - p.x @ beta) @ w
        loss += 0.5 * (-len(p.y) * np.linalg.slogdet(w)[1] + np.sum(pull * (p.y - p.x @ beta)))
        taken = np.einsum("sia,ab,sjb->ij", p.x, covariance, p.x, optimize=True)
        inner = len(p.y) * w - w @ taken @ w - pull.T @ pull
        slope[np.ix_(p.seen, p.seen)] += 0.5 * inner
    chained = 2 * slope @ factor
    chained[np.diag_indices(visits)] *= np.diag(factor)
    return float(loss), chained[np.tril_indices(visits)]


def _patterns(frame, outcome, subject, visit, baseline, visits, dummies) -> list[Pattern]:
    """Group subjects by the visits at which they were seen and build their design matrices."""
    grouped: dict[tuple, list] = {}
    centre = frame.groupby(subject, sort=False)[baseline].first().mean()
    for _, rows in frame.groupby(subject, sort=False):
        order = np.argsort([visits.index(v) for v in rows[visit]])
        seen = tuple(visits.index(rows[visit].iloc[i]) for i in order)
        if len(set(seen)) < len(seen) or rows[baseline].nunique() > 1 or rows["_arm"].nunique() > 1:
            raise AnalysisError(
                f"mmrm, subject {rows[subject].iloc[0]}: expected one row a visit, one arm and one "
                f"baseline, found visits {list(rows[visit])}; remove repeats before the call"
            )
        person = np.concatenate([[1.0], dummies[rows["_arm"].iloc[0]]])
        person = np.append(person, rows[baseline].iloc[0] - centre)
        x = np.kron(np.eye(len(visits)), person)[list(seen)]
        grouped.setdefault(seen, []).append((rows[outcome].to_numpy(float)[order], x))
    return [
        Pattern(np.array(k), np.array([y for y, _ in v]), np.array([x for _, x in v]))
        for k, v in grouped.items()
    ]


def _start(patterns: list[Pattern], visits: int) -> np.ndarray:
    """Start from independent visits with the spread that ordinary least squares leaves."""
    beta, _, _ = _solve(patterns, np.eye(visits))
    squares, counts = np.zeros(visits), np.zeros(visits)
    for p in patterns:
        squares[p.seen] += np.sum((p.y - p.x @ beta) ** 2, axis=0)
        counts[p.seen] += len(p.y)
    factor = np.diag(0.5 * np.log(squares / counts))
    return factor[np.tril_indices(visits)]


def _fit(patterns: list[Pattern], visits: int) -> tuple[np.ndarray, np.ndarray]:
    """Return theta at the REML maximum and its Hessian: BFGS, then Newton steps on the gradient."""
    from scipy.optimize import minimize

    scale = _start(patterns, visits)
    fit = minimize(_reml, scale, (patterns, visits), "BFGS", jac=True, options={"gtol": 1e-5})
    theta = fit.x
    for _ in range(20):
        hessian = _hessian(theta, patterns, visits)
        step = np.linalg.solve(hessian, _reml(theta, patterns, visits)[1])
        theta = theta - step
        if np.abs(step).max() < 1e-10:
            return theta, hessian
    raise AnalysisError(
        "mmrm: expected REML to converge, found none; too few subjects for so many visits"
    )


def _hessian(theta: np.ndarray, patterns: list[Pattern], visits: int) -> np.ndarray:
    """Return the Hessian as central differences of the exact gradient."""
    size, step = len(theta), 1e-5
    rows = [
        (_reml(theta + e, patterns, visits)[1] - _reml(theta - e, patterns, visits)[1]) / (2 * step)
        for e in np.eye(size) * step
    ]
    return (np.array(rows) + np.array(rows).T) / 2


def _variances(theta: np.ndarray, patterns: list[Pattern], visits: int) -> np.ndarray:
    factor = _lower(theta, visits)
    return np.diag(_solve(patterns, factor @ factor.T)[1])


def _satterthwaite(theta, hessian, patterns, visits) -> np.ndarray:
    """Return degrees of freedom of every coefficient: 2 v^2 / (gradient' H^-1 gradient)."""
    step = 1e-5
    slopes = [
        (_variances(theta + e, patterns, visits) - _variances(theta - e, patterns, visits))
        / (2 * step)
        for e in np.eye(len(theta)) * step
    ]
    slopes = np.array(slopes)
    noise = np.einsum("ia,ij,ja->a", slopes, np.linalg.inv(hessian), slopes)
    return 2 * _variances(theta, patterns, visits) ** 2 / noise


@estimator
def mmrm(
    frame: pd.DataFrame,
    *,
    outcome: str,
    subject: str,
    visit: str,
    arm: str,
    baseline: str,
    reference: Hashable,
    level: float = 0.95,
) -> dict[tuple[Hashable, Hashable], Estimate]:
    """Adjusted difference of each arm from `reference` at each visit, in the unit of `outcome`.

    `frame`: one row a subject and post-baseline visit at which the outcome was seen, rows without
    one left out; other arguments name its columns; `baseline` repeats on the rows of a subject.
    Keys are (arm, visit), visits in sorted order. `n` counts subjects with any row. t interval and
    test on Satterthwaite degrees of freedom. With every visit present this equals `groups.ancova`
    with its own residual variance, visit by visit. Raises when REML has no maximum.
    """
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    others = checks.reference_first(arms, reference)[1:]
    for column in (outcome, baseline):
        checks.vector(frame[column], name=column)
    visits = sorted(frame[visit].unique().tolist())
    dummies = {a: np.array([float(a == o) for o in others]) for a in [reference, *others]}
    patterns = _patterns(
        frame.assign(_arm=arms), outcome, subject, visit, baseline, visits, dummies
    )
    _check_identified(patterns, len(visits))
    beta, error, df = _coefficients(patterns, len(visits))
    half = special.stdtrit(df, (1 + checks.inside(level, 0, 1, name="level")) / 2) * error
    p = 2 * special.stdtr(df, -np.abs(beta) / error)
    n, width, out = frame[subject].nunique(), len(others) + 2, {}
    for i, name in enumerate(others, start=1):
        for k, at in zip(range(i, len(beta), width), visits, strict=True):
            numbers = (float(v) for v in (beta[k], beta[k] - half[k], beta[k] + half[k], p[k]))
            out[name, at] = Estimate("mmrm", "adjusted mean difference", *numbers, n, level)
    return out


def _check_identified(patterns: list[Pattern], visits: int) -> None:
    """Raise unless every arm is seen at every visit and every pair of visits often enough."""
    rows = np.concatenate([p.x.reshape(-1, p.x.shape[2]) for p in patterns])
    together = np.zeros((visits, visits))
    for p in patterns:
        together[np.ix_(p.seen, p.seen)] += len(p.y)
    if np.linalg.matrix_rank(rows) < rows.shape[1] or together.min() <= rows.shape[1] / visits:
        raise AnalysisError(
            f"mmrm: expected every arm at every visit and more than {rows.shape[1] // visits} "
            f"subjects at every pair of visits, found {together.min():.0f}; use fewer visits"
        )


def _coefficients(patterns: list[Pattern], visits: int):
    """Return coefficients, their standard errors and Satterthwaite degrees of freedom."""
    theta, hessian = _fit(patterns, visits)
    factor = _lower(theta, visits)
    beta, covariance, _ = _solve(patterns, factor @ factor.T)
    return beta, np.sqrt(np.diag(covariance)), _satterthwaite(theta, hessian, patterns, visits)
