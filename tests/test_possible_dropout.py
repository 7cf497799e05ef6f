"""Sampled histories with dropout, against the enumeration and uniform draws."""

import itertools
import math

import joblib
import numpy as np
import pytest

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.dropout import (
    fixed_arm,
    printed_arm,
    sample_arm,
    sample_trials,
    uniform_compositions,
)
from helpers.possible.histories import enumerate_histories

SIZES, RESPONDERS, VISITS = (24, 24), (23, 17), 4


@pytest.mark.proves("helpers.possible.histories:enumerate_histories")
@pytest.mark.parametrize("weighted", [False, True])
def test_without_dropout_sampled_shares_are_those_of_the_enumeration(weighted):
    full = enumerate_histories(sizes=SIZES, responders=RESPONDERS, visits=VISITS, weeks=None)
    arms = [fixed_arm(size=n, responders=x) for n, x in zip(SIZES, RESPONDERS, strict=True)]
    found = sample_trials(arms=arms, visits=VISITS, weighted=weighted, draws=40_000)
    end = "_weighted" if weighted else ""
    share = getattr(full, f"share_rounding_to_reported{end}")
    sampled = found.share_rounding_to_reported
    assert sampled.value == pytest.approx(share, abs=4 * sampled.error)
    assert 0.5 < sampled.batch_error / sampled.error < 2
    faster = getattr(full, f"share_first_faster{end}")
    assert found.share_first_faster.value == pytest.approx(faster, abs=0.005)
    assert full.p_min <= found.p_seen[0]
    assert full.rmst_gain[0] <= found.rmst_gain_seen[0] <= found.rmst_gain_seen[1]


def test_compositions_are_drawn_uniformly():
    rng = np.random.default_rng(2)
    drawn = uniform_compositions(rng, total=3, parts=3, draws=20_000)
    _, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(counts) == 10
    assert ((counts - 2000) ** 2 / 2000).sum() < 27.9  # 0.999 quantile of chi-square, 9 df


def histories_that_end(size, visits, most, low, high):
    """Every (responded, censored) of one arm whose Kaplan-Meier response ends in the interval."""
    found = []
    cells = itertools.product(range(size + 1), repeat=2 * visits - 1)
    for row in cells:
        d, c = row[:visits], (*row[visits:], 0)
        if sum(row) > size or sum(c) > most:
            continue
        left, survival = size, 1.0
        for events, leave in zip(d, c, strict=True):
            survival *= 1 - events / left if left else 1
            left -= events + leave
        if low <= 100 * (1 - survival) <= high:
            found.append((d, c))
    return found


def test_an_arm_with_dropout_draws_all_its_histories_equally_often():
    arm = printed_arm(size=4, percent="75", visits=3, censored_at_most=1)
    expected = histories_that_end(4, 3, 1, 74.5, 75.5)
    rng = np.random.default_rng(7)
    draws = 400 * len(expected)
    responded, censored = sample_arm(rng, arm, visits=3, draws=draws, weighted=False)
    rows, counts = np.unique(np.hstack([responded, censored]), axis=0, return_counts=True)
    assert {tuple(row) for row in rows.tolist()} == {d + c for d, c in expected}
    spread = ((counts - 400) ** 2 / 400).sum()
    assert spread < len(expected) + 4 * math.sqrt(2 * len(expected))


def test_neither_jobs_nor_backend_change_a_sample():
    arms = [printed_arm(size=24, percent=p, visits=4, censored_at_most=1) for p in ("95.8", "70.8")]
    one = sample_trials(arms=arms, visits=4, draws=4000, seed=3)
    with joblib.parallel_config(backend="threading"):
        assert sample_trials(arms=arms, visits=4, draws=4000, seed=3, jobs=2) == one


def test_another_seed_gives_another_sample():
    arms = [fixed_arm(size=24, responders=x) for x in RESPONDERS]
    one, two = (sample_trials(arms=arms, visits=9, draws=4000, seed=s) for s in (1, 2))
    assert one.p_quantiles != two.p_quantiles


def test_a_percentage_that_no_dropout_explains_is_impossible():
    with pytest.raises(ImpossibleError, match="expected a history with at most 1 dropouts"):
        printed_arm(size=5, percent="95.8", visits=3, censored_at_most=1)


@pytest.mark.parametrize(("draws", "visits"), [(0, 4), (2_000_000, 100)])
def test_no_draws_and_more_than_memory_holds_are_refused(draws, visits):
    arms = [fixed_arm(size=24, responders=x) for x in RESPONDERS]
    with pytest.raises(AnalysisError, match=f"found {draws:,}; change the number"):
        sample_trials(arms=arms, visits=visits, draws=draws)
