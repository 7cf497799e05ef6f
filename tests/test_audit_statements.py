"""Statements, statistics and facts of a report, against tails of distributions and by hand."""

from dataclasses import replace

import pytest
from scipy import stats

from helpers.audit.consistency import numbers
from helpers.audit.engine import audit
from helpers.audit.model import Arm, Report, Result, Statement, Trial
from helpers.audit.non_inferior import non_inferior
from helpers.audit.statistics import statistic_p

ARMS = (Arm("a", "a", 24), Arm("b", "b", 24, True))
CHANGE = Result("c", "change", ("a", "b"), p=("<0.001", "n.s."))
AMONG = Result("m", "among", ("a", "b"), p=("n.s.",))
GOOD = Result("g", "percent", ("a", "b"), count=("18", "6"), percent=("75%", "25%"), p=("0.001",))
BAD = Result("w", "percent", ("a", "b"), percent=("76%", "25%"), p=("0.001",))
ZERO = Result("z", "zero", ("a",))
RATIO = Result(
    "h",
    "ratio",
    ("a", "b"),
    measure="hazard ratio",
    value="0.90",
    ci=("0.60", "1.35"),
    note="of recurrent events",
)  # of first ones 48 patients are too few for it; fmt: skip


def statement(kind, *rests, **more):
    case = Report("x", trial=Trial("randomised", 48), arms=ARMS,
                  results=(CHANGE, AMONG, GOOD, BAD, ZERO, RATIO),
                  statements=(Statement("s", kind, rests, **more),))  # fmt: skip
    return audit(case).statements[0]


@pytest.mark.parametrize(
    ("kind", "rests", "word"),
    [
        ("superior", ("g",), "reproduced"),
        ("superior", ("w",), "questioned"),
        ("superior", ("c",), "questioned"),
        ("superior", ("m",), "questioned"),
        ("superior", ("h",), "questioned"),
        ("superior", (), "not checkable"),
        ("no-difference", ("m",), "not checkable"),
        ("no-difference", ("h",), "compatible"),
        ("no-difference", ("g",), "questioned"),
        ("safe", ("z",), "not checkable"),
        ("safe", (), "not checkable"),
        ("recommends-trial", (), "not checkable"),
        ("background", (), "not checkable"),
    ],
)
def test_a_statement_stands_as_what_it_rests_on(kind, rests, word):
    assert statement(kind, *rests).verdict == word


def test_no_change_beside_a_significant_arm_is_questioned():
    found = statement("no-change", "c", "m", arms=("b",))
    assert found.verdict == "questioned"
    assert "compares each arm with its own start" in found.why


def test_zero_of_n_says_what_it_leaves_open_and_does_not_judge():
    found = statement("safe", "z")
    upper = 1 - 0.05 ** (1 / 24)  # closed form
    assert f"{upper:.1%}" in found.why


@pytest.mark.proves("helpers.audit.statistics:statistic_p")
def test_p_of_a_statistic_is_the_tail_of_its_distribution():
    assert statistic_p("t", 2.2, (28,)) == pytest.approx(2 * stats.t.sf(2.2, 28), rel=1e-12)
    assert statistic_p("F", 3.1, (2, 27)) == pytest.approx(stats.f.sf(3.1, 2, 27), rel=1e-12)
    assert statistic_p("chi-square", 4.2, (1,)) == pytest.approx(stats.chi2.sf(4.2, 1), rel=1e-12)
    assert statistic_p("z", -1.96, ()) == pytest.approx(2 * stats.norm.sf(1.96), rel=1e-12)
    t = 0.45 * (28 / (1 - 0.45**2)) ** 0.5
    assert statistic_p("r", 0.45, (28,)) == pytest.approx(2 * stats.t.sf(t, 28), rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"statistic": "t", "value": "2.20", "df": ("28",), "p": ("0.036",)}, "reproduced"),
        ({"statistic": "t", "value": "2.20", "df": ("28",), "p": ("0.02",)}, "questioned"),
        ({"statistic": "t", "value": "2.20", "df": ("28",), "p": ("0.018",), "test": "one-sided"},
         "reproduced"),
        ({"statistic": "F", "value": "3.1", "df": ("2", "27"), "p": ("<0.10",)}, "reproduced"),
        ({"statistic": "F", "value": "3.1", "p": ("0.06",)}, "not checkable"),
        ({"statistic": "r", "value": "0.45", "n": ("30",), "p": ("0.013",)}, "reproduced"),
        ({"statistic": "r", "value": "1.45", "n": ("30",), "p": ("0.013",)}, "impossible"),
    ],
)  # fmt: skip
def test_statistics_against_their_p(fields, word):
    case = Report("x", arms=ARMS, results=(Result("r", "statistic", ("a", "b"), **fields),))
    assert audit(case).results[0].verdict == word


