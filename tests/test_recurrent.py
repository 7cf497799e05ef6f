"""Recurrent events: R's values (recurrent.R), closed forms where all are watched alike, and the edges."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import recurrent
from helpers.errors import AnalysisError, NoEstimateError
from helpers.reference import compare

MODEL = {"end": "end", "days": "days", "arm": "a", "reference": "r"}
Z = 1.959963984540054
# three patients with many, four with none; nobody on the same day
TREATED = [(3, 40, 77), (), (12,), (), (55, 56, 91, 99)]
CONTROL = [(5, 6, 30), (18,), (), (2, 61, 62, 80, 95), ()]


def arms(treated=TREATED, control=CONTROL, end=100.0):
    rows = [("t", days) for days in treated] + [("r", days) for days in control]
    return pd.DataFrame(rows, columns=["a", "days"]).assign(end=end)


@pytest.mark.proves("helpers.analyse.recurrent:mean_events")
@pytest.mark.proves("helpers.analyse.recurrent:lwyy_rate_ratios")
@pytest.mark.parametrize(("name", "many"), [("mean_events", 63), ("lwyy_rate_ratios", 96)])
def test_every_mean_and_ratio_lies_within_1e_9_of_r(name, many):
    rows = arms()
    assert recurrent.mean_events(rows["end"], rows["days"], at=100).n == 10
    assert recurrent.lwyy_rate_ratios(rows, **MODEL)["t"].n == 10
    found = compare.comparison()
    mine = found[found["estimator"] == name]
    assert len(mine) == many
    assert mine["difference"].max() < 1e-9


def test_where_all_are_watched_alike_the_mean_is_that_of_the_numbers_of_events():
    rows = arms()
    number = np.array([sum(d <= 60 for d in days) for days in rows["days"]])
    found = recurrent.mean_events(rows["end"], rows["days"], at=60)
    error = math.sqrt(((number - number.mean()) ** 2).sum()) / len(number)
    factor = math.exp(Z * error / number.mean())
    assert found.value == pytest.approx(number.mean(), rel=1e-12)
    assert [found.lower, found.upper] == pytest.approx(
        [number.mean() / factor, number.mean() * factor], rel=1e-12)  # fmt: skip


def test_where_all_are_watched_alike_the_ratio_is_that_of_the_means_with_the_spread_of_patients():
    rows = arms()
    found = recurrent.lwyy_rate_ratios(rows, **MODEL, tied="breslow")["t"]
    of_arm = {
        arm: np.array([len(days) for days in mine]) for arm, mine in rows.groupby("a")["days"]
    }
    ratio = of_arm["t"].mean() / of_arm["r"].mean()
    error = math.sqrt(sum(((n - n.mean()) ** 2).sum() / n.sum() ** 2 for n in of_arm.values()))
    expected = (ratio, ratio * math.exp(-Z * error), ratio * math.exp(Z * error))
    assert (found.value, found.lower, found.upper) == pytest.approx(expected, rel=1e-9)


def test_the_order_of_rows_and_days_changes_nothing():
    rows = arms().assign(end=[100, 40, 50, 90, 99.5, 31, 20, 80, 95, 60])
    turned = rows.iloc[::-1].assign(days=[days[::-1] for days in rows["days"].iloc[::-1]])
    one, two = (recurrent.lwyy_rate_ratios(r, **MODEL)["t"] for r in (rows, turned))
    assert (one.value, one.lower) == pytest.approx((two.value, two.lower), rel=1e-12)
    one, two = (recurrent.mean_events(r["end"], r["days"], at=90) for r in (rows, turned))
    assert (one.value, one.lower) == pytest.approx((two.value, two.lower), rel=1e-12)


def test_an_event_on_the_last_day_counts_and_one_on_day_0_too():
    assert recurrent.mean_events([10, 20], [(10,), (0,)], at=10).value == 1.0


def test_nobody_with_an_event_has_a_mean_of_nought_without_interval():
    found = recurrent.mean_events([10, 20], [(), (15,)], at=10)
    assert found.value == 0
    assert math.isnan(found.lower)


@pytest.mark.parametrize(("end", "days", "at", "error"), [
    ([10, 20], [(), ()], 21, NoEstimateError), ([10, 20], [(), ()], 0, AnalysisError),
    ([10, 20], [(11,), ()], 5, AnalysisError), ([10, 20], [(-1,), ()], 5, AnalysisError),
    ([0, 20], [(), ()], 5, AnalysisError), ([10, 20], [()], 5, AnalysisError),
])  # fmt: skip
def test_what_cannot_be_is_refused(end, days, at, error):
    with pytest.raises(error, match="expected"):
        recurrent.mean_events(end, days, at=at)


def test_an_arm_without_an_event_has_no_ratio_and_unknown_ties_are_refused():
    with pytest.raises(NoEstimateError, match="events on both sides"):
        recurrent.lwyy_rate_ratios(arms(treated=[(), ()]), **MODEL)
    with pytest.raises(AnalysisError, match='"efron" or "breslow"'):
        recurrent.lwyy_rate_ratios(arms(), **MODEL, tied="exact")


@pytest.mark.parametrize("days", [((1.0,), (1.0,)), ((2.0,), (1.0, 5.0))])
@pytest.mark.parametrize("apart", [0.0, 0.1])
def test_a_robust_error_of_nought_gives_no_interval_and_no_p(days, apart):
    """All of an arm had as many: an error of 0 or, by rounding, 1e-16 (R prints an interval of no width)."""
    rows = [(10.0, tuple(day + i * apart for day in own), arm)
            for i in range(6) for arm, own in zip("PD", days, strict=True)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["END", "DAYS", "ARM"])
    with pytest.raises(NoEstimateError, match="robust error is 0"):
        recurrent.lwyy_rate_ratios(
            frame, end="END", days="DAYS", arm="ARM", reference="P", tied="breslow"
        )


def test_patients_who_all_had_as_many_have_a_mean_without_interval():
    mean = recurrent.mean_events([10.0] * 6, [(2.0, 5.0)] * 6, at=10)
    assert mean.value == pytest.approx(2)
    assert math.isnan(mean.lower)
    assert math.isnan(mean.upper)
