"""Repeated outcomes go in, differences between arms at each visit come out (MMRM).

The mixed model for repeated measures: outcome ~ visit x (arm + baseline + covariates), unstructured
covariance over the visits of a subject, restricted maximum likelihood (REML). Own code, because
statsmodels has random effects but no unstructured residual covariance. Degrees of freedom are
Satterthwaite's, with the observed information, or Kenward and Roger's with their corrected standard
errors (`kenward_roger`). No imputation: missing visits count as missing at random.
Mallinckrodt et al. 2008, Drug Inf J 42:303; Satterthwaite as in Fai & Cornelius 1996, J Stat Comput
Simul 54:363.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks, factors, kenward_roger
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.patterns import Moments, Pattern, estimable, patterns
from helpers.errors import AnalysisError, NoEstimateError

METHODS = {"satterthwaite": "mmrm", "kenward-roger": "mmrm, kenward-roger"}
Groups = list[Pattern] | list[Moments]
# a derivative is the imaginary part over this step: nothing is subtracted, so that no digit is lost
# and every machine has the same (Squire & Trapp 1998, SIAM Rev 40:110)
STEP = 1e-30
ALIKE = 1e-12  # of the outcome's size: what rounding leaves of one that is none
APART = 1e-4  # of the log-likelihood: two climbs that end closer than this are at one maximum
SEVERAL = (
    "The likelihood of the mixed model has more than one maximum. The highest found is shown; another "
    "program may stop at a lower one, with other differences."
)


@dataclass(frozen=True)
class _Data:
    """Subjects by the visits seen, how many visits there are, and which columns of the design count.

    The others repeat these; their coefficients are 0 and have no variance. `size`: root mean square of
    the outcome.
    """

    groups: Groups
    visits: int
    kept: np.ndarray
    size: float

    def inverted(self, weighted: np.ndarray) -> tuple[np.ndarray, float]:
        """A generalised inverse of x'wx, and the log determinant of it for the columns that count."""
        inside, inverse = np.ix_(self.kept, self.kept), np.zeros_like(weighted)
        inverse[inside] = np.linalg.inv(weighted[inside])
        return inverse, np.linalg.slogdet(inverse[inside])[1]


@dataclass(frozen=True)
class _Maximum:
    """Where REML is highest nearby: `theta`, the Hessian there, minus its logarithm without constants."""

    theta: np.ndarray
    hessian: np.ndarray
    loss: float


def _lower(theta: np.ndarray, visits: int) -> np.ndarray:
    """Return the Cholesky factor with the log of its diagonal in `theta`."""
    factor = np.zeros((visits, visits), dtype=theta.dtype)
    factor[np.tril_indices(visits)] = theta
    np.fill_diagonal(factor, np.exp(np.diag(factor)))
    return factor


def _solve(data: _Data, sigma: np.ndarray):
    """Return generalised least squares under `sigma`: (beta, its covariance, its log determinant,
    inverse blocks)."""
    try:
        inverses = [np.linalg.inv(sigma[np.ix_(p.seen, p.seen)]) for p in data.groups]
        sums = [p.normal(w) for p, w in zip(data.groups, inverses, strict=True)]
        weighted, moment = sum(x for x, _ in sums), sum(y for _, y in sums)
        covariance, size = data.inverted(weighted)
    except np.linalg.LinAlgError:
        raise NoEstimateError(
            "mmrm: expected changes that vary on their own at every visit, found a covariance that has "
            "no inverse: leave out a visit that repeats another"
        ) from None
    return covariance @ moment, covariance, size, inverses


def _reml(theta: np.ndarray, data: _Data) -> tuple[float, np.ndarray]:
    """Return minus the REML log-likelihood (without constants) and its gradient in `theta`.

    Of a complex `theta` only the gradient means something.
    """
    factor = _lower(theta, data.visits)
    beta, covariance, size, inverses = _solve(data, factor @ factor.T)
    loss = -0.5 * size
    slope = np.zeros_like(factor)  # of the loss in the elements of sigma
    for p, w in zip(data.groups, inverses, strict=True):
        distance, pull = p.misfit(beta, w)
        loss += 0.5 * (-p.size * np.linalg.slogdet(w)[1] + distance)
        inner = p.size * w - w @ p.taken(covariance) @ w - pull
        slope[np.ix_(p.seen, p.seen)] += 0.5 * inner
    chained = 2 * slope @ factor
    chained[np.diag_indices(data.visits)] *= np.diag(factor)
    return loss.real, chained[np.tril_indices(data.visits)]


