"""Two rows of events and patients in; a ratio or difference and its interval by named methods out.

The first row is the arm of interest, the second the reference. Nothing here knows what was printed.
Woolf 1955, Ann Hum Genet 19:251; Katz 1978, Biometrics 34:469; Miettinen & Nurminen 1985,
Stat Med 4:213; Newcombe 1998, Stat Med 17:873; Agresti & Caffo 2000, Am Stat 54:280.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from helpers.analyse import two_proportions
from helpers.audit.effort import spend
from helpers.audit.scale import reach
from helpers.audit.tables import Table

Ends = tuple[float, float]
EXACT = 10_000  # patients above whom exact methods take seconds a table
NNT = "number needed to treat"
COUNTED = ("odds ratio", "risk ratio", "risk difference", NNT)  # what counts alone give
STEPS = {"score": 400, "difference": 1700, "exact": 1000}  # `effort`; exact takes 5 a patient more


def estimates(measure: str, table: Table) -> dict[str, float]:
    """Return the point estimates of one table by method; a division by 0 gives none."""
    (x1, n1), (x2, n2) = table
    if measure == "risk difference":
        return {"difference of percentages": x1 / n1 - x2 / n2}
    if measure == NNT:
        return _needed(x1 / n1 - x2 / n2)
    if measure == "risk ratio":
        found = {"quotient of percentages": _quotient(x1 * n2, x2 * n1)}
        if 0 in (x1, x2):
            found["quotient with 0.5 added"] = (x1 + 0.5) * (n2 + 0.5) / ((x2 + 0.5) * (n1 + 0.5))
        return _finite(found)
    found = {"cross product": _quotient(x1 * (n2 - x2), x2 * (n1 - x1))}
    if 0 in (x1, x2, n1 - x1, n2 - x2):
        a, b, c, d = (v + 0.5 for v in (x1, n1 - x1, x2, n2 - x2))
        found["cross product with 0.5 added"] = a * d / (b * c)
    if 0 < x1 + x2 < n1 + n2:
        found["conditional"] = _exact(table, 0.95)[0]
    return _finite(found)


def _needed(difference: float) -> dict[str, float]:
    """Return the patients to treat for one event less or more; also of a difference as it is rounded."""
    found = {"1 / difference of percentages": _quotient(1, abs(difference))}
    for decimals in (0, 1):
        rounded = abs(round(100 * difference, decimals))
        found[f"1 / difference rounded to {decimals} decimals"] = _quotient(100, rounded)
    found = _finite(found)
    return found | {f"{name}, rounded up": float(math.ceil(v)) for name, v in found.items()}


def _of_needed(found: dict[str, Callable[[], Ends]]) -> dict[str, Callable[[], Ends]]:
    """Return intervals of numbers needed to treat from those of a difference, plain and rounded up.

    Where the difference's interval includes 0 they run through infinity: 9 to -74.
    """

    def ends(interval: Callable[[], Ends], up: bool) -> Ends:
        low, high = interval()
        low, high = (low, high) if low + high >= 0 else (-high, -low)
        if low == 0 or high == 0:
            return math.nan, math.nan
        low, high = 1 / high, 1 / low
        return (float(math.ceil(low)), float(math.ceil(high))) if up else (low, high)

    return {f"{name}{said}": partial(ends, interval, up) for name, interval in found.items()
            for said, up in (("", False), (", rounded up", True))}  # fmt: skip


def _quotient(a: float, b: float) -> float:
    return a / b if b else math.nan


def _finite(found: dict[str, float]) -> dict[str, float]:
    return {name: value for name, value in found.items() if math.isfinite(value)}


def intervals(measure: str, table: Table, level: float) -> dict[str, Callable[[], Ends]]:
    """Return, by method, a function that gives the interval of one table."""
    z = reach(level)
    if measure == NNT:
        return _of_needed(intervals("risk difference", table, level))
    if measure == "risk difference":
        return {
            "Wald": lambda: _wald_difference(table, z),
            "Newcombe": lambda: _newcombe(table, level),
            "score": lambda: _score_difference(table, level),
            "Agresti-Caffo": lambda: _wald_difference(_plus(table, 1, 2), z),
        }
    if measure == "risk ratio":
        return {
            "Katz": lambda: _katz(table, z),
            "Katz with 0.5 added": lambda: _katz(_plus(table, 0.5, 0.5), z),
            "score": lambda: _score(table, level, "ratio"),
        }
    return {
        "Woolf": lambda: _woolf(table, z),
        "exact": lambda: _exact(table, level)[1:],
        "Woolf with 0.5 added": lambda: _woolf(_plus(table, 0.5, 1), z),
        "score": lambda: _score(table, level, "odds-ratio"),
    }


def _plus(table: Table, events: float, patients: float) -> Table:
    return tuple((x + events, n + patients) for x, n in table)


def too_large(measure: str, table: Table) -> bool:
    """Return whether exact methods of this measure are left out for so many patients."""
    return measure == "odds ratio" and sum(n for _, n in table) > EXACT


@lru_cache(maxsize=4096)
def _exact(table: Table, level: float) -> tuple[float, float, float]:
    """Return the conditional odds ratio and its exact ends; NaN where there are too many patients."""
    if too_large("odds ratio", table):
        return math.nan, math.nan, math.nan
    (x1, n1), (x2, n2) = table
    spend(STEPS["exact"] + 5 * (n1 + n2))
    found = two_proportions.fisher(x1, n1, x2, n2, level=level)
    return found.value, found.lower, found.upper


def _newcombe(table: Table, level: float) -> Ends:
    (x1, n1), (x2, n2) = table
    found = two_proportions.newcombe_difference(x1, n1, x2, n2, level=level)
    return found.lower, found.upper


def _score_difference(table: Table, level: float) -> Ends:
    (x1, n1), (x2, n2) = table
    spend(STEPS["difference"])
    found = two_proportions.miettinen_nurminen_difference(x1, n1, x2, n2, level=level)
    return found.lower, found.upper


def _wald_difference(table: Table, z: float) -> Ends:
    (x1, n1), (x2, n2) = table
    p1, p2 = x1 / n1, x2 / n2
    half = z * math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return p1 - p2 - half, p1 - p2 + half


def _around(value: float, error: float, z: float) -> Ends:
    return value * math.exp(-z * error), value * math.exp(z * error)


def _katz(table: Table, z: float) -> Ends:
    (x1, n1), (x2, n2) = table
    if min(x1, x2) <= 0:
        return math.nan, math.nan
    return _around(x1 * n2 / (x2 * n1), math.sqrt(1 / x1 - 1 / n1 + 1 / x2 - 1 / n2), z)


def _woolf(table: Table, z: float) -> Ends:
    (x1, n1), (x2, n2) = table
    cells = x1, n1 - x1, x2, n2 - x2
    if min(cells) <= 0:
        return math.nan, math.nan
    ratio = cells[0] * cells[3] / (cells[1] * cells[2])
    return _around(ratio, math.sqrt(sum(1 / v for v in cells)), z)


def _score(table: Table, level: float, compare: str) -> Ends:
    """Miettinen and Nurminen's score interval of a ratio; NaN where a cell is 0."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    (x1, n1), (x2, n2) = table
    if 0 in (x1, n1 - x1, x2, n2 - x2):
        return math.nan, math.nan
    spend(STEPS["score"])
    with np.errstate(all="ignore"):
        low, high = confint_proportions_2indep(
            x1, n1, x2, n2, method="score", compare=compare, alpha=1 - level
        )
    return float(low), float(high)
