"""Paired medians: extremes of tests against every data set of a few whole-number pairs, listed."""

import itertools

import numpy as np
import pytest

from helpers.errors import ImpossibleError
from helpers.possible.paired import attainable_paired, signed_rank_cut, statistics


def brute_range(n, medians, before, after, least):
    """Every data set of n whole-number pairs, by plain enumeration."""
    pairs = [
        (b, f)
        for b in range(before[0], before[1] + 1)
        for f in range(max(after[0], b + least), after[1] + 1)
    ]
    data = np.array(list(itertools.combinations_with_replacement(pairs, n)))
    fits = np.median(data[..., 0], axis=1) == float(medians[0])
    fits &= np.median(data[..., 1], axis=1) == float(medians[1])
    changes = (data[fits, :, 1] - data[fits, :, 0]).astype(float)
    found = {name: rule(changes) for name, rule in statistics(n).items()}
    return {name: (values.min(), values.max()) for name, values in found.items()}


@pytest.mark.parametrize(
    ("n", "medians", "before", "after", "least"),
    [
        (2, ("1.5", "4"), (0, 3), (0, 6), 1),
        (3, ("1", "4"), (0, 4), (0, 7), 1),
        (4, ("1.5", "3.5"), (0, 4), (0, 6), 1),
        (4, ("2", "3"), (0, 4), (1, 6), 0),
        (5, ("1", "3"), (0, 2), (1, 4), 1),
        (6, ("0.5", "2"), (0, 1), (0, 3), 1),
    ],
)
def test_ranges_are_those_of_every_small_data_set(n, medians, before, after, least):
    found = attainable_paired(
        n=n, medians=medians, before=before, after=after, increase_at_least=least
    )
    expected = brute_range(n, medians, before, after, least)
    assert found.keys() == expected.keys()
    for name, ends in found.items():
        assert (ends.low, ends.high) == pytest.approx(expected[name], abs=1e-12)


@pytest.mark.proves("helpers.possible.paired:attainable_paired")
def test_witnesses_have_the_reported_medians_and_reach_the_ends():
    found = attainable_paired(before=(0, 50), after=(0, 600))
    for name, ends in found.items():
        for value, (b, f) in ((ends.low, ends.witness_low), (ends.high, ends.witness_high)):
            assert (np.median(b), np.median(f)) == (10.5, 207.5)
            assert min(b) >= 0
            assert max(b) <= 50
            assert max(f) <= 600
            changes = np.subtract(f, b).astype(float)
            assert changes.min() >= 1
            assert statistics(12)[name](changes[None, :])[0] == pytest.approx(value)


def test_largest_mean_change_has_its_closed_form():
    # five follow-ups at 600, one at 208, six at 207; five baselines at 0, one at 10, six at 11
    mean = attainable_paired(before=(0, 100), after=(0, 600))["mean change"].high
    assert mean == pytest.approx((5 * 600 + 208 + 6 * 207 - 10 - 6 * 11) / 12)


def test_wider_bounds_never_narrow_a_range():
    narrow, wide = (
        attainable_paired(before=(0, b), after=(0, f)) for b, f in ((30, 400), (60, 900))
    )
    for name, ends in narrow.items():
        assert wide[name].low <= ends.low
        assert wide[name].high >= ends.high


@pytest.mark.parametrize(("n", "cut"), [(6, 1), (8, 4), (10, 9), (12, 14), (20, 53)])
def test_interval_cut_is_r_qsignrank(n, cut):
    # R: qsignrank(0.025, n), raised to 1 as wilcox.test does
    assert signed_rank_cut(n) == cut


@pytest.mark.parametrize(
    ("medians", "words"),
    [
        (("10.4", "207.5"), "baseline: .* nearest possible are 10 and 10.5"),
        (("10.5", "900"), "follow-up: .* nearest possible are 600 and 600"),
    ],
)
def test_an_impossible_median_is_named_with_its_neighbours(medians, words):
    with pytest.raises(ImpossibleError, match=words):
        attainable_paired(medians=medians, before=(0, 100), after=(0, 600))


def test_a_fall_of_the_median_cannot_be_a_rise_of_all():
    with pytest.raises(ImpossibleError, match="expected 4 pairs that each rise"):
        attainable_paired(n=4, medians=("5", "3"), before=(0, 9), after=(0, 9))
