"""Witness histories: retested with lifelines, and by brute force over a small trial."""

import itertools

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time

from helpers.errors import ImpossibleError
from helpers.possible.histories import enumerate_histories
from helpers.possible.log_rank_terms import history_p
from helpers.possible.witnesses import history_patients, witness_with_gain

WEEKS = (4.0, 8.0, 24.0)
TRIAL = {"sizes": (8, 8), "responders": (7, 5), "weeks": WEEKS}


def retested(history, *, sizes, weeks):
    """P and difference in restricted mean by lifelines."""
    rows = history_patients(history, sizes=sizes, weeks=weeks, arms=("one", "two"))
    one, two = (rows[rows["ARM"] == arm] for arm in ("one", "two"))
    p = logrank_test(one["TIME"], two["TIME"], one["EVENT"], two["EVENT"]).p_value
    fits = [KaplanMeierFitter().fit(arm["TIME"], arm["EVENT"]) for arm in (one, two)]
    means = [restricted_mean_survival_time(fit, t=weeks[-1]) for fit in fits]
    return p, means[0] - means[1]


def all_histories():
    def spread(total):
        return [c for c in itertools.product(range(total + 1), repeat=3) if sum(c) == total]

    return itertools.product(spread(7), spread(5))


def test_the_witness_has_the_gain_and_prints_the_p_by_lifelines():
    every = enumerate_histories(visits=3, reported_p="0.04", **TRIAL)
    for gain in every.rmst_gain_reported:
        history = witness_with_gain(reported_p="0.04", gain=gain, **TRIAL)
        p, found = retested(history, sizes=TRIAL["sizes"], weeks=WEEKS)
        assert 0.035 <= p <= 0.045
        assert found == pytest.approx(gain, abs=1e-9)


def test_lifelines_confirms_the_two_trials_at_the_ends_of_the_reported_p():
    """The trial of the abstract: 23/24 against 17/24 at five visits, P printed as 0.004."""
    trial = {"sizes": (24, 24), "responders": (23, 17), "weeks": (12.0, 24.0, 48.0, 72.0, 96.0)}
    every = enumerate_histories(visits=5, reported_p="0.004", **trial)
    assert every.rmst_gain_reported[0] < every.rmst_gain_reported[1]
    for gain in every.rmst_gain_reported:
        history = witness_with_gain(reported_p="0.004", gain=gain, **trial)
        assert tuple(map(sum, history)) == (23, 17)
        p, found = retested(history, sizes=(24, 24), weeks=trial["weeks"])
        assert f"{p:.3f}" == "0.004"
        assert found == pytest.approx(gain, abs=1e-9)


@pytest.mark.proves("helpers.possible.witnesses:witness_with_gain")
def test_brute_force_finds_the_same_extremes_and_the_first_witness():
    means = {}
    for history in all_histories():
        if 0.035 <= history_p(*history, sizes=(8, 8)) <= 0.045:
            waits = [np.dot(arm, WEEKS) + (8 - sum(arm)) * WEEKS[-1] for arm in history]
            means[history] = (waits[0] - waits[1]) / 8
    every = enumerate_histories(visits=3, reported_p="0.04", **TRIAL)
    assert every.rmst_gain_reported == pytest.approx((min(means.values()), max(means.values())))
    found = witness_with_gain(reported_p="0.04", gain=min(means.values()), **TRIAL)
    assert found in means


def test_a_gain_that_no_history_has_is_named():
    with pytest.raises(ImpossibleError, match=r"gain 0\.123"):
        witness_with_gain(reported_p="0.04", gain=0.123, **TRIAL)


def test_a_history_as_patients_counts_everyone_once():
    rows = history_patients(((1, 0, 2), (0, 1, 0)), sizes=(4, 2), weeks=WEEKS, arms=("x", "y"))
    assert rows.groupby(["ARM", "TIME", "EVENT"]).size().to_dict() == {
        ("x", 4.0, True): 1,
        ("x", 24.0, True): 2,
        ("x", 24.0, False): 1,
        ("y", 8.0, True): 1,
        ("y", 24.0, False): 1,
    }
