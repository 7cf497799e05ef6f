"""A stored set of counts of events in, our value of every rate ratio that R has for it out."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from helpers.analyse import count_models, recurrent
from helpers.reference.method import CLOSED, ITERATIVE, MODEL, Call, Method, fields, rows_of


def ratio(function: Callable) -> Call:
    """One arm, with or without covariates: "cgd adjusted gamma"."""

    def call(name):
        table, how, arm = name.split()
        more = ["x", "z"] if how == "adjusted" else []
        rows = rows_of(table, "count_models_data")
        return fields(function(rows, events="events", time="time", covariates=more, **MODEL)[arm])

    return call


def _recurrences(table: str) -> pd.DataFrame:
    """A row a subject: `days` as a tuple of numbers."""
    rows = rows_of(table, "recurrent_data")
    days = rows["days"].fillna("").astype(str).str.split()
    return rows.assign(days=[tuple(map(float, some)) for some in days])


def mean_by(name: str) -> dict[str, float]:
    """One arm at one time: "cgd gamma 200"."""
    table, arm, at = name.split()
    rows = _recurrences(table)
    rows = rows[rows["arm"] == arm]
    return fields(recurrent.mean_events(rows["end"], rows["days"], at=float(at)))


def recurring(name: str) -> dict[str, float]:
    """One arm by one way of taking ties: "cgd efron stratified gamma"."""
    table, tied, how, arm = name.split()
    more = {"plain": [], "adjusted": ["x", "z"], "stratified": ["x"]}[how]
    found = recurrent.lwyy_rate_ratios(
        _recurrences(table), end="end", days="days", covariates=more, tied=tied,
        strata=["z"] if how == "stratified" else [], **MODEL,
    )  # fmt: skip
    return fields(found[arm])


EVENTS = {
    "poisson_rate_ratios": Method(
        "Rate ratio by Poisson regression", count_models.poisson_rate_ratios,
        ratio(count_models.poisson_rate_ratios), ITERATIVE,
    ),
    "negative_binomial_rate_ratios": Method(
        "Rate ratio by negative binomial regression", count_models.negative_binomial_rate_ratios,
        ratio(count_models.negative_binomial_rate_ratios), ITERATIVE,
    ),
    "mean_events": Method(
        "Mean number of recurrent events", recurrent.mean_events, mean_by, CLOSED,
    ),
    "lwyy_rate_ratios": Method(
        "Rate ratio of recurrent events (LWYY)", recurrent.lwyy_rate_ratios, recurring, ITERATIVE,
    ),
}  # fmt: skip
