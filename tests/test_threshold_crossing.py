"""Closed forms of being fooled by noise against R's numerical integration and mvtnorm."""

import numpy as np
import pytest

from helpers.analyse import threshold_crossing
from helpers.errors import AnalysisError
from r_values import R, as_in_r, datasets


@pytest.mark.proves("helpers.analyse.threshold_crossing:regression_to_the_mean")
@pytest.mark.parametrize("case", datasets("regression_to_the_mean"))
def test_regression_to_the_mean_agrees_with_integration(case):
    name, *numbers = case.split()
    cv, lower, threshold, mean, sd = map(float, numbers)
    found = threshold_crossing.regression_to_the_mean(
        cv=cv,
        lower=lower,
        threshold=threshold,
        population_mean=mean,
        population_sd=sd,
        distribution=name,
    )
    assert as_in_r(found, "regression_to_the_mean", case)


@pytest.mark.parametrize("distribution", ["normal", "lognormal"])
def test_without_selection_nothing_regresses(distribution):
    found = threshold_crossing.regression_to_the_mean(
        cv=0.2, threshold=1e7, population_mean=200, population_sd=40, distribution=distribution
    )
    assert found.value == pytest.approx(0, abs=1e-4)


def test_a_simulated_screening_shows_the_expected_rise():
    random = np.random.default_rng(11)
    between, within = np.sqrt(np.log1p([0.16, 0.04]))
    true = np.log(240) - between**2 / 2 + between * random.normal(size=400_000)
    first, second = (np.exp(true + within * random.normal(size=400_000)) for _ in range(2))
    taken = (first > 50) & (first <= 250)
    found = threshold_crossing.regression_to_the_mean(
        cv=0.2, lower=50, threshold=250, population_mean=240, population_sd=96
    )
    change = (second - first)[taken]
    assert found.value == pytest.approx(change.mean(), abs=4 * change.std() / np.sqrt(taken.sum()))


@pytest.mark.proves("helpers.analyse.threshold_crossing:ever_crossing_probability")
@pytest.mark.parametrize("case", datasets("ever_crossing_probability"))
def test_ever_crossing_agrees_with_integration(case):
    cv, rise, visits = case.split()
    found = threshold_crossing.ever_crossing_probability(
        cv=float(cv), rise=float(rise), visits=int(visits)
    )
    assert as_in_r(found, "ever_crossing_probability", case)


def test_ever_crossing_agrees_with_the_multivariate_normal_orthant():
    found = threshold_crossing.ever_crossing_probability(cv=0.166, rise=0.3, visits=5).value
    expected = R["ever_crossing_probability mvn", "0.166 0.3 5", "value"]
    assert found == pytest.approx(expected, abs=1e-5)


def test_without_a_threshold_one_later_value_is_higher_half_of_the_time():
    assert threshold_crossing.ever_crossing_probability(
        cv=0.2, rise=0, visits=1
    ).value == pytest.approx(0.5)
    # the baseline is the lowest of six exchangeable values unless some later one is higher
    assert threshold_crossing.ever_crossing_probability(
        cv=0.2, rise=0, visits=5
    ).value == pytest.approx(5 / 6)


@pytest.mark.parametrize("case", datasets("difference_in_significance"))
def test_difference_in_significance_agrees_with_r(case):
    n, effect, arms = case.split()
    found = threshold_crossing.difference_in_significance(
        n=int(n), effect=float(effect), arms=int(arms)
    )
    assert as_in_r(found, "difference_in_significance", case)


def test_two_ineffective_arms_disagree_in_9_5_percent():
    found = threshold_crossing.difference_in_significance(n=24, effect=0.0)
    assert found.value == pytest.approx(2 * 0.05 * 0.95, rel=1e-9)


def test_a_cv_of_nothing_is_refused():
    with pytest.raises(AnalysisError, match=r"16.6% is 0.166"):
        threshold_crossing.ever_crossing_probability(cv=0, rise=0.3, visits=5)
