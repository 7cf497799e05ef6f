"""What a report echoes is one line, printable and not endless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.errors import Problem, StudyError
from helpers.printable import (
    LONGEST,
    has_control,
    lines,
    one_line,
    shown,
    without_controls,
)

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def is_control(char):
    """By the Unicode database, in place of the ranges that the module spells out."""
    return unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in BIDI


def test_every_control_character_of_unicode_is_known_and_no_other():
    chars = [chr(code) for code in range(0x110000)]
    assert [c for c in chars if has_control(c) != is_control(c)] == []


@given(st.text(st.characters(codec=None, categories=["Cc", "Cs", "Zl", "Zp", "L", "P", "Zs"])))
def test_one_line_and_the_text_of_a_cell_hold_no_control_character(text):
    for plain in (one_line(text), without_controls(text)):
        assert not any(map(is_control, plain))
        plain.encode()  # no half of a code point is left


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Zürich, 免疫 ½\u00a0µL", "Zürich, 免疫 ½\u00a0µL"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("a\nerror: adsl.csv: forged", "a\\nerror: adsl.csv: forged"),
        ("a\u2028b\u202ec", "a\\u2028b\\u202ec"),
        ("adsl\udcff.csv", "adsl\\xff.csv"),  # the byte ff of a name that is no UTF-8
    ],
)
def test_a_control_character_is_written_as_an_escape(text, line):
    assert one_line(text) == line


def test_a_long_text_is_cut_and_says_how_long_it_was():
    line = one_line("9" * 5000)
    assert line == "9" * LONGEST + "… (5,000 characters)"
    assert one_line("9" * LONGEST) == "9" * LONGEST


def test_a_message_keeps_its_own_lines():
    assert lines("one\ntwo\x1b[2J\nthree") == "one\ntwo\\x1b[2J\nthree"


def test_the_text_of_a_cell_loses_line_breaks_but_no_words():
    assert (
        without_controls("pain\r\n at site\tof injection\x00") == "pain  at site of injection\ufffd"
    )


def nested(depth):
    value = []
    for _ in range(depth):
        value = [value]
    return value


ANY = {
    "deep": nested(5000),
    "long": "x" * 10**6,
    "deep in a block": {"a": nested(3000)},
    "many": list(range(10**5)),
    "digits": 10**6000,
    "more digits": -(16**9000),
}


@pytest.mark.parametrize("what", ANY)
def test_any_value_is_shown_in_a_bounded_line(what):
    assert len(shown(ANY[what])) < LONGEST + 50


def test_small_values_are_shown_as_python_writes_them():
    values = [3, -2.5, "it's", ["a", 1], {"a": 1}, None, True, 10**29]
    assert [shown(value) for value in values] == [repr(value) for value in values]


def test_a_problem_and_its_head_are_printable_whatever_is_put_in():
    bad = "a\x1b[2J\nerror: forged" + "z" * 10_000
    text = str(StudyError(bad, [Problem(bad, bad, bad, bad, bad, bad, 3)]))
    assert len(text.splitlines()) == 5  # the head, and four lines of the problem
    assert "\x1b" not in text
    assert not any(line.startswith("error: forged") for line in text.splitlines())
    assert len(text) < 8 * LONGEST
