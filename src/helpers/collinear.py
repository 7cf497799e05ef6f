"""Columns that a model shall take in, those that it can out; nothing is fitted.

Terms that repeat others add nothing to a model's fit: they are left out as R's lm leaves them out, and
the differences of the arms stay the same. What cannot be told from the arms cannot be adjusted for.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from helpers.errors import NoEstimateError

REPEATED = 1e-7  # of a term's length: what is left of it beside the others, as R's lm


def independent(fixed: np.ndarray, found: dict[Hashable, np.ndarray]) -> dict[Hashable, np.ndarray]:
    """The terms of `found`, in order, that are no sum of a constant, those before them and `fixed`.

    `fixed`: the arms, (n, k). Raises where a term repeats the arms and not other terms alone.
    """
    ones = np.ones((len(fixed), 1))
    beside, apart = _basis(np.hstack([ones, fixed])), _basis(ones)  # with and without the arms
    kept = {}
    for key, column in found.items():
        added, own = _rest(column, beside), _rest(column, apart)
        if added is not None:
            kept[key] = column
            beside, apart = np.column_stack([beside, added]), np.column_stack([apart, own])
        elif own is not None:
            raise NoEstimateError(
                f"{key}: expected a covariate that varies within arms, found none that can be told "
                "from the arms; leave it out"
            )
    return kept


def _basis(columns: np.ndarray) -> np.ndarray:
    out = np.zeros((len(columns), 0))
    for column in columns.T:
        rest = _rest(column, out)
        out = out if rest is None else np.column_stack([out, rest])
    return out


def _rest(column: np.ndarray, basis: np.ndarray) -> np.ndarray | None:
    """What is left of a column beside an orthonormal basis, of length 1; None for nothing."""
    rest = column - basis @ (basis.T @ column)
    rest = rest - basis @ (basis.T @ rest)
    length = float(np.linalg.norm(rest))
    return rest / length if length > REPEATED * float(np.linalg.norm(column)) else None


def unusable(frame: pd.DataFrame, *, arm: str, names: Sequence[str]) -> dict[str, str]:
    """Which of the columns `names` no model of the rows can take, and why; in the order of `names`.

    `frame`: one row a subject, no missing values. A column has one value, or says nothing that those
    before it do not, or cannot be told from the arm, or has more levels than there are subjects to
    bear them (one must be left over for the variance).
    """
    arms = _dummies(frame[arm])
    fixed = np.column_stack([*arms, np.zeros((len(frame), 0))])
    used: dict[Hashable, np.ndarray] = {}
    out = {}
    for name in names:
        used, why = _with_column(fixed, used, frame[name], name)
        if why:
            out[name] = why
    return out


def _with_column(fixed, used: dict, column: pd.Series, name: str) -> tuple[dict, str]:
    """The terms used so far and those of one more column, or why it can have none."""
    levels, crowded = column.nunique(), f"has too many levels for {len(column)} subjects"
    if levels < 2:
        return used, "has one value only"
    plain = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if fixed.shape[1] + (1 if plain else levels - 1) + 2 > len(column):
        return used, crowded
    own = [column.to_numpy(float)] if plain else _dummies(column)
    try:
        together = independent(fixed, used | {(name, i): c for i, c in enumerate(own)})
    except NoEstimateError:
        return used, "cannot be told from the arm"
    if len(together) == len(used):
        return used, "repeats what the columns before it say"
    return (used, crowded) if fixed.shape[1] + len(together) + 2 > len(column) else (together, "")


def _dummies(column: pd.Series) -> list[np.ndarray]:
    """One 0/1 column for each value but the first."""
    codes = pd.factorize(column, sort=True)[0]
    return [(codes == k).astype(float) for k in range(1, codes.max() + 1)]
