"""Assurance against power, an integral and simulated trials; R's values are in test_reference."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from helpers.analyse import assurance, power
from helpers.errors import AnalysisError


@pytest.mark.proves("helpers.analyse.assurance:assurance_mean")
def test_a_certain_belief_gives_power_in_the_right_direction():
    found = assurance.assurance_mean(20, 30, mean=0.8, mean_sd=0, sd=1)
    both = power.power_mean(20, 30, difference=0.8, sd=1)
    assert found.value == pytest.approx(both.value, abs=1e-5)  # the wrong tail is that small
    null = assurance.assurance_mean(20, 30, mean=0, mean_sd=0, sd=1)
    assert null.value == pytest.approx(0.025, abs=1e-12)


def test_the_closed_form_is_the_average_over_the_belief():
    given = {"mean": 0.4, "mean_sd": 0.3, "sd": 1}

    def at(d):
        sure = assurance.assurance_mean(15, 25, **{**given, "mean": d, "mean_sd": 0}).value
        return sure * stats.norm.pdf(d, 0.4, 0.3)

    average, _ = integrate.quad(at, -2.6, 3.4, epsabs=1e-11)
    assert assurance.assurance_mean(15, 25, **given).value == pytest.approx(average, abs=1e-9)


def test_more_patients_never_pass_the_belief_that_there_is_an_effect():
    ceiling = stats.norm.cdf(33 / 41)
    sizes = [assurance.assurance_mean(n, n, mean=33, mean_sd=41, sd=83).value
             for n in (10, 100, 1000, 10**6)]  # fmt: skip
    assert sizes == sorted(sizes)
    assert sizes[-1] == pytest.approx(ceiling, abs=0.002)
    assert max(sizes) < ceiling


@pytest.mark.proves("helpers.analyse.assurance:assurance_fisher")
def test_trials_drawn_from_the_belief_succeed_as_often():
    rng = np.random.default_rng(5)
    p1, p2 = rng.beta(20, 3, 20_000), rng.beta(14, 9, 20_000)
    x1, x2 = rng.binomial(18, p1), rng.binomial(22, p2)
    tables, times = np.unique(np.stack([x1, x2]), axis=1, return_counts=True)
    won = sum(
        k
        for (a, c), k in zip(tables.T, times, strict=True)
        if a / 18 > c / 22 and stats.fisher_exact([[a, 18 - a], [c, 22 - c]]).pvalue <= 0.05
    )
    found = assurance.assurance_fisher((20, 3), (14, 9), 18, 22).value
    assert found == pytest.approx(won / 20_000, abs=4 * math.sqrt(found * (1 - found) / 20_000))


@pytest.mark.proves("helpers.analyse.assurance:belief_of_benefit")
def test_like_beliefs_make_benefit_a_toss():
    for belief in ((0.5, 0.5), (3, 8)):
        assert assurance.belief_of_benefit(belief, belief).value == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("belief", [(0, 1), (1, math.inf), (1,)])
def test_a_belief_that_is_no_beta_distribution_is_refused(belief):
    with pytest.raises(AnalysisError, match="two numbers above 0"):
        assurance.belief_of_benefit(belief, (1, 1))


def test_an_arm_of_one_has_no_t_test():
    with pytest.raises(AnalysisError, match="at least 2 patients an arm, found 1, 9"):
        assurance.assurance_mean(1, 9, mean=1, mean_sd=1, sd=1)
