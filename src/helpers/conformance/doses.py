"""Tables in, arms whose doses contradict their order, their names or the reference out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from helpers.config import Arm
from helpers.config_check import spelling
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables


def _said(arm: Arm) -> str:
    return f"{arm.label!r} ({arm.dose:g})"


@rule(
    "doses out of order",
    "warning",
    "study.arms",
    expected="arms in dose order, the reference at dose 0 if any arm is",
    do="correct dose or reference: the test of trend and the comparisons go by them",
)
def disordered_doses(tables: Tables) -> Iterator[Hits]:
    """The doses of study.toml do not rise from block to block, or an arm of dose 0 is not the reference.

    Also where the numbers in the names of two arms are each other's dose.
    """
    dosed = [arm for arm in tables.config.arms if arm.dose is not None]
    falling = [(a, b) for a, b in pairwise(dosed) if b.dose < a.dose]
    if falling:
        one, two = falling[0]
        yield Hits(None, f"{_said(one)} before {_said(two)}")
    none = [arm for arm in dosed if arm.dose == 0]
    reference = tables.config.reference
    if none and not any(arm.reference for arm in none) and reference.reference:
        found = f"{reference.label!r} is the reference, {none[0].label!r} has dose 0"
        yield Hits(None, found)
    for one, two in _exchanged(dosed):
        yield Hits(None, f"{_said(one)} and {_said(two)}", expected="the doses of their names")


def _exchanged(arms: list[Arm]) -> Iterator[tuple[Arm, Arm]]:
    """Pairs of arms of which each has the other's number in its name, and not its own."""
    numbers = [
        {float(n) for text in (*arm.values, arm.label) for n in re.findall(r"\d+(?:\.\d+)?", text)}
        for arm in arms
    ]
    for i, one in enumerate(arms):
        for j in range(i):
            if (one.dose in numbers[j] and arms[j].dose in numbers[i]
                    and one.dose not in numbers[i] and arms[j].dose not in numbers[j]):  # fmt: skip
                yield arms[j], one


@rule(
    "arms that look alike",
    "warning",
    "study.arms",
    expected="a dose and a label of its own for each arm",
    do='correct dose or label; or pool the arms in one block: value = ["...", "..."]',
)
def alike(tables: Tables) -> Iterator[Hits]:
    """Two arms have one dose, so that the test of trend takes them as one, or labels that look the same."""
    arms = tables.config.arms
    for i, one in enumerate(arms):
        for other in arms[:i]:
            if one.dose is not None and one.dose == other.dose:
                yield Hits(None, f"{_said(other)} and {_said(one)}")
            elif spelling(one.label) == spelling(other.label):
                yield Hits(None, f"{other.label!r} and {one.label!r}")
