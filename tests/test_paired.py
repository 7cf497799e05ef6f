"""Paired tests and shifts against R (stats, coin), closed forms and all sign patterns."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import paired
from helpers.errors import AnalysisError
from r_values import HERE, R, as_in_r, datasets

CHANGES = pd.read_csv(HERE / "changes.csv")
NAMES = ["hodges_lehmann", "sign_test", "median_interval", "quartiles", "mean_change"]


def change(dataset):
    return CHANGES.loc[CHANGES["dataset"] == dataset, "value"].to_numpy()


@pytest.mark.proves(
    "helpers.analyse.paired:mean_change",
    "helpers.analyse.paired:quartiles",
    "helpers.analyse.paired:median_interval",
)
@pytest.mark.parametrize(("name", "dataset"), [(f, d) for f in NAMES for d in datasets(f)])
def test_estimates_agree_with_r(name, dataset):
    assert as_in_r(getattr(paired, name)(change(dataset)), name, dataset)


@pytest.mark.parametrize("dataset", datasets("signed_rank"))
def test_signed_rank_agrees_with_coin_whatever_happens_to_zeros(dataset):
    for zeros in ("wilcoxon", "pratt"):
        found = paired.signed_rank(change(dataset), zeros=zeros).p_value
        assert found == pytest.approx(R["signed_rank", dataset, f"p_value {zeros}"], rel=1e-8)
    v = paired.signed_rank(change(dataset)).value
    assert v == R["signed_rank", dataset, "value"]


@pytest.mark.proves("helpers.analyse.paired:signed_rank")
def test_signed_rank_counts_every_sign_pattern_of_tied_ranks():
    ranks = np.array([2, 2, 2, 4, 5.5, 5.5, 7])
    sums = [ranks[np.array(s, bool)].sum() for s in product((0, 1), repeat=7)]
    expected = np.mean(np.abs(np.array(sums) - 14) >= abs(6 - 14))
    found = paired.signed_rank([-1, -1, 1, 3, -4, -4, -9])
    assert (found.value, found.p_value) == (6.0, expected)


def test_changes_that_differ_in_their_last_bits_are_tied():
    ends = [(1.33, 1.2), (1.13, 1.26), (0.9, 1.03), (2.07, 1.94), (1.5, 1.1)]  # 0.13 four times
    exact = paired.signed_rank([13, -13, -13, 13, 40])
    noisy = paired.signed_rank([after - before for after, before in ends])
    assert len({abs(after - before) for after, before in ends}) > 2  # noise would rank them
    assert (noisy.value, noisy.p_value) == (exact.value, exact.p_value)


@pytest.mark.proves("helpers.analyse.paired:sign_test")
def test_twelve_rises_of_twelve_have_the_smallest_p_of_either_test():
    rises = change("all_rise")
    assert paired.sign_test(rises).p_value == 2 / 2**12
    assert paired.signed_rank(rises).p_value == 2 / 2**12


def test_zeros_leave_the_sign_test_and_its_n():
    found = paired.sign_test([1, 2, 0, 0, -1])
    assert (found.value, found.n, found.p_value) == (2 / 3, 3, 1.0)


def test_no_change_at_all_is_no_evidence():
    assert paired.sign_test([0, 0]).p_value == 1
    assert paired.signed_rank([0, 0]).p_value == 1


@pytest.mark.proves("helpers.analyse.paired:hodges_lehmann")
def test_limits_of_the_shift_are_the_last_shifts_that_the_test_accepts():
    x = change("plain")
    found = paired.hodges_lehmann(x)
    for limit, outward in ((found.lower, -1e-9), (found.upper, 1e-9)):
        assert paired.signed_rank(x - limit - outward).p_value < 0.05
        assert paired.signed_rank(x - limit + outward).p_value >= 0.05


def test_interval_with_ties_is_that_of_the_untied_critical_values():
    x = change("ties")
    averages = sorted((a + b) / 2 for i, a in enumerate(x) for b in x[i:])
    found = paired.hodges_lehmann(x)  # qsignrank(0.025, 12) = 14
    assert (found.lower, found.upper) == (averages[13], averages[-14])


@pytest.mark.parametrize("estimate", [paired.hodges_lehmann, paired.median_interval])
def test_five_subjects_cannot_bound_a_shift_at_95_percent_and_six_can(estimate):
    assert (estimate([1, 2, 3, 4, 5]).lower, estimate([1, 2, 3, 4, 5]).upper) == (
        -math.inf,
        math.inf,
    )
    six = estimate([1, 2, 3, 4, 5, 6])
    assert (six.lower, six.upper) == (1, 6)


def test_large_samples_use_the_normal_law_and_say_so():
    from scipy.stats import wilcoxon

    x = np.random.default_rng(1).integers(-9, 11, 700)
    found = paired.signed_rank(x)
    expected = wilcoxon(x, method="asymptotic", correction=True).pvalue
    assert found.p_value == pytest.approx(expected, rel=1e-10)
    assert found.method == "wilcoxon signed-rank, normal approximation"


def test_limits_by_the_normal_law_meet_the_exact_ones(monkeypatch):
    x = np.random.default_rng(2).normal(0.2, 1, 300)
    exact = paired.hodges_lehmann(x)
    monkeypatch.setattr(paired, "EXACT_UP_TO", 10)
    normal = paired.hodges_lehmann(x)
    assert (normal.lower, normal.upper) == pytest.approx((exact.lower, exact.upper), abs=0.002)


def test_counted_walsh_averages_give_the_listed_ones_to_the_last_bit(monkeypatch):
    x = np.random.default_rng(5).normal(3, 20, 900).round(1)
    listed = paired.hodges_lehmann(x)
    monkeypatch.setattr(paired, "LISTED_UP_TO", 0)
    assert paired.hodges_lehmann(x) == listed


def test_a_hundred_thousand_changes_about_a_centre_have_it_as_pseudomedian():
    found = paired.hodges_lehmann(np.arange(-50_000.0, 50_001.0) + 3)
    assert found.value == 3
    assert found.lower + found.upper == pytest.approx(6)
    assert found.method == "hodges-lehmann, normal approximation"


def test_a_missing_change_is_refused_and_located():
    with pytest.raises(AnalysisError, match=r"change, position 1: .*found nan"):
        paired.signed_rank([1, math.nan, 2])


def test_identical_changes_have_no_t_interval():
    with pytest.raises(AnalysisError, match="expected spread"):
        paired.mean_change([2, 2, 2])


def test_an_unknown_treatment_of_zeros_is_refused():
    with pytest.raises(AnalysisError, match="found 'drop'"):
        paired.signed_rank([1, 2], zeros="drop")


def test_the_input_stays_as_it_was():
    x = np.array([3.0, -1.0, 0.0, 2.0])
    for name in ("signed_rank", *NAMES):
        getattr(paired, name)(x)
    assert x.tolist() == [3, -1, 0, 2]
