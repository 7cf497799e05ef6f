"""Columns of a frame go in, the terms and strata that a model makes of them come out; nothing is fitted.

Numbers are one term, as they are. Anything else is a factor: one 0/1 term for each level but the
first (the order of the categories, else the sorted one).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import pandas as pd

from helpers import collinear
from helpers.analyse import checks
from helpers.errors import NoEstimateError


def is_number(column: pd.Series) -> bool:
    """Whether a column enters a model as it is; truth values count as a factor of two levels."""
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def levels(column: pd.Series, *, name: str) -> list[Hashable]:
    """The levels of a factor that occur, the first of them the one the others are compared with."""
    found = checks.labels(column, name=name, length=len(column))
    known = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else None
    out = [v for v in known if v in set(found)] if known is not None else sorted(set(found))
    if len(out) < 2:
        raise NoEstimateError(f"{name}: expected at least two levels, found {out}; leave it out")
    return out


def terms(column: pd.Series, *, name: str) -> dict[Hashable, np.ndarray]:
    """{key: values, one a row}: {name: numbers}, or {(name, level): 0 or 1} without the first level."""
    if is_number(column):
        return {name: checks.vector(column, name=name)}
    found = checks.labels(column, name=name, length=len(column))
    return {(name, v): (found == v).astype(float) for v in levels(column, name=name)[1:]}


def idle(frame: pd.DataFrame, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the columns `names` that hold one number throughout: they adjust nothing."""
    return tuple(n for n in names if is_number(frame[n]) and frame[n].nunique() == 1)


def unadjusted(names: Sequence[str]) -> str:
    """What is said beside estimates of a model in which `names` are idle; "" for none."""
    said = ["the baseline value" if name == "BASE" else name for name in names]
    return f"Not adjusted for {', '.join(said)}: one value only." if names else ""


def crossed(frame: pd.DataFrame, strata: Sequence[str]) -> np.ndarray:
    """One whole number a row: which combination of the columns `strata` it has; all 0 without any."""
    out = np.zeros(len(frame), dtype=int)
    for name in strata:
        codes, found = pd.factorize(checks.labels(frame[name], name=name, length=len(frame)))
        out = pd.factorize(out * len(found) + codes)[0]
    return out


def design(
    frame: pd.DataFrame, arms: np.ndarray, names: Sequence[Hashable], covariates: Sequence[str]
) -> tuple[np.ndarray, str]:
    """Return the columns of a regression, and what a remark says of covariates that adjust nothing.

    A constant, the arms of each row (`arms`) that are not the first of `names`, and the covariates' terms,
    each centred and scaled, which changes no coefficient of an arm; those that repeat one another once.
    """
    others = np.column_stack([(arms == a).astype(float) for a in names[1:]])
    unused, found = idle(frame, covariates), {}
    for name in (c for c in covariates if c not in unused):
        own = terms(frame[name], name=name)
        found |= {key: (v - v.mean()) / v.std() for key, v in own.items()}
    kept = collinear.independent(others, found)
    return np.column_stack([np.ones(len(frame)), others, *kept.values()]), unadjusted(unused)
