"""Tables in, arms whose doses contradict their order, their names or the reference out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from helpers.config import Arm
from helpers.config_check import spelling
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

USUAL, LEAST = 0.9, 5  # share, and number, of those of one treatment who have its number


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


@rule(
    "number of another treatment",
    "warning",
    "adsl.TRT01AN",
    expected="one number for each treatment",
    do="find out whether the treatment or its number is wrong: the book goes by TRT01A",
    needs=["adsl.USUBJID"],
)
def other_number(tables: Tables) -> Iterator[Hits]:
    """TRT01AN is not the number that nine of ten subjects of the same TRT01A have; of TRT01PN likewise.

    By ADaM each treatment has one number. Of five subjects with it or more.
    """
    for words in ("adsl.TRT01A", "adsl.TRT01P"):
        if tables.has(words, f"{words}N"):
            code, number = tables.text(words).codes, tables.number(f"{words}N")
            wanted = np.full(len(code), np.nan)
            for one in np.unique(code[code >= 0]):
                wanted[code == one] = _usual(number[code == one])
            rows = np.flatnonzero(~np.isnan(number) & ~np.isnan(wanted) & (number != wanted))
            yield Hits(rows, lambda row, words=words, wanted=wanted: (
                f"{tables.said_of(f'{words}N')(row)}, {wanted[row]:g} of others with "
                f"{tables.said(words, row)}"), at=f"{words}N")  # fmt: skip


def _usual(numbers: np.ndarray) -> float:
    """The number that nearly all have; NaN where there is none."""
    values, times = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
    clear = len(values) and times.max() >= max(LEAST, USUAL * times.sum())
    return float(values[times.argmax()]) if clear else np.nan


@rule(
    "dose unlike the number of the treatment",
    "warning",
    "study.arms",
    expected="the dose that TRT01AN of adsl has for this arm, as for the others",
    do="correct dose, or TRT01AN: the test of trend goes by dose",
    needs=["adsl.USUBJID", "adsl.TRT01A", "adsl.TRT01AN"],
)
def unlike_the_number(tables: Tables) -> Iterator[Hits]:
    """TRT01AN holds the doses of study.toml, but of one arm another number, or those of two exchanged.

    Where the numbers of half of the arms are their doses, or all are doses of study.toml in another
    order. Numbers up to that of the arms may be codes and say nothing; so does that of an arm of dose 0,
    unless it is another arm's dose.
    """
    code, number = tables.text("adsl.TRT01A"), tables.number("adsl.TRT01AN")
    of_arm = {arm: _usual(number[np.asarray(code == arm.values[0])])
              for arm in tables.config.arms if arm.dose is not None and len(arm.values) == 1}  # fmt: skip
    known = [(arm, said) for arm, said in of_arm.items() if not np.isnan(said)]
    doses, said = {arm.dose for arm, _ in known}, [said for _, said in known]
    told = [arm for arm, said in known if arm.dose == said and _no_code(said, len(known))]
    off = [(arm, said) for arm, said in known if arm.dose != said and (arm.dose or said in doses)]
    moved = sorted(doses) == sorted(said) and sum(_no_code(s, len(known)) for s in said) > 1
    if moved or (told and 2 * len(off) <= len(known)):
        found = ", ".join(f"{_said(arm)} with TRT01AN {number_of:g}" for arm, number_of in off)
        if off:
            yield Hits(None, found)


def _no_code(number: float, arms: int) -> bool:
    """Whether a number is none by which arms are counted, from 0 or 1."""
    return number > arms or number % 1 != 0
