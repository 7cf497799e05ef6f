"""helpers.analyse.design against R 4.2.2 and arithmetic by hand."""

import math

import numpy as np
import pytest

from helpers.analyse import design
from helpers.errors import AnalysisError

GROUPS = list("aaabbcccc")
VALUES = [12, -3.5, 7, 40, 22, 1, 0, -8, 30]


@pytest.mark.proves("helpers.analyse.design:pooled_sd")
def test_pooled_sd_is_the_residual_sd_of_a_one_way_anova():
    found = design.pooled_sd(VALUES, GROUPS)
    # R: g <- c("a","a","a","b","b","c","c","c","c"); m <- lm(y ~ g); sigma(m)
    assert found.value == pytest.approx(13.662092730536482, rel=1e-12)
    # R: sqrt(sum(resid(m)^2) / qchisq(c(.975, .025), 6))
    assert found.lower == pytest.approx(8.8037624941184891, rel=1e-12)
    assert found.upper == pytest.approx(30.0848314321401347, rel=1e-12)
    assert found.n == 9


def test_pooled_sd_of_one_group_is_its_sample_sd():
    assert design.pooled_sd([1, 2, 4], ["x"] * 3).value == pytest.approx(np.std([1, 2, 4], ddof=1))


def test_pooled_sd_ignores_differences_between_group_means():
    shifted = [v + 1000 * (g == "b") for v, g in zip(VALUES, GROUPS, strict=True)]
    assert design.pooled_sd(shifted, GROUPS).value == pytest.approx(13.662092730536482, rel=1e-9)


def test_pooled_sd_needs_a_group_of_two():
    with pytest.raises(AnalysisError, match="at least one group with two"):
        design.pooled_sd([1, 2], ["a", "b"])


@pytest.mark.proves("helpers.analyse.design:adjusted_sd")
def test_adjusted_sd_is_the_residual_sd_of_an_analysis_of_covariance():
    y, x = [5, 9, 4, 12, 7, 1, 8, 3, 10], [2, 6, 1, 9, 4, 0, 7, 2, 5]
    found = design.adjusted_sd(y, x, list("aaabbbccc"))
    # R: m <- lm(y ~ g + x); sigma(m), and sigma(m) * sqrt(5 / qchisq(c(.975, .025), 5))
    assert found.value == pytest.approx(1.539362518608392, rel=1e-10)
    assert found.lower == pytest.approx(0.9608824024929, rel=1e-10)
    assert found.upper == pytest.approx(3.775462046585880, rel=1e-10)


def test_a_covariate_without_spread_adjusts_nothing():
    plain = design.pooled_sd(VALUES, GROUPS)
    found = design.adjusted_sd(VALUES, [250] * 9, GROUPS)
    assert (found.value, found.upper) == pytest.approx((plain.value, plain.upper))


def test_adjustment_needs_a_degree_of_freedom():
    with pytest.raises(AnalysisError, match="slope"):
        design.adjusted_sd([1, 2, 3], [1, 5, 2], ["a", "a", "b"])


def test_log_normal_moments_are_those_of_the_definition():
    # median 200, log SD 0.35: integrate exp(z) over the normal density on a fine grid
    z = np.linspace(-12, 12, 200_001)
    weight = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    x = 200 * np.exp(0.35 * z)
    mean = float(weight @ x)
    sd = math.sqrt(float(weight @ x**2) - mean**2)
    assert design.log_normal_moments(median=200, log_sd=0.35) == pytest.approx((mean, sd), rel=1e-9)


@pytest.mark.proves("helpers.analyse.design:months_between")
@pytest.mark.parametrize(
    ("first", "last", "months"),
    [(201305, 201306, 1), (201305, 201603, 34), (201512, 201601, 1), (201603, 201603, 0)],
)
def test_months_between_counts_calendar_months(first, last, months):
    assert design.months_between(first, last) == months


def test_months_between_refuses_a_month_that_is_none():
    with pytest.raises(AnalysisError, match="YYYYMM"):
        design.months_between(201313, 201401)
