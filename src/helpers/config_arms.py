"""The parsed `study.toml` in, the `Problem`s of its arms out: their number, names and reference.

Every key is known and typed before (`config_check`). Nothing is corrected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from helpers import config_plan
from helpers.config_check import problem, spelling
from helpers.errors import Problem


def arm_values(arm: Mapping[str, Any]) -> list[str]:
    """The treatments of adsl that an [[arms]] block takes in: one, or a list to be pooled."""
    value = arm["value"]
    return [str(v) for v in value] if isinstance(value, list) else [str(value)]


def arm_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the arms, and with the comparisons that name them."""
    return [*_blocks(raw), *_unknown_comparisons(raw)]


def _blocks(raw: Mapping[str, Any]) -> list[Problem]:
    arms = raw.get("arms", [])
    if not arms:
        return []  # reported as a missing key
    if any("value" not in arm for arm in arms):
        do = "write one [[arms]] block an arm, each with its value"
        return [problem("wrong form", "[[arms]] with value = ...", arms, do, "arms")]
    return [*_doubled_arms(arms), *_arm_numbers(raw["design"], arms)] if "design" in raw else []


def _doubled_arms(arms: list) -> list[Problem]:
    values = [value for arm in arms for value in arm_values(arm)]
    labels = [arm.get("label", " + ".join(arm_values(arm))) for arm in arms]
    if len(set(values)) < len(values) or len(set(labels)) < len(labels):
        expected, do = "each value and each label once", "remove or rename the second block"
        return [problem("duplicate arm", expected, labels, do, "arms")]
    owners = {value: i for i, arm in enumerate(arms) for value in arm_values(arm)}
    named = {label: i for i, label in enumerate(labels)}
    do = "keep one block, and spell the treatment in adsl like it ({!r}?)"
    return _spelt_alike(owners, do) or _spelt_alike(named, "rename one label")


def _spelt_alike(owners: Mapping[str, int], do: str) -> list[Problem]:
    """The texts of different arms that are one but for case, blanks and punctuation."""
    first: dict[str, str] = {}
    out = []
    for text, arm in owners.items():
        other = first.setdefault(spelling(text), text)
        if owners[other] != arm:
            found = f"{other!r} and {text!r}"
            expected = "one arm, one spelling"
            out.append(problem("arms in two spellings", expected, found, do.format(other), "arms"))
    return out


def _arm_numbers(design: str, arms: list) -> list[Problem]:
    if design == "single-arm" and len(arms) != 1:
        do = (
            'use design = "randomised", keep one block, or pool them in one: '
            'value = ["Cohort 1", "Cohort 2"]'
        )
        return [problem("number of arms", "exactly one arm", len(arms), do, "arms")]
    if design != "randomised":
        return []
    if len(arms) < 2:
        do = 'add a block an arm, or use design = "single-arm"'
        return [problem("number of arms", "two arms or more", len(arms), do, "arms")]
    marked = [" + ".join(arm_values(arm)) for arm in arms if arm.get("reference")]
    if len(marked) == 1:
        return []
    do = "give exactly one of them reference = true"
    found = ", ".join(map(repr, marked)) or "none of them"
    return [problem("reference arm", "one arm with reference = true", found, do, "arms")]


def _unknown_comparisons(raw: Mapping[str, Any]) -> list[Problem]:
    arms = [arm for arm in raw.get("arms", []) if "value" in arm]
    labels = [arm.get("label", " + ".join(arm_values(arm))) for arm in arms]
    marked = [label for arm, label in zip(arms, labels, strict=True) if arm.get("reference")]
    reference = (marked or labels[:1] or [""])[0]
    others = ", ".join(label for label in labels if label != reference)
    expected = f"each once, an arm to compare with {reference!r} ({others}) or a list of two arms"
    return [
        problem("unknown arm", expected, repr(wrong), "use one of them", "analysis.comparisons")
        for wrong in config_plan.wrong_comparisons(raw, labels, reference)[:1]
    ]
