"""The treatment of each subject in, arms in dose order with a reference out; it names no new arm.

The reference is told by its words (placebo, control, standard of care), doses by a number with a
unit. Where either fails the first arm stands as the reference and says that it was not told.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd

from helpers.cells import numbers, text
from helpers.config_check import is_carried, spelling
from helpers.scaffold.draft import Draft

# the earlier a group, the surer it is a reference
REFERENCE_WORDS = (
    r"placebo|\bpbo\b|\bplb\b|vehicle|sham|saline|dummy",
    r"\b(controls?|cont|ctrl)\b|kontroll?e",
    r"standard|\bsoc\b|usual (care|treatment)|(treatment|care) as usual|^tau$|comparator|reference"
    r"|best (supportive|available)",
    r"no (treatment|therapy|intervention)|untreated|observation|deferred|delayed|\bart alone\b",
)
NO_ARM = re.compile(
    r"screen(ing)? ?fail|scrnfail|notassgn|not ?assigned|unassigned|unplan|not ?treated|nottrt"
    r"|not ?random", re.I)  # fmt: skip
# one drug given to one cohort after another: nobody was randomised between them
COHORT = re.compile(
    r"(?:dos(?:e|is) ?)?(?:cohort|kohorte|cohorte|level|stufe|panel)\s*[-#]?\s*(?:\d+|[ivx]+|[a-h])\b",
    re.I,
)
LEVELS = (r"\blow", r"\b(medium|mid|middle|intermediate|moderate)", r"\bhigh")
CODED = "the treatment's number in adsl, which does not just count the arms"
_UNIT = (r"(?:mg|µg|μg|ug|mcg|ng|g|ml|mL|iu|IU|U|%|(?:million |billion )?cells?|CFU|PFU|vg|Gy|mM|nM)"
         r"(?:\s?/\s?(?:kg|m2|m²|day|d|ml|mL))?")  # fmt: skip
_DOSE = re.compile(
    rf"(?<![\w.,])(\d+(?:[.,]\d+)?)(?:\s?[x×*]\s?10\^?(\d+))?\s*-?({_UNIT})(?![A-Za-z])"
)


@dataclass(frozen=True)
class ArmGuess:
    """One arm: its spelling, its dose (None: none or not told) and whether it is the reference."""

    value: str
    dose: float | None
    reference: bool


@dataclass(frozen=True)
class ArmsGuess:
    """All arms in order; how order, doses and reference were told, and what is in no arm.

    `respelt` is a rarer spelling -> the arm whose label it is but for case, spaces and hyphens.
    """

    arms: list[ArmGuess]
    order: str
    doses: str
    reference: str
    reference_is_sure: bool
    left_out: list[str]
    respelt: dict[str, str]

    @property
    def pooled(self) -> list[str]:
        """All arms where every one is a cohort of a dose escalation; else none."""
        values = [arm.value for arm in self.arms]
        return values if len(values) > 1 and all(map(COHORT.match, values)) else []


def guess_arms(treatment: pd.Series, number: pd.Series | None = None) -> ArmsGuess:
    """Arms from the subjects' treatments; `number` is TRT01AN (or TRT01PN), if there is one."""
    words = text(treatment)
    values = [value for value in words.unique() if value]
    carried = [v for v in values if is_carried(v) and not NO_ARM.search(v)]
    respelt = _respelt(carried, words)
    arms = [v for v in carried if v not in respelt]
    reference, why = _reference(arms)
    doses, unit = _doses(arms, reference)
    coded = _numbers(arms, words, number)
    rank, order = _rank(arms, coded, doses)
    first = reference or min(arms, key=rank, default="")
    ordered = sorted(arms, key=lambda arm: (arm != first, rank(arm)))
    told = f"number of {unit} in the label, 0 for the reference" if doses else ""
    if not doses and _are_doses(coded, first):
        doses, told = coded, CODED
    return ArmsGuess(
        arms=[ArmGuess(arm, doses.get(arm), arm == first) for arm in ordered],
        order=order,
        doses=told,
        reference=why or "no label says which arm is the reference; the first one stands here",
        reference_is_sure=bool(why),
        left_out=[value for value in values if value not in carried],
        respelt=respelt,
    )


def _respelt(labels: list[str], words: pd.Series) -> dict[str, str]:
    """Spellings that differ from a more frequent one (the first, of equals) only as `spelling` says."""
    count = words.value_counts()
    kept: dict[str, str] = {}
    for label in sorted(labels, key=lambda label: -count[label]):
        kept.setdefault(spelling(label), label)
    return {label: kept[spelling(label)] for label in labels if kept[spelling(label)] != label}


