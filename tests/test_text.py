"""The one rounding rule."""

from dataclasses import replace

import pytest

from helpers.exchange import analyses
from helpers.present import cards, crossed
from helpers.present.text import decimal_text, on_an_edge, p_text, record_text
from helpers.results import Record


def make(**fields):
    return Record(**{"key": "k", "chapter": "c", "label": "derived", **fields})


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0041, "P = 0.0041"), (0.0499, "P = 0.050"), (0.00099, "P < 0.001"),
        (0.234, "P = 0.23"), (0.0999, "P = 0.10"), (0.00995, "P = 0.010"),
        (0.999, "P > 0.99"), (1.0, "P > 0.99"), (0.001, "P = 0.0010"),
    ],
)  # fmt: skip
def test_p_values_have_two_significant_figures(p, text):
    assert p_text(p) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(1206.5, 1, "1,206.5"), (-3.14159, 2, "\u22123.14"), (-0.001, 1, "0.0"), (0.0123456, None, "0.0123"),
     (1234.6, None, "1,235"), (99.96, None, "100"), (0.99951, None, "1.00"),
     (float("inf"), 1, "not reached")],
)  # fmt: skip
def test_numbers_print_with_their_decimals(value, digits, text):
    assert decimal_text(value, digits) == text


def test_an_estimate_prints_with_its_interval_and_n():
    record = make(value=0.25, lower=0.05, upper=0.5723, n=12, unit="proportion", digits=1)
    assert record_text(record) == "25.0% (95% CI 5.0% to 57.2%; n = 12)"
    assert record_text(record, "estimate") == "25.0% (95% CI 5.0% to 57.2%)"
    assert record_text(record, "value") == "25.0%"
    assert record_text(record, "upper") == "57.2%"


def test_quartiles_are_not_called_a_confidence_interval():
    record = make(value=10.5, lower=4.0, upper=20.0, method="quartiles", digits=1, unit="cells/µL")
    assert record_text(record, "estimate") == "10.5 cells/µL [Q1, Q3: 4.0, 20.0]"
    assert record_text(replace(record, n=12)) == "10.5 cells/µL [Q1, Q3: 4.0, 20.0] (n = 12)"


def test_an_open_upper_limit_prints_as_infinity():
    record = make(value=24.0, lower=12.0, upper=float("inf"), unit="week", digits=0)
    assert record_text(record, "estimate") == "24 weeks (95% CI 12 to ∞)"


def test_a_proportion_prints_as_count_and_per_cent():
    record = make(value=5 / 12, lower=0.15, upper=0.72, n=12, unit="proportion", digits=1)
    assert record_text(record, "count") == "5 (41.7%)"
    assert record_text(replace(record, value=0.0), "count") == "0 (0.0%)"


@pytest.mark.parametrize("fields", [{"unit": "week", "n": 12}, {"unit": "proportion"}])
def test_what_is_no_proportion_of_subjects_has_no_count(fields):
    with pytest.raises(ValueError, match="expected a proportion with n"):
        record_text(make(value=0.5, **fields), "count")


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match="full"):
        record_text(make(value=1.0), "whole")


def test_words_in_place_of_a_number_are_no_interval():
    withheld = make(text="P < 0.05")
    row = cards.card("index", withheld)
    assert row.count("P &lt; 0.05") == 1
    bounded = cards.card("index", make(value=0.2, upper=0.4))
    assert "at most 0.4" in bounded


@pytest.mark.parametrize(
    ("fields", "edge"),
    [
        ({"value": 0.1234, "digits": 2}, ""),
        ({"value": 0.1250000003, "digits": 2}, "value"),  # prints 0.13 here, 0.12 a little below
        ({"value": 0.125, "digits": 2}, ""),  # exactly a half: it goes to the even digit everywhere
        ({"value": 0.12500001, "digits": 2}, ""),
        ({"value": 0.0625, "unit": "proportion"}, ""),
        ({"value": 0.06250000001, "unit": "proportion"}, "value"),
        ({"value": 1.0, "lower": 0.5, "upper": 2.499999998, "digits": 0}, "upper"),
        ({"value": 1.0, "p_value": 0.0010000000001}, "p_value"),
        ({"value": 1.0, "p_value": 0.0012}, ""),
        ({"value": float("inf"), "digits": 0}, ""),
    ],
)
def test_a_number_that_a_last_bit_could_print_otherwise_is_found(fields, edge):
    assert on_an_edge(make(**fields)) == edge


def test_a_ratio_that_happens_to_equal_its_p_is_no_p():
    # as rounded editions have them: a hazard ratio of 1.0 and a P up to the line of 1
    record = make(value=1.0, lower=0.22, upper=4.5, p_value=1.0, digits=2)
    assert record_text(record, "value") == "1.00"
    assert record_text(replace(record, lower=None, upper=None), "value") == "> 0.99"


def test_ten_digits_decide_what_is_printed():
    assert decimal_text(0.12499999999999999, 2) == decimal_text(0.12500000000000003, 2) == "0.13"


def test_a_coarse_p_prints_as_the_line_above_it_wherever_it_stands():
    """Rounded to lines, 1 means "above 0.2": "P > 0.99" would be another finding."""
    record = make(value=0.8, lower=0.5, upper=1.3, p_value=1.0, p_words="P > 0.2", unit="ratio")
    assert record_text(record, "p") == "P > 0.2"
    assert {k: v for k, _, v in cards.facts("", record)}["p"] == "P &gt; 0.2"
    assert crossed.p_words(record) == "> 0.2"
    [shown] = [r.shown for r in analyses.results_of(record) if r.role == "p_value"]
    assert shown == "P > 0.2"
