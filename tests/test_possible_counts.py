"""Counts behind percentages, against formatting every fraction and brute force."""

from fractions import Fraction

import pytest

from helpers.errors import ImpossibleError
from helpers.possible.counts import allocations, censored_counts, possible_counts, responders_for
from helpers.possible.log_rank_terms import compositions
from helpers.possible.printed import p_interval, printed_interval


def test_the_printed_percentages_allow_one_allocation_of_72_only():
    rows = allocations(total=72, first="95.8", second="70.8")
    assert rows.iloc[0].to_dict() == {
        "n_first": 24, "x_first": 23, "n_second": 24, "x_second": 17, "n_third": 24, "spread": 0
    }  # fmt: skip
    assert len(rows) == 1


@pytest.mark.proves("helpers.possible.counts:allocations")
def test_allocations_are_those_that_formatting_every_fraction_finds():
    expected = {
        (n1, x1, n2, x2, 40 - n1 - n2)
        for n1 in range(1, 40)
        for x1 in range(n1 + 1)
        if f"{100 * x1 / n1:.0f}" == "86"
        for n2 in range(1, 40 - n1)
        for x2 in range(n2 + 1)
        if f"{100 * x2 / n2:.0f}" == "57"
    }
    rows = allocations(total=40, first="86", second="57").drop(columns="spread")
    assert set(rows.itertuples(index=False, name=None)) == expected


def test_impossible_allocation_names_the_smallest_arms():
    with pytest.raises(ImpossibleError, match="smallest arms that print so: 23/24 and 17/24"):
        allocations(total=30, first="95.8", second="70.8")


def test_a_half_may_have_been_rounded_either_way():
    assert possible_counts("12", sizes=[8])["x"].tolist() == [1]
    assert possible_counts("13", sizes=[8])["x"].tolist() == [1]


def test_responders_of_a_possible_percentage():
    assert responders_for("95.8", size=24) == (23,)
    assert responders_for("50", size=150) == (75,)


def test_impossible_percentage_names_nearest_values_and_sizes():
    words = "19/20 = 95.00%, 20/20 = 100.00%; sizes that can: 24"
    with pytest.raises(ImpossibleError, match=words):
        responders_for("95.8", size=20)


@pytest.mark.proves("helpers.possible.printed:p_interval")
def test_an_interval_depends_on_the_printed_decimals():
    assert printed_interval("0.004") == (Fraction(7, 2000), Fraction(9, 2000))
    assert printed_interval("0.0040") == (Fraction(79, 20000), Fraction(81, 20000))
    assert p_interval("<0.001") == (0.0, 0.001)
    assert p_interval("1.00") == (0.995, 1.0)


def brute_censored(percent, size, visits, most):
    """All histories, patients leaving after any visit but the last."""
    found = set()
    for events in range(size + 1):
        for censored in range(min(most, size - events) + 1):
            for d in compositions(events, visits).tolist():
                for c in compositions(censored, visits).tolist():
                    if c[-1] or not valid(d, c, size):
                        continue
                    if f"{100 * (1 - km(d, c, size)):.1f}" == percent:
                        found.add((events, censored))
    return found


def valid(d, c, size):
    return sum(d) + sum(c) <= size


def km(d, c, size):
    survival = 1.0
    for events, leave in zip(d, c, strict=True):
        survival *= 1 - events / size if size else 1
        size -= events + leave
    return survival


@pytest.mark.proves("helpers.possible.counts:censored_counts")
@pytest.mark.parametrize("percent", ["66.7", "83.3", "62.5"])
def test_kaplan_meier_ends_with_dropout_are_those_of_brute_force(percent):
    rows = censored_counts(percent, size=6, visits=3, censored_at_most=2)
    found = set(rows[["events", "censored"]].itertuples(index=False, name=None))
    assert found == brute_censored(percent, 6, 3, 2)


def test_without_dropout_a_kaplan_meier_end_is_a_proportion():
    rows = censored_counts("70.8", size=24, visits=5, censored_at_most=0)
    assert rows["events"].tolist() == [17]
