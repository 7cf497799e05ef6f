"""A stored trial of R in, our value of what such a trial plans for out: strata, weights, ties, causes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pandas as pd

from helpers.analyse import gray, linear, log_rank, logistic, stratified_tables, survival
from helpers.analyse.adjusted_rmst import adjusted_rmst
from helpers.analyse.estimate import Estimate
from helpers.reference.method import CLOSED, ITERATIVE, MODEL, Method, fields, rows_of
from helpers.reference.stored import data

TABLE = "trials_data"
COX = {
    "plain": {},
    "strata": {"strata": ["stratum"]},
    "covariates": {"covariates": ["x", "y", "z"]},
    "both": {"covariates": ["x", "y", "z"], "strata": ["stratum"]},
}


def weighted(name: str) -> dict[str, float]:
    """One set of weights: "colon fleming-harrington 0.5 2 stratified"."""
    table, weights, rho, gamma, *how = name.split()
    rows = rows_of(table, TABLE)
    stratum = rows["stratum"] if how else None
    found = log_rank.log_rank_weighted(
        rows["time"], rows["event"], rows["arm"], weights=weights, rho=float(rho),
        gamma=float(gamma), stratum=stratum,
    )  # fmt: skip
    return fields(found)


def cox(name: str) -> dict[str, float]:
    """One term of one model: "pbc both breslow dpen"; "zold" is the level old of z."""
    table, model, tied, term = name.split(" ", 3)
    return fields(_fitted(table, model, tied)[term])


@cache
def _fitted(table: str, model: str, tied: str) -> dict[str, Estimate]:
    """Every term of one model, by its name."""
    found = survival.cox(
        rows_of(table, TABLE), time="time", event="event", tied=tied, **MODEL, **COX[model]
    )
    return {"".join(k) if isinstance(k, tuple) else k: e for k, e in found.items()}


def quantile(name: str) -> dict[str, float]:
    """One share of one arm: "veteran 0.25 test"."""
    table, q, arm = name.split()
    rows = rows_of(table, TABLE)
    rows = rows[rows["arm"] == arm]
    found = survival.survival_quantile(rows["time"], rows["event"], q=float(q), convention="r")
    return fields(found)


def by_cause(name: str) -> dict[str, float]:
    """One cause: "mgus2 2 stratified"."""
    table, cause, *how = name.split()
    rows = rows_of(table, TABLE)
    stratum = rows["stratum"] if how else None
    found = gray.gray_test(rows["time"], rows["cause"], rows["arm"], of=int(cause), stratum=stratum)
    return fields(found)


def adjusted(function: Callable) -> Callable[[str], dict[str, float]]:
    """One arm, of means with their weights: "pbc dpen", "pbc equal dpen"."""

    def call(name):
        table, *weights, arm = name.split()
        how = {"weights": weights[0]} if weights else {}
        model = {"outcome": "y", "covariates": ["x", "z", "stratum"], **MODEL}
        return fields(function(rows_of(table, TABLE), **model, **how)[arm])

    return call


def restricted(name: str) -> dict[str, float]:
    """One arm: "colon Lev+5FU" up to day 2500, or placebo of pbc up to a year: "pbc 8"."""
    table, last = name.split()
    model = {"time": "time", "event": "event", "arm": "arm"}
    if table == "pbc":
        liver = ["edema", "bili", "chol", "albumin", "copper"]
        rows, how = data("adjusted_rmst_data"), {"covariates": liver, "reference": "dpen"}
        return fields(adjusted_rmst(rows, **model, **how, horizon=float(last))["placebo"])
    how = {"covariates": ["y", "stratum"], "reference": "control"}
    return fields(adjusted_rmst(rows_of(table, TABLE), **model, **how, horizon=2500)[last])


def tables(function: Callable) -> Callable[[str], dict[str, float]]:
    """Events by stratum of the first arm that is not control, against control."""

    def call(name):
        rows = rows_of(name, TABLE)
        first = next(a for a in dict.fromkeys(rows["arm"]) if a != "control")
        counts = []
        for arm in (first, "control"):
            events = rows[rows["arm"] == arm].groupby("stratum")["event"].agg(["sum", "size"])
            counts += [events["sum"], events["size"]]
        both = pd.concat(counts, axis=1).fillna(0)
        return fields(function(*(both.iloc[:, i] for i in range(4))))

    return call


def responders(function: Callable) -> Callable[[str], dict[str, float]]:
    """One arm, the event as a response, with or without covariates: "pbc adjusted dpen"."""

    def call(name):
        table, how, arm = name.split()
        more = ["x", "y", "z", "stratum"] if how == "adjusted" else []
        found = function(rows_of(table, TABLE), outcome="event", covariates=more, **MODEL)
        return fields(found[arm])

    return call


def climbed(title: str, function: Callable) -> Method:
    """A logistic regression."""
    return Method(title, function, responders(function), ITERATIVE)


def method(title: str, function: Callable, call: Callable) -> Method:
    """Everything here but Cox is a formula."""
    return Method(title, function, call, ITERATIVE if function is survival.cox else CLOSED)


TRIALS = {
    "log_rank_weighted": method("Weighted log-rank test", log_rank.log_rank_weighted, weighted),
    "cox_adjusted": method("Cox with strata, covariates, both ties", survival.cox, cox),
    "survival_quantile": method("Quartiles of the time to event", survival.survival_quantile, quantile),
    "gray_test": method("Gray's test of incidences", gray.gray_test, by_cause),
    "adjusted_rmst": method("Adjusted difference of restricted means", adjusted_rmst, restricted),
}  # fmt: skip
ADJUSTED = {
    "adjusted_differences": method(
        "Differences adjusted for factors", linear.adjusted_differences,
        adjusted(linear.adjusted_differences),
    ),
    "adjusted_means": method(
        "Least-squares means", linear.adjusted_means, adjusted(linear.adjusted_means)
    ),
}  # fmt: skip
STRATIFIED = {
    "mantel_haenszel": method(
        "Cochran-Mantel-Haenszel test", stratified_tables.mantel_haenszel,
        tables(stratified_tables.mantel_haenszel),
    ),
    "common_difference": method(
        "Risk difference over strata", stratified_tables.common_difference,
        tables(stratified_tables.common_difference),
    ),
    "common_odds_ratio": method(
        "Odds ratio over strata", stratified_tables.common_odds_ratio,
        tables(stratified_tables.common_odds_ratio),
    ),
    "common_risk_ratio": method(
        "Risk ratio over strata", stratified_tables.common_risk_ratio,
        tables(stratified_tables.common_risk_ratio),
    ),
}  # fmt: skip
LOGISTIC = {
    "odds_ratios": climbed("Odds ratio adjusted for factors", logistic.odds_ratios),
    "odds_ratio_tests": climbed("Likelihood-ratio test of it", logistic.odds_ratio_tests),
    "standardised_differences": climbed(
        "Risk difference standardised to all", logistic.standardised_differences
    ),
}
