"""Rate ratios of count regressions: R's values (count_models.R), closed forms, and the edges."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import optimize, stats

from helpers.analyse import count_models as models
from helpers.errors import AnalysisError, NoEstimateError
from helpers.reference import compare

MODEL = {"events": "x", "time": "t", "arm": "a", "reference": "r"}
BOTH = [models.poisson_rate_ratios, models.negative_binomial_rate_ratios]


def arms(own, base, time=1.0):
    """Arm t with these counts, arm r with those, everybody watched for `time`."""
    rows = [("t", x) for x in own] + [("r", x) for x in base]
    return pd.DataFrame(rows, columns=["a", "x"]).assign(t=time)


SPREAD = arms([0, 0, 1, 7, 2, 0, 12, 3], [1, 4, 0, 15, 9, 2, 22, 0])


@pytest.mark.proves("helpers.analyse.count_models:poisson_rate_ratios")
@pytest.mark.proves("helpers.analyse.count_models:negative_binomial_rate_ratios")
@pytest.mark.parametrize("name", ["poisson_rate_ratios", "negative_binomial_rate_ratios"])
def test_every_ratio_lies_within_2e_8_of_r(name):
    assert getattr(models, name)(SPREAD, **MODEL)["t"].n == 16
    rows = compare.comparison()
    mine = rows[rows["estimator"] == name]
    assert len(mine) == 48
    assert mine["difference"].max() < 2e-8


def test_without_covariates_poisson_is_the_ratio_of_rates():
    rows = SPREAD.assign(t=[1.0, 2.0, 0.5, 3.0] * 4)
    found = models.poisson_rate_ratios(rows, **MODEL)["t"]
    events, time = (rows.groupby("a")[c].sum() for c in ("x", "t"))
    ratio = events["t"] / time["t"] / (events["r"] / time["r"])
    half = 1.959963984540054 * math.sqrt(1 / events["t"] + 1 / events["r"])
    expected = (ratio, ratio * math.exp(-half), ratio * math.exp(half))
    assert (found.value, found.lower, found.upper) == pytest.approx(expected, rel=1e-9)


def test_the_negative_binomial_is_at_the_top_of_its_likelihood_as_scipy_writes_it():
    def height(at):
        shape, base, other = np.exp(at)
        mean = np.where(SPREAD["a"] == "t", base * other, base)
        return -stats.nbinom.logpmf(SPREAD["x"], shape, shape / (shape + mean)).sum()

    best = optimize.minimize(height, [0, 1, 0], method="Nelder-Mead",
                             options={"xatol": 1e-9, "fatol": 1e-13, "maxiter": 5000})  # fmt: skip
    found = models.negative_binomial_rate_ratios(SPREAD, **MODEL)["t"]
    assert found.value == pytest.approx(math.exp(best.x[2]), rel=1e-5)
    poisson = models.poisson_rate_ratios(SPREAD, **MODEL)["t"]
    assert found.upper / found.lower > poisson.upper / poisson.lower


def test_patients_who_do_not_differ_have_poisson_s_ratio_and_the_page_says_so():
    rows = arms([2, 2, 2, 3, 2], [1, 1, 1, 1, 2])
    found, poisson = (f(rows, **MODEL)["t"] for f in reversed(BOTH))
    assert found.remark == models.ALIKE
    assert (found.value, found.upper) == (poisson.value, poisson.upper)


@pytest.mark.parametrize("function", BOTH)
def test_an_arm_without_events_or_a_level_without_any_has_no_ratio(function):
    with pytest.raises(NoEstimateError, match="found none in t"):
        function(arms([0, 0, 0], [1, 4, 0]), **MODEL)
    level = SPREAD.assign(z=np.where(SPREAD["x"] == 0, "none", np.where(SPREAD["x"] > 3, "b", "a")))
    with pytest.raises(NoEstimateError, match="level without any"):
        function(level, **MODEL, covariates=["z"])


@pytest.mark.parametrize("function", BOTH)
@pytest.mark.parametrize("wrong", [{"x": -1}, {"x": 0.5}, {"t": 0.0}])
def test_what_is_no_count_or_no_time_is_refused(function, wrong):
    with pytest.raises(AnalysisError, match="whole numbers"):
        function(SPREAD.assign(**wrong), **MODEL)
