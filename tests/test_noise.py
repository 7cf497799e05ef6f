"""The CV that explains a share of false responders: closed form at one visit, simulation at five."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse.noise import cv_for_ever_crossing, ever_crossing_after_entry
from helpers.analyse.threshold_crossing import ever_crossing_probability
from helpers.errors import AnalysisError


@pytest.mark.parametrize(("share", "rise"), [(0.2, 0.3), (0.4, 0.2), (0.05, 0.5)])
def test_one_visit_has_a_closed_form(share, rise):
    # ln X1 - ln X0 is normal with variance 2 s^2, so P = share at s = ln(1 + rise) / (sqrt 2 z)
    s = math.log1p(rise) / (math.sqrt(2) * stats.norm.isf(share))
    found = cv_for_ever_crossing(share=share, rise=rise, visits=1)
    assert found.value == pytest.approx(math.sqrt(math.expm1(s * s)), rel=1e-8)


@pytest.mark.proves("helpers.analyse.noise:cv_for_ever_crossing")
def test_simulated_persons_of_that_cv_cross_as_often():
    found = cv_for_ever_crossing(share=0.6, rise=0.3, visits=5).value
    random = np.random.default_rng(6)
    logs = math.sqrt(math.log1p(found**2)) * random.standard_normal((200_000, 6))
    crossed = (logs[:, 1:] - logs[:, :1] >= math.log(1.3)).any(axis=1).mean()
    assert crossed == pytest.approx(0.6, abs=4 * math.sqrt(0.24 / 200_000))


def test_a_share_that_no_cv_reaches_raises():
    with pytest.raises(AnalysisError, match="no CV from 1% to 200%"):
        cv_for_ever_crossing(share=0.9, rise=0.3, visits=1)


ENTRY = {"lower": 50, "upper": 250, "median": 200, "between_log_sd": 0.35}


@pytest.mark.proves("helpers.analyse.noise:ever_crossing_after_entry")
@pytest.mark.parametrize(("cv", "visits", "low"), [(0.166, 5, 1), (0.25, 8, 1), (0.25, 5, 3)])
def test_persons_who_entered_by_low_counts_cross_as_often_as_simulated_ones(cv, visits, low):
    random, error = np.random.default_rng(11), math.sqrt(math.log1p(cv**2))
    truth = math.log(200) + 0.35 * random.standard_normal((600_000, 1))
    logs = truth + error * random.standard_normal((600_000, low + visits))
    inside = (logs[:, :low] > math.log(50)) & (logs[:, :low] <= math.log(250))
    logs = logs[inside.all(axis=1), low - 1 :]
    crossed = (logs[:, 1:] >= logs[:, :1] + math.log(1.3)).any(axis=1)
    found = ever_crossing_after_entry(cv=cv, rise=0.3, visits=visits, low_counts=low, **ENTRY).value
    assert found == pytest.approx(crossed.mean(), abs=4 * crossed.std() / math.sqrt(len(crossed)))


def test_entry_without_limits_is_the_plain_model():
    plain = ever_crossing_probability(cv=0.2, rise=0.3, visits=5).value
    wide = {"lower": 1e-4, "upper": 1e8, "median": 200, "between_log_sd": 0.35}
    found = ever_crossing_after_entry(cv=0.2, rise=0.3, visits=5, **wide).value
    assert found == pytest.approx(plain, abs=2e-3)  # the quadrature is made for narrow entry


def test_entry_limits_the_wrong_way_round_raise():
    with pytest.raises(AnalysisError, match="lower < upper"):
        ever_crossing_after_entry(cv=0.2, rise=0.3, visits=5, **{**ENTRY, "lower": 300})
