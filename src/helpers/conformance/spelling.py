"""Terms of adverse events in, those that are another term with a slip or a severity in it out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.columns import steps
from helpers.conformance.events import spelt
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

SEVERITY = re.compile(
    r"\b(?:mild|moderate|severe|slight|grade [1-5]|leichte[rs]?|schwere[rs]?|mäßige[rs]?)\b[ ,-]*",
    re.I,
)
LETTERS, MOST = 5, 500  # of the word that differs; terms of a class that are compared


def _plain(term: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", term.casefold()).split())


def _slip(one: str, two: str) -> bool:
    """Whether two terms differ in one letter of one longer word, or in punctuation; not only in vowels."""
    if spelt(one) == spelt(two):
        return False  # another rule's
    first, second = _plain(one).split(), _plain(two).split()
    if first == second:
        return any(len(word) > LETTERS for word in first)  # of -2 and 2 the sign tells
    if len(first) != len(second):
        return False
    words = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    a, b = words[0]
    return len(words) == 1 and min(len(a), len(b)) > LETTERS and steps(a, b) == 1


@rule(
    "term that looks misspelt",
    "warning",
    "adae.AEDECOD",
    expected="one spelling of each term",
    do="correct the spelling: as it is the term has two rows, with a part of its subjects each",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD", "adae.AEBODSYS"],
)
def misspelt(tables: Tables) -> Iterator[Hits]:
    """A term differs in one letter (or a full stop) from a commoner one of the same class ("Nasuea").

    In a word of six letters or more. Dysphagia and dysphasia are of two classes.
    """
    terms, classes = tables.text("adae.AEDECOD"), tables.text("adae.AEBODSYS")
    names = terms.categories.astype(str)
    times = np.bincount(terms.codes + 1, minlength=len(names) + 1)[1:]
    system = np.full(len(names) + 1, -1)
    system[terms.codes] = classes.codes
    system[-1] = -1
    for i, j in _near(names, system):
        few, many = (i, j) if times[i] < times[j] else (j, i)
        said = f", beside {names[many]!r} in {times[many]} rows"
        yield Hits(np.flatnonzero(terms.codes == few),
                   lambda row, said=said: tables.said_of("adae.AEDECOD")(row) + said)  # fmt: skip


def _near(names, system: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs of terms of one class, of nearly one length, that a slip tells apart."""
    for k in np.unique(system[system >= 0]):
        own = np.flatnonzero(system == k)[:MOST]
        for at, i in enumerate(own):
            for j in own[:at]:
                if abs(len(names[i]) - len(names[j])) <= 2 and _slip(names[i], names[j]):
                    yield int(j), int(i)


@rule(
    "severity in a term",
    "warning",
    "adae.AEDECOD",
    expected="the event alone; its severity stands in AESEV",
    do="leave the severity out of the term: as it is the event has two rows with a part of its subjects each",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD"],
)
def with_severity(tables: Tables) -> Iterator[Hits]:
    """A term is another one of the table with a severity before or behind it ("Mild headache")."""
    known = {_plain(str(term)) for term in tables.text("adae.AEDECOD").categories}

    def bare(term: str) -> bool:
        rest = _plain(SEVERITY.sub(" ", term))
        return rest != _plain(term) and rest in known

    yield Hits(np.flatnonzero(tables.where("adae.AEDECOD", bare)), tables.said_of("adae.AEDECOD"))
