"""The name of a public data set in, our estimate of what SAS or R print on it out.

The lines of code that a reader would write, in each language, stand in tests/reference/camis_calls.csv.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from helpers.analyse import (
    censored,
    competing,
    groups,
    linear,
    log_rank,
    paired,
    proportions,
    ratio_limits,
    survival,
)
from helpers.analyse.estimate import Estimate
from helpers.reference.stored import data

YEAR = 365.25
ANCOVA = {"outcome": "y", "arm": "group", "reference": "A", "covariates": ["x"]}


def _counts(function: Callable, **how) -> Callable[[str], Estimate]:
    """`function` of "36/154" or of "36/154 v 12/77"."""
    return lambda name: function(*map(int, name.replace(" v ", "/").split("/")), **how)


def _values(name: str) -> pd.DataFrame:
    rows = data("camis_values")
    return rows[rows["dataset"] == name].reset_index(drop=True)


def _times(name: str) -> pd.DataFrame:
    """The times of a set; those of whas500 in years with two decimals, as the pages analyse them."""
    rows = data("camis_times")
    rows = rows[rows["dataset"] == name].reset_index(drop=True)
    return rows.assign(time=(rows["time"] / YEAR).round(2)) if name == "whas500" else rows


def _change(name: str) -> pd.Series:
    """Changes of blood pressure: all, or the first so many ("blood pressure 19")."""
    rows = _values("blood pressure")
    size = name.removeprefix("blood pressure").strip()
    return (rows["y"] - rows["x"]).head(int(size) if size else len(rows))


def _change_of(function: Callable, **how) -> Callable[[str], Estimate]:
    return lambda name: function(_change(name), **how)


def _two(name: str) -> Estimate:
    rows = _values(name)
    first = "s" if name == "birth weight" else "a"
    mine = rows["group"] == first
    return groups.two_sample_hodges_lehmann(rows["y"][mine], rows["y"][~mine])


def _kruskal(name: str, exact: bool = False) -> Estimate:
    rows = _values(name)
    return groups.kruskal(rows["y"], rows["group"], exact=exact)


def _lung() -> tuple[pd.Series, pd.Series]:
    """Age and calories at meals, where both are known, as lifelines ships them."""
    from lifelines.datasets import load_lung

    rows = load_lung().dropna(subset=["age", "meal.cal"])
    return rows["age"], rows["meal.cal"]


def _kendall(name: str) -> Estimate:
    from scipy.stats import kendalltau

    found = kendalltau(*_lung())
    return Estimate("kendall", "tau-b", float(found.statistic), p_value=float(found.pvalue))


def _chi_square(name: str) -> Estimate:
    from scipy.stats import chi2_contingency

    table = [[int(v) for v in row.split(",")] for row in name.split("/")]
    found = chi2_contingency(table, correction=False)
    return Estimate("pearson", "chi-square", float(found.statistic), p_value=float(found.pvalue))


def _quantile(q: float, convention: str = "first") -> Callable[[str], Estimate]:
    """A share of the times of one arm ("whas500 no") or of all ("ten")."""

    def call(name: str) -> Estimate:
        table, _, arm = name.partition(" ")
        rows = _times(table)
        rows = rows[rows["arm"] == arm] if arm else rows
        return survival.survival_quantile(rows["time"], rows["status"], q=q, convention=convention)

    return call


def _cox(name: str, **how) -> Estimate:
    rows = _times(name)
    model = {"time": "time", "event": "status", "arm": "arm", "reference": "yes"}
    return survival.cox(rows, **model, **how)["no"]


def _cause_specific(name: str) -> Estimate:
    rows = _times(name)
    rows = rows.assign(relapse=rows["status"] == 1, late=rows["x"].astype(float) > 200)
    model = {"time": "time", "event": "relapse", "arm": "arm", "reference": "ALL"}
    return survival.cox(rows, **model, strata=["late"], tied="breslow")["AML low risk"]


def _log_rank(function: Callable, **how) -> Callable[[str], Estimate]:
    def call(name: str) -> Estimate:
        rows = _times(name)
        return function(rows["time"], rows["status"], rows["arm"], **how)

    return call


def _rmst(name: str) -> Estimate:
    rows = _times(name)
    sides = []
    for arm in ("Active", "Placebo"):
        mine = rows[rows["arm"] == arm]
        sides += [mine["time"], mine["status"]]
    return survival.rmst_difference(*sides, horizon=350)


def _incidence(name: str) -> Estimate:
    """Relapse in the low-risk group by so many years ("bmt 1.5")."""
    rows = _times("bmt").query("arm == 'AML low risk'")
    at = float(name.removeprefix("bmt ")) * YEAR
    found = competing.aalen_johansen(rows["time"], rows["status"], at=at, variance="aalen")
    return found[1]


def _tobit(name: str) -> Estimate:
    rows = _values(name)
    design = {"mean": np.ones(len(rows)), "B": (rows["group"] == "B").astype(float)}
    return censored.tobit_regression(rows["y"], design, rows["y"] <= math.floor(rows["y"].min()))[
        "B"
    ]


CALLS: dict[str, Callable[[str], Estimate]] = {
    "clopper_pearson": _counts(proportions.clopper_pearson),
    "jeffreys": _counts(proportions.jeffreys),
    "wilson": _counts(proportions.wilson),
    "newcombe": _counts(proportions.newcombe_difference),
    "miettinen_nurminen": _counts(proportions.miettinen_nurminen_difference),
    "mee": _counts(ratio_limits.mee_difference),
    "agresti_caffo": _counts(ratio_limits.agresti_caffo_difference),
    "odds_ratio": _counts(ratio_limits.odds_ratio),
    "odds_ratio_log": _counts(ratio_limits.odds_ratio, interval="log"),
    "chi_square": _chi_square,
    "hodges_lehmann": _change_of(paired.hodges_lehmann, level=0.9),
    "signed_rank": _change_of(paired.signed_rank),
    "sign_test": _change_of(paired.sign_test),
    "quartiles": _change_of(paired.quartiles),
    "t_test": _change_of(paired.mean_change),
    "t_test_one": lambda name: paired.mean_change(_values(name)["y"] - 30),
    "rank_sum": _two,
    "kruskal": _kruskal,
    "kruskal_exact": partial(_kruskal, exact=True),
    "ancova": lambda name: linear.adjusted_differences(_values("drug trial"), **ANCOVA)[name[-1]],
    "ancova_f": lambda name: groups.ancova_f_test(
        _values(name), outcome="y", baseline="x", arm="group", reference="A"
    ),
    "ls_mean": lambda name: linear.adjusted_means(_values("drug trial"), **ANCOVA)[name[-1]],
    "pearson": lambda name: groups.correlation(*_lung(), method="pearson"),
    "spearman": lambda name: groups.correlation(*_lung()),
    "kendall": _kendall,
    "median_time": _quantile(0.5),
    "quarter_time": _quantile(0.25),
    "three_quarter_time": _quantile(0.75),
    "median_sas": _quantile(0.5, "sas"),
    "median_r": _quantile(0.5, "r"),
    "cox": _cox,
    "cox_breslow": partial(_cox, tied="breslow"),
    "cox_stratified": partial(_cox, strata=["x"]),
    "rmst_difference": _rmst,
    "incidence": _incidence,
    "cause_specific_cox": _cause_specific,
    "gehan": _log_rank(log_rank.log_rank_weighted, weights="gehan"),
    "log_rank": _log_rank(log_rank.log_rank),
    "tobit": _tobit,
}
