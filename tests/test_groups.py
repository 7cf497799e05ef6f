"""Between-arm differences against R (stats, coin) and enumeration."""

import math
from itertools import combinations, permutations

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import groups, linear, ranks
from helpers.errors import AnalysisError, NoEstimateError
from r_values import HERE, as_in_r, datasets

TWO = pd.read_csv(HERE / "two_groups.csv")
ARMS = pd.read_csv(HERE / "arms.csv")
PAIRS = pd.read_csv(HERE / "pairs.csv")
MODEL = {"outcome": "y", "baseline": "base", "arm": "arm", "reference": "control"}


def ab(dataset):
    rows = TWO[TWO["dataset"] == dataset]
    return rows.loc[rows["group"] == "a", "value"], rows.loc[rows["group"] == "b", "value"]


@pytest.mark.parametrize("dataset", datasets("welch_difference"))
@pytest.mark.parametrize("name", ["two_sample_hodges_lehmann", "welch_difference"])
def test_two_groups_agree_with_r(name, dataset):
    assert as_in_r(getattr(groups, name)(*ab(dataset)), name, dataset)


@pytest.mark.parametrize("dataset", datasets("welch_difference"))
def test_kruskal_agrees_with_r(dataset):
    rows = TWO[TWO["dataset"] == dataset]
    assert as_in_r(groups.kruskal(rows["value"], rows["group"]), "kruskal", dataset)


def test_kruskal_of_three_arms_agrees_with_r():
    assert as_in_r(groups.kruskal(ARMS["y"], ARMS["arm"]), "kruskal", "arms")


@pytest.mark.proves("helpers.analyse.groups:ancova")
def test_ancova_agrees_with_r():
    found = groups.ancova(ARMS, **MODEL)
    assert list(found) == ["low", "high"]
    assert as_in_r(found["low"], "ancova", "low")
    assert as_in_r(found["high"], "ancova", "high")
    assert as_in_r(groups.ancova_f_test(ARMS, **MODEL), "ancova_f_test", "arms")


def test_ancova_is_the_same_for_change_and_for_value():
    value = groups.ancova(ARMS.assign(y=ARMS["y"] + ARMS["base"]), **MODEL)["high"]
    change = groups.ancova(ARMS, **MODEL)["high"]
    assert (value.value, value.p_value) == pytest.approx((change.value, change.p_value))


def test_ancova_refuses_a_reference_without_rows():
    with pytest.raises(AnalysisError, match="found 'placebo'"):
        groups.ancova(ARMS, **{**MODEL, "reference": "placebo"})


def test_ancova_refuses_a_baseline_without_spread_within_arms():
    with pytest.raises(NoEstimateError, match="covariate that varies within arms"):
        groups.ancova(ARMS.assign(base=(ARMS["arm"] == "high") * 1.0), **MODEL)


def test_ancova_of_a_baseline_of_one_value_is_that_of_none_and_says_so():
    found = groups.ancova(ARMS.assign(base=5.0), **MODEL)
    alone = linear.adjusted_differences(ARMS, outcome="y", arm="arm", reference=MODEL["reference"])
    for arm, one in found.items():
        assert (one.value, one.p_value) == (alone[arm].value, alone[arm].p_value)
        assert one.remark == "Not adjusted for base: one value only."


@pytest.mark.parametrize("shape", ["all alike", "alike in each arm", "on a line"])
def test_ancova_refuses_what_does_not_vary_beside_arm_and_baseline(shape):
    # rounding left residuals of 1e-15 and, from them, P values between 0 and 1
    y = {"all alike": 5.1, "alike in each arm": (ARMS["arm"] == "high") * 0.1,
         "on a line": 0.3 * ARMS["base"] + 7}[shape]  # fmt: skip
    for function in (groups.ancova, groups.ancova_f_test):
        with pytest.raises(NoEstimateError, match="values that vary"):
            function(ARMS.assign(y=y), **MODEL)


