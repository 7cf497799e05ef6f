"""Verdicts within arms: against R's integration, and against data built to sit on the limits."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analyse import significance_pattern, threshold_crossing
from helpers.errors import AnalysisError

HERE = Path(__file__).parent / "reference"
R = pd.read_csv(HERE / "nominal.csv", dtype={"case": str}).set_index(["quantity", "case"])["value"]
PRINTED = {"alphas": [0.001, 0.001, 0.05], "rises": [True, True, False]}


@pytest.mark.parametrize("case", R.loc["pattern"].index)
def test_pattern_probability_agrees_with_r(case):
    n, effect = case.split()
    found = significance_pattern.pattern_probability(n=int(n), effect=float(effect), **PRINTED)
    assert found.value == pytest.approx(R["pattern", case], rel=1e-7, abs=1e-13)


def test_all_patterns_of_two_arms_add_up_to_certainty_but_for_significant_falls():
    pairs = [(a, b) for a in (True, False) for b in (True, False)]
    total = sum(
        significance_pattern.pattern_probability(n=24, effect=0.5, alphas=[0.05] * 2, rises=p).value
        for p in pairs
    )
    assert total == pytest.approx(1, abs=1e-4)


def test_two_mixed_patterns_are_the_difference_in_nominal_significance():
    mixed = [(True, False), (False, True)]
    total = sum(
        significance_pattern.pattern_probability(n=24, effect=0.5, alphas=[0.05] * 2, rises=p).value
        for p in mixed
    )
    known = threshold_crossing.difference_in_significance(n=24, effect=0.5).value
    assert total == pytest.approx(known, abs=1e-4)  # the lesson counts significant falls too


@pytest.mark.parametrize("n", ["12", "24", "36"])
def test_significant_change_agrees_with_r(n):
    found = significance_pattern.significant_change(n=int(n), alpha=0.001)
    assert found.value == pytest.approx(R["change", n], rel=1e-12)


def sample(n, mean, sd):
    z = np.arange(n) - (n - 1) / 2
    return mean + sd * z / z.std(ddof=1)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.7])
def test_data_at_the_least_share_have_exactly_the_printed_p_values(ratio):
    treated = sample(24, significance_pattern.significant_change(n=24, alpha=0.001).value, 1)
    share = significance_pattern.least_control_share(n=24, ratio=ratio).value
    control = sample(24, share * treated.mean(), ratio)
    assert stats.ttest_1samp(treated, 0).pvalue == pytest.approx(0.001, rel=1e-9)
    assert stats.ttest_ind(treated, control, equal_var=False).pvalue == pytest.approx(0.05)


@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.5])
def test_data_on_both_limits_have_the_largest_p_between_arms(ratio):
    treated = sample(24, significance_pattern.significant_change(n=24, alpha=0.001).value, 1)
    control = sample(
        24, ratio * significance_pattern.significant_change(n=24, alpha=0.05).value, ratio
    )
    found = significance_pattern.largest_between_p(n=24, ratio=ratio)
    between = stats.ttest_ind(treated, control, equal_var=False).pvalue
    assert found.value == pytest.approx(between, rel=1e-9)


def test_a_wide_control_arm_need_not_have_changed():
    assert significance_pattern.least_control_share(n=24, ratio=2).value < 0
    assert significance_pattern.largest_between_p(n=24, ratio=2).value == 1


def test_an_arm_of_one_is_refused():
    with pytest.raises(AnalysisError, match="at least 2 subjects an arm, found 1"):
        significance_pattern.pattern_probability(n=1, effect=0, **PRINTED)


def test_a_spread_ratio_of_zero_is_refused():
    with pytest.raises(AnalysisError, match="SD ratio above 0"):
        significance_pattern.least_control_share(n=24, ratio=0)


@pytest.mark.parametrize("correlation", [0.3, 0.7145, 0.9])
@pytest.mark.parametrize("test", ["changes", "values", "ancova"])
def test_three_arms_at_the_least_share_have_exactly_the_limiting_p_values(test, correlation):
    """Arms of exact means, SDs and correlation, tested by statsmodels."""
    from statsmodels.formula.api import ols

    share = significance_pattern.least_control_share_among(
        n=24, test=test, correlation=correlation
    ).value
    spread = np.sqrt(2 * (1 - correlation))  # SD of the change when those of the values are 1
    rise = significance_pattern.significant_change(n=24, alpha=0.001).value * spread
    x, y = sample(24, 0, 1), np.random.default_rng(5).standard_normal(24)
    y = y - y.mean() - (y @ x) / (x @ x) * x  # uncorrelated with x, in sample
    later = correlation * x + np.sqrt(1 - correlation**2) * y / y.std(ddof=1)
    arms = [pd.DataFrame({"arm": a, "base": x, "value": later + m})
            for a, m in (("c", share * rise), ("l", rise), ("h", rise))]  # fmt: skip
    frame = pd.concat(arms).assign(change=lambda d: d["value"] - d["base"])
    assert stats.ttest_1samp(arms[1]["value"] - arms[1]["base"], 0).pvalue == pytest.approx(0.001)
    model = {"changes": "change ~ arm", "values": "value ~ arm", "ancova": "value ~ arm + base"}
    fit = ols(model[test], frame).fit()
    contrast = np.eye(len(fit.params))[1:3]
    assert float(fit.f_test(contrast).pvalue) == pytest.approx(0.05, rel=1e-6)


def test_two_arms_tested_on_changes_are_the_pairwise_case():
    pair = significance_pattern.least_control_share_among(n=24, arms=2).value
    assert pair == pytest.approx(significance_pattern.least_control_share(n=24).value, abs=1e-12)


def test_correlated_counts_free_the_control_arm_when_counts_are_tested():
    assert (
        significance_pattern.least_control_share_among(n=24, test="values", correlation=0.9).value
        < 0
    )


@pytest.mark.parametrize("wrong", [{"test": "ranks"}, {"arms": 1}, {"correlation": 1}])
def test_a_test_without_formula_is_refused(wrong):
    with pytest.raises(AnalysisError):
        significance_pattern.least_control_share_among(n=24, **wrong)
