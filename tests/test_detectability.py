"""Courses of donor cells against a day-by-day sum, and limits of the half-life put back in."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import decay, detectability
from helpers.errors import AnalysisError

COHORT = {"start": 2.5, "start_log_sd": 0.6, "half_life_log_sd": 0.35, "limit": 0.1}


def last_seen(start, half_life, limit, courses, gap):
    """The last time on a fine grid at which the summed level is at or above the limit."""
    time = np.arange(0, 400, 0.01)
    level = sum(
        np.where(time >= i * gap, start * 0.5 ** ((time - i * gap) / half_life), 0)
        for i in range(courses)
    )
    return time[level >= limit].max()


@pytest.mark.proves("helpers.analyse.detectability:days_after_courses")
@pytest.mark.parametrize(
    ("start", "half_life", "courses", "gap"),
    [(2.5, 5, 1, 28), (2.5, 5, 3, 28), (0.3, 20, 4, 7), (2.5, 2, 2, 60)],
)
def test_the_last_detection_is_that_of_the_summed_courses(start, half_life, courses, gap):
    found = detectability.days_after_courses(
        start=start, half_life=half_life, limit=0.1, courses=courses, gap=gap
    )
    assert found.value == pytest.approx(last_seen(start, half_life, 0.1, courses, gap), abs=0.011)


def test_one_course_is_the_ordinary_decay():
    found = detectability.days_after_courses(start=2.5, half_life=5, limit=0.1, courses=1, gap=9)
    assert found.value == decay.detectable_days(start=2.5, half_life=5, limit=0.1).value


def test_doses_too_small_to_be_seen_alone_can_be_seen_together():
    known = {"start": 0.06, "half_life": 30, "limit": 0.1, "gap": 7}
    assert detectability.days_after_courses(**known, courses=1).value == 0
    assert detectability.days_after_courses(**known, courses=2).value > 7


@pytest.mark.proves("helpers.analyse.detectability:none_seen")
def test_none_seen_is_one_patients_chance_to_the_power_of_all():
    one = detectability.none_seen(30, n=1, half_life=5, **COHORT)
    assert detectability.none_seen(30, n=12, half_life=5, **COHORT).value == pytest.approx(
        one.value**12
    )


def test_at_its_longest_half_life_none_seen_has_the_probability_left():
    found = detectability.longest_half_life(30, n=12, **COHORT)
    back = detectability.none_seen(30, n=12, half_life=found.value, **COHORT)
    assert back.value == pytest.approx(0.05, abs=1e-9)
    assert found.upper == found.value


@pytest.mark.proves("helpers.analyse.detectability:longest_half_life")
def test_patients_who_differ_in_their_start_only_have_a_closed_form():
    known = {**COHORT, "half_life_log_sd": 0}
    found = detectability.longest_half_life(30, n=12, **known)
    z = stats.norm.ppf(0.05 ** (1 / 12))  # of the level, so that all twelve are below
    half_lives = (math.log(2.5 / 0.1) + 0.6 * z) / math.log(2)
    assert found.value == pytest.approx(30 / half_lives, rel=1e-9)


def test_the_limit_is_proportional_to_the_day():
    first, later = (detectability.longest_half_life(d, n=12, **COHORT).value for d in (20, 60))
    assert later == pytest.approx(3 * first)


def test_cells_that_start_below_the_limit_exclude_no_half_life():
    with pytest.raises(AnalysisError, match="finer limit"):
        detectability.longest_half_life(30, n=2, **{**COHORT, "start": 0.01})
