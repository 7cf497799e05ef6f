"""What assumed donor cells would show: the arithmetic of a line, readings of a word, printed counts."""

import math

import pytest

from helpers.analyse import detectability
from helpers.literate import donor_charts, report
from helpers.literate.assumed_decay import (
    assumed_decay,
    diluted,
    diluted_early,
    found_in,
    lasting,
    tenfold,
)
from helpers.present.figure import chart_spec


@pytest.fixture(scope="module")
def aait():
    return report("aait")


@pytest.fixture(scope="module")
def fade(aait):
    return assumed_decay(aait)


def test_the_days_are_half_lives_times_halvings(fade):
    days = fade.days()
    assert days["mid"]["mid"].value == pytest.approx(5 * math.log2(2.5 / 0.1))
    assert days["low"]["high"].value == min(r.value for r in days.values())
    assert days["high"]["low"].value == max(r.value for r in days.values())
    more = days["mid"]["low"].value - days["mid"]["mid"].value
    assert more / 5 == pytest.approx(tenfold().value)


def test_the_visits_around_the_true_day_hold_it_between_them(fade):
    around = fade.around()
    assert (around["last"].value, around["first"].value) == (14, 30)
    assert around["last"].value < around["true"].value <= around["first"].value


def test_fewer_patients_are_seen_the_later_one_looks(fade):
    shares = [r.value for r in fade.seen_on().values()]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) == 7


def test_one_assumption_moves_and_the_others_stay(fade):
    moved = fade.moved()
    assert moved["courses"]["low"].value == moved["none"].value
    assert moved["limit-of-the-assay"]["high"].value == pytest.approx(
        fade.days()["mid"]["low"].value
    )
    spec = chart_spec(donor_charts.one_at_a_time(fade, moved), "x")
    names = {r["assumption"] for rows in spec["datasets"].values() for r in rows if "end" in r}
    assert names == {"half-life", "limit of the assay", "start level", "courses"}


def test_a_zero_leaves_the_half_life_at_which_it_happens_one_time_in_twenty(fade):
    longest = fade.longest()["mid"]["30"].value
    again = detectability.none_seen(30, n=12, **{**fade.typical, "half_life": longest})
    assert again.value == pytest.approx(0.05, abs=1e-9)
    curve = fade.longest_by_day()
    assert set(curve["series"]) == {"limit 0.01%", "limit 0.1%", "limit 1%"}
    assert chart_spec(donor_charts.longest_half_lives(fade), "x")["datasets"]


def test_none_of_twelve_is_one_minus_the_share_to_the_twelfth(fade):
    rows = fade.sensitivity()["as-assumed"]
    assert rows["none-30"].value == pytest.approx((1 - rows["seen"].value) ** 12)
    assert fade.gone_by()["60"].value == pytest.approx(rows["none-60"].value)


@pytest.mark.proves(
    "helpers.literate.assumed_decay:diluted", "helpers.literate.assumed_decay:diluted_early"
)
def test_a_constant_number_of_cells_halves_as_the_rest_doubles(aait):
    found = diluted(aait)
    assert 416.5 * 2 ** found["halvings"].value == pytest.approx(1206.5)
    assert found["evenly"].value * found["halvings"].value == pytest.approx(90)
    early = diluted_early(aait)
    for name, tau in {"low": 10, "mid": 20, "high": 40}.items():  # the CD8 count on day 14
        pace = (1206.5 - 416.5) / (1 - math.exp(-90 / tau))
        count = 416.5 + pace * (1 - math.exp(-14 / tau))
        share = early["share"][name].value
        assert 416.5 / count == pytest.approx(0.5 ** (14 / share))
        both = 1 / early["cells"][name].value + 1 / share  # rates add up
        assert 1 / both == pytest.approx(5)


def test_one_in_twelve_and_twelve_in_twelve_bound_what_was_found(aait):
    found = found_in(aait)
    assert (found["least"].value, found["most"].value) == (1 / 12, 1.0)
    assert 1 - lasting(aait).estimate.upper == pytest.approx(0.05 ** (1 / 12))
