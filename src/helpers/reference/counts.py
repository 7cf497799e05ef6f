"""A stored case of one or two proportions in, our value of every quantity that R has for it out."""

from __future__ import annotations

from collections.abc import Callable

from helpers.analyse import consistency, proportions
from helpers.reference.method import Call, Method, fields


def of_counts(function: Callable, separator: str | None = None) -> Call:
    """`function` of the counts in a name such as "23/24" or "23 24 17 24"."""
    return lambda name: fields(function(*map(int, name.split(separator))))


def one(title: str, function: Callable) -> Method:
    """`function` of "x/n"; a name without a stroke is n alone."""
    return Method(title, function, of_counts(function, "/"))


def two(title: str, function: Callable) -> Method:
    """`function` of "x1 n1 x2 n2"."""
    return Method(title, function, of_counts(function))


def rate(name: str) -> dict[str, float]:
    """So many events in 10.5 units of observation."""
    return fields(proportions.incidence_rate(int(name), 10.5))


def excluded(name: str) -> dict[str, float]:
    """Patients without an event that exclude a risk."""
    return fields(proportions.patients_to_exclude(float(name)))


def counts(name: str) -> dict[str, float]:
    """Count by denominator, for a percentage with one decimal."""
    found = consistency.counts_for_percentages(name, decimals=1, sizes=range(1, 73))
    return {f"x of {row.n}": float(row.x) for row in found.itertuples()}


ONE = {
    "clopper_pearson": one("Clopper-Pearson interval", proportions.clopper_pearson),
    "wilson": one("Wilson interval", proportions.wilson),
    "jeffreys": one("Jeffreys interval", proportions.jeffreys),
    "bayes_upper": one("Bayesian upper limit, flat prior", proportions.bayes_upper),
    "zero_event_upper": one("Upper limit after no event", proportions.zero_event_upper),
    "patients_to_exclude": Method(
        "Patients without an event that exclude a risk", proportions.patients_to_exclude, excluded
    ),
    "incidence_rate": Method("Garwood interval of a rate", proportions.incidence_rate, rate),
    "counts_for_percentages": Method(
        "Counts behind a percentage", consistency.counts_for_percentages, counts
    ),
}
TWO = {
    "fisher": two("Fisher's test and conditional odds ratio", proportions.fisher),
    "fisher_mid_p": two("Mid-p version of Fisher's test", proportions.fisher_mid_p),
    "boschloo": two("Boschloo's test", proportions.boschloo),
    "barnard": two("Barnard's test", proportions.barnard),
    "newcombe_difference": two(
        "Newcombe interval of a difference", proportions.newcombe_difference
    ),
    "miettinen_nurminen_difference": two(
        "Miettinen-Nurminen interval of a difference", proportions.miettinen_nurminen_difference
    ),
}
