"""Cox's score and information by event time: against R, against lifelines, and by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import cox, partial_likelihood
from helpers.errors import AnalysisError
from r_values import HERE, as_in_r, datasets

DATA = pd.read_csv(HERE / "survival.csv")
MODEL = {"time": "time", "event": "event", "arm": "arm", "reference": "control"}


def rows(dataset):
    own = DATA[DATA["dataset"] == dataset]
    return own.assign(event=own["event"].astype(bool))


CASES = sorted({name.rsplit(" ", 1)[0] for name in datasets("cox")})


@pytest.mark.parametrize("dataset", CASES)
def test_the_model_of_a_large_study_agrees_with_r(dataset, monkeypatch):
    monkeypatch.setattr(cox, "FITTED_UP_TO", 0)
    for term, found in cox.cox(rows(dataset), **MODEL, covariates=["x"]).items():
        assert as_in_r(found, "cox", f"{dataset} {term}", 1e-6)
    for term, found in cox.cox_ph_check(rows(dataset), **MODEL, covariates=["x"]).items():
        assert as_in_r(found, "cox_ph_check", f"{dataset} {term}", 1e-6)


@pytest.mark.parametrize("days", [6, 200])
def test_both_sides_of_the_bound_agree(days, monkeypatch):
    random = np.random.default_rng(9)
    arm = random.choice(["control", "low", "high"], 400)
    time = np.ceil(random.exponential(np.where(arm == "low", 0.5, 1) * days / 2))
    data = pd.DataFrame({"arm": arm, "time": np.minimum(time, days), "event": time <= days})
    few = [cox.cox(data, **MODEL), cox.cox_ph_check(data, **MODEL)]
    monkeypatch.setattr(cox, "FITTED_UP_TO", 0)
    many = [cox.cox(data, **MODEL), cox.cox_ph_check(data, **MODEL)]
    for one, other in zip(few, many, strict=True):
        for arm_of in ("low", "high"):
            for name in ("value", "lower", "upper", "p_value"):
                expected = getattr(one[arm_of], name)
                assert getattr(other[arm_of], name) == pytest.approx(
                    expected, rel=1e-8, nan_ok=True
                )


def test_two_tied_events_by_hand():
    # risk sets of Efron: {1, 1, 0} and, one half of each tied event gone, {1, 1, 0} less {1/2, 1/2}
    times, events = np.array([1.0, 1, 2]), np.array([True, True, False])
    x = np.array([[1.0], [0], [0]])
    at, score, information = partial_likelihood.by_event_time(times, events, x, np.zeros(1))
    assert at.tolist() == [1]
    assert score[0] == pytest.approx(1 - 1 / 3 - (1 / 2) / 2)
    assert information[0, 0] == pytest.approx(1 / 3 - 1 / 9 + 1 / 4 - 1 / 16)


def test_a_term_that_repeats_another_has_no_maximum():
    x = np.repeat(np.array([[0.0], [1], [0], [1], [1]]), 2, axis=1)
    times, events = np.arange(1.0, 6), np.array([True, True, True, True, False])
    with pytest.raises(AnalysisError, match="expected a finite maximum"):
        partial_likelihood.maximum(times, events, x)


def test_events_at_one_time_have_no_proportionality_to_test():
    frame = pd.DataFrame({"t": [100.0] * 12, "e": [True] * 8 + [False] * 4, "a": ["x", "y"] * 6})
    found = cox.cox_ph_check(frame, time="t", event="e", arm="a", reference="x")["y"]
    assert np.isnan(found.value)
    assert np.isnan(found.p_value)
