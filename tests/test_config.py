"""study.toml: every key is known, typed and documented; a mistake is named with its remedy."""

import re
from pathlib import Path

import pytest

from helpers.config import parse_config
from helpers.config_check import KEYS

GOOD = {
    "id": "s",
    "title": "S",
    "design": "randomised",
    "arms": [{"value": "a", "reference": True}, {"value": "b"}],
    "visits": {"unit": "week", "main": 48},
    "parameters": {"cd4": {"paramcd": "CD4", "unit": "cells/µL", "range": [0, 5000]}},
    "endpoints": {"end": {"paramcd": "END", "event": "failure", "unit": "day"}},
}


def changed(path, value):
    """A copy of GOOD with one key set; path "arms.0.dose" for nested ones."""
    import copy

    raw = copy.deepcopy(GOOD)
    *heads, last = path.split(".")
    block = raw
    for head in heads:
        block = block[int(head)] if head.isdigit() else block.setdefault(head, {})
    block[last] = value
    return raw


def test_the_good_one_is_read():
    config, problems = parse_config(GOOD)
    assert problems == []
    assert config.reference.values == ("a",)
    assert config.parameters["cd4"].range == (0, 5000)


@pytest.mark.parametrize(
    ("path", "value", "rule", "said"),
    [
        ("desing", "x", "unknown key", "did you mean 'design'"),
        ("parameters.cd4.lloqq", 50, "unknown key", "did you mean 'lloq'"),
        ("arms.0.reference", "no", "wrong type", "true or false"),
        ("arms.0.dose", "high", "wrong type", "a number"),
        ("visits.main", "wk48", "wrong type", "a number"),
        ("title", ["a"], "wrong type", "a text in quotes"),
        ("title", "a {num} b", "unprintable text", "braces"),
        ("parameters.cd4.lloq", -1, "out of range", "a limit above 0"),
        ("parameters.cd4.range", [1], "wrong form", "[lowest, highest]"),
        ("parameters.cd4.better", "down", "unknown word", "higher or lower"),
        ("endpoints.end.unit", "fortnight", "unknown word", "day or week or month"),
        ("columns.adlb", {"AVAL": 3}, "wrong type", "THEIRS"),
        ("columns.adxx", {"AVAL": "X"}, "unknown word", "adsl or adlb"),
        ("arms.1.label", "a", "duplicate arm", "each label once"),
        ("arms", [], "missing key", "[[arms]] block"),
    ],
)
def test_a_mistake_is_named_with_its_key_and_its_remedy(path, value, rule, said):
    config, problems = parse_config(changed(path, value))
    assert config is None
    assert [p.rule for p in problems] == [rule]
    assert said in str(problems[0])


@pytest.mark.parametrize(("word", "said"), [
    ("crossover", "no analysis within subjects"), ("cross-over", "first period"),
    ("cluster-randomised", "no analysis of clusters"), ("observational", "nobody randomised"),
    ("factorial", "no test of an interaction"), ("parallel", "use one of the expected words"),
])  # fmt: skip
def test_a_design_that_the_book_does_not_analyse_is_told_what_it_can_do(word, said):
    config, (found,) = parse_config(changed("design", word))
    assert config is None
    assert (found.rule, found.column) == ("unknown word", "design")
    assert said in found.do


def test_the_dictionary_lists_every_key_and_no_other():
    text = (Path(__file__).resolve().parents[1] / "data/README.md").read_text(encoding="utf-8")
    section = text.split("## study.toml")[1].split("\n## ")[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| ")]
    listed = {key for _, cell in rows for key in re.findall(r"`(\w+)`", cell)} - {"OURS"}
    assert listed == {key for block in KEYS.values() for key in block}


def test_a_list_of_values_is_one_arm():
    raw = {**GOOD, "design": "single-arm", "arms": [{"value": ["Cohort 1", "Cohort 2"]}]}
    config, problems = parse_config(raw)
    assert problems == []
    assert [(arm.values, arm.label) for arm in config.arms] == [
        (("Cohort 1", "Cohort 2"), "Cohort 1 + Cohort 2")
    ]


@pytest.mark.parametrize(
    ("values", "rule"),
    [([[]], "empty text"), ([["a", " "]], "empty text"), ([["a", 3]], "wrong type"),
     ([["a", "b"], "b"], "duplicate arm"), ([["a", "{b}"]], "unprintable text"),
     (["A b", ["a  B", "c"]], "arms in two spellings")],
)  # fmt: skip
def test_a_faulty_list_of_values_is_named(values, rule):
    arms = [
        {"value": value, "reference": i == 0, "label": f"arm {i}"} for i, value in enumerate(values)
    ]
    design = "single-arm" if len(arms) == 1 else "randomised"
    _, problems = parse_config({**GOOD, "design": design, "arms": arms})
    assert rule in {problem.rule for problem in problems}


def test_one_arm_may_pool_two_spellings_of_a_treatment():
    raw = {
        **GOOD,
        "design": "single-arm",
        "arms": [{"value": ["Cells", "CELLS"], "label": "Cells"}],
    }
    assert parse_config(raw)[1] == []


@pytest.mark.parametrize("said", [["b"], "b", [["b", "a"]], [["a", "b"]]])
def test_comparisons_are_arms_or_pairs_of_them(said):
    config, problems = parse_config(changed("analysis.comparisons", said))
    assert not problems
    entry = said if isinstance(said, str) else said[0]
    assert config.analysis.comparisons == (tuple(entry) if isinstance(entry, list) else entry,)


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (["c"], "unknown arm"), (["a"], "unknown arm"), ([["b", "c"]], "unknown arm"),
        ([["b", "b"]], "unknown arm"), (["b", ["a", "b"]], "unknown arm"), (["b", "b"], "unknown arm"),
        ([["a", "b", "c"]], "wrong form"), ([["b"]], "wrong form"), ([[1, 2]], "wrong form"),
        ([], "wrong form"), ([["b", "a\n"]], "unprintable text"), ([3], "wrong form"),
    ],
)  # fmt: skip
def test_a_comparison_of_no_two_arms_is_named(said, rule):
    config, problems = parse_config(changed("analysis.comparisons", said))
    assert config is None
    assert rule in {p.rule for p in problems}
    assert {p.column for p in problems} == {"analysis.comparisons"}