@pytest.mark.parametrize(
    ("text", "found"),
    [("Seventy-two", (72,)), ("1,156", (1156,)), ("May 2013 to March 2016", (5, 2013, 3, 2016)),
     ("twelve", (12,))],
)  # fmt: skip
def test_numbers_in_words_are_read(text, found):
    assert numbers(text) == found


def fact(printed, source=""):
    return {"kind": "fact", "name": "enrolled", "printed": printed, "source": source}


@pytest.mark.parametrize(
    ("first", "second", "word"),
    [("48", "forty-eight", "compatible"), ("50", "48", "questioned")],
)
def test_the_same_fact_printed_twice_is_compared(first, second, word):
    facts = tuple(Result(str(i), **fact(text)) for i, text in enumerate((first, second)))
    case = Report("x", arms=(Arm("a"),), results=facts)
    assert audit(case).results[0].verdict == word


def test_a_fact_printed_once_has_nothing_to_be_held_against():
    case = Report(
        "x",
        trial=Trial(enrolled=48),
        arms=(Arm("a", "a", 48),),
        results=(Result("f", **fact("48")),),
    )
    assert audit(case).results[0].verdict == "not checkable"


def test_arms_that_hold_more_than_all_are_impossible_together():
    case = Report("x", trial=Trial(enrolled=40), arms=ARMS, results=(GOOD,))
    found = next(c for c in audit(case).checks if c.check == "consistency")
    assert found.verdict == "impossible"


# ---------------------------------------------------------------- not inferior


def difference(low, high, **more):
    return Result("d", "ratio", ("a", "b"), measure="risk difference", value="-2.0%",
                  ci=(low, high), **more)  # fmt: skip


def not_inferior(result, margin, end=""):
    said = Statement("s", "non-inferior", (result.id,), margin=margin, end=end)
    return audit(Report("x", arms=ARMS, results=(result,), statements=(said,))).statements[0]


@pytest.mark.proves("helpers.audit.non_inferior:non_inferior")
@pytest.mark.parametrize(
    ("low", "high", "margin", "end", "word"),
    [
        # the rule by hand: the lower end above minus the margin, or the upper end below the margin
        ("-8.0%", "4.0%", "10%", "", "reproduced"),
        ("-8.0%", "4.0%", "-10%", "", "reproduced"),
        ("-8.0%", "4.0%", "-7%", "", "questioned"),
        ("-8.0%", "4.0%", "7%", "upper", "reproduced"),
        ("-8.0%", "4.0%", "7%", "lower", "questioned"),
        ("-8.0%", "4.0%", "7%", "", "not checkable"),  # which end counts is not said
        ("-8.0%", "4.0%", "3%", "", "questioned"),  # neither does
        ("-8%", "4%", "8.2%", "lower", "not checkable"),  # -8% may be -8.4%
        ("-0.08", "0.04", "10%", "", "reproduced"),  # the interval as a fraction
        ("-0.08", "0.04", "0.07", "lower", "questioned"),
    ],
)
def test_an_interval_supports_a_margin_or_does_not(low, high, margin, end, word):
    result = difference(low, high)
    if "%" not in low:
        result = replace(result, value="-0.02")
    case = Report("x", arms=ARMS, results=(result,))
    said = Statement("s", "non-inferior", ("d",), margin=margin, end=end)
    assert non_inferior(said, [result], case, lambda _: "reproduced")[0] == word
    assert not_inferior(result, margin, end).verdict == word


@pytest.mark.parametrize(
    ("margin", "word"),
    [("1.35", "not checkable"), ("1.36", "reproduced"), ("1.34", "questioned"), ("0.5", "reproduced"),
     ("0.65", "questioned")],
)  # fmt: skip
def test_a_margin_of_a_ratio_says_which_end_it_holds(margin, word):
    found = not_inferior(RATIO, margin)
    assert found.verdict == word
    assert ("upper end" if margin > "1" else "lower end") in found.why


def test_readings_that_differ_are_both_given_and_nothing_printed_is_not_checkable():
    found = not_inferior(difference("-8.0%", "4.0%"), "7%")
    assert {under.verdict for under in found.under} == {"questioned", "reproduced"}
    assert not_inferior(GOOD, "10%").verdict == "not checkable"
    assert not_inferior(replace(GOOD, percent=("76%", "25%")), "10%").verdict == "questioned"
