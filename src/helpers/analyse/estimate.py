"""What every estimator returns: one statistic with its interval, its test and its n.

An `Estimate` describes itself with the field's own terms (`method` = "wilcoxon signed-rank",
`statistic` = "p-value" or "median"), so that a record, a table and a sentence made from it agree.
Nothing here rounds: rounding belongs to presentation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import ParamSpec, TypeVar

from helpers.analyse.among import Among

NAN = float("nan")
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Estimate:
    """One statistic.

    `value` in the unit of the data (a proportion is 0 to 1, never per cent); `lower` and `upper`
    bound the two-sided interval of `level`, NaN when the method gives none; `p_value` is two-sided
    unless `method` says otherwise, NaN when nothing is tested; `n` is the number of subjects that
    entered; `given` is the number it was given where `n` counts only some of them (those whose value
    changed), else 0; `source` names the function that made it ("helpers.analyse.paired:sign_test").
    `remark` is what must be said beside it, as that another maximum exists; else "".
    `among`: of an order statistic, the subjects' numbers that it and its limits are picked from.
    """

    method: str
    statistic: str
    value: float
    lower: float = NAN
    upper: float = NAN
    p_value: float = NAN
    n: int = 0
    level: float = 0.95
    source: str = ""
    given: int = 0
    remark: str = ""
    among: Among | None = field(default=None, repr=False, compare=False)


def estimator(function: Callable[P, R]) -> Callable[P, R]:
    """Stamp every `Estimate` that `function` returns (alone, in a tuple, list or dict) with its name."""
    name = f"{function.__module__}:{function.__qualname__}"

    def stamp(result):
        if isinstance(result, Estimate):
            return result if result.source else replace(result, source=name)
        if isinstance(result, dict):
            return {key: stamp(item) for key, item in result.items()}
        if isinstance(result, tuple | list):
            return type(result)(stamp(item) for item in result)
        return result

    @functools.wraps(function)
    def stamped(*args: P.args, **kwargs: P.kwargs) -> R:
        return stamp(function(*args, **kwargs))

    return stamped
