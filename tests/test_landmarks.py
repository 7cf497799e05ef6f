"""Landmark times, common horizon and curves by arm, against lifelines and by hand."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from helpers.analyse import among, coarse, landmarks

ROWS = pd.DataFrame(
    {
        "ARM": pd.Categorical(["a"] * 6 + ["b"] * 5, categories=["a", "b", "c"], ordered=True),
        "TIME": [3.0, 5.0, 5.0, 8.0, 9.0, 12.0, 2.0, 4.0, 4.0, 7.0, 10.0],
        "EVENT": [True, True, False, True, False, False, True, True, False, True, False],
    }
)


def test_the_horizon_is_the_last_time_at_which_every_arm_is_watched():
    assert landmarks.common_horizon(ROWS["TIME"], ROWS["ARM"]) == 10
    assert landmarks.common_horizon(ROWS["TIME"], ROWS["ARM"], horizon=6) == 6
    assert landmarks.common_horizon(ROWS["TIME"], ROWS["ARM"], horizon=40) == 10


def test_a_visit_schedule_is_reported_as_it_is():
    assert landmarks.landmark_times([0, 12, 12, 24, 48, 96], horizon=96) == [12, 24, 48, 96]


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        (1000, [200, 400, 600, 800, 1000]),
        (400, [100, 200, 300, 400]),
        (1231, [200, 400, 600, 800, 1000, 1231]),
        (0.8, [0.2, 0.4, 0.6, 0.8]),
    ],
)
def test_many_times_give_round_steps_that_end_at_the_horizon(horizon, expected):
    times = np.linspace(horizon / 500, horizon, 500)
    assert landmarks.landmark_times(times, horizon=horizon) == pytest.approx(expected)


@pytest.mark.proves("helpers.analyse.landmarks:cumulative_incidence_at")
def test_cumulative_incidence_and_limits_are_lifelines_complements():
    fit = KaplanMeierFitter().fit(ROWS["TIME"][:6], ROWS["EVENT"][:6])
    limits = fit.confidence_interval_survival_function_.loc[5.0].to_numpy()
    found = landmarks.cumulative_incidence_at(ROWS["TIME"][:6], ROWS["EVENT"][:6], at=5.0)
    assert found.value == pytest.approx(1 - fit.survival_function_.loc[5.0].iloc[0], rel=1e-12)
    assert [found.lower, found.upper] == pytest.approx(sorted(1 - limits), rel=1e-10)
    assert found.statistic == "cumulative incidence"
    assert found.source == "helpers.analyse.landmarks:cumulative_incidence_at"


def test_curves_are_kaplan_meier_by_arm_and_end_at_the_horizon():
    curves = landmarks.curves_by_arm(ROWS, horizon=9, incidence=False)
    for arm, curve in curves.groupby("arm"):
        mine = ROWS[ROWS["ARM"] == arm]
        fit = KaplanMeierFitter().fit(mine["TIME"], mine["EVENT"])
        expected = fit.survival_function_at_times(curve["time"]).to_numpy()
        assert curve["value"].to_numpy() == pytest.approx(expected, rel=1e-12)
        assert curve["time"].iloc[-1] == 9
    assert list(curves["arm"].unique()) == ["a", "b"]  # c has nobody


def test_incidence_is_one_minus_survival_with_its_limits_swapped():
    one, two = (landmarks.curves_by_arm(ROWS, horizon=9, incidence=k) for k in (False, True))
    assert two["value"].to_numpy() == pytest.approx(1 - one["value"].to_numpy())
    assert (two["lower"].dropna() <= two["value"][two["lower"].notna()]).all()
    assert two["upper"].to_numpy() == pytest.approx(1 - one["lower"].to_numpy(), nan_ok=True)


def test_a_curve_not_exact_shows_no_subjects_time():
    odd = ROWS.assign(TIME=ROWS["TIME"] + 0.037)
    curves = landmarks.curves_by_arm(odd, horizon=9, incidence=False, exact=False)
    assert not set(curves["time"]) & set(odd["TIME"])
    assert curves.groupby("arm")["time"].last().tolist() == [9, 9]


def test_no_step_of_a_curve_not_exact_is_fewer_than_five_subjects():
    rng = np.random.default_rng(5)
    rows = pd.DataFrame({"ARM": np.repeat(["a", "b"], 80), "TIME": rng.exponential(6, 160),
                         "EVENT": rng.random(160) < 0.7})  # fmt: skip
    curves = landmarks.curves_by_arm(rows, horizon=9, incidence=False, exact=False)
    for arm, curve in curves.dropna(subset=["value"]).groupby("arm"):
        mine = rows[rows["ARM"] == arm]
        events = [(mine["EVENT"] & (mine["TIME"] <= t)).sum() for t in curve["time"]]
        assert all(step == 0 or step >= 5 for step in np.diff([0, *events]))
        assert len(set(events)) > 4
        fit = KaplanMeierFitter().fit(mine["TIME"], mine["EVENT"])
        exact = fit.survival_function_at_times(curve["time"]).to_numpy()
        whole = np.isclose(exact * 80, (exact * 80).round(), atol=1e-6)
        expected = np.where(whole, exact, exact.round(2))
        assert curve["value"].to_numpy() == pytest.approx(expected, rel=1e-12)
        assert not whole.all()


def test_an_arm_without_events_is_not_compared():
    quiet = ROWS.assign(EVENT=ROWS["EVENT"] & (ROWS["ARM"] == "a"))
    assert landmarks.arms_with_events(ROWS, reference="b") == ["b", "a"]
    assert landmarks.arms_with_events(quiet, reference="a") == []
    assert landmarks.arms_with_events(quiet, reference="b") == []


def test_no_hidden_subjects_own_time_is_reported():
    visits = [12.0] * 6 + [24.0] * 7 + [48.0] * 26
    times = [*visits, 35.857]  # one death between the visits
    assert landmarks.landmark_times(times, horizon=48) == [12, 24, 35.857, 48]
    assert landmarks.landmark_times(times, horizon=48, least=5) == [12, 24, 48]


def test_the_horizon_is_not_the_last_day_of_one_hidden_subject():
    arm = ["a"] * 10 + ["b"] * 10
    times = [*np.linspace(100, 637, 10), *np.linspace(200, 900, 10)]
    assert landmarks.common_horizon(times, arm) == 637
    cut = landmarks.common_horizon(times, arm, least=5)
    assert cut == 200  # five of arm a are watched for 398.2... and longer
    assert cut not in times[:10]
    assert landmarks.common_horizon(times, arm, horizon=300, least=5) == 300
    assert landmarks.common_horizon([637.0] * 20, arm, least=5) == 637
    assert landmarks.common_horizon([0.0] * 20, arm, least=21) == 0


ROUND = [step * 10.0**k for k in range(-3, 4) for step in (1, 2, 5)]


@pytest.mark.parametrize("least", [5, 8])
def test_a_horizon_stands_for_the_times_of_as_many_as_may_be_shown(least):
    # 79 days at two digits would be the very day of the fifth last of an arm
    rng = np.random.default_rng(least)
    for n in (20, 35, 70, 400):
        for _ in range(40):
            arm = np.array(["a", "b"])[np.arange(n) % 2]
            times = (rng.exponential(60, n) + 1).round(int(rng.integers(2)))
            cut = landmarks.common_horizon(times, arm, least=least)
            last = min(np.sort(times[arm == a])[-least] for a in "ab")
            assert cut <= last
            assert cut > 0 or n < 4 * least
            if cut and (times == last).sum() < least:
                wide = among.width(among.own_values(times), least)
                ends = {*(k * wide for k in range(int(last / wide) + 2)), *ROUND}
                assert any(cut == pytest.approx(end) for end in ends)
                above = min(end for end in ends if end > last + 1e-9)
                assert ((times >= cut - 1e-9) & (times < above)).sum() >= least


def test_an_arm_with_one_to_four_events_is_not_compared():
    arm = pd.Categorical(["a"] * 10 + ["b"] * 10)
    for events in range(11):
        rows = pd.DataFrame({"ARM": arm, "EVENT": [True] * events + [False] * (20 - events)})
        enough = landmarks.enough_events(rows, few=lambda count: 0 < count < 5)
        assert enough == (events not in (1, 2, 3, 4))
        assert landmarks.enough_events(rows, few=lambda count: False)


def test_the_digits_of_a_share_do_not_tell_who_was_censored():
    """15/28 of 20: five events, one who left, four events, and no other history."""
    time = [12.0] * 5 + [36.0] + [48.0] * 14
    event = [True] * 5 + [False] + [True] * 4 + [False] * 10
    exact = KaplanMeierFitter().fit(time, event).survival_function_at_times([12, 48]).to_numpy()
    assert exact == pytest.approx([15 / 20, 15 / 28], rel=1e-12)
    curve = pd.DataFrame({"survival": exact, "lower": [0.1234, 0.2345], "upper": 0.98765})
    found = coarse.coarse_shares(curve, n=20)
    assert found["survival"].tolist() == pytest.approx([0.75, 0.54], rel=1e-12)
    assert found["lower"].tolist() == [0.1234, 0.23]
    assert found["upper"].tolist() == [0.98765, 0.99]


def test_a_drawn_curve_of_hidden_subjects_has_no_such_digits():
    time = [*[12.0] * 5, 36.0, 36.0, 36.0, 36.0, 36.0, *[48.0] * 30]
    rows = pd.DataFrame({"ARM": pd.Categorical(["a"] * 40), "TIME": time})
    rows["EVENT"] = [True] * 5 + [False] * 5 + [True] * 13 + [False] * 17
    drawn = landmarks.curves_by_arm(rows, horizon=48, incidence=False, exact=False, least=5)
    exact = landmarks.curves_by_arm(rows, horizon=48, incidence=False)
    assert exact["value"].iloc[-1] == pytest.approx(35 / 40 * 17 / 30, rel=1e-12)
    assert drawn["value"].dropna().unique() == pytest.approx([1.0, 0.875, 0.5], rel=1e-12)


@pytest.mark.parametrize(("at_once", "start"), [(1, 0.0), (4, 0.0), (5, 0.05), (0, 0.0)])
def test_a_hidden_curve_does_not_begin_with_the_few_who_had_the_event_at_once(at_once, start):
    """Of 815 on a waiting list one had a liver on the first day: the curve began at 1/815."""
    time = [0.0] * at_once + [float(10 + t) for t in range(100 - at_once)]
    rows = pd.DataFrame({"ARM": "List", "TIME": time, "EVENT": True})
    curve = landmarks.curves_by_arm(rows, horizon=80.0, incidence=True, exact=False, least=5)
    assert curve["value"].iloc[0] == pytest.approx(start)
    counts = np.diff([0.0, *(curve["value"].dropna() * 100)]).round(6)
    assert ((counts == 0) | (counts >= 5)).all()
    shown = landmarks.curves_by_arm(rows, horizon=80.0, incidence=True)
    assert shown["value"].iloc[0] == pytest.approx(at_once / 100)


def test_times_of_events_are_visits_where_several_share_a_few():
    assert landmarks.are_visits(pd.Series([84, 84, 168, 168, 84]))
    assert not landmarks.are_visits(pd.Series([56, 60, 115, 159, 163, 58]))  # a few, each by itself
    assert not landmarks.are_visits(pd.Series(list(range(9)) * 4))  # shared, and more than a few
    assert not landmarks.are_visits(pd.Series([], dtype=float))
