"""Landmark times, common horizon and curves by arm, against lifelines and by hand."""

import numpy as np
import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from helpers.analyse import landmarks

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
    assert len(curves) == 2 * (landmarks.DRAWN + 1)


def test_an_arm_without_events_is_not_compared():
    quiet = ROWS.assign(EVENT=ROWS["EVENT"] & (ROWS["ARM"] == "a"))
    assert landmarks.arms_with_events(ROWS, reference="b") == ["b", "a"]
    assert landmarks.arms_with_events(quiet, reference="a") == []
    assert landmarks.arms_with_events(quiet, reference="b") == []
