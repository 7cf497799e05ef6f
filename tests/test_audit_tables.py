import itertools
from dataclasses import replace
from fractions import Fraction

import pytest

from helpers.audit.model import Arm, Readings, Report, Result, Trial
from helpers.audit.percentages import check_percentages, implied_sizes
from helpers.audit.printed import parse, prints
from helpers.audit.tables import Cell, arm_counts, counts_that_print, passing_share, tables
from helpers.possible.counts import allocations

ALL = ("half-up", "half-even", "cut-off")


@pytest.mark.proves("helpers.audit.tables:counts_that_print")
@pytest.mark.parametrize("rounding", ALL)
def test_counts_are_those_of_going_through_all(rounding):
    for n, percent in itertools.product(
        (1, 6, 16, 23, 200), ("0%", "12.5%", "19%", "33.3%", "100%")
    ):
        brute = [x for x in range(n + 1) if prints(Fraction(100 * x, n), parse(percent), rounding)]
        assert list(counts_that_print(parse(percent), n, rounding)) == brute


@pytest.mark.proves("helpers.audit.tables:arm_counts")
def test_eleven_per_cent_of_577_are_61_to_66_patients():
    assert arm_counts(Cell("a", parse("11%"), None, 577), 577, "half-up") == list(range(61, 67))


def report(*sizes, enrolled=None, percent=(), **more):
    arms = tuple(Arm(f"arm{i}", f"arm{i}", n) for i, n in enumerate(sizes))
    result = Result(
        "r", "percent", tuple(a.id for a in arms[: len(percent)]), percent=percent, **more
    )
    return Report("x", trial=Trial(enrolled=enrolled), arms=arms, results=(result,))


def test_all_counts_of_577_and_579_are_gone_through():
    found, complete = tables(report(577, 579, percent=("6%", "11%")).results[0],
                             report(577, 579, percent=("6%", "11%")), "half-up")  # fmt: skip
    assert complete
    assert len(found) == 6 * 6


@pytest.mark.proves("helpers.audit.percentages:check_percentages")
def test_splits_are_those_of_the_search_over_three_arms():
    case = report(None, None, None, enrolled=72, percent=("95.8%", "70.8%"))
    (check,) = check_percentages(case.results[0], case)
    other = allocations(total=72, first="95.8", second="70.8")
    assert check.check == "sizes"
    assert [tuple(s) for s in check.computed["splits"]] == [(24, 24)]
    assert other[["n_first", "n_second"]].values.tolist() == [[24, 24]]
    assert implied_sizes(case) == {"arm0": 24, "arm1": 24, "arm2": 24}


def test_sizes_that_nothing_allows_are_impossible():
    case = report(None, None, enrolled=7, percent=("95.8%", "70.8%"))
    assert check_percentages(case.results[0], case)[0].verdict == "impossible"


def test_a_printed_count_that_does_not_give_its_percentage_is_impossible():
    case = report(24, 25, percent=("71%", "16%"), count=("18", "4"))
    (check,) = check_percentages(case.results[0], case)
    assert (check.check, check.verdict) == ("percent-from-count", "impossible")


def test_a_denominator_that_is_printed_goes_before_the_arm():
    case = report(23, 24, percent=("19%", "71%"), of=("21", ""))
    (check,) = check_percentages(case.results[0], case)
    assert check.verdict == "compatible"
    assert check.computed["counts"] == {"arm0": [4], "arm1": [17]}


def test_one_reading_of_the_rounding_must_hold_for_both_arms():
    case = report(24, 24, percent=("66%", "71%"))  # 16 of 24 cut off, 17 of 24 rounded
    assert check_percentages(case.results[0], case)[0].verdict == "impossible"
    case = replace(case, readings=Readings(rounding=("cut-off",)))
    assert check_percentages(case.results[0], case)[0].verdict == "impossible"


@pytest.mark.proves("helpers.audit.tables:passing_share")
@pytest.mark.parametrize(("n", "decimals"), [(7, 0), (23, 0), (23, 1), (101, 0)])
def test_the_share_that_passes_by_chance_is_that_of_trying_every_percentage(n, decimals):
    scale = 10**decimals
    tried = [f"{k / scale:.{decimals}f}" for k in range(100 * scale + 1)]
    passing = sum(bool(counts_that_print(parse(t), n, "half-up")) for t in tried)
    assert passing_share(n, decimals, "half-up") == pytest.approx(passing / len(tried))
