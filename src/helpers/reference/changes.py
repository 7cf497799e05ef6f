"""A stored set of changes within patients in, our value of every quantity that R has for it out."""

from __future__ import annotations

from collections.abc import Callable

from helpers.analyse import paired, paired_censored, panel
from helpers.reference.method import Method, fields, rows_of


def of_changes(title: str, function: Callable) -> Method:
    """`function` of one set of changes."""
    return Method(title, function, lambda name: fields(function(rows_of(name, "changes")["value"])))


def signed_rank(name: str) -> dict[str, float]:
    """The statistic, and P by both ways to treat a zero."""
    x = rows_of(name, "changes")["value"]
    out = {f"p_value {z}": paired.signed_rank(x, zeros=z).p_value for z in ("wilcoxon", "pratt")}
    return {"value": paired.signed_rank(x).value, **out}


def _bounds(name: str):
    rows = rows_of(name, "edge_bounds")
    return rows["low"], rows["high"]


def rank_bounds(name: str) -> dict[str, float]:
    """Smallest and largest P that the bounds allow."""
    found = paired_censored.signed_rank_bounds(*_bounds(name))
    return {side: estimate.value for side, estimate in found.items()}


def shift_bounds(name: str) -> dict[str, float]:
    """Estimate and interval at both ends: "lowest upper"."""
    found = paired_censored.hodges_lehmann_bounds(*_bounds(name))
    return {f"{k} {field}": v for k, e in found.items() for field, v in fields(e).items()}


def sign_bounds(name: str) -> dict[str, float]:
    """Sign test of the changes whose direction is certain."""
    return fields(paired_censored.sign_test_bounds(*_bounds(name)))


CHANGES = {
    "signed_rank": Method("Wilcoxon signed-rank test, exact", paired.signed_rank, signed_rank),
    "hodges_lehmann": of_changes("Hodges-Lehmann shift", paired.hodges_lehmann),
    "sign_test": of_changes("Sign test", paired.sign_test),
    "median_interval": of_changes("Exact interval of a median", paired.median_interval),
    "quartiles": of_changes("Median and quartiles", paired.quartiles),
    "mean_change": of_changes("Mean change with t interval", paired.mean_change),
    "signed_rank_bounds": Method(
        "Signed-rank P of changes known as bounds", paired_censored.signed_rank_bounds, rank_bounds
    ),
    "hodges_lehmann_bounds": Method(
        "Shift of changes known as bounds", paired_censored.hodges_lehmann_bounds, shift_bounds
    ),
    "sign_test_bounds": Method(
        "Sign test of changes known as bounds", paired_censored.sign_test_bounds, sign_bounds
    ),
    "smallest_p": Method(
        "Smallest P of n changes", panel.smallest_p, lambda n: fields(panel.smallest_p(int(n)))
    ),
    "signed_rank_size": Method(
        "True size of the signed-rank test",
        panel.signed_rank_size,
        lambda n: fields(panel.signed_rank_size(int(n))),
    ),
}
