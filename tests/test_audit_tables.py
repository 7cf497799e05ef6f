"""Counts, sizes and splits behind percentages, against going through all of them."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.audit.engine import audit
from helpers.audit.left_open import as_far_as_listed
from helpers.audit.model import Arm, Readings, Report, Result, Trial
from helpers.audit.percentages import all_sizes, check_percentages, implied_sizes
from helpers.audit.printed import parse, prints
from helpers.audit.sizes import Sizes
from helpers.audit.tables import (
    Cell,
    arm_counts,
    counts_that_print,
    denominators,
    passing_share,
    tables,
)
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
@pytest.mark.parametrize("rounding", ALL)
@pytest.mark.parametrize(("n", "decimals"), [(7, 0), (23, 0), (23, 1), (99, 0), (100, 0), (101, 0)])
def test_the_share_that_passes_by_chance_is_that_of_trying_every_percentage(n, decimals, rounding):
    scale = 10**decimals
    tried = [f"{k / scale:.{decimals}f}" for k in range(100 * scale + 1)]
    passing = sum(bool(counts_that_print(parse(t), n, rounding)) for t in tried)
    assert passing_share(n, decimals) == pytest.approx(passing / len(tried))


LIMITS = ("<5%", "≤5%", ">33.3%", "≥33.3%", "<0.1%", ">99.9%", "≤0%", "≥100%")


@pytest.mark.proves("helpers.audit.tables:counts_that_print")
@pytest.mark.parametrize("text", LIMITS)
def test_counts_beyond_a_limit_are_those_of_going_through_all(text):
    for n in (1, 3, 20, 60, 200):
        brute = [x for x in range(n + 1) if prints(Fraction(100 * x, n), parse(text), "half-up")]
        assert list(counts_that_print(parse(text), n, "half-up")) == brute


@pytest.mark.proves("helpers.audit.tables:denominators")
@pytest.mark.parametrize("rounding", ALL)
@pytest.mark.parametrize(("text", "count"), [
    ("43%", None), ("43.3%", None), ("0%", None), ("100%", None), ("<5%", None), ("50%", None),
    ("43%", 12), ("0%", 0), ("0%", 3), ("100%", 7), (None, 7), (None, None), (">40%", 9),
])  # fmt: skip
def test_denominators_are_those_of_trying_every_size(text, count, rounding):
    cell = Cell("a", parse(text) if text else None, count, None)
    tried = []
    for n in range(1, 131):
        xs = range(n + 1) if count is None else [count] if count <= n else []
        if any(not text or prints(Fraction(100 * x, n), parse(text), rounding) for x in xs):
            tried.append(n)
    assert denominators(cell, 130, rounding) == tried


@pytest.mark.proves("helpers.audit.sizes:Sizes")
@given(
    st.lists(st.sets(st.integers(1, 12), max_size=8), min_size=1, max_size=4),
    st.none() | st.integers(0, 30),
    st.booleans(),
)
def test_allocations_are_those_of_the_whole_product_in_order(ways, total, exact):
    ways = tuple(tuple(sorted(sizes)) for sizes in ways)
    brute = [s for s in itertools.product(*ways)
             if total is None or (sum(s) == total if exact else sum(s) <= total)]  # fmt: skip
    assert list(Sizes(ways, total, exact)) == brute


def test_three_arms_of_unknown_size_are_not_gone_through():
    case = report(None, None, None, percent=("43.3%", "56.7%", "26.7%"))
    first = list(itertools.islice(all_sizes(case.results[0], case), 3))
    assert first == [(30, 30, 15), (30, 30, 30), (30, 30, 45)]
    assert implied_sizes(case) == {}
    case = report(None, None, None, enrolled=1_000_000, percent=("43.3%", "56.7%", "26.7%"))
    assert implied_sizes(case) == {}


@pytest.mark.proves("helpers.audit.left_open:as_far_as_listed")
def test_a_p_that_none_of_the_first_tables_prints_stays_open():
    case = report(None, None, None, enrolled=3000, percent=("43.3%", "56.7%", "26.7%"), p=("0.04",))
    found = audit(case)
    assert not found.checks_of("r", "sizes")[0].computed["complete"]
    (check,) = found.checks_of("r", "p-from-counts")
    assert check.verdict == found.result("r").verdict == "not checkable"
    assert "only the first 20,000 tables" in check.why
    questioned = [replace(check, verdict="questioned", why="none prints it")]
    assert as_far_as_listed(questioned, complete=True) == questioned
    assert [c.verdict for c in as_far_as_listed(questioned, complete=False)] == ["not checkable"]
