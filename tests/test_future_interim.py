"""A look half-way against simulated trials and against the trial without it."""

import math

import numpy as np
import pytest

from helpers.analyse import power
from helpers.errors import AnalysisError
from helpers.future import interim


@pytest.mark.proves("helpers.future.interim:futility_look")
@pytest.mark.parametrize("difference", [0.0, 0.3, -0.4])
def test_trials_stop_and_succeed_as_often_as_said(difference):
    rng = np.random.default_rng(3)
    trials, n = 40_000, 60
    half = rng.normal(difference, math.sqrt(2 / (n / 2)), trials)
    rest = rng.normal(difference, math.sqrt(2 / (n / 2)), trials)
    won = (half + rest) / 2 / math.sqrt(2 / n) > 1.959964
    found = interim.futility_look(difference=difference, sd=1, n=n)
    expected = {"stop": half <= 0, "power": won & (half > 0), "lost": won & (half <= 0)}
    for name, seen in expected.items():
        p = found[name].value
        assert p == pytest.approx(seen.mean(), abs=4 * math.sqrt(p * (1 - p) / trials) + 1e-4)


def test_what_is_left_and_what_is_lost_are_the_power_without_a_look():
    found = interim.futility_look(difference=0.5, sd=1, n=400)
    whole = power.power_mean(400, 400, difference=0.5, sd=1).value
    assert found["power"].value + found["lost"].value == pytest.approx(whole, abs=1e-3)


def test_without_an_effect_every_other_trial_stops():
    assert interim.futility_look(difference=0, sd=3, n=20)["stop"].value == pytest.approx(0.5)


def test_an_arm_of_one_is_refused():
    with pytest.raises(AnalysisError, match="at least 2 patients an arm, found 1"):
        interim.futility_look(difference=1, sd=1, n=1)
