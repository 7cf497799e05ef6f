"""Order statistics of all pairs without listing them, against listing and sorting them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.analyse import pairs

FINITE = st.floats(-1e6, 1e6) | st.integers(-5, 5).map(float) | st.sampled_from([0.1, 1e-9, -0.3])
SAMPLE = st.lists(FINITE, min_size=1, max_size=25)


def sorted_ends(ordered, cut):
    return float(np.median(ordered)), float(ordered[cut - 1]), float(ordered[-cut])


@settings(deadline=None)
@given(SAMPLE, SAMPLE, st.data())
def test_differences_are_those_of_the_sorted_list_to_the_last_bit(a, b, data):
    a, b = np.array(a), np.array(b)
    ordered = np.sort(np.subtract.outer(a, b).ravel())
    cut = data.draw(st.integers(1, len(ordered)))
    assert pairs.difference_ends(a, b, cut) == sorted_ends(ordered, cut)


@settings(deadline=None)
@given(SAMPLE, st.data())
def test_walsh_averages_are_those_of_the_sorted_list_to_the_last_bit(values, data):
    values = np.array(values)
    i, j = np.triu_indices(len(values))
    ordered = np.sort((values[i] + values[j]) / 2)
    cut = data.draw(st.integers(1, len(ordered)))
    assert pairs.walsh_ends(values, cut) == sorted_ends(ordered, cut)


@pytest.mark.parametrize("digits", [0, 1, 15])
def test_a_thousand_subjects_an_arm_agree_with_the_sorted_list(digits):
    random = np.random.default_rng(3)
    a, b = (np.round(random.normal(m, 40, 1000), digits) for m in (5, 0))
    ordered = np.sort(np.subtract.outer(a, b).ravel())
    assert pairs.difference_ends(a, b, 470_000) == sorted_ends(ordered, 470_000)


def test_the_differences_of_evenly_spaced_values_have_their_known_median_and_ends():
    # 0..n-1 against itself shifted by 7: symmetric about 7, from 7 - (n - 1) to 7 + (n - 1)
    n = 200_000
    values = np.arange(n, dtype=float)
    assert pairs.difference_ends(values + 7, values, 1) == (7, 7 - (n - 1), 7 + (n - 1))


def test_the_walsh_averages_of_a_symmetric_sample_have_its_centre_as_median():
    values = np.arange(-150_000, 150_001) / 4
    assert pairs.walsh_ends(values, 1) == (0, -37_500, 37_500)


def test_without_a_cut_the_ends_are_infinite():
    assert pairs.walsh_ends(np.array([1.0, 2.0]), 0) == (1.5, -np.inf, np.inf)
