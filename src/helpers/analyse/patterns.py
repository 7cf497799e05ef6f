"""Repeated outcomes in, subjects grouped by the visits at which they were seen out; nothing is fitted.

A group answers what REML asks of it: sums over its subjects under given weights. `Pattern` keeps the
subjects and adds them up each time. `Moments` keeps only the cross-products, from which the same
sums follow at a cost that does not grow with the subjects: the design of a subject is its own row
(1, arm, baseline, covariates) repeated for each visit, so that weights and subjects factor
(Kronecker product).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers import collinear
from helpers.errors import AnalysisError

# subjects: REML passes over a `Pattern` some hundred times, each time in proportion to them
KEPT_UP_TO = 5000
REPEATED = 1e-10  # of a column's square: what is left of it beside the others


@dataclass(frozen=True)
class Pattern:
    """Subjects seen at the same visits: `seen` (m), outcomes y (s, m), design x (s, m, p)."""

    seen: np.ndarray
    y: np.ndarray
    x: np.ndarray

    @property
    def size(self) -> int:
        """Number of subjects."""
        return len(self.y)

    def person_products(self, visits: int) -> np.ndarray:
        """Sum of u' u (q, q), u a subject's own row of the design; `visits` in all, p = visits * q."""
        own = self._own(visits)
        return own.T @ own

    def summed(self, visits: int) -> Moments:
        """The same as cross-products."""
        return _moments(self.seen, self.y, self._own(visits), visits)

    def _own(self, visits: int) -> np.ndarray:
        """Each subject's own row of the design (s, q)."""
        q = self.x.shape[2] // visits
        return self.x[:, 0, self.seen[0] * q : (self.seen[0] + 1) * q]

    def normal(self, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Sum of x' w x (p, p) and of x' w y (p); `w` (m, m) weighs the visits."""
        return (
            np.einsum("sia,ij,sjb->ab", self.x, w, self.x, optimize=True),
            np.einsum("sia,ij,sj->a", self.x, w, self.y, optimize=True),
        )

    def misfit(self, beta: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
        """Sum of r' w r and of w r r' w (m, m), r the residuals of a subject."""
        pull = (self.y - self.x @ beta) @ w
        return np.sum(pull * (self.y - self.x @ beta)), pull.T @ pull

    def taken(self, covariance: np.ndarray) -> np.ndarray:
        """Sum of x covariance x' (m, m); `covariance` (p, p)."""
        return np.einsum("sia,ab,sjb->ij", self.x, covariance, self.x, optimize=True)


@dataclass(frozen=True)
class Moments:
    """The same for any number of subjects: `gram` (q, q) of their own rows, `cross` (q, m) of rows
    and outcomes, `outer` (m, m) of outcomes; `visits` in all, so that p = visits * q.
    """

    seen: np.ndarray
    size: int
    visits: int
    gram: np.ndarray
    cross: np.ndarray
    outer: np.ndarray

    def person_products(self, visits: int) -> np.ndarray:
        """As of `Pattern`."""
        return self.gram

    def summed(self, visits: int) -> Moments:
        """As of `Pattern`."""
        return self

    def normal(self, w: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As of `Pattern`."""
        q = len(self.gram)
        weights = np.zeros((self.visits, self.visits), dtype=w.dtype)
        weights[np.ix_(self.seen, self.seen)] = w
        moment = np.zeros((self.visits, q), dtype=w.dtype)
        moment[self.seen] = w @ self.cross.T
        return np.kron(weights, self.gram), moment.ravel()

    def misfit(self, beta: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
        """As of `Pattern`."""
        left = self._residuals(beta)
        return np.sum(w * left), w @ left @ w

    def taken(self, covariance: np.ndarray) -> np.ndarray:
        """As of `Pattern`."""
        q = len(self.gram)
        blocks = covariance.reshape(self.visits, q, self.visits, q)
        return np.einsum("iajb,ab->ij", blocks[self.seen][:, :, self.seen], self.gram)

    def _residuals(self, beta: np.ndarray) -> np.ndarray:
        """Sum of r r' (m, m)."""
        own = beta.reshape(self.visits, -1)[self.seen].T
        mixed = self.cross.T @ own
        return self.outer - mixed - mixed.T + own.T @ self.gram @ own


def patterns(
    frame: pd.DataFrame,
    *,
    outcome: str,
    subject: str,
    visit: str,
    arm: str,
    baseline: str,
    visits: Sequence,
    dummies: Mapping,
    covariates: Mapping[Hashable, np.ndarray] = MappingProxyType({}),
) -> list[Pattern] | list[Moments]:
    """Subjects of `frame` by the visits seen, in order of appearance; `Moments` if they are many.

    `frame`: one row a subject and visit; other arguments name its columns, `visits` lists all of
    them in order, `dummies` maps an arm to its columns of the design, `covariates` names further
    columns, one number a row; what repeats the others is left out. Baseline and covariates are
    centred, and so is the outcome of `Moments`: that moves the intercepts only, which are no
    difference of arms. Raises for a subject with two rows at a visit, two arms, two baselines or
    two values of a covariate.
    """
    who, names = pd.factorize(frame[subject])
    place = pd.Index(visits).get_indexer(frame[visit])
    first = np.unique(who, return_index=True)[1]
    constant = {arm: frame[arm].to_numpy(), baseline: frame[baseline].to_numpy(), **covariates}
    _refuse_repeats(frame, who, place, first, subject, visit, constant)
    arms = np.array([dummies[a] for a in frame[arm].to_numpy()[first]])
    person = _person(arms, {name: column[first].astype(float)
                            for name, column in constant.items() if name != arm})  # fmt: skip
    wide = np.full((len(names), len(visits)), np.nan)
    wide[who, place] = frame[outcome].to_numpy(float)
    many = len(names) > KEPT_UP_TO
    if many:
        wide -= np.nanmean(wide)
    kinds, start, kind = np.unique(~np.isnan(wide), axis=0, return_index=True, return_inverse=True)
    out = []
    for k in np.argsort(start):
        seen, own = np.flatnonzero(kinds[k]), kind.ravel() == k
        y = np.ascontiguousarray(wide[own][:, seen])
        make = _moments if many else _pattern
        out.append(make(seen, y, person[own], len(visits)))
    return out


def estimable(groups: Sequence[Pattern] | Sequence[Moments], visits: int) -> np.ndarray:
    """Places (r) of the columns of the design that say something beside those before them.

    A level of a factor that nobody has at a visit says nothing there, though it does at others.
    """
    kept = []
    for visit in range(visits):
        gram = sum(p.person_products(visits) for p in groups if visit in p.seen)
        mine: list[int] = []
        for j in range(len(gram)):
            left = gram[j, j] - gram[j, mine] @ np.linalg.solve(
                gram[np.ix_(mine, mine)], gram[mine, j]
            )
            if left > REPEATED * gram[j, j]:
                mine.append(j)
        kept += [visit * len(gram) + j for j in mine]
    return np.array(kept)


def _person(arms: np.ndarray, more: Mapping[Hashable, np.ndarray]) -> np.ndarray:
    """Each subject's own row: 1, arm, the first of `more` and what of the rest says something beside.

    Raises where one of them cannot be told from the arms.
    """
    terms = {name: column - column.mean() for name, column in more.items()}
    kept = collinear.independent(arms, terms)
    always = next(iter(terms))  # the baseline keeps its place, whether it varies or not
    return np.column_stack([np.ones(len(arms)), arms,
                            *(c for name, c in terms.items() if name == always or name in kept)])  # fmt: skip


def _pattern(seen: np.ndarray, y: np.ndarray, person: np.ndarray, visits: int) -> Pattern:
    q = person.shape[1]
    x = np.zeros((len(y), len(seen), visits * q))
    for i, v in enumerate(seen):
        x[:, i, v * q : (v + 1) * q] = person
    return Pattern(seen, y, x)


def _moments(seen: np.ndarray, y: np.ndarray, person: np.ndarray, visits: int) -> Moments:
    return Moments(seen, len(y), visits, person.T @ person, person.T @ y, y.T @ y)


def _refuse_repeats(frame, who, place, first, subject, visit, constant: Mapping) -> None:
    twice = frame.assign(_who=who, _place=place).duplicated(["_who", "_place"]).to_numpy()
    for values in constant.values():
        twice = twice | (values != values[first][who])
    if twice.any():
        rows = frame[who == who[twice].min()]
        raise AnalysisError(
            f"mmrm, subject {rows[subject].iloc[0]}: expected one row a visit, and one arm, one "
            f"baseline and one value of each covariate, found visits {list(rows[visit])}; remove "
            "repeats before the call"
        )
