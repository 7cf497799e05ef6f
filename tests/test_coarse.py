"""Visits thinned for hidden subjects: steps counted by hand, and by brute force over random studies."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import coarse, interval

VISITS = [1.0, 3, 7, 14, 30, 60, 90]


def drawn(seed):
    """Intervals of 12, 30 or 60 subjects, some of whom missed visits or were never seen."""
    random = np.random.default_rng(seed)
    n = (12, 30, 60)[seed % 3]
    left, right = np.zeros(n), np.full(n, math.inf)
    for i in range(n):
        lost = random.lognormal(3, 0.8) * (random.random() > 0.1)
        seen = [v for v in VISITS if random.random() < 0.9]
        left[i] = max((v for v in seen if v < lost), default=0.0)
        right[i] = min((v for v in seen if v > left[i]), default=math.inf)
    return left, right


def steps_shown(left, right, kept, least):
    """The numbers of subjects that a reader of the thinned distribution can tell apart."""
    n, edges = len(left), [*kept, math.inf]
    had = [sum(r <= v for r in right) if v < math.inf else n for v in edges]
    may = [sum(a < v for a in left) for v in edges]
    never = sum(a == 0 for a in left)
    first = never if least <= never <= n - least else 0
    shown = [b - a for a, b in itertools.pairwise([0, *had])]
    shown += [b - a for a, b in itertools.pairwise([first, *may])]
    box = interval.turnbull(*coarse.widened(left, right, ends=kept, start=0))
    return shown + [n * m for m in box["mass"]]


@pytest.mark.parametrize("seed", range(45))
def test_no_step_between_the_ends_kept_is_a_small_group(seed):
    left, right = drawn(seed)
    kept = coarse.shared_ends(left, right, among=VISITS, least=5, start=0)
    shown = steps_shown(left, right, kept, 5)
    assert not kept or min([s for s in shown if s > 1e-3]) >= 5 - 1e-3


def test_more_subjects_keep_more_visits_and_all_are_kept_of_shown_ones():
    kept = dict.fromkeys((12, 60), 0)
    for seed in range(45):
        left, right = drawn(seed)
        assert coarse.shared_ends(left, right, among=VISITS, least=1, start=0) == VISITS
        if len(left) in kept:
            found = coarse.shared_ends(left, right, among=VISITS, least=5, start=0)
            kept[len(left)] += len(
                interval.turnbull(*coarse.widened(left, right, ends=found, start=0))
            )
    assert kept[60] > 2 * kept[12] > 0


def test_a_group_of_three_is_joined_with_its_neighbour():
    left, right = [0.0] * 6 + [7.0] * 3 + [14.0] * 9, [7.0] * 6 + [14.0] * 3 + [30.0] * 9
    assert coarse.shared_ends(left, right, among=[7, 14, 30], least=5, start=0) == [7, 30]
    assert coarse.shared_ends(left[6:9], right[6:9], among=[7, 14], least=5, start=0) == []


def test_two_who_never_had_it_cost_the_first_visits_and_no_later_one():
    left = [0.0] * 2 + [1.0] * 4 + [7.0] * 9 + [14.0] * 15
    right = [1.0] * 2 + [7.0] * 4 + [14.0] * 9 + [30.0] * 15
    found = coarse.shared_ends(left, right, among=[1, 7, 14, 30, 60], least=5, start=0)
    assert found == [7, 14, 30, 60]


def test_many_visits_are_tried_at_ten_of_them():
    days = np.arange(1.0, 1001)
    left = np.repeat(days[:-1], 6)
    kept = coarse.shared_ends(left, left + 1, among=days, least=5, start=0)
    assert len(kept) == 10
    assert set(kept) <= set(days)


@pytest.mark.parametrize("seed", range(12))
def test_a_widened_interval_holds_the_interval_and_ends_where_it_may(seed):
    left, right = drawn(seed)
    ends = [3.0, 14.0, 60.0]
    low, high = coarse.widened(left, right, ends=ends, start=0)
    assert (low <= left).all() and (high >= right).all()  # noqa: PT018
    assert set(low) <= {0.0, *ends} and set(high) <= {*ends, math.inf}  # noqa: PT018
    again = coarse.widened(low, high, ends=ends, start=0)
    assert (again[0] == low).all() and (again[1] == high).all()  # noqa: PT018
    for a, b, wide_a, wide_b in zip(left, right, low, high, strict=True):
        assert wide_a == max([e for e in [0.0, *ends] if e <= a])
        assert wide_b == min([e for e in [*ends, math.inf] if e >= b])


@pytest.mark.parametrize(
    ("counts", "whole", "kept"),
    [
        ([0, 3, 6], 12, [0, 2]),
        ([5, 9, 12], 12, [0, 2]),
        ([2], 12, []),
        ([0, 0, 0], 12, [0, 1, 2]),
        ([8], 12, []),  # four are left
        ([], 12, []),
    ],
)
def test_counts_stand_together_when_no_two_are_close(counts, whole, kept):
    assert coarse.readable_counts(counts, whole=whole, least=5) == kept
    assert coarse.readable_counts(counts, whole=whole, least=1) == list(range(len(counts)))


def test_masses_that_are_no_whole_numbers_of_subjects_are_rounded():
    cells = pd.DataFrame({"mass": [7.55 / 60, 52.45 / 60], "cumulative": [7.55 / 60, 1.0]})
    assert coarse.coarse_masses(cells, n=60)["mass"].tolist() == [0.13, 0.87]
    whole = pd.DataFrame({"mass": [7 / 60, 53 / 60], "cumulative": [7 / 60, 1.0]})
    assert coarse.coarse_masses(whole, n=60)["mass"].tolist() == [7 / 60, 53 / 60]
