"""Printed percentages and medians against plain enumeration of whole-number data."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from helpers.analyse import consistency
from helpers.errors import AnalysisError


def both_roundings(exact, decimals):
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    unit = Decimal(1).scaleb(-decimals)
    return {value.quantize(unit, rule) for rule in (ROUND_HALF_UP, ROUND_HALF_EVEN)}


def test_reported_response_rates_fit_24_patients_an_arm():
    assert consistency.percentages_consistent("95.8", decimals=1, n=24) == (23,)
    assert consistency.percentages_consistent("70.8", decimals=1, n=24) == (17,)
    assert consistency.percentages_consistent("95.8", decimals=1, n=25) == ()


def test_every_count_up_to_72_is_found_again_from_its_printed_percentage():
    for n in range(1, 73):
        for x in range(n + 1):
            for text in both_roundings(Fraction(100 * x, n), 1):
                assert x in consistency.percentages_consistent(str(text), decimals=1, n=n)


@pytest.mark.proves("helpers.analyse.consistency:counts_for_percentages")
def test_no_count_is_found_that_prints_something_else():
    found = consistency.counts_for_percentages("70.8", decimals=1, sizes=range(1, 73))
    brute = [
        (x, n)
        for n in range(1, 73)
        for x in range(n + 1)
        if Decimal("70.8") in both_roundings(Fraction(100 * x, n), 1)
    ]
    assert list(zip(found["x"], found["n"], strict=True)) == brute


def test_a_tie_counts_for_both_roundings():
    # 1/8 = 12.5%: 13 half up, 12 half to even; 3/8 = 37.5%: 38 by both
    assert consistency.percentages_consistent("13", decimals=0, n=8) == (1,)
    assert consistency.percentages_consistent("12", decimals=0, n=8) == (1,)
    assert consistency.percentages_consistent("37", decimals=0, n=8) == ()


@pytest.mark.parametrize(
    ("median", "n", "possible"),
    [
        ("10.5", 12, True),
        ("207.5", 12, True),
        ("10.5", 13, False),
        ("10.25", 12, False),
        (11, 7, True),
    ],
)
def test_medians_of_whole_numbers(median, n, possible):
    assert consistency.medians_possible(median, n) is possible


def test_more_decimals_than_stated_are_refused():
    with pytest.raises(AnalysisError, match="expected 1 decimal"):
        consistency.percentages_consistent("95.83", decimals=1, n=24)


def test_a_float_is_read_as_it_prints():
    assert consistency.percentages_consistent(95.8, decimals=1, n=24) == (23,)