def _starts(data: _Data) -> list[np.ndarray]:
    """Where the climb begins: the spread that ordinary least squares leaves at each visit, with visits
    that are independent, as they go together in the residuals, alike by 0.5, and by 0.9 a visit."""
    beta, size = _solve(data, np.eye(data.visits))[0], data.visits
    squares, counts = np.zeros((size, size)), np.zeros((size, size))
    for p in data.groups:
        block = np.ix_(p.seen, p.seen)
        squares[block] += p.misfit(beta, np.eye(len(p.seen)))[1]
        counts[block] += p.size
    spread = np.sqrt(np.diag(squares) / np.diag(counts))
    if spread.min() <= ALIKE * data.size:
        raise NoEstimateError(
            "mmrm: expected changes that vary beside arm and baseline at every visit, found a visit at "
            "which they do not: leave it out"
        )
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    own, turn = np.linalg.eigh(squares / counts / np.outer(spread, spread))
    alike = [np.eye(size), (turn * np.maximum(own, 0.05)) @ turn.T, 0.5 ** (apart > 0), 0.9**apart]
    out = []
    for factor in (np.linalg.cholesky(a) * spread[:, None] for a in alike):
        np.fill_diagonal(factor, np.log(np.diag(factor)))
        out.append(factor[np.tril_indices(size)])
    return out


def _climb(start: np.ndarray, data: _Data) -> tuple[np.ndarray, float]:
    """Where BFGS ends from `start`, and minus the log-likelihood there."""
    from scipy.optimize import minimize

    with np.errstate(all="ignore"):  # where a covariance has no inverse, steps lead to infinity
        end = minimize(_reml, start, (data,), "BFGS", jac=True, options={"gtol": 1e-5})
    return end.x, float(end.fun)


def _top(theta: np.ndarray, data: _Data, quick: _Data) -> _Maximum | None:
    """The maximum near `theta`, by Newton steps on the gradient; None where none is, or a saddle;
    `quick` has the same data as sums, and says how far to step."""
    with np.errstate(all="ignore"):
        for _ in range(20):
            hessian = _hessian(theta, quick)
            if not (np.isfinite(hessian).all() and np.linalg.det(hessian)):
                return None
            loss, slope = _reml(theta, data)
            step = np.linalg.solve(hessian, slope)
            if np.abs(step).max() < 1e-10:
                hessian = _hessian(theta, data)
                highest = np.linalg.eigvalsh(hessian)[0] > 0
                return _Maximum(theta - step, hessian, loss) if highest else None
            theta = theta - step
    return None


def _fit(data: _Data) -> tuple[_Maximum, str]:
    """The highest maximum of REML found from several starts, and what to say where they disagree."""
    tops: list[_Maximum] = []
    quick = replace(data, groups=[p.summed(data.visits) for p in data.groups])
    for theta, loss in (_climb(start, quick) for start in _starts(data)):
        if not any(abs(loss - known.loss) < APART for known in tops):
            top = _top(theta, data, quick)
            if top and not any(abs(top.loss - known.loss) < APART for known in tops):
                tops.append(top)
    if not tops:
        raise NoEstimateError(
            "mmrm: expected REML to converge at a maximum, found none from any start; too few "
            "subjects for so many visits"
        )
    return min(tops, key=lambda top: top.loss), SEVERAL if len(tops) > 1 else ""


def _hessian(theta: np.ndarray, data: _Data) -> np.ndarray:
    """Return the Hessian: the derivative of the gradient, by a complex step."""
    steps = np.eye(len(theta)) * 1j * STEP
    rows = np.array([_reml(theta + step, data)[1].imag / STEP for step in steps])
    return (rows + rows.T) / 2


def _variances(theta: np.ndarray, data: _Data) -> np.ndarray:
    factor = _lower(theta, data.visits)
    return np.diag(_solve(data, factor @ factor.T)[1])


def _satterthwaite(theta: np.ndarray, hessian: np.ndarray, data: _Data) -> np.ndarray:
    """Return degrees of freedom of the coefficients that count: 2 v^2 / (gradient' H^-1 gradient)."""
    steps = np.eye(len(theta)) * 1j * STEP
    slopes = np.array([_variances(theta + step, data).imag / STEP for step in steps])[:, data.kept]
    noise = np.einsum("ia,ij,ja->a", slopes, np.linalg.inv(hessian), slopes)
    return 2 * _variances(theta, data)[data.kept] ** 2 / noise


