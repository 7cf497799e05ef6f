"""Rises at every visit: against factorials, the bivariate normal and simulated readings."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import monotone_rise
from helpers.analyse.threshold_crossing import log_sd
from helpers.errors import AnalysisError


@pytest.mark.parametrize("visits", [2, 3, 5, 8])
@pytest.mark.parametrize("cv", [0.05, 0.25])
def test_without_true_change_every_order_of_the_readings_is_as_likely(visits, cv):
    found = monotone_rise.rising_probability([10.5] * visits, cv=cv)
    assert found.value == pytest.approx(1 / math.factorial(visits), abs=1e-7)


def test_two_readings_rise_as_the_normal_distribution_says():
    found = monotone_rise.rising_probability([100, 120], cv=0.166)
    z = math.log(1.2) / (log_sd(0.166) * math.sqrt(2))
    assert found.value == pytest.approx(stats.norm.cdf(z), abs=1e-7)


def test_three_readings_rise_as_two_correlated_steps_do():
    error, steps = log_sd(0.2), np.diff(np.log([50, 60, 90]))
    covariance = error**2 * np.array([[2, -1], [-1, 2]])
    exact = stats.multivariate_normal.cdf(steps, mean=[0, 0], cov=covariance)
    found = monotone_rise.rising_probability([50, 60, 90], cv=0.2)
    assert found.value == pytest.approx(exact, abs=1e-6)


def test_probability_is_the_share_of_simulated_courses_that_rise_throughout():
    levels, rng = np.array([10.5, 90, 140, 180, 207.5]), np.random.default_rng(7)
    readings = levels * np.exp(log_sd(0.166) * rng.standard_normal((200_000, 5)))
    share = (np.diff(readings, axis=1) > 0).all(axis=1).mean()
    found = monotone_rise.rising_probability(levels, cv=0.166)
    assert found.value == pytest.approx(share, abs=4 * math.sqrt(0.25 / 200_000))


def test_patients_are_independent():
    one, twelve = (
        monotone_rise.rising_probability([1, 2, 3], cv=0.25, patients=n) for n in (1, 12)
    )
    assert twelve.value == pytest.approx(one.value**12)
    assert twelve.n == 12


@pytest.mark.parametrize(("levels", "cv"), [([10], 0.1), ([10, 0], 0.1), ([10, 20], 0)])
def test_impossible_courses_are_refused(levels, cv):
    with pytest.raises(AnalysisError):
        monotone_rise.rising_probability(levels, cv=cv)
