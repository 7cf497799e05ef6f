"""The value of a field that is no printed number goes in; whether it has the form that it must, out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from helpers.audit.measure_names import measure_of
from helpers.audit.model import MEASURES

MOST = 1_000_000  # patients of a trial: every size up to an arm's is gone through
LISTS = ("between", "sum_of", "any_of", "strata", "categories")  # ids of other results


def _whole_pair(value: Any) -> bool:
    whole = isinstance(value, list) and len(value) == 2 and all(type(x) is int for x in value)
    return whole and -MOST < value[0] < value[1] < MOST


def _count(value: Any) -> bool:
    return (type(value) is int and 0 <= value <= MOST) or (
        isinstance(value, str) and value.isdecimal()
    )


def _counts_of(row: Any, many: int) -> bool:
    return isinstance(row, list) and len(row) == many and all(map(_count, row))


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and value >= least


YES_NO = "true or false, without quotation marks"
FORMS: dict[str, tuple[Callable[[Any], bool], str]] = {
    **dict.fromkeys(("adjusted", "whole", "across"), (lambda v: isinstance(v, bool), YES_NO)),
    **dict.fromkeys(("sentence", "items", "comparisons"), (_whole(1), "a whole number from 1 up")),
    "scale": (_whole_pair, "[low, high], whole numbers of six digits at most"),
    "measure": (
        lambda v: isinstance(v, str) and measure_of(v) is not None,
        f"{', '.join(MEASURES[:-2])}, or a name that ends with ratio or difference",
    ),
    **dict.fromkeys(
        LISTS,
        (
            lambda v: isinstance(v, list) and len(v) > 1 and all(isinstance(x, str) for x in v),
            "ids of two results or more",
        ),
    ),
    "table": (
        lambda v: isinstance(v, list) and len(v) > 1 and all(_counts_of(row, len(v)) for row in v),
        'as many rows as columns of counts, such as [["40", "5"], ["8", "67"]]',
    ),
    "weights": (
        lambda v: v in ("unweighted", "linear", "quadratic"),
        "unweighted, linear or quadratic",
    ),
    "y_axis": (lambda v: v in ("survival", "cumulative"), "survival or cumulative"),
}
