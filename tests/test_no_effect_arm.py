"""An unchanged arm entered by a low reading: against people screened one by one and closed forms."""

import dataclasses
import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import no_effect_arm, threshold_crossing
from helpers.errors import AnalysisError

LOW = no_effect_arm.Entry(lower=50, upper=250, median=200, between_log_sd=0.35)
ANYONE = no_effect_arm.Entry(lower=0, upper=1e9, median=200, between_log_sd=0.35)


def screened(entry, cv, size):
    """The last low reading and the next of everybody whose low ones let them in: nothing truncated."""
    rng, error = np.random.default_rng(3), threshold_crossing.log_sd(cv)
    true = entry.median * np.exp(entry.between_log_sd * rng.standard_normal(size))
    *low, second = (
        true * np.exp(error * rng.standard_normal(size)) for _ in range(entry.low_counts + 1)
    )
    enters = np.all([(entry.lower < reading) & (reading <= entry.upper) for reading in low], axis=0)
    return low[-1][enters], second[enters]


@pytest.mark.parametrize("cv", [0.137, 0.25])
def test_mean_rise_is_regression_to_the_mean(cv):
    mean = 200 * math.exp(0.35**2 / 2)
    known = threshold_crossing.regression_to_the_mean(
        cv=cv, threshold=250, lower=50, population_mean=mean,
        population_sd=mean * math.sqrt(math.expm1(0.35**2)),
    )  # fmt: skip
    first, second = no_effect_arm.unchanged_readings(LOW, cv=cv, shape=(400_000,), seed=1)
    change = second - first
    error = change.std() / math.sqrt(change.size)
    assert change.mean() == pytest.approx(known.value, abs=4 * error)


@pytest.mark.parametrize("low_counts", [1, 3])
def test_readings_are_distributed_as_those_of_people_screened_one_by_one(low_counts):
    entry = dataclasses.replace(LOW, low_counts=low_counts)
    ours = no_effect_arm.unchanged_readings(entry, cv=0.25, shape=(100_000,), seed=2)
    theirs = screened(entry, 0.25, 200_000)
    assert ours[0].min() > 50
    assert ours[0].max() <= 250
    for mine, known in zip(ours, theirs, strict=True):
        assert stats.ks_2samp(mine, known).pvalue > 0.001
    correlations = [np.corrcoef(np.log(pair))[0, 1] for pair in (ours, theirs)]
    assert correlations[0] == pytest.approx(correlations[1], abs=0.01)


@pytest.mark.proves("helpers.analyse.no_effect_arm:false_rise_probability")
@pytest.mark.parametrize("low_counts", [1, 2])
def test_probability_is_the_share_of_arms_of_people_screened_one_by_one(low_counts):
    entry = dataclasses.replace(LOW, low_counts=low_counts)
    first, second = screened(entry, 0.25, 1_400_000)
    arms = len(first) // 24
    change = (second - first)[: arms * 24].reshape(arms, 24)
    share = (stats.ttest_1samp(change, 0, axis=1).statistic > stats.t.isf(0.025, 23)).mean()
    found = no_effect_arm.false_rise_probability(entry, cv=0.25, n=24, trials=40_000, seed=4)
    assert found.lower - 0.005 < share < found.upper + 0.005


def test_entry_whatever_the_reading_leaves_the_test_its_level():
    """Without selection changes are symmetric, so that the t test keeps half of alpha on each side."""
    found = no_effect_arm.false_rise_probability(ANYONE, cv=0.2, n=24, trials=40_000, seed=5)
    assert found.value == pytest.approx(0.025, abs=0.004)


@pytest.mark.parametrize(("lower", "upper", "n"), [(250, 50, 24), (-1, 250, 24), (50, 250, 1)])
def test_impossible_entries_are_refused(lower, upper, n):
    entry = no_effect_arm.Entry(lower=lower, upper=upper, median=200, between_log_sd=0.35)
    with pytest.raises(AnalysisError):
        no_effect_arm.false_rise_probability(entry, cv=0.166, n=n, trials=10, seed=1)
