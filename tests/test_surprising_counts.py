"""Counts that settle a risk, by the binomial probabilities they are defined by."""

import math

import pytest
from scipy import stats

from helpers.analyse import proportions, surprising_counts


@pytest.mark.proves("helpers.analyse.surprising_counts:events_showing_more")
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("n", [1, 12, 24, 60])
def test_fewest_events_that_show_more_are_those_a_risk_at_the_yardstick_rarely_gives(rate, n):
    expected = next((x for x in range(n + 1) if stats.binom.sf(x - 1, n, rate) < 0.05), math.nan)
    found = surprising_counts.events_showing_more(rate, n).value
    assert found == pytest.approx(expected, nan_ok=True)


@pytest.mark.proves("helpers.analyse.surprising_counts:events_showing_less")
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("n", [12, 24, 60])
def test_most_events_that_show_less_are_those_a_risk_at_the_yardstick_rarely_undercuts(rate, n):
    few = [x for x in range(n + 1) if stats.binom.cdf(x, n, rate) < 0.05]
    found = surprising_counts.events_showing_less(rate, n).value
    assert found == pytest.approx(few[-1] if few else math.nan, nan_ok=True)


def test_zero_events_show_less_from_the_number_of_patients_that_excludes_the_risk():
    n = int(proportions.patients_to_exclude(0.05).value)
    assert math.isnan(surprising_counts.events_showing_less(0.05, n - 1).value)
    assert surprising_counts.events_showing_less(0.05, n).value == 0


@pytest.mark.proves("helpers.analyse.surprising_counts:none_seen")
def test_none_seen_is_the_binomial_probability_of_zero():
    assert surprising_counts.none_seen(0.1, 12).value == pytest.approx(stats.binom.pmf(0, 12, 0.1))
