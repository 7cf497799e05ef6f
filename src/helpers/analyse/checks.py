"""Raw arguments go in, arrays that an estimator can trust come out; nothing is repaired or dropped.

A missing value raises: which subjects leave an analysis is the chapter's decision, to be counted
and shown there, never an estimator's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.errors import AnalysisError, NoEstimateError


def error(*, no_estimate: bool) -> type[AnalysisError]:
    """The error to raise: `NoEstimateError` where only the subjects' numbers have no answer."""
    return NoEstimateError if no_estimate else AnalysisError


def vector(values: Sequence[float], *, name: str, least: int = 1) -> np.ndarray:
    """Return `values` as a new 1-D float array of at least `least` finite numbers.

    Raises AnalysisError for another shape or a missing or infinite one, NoEstimateError for too few.
    """
    array = np.array(values, dtype=float)
    if array.ndim != 1 or len(array) < least:
        raise error(no_estimate=array.ndim == 1)(
            f"{name}: expected a list of at least {least} number(s), found shape {array.shape}; "
            "pass one value a subject"
        )
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise AnalysisError(
            f"{name}, position {bad[0]}: expected a finite number, found {array[bad[0]]} "
            f"({bad.size} such); leave these subjects out before the call and say how many"
        )
    return array


def flags(values: Sequence[bool], *, name: str, length: int) -> np.ndarray:
    """Return `values` as booleans of `length`; anything but true/false or 0/1 raises."""
    array = np.array(values)
    if array.shape != (length,) or not np.isin(array, (0, 1)).all():
        raise AnalysisError(
            f"{name}: expected {length} true/false values, found shape {array.shape} with "
            f"{sorted({str(v) for v in array.ravel()})[:5]}; pass one flag a row"
        )
    return array.astype(bool)


def labels(values: Sequence, *, name: str, length: int) -> np.ndarray:
    """Return `values` as an object array of `length` group labels without a missing one."""
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    missing = [i for i, v in enumerate(array) if v is None or v != v]
    if len(array) != length or missing:
        raise AnalysisError(
            f"{name}: expected {length} labels, none missing, found {len(array)} with "
            f"{len(missing)} missing; pass one label a row"
        )
    return array


def reference_first(arms: np.ndarray, reference) -> list:
    """Return the distinct arms in order of appearance, `reference` moved to the front.

    Raises NoEstimateError where it has no rows, or no other arm has: a group can lack an arm.
    """
    found = list(dict.fromkeys(arms))
    if reference not in found or len(found) < 2:
        raise NoEstimateError(
            f"reference: expected one of at least two arms, found {reference!r} and arms {found}; "
            "name an arm that has rows"
        )
    return [reference, *(a for a in found if a != reference)]


def count(x: int, n: int, *, name: str = "x of n") -> tuple[int, int]:
    """Return x and n as whole numbers with 0 <= x <= n and n >= 1; 0 of 0 raises NoEstimateError."""
    if int(x) != x or int(n) != n or not 0 <= x <= n or n < 1:
        raise error(no_estimate=x == n == 0)(
            f"{name}: expected whole numbers with 0 <= x <= n and n >= 1, found x = {x}, n = {n}; "
            "count subjects, not events"
        )
    return int(x), int(n)


def inside(value: float, low: float, high: float, *, name: str) -> float:
    """Return `value` if strictly between `low` and `high`."""
    if not low < value < high:
        raise AnalysisError(
            f"{name}: expected a number strictly between {low} and {high}, found {value}; "
            "proportions and levels are fractions, never per cent"
        )
    return float(value)
