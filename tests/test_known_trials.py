"""Trials whose truth is known: chances, draws and abstracts, against closed forms and lifelines."""

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from helpers.literate import known_trials
from helpers.literate.known_trials import (
    CONTROL,
    RATIOS,
    RULES,
    SIZES,
    known_trial,
    setting_of,
    true_saved,
    visit_chances,
    visit_weeks,
)

WEEKS = (12, 24, 48, 72, 96)


@pytest.mark.parametrize("share", CONTROL)
@pytest.mark.parametrize("ratio", RATIOS)
@pytest.mark.proves("helpers.literate.known_trials:visit_chances")
def test_the_hazard_ratio_is_the_ratio_of_the_logs_of_survival_at_every_visit(share, ratio):
    left = [1 - visit_chances(share, r, "once", WEEKS)[:-1].cumsum() for r in (ratio, 1.0)]
    assert np.log(left[0]) / np.log(left[1]) == pytest.approx(ratio)
    assert 1 - left[1][-1] == pytest.approx(share)


def test_seen_again_moves_every_response_to_the_next_visit():
    once, twice = (visit_chances(0.5, 2.0, rule, WEEKS) for rule in ("once", "twice"))
    assert twice[0] == 0
    assert list(twice[1:-1]) == list(once[:4])
    assert twice[-1] == pytest.approx(1 - once[:4].sum())


def test_false_responses_come_at_every_visit_in_either_arm():
    visits = 5
    chances = visit_chances(0.0, 2.0, "false", WEEKS)
    kept = (1 - known_trials.FALSE) ** np.arange(visits)
    assert chances[:-1] == pytest.approx(known_trials.FALSE * kept)


@pytest.mark.parametrize("rule", RULES)
def test_chances_are_a_distribution_and_no_effect_saves_no_time(rule):
    first, second = (visit_chances(0.7, r, rule, WEEKS) for r in (2.0, 1.0))
    assert first.sum() == pytest.approx(1)
    assert true_saved(second, second, WEEKS) == 0
    assert true_saved(first, second, WEEKS) > 0


def test_the_true_gain_is_what_many_patients_save():
    rng = np.random.default_rng(1)
    first, second = (visit_chances(0.5, r, "once", WEEKS) for r in (2.5, 1.0))
    waits = [rng.choice([*WEEKS, 96], size=200_000, p=p).mean() for p in (first, second)]
    assert true_saved(first, second, WEEKS) == pytest.approx(waits[1] - waits[0], abs=0.5)


def test_settings_go_through_effects_controls_and_rules_and_half_are_as_read():
    cycle = [setting_of(k, np.random.default_rng(k)) for k in range(120)]
    truths = [(s.ratio, s.control, s.rule) for s in cycle]
    assert len(set(truths)) == len(RATIOS) * len(CONTROL) * len(RULES) == 60
    assert [s.plain for s in cycle] == [True, False] * 60


def test_a_trial_is_its_own_seed_whatever_came_before():
    again = known_trial(7, seed=3)
    assert (known_trial(7, seed=3).responded == again.responded).all()
    assert (known_trial(8, seed=3).responded != again.responded).any()


@pytest.mark.parametrize("number", range(1, 40, 2))
def test_what_is_printed_is_what_lifelines_makes_of_the_patients(number):
    trial = known_trial(number, seed=11)
    first, second = (trial.patients(arm) for arm in (0, 1))
    assert (len(first), len(second)) == SIZES
    test = logrank_test(first["TIME"], second["TIME"], first["EVENT"], second["EVENT"])
    assert trial.log_rank[1] == pytest.approx(test.p_value)
    printed, week = trial.abstract(), 96
    if trial.setting.read == "earlier":
        week = max(w for w in trial.weeks if w <= 48)
    for text, arm in zip(printed.percents, (first, second), strict=True):
        share = 1 - KaplanMeierFitter().fit(arm["TIME"], arm["EVENT"]).predict(week)
        if trial.setting.read == "simple":
            share = arm["EVENT"].sum() / len(arm)
        assert abs(float(text) - 100 * share) <= 0.05 + 1e-9
    expected = "<0.001" if test.p_value < 0.001 else f"{test.p_value:.3f}"
    assert printed.p == expected


def test_who_leaves_is_seen_once_and_not_lost_at_the_last_visit():
    trials = [known_trial(k, seed=5) for k in range(1, 200, 2)]
    assert all(t.censored[:, -1].sum() == 0 for t in trials)
    assert all(t.censored.sum() == 0 for t in trials if t.setting.lost == 0)
    assert sum(t.censored.sum() for t in trials if t.setting.lost > 0) > 0
    assert visit_weeks("quarterly") == (12, 24, 36, 48, 60, 72, 84, 96)
