"""Totals over the arms: what is left for a hidden arm, by listing every table that agrees."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.disclosure import FEW, totals_away
from helpers.disclosure.deduce import Count, Puzzle
from helpers.results import Record


def study(sizes, threshold=5):
    frame = pd.DataFrame({"ARM": [arm for arm, n in sizes.items() for _ in range(n)]})
    config = SimpleNamespace(threshold=threshold, show_subjects=False, rounding=False)
    return SimpleNamespace(id="s", adsl=frame, config=config)


def record(arm, x, n, *, threshold=5, share=False, small=None):
    """A count or a share, hidden where it or what is left is 1 to threshold - 1."""
    few = any(0 < y < threshold for y in (x, n - x)) if small is None else small
    value = None if few else (x / n if share else float(x))
    return Record(key=arm or "total", chapter="c", label="derived", study="s", parameter="p",
                  arm=arm, method="m", statistic="proportion" if share else "count", value=value,
                  n=n if share else None, text=FEW if few else "")  # fmt: skip


def values_left(records, sizes, total, threshold):
    """By arm that is hidden: its values in all tables with that total; an outsider's list."""

    def possible(arm, n):
        shown = next(r for r in records if r.arm == arm)
        if shown.value is not None:
            return [round(shown.value * n) if shown.n else round(shown.value)]
        return sorted({x for x in range(n + 1) if 0 < x < threshold or 0 < n - x < threshold})

    tables = itertools.product(*(possible(arm, n) for arm, n in sizes.items()))
    agree = np.array([table for table in tables if sum(table) == total])
    hidden = [i for i, r in enumerate(records) if r.value is None]
    return [len(set(agree[:, i])) for i in hidden]


@pytest.mark.parametrize("threshold", [3, 5])
@pytest.mark.parametrize("arms", [2, 3, 4])
@pytest.mark.parametrize("share", [False, True])
def test_no_total_leaves_a_hidden_arm_fewer_values_and_none_goes_for_nothing(
    arms, threshold, share
):
    rng = np.random.default_rng(100 * arms + threshold)
    gone = stood = 0
    for _ in range(60):
        sizes = {f"a{i}": int(rng.integers(2 * threshold, 22)) for i in range(arms)}
        counts = [int(rng.choice([0, n, rng.integers(n + 1), rng.integers(min(n, 6))]))
                  for n in sizes.values()]  # fmt: skip
        ways = rng.random(arms) < 0.5  # what is a count in one arm is a share in another
        own = [record(arm, x, n, threshold=threshold, share=bool(way))
               for (arm, n), x, way in zip(sizes.items(), counts, ways, strict=True)]  # fmt: skip
        total = record("", sum(counts), sum(sizes.values()), threshold=threshold, share=share)
        away = bool(totals_away([*own, total], study(sizes, threshold)))
        if total.value is None or all(r.value is not None for r in own):
            assert not away
            continue
        left = min(values_left(own, sizes, sum(counts), threshold))
        assert away == (left < threshold - 1), (sizes, counts)
        gone, stood = gone + away, stood + (not away)
    assert gone > 5
    assert stood or arms < 4


def test_the_complement_of_a_hidden_arm_is_found_too():
    # 39 of 40 with 20 of 20 in the other arm: one without
    own = [record("a", 20, 20), record("b", 19, 20)]
    trial = study({"a": 20, "b": 20})
    assert totals_away([*own, record("", 39, 40, small=False)], trial) == {("c", "total")}
    assert totals_away([*own[:1], record("", 39, 40, small=False)], trial) == set()


def test_a_count_in_the_arms_and_a_share_of_all_are_one_quantity():
    # 64 of 70 were measured, 30 of 35 in one arm: the other arm's 34 are all but one
    trial = study({"a": 35, "b": 35})
    own = [record("a", 30, 35), record("b", 34, 35)]
    assert totals_away([*own, record("", 64, 70, share=True)], trial) == {("c", "total")}
    later = replace(record("", 64, 70, share=True), visit="Week 4")
    assert totals_away([*own, later], trial) == set()


def test_the_number_enrolled_goes_with_the_size_of_an_arm():
    sizes = {"control": 20, "low": 19, "high": 3}
    own = [replace(record(arm, n, n), parameter="Subjects", statistic="subjects",
                   value=None if n < 5 else float(n), text=FEW if n < 5 else "")
           for arm, n in sizes.items()]  # fmt: skip
    all_ = replace(record("", 42, 42), parameter="Patients enrolled")
    assert totals_away([*own, all_], study(sizes)) == {("c", "total")}
    assert totals_away([*own[:2], all_], study(sizes)) == set()


def test_a_puzzle_counts_small_values_and_those_that_leave_few_apart():
    counts = {"x": Count(20, small=True), "y": Count(20, small=True), "all": Count(40, 20)}
    puzzle = Puzzle(counts, (), {}, 5, sums={"all": ["x", "y"]})
    assert puzzle.interval({"x": 1}) == (1, 19)
    assert puzzle.interval({"x": 1}, sides={"x": 0}) == (1, 4)
    assert puzzle.left("x") == 8
    assert puzzle.left("all") == 1
