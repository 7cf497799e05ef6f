"""A stored set of two or three arms in, our value of every quantity that R has for it out."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from helpers.analyse import design, groups, mixed
from helpers.reference.method import ITERATIVE, MODEL, Method, fields, rows_of
from helpers.reference.stored import data

ANCOVA = {"outcome": "y", "baseline": "base", **MODEL}


def two(title: str, function: Callable) -> Method:
    """`function` of the two groups of a set."""

    def call(name):
        a, b = (rows["value"] for _, rows in rows_of(name, "two_groups").groupby("group"))
        return fields(function(a, b))

    return Method(title, function, call)


def _arms(name: str) -> pd.DataFrame:
    """The three arms: "three" (three patients each), else the large set."""
    return data("edge_arms" if name == "three" else "arms")


def kruskal(name: str) -> dict[str, float]:
    """Two groups of a set, or three arms."""
    if name in ("arms", "three"):
        return fields(groups.kruskal(_arms(name)["y"], _arms(name)["arm"]))
    rows = rows_of(name, "two_groups")
    return fields(groups.kruskal(rows["value"], rows["group"]))


def ancova(name: str) -> dict[str, float]:
    """One arm against control, adjusted for baseline: "low" or "three low"."""
    table, _, arm = name.rpartition(" ")
    return fields(groups.ancova(_arms(table), **ANCOVA)[arm])


def ancova_f(name: str) -> dict[str, float]:
    """All arms at once, adjusted for baseline."""
    return fields(groups.ancova_f_test(_arms(name), **ANCOVA))


def pooled(name: str) -> dict[str, float]:
    """Standard deviation within arms."""
    return fields(design.pooled_sd(_arms(name)["y"], _arms(name)["arm"]))


def correlation(kind: str, title: str) -> Method:
    """Correlation of `kind` of the pairs of a set."""

    def call(name):
        rows = rows_of(name, "pairs")
        return fields(groups.correlation(rows["x"], rows["y"], method=kind))

    return Method(title, groups.correlation, call)


@cache
def _mixed_model() -> dict:
    columns = {"outcome": "y", "subject": "subject", "visit": "visit", "baseline": "base"}
    return mixed.mmrm(data("mixed"), **columns, **MODEL)


def mmrm(name: str) -> dict[str, float]:
    """One arm at one visit of the one fitted model: "low 48"."""
    arm, visit = name.split()
    return fields(_mixed_model()[arm, int(visit)])


ARMS = {
    "two_sample_hodges_lehmann": two(
        "Rank-sum test and shift between arms", groups.two_sample_hodges_lehmann
    ),
    "welch_difference": two("Welch's t test", groups.welch_difference),
    "kruskal": Method("Kruskal-Wallis test", groups.kruskal, kruskal),
    "pooled_sd": Method("Pooled standard deviation", design.pooled_sd, pooled),
    "ancova": Method("ANCOVA", groups.ancova, ancova),
    "ancova_f_test": Method("ANCOVA, F test of all arms", groups.ancova_f_test, ancova_f),
    "correlation pearson": correlation("pearson", "Pearson correlation"),
    "correlation spearman": correlation("spearman", "Spearman correlation, exact P"),
    "mmrm": Method("Mixed model for repeated measures", mixed.mmrm, mmrm, ITERATIVE),
}
