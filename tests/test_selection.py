"""Rise after entry by confirmed low counts: closed form with one count, simulation with more."""

import numpy as np
import pytest

from helpers.analyse import design, selection, threshold_crossing
from helpers.errors import AnalysisError

RULE = {"cv": 0.25, "lower": 50, "upper": 250, "median": 300, "between_log_sd": 0.35}


def test_with_one_count_it_is_the_closed_form_of_regression_to_the_mean():
    mean, sd = design.log_normal_moments(median=300, log_sd=0.35)
    closed = threshold_crossing.regression_to_the_mean(
        cv=0.25, lower=50, threshold=250, population_mean=mean, population_sd=sd
    )
    found = selection.rise_after_confirmed_entry(**RULE, low_counts=1)
    assert found.value == pytest.approx(closed.value, rel=1e-8)


@pytest.mark.proves("helpers.analyse.selection:rise_after_confirmed_entry")
@pytest.mark.parametrize("low_counts", [2, 3])
def test_a_simulated_screening_with_more_counts_shows_the_expected_rise(low_counts):
    random = np.random.default_rng(5)
    true = np.log(300) + 0.35 * random.normal(size=400_000)
    error = threshold_crossing.log_sd(0.25)
    counts = np.exp(true + error * random.normal(size=(low_counts + 1, true.size)))
    taken = ((counts[:-1] > 50) & (counts[:-1] <= 250)).all(axis=0)
    rise = (counts[-1] - counts[-2])[taken]
    found = selection.rise_after_confirmed_entry(**RULE, low_counts=low_counts).value
    assert found == pytest.approx(rise.mean(), abs=4 * rise.std() / np.sqrt(taken.sum()))


def test_each_further_low_count_makes_the_rise_smaller():
    rises = [selection.rise_after_confirmed_entry(**RULE, low_counts=k).value for k in (1, 2, 3, 6)]
    assert rises == sorted(rises, reverse=True)
    assert rises[-1] > 0


def test_a_range_that_everybody_meets_selects_nobody():
    wide = {**RULE, "lower": 0, "upper": 1e9}
    assert selection.rise_after_confirmed_entry(**wide, low_counts=2).value == pytest.approx(0)


@pytest.mark.parametrize("wrong", [{"low_counts": 0}, {"low_counts": 1, "lower": 250}])
def test_a_rule_that_selects_by_nothing_is_refused(wrong):
    with pytest.raises(AnalysisError, match="expected"):
        selection.rise_after_confirmed_entry(**{**RULE, **wrong})
