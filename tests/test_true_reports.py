"""Reports printed from simulated patients: none of their numbers is called impossible or questioned.

A short run of `python -m true_reports.run`; the seeds of longer runs begin at 0.
"""

import pytest

from true_reports.run import accused, caught

SEEDS = range(530, 554)


@pytest.mark.parametrize("seed", [25, 102, 106, 141, 147, 165, 302, 333, 556])
def test_a_true_report_once_accused_is_so_no_more(seed):
    assert accused(seed) == []


@pytest.mark.parametrize("part", range(4))
def test_no_true_number_is_called_impossible_or_questioned(part):
    assert {seed: found for seed in SEEDS[part::4] if (found := accused(seed))} == {}


@pytest.mark.parametrize("seed", [202, 204, 224, 226])
def test_no_true_hazard_ratio_beside_percentages_is_called_so(seed):
    assert accused(seed, kinds=("hazard curves",)) == []


def test_most_numbers_spoiled_beyond_their_rounding_are_caught():
    found = [caught(seed)[1] for seed in SEEDS]
    assert sum(found) > len(found) / 2


def test_percentages_beside_a_hazard_ratio_out_of_reach_may_be_a_curves():
    assert accused(201, kinds=("hazard curves",), most=2) == []


HABITS = ("adjusted differences", "adjusted odds", "one-sided", "corrected", "t statistics")


@pytest.mark.parametrize("kind", HABITS)
def test_no_true_number_is_accused_where_words_are_left_out_or_say_one_side_only(kind):
    seeds = range(24)
    assert {s: found for s in seeds if (found := accused(s, kinds=(kind,), most=1))} == {}
