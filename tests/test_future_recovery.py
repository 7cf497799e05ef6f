"""Model patients against the book's closed forms for noise and selection, loops and statsmodels."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import noise, sample_size
from helpers.analyse.no_effect_arm import Entry
from helpers.analyse.threshold_crossing import ever_crossing_probability
from helpers.errors import AnalysisError
from helpers.future import recovery

MANY = 200_000
ENTRY = Entry(50, 250, 200, 0.35)
STILL = recovery.Recovery(ENTRY, 0.166, 0.0, 0.0, 24, (12, 24, 48, 72, 96), baselines=0)


def share_error(p):
    return 4 * math.sqrt(p * (1 - p) / MANY)


@pytest.mark.proves("helpers.future.recovery:first_responses")
def test_the_unchanged_respond_as_often_as_the_closed_form_says():
    exact = noise.ever_crossing_after_entry(
        cv=0.166, rise=0.3, visits=5, lower=50, upper=250, median=200, between_log_sd=0.35
    ).value
    found = recovery.first_responses(
        *recovery.log_counts(STILL, rise=0, patients=MANY, seed=1), rise=0.3
    )
    assert found.sum() == pytest.approx(exact, abs=share_error(exact))


def test_a_fresh_baseline_forgets_the_selection():
    exact = ever_crossing_probability(cv=0.166, rise=0.3, visits=5).value
    fresh = dataclasses.replace(STILL, baselines=1)
    found = recovery.first_responses(
        *recovery.log_counts(fresh, rise=0, patients=MANY, seed=2), rise=0.3
    )
    assert found.sum() == pytest.approx(exact, abs=share_error(exact))


def test_entry_holds_for_the_count_that_selects():
    baseline, _ = recovery.log_counts(STILL, rise=0, patients=1000, seed=3)
    assert ((np.exp(baseline) > 50) & (np.exp(baseline) <= 250)).all()


def test_the_mean_moves_by_gain_and_rise_along_the_time_constant():
    model = dataclasses.replace(STILL, gain=0.04, gain_sd=0.15)
    with_it, without = (
        recovery.log_counts(model, rise=r, patients=2000, seed=4)[1] for r in (0.1, 0.0)
    )
    reached = (1 - np.exp(-np.array(model.weeks) / 24)) / (1 - math.exp(-96 / 24))
    assert (with_it - without) == pytest.approx(np.tile(math.log(1.1) * reached, (2000, 1)))


def test_few_who_gain_much_have_the_same_mean_rise():
    gap = {}
    for helped in (1.0, 0.2):
        two = [recovery.log_counts(STILL, rise=r, patients=MANY, seed=5, helped=helped)[1][:, -1]
               for r in (0.1, 0.0)]  # fmt: skip
        gap[helped] = two[0] - two[1]
    assert gap[0.2].mean() == pytest.approx(math.log(1.1), rel=0.03)
    assert set(np.round(gap[0.2], 9)) == {0.0, round(math.log(1.1) / 0.2, 9)}


def test_noise_that_hangs_on_is_correlated_from_count_to_count_and_as_wide():
    two = [recovery.log_counts(STILL, rise=0, patients=MANY, seed=11, error_correlation=r)[1]
           for r in (0.5, 0.0)]  # fmt: skip
    sd = math.sqrt(math.log(1 + 0.166**2))
    apart = [np.diff(follow, axis=1).std(axis=0) for follow in two]
    assert apart[0] == pytest.approx(np.full(4, sd * math.sqrt(2 * (1 - 0.5))), rel=0.01)
    assert apart[1] == pytest.approx(np.full(4, sd * math.sqrt(2)), rel=0.01)
    with pytest.raises(AnalysisError, match="error_correlation"):
        recovery.log_counts(STILL, rise=0, patients=3, seed=1, error_correlation=1)


def test_first_and_confirmed_responses_are_those_of_a_loop():
    rng = np.random.default_rng(6)
    baseline, follow = np.zeros(500), rng.normal(0.1, 0.2, (500, 4))
    for confirmed in (False, True):
        seen = np.zeros(4)
        for row in follow:
            over = row >= math.log(1.3)
            for i in range(4):
                if over[i] and (not confirmed or (i < 3 and over[i + 1])):
                    seen[i] += 1
                    break
        found = recovery.first_responses(baseline, follow, rise=0.3, confirmed=confirmed)
        assert found == pytest.approx(seen / 500)


@pytest.mark.proves("helpers.future.recovery:adjusted_gap")
def test_the_adjusted_gap_is_that_of_ordinary_least_squares():
    from statsmodels.formula.api import ols

    rng = np.random.default_rng(7)
    arms = [(rng.normal(5, 0.3, 40 + 7 * i), rng.normal(0.2 * i, 0.3, 40 + 7 * i)) for i in (1, 0)]
    arms = [(b, y + 0.6 * b) for b, y in arms]
    frame = pd.concat(
        [pd.DataFrame({"b": b, "y": y, "arm": 1 - i}) for i, (b, y) in enumerate(arms)]
    )
    fit = ols("y ~ b + arm", frame).fit()
    found = recovery.adjusted_gap(*arms)
    assert found["difference"].value == pytest.approx(fit.params["arm"], rel=1e-10)
    assert found["sd"].value == pytest.approx(math.sqrt(fit.mse_resid), rel=1e-10)


def test_trials_of_the_size_found_have_the_power_asked_for():
    model = dataclasses.replace(STILL, baselines=1, gain_sd=0.1)
    arms = [recovery.log_counts(model, rise=r, patients=MANY, seed=8) for r in (0.2, 0.0)]
    gap = recovery.adjusted_gap(*((b, f[:, 2:].mean(axis=1)) for b, f in arms))
    n = int(sample_size.patients_for_mean(
        difference=gap["difference"].value, sd=gap["sd"].value).value)  # fmt: skip
    trials = 1500
    draws = [recovery.log_counts(model, rise=r, patients=n * trials, seed=s)
             for r, s in ((0.2, 9), (0.0, 10))]  # fmt: skip
    won = 0
    for k in range(trials):
        at = slice(k * n, (k + 1) * n)
        base = np.concatenate([b[at] for b, _ in draws])
        y = np.concatenate([f[at, 2:].mean(axis=1) for _, f in draws])
        x = np.column_stack([np.ones(2 * n), base, np.repeat([1.0, 0.0], n)])
        inverse = np.linalg.inv(x.T @ x)
        b = inverse @ x.T @ y
        s2 = ((y - x @ b) ** 2).sum() / (2 * n - 3)
        won += abs(b[2]) / math.sqrt(s2 * inverse[2, 2]) > 2.0
    assert won / trials == pytest.approx(0.9, abs=0.035)  # t at 5% is 1.98 to 2.0 here, and noise


@pytest.mark.parametrize(
    ("weeks", "helped", "words"),
    [((), 1, "ascending"), ((12, 12), 1, "ascending"), ((12,), 0, "helped")],
)
def test_a_schedule_or_share_that_cannot_be_is_refused(weeks, helped, words):
    model = dataclasses.replace(STILL, weeks=weeks)
    with pytest.raises(AnalysisError, match=words):
        recovery.log_counts(model, rise=0, patients=3, seed=1, helped=helped)
