"""Simulated power of the log-rank test against lifelines, trial by trial, and against its level."""

import math

import numpy as np
import pytest

from helpers.errors import AnalysisError
from helpers.future import visit_power

WEEKS = [12, 24, 48, 72, 96]


def test_responses_add_up_to_the_rate_and_have_proportional_hazards():
    low, high = (visit_power.proportional_responses(r, weeks=WEEKS) for r in (0.5, 0.9))
    assert low.sum() == pytest.approx(0.5)
    hazards = [-np.log1p(-each.cumsum()) for each in (low, high)]
    assert np.ptp(hazards[1] / hazards[0]) == pytest.approx(0, abs=1e-12)


def test_power_is_that_of_lifelines_on_the_same_trials():
    from lifelines.statistics import logrank_test

    trials, n, seed = 300, 12, 8
    found = visit_power.log_rank_power(
        0.9, 0.5, sizes=(n, n), weeks=WEEKS, trials=trials, seed=seed
    )
    rng = np.random.default_rng(seed)
    arms = []
    for rate in (0.9, 0.5):
        each = visit_power.proportional_responses(rate, weeks=WEEKS)
        arms.append(rng.multinomial(n, [*each, 1 - rate], size=trials))
    small = 0
    for counts in zip(*arms, strict=True):
        times = [np.repeat([*WEEKS, WEEKS[-1]], c) for c in counts]
        events = [np.repeat([1] * len(WEEKS) + [0], c) for c in counts]
        small += logrank_test(*times, *events).p_value <= 0.05
    assert found.value == pytest.approx(small / trials)
    assert found.lower < found.value < found.upper


def test_without_a_difference_power_is_near_the_level():
    found = visit_power.log_rank_power(0.7, 0.7, sizes=(24, 24), weeks=WEEKS, trials=4000, seed=2)
    assert found.value == pytest.approx(0.05, abs=0.015)


@pytest.mark.proves("helpers.future.visit_power:detectable_rate")
def test_the_detectable_rate_has_the_power_asked_for():
    given = {"sizes": (24, 24), "weeks": WEEKS, "trials": 2000, "seed": 4}
    found = visit_power.detectable_rate(0.5, **given)
    assert visit_power.log_rank_power(0.5 + found.value, 0.5, **given).value == pytest.approx(
        0.8, abs=0.02
    )
    assert found.lower <= found.value <= found.upper


def test_too_few_patients_detect_nothing():
    found = visit_power.detectable_rate(0.5, sizes=(3, 3), weeks=WEEKS, trials=500, seed=4)
    assert math.isnan(found.value)


@pytest.mark.parametrize(("rate", "weeks"), [(1.0, WEEKS), (0.5, [0, 12]), (0.5, [24, 12])])
def test_a_rate_or_visits_without_constant_hazard_are_refused(rate, weeks):
    with pytest.raises(AnalysisError, match="ascending weeks"):
        visit_power.proportional_responses(rate, weeks=weeks)


@pytest.mark.proves("helpers.future.visit_power:log_rank_power_at")
def test_chances_of_constant_hazard_have_the_power_of_their_rate():
    chances = [visit_power.proportional_responses(r, weeks=WEEKS) for r in (0.9, 0.6)]
    given = {"sizes": (20, 24), "trials": 500, "seed": 5}
    at = visit_power.log_rank_power_at(*chances, **given)
    assert at.value == visit_power.log_rank_power(0.9, 0.6, weeks=WEEKS, **given).value


@pytest.mark.proves("helpers.future.visit_power:patients_for_log_rank")
def test_one_patient_fewer_would_not_have_the_power():
    early, late = [0.5, 0.3, 0.1], [0.2, 0.3, 0.2]
    given = {"trials": 800, "seed": 6}
    found = visit_power.patients_for_log_rank(early, late, **given)
    n = int(found.value)
    powers = [visit_power.log_rank_power_at(early, late, sizes=(k, k), **given).value
              for k in (n - 1, n)]  # fmt: skip
    assert powers[0] < 0.9 <= powers[1]
    assert found.lower <= n <= found.upper


def test_arms_that_do_not_differ_have_no_size():
    found = visit_power.patients_for_log_rank([0.3, 0.3], [0.3, 0.3], trials=50, seed=7, most=30)
    assert math.isnan(found.value)


def test_chances_that_add_up_to_more_than_one_are_refused():
    with pytest.raises(AnalysisError, match="add up to 1 at most"):
        visit_power.log_rank_power_at([0.6, 0.6], [0.1, 0.1], sizes=(9, 9), trials=5, seed=1)