@pytest.mark.proves("helpers.analyse.groups:two_sample_hodges_lehmann")
def test_rank_sum_counts_every_choice_of_group():
    a, b = [1, 2, 2, 5], [2, 3, 5, 5, 8]
    mid = ranks.midranks(np.array(a + b, float))
    sums = np.array([mid[list(c)].sum() for c in combinations(range(9), 4)])
    expected = np.mean(np.abs(sums - 20) >= abs(mid[:4].sum() - 20) - 1e-9)
    assert groups.two_sample_hodges_lehmann(a, b).p_value == pytest.approx(expected, rel=1e-12)


def test_three_against_four_cannot_bound_a_shift_at_95_percent():
    found = groups.two_sample_hodges_lehmann(*ab("small"))
    assert (found.lower, found.upper) == (-math.inf, math.inf)


def test_large_samples_use_the_normal_law_and_say_so():
    from scipy.stats import mannwhitneyu

    random = np.random.default_rng(1)
    a, b = random.poisson(9, 300), random.poisson(10, 250)
    found = groups.two_sample_hodges_lehmann(a, b)
    expected = mannwhitneyu(a, b, method="asymptotic", use_continuity=True).pvalue
    assert found.p_value == pytest.approx(expected, rel=1e-10)
    assert found.method == "wilcoxon rank-sum, normal approximation"


def test_limits_by_the_normal_law_meet_the_exact_ones(monkeypatch):
    random = np.random.default_rng(2)
    a, b = random.normal(0, 1, 100), random.normal(0.3, 1, 100)
    exact = groups.two_sample_hodges_lehmann(a, b)
    monkeypatch.setattr(groups, "EXACT_UP_TO", 10)
    normal = groups.two_sample_hodges_lehmann(a, b)
    assert (normal.lower, normal.upper) == pytest.approx((exact.lower, exact.upper), abs=0.005)


@pytest.mark.parametrize("dataset", ["twelve", "nine", "seven_ties"])
def test_counted_differences_give_the_listed_ones_to_the_last_bit(dataset, monkeypatch):
    rows = PAIRS[PAIRS["dataset"] == dataset]
    listed = groups.two_sample_hodges_lehmann(rows["x"], rows["y"])
    monkeypatch.setattr(groups, "PAIRS_UP_TO", 0)
    assert groups.two_sample_hodges_lehmann(rows["x"], rows["y"]) == listed


def test_a_shift_of_a_hundred_thousand_subjects_an_arm_is_found():
    values = np.arange(100_000.0)
    found = groups.two_sample_hodges_lehmann(values + 7, values)
    assert found.value == 7
    assert found.lower + found.upper == pytest.approx(14)  # the differences lie evenly about 7
    assert found.method == "wilcoxon rank-sum, normal approximation"


@pytest.mark.proves("helpers.analyse.groups:correlation")
@pytest.mark.parametrize("method", ["pearson", "spearman"])
@pytest.mark.parametrize("dataset", ["twelve", "nine", "seven_ties"])
def test_correlation_agrees_with_r(method, dataset):
    rows = PAIRS[PAIRS["dataset"] == dataset]
    found = groups.correlation(rows["x"], rows["y"], method=method)
    assert as_in_r(found, f"correlation {method}", dataset)


def test_spearman_null_is_the_distribution_over_all_pairings():
    x, y = np.array([1.0, 2, 2, 5, 7, 7]), np.array([3.0, 3, 1, 6, 6, 9])
    first, second = 2 * ranks.midranks(x), 2 * ranks.midranks(y)
    sums = [int(first @ p) for p in permutations(second)]
    mass = ranks.spearman_null(x, y)
    expected = np.bincount(sums, minlength=len(mass)) / len(sums)
    assert mass == pytest.approx(expected, abs=1e-15)


def test_spearman_interval_has_the_variance_of_bonett_and_wright():
    rows = PAIRS[PAIRS["dataset"] == "twelve"]
    found = groups.correlation(rows["x"], rows["y"])
    width = math.atanh(found.upper) - math.atanh(found.lower)
    error = math.sqrt((1 + found.value**2 / 2) / 9)
    assert width == pytest.approx(2 * 1.959963984540054 * error, rel=1e-10)


def test_three_pairs_give_no_interval():
    assert math.isnan(groups.correlation([1, 2, 3], [2, 1, 3], method="pearson").lower)


def test_equal_values_everywhere_are_no_evidence():
    assert groups.kruskal([1, 1, 1, 1], ["a", "a", "b", "b"]).p_value == 1
