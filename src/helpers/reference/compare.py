"""Nothing in, R's stored values beside ours out, with their differences; nothing is judged here."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache

import pandas as pd

from helpers.errors import AnalysisError
from helpers.reference import coverage
from helpers.reference.methods import CLOSED, ITERATIVE, METHODS, TOPIC
from helpers.reference.stored import stored_values


def relative_difference(ours: float, r: float) -> float:
    """|ours - r| / |r|; 0 for equal numbers, infinite or 0 ones included; |ours| where r is 0."""
    if ours == r:
        return 0.0
    difference = abs(ours - r) / (abs(r) or 1.0)
    return math.inf if math.isnan(difference) else difference


def decade(difference: float, *, floor: int) -> int:
    """The power of ten just above `difference`, at least `floor`: 3e-9 gives -8."""
    if difference < 10.0**floor:
        return floor
    return math.floor(math.log10(difference)) + 1 if math.isfinite(difference) else 99


@cache
def comparison() -> pd.DataFrame:
    """One row a stored value: the columns of `stored_values`, `title`, `topic`, `ours`,
    `difference` (relative), `decade` (it is below ten to this power), `floor`, `tolerance`.

    Raises when R has a value that no method of ours answers to.
    """
    rows = stored_values()
    unknown = sorted(set(rows["estimator"]) - set(METHODS))
    if unknown:
        raise AnalysisError(
            f"tests/reference: expected estimators of helpers.reference.methods, found {unknown}: "
            "add a row to METHODS with the call that repeats R's"
        )
    order, ours = [], []
    for (name, dataset), case in rows.groupby(["estimator", "dataset"], sort=False):
        found = METHODS[name].call(dataset)
        ours += [float(found[quantity]) for quantity in case["quantity"]]
        order += list(case.index)
    rows = rows.loc[order].reset_index(drop=True)
    apart = [relative_difference(a, b) for a, b in zip(ours, rows["r"], strict=True)]
    used = [METHODS[name] for name in rows["estimator"]]
    return rows.assign(
        title=[method.title for method in used],
        topic=[TOPIC[name] for name in rows["estimator"]],
        ours=ours,
        difference=apart,
        decade=[decade(d, floor=m.floor) for d, m in zip(apart, used, strict=True)],
        floor=[method.floor for method in used],
        tolerance=[method.tolerance for method in used],
    )


def tallies(rows: pd.DataFrame, used: Iterable[str] = ()) -> dict[str, tuple[int, str]]:
    """Counts of a comparison and of the estimators behind it, each with its words, by short name.

    `used` as in `coverage`.
    """
    used = list(used)
    closed = rows[rows["tolerance"] == CLOSED]
    level = int((closed["decade"] == closed["floor"]).sum())
    outside = int((rows["difference"] > rows["tolerance"]).sum())
    pairs = len(rows.drop_duplicates(["estimator", "dataset"]))
    return {
        "values": (len(rows), "Values compared"),
        "direct": (int(rows["direct"].sum()), "Values that a function of R returned"),
        "written": (int((~rows["direct"]).sum()), "Values written out in R"),
        "methods": (rows["estimator"].nunique(), "Methods compared"),
        "cases": (pairs, "Cases compared"),
        "formulas": (len(closed), "Values of formulas and sums"),
        "formulas.level": (level, "Values of formulas at rounding level"),
        "fits": (int((rows["tolerance"] == ITERATIVE).sum()), "Values of iterative fits"),
        "outside": (outside, "Values outside their tolerance"),
        "estimators": (len(coverage.estimators(used)), "Estimators of this book"),
        "estimators.r": (len(coverage.with_r()), "Estimators with values of R"),
        "estimators.other": (len(coverage.without_r(used)), "Estimators checked otherwise"),
    }
