"""Percentages of Kaplan-Meier curves: pairs of events and losses against listing every visit."""

import pytest

from helpers.audit.curves import km_end, km_pairs, orders
from helpers.audit.model import Readings
from helpers.audit.printed import ROUNDINGS, parse, prints
from helpers.possible.counts import censored_counts

ROUNDED = ("half-up", "half-even")


@pytest.mark.proves("helpers.audit.curves:km_pairs")
@pytest.mark.parametrize("percent", ["66%", "26%", "95.8%", "70.8%", "50%", "0%", "100%"])
@pytest.mark.parametrize(("size", "visits", "lost"), [(23, 4, 4), (12, 5, 2), (6, 2, 3), (9, 1, 3)])
def test_pairs_are_those_of_enumerating_every_visit(percent, size, visits, lost):
    readings = Readings(("half-up",), lost, visits)
    found = km_pairs(parse(percent), size, readings, axis="cumulative")
    other = censored_counts(percent.rstrip("%"), size=size, visits=visits, censored_at_most=lost)
    both = set(zip(other["events"].tolist(), other["censored"].tolist(), strict=True))
    assert set(found) == both  # no end here is a tie


def test_survival_and_its_complement_have_the_same_pairs():
    readings = Readings(ROUNDED, 3, 5)
    one = km_pairs(parse("66%"), 23, readings, axis="survival")
    other = km_pairs(parse("34%"), 23, readings, axis="cumulative")
    assert set(one) == set(other)


def test_eleven_per_cent_of_577_allows_all_counts_from_61_to_66_when_nobody_is_lost():
    found = km_pairs(parse("11%"), 577, Readings(("half-up",), 3, 5), axis="cumulative")
    assert [x for x, lost in found if lost == 0] == list(range(61, 67))
    assert {lost for _, lost in found} == {0, 1, 2, 3}


def test_66_per_cent_of_23_needs_losses():
    found = km_pairs(parse("66%"), 23, Readings(ROUNDED, 3, 5), axis="survival")
    assert min(lost for _, lost in found) == 3


@pytest.mark.proves("helpers.audit.curves:km_pairs")
@pytest.mark.parametrize(
    ("percent", "size", "lost", "visits"),
    [("73%", 50, 2, 2), ("83%", 26, 3, 4), ("50%", 6, 6, 6), ("<5%", 6, 6, 3), ("41.7%", 12, 3, 3)],
)
def test_pairs_and_roundings_are_those_of_every_order(percent, size, lost, visits):
    printed = parse(percent)
    found = km_pairs(printed, size, Readings(ROUNDINGS, lost, visits), axis="survival")
    for gone in range(lost + 1):
        for events in range(size - gone + 1):
            ways = [
                (events,) * gone,
                *orders(events, gone, visits),
            ]  # nobody need be lost before the end
            ends = {100 * km_end(size, events, before) for before in ways}
            every = tuple(r for r in ROUNDINGS if any(prints(end, printed, r) for end in ends))
            assert found.get((events, gone), ()) == every


def test_of_twenty_thousand_the_pairs_lie_between_all_lost_first_and_all_lost_last():
    found = km_pairs(parse("62%"), 20_000, Readings(ROUNDED, 60, 5), axis="survival")
    for lost in (0, 1, 30, 60):
        # half-up: 100 S from 61.5 to below 62.5; S is 1 - x / (n - c) at the least and 1 - x / n at most
        events = [x for (x, c), ways in found.items() if c == lost and "half-up" in ways]
        least = (375 * (20_000 - lost)) // 1000 + 1
        assert events == list(range(least, 20_000 * 385 // 1000 + 1))
