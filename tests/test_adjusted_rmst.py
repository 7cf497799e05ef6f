"""Adjusted restricted means: a printed example, R subject by subject, and the plain difference."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse.adjusted_rmst import adjusted_rmst
from helpers.errors import AnalysisError, NoEstimateError
from r_values import HERE

PBC = pd.read_csv(HERE / "adjusted_rmst_data.csv")
COLON = pd.read_csv(HERE / "trials_data.csv").query("dataset == 'colon'")
# made by adjusted_rmst.R
R = pd.read_csv(HERE / "adjusted_rmst.csv").set_index(["dataset", "quantity"])["value"]
MODEL = {"time": "time", "event": "event", "arm": "arm"}
LIVER = ["edema", "bili", "chol", "albumin", "copper"]


def of_pbc(horizon, frame=PBC, **more):
    model = {**MODEL, "covariates": LIVER, **more}
    return adjusted_rmst(frame, **model, reference="dpen", horizon=horizon)["placebo"]


def test_the_printed_example_of_surv2samplecomp_comes_out_to_its_last_digit():
    """rmstreg(D$time, D$status, cbind(D$group, D$covariates), D$group, tau = 8), pbc.sample()."""
    found = of_pbc(8)
    error = (found.upper - found.lower) / 2 / 1.959963984540054
    assert found.value == pytest.approx(0.0084165949, abs=5e-11)
    assert error == pytest.approx(0.2602358592, abs=5e-11)
    assert found.p_value == pytest.approx(0.9741991724, abs=5e-11)
    assert found.lower == pytest.approx(-0.501636317, abs=5e-10)
    assert found.n == len(PBC)


@pytest.mark.parametrize("horizon", [5, 8])
def test_it_is_r_s_value_subject_by_subject(horizon):
    found = of_pbc(horizon)
    for part in ("value", "lower", "p_value"):
        assert getattr(found, part) == pytest.approx(R[f"pbc {horizon}", part], rel=1e-9)


@pytest.mark.proves("helpers.analyse.adjusted_rmst:adjusted_rmst")
def test_factors_and_ties_of_several_arms_agree_with_r():
    found = adjusted_rmst(COLON, **MODEL, reference="control", covariates=["y", "stratum"],
                          horizon=2500)  # fmt: skip
    assert set(found) == {"Lev", "Lev+5FU"}
    for arm, estimate in found.items():
        for part in ("value", "lower", "p_value"):
            assert getattr(estimate, part) == pytest.approx(R[f"colon {arm}", part], rel=1e-8)


def test_without_censoring_it_is_least_squares_of_the_restricted_time():
    frame = PBC.assign(event=1)
    arm = (frame["arm"] == "placebo").to_numpy(float)
    x = np.column_stack([np.ones(len(frame)), arm, frame[LIVER]])
    y = np.minimum(frame["time"], 6)
    beta, *_ = np.linalg.lstsq(x, y, rcond=None)
    bread = np.linalg.inv(x.T @ x)
    rest = (y - x @ beta).to_numpy()
    error = np.sqrt((bread @ (x.T * rest**2) @ x @ bread)[1, 1])  # White's, as nothing is censored
    found = of_pbc(6, frame)
    assert found.value == pytest.approx(beta[1])
    assert (found.upper - found.lower) / 2 / 1.959963984540054 == pytest.approx(error)


def test_rows_in_another_order_and_a_repeated_covariate_change_nothing():
    frame = PBC.sample(frac=1, random_state=3).assign(grams=PBC["albumin"] * 10)
    found = of_pbc(8, frame, covariates=[*LIVER, "grams"])
    assert (found.value, found.upper) == pytest.approx((of_pbc(8).value, of_pbc(8).upper))


def test_a_horizon_beyond_the_follow_up_is_refused():
    with pytest.raises(AnalysisError, match="horizon: expected a time above 0"):
        of_pbc(40)
    with pytest.raises(AnalysisError, match="horizon"):
        of_pbc(0)


def without_effect(random, n=30):
    """Two arms alike, a covariate that counts, four fifths censored."""
    x = random.normal(size=2 * n)
    event, lost = random.exponential(np.exp(1.5 - 0.5 * x)), random.exponential(1.0, 2 * n)
    frame = pd.DataFrame({"time": np.minimum(event, lost), "event": event <= lost, "x": x})
    return frame.assign(arm=np.repeat(["a", "b"], n))


def test_a_level_of_which_nobody_was_followed_is_refused_and_stops_no_page():
    """Rats of fifty litters, as R's survival has them: where one was censored as a whole, a traceback."""
    frame = pd.DataFrame({
        "time": [50.0, 60, 70, 90, 95, 96, 55, 65, 75, 90, 95, 30, 20, 25],
        "event": [True, True, False, False, False, True, True, False, True, *[False] * 5],
        "arm": ["Control", "Drug"] * 7, "litter": ["A"] * 6 + ["B"] * 6 + ["C"] * 2,
    })  # fmt: skip
    named = {"time": "time", "event": "event", "arm": "arm", "reference": "Control", "horizon": 90}
    with pytest.raises(NoEstimateError, match="found none at some"):
        adjusted_rmst(frame, covariates=["litter"], **named)
    assert (
        adjusted_rmst(frame[frame["litter"] != "C"], covariates=["litter"], **named)["Drug"].lower
        < 0
    )


def test_the_standard_error_is_too_small_where_the_remark_says_so():
    random, seen = np.random.default_rng(3), {True: [], False: []}
    for _ in range(500):
        frame = without_effect(random)
        for horizon in (0.8, 2.0):
            try:
                found = adjusted_rmst(
                    frame, **MODEL, reference="a", covariates=["x"], horizon=horizon
                )
            except AnalysisError:
                continue
            late = (
                frame[frame["time"] >= horizon].groupby("arm").size().reindex(["a", "b"]).fillna(0)
            )
            assert (found["b"].remark != "") == (late.min() < 5)
            seen[late.min() < 5].append(found["b"].p_value < 0.05)
    few, many = np.mean(seen[True]), np.mean(seen[False])
    assert min(len(seen[True]), len(seen[False])) > 300
    assert many < 0.09 < 0.11 < few
