"""What significant trials report: simulation, brute force over all outcomes, and a normal limit."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import exaggeration
from helpers.errors import AnalysisError


@pytest.mark.proves("helpers.analyse.exaggeration:reported_mean_difference")
@pytest.mark.parametrize(("n1", "n2", "difference"), [(24, 24, 0.3), (6, 10, 1.0), (3, 3, 0.0)])
def test_mean_of_significant_estimates_agrees_with_simulated_trials(n1, n2, difference):
    random = np.random.default_rng(3)
    a = difference + random.normal(size=(100_000, n1))
    b = random.normal(size=(100_000, n2))
    p = stats.ttest_ind(a, b, axis=1).pvalue
    sizes = np.abs(a.mean(axis=1) - b.mean(axis=1))[p <= 0.05]
    found = exaggeration.reported_mean_difference(n1, n2, difference=difference, sd=1).value
    assert found == pytest.approx(sizes.mean(), abs=4 * sizes.std() / math.sqrt(len(sizes)))


def test_with_many_subjects_and_no_difference_it_is_the_mean_of_a_truncated_normal():
    n, cut = 200_000, stats.norm.isf(0.025)
    expected = stats.norm.pdf(cut) / 0.025 * math.sqrt(2 / n)
    found = exaggeration.reported_mean_difference(n, n, difference=0, sd=1).value
    assert found == pytest.approx(expected, rel=1e-5)


def test_it_scales_with_the_unit_and_nears_the_truth_as_power_nears_one():
    small = exaggeration.reported_mean_difference(24, 24, difference=0.5, sd=1).value
    scaled = exaggeration.reported_mean_difference(24, 24, difference=25, sd=50).value
    assert scaled == pytest.approx(50 * small)
    assert exaggeration.reported_mean_difference(
        24, 24, difference=2.5, sd=1
    ).value == pytest.approx(2.5, abs=1e-3)


@pytest.mark.proves("helpers.analyse.exaggeration:reported_risk_difference")
@pytest.mark.parametrize(("p1", "p2"), [(0.8, 0.3), (0.5, 0.5), (1.0, 0.4)])
def test_reported_risk_difference_sums_over_every_significant_table(p1, p2):
    n1, n2 = 7, 6
    total = weight = 0.0
    for x1 in range(n1 + 1):
        for x2 in range(n2 + 1):
            if stats.fisher_exact([[x1, n1 - x1], [x2, n2 - x2]]).pvalue <= 0.05:
                chance = stats.binom.pmf(x1, n1, p1) * stats.binom.pmf(x2, n2, p2)
                total += chance * (x1 / n1 - x2 / n2)
                weight += chance
    found = exaggeration.reported_risk_difference(p1, p2, n1, n2).value
    assert found == pytest.approx(total / weight, rel=1e-10)


def test_where_nothing_can_be_significant_nothing_is_reported():
    assert math.isnan(exaggeration.reported_risk_difference(1.0, 0.5, 2, 2).value)


def test_faulty_input_is_refused():
    with pytest.raises(AnalysisError, match="at least two"):
        exaggeration.reported_mean_difference(1, 5, difference=1, sd=1)
    with pytest.raises(AnalysisError, match="p1: expected a proportion"):
        exaggeration.reported_risk_difference(95.8, 0.7, 24, 24)
