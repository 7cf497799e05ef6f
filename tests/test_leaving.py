"""What leaving early could change: shares counted by hand, the order of the three readings."""

import numpy as np
import pytest

from helpers.analyse import survival
from helpers.analyse.leaving import incidence_if_leaving
from helpers.errors import AnalysisError


@pytest.mark.proves("helpers.analyse.leaving:incidence_if_leaving")
def test_with_everybody_accounted_for_the_ends_are_plain_shares():
    # of 8: events at 1, 2, 2; two leave at 1 and 3; three watched to the end
    time, event = [1, 2, 2, 1, 3, 4, 4, 4], [1, 1, 1, 0, 0, 0, 0, 0]
    left = [0, 0, 0, 1, 1, 0, 0, 0]
    found = incidence_if_leaving(time, event, left, at=4)
    assert found["never"].value == pytest.approx(3 / 8)
    assert found["event"].value == pytest.approx(5 / 8)
    assert found["censored"].value == pytest.approx(1 - 7 / 8 * 4 / 6)
    assert {e.n for e in found.values()} == {8}


def test_the_censored_reading_lies_between_the_two_ends():
    random = np.random.default_rng(2)
    for _ in range(50):
        n = int(random.integers(3, 30))
        time, kind = random.integers(1, 7, n), random.integers(0, 3, n)
        time[0], kind[0] = 6, 0  # somebody is watched to the end
        found = incidence_if_leaving(time, kind == 1, kind == 2, at=5)
        assert found["never"].value <= found["censored"].value + 1e-12
        assert found["censored"].value <= found["event"].value + 1e-12


def test_when_nobody_left_the_three_are_one_minus_kaplan_meier():
    time, event = [3, 5, 5, 8, 9], [1, 0, 1, 1, 0]
    found = incidence_if_leaving(time, event, [0] * 5, at=8)
    expected = 1 - survival.survival_at(time, event, at=8).value
    assert [e.value for e in found.values()] == pytest.approx([expected] * 3)


def test_an_arm_without_event_has_zero_and_what_leavers_could_add():
    found = incidence_if_leaving([2, 3, 3], [0, 0, 0], [1, 0, 0], at=3)
    assert (found["never"].value, found["censored"].value) == (0, 0)
    assert found["event"].value == pytest.approx(1 / 3)


def test_an_event_of_somebody_who_left_before_it_is_refused():
    with pytest.raises(AnalysisError, match="expected nobody with an event"):
        incidence_if_leaving([1, 2], [1, 0], [1, 0], at=2)


def test_a_declared_death_competes_and_leaving_does_not():
    # of 6: event at 1, death at 2, one leaves at 3, event at 4, two watched to the end
    time, event = [1, 2, 3, 4, 5, 5], [1, 0, 0, 1, 0, 0]
    found = incidence_if_leaving(
        time, event, [0, 0, 1, 0, 0, 0], at=5, competing=[0, 1, 0, 0, 0, 0]
    )
    assert found["competing"].value == pytest.approx(1 / 6 + 4 / 6 * 1 / 3)
    assert found["censored"].value == pytest.approx(1 - 5 / 6 * 2 / 3)
    assert found["never"].value == pytest.approx(2 / 6)
    assert found["event"].value == pytest.approx(3 / 6)
