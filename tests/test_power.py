"""Power against R's power.t.test, R's fisher.test over all tables, and closed forms."""

import itertools
import math

import pytest
from scipy import stats

from helpers.analyse import power
from helpers.errors import AnalysisError
from r_values import R, as_in_r, datasets


@pytest.mark.proves("helpers.analyse.power:detectable_difference_mean")
@pytest.mark.parametrize("wanted", [0.8, 0.9])
@pytest.mark.parametrize("n", [24, 200, 530])
def test_detectable_difference_of_means_agrees_with_r(n, wanted):
    found = power.detectable_difference_mean(n, n, power=wanted, sd=1).value
    stored = R["detectable_difference_mean", f"{n} {n}", str(wanted)]
    assert found == pytest.approx(stored, rel=1e-8)


def test_power_of_a_large_difference_is_one_though_the_far_tail_underflows():
    assert power.power_mean(530, 530, difference=1.2, sd=1).value == pytest.approx(1.0)


def test_detectable_difference_scales_with_the_sd_and_has_its_power():
    found = power.detectable_difference_mean(24, 20, power=0.9, sd=80).value
    assert power.power_mean(24, 20, difference=found, sd=80).value == pytest.approx(0.9)


def test_power_of_unequal_groups_agrees_with_r():
    assert as_in_r(power.power_mean(20, 30, difference=0.7, sd=1), "power_mean", "20 30")


def test_power_without_a_difference_is_alpha():
    assert power.power_mean(9, 7, difference=0, sd=3).value == pytest.approx(0.05, rel=1e-10)


@pytest.mark.proves("helpers.analyse.power:power_proportions_fisher")
@pytest.mark.parametrize("case", datasets("power_proportions_fisher"))
def test_power_of_fishers_test_agrees_with_r(case):
    p1, p2, n1, n2 = (float(v) for v in case.split())
    found = power.power_proportions_fisher(p1, p2, int(n1), int(n2))
    assert as_in_r(found, "power_proportions_fisher", case)


def test_fishers_test_keeps_its_level():
    assert all(power.power_proportions_fisher(p, p, 24, 24).value <= 0.05 for p in (0.1, 0.5, 0.7))


@pytest.mark.proves("helpers.analyse.power:detectable_difference_proportion")
def test_detectable_rise_of_a_proportion_has_its_power():
    rise = power.detectable_difference_proportion(24, 24, 0.3, power=0.8).value
    at = power.power_proportions_fisher(0.3 + rise, 0.3, 24, 24).value
    before = power.power_proportions_fisher(0.3 + rise - 0.01, 0.3, 24, 24).value
    assert at == pytest.approx(0.8, abs=1e-9)
    assert before < 0.8


def test_no_rise_from_90_percent_is_detectable_with_24_an_arm():
    assert math.isnan(power.detectable_difference_proportion(24, 24, 0.9, power=0.8).value)


def test_power_in_per_cent_is_refused():
    with pytest.raises(AnalysisError, match="power"):
        power.detectable_difference_mean(24, 24, power=80, sd=1)


@pytest.mark.proves("helpers.analyse.power:rejected_outcomes")
@pytest.mark.parametrize(("n1", "n2", "alpha"), [(6, 5, 0.05), (9, 4, 0.1), (3, 3, 0.05)])
def test_rejected_outcomes_are_those_that_fishers_test_rejects_one_by_one(n1, n2, alpha):
    rejected = power.rejected_outcomes(n1, n2, alpha)
    assert rejected.shape == (n1 + 1, n2 + 1)
    for x1, x2 in itertools.product(range(n1 + 1), range(n2 + 1)):
        table = [[x1, n1 - x1], [x2, n2 - x2]]
        assert bool(rejected[x1, x2]) == (stats.fisher_exact(table).pvalue <= alpha), (x1, x2)
