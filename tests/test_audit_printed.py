from fractions import Fraction

import pytest

from helpers.audit.printed import parse, parts, prints, roundings_that_print, words

ALL = ("half-up", "half-even", "cut-off")


@pytest.mark.parametrize(
    ("text", "value", "decimals", "sign"),
    [
        ("0.040", "0.040", 3, ""),
        (".04", "0.04", 2, ""),
        ("66%", "66", 0, ""),
        ("<0.001", "0.001", 3, "<"),
        ("P = 0.03", "0.03", 2, ""),
        ("0·04", "0.04", 2, ""),
        ("−1.5", "-1.5", 1, ""),
        ("1,156", "1156", 0, ""),
        ("n.s.", "0.05", 2, "≥"),
        ("1 156", "1156", 0, ""),
        ("1\u2009156", "1156", 0, ""),  # thin space
        ("9\u202f361·5", "9361.5", 1, ""),
        ("66 per cent", "66", 0, ""),
        ("66\u00a0%", "66", 0, ""),
        ("73.2％", "73.2", 1, ""),
        ("P＜0.001", "0.001", 3, "<"),
        ("Ｐ＝０．０３", "0.03", 2, ""),
        ("P<.001", "0.001", 3, "<"),
        ("≦0.05", "0.05", 2, "≤"),
        ("‐1.5", "-1.5", 1, ""),
        ("0∙04", "0.04", 2, ""),
    ],
)
def test_numbers_are_read_as_they_are_printed(text, value, decimals, sign):
    found = parse(text)
    assert (found.value, found.decimals, found.sign) == (Fraction(value), decimals, sign)


@pytest.mark.parametrize("text", ["", "about 5", "1.2.3", "5 to 6", "1,23", "1 23", "12 34", "5²"])
def test_words_and_broken_digits_are_no_number(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("value", "text", "ways"),
    [
        ("0.0357", "0.03", ("cut-off",)),
        ("0.0357", "0.04", ("half-up", "half-even")),
        ("0.025", "0.03", ("half-up",)),  # a tie goes up, or to the even digit
        ("0.025", "0.02", ("half-even", "cut-off")),
        ("0.035", "0.04", ("half-up", "half-even")),
        ("-0.025", "-0.03", ("half-up",)),
        ("-0.029", "-0.02", ("cut-off",)),
        ("0.004", "0.0", ALL),
        ("0.0005", "<0.001", ALL),
        ("0.001", "<0.001", ()),
        ("0.2", "n.s.", ALL),
    ],
)
def test_each_way_of_rounding_prints_what_it_should(value, text, ways):
    assert roundings_that_print(Fraction(value), parse(text), ALL) == ways


def test_a_float_that_may_be_a_tie_counts_for_either_way():
    assert roundings_that_print(0.025, parse("0.03"), ALL) == ("half-up", "half-even")
    assert roundings_that_print(0.025 - 1e-9, parse("0.03"), ALL) == ()
    assert roundings_that_print(0.0357, parse("0.03"), ALL) == ("cut-off",)


def test_every_value_has_exactly_one_print_a_rounding():
    for thousandths in range(2001):
        value = Fraction(thousandths, 1000)
        for way in ALL:
            shown = [t for t in range(22) if prints(value, parse(f"{t / 10:.1f}"), way)]
            assert len(shown) == 1, (value, way)


def test_words_name_the_roundings():
    assert words(ALL, ALL) == "any rounding"
    assert words(("half-up", "half-even"), ALL) == "rounded"
    assert words(("cut-off",), ALL) == "cut off"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.30–1.28", ["0.30", "1.28"]),
        ("0.30-1.28", ["0.30", "1.28"]),
        ("(0·30 to 1·28)", ["0·30", "1·28"]),
        ("−3.1 to −0.7", ["−3.1", "−0.7"]),
        ("-3.1 - -0.7", ["-3.1", "-0.7"]),
        ("−3.1–−0.7", ["−3.1", "−0.7"]),
        ("1,156 to 1,234", ["1,156", "1,234"]),
        ("2, 69", ["2", "69"]),
        ("2,69", ["2", "69"]),
        ("19%–60%", ["19%", "60%"]),
        ("0.30～1.28", ["0.30", "1.28"]),
        ("88", ["88"]),
    ],
)
def test_two_numbers_in_one_text_are_told_apart(text, expected):
    assert parts(text) == expected
