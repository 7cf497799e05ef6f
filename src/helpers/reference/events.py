"""A stored set of counts of events in, our value of every rate ratio that R has for it out."""

from __future__ import annotations

from collections.abc import Callable

from helpers.analyse import count_models
from helpers.reference.method import ITERATIVE, MODEL, Call, Method, fields, rows_of


def ratio(function: Callable) -> Call:
    """One arm, with or without covariates: "cgd adjusted gamma"."""

    def call(name):
        table, how, arm = name.split()
        more = ["x", "z"] if how == "adjusted" else []
        rows = rows_of(table, "count_models_data")
        return fields(function(rows, events="events", time="time", covariates=more, **MODEL)[arm])

    return call


EVENTS = {
    "poisson_rate_ratios": Method(
        "Rate ratio by Poisson regression", count_models.poisson_rate_ratios,
        ratio(count_models.poisson_rate_ratios), ITERATIVE,
    ),
    "negative_binomial_rate_ratios": Method(
        "Rate ratio by negative binomial regression", count_models.negative_binomial_rate_ratios,
        ratio(count_models.negative_binomial_rate_ratios), ITERATIVE,
    ),
}  # fmt: skip
