"""Rows of two or more arms in, what an estimator makes of them out, by arm; it knows no study."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType

import pandas as pd

from helpers.analyse import multiplicity
from helpers.analyse.estimate import Estimate
from helpers.literate.outcome import Result, Results, made
from helpers.literate.rows import corrected_p
from helpers.possible import permutation

OF = ("TIME", "EVENT", "ARM")


def is_model(function: Callable) -> bool:
    """Whether an estimator takes a frame, as models do: their ratios need an event in both arms."""
    return next(iter(inspect.signature(function).parameters)) == "frame"


def call_by_arm(function: Callable, rows: pd.DataFrame, reference: str, more: dict) -> dict:
    """Estimates by arm from an estimator of one of the three forms of `against_reference`."""
    asked = list(inspect.signature(function).parameters)
    if is_model(function):
        names = {"time": "TIME", "event": "EVENT", "arm": "ARM"}
        return function(rows, **names, reference=reference, **more)
    if "arm" in asked:
        return function(*(rows[c] for c in OF), reference=reference, **more)
    own = dict(list(rows.groupby("ARM", observed=True)))
    base = own.pop(reference)
    return {
        arm: function(part["TIME"], part["EVENT"], base["TIME"], base["EVENT"], **more)
        for arm, part in own.items()
    }


def permuted(rows: pd.DataFrame, arms: tuple[str, str]) -> Estimate:
    """The permutation P of the log-rank test of two arms without early leavers."""
    seen = sorted(set(rows["TIME"][rows["EVENT"]]))
    grid = [[int(((rows["ARM"] == a) & rows["EVENT"] & (rows["TIME"] == t)).sum()) for t in seen]
            for a in arms]  # fmt: skip
    sizes = tuple(int((rows["ARM"] == a).sum()) for a in arms)
    p = permutation.permutation_logrank(grid, sizes=sizes)
    return made(permutation.permutation_logrank, p, method="permutation log-rank",
                statistic="p-value", p_value=p, n=sum(sizes))  # fmt: skip


def adjusted(
    results: Results,
    *,
    method: str = "holm",
    families: Mapping[str, str] = MappingProxyType({}),
) -> Results:
    """The same tests with P values adjusted for all of one endpoint or kind (`multiplicity.adjust`).

    `families`: endpoint or kind -> the family that it is adjusted in, else by itself. None of one
    where a P value is held back: a correction of the others would be for too few tests.
    """
    out: dict[str, Result] = {}
    kinds = {row: row.split(".")[0] for row in results}
    family = {row: families.get(kind, kind) for row, kind in kinds.items()}
    for name in dict.fromkeys(family.values()):
        rows = {k: r for k, r in results.items() if family[k] == name}
        if any(r.p_value is None or r.p_value != r.p_value for r in rows.values()):
            continue
        p = multiplicity.adjust([r.p_value for r in rows.values()], method=method)
        for (key, r), value in zip(rows.items(), p, strict=True):
            out[key] = corrected_p(r, float(value), method)
    return Results(out)
