"""Logistic regression: R is in test_trials_reference; here one table by hand, separation and its edges."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from helpers.analyse import logistic
from helpers.errors import AnalysisError, NoEstimateError

MODEL = {"outcome": "y", "arm": "a", "reference": "r"}


def counted(x, n, base, m):
    """x of n with a response in arm t, base of m in arm r."""
    rows = [("t", i < x) for i in range(n)] + [("r", i < base) for i in range(m)]
    return pd.DataFrame(rows, columns=["a", "y"])


@pytest.mark.proves("helpers.analyse.logistic:odds_ratios")
def test_without_covariates_it_is_the_ratio_of_odds_with_woolf_s_interval():
    found = logistic.odds_ratios(counted(17, 24, 9, 26), **MODEL)["t"]
    half = 1.959963984540054 * math.sqrt(1 / 17 + 1 / 7 + 1 / 9 + 1 / 17)
    ratio = 17 * 17 / (7 * 9)
    expected = ratio, ratio * math.exp(-half), ratio * math.exp(half)
    assert (found.value, found.lower, found.upper) == pytest.approx(expected, rel=1e-12)
    assert found.n == 50


@pytest.mark.proves("helpers.analyse.logistic:odds_ratio_tests")
def test_without_covariates_the_test_is_g_squared():
    found = logistic.odds_ratio_tests(counted(17, 24, 9, 26), **MODEL)["t"]
    seen = np.array([[17, 7], [9, 17]])
    expected = np.outer([24, 26], [26, 24]) / 50
    assert found.value == pytest.approx(2 * (seen * np.log(seen / expected)).sum(), rel=1e-12)


@pytest.mark.proves("helpers.analyse.logistic:standardised_differences")
def test_without_covariates_the_difference_is_that_of_the_shares_with_wald_s_interval():
    found = logistic.standardised_differences(counted(17, 24, 9, 26), **MODEL)["t"]
    p, q = 17 / 24, 9 / 26
    half = 1.959963984540054 * math.sqrt(p * (1 - p) / 24 + q * (1 - q) / 26)
    expected = (p - q, p - q - half, p - q + half)
    assert (found.value, found.lower, found.upper) == pytest.approx(expected, rel=1e-12)


def test_of_three_arms_each_reference_gives_the_same_ratio_turned_round():
    rows = pd.concat([counted(17, 24, 9, 26), counted(12, 22, 0, 0).assign(a="u")])
    rows = rows.assign(age=np.linspace(20, 70, len(rows)) % 23)
    there = logistic.odds_ratios(rows, **MODEL, covariates=["age"])["u"]
    back = logistic.odds_ratios(rows, **{**MODEL, "reference": "u"}, covariates=["age"])["r"]
    assert there.value * back.value == pytest.approx(1, rel=1e-9)
    assert there.p_value == pytest.approx(back.p_value, rel=1e-9)


def test_a_covariate_in_another_unit_changes_nothing():
    rows = counted(17, 24, 9, 26).assign(age=np.linspace(20, 70, 50) % 23)
    other = rows.assign(age=1e7 + 1e4 * rows["age"])
    for function in (logistic.odds_ratios, logistic.standardised_differences):
        one, two = (function(f, **MODEL, covariates=["age"])["t"] for f in (rows, other))
        assert (one.value, one.upper) == pytest.approx((two.value, two.upper), rel=1e-7)


@pytest.mark.parametrize(
    "counts", [(24, 24, 9, 26), (0, 24, 9, 26), (0, 24, 0, 26), (24, 24, 0, 26)]
)
def test_an_arm_of_responders_alone_or_of_none_has_no_ratio(counts):
    for function in (
        logistic.odds_ratios,
        logistic.odds_ratio_tests,
        logistic.standardised_differences,
    ):
        with pytest.raises(NoEstimateError, match="separate"):
            function(counted(*counts), **MODEL)


def test_a_number_is_given_where_a_linear_program_finds_that_nothing_separates_and_else_none():
    """Separated: some direction has every responder on one side and every other on the other (Konis 2007)."""
    rng, seen = np.random.default_rng(7), {True: 0, False: 0}
    for _ in range(250):
        n = int(rng.integers(10, 40))
        rows = pd.DataFrame({"a": np.where(np.arange(n) % 2, "t", "r"), "x": rng.normal(size=n).round(),
                             "s": rng.choice(list("abc"), n)})  # fmt: skip
        rows["y"] = rng.random(n) < 1 / (1 + np.exp(-2 * rows["x"]))
        levels = sorted(set(rows["s"]))[1:]
        design = np.column_stack([np.ones(n), rows["a"] == "t", rows["x"],
                                  *(rows["s"] == v for v in levels)]).astype(float)  # fmt: skip
        sides = np.where(rows["y"], 1, -1)[:, None] * design
        best = linprog(
            -sides.sum(axis=0), A_ub=-sides, b_ub=np.zeros(n), bounds=[(-1, 1)] * design.shape[1]
        )
        try:
            logistic.odds_ratios(rows, **MODEL, covariates=["x", "s"])
            separated = False
        except NoEstimateError:
            separated = True
        assert separated == (-best.fun > 1e-7)
        seen[separated] += 1
    assert min(seen.values()) > 50


def test_what_is_no_response_is_refused():
    with pytest.raises(AnalysisError, match="true/false"):
        logistic.odds_ratios(counted(17, 24, 9, 26).assign(y=2), **MODEL)


def test_a_covariate_of_one_number_adjusts_nothing_and_is_said():
    rows = counted(17, 24, 9, 26)
    found = logistic.odds_ratios(rows.assign(age=40), **MODEL, covariates=["age"])["t"]
    assert found.value == logistic.odds_ratios(rows, **MODEL)["t"].value
    assert found.remark == "Not adjusted for age: one value only."
