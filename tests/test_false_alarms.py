"""False alarms of a safety table against the enumeration of every outcome of a small trial."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import false_alarms
from helpers.analyse.two_proportions import newcombe_difference
from helpers.errors import AnalysisError


def clear(x, c, n):
    found = newcombe_difference(x, n, c, n)
    return found.lower > 0 or found.upper < 0


@pytest.mark.proves("helpers.analyse.false_alarms:any_interval_excludes_zero")
def test_two_arms_and_a_reference_agree_with_every_outcome_listed():
    n, risk = 6, 0.4
    listed = sum(
        math.prod(stats.binom.pmf(x, n, risk) for x in (a, b, c))
        for a, b, c in itertools.product(range(n + 1), repeat=3)
        if clear(a, c, n) or clear(b, c, n)
    )
    found = false_alarms.any_interval_excludes_zero([risk], size=n, comparisons=2)
    assert found.value == pytest.approx(listed, rel=1e-10)
    twice = false_alarms.any_interval_excludes_zero([risk, risk], size=n, comparisons=2)
    assert twice.value == pytest.approx(1 - (1 - listed) ** 2, rel=1e-10)


def test_events_that_nobody_or_everybody_has_raise_no_alarm():
    found = false_alarms.any_interval_excludes_zero([0.0, 1.0], size=12, comparisons=2)
    assert found.value == 0


def test_risk_of_any_event_is_that_of_a_poisson_count():
    counts = np.random.default_rng(1).poisson([0.2, 0.5], size=(200_000, 2)).sum(axis=1)
    assert false_alarms.risk_of_any([0.2, 0.5]) == pytest.approx((counts > 0).mean(), abs=0.005)


def test_a_risk_in_per_cent_is_refused():
    with pytest.raises(AnalysisError, match="risks: expected proportions"):
        false_alarms.any_interval_excludes_zero([12], size=24, comparisons=2)
    with pytest.raises(AnalysisError, match="rates: expected numbers from 0"):
        false_alarms.risk_of_any([-0.1])
