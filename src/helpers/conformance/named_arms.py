"""Arms of `study.toml` in, those whose dose, label or pooling contradicts the names of treatments out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from helpers.config import Arm
from helpers.config_check import spelling
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

NUMBER = re.compile(r"\d+(?:\.\d+)?")
WITHOUT = re.compile(
    r"placebo|control|sham|vehicle|untreated|no treatment|standard|usual care|dummy|deferred"
    r"|kontrolle|scheinmedik|témoin|控制|对照|安慰剂",
    re.I,
)


def _numbers(texts: tuple[str, ...]) -> set[float]:
    return {float(n) for text in texts for n in NUMBER.findall(text)}


@rule(
    "dose unlike the name of the arm",
    "warning",
    "study.arms",
    expected="the dose that the treatment is called by, as in the other arms",
    do="correct dose: the test of trend goes by it",
)
def unlike_the_name(tables: Tables) -> Iterator[Hits]:
    """The treatments' names hold their doses ("20 mg"), but of one arm another number than dose.

    Only where the name of another arm has just its dose, and each name one number.
    """
    named = [(arm, _numbers(arm.values)) for arm in tables.config.arms if arm.dose]
    alike = [arm for arm, numbers in named if numbers == {arm.dose}]
    for arm, numbers in named:
        if alike and len(numbers) == 1 and arm.dose not in numbers:
            yield Hits(None, f"dose {arm.dose:g} of {arm.values[0]!r}")


def _of_other(arm: Arm, other: Arm) -> bool:
    """Whether the label of an arm is the name of the other, or holds its numbers and none of its own."""
    own = {spelling(value) for value in arm.values}
    if spelling(arm.label) in {spelling(value) for value in other.values} - own:
        return True
    said, mine, theirs = (_numbers(t) for t in ((arm.label,), arm.values, other.values))
    return bool(said) and said == theirs and not said & mine and bool(mine)


@rule(
    "label of another arm",
    "warning",
    "study.arms",
    expected="a label that goes with the arm's own treatment",
    do="correct label: every table and figure would show the numbers of one arm under another's name",
)
def mislabelled(tables: Tables) -> Iterator[Hits]:
    """The label of an arm is the treatment of another arm, or has its dose ("5 mg" for "Drug 20 mg")."""
    arms = tables.config.arms
    wrong = [
        arm for arm in arms if any(_of_other(arm, other) for other in arms if other is not arm)
    ]
    if wrong:
        yield Hits(None, ", ".join(f"{arm.label!r} for {arm.values[0]!r}" for arm in wrong))


@rule(
    "placebo and drug in one arm",
    "warning",
    "study.arms",
    expected="arms pooled that got alike treatments",
    do="give the placebo (or control) an arm of its own",
)
def pooled(tables: Tables) -> Iterator[Hits]:
    """A block of several treatments holds one that is called placebo or control, and one that is not."""
    for arm in tables.config.arms:
        without = [value for value in arm.values if WITHOUT.search(value)]
        if without and len(without) < len(arm.values):
            other = next(value for value in arm.values if value not in without)
            yield Hits(None, f"{without[0]!r} and {other!r} in one arm")
