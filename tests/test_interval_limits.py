"""Exact limits of a quantile that was never seen: tables, exact times, and coverage by drawing."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import paired
from helpers.analyse.interval_limits import quantile_limits
from helpers.errors import AnalysisError


@pytest.mark.proves("helpers.analyse.interval_limits:quantile_limits")
@pytest.mark.parametrize(
    ("n", "first", "last"), [(6, 1, 6), (8, 1, 8), (9, 2, 8), (12, 3, 10), (20, 6, 15)]
)
def test_the_median_runs_between_the_order_statistics_of_the_tables(n, first, last):
    times = np.arange(1.0, n + 1)
    found = quantile_limits(times - 0.5, times)
    assert (found.lower, found.upper) == (first - 0.5, last)


def test_times_seen_exactly_give_the_ordinary_interval():
    times = np.random.default_rng(1).exponential(size=17)
    ordinary = paired.median_interval(times)
    found = quantile_limits(times, times)
    assert (found.lower, found.upper) == (ordinary.lower, ordinary.upper)


def test_another_quantile_leaves_at_most_the_tails_outside():
    times = np.arange(1.0, 41)
    found = quantile_limits(times, times, q=0.25)
    below = stats.binom(40, 0.25)
    assert below.cdf(found.lower - 1) <= 0.025 < below.cdf(found.lower)
    assert below.sf(found.upper - 1) <= 0.025 < below.sf(found.upper - 2)


def test_it_covers_whatever_the_visits():
    random = np.random.default_rng(2)
    held, trials = 0, 2000
    for _ in range(trials):
        time = random.weibull(1.3, 12) * 20
        visits = np.sort(random.choice(np.arange(1.0, 61), 6, replace=False))
        at = np.searchsorted(visits, time)
        left = np.where(at > 0, visits[at - 1], 0.0)
        right = np.append(visits, np.inf)[at]
        found = quantile_limits(left, right)
        held += found.lower < 20 * math.log(2) ** (1 / 1.3) <= found.upper
    assert held / trials > 0.95


def test_patients_who_never_lost_their_cells_leave_it_open():
    found = quantile_limits([30.0] * 8 + [7] * 4, [np.inf] * 8 + [14] * 4)
    assert (found.lower, found.upper) == (7, np.inf)
    assert found.value == np.inf


def test_five_patients_are_too_few_for_limits():
    found = quantile_limits([1.0] * 5, [2.0] * 5)
    assert (found.lower, found.upper) == (-np.inf, np.inf)


def test_a_right_end_that_is_missing_or_before_its_left_is_an_error():
    with pytest.raises(AnalysisError, match="missing"):
        quantile_limits([1.0, 2.0], [2.0, np.nan])
    with pytest.raises(AnalysisError, match="order"):
        quantile_limits([5.0, 5.0], [1.0, 2.0])
