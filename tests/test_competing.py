"""Cumulative incidence by cause against R's survfit for several states, by hand and Kaplan-Meier."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import competing, survival
from helpers.analyse.competing import aalen_johansen
from helpers.errors import AnalysisError
from r_values import HERE

DATA = pd.read_csv(HERE / "competing_data.csv", float_precision="round_trip")
R = pd.read_csv(HERE / "competing.csv", float_precision="round_trip")
R = R.set_index(["dataset", "quantity"])["value"]


@pytest.mark.proves("helpers.analyse.competing:aalen_johansen")
@pytest.mark.parametrize("case", dict.fromkeys(R.index.get_level_values(0)))
def test_incidence_and_limits_agree_with_r(case):
    name, cause, at = case.split()
    rows = DATA[DATA["dataset"] == name]
    found = aalen_johansen(rows["time"], rows["cause"], at=float(at))[int(cause)]
    stored = R.loc[case].to_dict()
    assert {q: getattr(found, q) for q in stored} == pytest.approx(stored, rel=1e-10)


@pytest.mark.parametrize("case", dict.fromkeys(R.index.get_level_values(0)))
def test_incidence_and_limits_from_sums_over_the_times_agree_with_r(case, monkeypatch):
    monkeypatch.setattr(competing, "LISTED_UP_TO", 0)
    test_incidence_and_limits_agree_with_r(case)


@pytest.mark.parametrize("at", [5, 20, 40])
def test_sums_over_the_times_give_what_the_table_of_subjects_gives(at, monkeypatch):
    random = np.random.default_rng(7)
    time, cause = random.integers(1, 41, 400), random.integers(0, 4, 400)
    table = aalen_johansen(time, cause, at=at)
    monkeypatch.setattr(competing, "LISTED_UP_TO", 0)
    summed = aalen_johansen(time, cause, at=at)
    for key, expected in table.items():
        got = summed[key]
        assert got.value == expected.value
        assert (got.lower, got.upper) == pytest.approx((expected.lower, expected.upper), rel=1e-12)


def test_incidence_by_hand():
    # S is 1, then 3/4 after time 1; at time 2 one of three left has the event
    found = aalen_johansen([1, 2, 2, 3], ["a", "b", 0, "a"], at=2)
    assert (found["a"].value, found["b"].value) == pytest.approx((1 / 4, 3 / 4 / 3))
    assert found["a"].n == 4


def test_causes_and_no_event_add_up_to_one():
    rows = DATA[DATA["dataset"] == "visits"]
    found = aalen_johansen(rows["time"], rows["cause"], at=72)
    free = survival.survival_at(rows["time"], rows["cause"] > 0, at=72).value
    assert sum(e.value for e in found.values()) + free == pytest.approx(1, abs=1e-12)


@pytest.mark.proves("helpers.analyse.survival:survival_at")
def test_a_single_cause_is_one_minus_kaplan_meier_with_greenwoods_error():
    rows = DATA[DATA["dataset"] == "heavy"]
    seen = rows["cause"] > 0
    found = aalen_johansen(rows["time"], seen.astype(int), at=12)[1]
    km = survival.survival_at(rows["time"], seen, at=12)
    z = 1.959963984540054

    def error(e, p):  # of the estimate p, from the width of its log(-log) interval
        width = math.log(math.log(e.lower) / math.log(e.upper))
        return width / 2 / z * abs(p * math.log(p))

    assert found.value == pytest.approx(1 - km.value, abs=1e-12)
    assert error(found, found.value) == pytest.approx(error(km, km.value), rel=1e-9)


def test_another_cause_lowers_the_incidence_below_one_minus_kaplan_meier():
    rows = DATA[DATA["dataset"] == "visits"]
    first = aalen_johansen(rows["time"], rows["cause"], at=96)[1].value
    naive = 1 - survival.survival_at(rows["time"], rows["cause"] == 1, at=96).value
    assert first < naive - 0.01


def test_an_arm_in_which_everybody_has_the_event_sums_to_one():
    found = aalen_johansen([1, 2, 2], [1, 2, 1], at=9)
    assert sum(e.value for e in found.values()) == pytest.approx(1)
    assert math.isnan(aalen_johansen([1, 1], [1, 1], at=1)[1].lower)


def test_nothing_is_known_after_the_last_censored_time():
    assert math.isnan(aalen_johansen([1, 5], [1, 0], at=6)[1].value)
    assert aalen_johansen([1, 5], [1, 0], at=5)[1].value == 0.5


def test_before_the_first_event_the_incidence_is_zero_without_interval():
    found = aalen_johansen([3, 5], [1, 0], at=2)[1]
    assert found.value == 0
    assert math.isnan(found.lower)


@pytest.mark.parametrize(
    ("time", "cause", "at"), [([1, 2], [0, 0], 1), ([-1, 2], [1, 0], 1), ([1], [1], -1)]
)
def test_no_event_or_a_negative_time_is_refused(time, cause, at):
    with pytest.raises(AnalysisError, match="expected times of 0 or more and at least one cause"):
        aalen_johansen(time, cause, at=at)
