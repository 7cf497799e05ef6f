"""Drawn panels against their moments, and their findings against one test at a time."""

import math

import numpy as np
import pytest

from helpers.analyse import multiplicity, paired, panel, panel_trials, ranks
from helpers.errors import AnalysisError

RULES = {"benjamini-hochberg": "benjamini-hochberg", "holm": "holm"}


@pytest.mark.proves("helpers.analyse.panel_trials:panel_findings")
def test_findings_are_those_of_one_test_and_adjustment_at_a_time():
    changes = np.random.default_rng(3).normal(-0.5, 1, (60, 9, 5))
    found = panel_trials.panel_findings(changes)
    for trial, row in zip(changes, found.to_dict("records"), strict=True):
        p = np.array([paired.signed_rank(marker).p_value for marker in trial.T])
        lower = np.array([paired.hodges_lehmann(marker).value < 0 for marker in trial.T])
        expected = {"lower": lower.sum(), "unadjusted": (lower & (p <= 0.05)).sum()}
        for name, method in RULES.items():
            kept = multiplicity.adjust(p, method=method) <= 0.05 + 1e-12
            expected[name] = (lower & kept).sum()
        assert row == expected


def test_a_rise_is_never_called_a_fall():
    changes = np.abs(np.random.default_rng(4).normal(1, 0.1, (3, 10, 4)))
    assert panel_trials.panel_findings(changes).to_numpy().sum() == 0


def test_drawn_changes_have_the_mean_the_spread_and_the_correlation_asked_for():
    drawn = panel_trials.drawn_changes(
        [-1.0, 0.5], n=10, within_log_sd=0.3, correlation=0.6, trials=20_000, seed=1
    ).reshape(-1, 2)
    assert drawn.mean(axis=0) == pytest.approx([-1.0, 0.5], abs=0.005)
    assert drawn.std(axis=0) == pytest.approx([0.3 * math.sqrt(2)] * 2, rel=0.01)
    assert np.corrcoef(drawn.T)[0, 1] == pytest.approx(0.6, abs=0.01)


def test_without_effect_one_marker_is_found_as_often_as_the_exact_size_says():
    drawn = panel_trials.drawn_changes(
        [0.0], n=12, within_log_sd=1, correlation=0, trials=40_000, seed=2
    )
    found = panel_trials.panel_findings(drawn)["unadjusted"].mean()
    half = panel.signed_rank_size(12).value / 2  # falls only
    assert found == pytest.approx(half, abs=4 * math.sqrt(half / 40_000))


def test_a_panel_of_trials_falls_as_the_integral_says():
    shift = panel.recovery_shift(12, excess=0.5)
    drawn = panel_trials.drawn_changes(
        [-0.5 * 0.3] * 4, n=12, within_log_sd=0.3, correlation=0.4, trials=40_000, seed=3
    )
    means_fall = (drawn.mean(axis=1) < 0).all(axis=1).mean()
    expected = panel.falls_without_effect(4, correlation=0.4, shift=shift)["probability"].iloc[4]
    assert means_fall == pytest.approx(expected, abs=4 * math.sqrt(0.25 / 40_000))


@pytest.mark.proves("helpers.analyse.panel_trials:middle_of_trials")
def test_the_middle_of_trials_is_a_range_of_counts():
    found = panel_trials.middle_of_trials(list(range(1, 101)))
    assert (found.value, found.lower, found.upper) == (50, 3, 98)


@pytest.mark.proves("helpers.analyse.panel_trials:share_of_trials")
def test_a_share_of_trials_has_its_monte_carlo_interval_and_no_patients():
    found = panel_trials.share_of_trials([True] * 3 + [False] * 7, source="a:b")
    assert (found.value, found.n, found.source) == (0.3, 0, "a:b")
    assert (found.lower, found.upper) == pytest.approx((0.0667, 0.6525), abs=5e-5)  # tables


def test_without_correlation_a_significant_one_turns_up_as_often_as_all_pairings_say():
    n = 8
    mass = ranks.spearman_null(np.arange(n), np.arange(n))
    r = (np.arange(len(mass)) / 4 - n * (n + 1) ** 2 / 4) / (n * (n**2 - 1) / 12)
    expected = mass[np.abs(r) >= 0.7 - 1e-9].sum()
    found = panel_trials.significant_correlations(0.0, n=n, needed=0.7, trials=40_000, seed=5)
    assert found["share"].value == pytest.approx(expected, abs=4 * math.sqrt(expected / 40_000))


@pytest.mark.proves("helpers.analyse.panel_trials:significant_correlations")
def test_a_significant_correlation_of_few_patients_overstates_a_small_one():
    found = panel_trials.significant_correlations(0.3, n=12, needed=0.587, trials=20_000, seed=5)
    assert found["size"].lower >= 0.587
    assert found["share"].value < 0.2
    assert 0 < found["wrong"].value < 0.05
    same = panel_trials.significant_correlations(0.3, n=12, needed=0.587, trials=20_000, seed=5)
    assert repr(same) == repr(found)  # not ==: a NaN in it is no equal of itself


def test_a_truth_beyond_all_bounds_and_a_wrong_shape_are_errors():
    with pytest.raises(AnalysisError, match="correlation"):
        panel_trials.drawn_changes([0.0], n=5, within_log_sd=1, correlation=1.2, trials=2, seed=1)
    with pytest.raises(AnalysisError, match="trials x patients x markers"):
        panel_trials.panel_findings(np.zeros((3, 4)))
    with pytest.raises(AnalysisError, match="add trials"):
        panel_trials.significant_correlations(0.0, n=12, needed=0.999, trials=5, seed=1)
