"""Bounds of log-rank P, against the enumeration, random histories and lifelines."""

from itertools import pairwise

import numpy as np
import pytest
from lifelines.statistics import logrank_test

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.bounds import bounded_range
from helpers.possible.histories import enumerate_histories
from helpers.possible.log_rank_terms import compositions, history_p

NINE = {"sizes": (24, 24), "responders": (23, 17), "visits": 9}


@pytest.mark.proves("helpers.possible.bounds:bounded_range")
def test_bounds_equal_the_enumeration_of_four_visits():
    trial = {"sizes": (24, 24), "responders": (23, 17), "visits": 4}
    full, ends = enumerate_histories(**trial, weeks=None), bounded_range(**trial)
    assert ends.p_min == pytest.approx(full.p_min, rel=1e-12)
    assert ends.p_min_reverse == pytest.approx(full.p_min_reverse, rel=1e-12)
    assert ends.p_max == ends.p_max_upper == full.p_max
    assert ends.histories == full.histories


@pytest.mark.parametrize("trial", [((12, 10), (9, 6), 6), ((10, 14), (5, 12), 6)])
def test_bounds_equal_the_enumeration_of_other_trials(trial):
    sizes, responders, visits = trial
    full = enumerate_histories(sizes=sizes, responders=responders, visits=visits, weeks=None)
    ends = bounded_range(sizes=sizes, responders=responders, visits=visits)
    assert ends.p_min == pytest.approx(full.p_min, rel=1e-12)
    assert ends.p_min_reverse == pytest.approx(full.p_min_reverse, rel=1e-12)


def test_lifelines_gives_the_p_of_the_witnesses_of_nine_visits():
    ends = bounded_range(**NINE)
    for p, history in [
        (ends.p_min, ends.witness_low),
        (ends.p_max, ends.witness_high),
        (ends.p_min_reverse, ends.witness_reverse),
    ]:
        assert tuple(map(sum, history)) == (23, 17)
        times = [np.repeat((*range(1, 10), 9), (*arm, 24 - sum(arm))) for arm in history]
        seen = [[1] * sum(arm) + [0] * (24 - sum(arm)) for arm in history]
        assert logrank_test(*times, *seen).p_value == pytest.approx(p, rel=1e-9)


def test_no_random_history_of_nine_visits_passes_the_bounds():
    ends, rng = bounded_range(**NINE), np.random.default_rng(3)
    for _ in range(2000):
        history = [rng.multinomial(x, rng.dirichlet(np.full(9, 0.2))).tolist() for x in (23, 17)]
        p = history_p(*history, sizes=(24, 24))
        assert ends.p_min <= p <= ends.p_max


def test_more_visits_never_narrow_the_range():
    ends = [bounded_range(**{**NINE, "visits": visits}) for visits in (2, 3, 6, 12, 60)]
    for narrow, wide in pairwise(ends):
        assert wide.p_min <= narrow.p_min
        assert wide.p_min_reverse <= narrow.p_min_reverse


def test_a_one_way_trial_has_its_largest_p_proven():
    ends = bounded_range(sizes=(24, 24), responders=(24, 5), visits=9)
    assert ends.p_min_reverse is None
    assert ends.p_max == ends.p_max_upper < 0.001
    first = compositions(24, 3)[::5]
    seen = max(
        history_p(a, b, sizes=(24, 24)) for a in first.tolist() for b in ([0, 0, 5], [2, 2, 1])
    )
    assert seen <= ends.p_max


def test_too_many_responders_for_the_states_are_named():
    with pytest.raises(AnalysisError, match="4,000 states"):
        bounded_range(sizes=(90, 90), responders=(80, 80), visits=9)


def test_an_impossible_trial_has_no_bounds():
    with pytest.raises(ImpossibleError, match="nearest: 24"):
        bounded_range(sizes=(24, 24), responders=(30, 17), visits=9)
