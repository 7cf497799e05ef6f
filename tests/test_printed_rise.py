"""What two printed medians and the word "all" settle, against counting by hand and brute force."""

import math
from itertools import combinations_with_replacement, permutations, product

import numpy as np
import pytest

from helpers.analyse import monotone_rise, paired
from helpers.literate import assume, report
from helpers.literate import printed_rise as rises
from helpers.possible.paired import attainable_paired
from helpers.possible.rises import fewest_rises

RISE = rises.printed_rise(report("aait"), "cd4")
START, END = rises.bounds()


@pytest.mark.proves("helpers.analyse.paired:sign_test")
def test_twelve_rises_of_twelve_are_twelve_heads_of_a_coin_on_either_side():
    assert paired.sign_test([1] * 12).p_value == pytest.approx(2 / 2**12)
    assert RISE.all_rose().p_value == paired.sign_test([1] * RISE.n).p_value


@pytest.mark.proves("helpers.literate.printed_rise:medians_apart")
def test_the_difference_of_the_medians_is_that_of_the_printed_digits():
    assert rises.medians_apart(("10.5", "207.5")) == 197
    assert float(RISE.difference()) == RISE.gap == 197
    first, last = (float(r) for r in RISE.printed().values())
    assert (first, last) == (10.5, 207.5)


@pytest.mark.proves("helpers.possible.rises:fewest_rises")
def test_the_fewest_rises_are_those_of_brute_force():
    before = [v for v in combinations_with_replacement(range(6), 4) if np.median(v) == 1.5]
    after = [v for v in combinations_with_replacement(range(8), 4) if np.median(v) == 3.5]
    fewest = min(
        sum(b > a for a, b in zip(x, y, strict=True))
        for x in before for z in after for y in permutations(z)
    )  # fmt: skip
    found = fewest_rises(n=4, medians=("1.5", "3.5"), before=(0, 5), after=(0, 7))
    assert found.fewest == fewest


@pytest.mark.proves("helpers.possible.paired:attainable_paired")
def test_the_typical_rise_ranges_as_far_as_brute_force_finds():
    before = [v for v in combinations_with_replacement(range(4), 4) if np.median(v) == 1.5]
    after = [v for v in combinations_with_replacement(range(7), 4) if np.median(v) == 3.5]
    shifts = [
        paired.hodges_lehmann(np.array(y) - np.array(x)).value
        for x, z in product(before, after) for y in set(permutations(z))
        if all(b > a for a, b in zip(x, y, strict=True))
    ]  # fmt: skip
    found = attainable_paired(n=4, medians=("1.5", "3.5"), before=(0, 3), after=(0, 6))
    assert (found["hodges-lehmann"].low, found["hodges-lehmann"].high) == (min(shifts), max(shifts))


@pytest.mark.proves("helpers.analyse.paired:hodges_lehmann")
def test_both_data_sets_have_the_printed_medians_and_only_rises():
    typical, ends = RISE.typical(START, END)["hl"].estimate, RISE.witnesses(START, END)
    for name, both in RISE.data_sets(START, END).items():
        assert (both["last"] > both["first"]).all()
        assert (both["first"].median(), both["last"].median()) == (10.5, 207.5)
        shift = paired.hodges_lehmann(both["last"] - both["first"]).value
        assert (
            shift == ends[name].value == {"smallest": typical.lower, "largest": typical.upper}[name]
        )


@pytest.mark.proves("helpers.literate.printed_rise:left_after")
def test_what_is_left_is_the_rise_without_the_gain_and_changes_its_sign():
    left = RISE.left(assume("art-cd4-gain"), RISE.typical(START, END)["hl"])
    assert rises.left_after(197, 164) == 33 == float(left["medians.mid"])
    assert left["typical.mid"].estimate.lower < 0 < left["typical.mid"].estimate.upper


@pytest.mark.proves("helpers.literate.printed_rise:gain_by_pace")
def test_a_year_at_the_pace_is_the_fast_phase_that_is_left_and_the_slow_rest():
    assert rises.gain_by_pace((10, 1), months=12, begun=0) == pytest.approx(
        10 * rises.FAST + 12 - rises.FAST
    )
    assert rises.gain_by_pace((10, 1), months=12, begun=rises.FAST) == 12


@pytest.mark.proves("helpers.literate.printed_rise:highest_behind")
def test_one_true_count_in_forty_lies_above_the_highest_plausible_one():
    rng = np.random.default_rng(1)
    sd = math.sqrt(math.log(1 + 0.2**2))
    true = 10.5 * np.exp(sd * rng.standard_normal(200_000))
    assert np.mean(true > rises.highest_behind(10.5, cv=0.2)) == pytest.approx(0.025, abs=0.001)


@pytest.mark.proves("helpers.analyse.monotone_rise:rising_probability")
def test_the_chance_to_rise_at_every_reading_is_that_of_drawn_readings():
    levels = RISE.levels(2, assume("aait-cd4-gain-time").value)
    found = monotone_rise.rising_probability(levels, cv=0.166, patients=1).value
    sd = math.sqrt(math.log(1 + 0.166**2))
    drawn = np.array(levels) * np.exp(sd * np.random.default_rng(2).standard_normal((200_000, 3)))
    assert found == pytest.approx(np.mean((np.diff(drawn, axis=1) > 0).all(axis=1)), abs=0.004)


def test_more_readings_and_more_noise_make_a_steady_rise_rarer():
    chances = RISE.monotone_rise(assume("cd4-within-person-cv"), assume("aait-cd4-gain-time").value)
    values = {k: float(v) for k, v in chances.items()}
    assert values["1.mid"] > values["2.low"] > values["2.mid"] > values["2.high"] > values["3.mid"]
