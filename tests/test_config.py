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
