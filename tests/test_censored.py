"""Left-censored estimators against R's survreg and closed forms."""

import math

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import censored
from helpers.errors import AnalysisError
from r_values import HERE, R, as_in_r

DATA = pd.read_csv(HERE / "left_censored.csv")
SAMPLE, DECAY = (DATA[DATA["dataset"] == d] for d in ("sample", "decay"))


def test_tobit_mean_and_profile_limits_agree_with_r():
    assert as_in_r(
        censored.tobit_mean(SAMPLE["y"], SAMPLE["censored"]), "tobit_mean", "sample", 1e-6
    )


def test_tobit_regression_agrees_with_survreg():
    design = {"ones": np.ones(len(SAMPLE)), "time": SAMPLE["time"]}
    found = censored.tobit_regression(SAMPLE["y"], design, SAMPLE["censored"])
    for name, estimate in found.items():
        error = (estimate.upper - estimate.value) / 1.959963984540054
        assert estimate.value == pytest.approx(
            R["tobit_regression", "sample", f"value {name}"], abs=1e-6
        )
        assert error == pytest.approx(R["tobit_regression", "sample", f"se {name}"], abs=1e-6)


@pytest.mark.proves("helpers.analyse.censored:censored_slope")
def test_half_life_agrees_with_survreg_and_leaves_out_the_never_detected_subject():
    found = censored.censored_slope(DECAY["time"], DECAY["y"], DECAY["subject"], DECAY["censored"])
    assert as_in_r(found, "censored_slope", "decay", 1e-6)
    assert (found.n, DECAY["subject"].nunique()) == (5, 6)


def test_half_life_of_noise_free_halving_is_the_time_of_one_halving():
    time = np.tile([0.0, 4, 8, 12], 2)
    value = 3 - time / 4 * math.log10(2) + np.tile([1e-4, -1e-4], 4)
    found = censored.censored_slope(time, value, ["a"] * 4 + ["b"] * 4, np.zeros(8))
    assert found.value == pytest.approx(4, rel=1e-3)


def test_a_rise_has_no_half_life():
    found = censored.censored_slope([0, 1, 2, 3], [0, 1.1, 1.9, 3], ["a"] * 4, [0, 0, 0, 0])
    assert found.value == math.inf


def test_without_censoring_the_tobit_mean_is_the_mean_with_the_likelihood_interval():
    y = np.array([1.0, 2, 4, 7, 3])
    found = censored.tobit_mean(y, np.zeros(5))
    # n/2 ln(1 + (mean - mu)^2 / s^2) = 1.92: the profile of a normal mean, solved for mu
    half = y.std() * math.sqrt(math.expm1(3.841458820694124 / 5))
    assert (found.value, found.lower, found.upper) == pytest.approx((3.4, 3.4 - half, 3.4 + half))


def test_values_below_a_distant_limit_do_not_move_the_tobit_mean_as_substitution_does():
    random = np.random.default_rng(5)
    truth = random.normal(2, 0.5, 4000)
    flag = truth < 1.9
    y = np.where(flag, 1.9, truth)
    assert censored.tobit_mean(y, flag).value == pytest.approx(2, abs=0.03)
    assert censored.substituted_mean(y, 1.9, flag, fraction=1.0).value > 2.1


def test_substitution_takes_the_fraction_of_the_limit_on_either_scale():
    log = censored.substituted_mean([3.0, 4.0, 2.0], 2.0, [0, 0, 1])
    assert log.value == pytest.approx((7 + math.log10(50)) / 3)
    linear = censored.substituted_mean([30.0, 40.0, 20.0], 20.0, [0, 0, 1], scale="linear")
    assert (linear.value, linear.method) == (pytest.approx(80 / 3), "substitution 1/2")


def test_a_sample_below_the_limit_has_no_tobit_mean():
    with pytest.raises(AnalysisError, match="found 1 of 3 seen"):
        censored.tobit_mean([1.0, 1.0, 2.0], [1, 1, 0])


def test_columns_that_repeat_each_other_are_refused():
    with pytest.raises(AnalysisError, match="linearly independent"):
        censored.tobit_regression([1.0, 2, 3], {"a": [1, 1, 1], "b": [2, 2, 2]}, [0, 0, 0])
