"""Exponential decay against its closed forms, simulation of the formula, and known half-lives."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import decay
from helpers.errors import AnalysisError

DAYS = np.tile([1.0, 3, 7, 14, 30, 60], 8)
WHO = np.repeat(np.arange(8), 6)


@pytest.mark.proves("helpers.analyse.decay:detectable_days")
def test_three_halvings_take_three_half_lives():
    assert decay.detectable_days(start=0.8, half_life=5, limit=0.1).value == pytest.approx(15)
    assert decay.detectable_days(start=0.05, half_life=5, limit=0.1).value == 0


def test_share_is_one_half_when_the_median_patient_reaches_the_limit():
    days = decay.detectable_days(start=2.5, half_life=5, limit=0.1).value
    found = decay.detectable_share(
        days, start=2.5, start_log_sd=0.6, half_life=5, half_life_log_sd=0, limit=0.1
    )
    assert found.value == pytest.approx(0.5, abs=1e-12)


@pytest.mark.proves("helpers.analyse.decay:detectable_share")
def test_share_with_different_half_lives_agrees_with_drawing_patients():
    random = np.random.default_rng(1)
    start = 2.5 * np.exp(random.normal(0, 0.6, 400_000))
    half = 5 * np.exp(random.normal(0, 0.35, 400_000))
    expected = np.mean(start * 0.5 ** (30 / half) >= 0.1)
    found = decay.detectable_share(
        30, start=2.5, start_log_sd=0.6, half_life=5, half_life_log_sd=0.35, limit=0.1
    )
    assert found.value == pytest.approx(expected, abs=4 * math.sqrt(0.25 / 400_000))


def noisy(half_lives, sd=0.05):
    noise = np.random.default_rng(5).normal(0, sd, len(DAYS))
    return 0.6 - DAYS * math.log10(2) / np.repeat(half_lives, 6) + noise


def test_without_censoring_the_rates_are_the_least_squares_slopes():
    value = noisy([3, 4, 5, 6, 7, 9, 11, 13])
    found = decay.patient_rates(DAYS, value, WHO, np.zeros(len(DAYS), bool))
    slopes = [
        np.polyfit(x, y, 1)[0] for x, y in zip(DAYS.reshape(8, 6), value.reshape(8, 6), strict=True)
    ]
    assert found.tolist() == pytest.approx((-np.array(slopes) / math.log10(2)).tolist(), rel=1e-8)


def test_values_below_the_limit_hardly_move_the_rates_of_an_exponential():
    true = np.array([3.0, 4, 5, 6, 7, 9, 11, 13])
    value = noisy(true, sd=0.005)
    below = value < -1
    found = decay.patient_rates(DAYS, np.where(below, -1, value), WHO, below)
    assert found.to_numpy() == pytest.approx(1 / true, rel=0.02)


@pytest.mark.proves("helpers.analyse.decay:mean_half_life")
def test_half_life_is_the_inverse_of_the_mean_rate_with_its_t_interval():
    rates = np.array([0.1, 0.2, 0.3, 0.25, 0.15])
    expected = stats.t(4, rates.mean(), stats.sem(rates)).interval(0.95)
    found = decay.mean_half_life(rates)
    assert found.value == pytest.approx(5)
    assert (found.upper, found.lower) == pytest.approx(tuple(1 / np.array(expected)))


def test_a_rate_that_may_be_zero_leaves_the_half_life_unbounded():
    found = decay.mean_half_life([-0.1, 0.05, 0.3])
    assert found.upper == math.inf
    assert found.lower > 0


def test_a_patient_seen_once_has_no_rate():
    value = noisy([5] * 8)
    below = value < -1
    below[1:6] = True
    found = decay.patient_rates(DAYS, np.where(below, -1, value), WHO, below)
    assert list(found.index) == [1, 2, 3, 4, 5, 6, 7]


def test_too_few_seen_values_are_an_error():
    below = np.ones(len(DAYS), bool)
    below[0] = False
    with pytest.raises(AnalysisError, match="found 0 of 8"):
        decay.patient_rates(DAYS, np.where(below, -1, 0.4), WHO, below)
