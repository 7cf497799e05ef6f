"""Left-censored values of many subjects in, coefficients of each and common ones out; no test, no table.

A Tobit model (`censored`) in which every subject has coefficients of its own: a level, or a level
and a slope. As columns of one design they would fill memory from some thousand subjects on. But two
subjects share no row, so the information matrix is an arrow: a small block a subject, and a border
for what all share (Greene 2004, Econometrics Journal 7:98). Newton's step is then solved block by
block, and the cost grows with the rows alone. sigma is too small with few rows a subject (ibid.).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from helpers.errors import NoEstimateError

STEPS = 200


@dataclass(frozen=True)
class Rows:
    """The data, one row a measurement: `y` (n), `own` (n, k) columns with coefficients of each
    subject, `common` (n, c) columns with one coefficient for all, `subject` (n) whole numbers from
    0 without a gap, `censored` (n) True where the value is somewhere at or below `y`.
    """

    y: np.ndarray
    own: np.ndarray
    common: np.ndarray
    subject: np.ndarray
    censored: np.ndarray

    @property
    def border(self) -> np.ndarray:
        """The columns of what all subjects share in Olsen's parameters, shape (n, c + 1)."""
        return np.column_stack([-self.common, self.y])


def fit(rows: Rows) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Maximum likelihood: coefficients of the subjects (m, k), the common ones (c), their
    covariance (c, c) from the observed information, and sigma.

    Every subject needs values above the limit that tell its own coefficients apart. Errors:
    `AnalysisError` where the common columns say nothing within subjects, or no maximum is finite.
    """
    own, shared = _least_squares(rows)
    for _ in range(STEPS):
        here = _value(rows, own, shared)
        slope_own, slope, step_own, step, _ = _newton(rows, own, shared)
        gain = float((slope_own * step_own).sum() + slope @ step)
        if gain < 1e-13 * (1 + abs(here)):
            # the gain still to be had is rounding error: one last full step, nothing to compare
            return _from_olsen(rows, own + step_own, shared + step)
        size = 1.0
        while size > 1e-10 and _value(rows, own + size * step_own, shared + size * step) < here:
            size /= 2
        own, shared = own + size * step_own, shared + size * step
    raise NoEstimateError(
        f"tobit: expected a finite maximum of the likelihood, found none in {STEPS} steps; "
        "a subject has too few values above the limit: leave it out and say so"
    )


def _least_squares(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    """Where Newton's method starts: the fit that takes limits for values, in Olsen's parameters."""
    weights = np.ones(len(rows.y))
    blocks = _blocks(rows, rows.common, weights)
    means, total = _sums(rows, rows.own * rows.y[:, None]), rows.common.T @ rows.y
    across, alone, within = _eliminated(*blocks, means)
    if (np.diag(within) <= 1e-12 * np.diag(blocks[2])).any():
        raise NoEstimateError(
            "design: expected columns that vary within subjects, found one that does not; "
            "leave out what repeats another column"
        )
    common = np.linalg.solve(within, total - np.einsum("mki,mk->i", blocks[1], alone))
    own = alone - across @ common
    residual = rows.y - (rows.own * own[rows.subject]).sum(axis=1) - rows.common @ common
    spread = math.sqrt(float(np.mean(residual**2))) or 1.0
    return own / spread, np.append(common, 1.0) / spread


def _z(rows: Rows, own: np.ndarray, shared: np.ndarray) -> np.ndarray:
    """The residuals over sigma."""
    return rows.border @ shared - (rows.own * own[rows.subject]).sum(axis=1)


def _value(rows: Rows, own: np.ndarray, shared: np.ndarray) -> float:
    """The log-likelihood, minus infinity where 1/sigma is not above 0."""
    if shared[-1] <= 0:
        return -math.inf
    z, seen = _z(rows, own, shared), ~rows.censored
    inside = seen.sum() * math.log(shared[-1] / math.sqrt(2 * math.pi)) - 0.5 * z[seen] @ z[seen]
    return float(inside + special.log_ndtr(z[rows.censored]).sum())


def _newton(rows: Rows, own: np.ndarray, shared: np.ndarray):
    """The gradient (subjects, shared), the step (the same) and the information of what is shared."""
    z = _z(rows, own, shared)
    mills = np.exp(-0.5 * z * z - 0.5 * math.log(2 * math.pi) - special.log_ndtr(z))
    slope_z = np.where(rows.censored, mills, -z)
    bend_z = np.where(rows.censored, mills * (z + mills), 1.0)
    slope_own = -_sums(rows, rows.own * slope_z[:, None])
    slope = rows.border.T @ slope_z
    corner, side, inner = _blocks(rows, -rows.border, bend_z)
    seen = (~rows.censored).sum()
    slope[-1] += seen / shared[-1]
    inner[-1, -1] += seen / shared[-1] ** 2
    step_own, step, information = _solve(corner, side, inner, slope_own, slope)
    return slope_own, slope, step_own, step, information


def _sums(rows: Rows, values: np.ndarray) -> np.ndarray:
    """The columns of `values` (n, j) added up by subject, shape (m, j)."""
    return np.column_stack([np.bincount(rows.subject, weights=column) for column in values.T])


def _blocks(rows: Rows, shared: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, ...]:
    """The arrow of weighted products: (m, k, k) of the subjects, (m, k, c) beside it, (c, c)."""
    own, weighted = rows.own, rows.own * weights[:, None]
    k, c = own.shape[1], shared.shape[1]
    corner = np.stack([_sums(rows, weighted * own[:, [i]]) for i in range(k)], axis=1)
    if not c:
        return corner, np.zeros((len(corner), k, 0)), np.zeros((0, 0))
    side = np.stack([_sums(rows, weighted[:, [i]] * shared) for i in range(k)], axis=1)
    return corner, side, (shared * weights[:, None]).T @ shared


def _solve(corner, side, inner, right_own, right):
    """Solve the arrow: the subjects' part, the shared part, and the shared part's Schur complement."""
    across, alone, complement = _eliminated(corner, side, inner, right_own)
    shared = np.linalg.solve(complement, right - np.einsum("mki,mk->i", side, alone))
    return alone - across @ shared, shared, complement


def _eliminated(corner, side, inner, right_own):
    """The subjects' blocks solved for what is beside them and for their right side, and the Schur
    complement of the shared part: what it varies within subjects.
    """
    both = np.linalg.solve(corner, np.concatenate([side, right_own[:, :, None]], axis=2))
    across, alone = both[:, :, :-1], both[:, :, -1]
    return across, alone, inner - np.einsum("mki,mkj->ij", side, across)


def _from_olsen(rows: Rows, own: np.ndarray, shared: np.ndarray):
    """Translate to coefficients and sigma; the information moves by the chain rule."""
    *_, information = _newton(rows, own, shared)
    scale, common = shared[-1], shared[:-1]
    jacobian = np.column_stack([np.eye(len(common)) / scale, -common / scale**2])
    covariance = jacobian @ np.linalg.solve(information, jacobian.T)
    return own / scale, common / scale, covariance, float(1 / scale)
