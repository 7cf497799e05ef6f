"""A stored case of what SAS offers beside this book's choice in, our value of R's every quantity out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from helpers.analyse import binomial_limits, groups, rank_tests, ratio_limits
from helpers.reference.counts import of_counts
from helpers.reference.method import Method, fields, rows_of


def one(title: str, function: Callable, **how) -> Method:
    """`function` of "x/n"."""
    return Method(title, function, of_counts(partial(function, **how), "/"))


def two(title: str, function: Callable, **how) -> Method:
    """`function` of "x1 n1 x2 n2"."""
    return Method(title, function, of_counts(partial(function, **how)))


def tied(name: str) -> dict[str, float]:
    """The two groups of a set with ties."""
    a, b = (rows["value"] for _, rows in rows_of(name, "camis_ties").groupby("group"))
    return fields(groups.two_sample_hodges_lehmann(a, b))


def several(function: Callable) -> Callable[[str], dict[str, float]]:
    """The values and doses of a set."""

    def call(name):
        rows = rows_of(name, "camis_doses")
        return fields(function(rows["value"], rows["group"]))

    return call


ONE = {
    "wald": one("Normal interval", binomial_limits.wald),
    "wald corrected": one(
        "Normal interval, corrected for continuity", binomial_limits.wald, corrected=True
    ),
    "agresti_coull": one("Agresti-Coull interval", binomial_limits.agresti_coull),
    "wilson_corrected": one(
        "Wilson interval, corrected for continuity", binomial_limits.wilson_corrected
    ),
    "logit": one("Normal interval of the log odds", binomial_limits.logit),
    "likelihood_ratio": one("Likelihood-ratio interval", binomial_limits.likelihood_ratio),
    "mid_p": one("Mid-P interval", binomial_limits.mid_p),
    "blaker": one("Blaker's exact interval", binomial_limits.blaker),
}
DIFFERENCES = {
    "wald_difference": two("Normal interval of a difference", ratio_limits.wald_difference),
    "wald_difference corrected": two(
        "Normal interval of a difference, corrected", ratio_limits.wald_difference, corrected=True
    ),
    "agresti_caffo_difference": two(
        "Agresti-Caffo interval of a difference", ratio_limits.agresti_caffo_difference
    ),
}
WAYS = {
    "miettinen-nurminen": "Miettinen-Nurminen interval",
    "score": "Score interval",
    "log": "Normal interval",
}
RATIOS = {
    f"{kind} {way}": two(f"{words} of {kind.replace('_', ' ')}s", function, interval=way)
    for kind, function in (
        ("risk_ratio", ratio_limits.risk_ratio),
        ("odds_ratio", ratio_limits.odds_ratio),
    )
    for way, words in WAYS.items()
}
TWO = DIFFERENCES | RATIOS
ARMS = {
    "two_sample_hodges_lehmann ties": Method(
        "Rank-sum test and shift, ties", groups.two_sample_hodges_lehmann, tied
    ),
    "kruskal exact": Method(
        "Kruskal-Wallis test, exact", groups.kruskal, several(partial(groups.kruskal, exact=True))
    ),
    "jonckheere": Method(
        "Jonckheere-Terpstra test", rank_tests.jonckheere, several(rank_tests.jonckheere)
    ),
}
