"""Columns that the plan uses in, values that a slip made a level or a number out; none is recoded.

A stratum spelt in two ways is two strata, a covariate with one word in it a factor of all its numbers,
and a code for "not known" the largest value of all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import numpy as np

from helpers.cells import FALSE, TRUE
from helpers.conformance.arms import unlike
from helpers.conformance.odd_numbers import BELOW, CODES
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

UNKNOWN = re.compile(
    r"(?:not |un)(?:known|available|specified|recorded|done)|missing|n\.? ?[dk]\.?|\?+|unk|unbekannt",
    re.I,
)
NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
LEVELS, LEAST = 5, 20  # different numbers; subjects
TIMES, GAP = 2.0, 5.0  # times all others that a code is, times the next one that a value apart is
SUBJECT = ["adsl.USUBJID"]


def _planned(tables: Tables, *, covariates: bool = False) -> list[str]:
    """Columns of adsl that [analysis] uses (as covariates alone), which the table has."""
    plan = tables.config.analysis
    named = plan.covariates if covariates else plan.columns
    return [f"adsl.{name}" for name in dict.fromkeys(named) if tables.has(f"adsl.{name}")]


def _meaning(word: str) -> object:
    """What two spellings of one level have in common: yes or no, a number, or letters and digits."""
    plain = unicodedata.normalize("NFKC", word).strip()
    if plain.isalpha() and plain.upper() in TRUE | FALSE:
        return plain.upper() in TRUE
    if NUMBER.fullmatch(plain):
        return float(plain)
    return "".join(c for c in plain.casefold() if c.isalnum() or c in "+-<>=.")


@rule(
    "one planned level in two spellings",
    "warning",
    "study.analysis",
    expected="one spelling of each level",
    do="write it in one way: each spelling is a stratum, centre or level of its own",
    needs=SUBJECT,
)
def spelt_twice(tables: Tables) -> Iterator[Hits]:
    """Two levels of a stratum, covariate or centre differ in case, blanks, zeros or as Y and Yes do."""
    for name in _planned(tables):
        texts = tables.text(name)
        times = np.bincount(texts.codes + 1, minlength=len(texts.categories) + 1)[1:]
        usual: dict[object, int] = {}
        for code in np.argsort(-times, kind="stable"):  # the commonest spelling is the right one
            first = usual.setdefault(_meaning(str(texts.categories[code])), int(code))
            if first != code:
                said = f", beside {texts.categories[first]!r} in {times[first]} rows"
                yield Hits(np.flatnonzero(texts.codes == code), lambda row, said=said, name=name: (
                    tables.said_of(name)(row) + said), at=name)  # fmt: skip


@rule(
    "words among the numbers of a covariate",
    "warning",
    "study.analysis",
    expected="numbers, with a decimal point, blank where not known",
    do="write the number, or nothing: with one word in it each number is a level of a factor",
    needs=SUBJECT,
)
def words_among_numbers(tables: Tables) -> Iterator[Hits]:
    """A covariate holds five different numbers or more, in most rows, and something else in others."""
    for name in _planned(tables, covariates=True):
        there, numbers = tables.text(name).codes >= 0, tables.number(name)
        words = there & np.isnan(numbers)
        known = numbers[~np.isnan(numbers)]
        if words.any() and len(np.unique(known)) >= LEVELS and 2 * len(known) > there.sum():
            yield Hits(np.flatnonzero(words), tables.said_of(name), at=name)


@rule(
    "planned value apart from all others",
    "warning",
    "study.analysis",
    expected="values of one unit, blank where not known",
    do="find out whether it is a code for a missing value, has a digit too many, or is in another unit: "
    "models take it as it is",
    needs=SUBJECT,
)
def apart(tables: Tables) -> Iterator[Hits]:
    """A number of a covariate is -9, 99, 999 or the like, or five times the next one, unlike all others.

    A code below 0 where no other number is; one that is twice all others; or, of twenty subjects, numbers
    beyond a gap that is wider than those on either side of it reach.
    """
    for name in _planned(tables, covariates=True):
        numbers = tables.number(name)
        odd = _codes(numbers)
        if not odd.any():
            odd = _beyond(numbers)
        if odd.any():
            rest = numbers[~odd & ~np.isnan(numbers)]
            said = f", others from {rest.min():g} to {rest.max():g}"
            yield Hits(np.flatnonzero(odd), lambda row, said=said, name=name: (
                tables.said_of(name)(row) + said), at=name)  # fmt: skip


def _codes(numbers: np.ndarray) -> np.ndarray:
    """True for codes of what is not known: below 0, or twice as large as all that are no codes."""
    coded = np.isin(numbers, (*BELOW, *CODES))
    rest = numbers[~coded & ~np.isnan(numbers)]
    if len(np.unique(rest)) < LEVELS:
        return np.zeros(len(numbers), dtype=bool)
    low = (numbers < 0) & (rest.min() >= 0)
    return coded & (low | (numbers >= TIMES * np.abs(rest).max()))


def _beyond(numbers: np.ndarray) -> np.ndarray:
    """True for the fewer of two lots of positive numbers with a gap between that neither lot reaches over."""
    known = np.unique(numbers[numbers > 0])
    if (numbers[~np.isnan(numbers)] > 0).sum() < LEAST or len(known) < 2 * LEVELS:
        return np.zeros(len(numbers), dtype=bool)
    ratio = known[1:] / known[:-1]
    at = int(ratio.argmax())
    below = numbers <= known[at]
    wide = max(known[at] / known[0], known[-1] / known[at + 1], GAP)
    lot = below if below.sum() < (numbers > known[at]).sum() else numbers > known[at]
    return lot if ratio[at] > wide else np.zeros(len(numbers), dtype=bool)


@rule(
    "planned level of what is not known",
    "note",
    "study.analysis",
    expected="a level that all know, blank where it is not known",
    do="nothing, if it is a level of the plan; left blank, the subject is in no such analysis",
    needs=SUBJECT,
)
def unknown(tables: Tables) -> Iterator[Hits]:
    """A stratum, covariate or centre is "Unknown", "Missing" or the like: a level of its own."""
    for name in _planned(tables):
        rows = np.flatnonzero(tables.where(name, UNKNOWN.fullmatch))
        yield Hits(rows, tables.said_of(name), at=name)


@rule(
    "planned column otherwise in another table",
    "warning",
    "study.analysis",
    expected="what adsl says of the subject",
    do="correct one of the two; adsl is used",
    needs=SUBJECT,
)
def otherwise(tables: Tables) -> Iterator[Hits]:
    """adlb, adae or adtte has a column of the plan too, and in some rows, fewer than half, another value."""
    for name in _planned(tables):
        code_of, levels = tables.of_subjects(name)
        for table in ("adlb", "adae", "adtte"):
            theirs = f"{table}.{name.partition('.')[2]}"
            if not tables.has(theirs, f"{table}.USUBJID"):
                continue
            rows, both = unlike(tables, theirs, name)
            wanted = code_of[tables.subject(table)]
            if 2 * len(rows) < both:
                yield Hits(rows, lambda row, theirs=theirs, wanted=wanted, levels=levels: (
                    f"{tables.said_of(theirs)(row)}, {levels[wanted[row]]!r} in adsl"), at=theirs,
                )  # fmt: skip