RESPONSE = {"parameter": "CD4", "visit": 48, "at_least": 100, "of": "change"}
LOGS = {"paramcd": "CD4", "unit": "copies/mL", "scale": "log10"}


def with_response(said=None, parameter=None, **more):
    """GOOD with one response, changed by `said` (None takes a key away)."""
    item = {k: v for k, v in {**RESPONSE, **(said or {})}.items() if v is not None}
    raw = changed("responses", {"r": item, **more})
    raw["parameters"]["cd4"] = parameter or raw["parameters"]["cd4"]
    return raw


def test_a_response_is_read_with_what_holds_without_its_keys():
    config, problems = parse_config(with_response())
    assert problems == []
    r = config.responses["r"]
    assert (r.of, r.side, r.threshold, r.visit, r.missing, r.scale) == (
        "change", "at_least", 100.0, 48.0, "no response", "linear")  # fmt: skip
    assert r.label == "change at least 100 cells/µL"
    left = parse_config(with_response({"missing": "left out", "label": "Rise"}))[0].responses["r"]
    assert (left.label, left.missing) == ("Rise", "left out")


@pytest.mark.parametrize(
    ("said", "rule", "words"),
    [
        ({"atleast": 3}, "unknown key", "did you mean 'at_least'"),
        ({"parameter": "cd4"}, "unknown parameter", "did you mean 'CD4'"),
        ({"parameter": "ACR20"}, "unknown parameter", "add the block of 'ACR20'"),
        ({"parameter": None}, "missing key", "PARAMCD"),
        ({"parameter": " "}, "empty text", "fill it in"),
        ({"visit": None}, "missing key", "AVISITN"),
        ({"visit": 0}, "visit not after baseline", "a visit after 0"),
        ({"visit": "week 48"}, "wrong type", "a number"),
        ({"at_least": None}, "missing key", "one of at_least, above, at_most, below"),
        ({"below": 50}, "two thresholds", "keep one"),
        ({"at_least": "100"}, "wrong type", "a number"),
        ({"at_least": float("nan")}, "not finite", "a finite number"),
        ({"of": "rise"}, "unknown word", "value or change or percent change"),
        ({"missing": "carried forward"}, "unknown word", "no response or left out"),
        ({"scale": "linear"}, "ambiguous scale", "leave it out"),
        ({"label": "a {num}"}, "unprintable text", "braces"),
    ],
)
def test_a_mistake_in_a_response_is_named_with_its_remedy(said, rule, words):
    config, problems = parse_config(with_response(said))
    assert config is None
    assert [p.rule for p in problems] == [rule]
    assert words in str(problems[0])
    assert problems[0].column.startswith("responses.r")


@pytest.mark.parametrize("parameter", [LOGS, {**LOGS, "scale": "already log10"},
                                       {"paramcd": "CD4", "unit": "log10 copies/mL"}])  # fmt: skip
def test_a_threshold_on_a_log_scale_says_which_it_is_on(parameter):
    assert [p.rule for p in parse_config(with_response(parameter=parameter))[1]] == [
        "ambiguous scale"
    ]
    for scale in ("linear", "log10"):
        config, problems = parse_config(with_response({"scale": scale}, parameter))
        assert problems == []
        assert config.responses["r"].scale == scale
    _, found = parse_config(with_response({"scale": "log10", "of": "percent change"}, parameter))
    assert [p.rule for p in found] == ["ambiguous scale"]


def test_a_rating_of_change_has_no_change_and_one_label_is_one_response():
    rating = {"paramcd": "CD4", "baseline": False}
    assert [p.rule for p in parse_config(with_response(parameter=rating))[1]] == [
        "change without a baseline"
    ]
    assert parse_config(with_response({"of": "value"}, rating))[1] == []
    again = parse_config(with_response(s=RESPONSE))[1]
    assert [(p.rule, p.column) for p in again] == [("duplicate response", "responses.s.label")]
    assert parse_config(with_response(s={**RESPONSE, "visit": 24}))[1] == []
