"""Adjusted differences and means: R is in test_trials_reference; here `ancova` and by hand."""

import pandas as pd
import pytest

from helpers.analyse import groups, linear
from helpers.errors import AnalysisError

FRAME = pd.DataFrame({
    "y": [3.0, 5, 4, 8, 7, 9, 6, 10], "arm": list("aabbaabb"), "x": [1.0, 2, 1, 3, 2, 3, 2, 4],
    "centre": list("ppppqqqq"), "twice": [2.0, 4, 2, 6, 4, 6, 4, 8],
})  # fmt: skip
MODEL = {"outcome": "y", "arm": "arm", "reference": "a"}


def test_one_baseline_is_ancova():
    found = linear.adjusted_differences(FRAME, **MODEL, covariates=["x"])["b"]
    expected = groups.ancova(FRAME, **MODEL, baseline="x")["b"]
    assert (found.value, found.lower, found.p_value) == pytest.approx(
        (expected.value, expected.lower, expected.p_value), rel=1e-12
    )


def test_means_without_covariates_are_the_means():
    found = linear.adjusted_means(FRAME, **MODEL)
    assert found["a"].value == pytest.approx(6.0)
    assert found["b"].value == pytest.approx(7.0)


def test_means_differ_by_the_difference_whatever_the_weights():
    one = linear.adjusted_differences(FRAME, **MODEL, covariates=["x", "centre"])["b"].value
    for weights in linear.WEIGHTS:
        found = linear.adjusted_means(FRAME, **MODEL, covariates=["x", "centre"], weights=weights)
        assert found["b"].value - found["a"].value == pytest.approx(one)


def test_levels_that_are_met_more_often_weigh_more():
    rows = FRAME.iloc[:7]  # centre p four times, q three times
    means = [linear.adjusted_means(rows, **MODEL, covariates=["centre"], weights=w)["a"].value
             for w in linear.WEIGHTS]  # fmt: skip
    slope = linear.adjusted_differences(
        rows, outcome="y", arm="centre", reference="p", covariates=["arm"]
    )["q"].value
    assert means[0] - means[1] == pytest.approx(slope * (1 / 2 - 3 / 7))


def test_covariates_that_repeat_one_another_are_refused():
    with pytest.raises(AnalysisError, match="x, twice"):
        linear.adjusted_means(FRAME, **MODEL, covariates=["x", "twice"])
