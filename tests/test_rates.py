"""Rates and their ratio against R's poisson.test and a Poisson model with its sandwich variance."""

import math

import pytest

from helpers.analyse import rates
from helpers.errors import AnalysisError

# R 4.2.2: poisson.test(c(x1, x2), c(t1, t2)): estimate, conf.int, p.value
# (R's limits stop at uniroot's tolerance, so they are compared at 1e-6)
IN_R = {
    (11, 800, 23, 3011): (1.80005434782609, 0.792205085833007, 3.843862740394952, 0.136634447064282),
    (10, 20, 5, 25): (2.5, 0.778574442936696, 9.321619888571870, 0.117183056157842),
    (0, 20, 5, 25): (0.0, 0.0, 1.3640988814781825, 0.0702636793171773),
    (3, 2, 0, 2): (math.inf, 0.413231355030894, math.inf, 0.25),
}  # fmt: skip


@pytest.mark.proves("helpers.analyse.rates:rate_ratio")
@pytest.mark.parametrize("case", IN_R)
def test_rate_ratio_agrees_with_r(case):
    found = rates.rate_ratio(*case)
    ours = (found.value, found.lower, found.upper, found.p_value)
    assert ours == pytest.approx(IN_R[case], rel=1e-6)


def test_the_ratio_the_other_way_round_is_the_reciprocal():
    one, other = rates.rate_ratio(10, 20, 5, 25), rates.rate_ratio(5, 25, 10, 20)
    assert (1 / one.upper, 1 / one.lower) == pytest.approx((other.lower, other.upper))
    assert one.p_value == pytest.approx(other.p_value)


def test_without_any_event_there_is_no_ratio():
    found = rates.rate_ratio(0, 4.0, 0, 5.0)
    assert math.isnan(found.value)
    assert found.p_value == 1


@pytest.mark.proves("helpers.analyse.rates:clustered_rate")
def test_clustered_rate_agrees_with_a_poisson_model_and_its_sandwich_variance():
    # R 4.2.2: m <- glm(x ~ 1 + offset(log(t)), family = poisson); u <- x - fitted(m)
    # se <- sqrt(n / (n - 1) * sum(u^2)) / sum(fitted(m)); exp(coef(m) + c(0, -1, 1) * qt(.975, n - 1) * se)
    found = rates.clustered_rate([0, 2, 1, 7, 0, 0, 3], [1, 1.5, 0.8, 2, 0.4, 1, 1.2])
    expected = (1.645569620253164, 0.648540616628801, 4.175373609098157)
    assert (found.value, found.lower, found.upper) == pytest.approx(expected, rel=1e-8)


def test_events_of_few_subjects_widen_the_interval_and_spread_ones_do_not():
    few = rates.clustered_rate([12, 0, 0, 0, 0, 0], [1] * 6)
    spread = rates.clustered_rate([2, 2, 2, 2, 2, 2], [1] * 6)
    assert few.value == spread.value == 2
    assert few.upper / few.lower > 20
    assert spread.upper == spread.lower == 2


def test_nobody_with_an_event_has_a_rate_of_zero_and_no_interval():
    found = rates.clustered_rate([0, 0, 0], [1, 1, 1])
    assert found.value == 0
    assert math.isnan(found.upper)


@pytest.mark.parametrize("events", [[1, 2], [-1, 0, 3]])
def test_counts_that_do_not_fit_the_times_are_refused(events):
    with pytest.raises(AnalysisError, match="one count and one time a subject"):
        rates.clustered_rate(events, [1.0, 1.0, 1.0])


def test_a_share_of_an_event_is_refused():
    with pytest.raises(AnalysisError, match="whole numbers of events"):
        rates.rate_ratio(1.5, 2.0, 1, 2.0)
