"""Survival estimators against R's survival package, closed forms and invariances."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import survival
from helpers.errors import AnalysisError
from r_values import HERE, R, as_in_r, datasets

DATA = pd.read_csv(HERE / "survival.csv")
ALL = ["visits", "heavy", "one_event", "three"]
MODEL = {"time": "time", "event": "event", "arm": "arm", "reference": "control"}


def rows(dataset, arm="all"):
    use = DATA["dataset"] == dataset
    if arm != "all":
        use &= DATA["arm"] == arm
    return DATA[use].reset_index(drop=True)


@pytest.mark.proves("helpers.analyse.survival:kaplan_meier")
@pytest.mark.parametrize("dataset", ALL)
def test_kaplan_meier_agrees_with_r(dataset):
    curve = survival.kaplan_meier(rows(dataset)["time"], rows(dataset)["event"])
    inner = curve[(curve["survival"] > 0) & (curve["survival"] < 1)]
    found = {
        f"{column} at {row.time:g}": getattr(row, column)
        for row in inner.itertuples()
        for column in ("survival", "lower", "upper", "at_risk")
    }
    expected = R.loc["kaplan_meier", dataset].to_dict()
    assert found == pytest.approx(expected, rel=1e-8)


@pytest.mark.proves("helpers.analyse.survival:median_survival")
@pytest.mark.parametrize("dataset", ALL)
def test_median_agrees_with_r(dataset):
    found = survival.median_survival(rows(dataset)["time"], rows(dataset)["event"])
    assert as_in_r(found, "median_survival", dataset)


@pytest.mark.parametrize("dataset", datasets("rmst"))
def test_restricted_mean_and_its_standard_error_agree_with_r(dataset):
    data, expected = rows(*dataset.split()), R.loc["rmst", dataset]
    found = survival.rmst(data["time"], data["event"], horizon=expected["horizon"])
    error = (found.upper - found.lower) / 2 / 1.959963984540054
    assert found.value == pytest.approx(expected["value"], rel=1e-8)
    assert error == pytest.approx(expected["se"], rel=1e-8)


@pytest.mark.proves(
    "helpers.analyse.log_rank:log_rank",
    "helpers.analyse.log_rank:log_rank_trend",
    "helpers.analyse.log_rank:log_rank_pairwise",
)
@pytest.mark.parametrize("dataset", ALL)
def test_log_rank_tests_agree_with_r(dataset):
    data = rows(dataset)
    core = data["time"], data["event"]
    assert as_in_r(survival.log_rank(*core, data["arm"]), "log_rank", dataset)
    assert as_in_r(survival.log_rank_trend(*core, data["dose"]), "log_rank_trend", dataset)
    pairs = survival.log_rank_pairwise(*core, data["arm"], reference="control")
    for arm, found in pairs.items():
        assert as_in_r(found, "log_rank_pairwise", f"{dataset} {arm}")


@pytest.mark.proves("helpers.analyse.log_rank:log_rank_stratified")
@pytest.mark.parametrize("dataset", datasets("log_rank_stratified"))
def test_stratified_log_rank_agrees_with_r(dataset):
    data = rows(dataset)
    found = survival.log_rank_stratified(data["time"], data["event"], data["arm"], data["stratum"])
    assert as_in_r(found, "log_rank_stratified", dataset)


@pytest.mark.proves("helpers.analyse.cox:cox", "helpers.analyse.cox:cox_ph_check")
@pytest.mark.parametrize("dataset", ["visits", "heavy", "one_event"])
def test_cox_and_its_check_agree_with_r(dataset):
    for term, found in survival.cox(rows(dataset), **MODEL, covariates=["x"]).items():
        assert as_in_r(found, "cox", f"{dataset} {term}", 1e-6)
    for term, found in survival.cox_ph_check(rows(dataset), **MODEL, covariates=["x"]).items():
        assert as_in_r(found, "cox_ph_check", f"{dataset} {term}", 1e-6)


def test_a_hazard_ratio_is_climbed_to_the_top():
    # first recurrences of bladder1: coxph(control = coxph.control(eps = 1e-14)) of R's survival; by its
    # second tolerance lifelines stopped at the eighth digit, 0.68181926
    rows = pd.read_csv(HERE / "recurrent_data.csv", dtype={"days": str})
    rows = rows[rows["dataset"] == "bladder"]
    first = rows["days"].str.split().str[0].astype(float)
    rows = rows.assign(event=first.notna(), time=first.fillna(rows["end"]))
    found = survival.cox(rows, time="time", event="event", arm="arm", reference="control")
    assert found["thiotepa"].value == pytest.approx(0.6818192428431236, rel=1e-11)
    assert found["thiotepa"].p_value == pytest.approx(0.2054552448182871, rel=1e-11)
    assert found["pyridoxine"].value == pytest.approx(0.7024332818897835, rel=1e-11)


def test_count_table_loses_nobody_and_counts_the_leaving_as_at_risk():
    table = survival.count_table([5, 3, 5, 8], [True, False, False, True])
    assert table.to_numpy().tolist() == [[3, 4, 0, 1], [5, 3, 1, 1], [8, 1, 1, 0]]


def test_curve_at_scheduled_times_counts_since_the_time_before():
    found = survival.kaplan_meier([5, 3, 5, 8], [1, 0, 0, 1], at=[4, 6, 9])
    assert found["at_risk"].tolist() == [3, 1, 0]
    assert found["events"].tolist() == [0, 1, 1]
    assert found["censored"].tolist() == [1, 1, 0]
    assert found["survival"].tolist() == pytest.approx([1, 2 / 3, 0])


def test_nothing_is_known_after_the_last_censored_time():
    found = survival.survival_at([5, 9], [True, False], at=10)
    assert math.isnan(found.value)
    assert survival.survival_at([5, 9], [True, False], at=9).value == 0.5


def test_no_interval_is_claimed_before_the_first_event():
    curve = survival.kaplan_meier([5, 9], [True, False])
    assert curve["survival"].iloc[0] == 1
    assert math.isnan(curve["lower"].iloc[0])


def test_median_is_where_half_is_reached_not_the_middle_of_the_step():
    found = survival.median_survival([12, 24, 48, 72], [1, 1, 1, 1])
    assert found.value == 24  # R prints 36: survival is exactly 1/2 from 24 to 48


def test_median_that_is_not_reached_is_infinite():
    found = survival.median_survival([5, 9, 9], [True, False, False])
    assert (found.value, found.upper) == (math.inf, math.inf)


def test_restricted_mean_without_censoring_is_the_mean_of_the_cut_times():
    times = np.array([3.0, 8, 8, 20, 40, 60])
    found = survival.rmst(times, np.ones(6), horizon=30)
    cut = np.minimum(times, 30)
    assert found.value == pytest.approx(cut.mean())
    error = (found.upper - found.value) / 1.959963984540054
    assert error == pytest.approx(cut.std() / math.sqrt(6))  # Greenwood: divisor n, not n - 1


@pytest.mark.proves("helpers.analyse.survival:rmst_difference")
def test_difference_in_restricted_means_adds_the_variances():
    low, control = rows("visits", "low"), rows("visits", "control")
    found = survival.rmst_difference(
        low["time"], low["event"], control["time"], control["event"], horizon=96
    )
    parts = R.loc["rmst"].unstack()
    gap = parts.loc["visits low", "value"] - parts.loc["visits control", "value"]
    error = math.hypot(parts.loc["visits low", "se"], parts.loc["visits control", "se"])
    assert found.value == pytest.approx(gap, rel=1e-8)
    assert found.upper - found.value == pytest.approx(1.959963984540054 * error, rel=1e-8)


def test_restricted_mean_beyond_the_data_is_refused():
    with pytest.raises(AnalysisError, match="at most 9, the last observed, found 12"):
        survival.rmst([5, 9], [True, False], horizon=12)


def test_trend_over_two_doses_is_the_log_rank_test():
    data = rows("one_event")
    trend = survival.log_rank_trend(data["time"], data["event"], data["dose"])
    plain = survival.log_rank(data["time"], data["event"], data["arm"])
    assert trend.value == pytest.approx(plain.value, rel=1e-12)


def test_log_rank_depends_on_the_order_of_times_only():
    data = rows("visits").sample(frac=1, random_state=3)
    found = survival.log_rank(np.exp(data["time"] / 20), data["event"], data["arm"])
    assert as_in_r(found, "log_rank", "visits")


def test_arms_with_the_same_history_do_not_differ():
    found = survival.log_rank([1, 2, 3, 1, 2, 3], [1, 0, 1, 1, 0, 1], list("aaabbb"))
    assert (found.value, found.p_value) == pytest.approx((0, 1))


def test_log_rank_without_events_is_refused():
    with pytest.raises(AnalysisError, match="expected events"):
        survival.log_rank([1, 2, 3], [0, 0, 0], ["a", "b", "b"])


def test_cox_refuses_an_arm_without_events():
    data = rows("one_event").assign(event=lambda d: d["event"] * (d["arm"] == "low"))
    with pytest.raises(AnalysisError, match="0 or infinite"):
        survival.cox(data, **MODEL)


def test_event_flags_other_than_true_and_false_are_refused():
    with pytest.raises(AnalysisError, match="event: expected 2 true/false values"):
        survival.kaplan_meier([1, 2], [1, 2])