@estimator
def mmrm(
    frame: pd.DataFrame,
    *,
    outcome: str,
    subject: str,
    visit: str,
    arm: str,
    baseline: str | None,
    reference: Hashable,
    covariates: Sequence[str] = (),
    df: str = "satterthwaite",
    level: float = 0.95,
) -> dict[tuple[Hashable, Hashable], Estimate]:
    """Adjusted difference of each arm from `reference` at each visit, in the unit of `outcome`.

    `frame`: one row a subject and post-baseline visit at which the outcome was seen, rows without
    one left out; other arguments name its columns; `baseline` (None: the outcome has none) and
    `covariates` repeat on the rows of a subject. Each covariate has an effect of its own at every
    visit, as the baseline has; texts are factors, and what repeats the others is left out.
    Keys are (arm, visit), visits in sorted order. `n` counts subjects with any row. t interval and
    test on the degrees of freedom of `df`: "satterthwaite", or "kenward-roger" with standard errors
    corrected for small samples. With every visit present this equals `groups.ancova`
    with its own residual variance, visit by visit. REML is climbed from four starts: the highest
    maximum counts, and `remark` says so where there are several. Raises when there is none.
    """
    if df not in METHODS:
        raise AnalysisError(f"df: expected one of {', '.join(METHODS)}, found {df!r}; choose one")
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    others = checks.reference_first(arms, reference)[1:]
    adjusted = [*covariates] if baseline is None else [baseline, *covariates]
    start = "_start" if baseline is None else baseline
    frame = frame.assign(_start=0.0)
    for column in (outcome, start):
        checks.vector(frame[column], name=column)
    visits = sorted(frame[visit].unique().tolist())
    dummies = {a: np.array([float(a == o) for o in others]) for a in [reference, *others]}
    groups = patterns(
        frame.assign(_arm=arms), outcome=outcome, subject=subject, visit=visit, arm="_arm",
        baseline=start, visits=visits, dummies=dummies, covariates=_terms(frame, covariates),
    )  # fmt: skip
    size = float(np.sqrt(np.mean(frame[outcome].to_numpy(float) ** 2)))
    data = _Data(groups, len(visits), estimable(groups, len(visits)), size)
    _check_identified(data, others, visits)
    best, remark = _fit(data)
    said = (remark, factors.unadjusted(factors.idle(frame, adjusted)))
    beta, error, free = _coefficients(data, best, df)
    half = special.stdtrit(free, (1 + checks.inside(level, 0, 1, name="level")) / 2) * error
    p = 2 * special.stdtr(free, -np.abs(beta) / error)
    n, width, out = frame[subject].nunique(), _width(data), {}
    for i, name in enumerate(others, start=1):
        for place, at in enumerate(visits):
            k = int(np.searchsorted(data.kept, place * width + i))
            numbers = (float(v) for v in (beta[k], beta[k] - half[k], beta[k] + half[k], p[k]))
            out[name, at] = Estimate(METHODS[df], "adjusted mean difference", *numbers, n, level,
                                      remark=" ".join(filter(None, said)))  # fmt: skip
    return out


def _terms(frame: pd.DataFrame, covariates: Sequence[str]) -> dict[Hashable, np.ndarray]:
    """The columns of the design that covariates make, one number a row."""
    out: dict[Hashable, np.ndarray] = {}
    for name in covariates:
        out |= factors.terms(frame[name], name=name)
    return out


def _width(data: _Data) -> int:
    """Columns of the design a visit."""
    return len(data.groups[0].person_products(data.visits))


def _check_identified(data: _Data, others: Sequence[Hashable], visits: Sequence[Hashable]) -> None:
    """Raise unless every arm is seen at every visit and every pair of visits often enough."""
    width, kept = _width(data), set(data.kept.tolist())
    for place, at in enumerate(visits):
        if any(place * width + i not in kept for i in range(len(others) + 1)):
            raise NoEstimateError(
                f"mmrm: expected every arm at every visit, found fewer at visit {at}; leave it out"
            )
    together = np.zeros((data.visits, data.visits))
    for p in data.groups:
        together[np.ix_(p.seen, p.seen)] += p.size
    if together.min() <= width:
        raise NoEstimateError(
            f"mmrm: expected more than {width} subjects at every pair of visits, found "
            f"{together.min():.0f}; use fewer visits"
        )


def _coefficients(data: _Data, best: _Maximum, df: str):
    """Return the coefficients that count, their standard errors and degrees of freedom."""
    factor = _lower(best.theta, data.visits)
    sigma = factor @ factor.T
    beta, covariance = (found[data.kept] for found in _solve(data, sigma)[:2])
    if df == "kenward-roger":
        basis = kenward_roger.unstructured(data.visits)
        return beta, *kenward_roger.adjusted(data.groups, sigma, basis, data.kept)
    return (
        beta,
        np.sqrt(np.diag(covariance[:, data.kept])),
        _satterthwaite(best.theta, best.hessian, data),
    )
