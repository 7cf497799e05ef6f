"""Shifts of those who did not come: R's lm (reference/tipping.R), completed data, simulated trials."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analyse import groups, tipping
from helpers.errors import AnalysisError

HERE = Path(__file__).parent / "reference"
R = pd.read_csv(HERE / "tipping.csv").set_index(["case", "quantity"])["value"]
OF = {"outcome": "y", "baseline": "base", "arm": "arm"}
CONTROL = {**OF, "reference": "control"}


@pytest.fixture(scope="module")
def trial():
    """The rows of arms.csv, those that the R script takes away without an outcome."""
    rows = pd.read_csv(HERE / "arms.csv")
    place = rows.groupby("arm").cumcount() + 1
    gone = (place % 5 == 0) | ((rows["arm"] == "high") & (place % 2 == 0))
    return rows.assign(y=rows["y"].where(~gone))


@pytest.mark.proves("helpers.analyse.tipping:shifted_differences")
@pytest.mark.parametrize(
    "case", [c for c in dict.fromkeys(R.index.get_level_values(0)) if "0" in c]
)
def test_shifted_differences_agree_with_r(trial, case):
    arm, delta, of_control = case.split()
    shifts = {arm: float(delta), "control": float(of_control)}
    found = tipping.shifted_differences(trial, **CONTROL, shifts=shifts)[arm]
    expected = R[case].to_dict()
    assert {k: getattr(found, k) for k in expected} == pytest.approx(expected, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("arm", ["low", "high"])
@pytest.mark.parametrize("whose", ["arm", "reference"])
def test_tipping_points_are_where_r_finds_the_end_of_the_interval_at_zero(trial, arm, whose):
    shifted = arm if whose == "arm" else "control"
    found = tipping.tipping_points(trial, **CONTROL)[arm, shifted]
    expected = R[f"{arm} {whose}"]
    assert (found.lower, found.upper) == pytest.approx((expected["lower"], expected["upper"]))


def test_without_a_shift_the_result_is_that_of_those_who_came(trial):
    found = tipping.shifted_differences(trial, **CONTROL, shifts={})
    came = groups.ancova(trial.dropna(), **CONTROL)
    for arm, estimate in came.items():
        mine = found[arm]
        assert (mine.value, mine.lower, mine.upper, mine.p_value) == pytest.approx(
            (estimate.value, estimate.lower, estimate.upper, estimate.p_value)
        )
        assert (mine.n, estimate.n) == (len(trial), trial["y"].notna().sum())


def test_the_difference_is_that_of_the_arms_completed_by_prediction_and_shift(trial):
    came = trial.dropna()
    centre = came["base"].mean()
    arms = came["arm"].unique()
    design = np.column_stack([*((came["arm"] == a) for a in arms), came["base"] - centre])
    *levels, slope = np.linalg.lstsq(design.astype(float), came["y"], rcond=None)[0]
    shifts = {"low": -40.0, "control": 25.0}
    predicted = (
        trial["arm"].map(dict(zip(arms, levels, strict=True)))
        + slope * (trial["base"] - centre)
        + trial["arm"].map(shifts).fillna(0)
    )
    full = trial["y"].fillna(predicted)
    means = (full - slope * (trial["base"] - centre)).groupby(trial["arm"]).mean()
    found = tipping.shifted_differences(trial, **CONTROL, shifts=shifts)
    expected = {arm: means[arm] - means["control"] for arm in found}
    assert {arm: e.value for arm, e in found.items()} == pytest.approx(expected)


def test_at_the_tipping_shift_one_end_of_the_interval_is_zero(trial):
    points = tipping.tipping_points(trial, **CONTROL)
    assert len(points) == 4
    for (arm, shifted), point in points.items():
        for delta in (point.lower, point.upper):
            at = tipping.shifted_differences(trial, **CONTROL, shifts={shifted: delta})[arm]
            ends = np.abs([at.lower, at.upper])
            assert ends.min() < 1e-9 * ends.max()


def test_between_the_tipping_shifts_the_verdict_stays():
    random = np.random.default_rng(5)
    for _ in range(200):
        difference, error = random.normal(0, 3), random.uniform(0.2, 2)
        n, df = int(random.integers(4, 60)), 30
        missing = int(random.integers(1, n))
        point = tipping.tipping_shifts(difference, error, df=df, missing=missing, n=n)
        share, t = missing / n, stats.t.ppf(0.975, df)
        deltas = np.linspace(-60, 60, 4001)
        reach = t * np.sqrt(error**2 + deltas**2 * share * (1 - share) / n)
        clear = np.abs(difference + share * deltas) > reach
        changed = clear != (abs(difference) > t * error)
        low = point.lower if not math.isnan(point.lower) else -math.inf
        high = point.upper if not math.isnan(point.upper) else math.inf
        assert not changed[(deltas > low + 1e-9) & (deltas < high - 1e-9)].any()
        for side in (deltas[changed & (deltas < 0)], deltas[changed & (deltas > 0)]):
            if side.size:
                nearest = side[np.abs(side).argmin()]
                assert abs(nearest - (low if nearest < 0 else high)) <= 0.03 + 1e-9


def test_the_error_holds_in_trials_drawn_anew():
    random = np.random.default_rng(20)
    n, delta, share, trials = 40, -3.0, 0.3, 1500
    arms = np.repeat(["control", "dose"], n)
    values, variances, covered = [], [], 0
    for _ in range(trials):
        base = random.normal(size=2 * n)
        came = (arms == "control") | (random.random(2 * n) > share)
        y = 0.5 * (arms == "dose") + 0.6 * base + random.normal(size=2 * n)
        frame = pd.DataFrame({"y": np.where(came, y, np.nan), "base": base, "arm": arms})
        found = tipping.shifted_differences(frame, **CONTROL, shifts={"dose": delta})["dose"]
        t = stats.t.ppf(0.975, came.sum() - 3)
        values.append(found.value)
        variances.append(((found.upper - found.lower) / 2 / t) ** 2)
        covered += found.lower <= 0.5 + delta * share <= found.upper
    assert np.mean(values) == pytest.approx(
        0.5 + delta * share, abs=4 * np.std(values) / trials**0.5
    )
    assert np.mean(variances) == pytest.approx(np.var(values), rel=0.12)  # 3 Monte Carlo errors
    assert covered / trials == pytest.approx(0.95, abs=0.02)


def test_nobody_missing_leaves_nothing_to_shift():
    point = tipping.tipping_shifts(3.0, 1.0, df=20, missing=0, n=12)
    assert math.isnan(point.lower)
    assert math.isnan(point.upper)
    assert (point.missing, point.n) == (0, 12)


def test_one_missing_of_24_can_undo_a_clear_difference_but_never_make_one():
    undone = tipping.tipping_shifts(3.0, 1.0, df=45, missing=1, n=24)
    assert undone.lower < 0
    made = tipping.tipping_shifts(0.5, 1.0, df=45, missing=1, n=24)
    assert math.isnan(made.lower)
    assert math.isnan(made.upper)


def test_a_subject_without_baseline_is_missing_whatever_the_outcome(trial):
    blank = trial.copy()
    someone = blank.index[blank["y"].notna() & (blank["arm"] == "low")][0]
    blank.loc[someone, "base"] = np.nan
    before = tipping.tipping_points(trial, **CONTROL)["low", "low"]
    after = tipping.tipping_points(blank, **CONTROL)["low", "low"]
    assert (after.missing, after.n) == (before.missing + 1, before.n)


def test_inputs_are_not_changed(trial):
    kept = trial.copy(deep=True)
    tipping.tipping_points(trial, **CONTROL)
    tipping.shifted_differences(trial, **CONTROL, shifts={"low": 1.0})
    pd.testing.assert_frame_equal(trial, kept)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda rows: rows.assign(y=rows["y"].where(rows["arm"] != "high")),
            r"nobody in \['high'\]",
        ),
        (lambda rows: rows.assign(arm=rows["arm"].where(rows["arm"] != "low")), "none missing"),
    ],
)
def test_an_arm_that_was_never_seen_is_refused(trial, change, words):
    with pytest.raises(AnalysisError, match=words):
        tipping.tipping_points(change(trial), **CONTROL)


def test_a_shift_of_an_arm_that_does_not_exist_is_refused(trial):
    with pytest.raises(AnalysisError, match=r"found \['middle'\]"):
        tipping.shifted_differences(trial, **CONTROL, shifts={"middle": 1.0})


@pytest.mark.parametrize(("error", "df"), [(0, 20), (1, 0), (math.nan, 20)])
def test_a_difference_without_error_is_refused(error, df):
    with pytest.raises(AnalysisError, match="error and df above 0"):
        tipping.tipping_shifts(1.0, error, df=df, missing=2, n=10)
