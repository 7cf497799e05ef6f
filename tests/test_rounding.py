"""Ties go away from zero, on the decimal number that the reader sees."""

import random
from decimal import ROUND_HALF_UP, Decimal

import pytest

from helpers import results
from helpers.context import ROOT
from helpers.present.text import decimal_text, is_p, p_text, record_text
from helpers.results import Record
from helpers.rounding import per_cent, share_decimals, short, to_decimals, to_figures


def away(number: str, decimals: int) -> str:
    """The decimal number rounded by Python's own decimal arithmetic, which knows no binary."""
    found = Decimal(number).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{found if found else abs(found):.{decimals}f}"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [  # SAS: round(2.5) = 3, put(0.125, 5.2) = 0.13; 1.005 and 2.675 lie below the tie as doubles
        (0.125, 2, "0.13"), (2.5, 0, "3"), (3.5, 0, "4"), (-2.5, 0, "\u22123"), (1.005, 2, "1.01"),
        (2.675, 2, "2.68"), (0.15, 1, "0.2"), (0.35, 1, "0.4"), (0.45, 1, "0.5"), (99.95, 1, "100.0"),
        (-0.05, 1, "\u22120.1"), (-0.04, 1, "0.0"), (1234.5, 0, "1,235"), (0.5, 0, "1"),
    ],
)  # fmt: skip
def test_ties_go_away_from_zero(value, decimals, text):
    assert decimal_text(value, decimals) == text


def test_every_tie_of_up_to_four_decimals_is_rounded_as_decimal_arithmetic_does():
    """Brute force: every number k/10^d with |k| <= 30,000 at every shorter form of it."""
    for decimals in range(1, 5):
        for k in range(-30_000, 30_001, 5):
            number = str(Decimal(k).scaleb(-decimals))
            for shorter in range(decimals):
                found = decimal_text(float(number), shorter)
                assert found.replace("\u2212", "-").replace(",", "") == away(number, shorter), (
                    number
                )


def test_random_numbers_of_nine_digits_are_rounded_as_decimal_arithmetic_does():
    draw = random.Random(20261129)
    for _ in range(20_000):
        number = str(Decimal(draw.randrange(1, 10**9)).scaleb(-draw.randrange(0, 12)))
        decimals = draw.randrange(0, 7)
        assert f"{to_decimals(float(number), decimals):.{decimals}f}" == away(number, decimals)


def test_binary_noise_beyond_ten_digits_decides_nothing():
    assert 100 * 0.285 != 28.5  # it is 28.499999999999996
    assert to_decimals(100 * 0.285, 0) == 29
    assert to_decimals(0.1 + 0.2, 1) == 0.3
    assert to_decimals(0.25 * (1 - 1e-14), 1) == to_decimals(0.25 * (1 + 1e-14), 1) == 0.3
    assert to_decimals(0.2499999, 1) == 0.2  # a tie is a tie, and nothing near it is one


@pytest.mark.parametrize("value", [1e30, 5e-324, -1e-12, 0.0, float("inf")])
def test_numbers_without_a_tie_stay(value):
    assert to_decimals(value, 20) == pytest.approx(value)
    assert to_figures(value, 3) == pytest.approx(value)


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [
        (0.125, 2, "0.13"),
        (0.001245, 3, "0.00125"),
        (99.95, 3, "100"),
        (1.5, 1, "2"),
        (0.25, 1, "0.3"),
    ],
)
def test_figures_are_rounded_alike(value, figures, text):
    assert short(value, figures) == text


def test_shares_p_values_and_counts_print_by_the_same_rule():
    assert per_cent(0.125) == "13%"
    assert per_cent(0.0625, 1) == "6.3%"
    assert p_text(0.125) == "P = 0.13"
    assert p_text(0.0455) == "P = 0.046"
    record = Record(key="k", label="derived", value=0.125, n=48, unit="proportion", digits=0)
    assert record_text(record, "count") == "6 (13%)"
    assert record_text(Record(key="k", label="derived", value=158.5), "value") == "159"


def test_every_number_of_the_book_is_printed_as_decimal_arithmetic_prints_its_ten_digits():
    """The book's own records, whatever their size: the oracle sees their ten digits as text."""
    seen = 0
    for page in results.book_records(ROOT / "book").values():
        for record in page.values():
            if record.value is None or record.text or record.digits is None or is_p(record):
                continue  # a P value prints by a rule of its own
            scale = 100 if record.unit == "proportion" else 1
            if abs(scale * record.value) == float("inf"):
                continue
            number = f"{scale * record.value:.10g}"
            text = record_text(record, "bare").rstrip("%").replace(",", "").replace("\u2212", "-")
            assert text == away(number, record.digits), (record.chapter, record.key)
            seen += 1
    assert seen > 1000


@pytest.mark.parametrize(("share", "printed"), [
    (0.0000777, "0.0078%"), (0.000999, "0.10%"), (0.00585, "0.59%"), (0.0299, "3.0%"), (0.31, "31.0%"),
    (0.0, "0.0%"),
])  # fmt: skip
def test_a_limit_of_a_share_never_prints_as_nought(share, printed):
    assert per_cent(share, share_decimals(share)) == printed
