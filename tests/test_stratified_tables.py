"""Mantel-Haenszel: R is in test_trials_reference; here one stratum by hand, and the edges."""

import math

import pytest

from helpers.analyse import stratified_tables as tables
from helpers.errors import AnalysisError


def test_one_stratum_is_the_plain_difference_and_ratio():
    assert tables.common_difference([7], [10], [3], [12]).value == pytest.approx(7 / 10 - 3 / 12)
    assert tables.common_risk_ratio([7], [10], [3], [12]).value == pytest.approx(0.7 / 0.25)
    assert tables.common_odds_ratio([7], [10], [3], [12]).value == pytest.approx(7 * 9 / (3 * 3))


@pytest.mark.proves("helpers.analyse.stratified_tables:mantel_haenszel")
def test_one_stratum_tests_as_pearson_with_n_minus_1():
    n, gap = 22, 7 * 9 - 3 * 3
    expected = (n - 1) * gap**2 / (10 * 12 * 10 * 12)
    assert tables.mantel_haenszel([7], [10], [3], [12]).value == pytest.approx(expected)


def test_a_stratum_of_one_arm_alone_changes_nothing():
    for function in (tables.mantel_haenszel, tables.common_difference, tables.common_odds_ratio):
        alone = function([7, 2], [10, 5], [3, 1], [12, 6])
        assert function([7, 2, 4], [10, 5, 9], [3, 1, 0], [12, 6, 0]) == alone


def test_an_arm_without_responses_has_no_finite_ratio():
    assert tables.common_odds_ratio([0], [10], [3], [12]).value == 0
    assert tables.common_risk_ratio([3], [10], [0], [12]).value == math.inf


@pytest.mark.parametrize("x2", [[5, 2], [1.5], [-1]])
def test_what_are_no_counts_is_refused(x2):
    with pytest.raises(AnalysisError, match="count subjects"):
        tables.common_difference([1], [4], x2, [4])


def test_nobody_responding_is_no_test():
    with pytest.raises(AnalysisError, match="with and some without"):
        tables.mantel_haenszel([0], [10], [0], [12])