def _reference(arms: list[str]) -> tuple[str, str]:
    """The arm that its words make the reference, and why; blank when none or several are."""
    for words in REFERENCE_WORDS:
        hits = [arm for arm in arms if re.search(words, arm, re.I)]
        if len(hits) == 1:
            return hits[0], f"its label says {re.search(words, hits[0], re.I)[0]!r}"
        if hits:
            return "", ""
    zero = [arm for arm in arms if (found := dose_of(arm)) and found[0] == 0]
    return (zero[0], "its dose is 0") if len(zero) == 1 else ("", "")


def dose_of(label: str) -> tuple[float, str, str] | None:
    """The dose that a label names, its unit and the rest of the label; None unless it is one."""
    found = list(_DOSE.finditer(label))
    if len(found) != 1:
        return None
    number, power, unit = found[0].groups()
    value = float(number.replace(",", ".")) * 10.0 ** int(power or 0)
    rest = label[: found[0].start()] + label[found[0].end() :]
    return value, unit.replace(" ", ""), re.sub(r"\W+", " ", rest).strip().casefold()


def _doses(arms: list[str], reference: str) -> tuple[dict[str, float], str]:
    """Doses of all arms; none unless one unit, one drug and different numbers."""
    found = {arm: dose_of(arm) for arm in arms if arm != reference or dose_of(arm)}
    if len(arms) < 2 or not found or None in found.values():
        return {}, ""
    values = [dose for dose, _, _ in found.values()]
    units, rests = ({item[i] for arm, item in found.items() if arm != reference} for i in (1, 2))
    if len(units) != 1 or len(rests) != 1 or len(set(values)) < len(values):
        return {}, ""
    return {reference: 0.0, **{arm: item[0] for arm, item in found.items()}} if reference else {
        arm: item[0] for arm, item in found.items()
    }, units.pop()


def _numbers(arms: list[str], words: pd.Series, number: pd.Series | None) -> dict[str, float]:
    """The treatment's number of each arm, that of most of its subjects; {} unless each has its own."""
    if number is None:
        return {}
    pairs = pd.DataFrame({"arm": words, "n": numbers(number)}).dropna()
    usual = pairs.groupby("arm")["n"].agg(lambda n: float(n.mode().iloc[0]))
    place = {arm: float(usual[arm]) for arm in arms if arm in usual.index}
    return place if len(set(place.values())) == len(arms) else {}


def _are_doses(coded: dict[str, float], first: str) -> bool:
    """Whether the treatment's numbers are doses (0, 54, 81) and do not just count the arms."""
    values = sorted(coded.values())
    counts = all(b - a == 1 for a, b in pairwise(values))
    return len(values) > 2 and not counts and coded[first] == values[0] == 0


def _rank(arms: list[str], coded: dict[str, float], doses: dict[str, float]):
    """How to sort the arms, and what told it."""
    if coded:
        return coded.get, "the reference, then by the treatment's number in adsl"
    if doses:
        return doses.get, "the reference, then by the dose in the label"
    level = {a: [i for i, word in enumerate(LEVELS) if re.search(word, a, re.I)] for a in arms}
    if sum(map(bool, level.values())) > 1:
        return (lambda arm: (level[arm] or [0])[0]), "the reference, then low, medium, high"
    return (lambda arm: arm.casefold()), ""


def put_arms(draft: Draft, guess: ArmsGuess) -> None:
    """The [[arms]] blocks."""
    for value in guess.left_out:
        draft.leave_out(
            f"an arm for {value!r}: its subjects are in no arm (left out if its flags of analysis "
            "sets are N, else take them out of adsl), or study.toml cannot hold the text"
        )
    for rare, arm in guess.respelt.items():
        draft.leave_out(f"whether {rare!r} is {arm!r}: if so, write {arm!r} in adsl")
    if guess.pooled:
        draft.start("[[arms]]")
        draft.put("value", sorted(guess.pooled), "cohorts, as adsl spells them", sure=False)
        draft.put("label", "All cohorts", "as the book prints it; change it as you like")
        draft.block = ""
        return
    for i, arm in enumerate(guess.arms):
        draft.start("[[arms]]")
        draft.put("value", arm.value, "as adsl spells it")
        draft.put("label", arm.value, "as the book prints it; change it as you like")
        if arm.dose is not None:
            draft.put("dose", arm.dose, guess.doses, sure=guess.doses != CODED)
        elif i == 0 and len(guess.arms) > 2:  # two arms have no trend over dose
            draft.leave_out("dose: not every label has one number in one unit for one drug")
        if arm.reference and len(guess.arms) > 1:
            draft.put("reference", True, guess.reference, sure=guess.reference_is_sure)
    draft.block = ""
    if len(guess.arms) > 1 and guess.order:
        draft.say(f"Order of the arms: {guess.order}.")
    elif len(guess.arms) > 2:
        draft.leave_out("the order of the arms: they stand by name; put them in dose order")
