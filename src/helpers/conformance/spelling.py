"""Terms of adverse events and listed words in, those that are another with a slip or a severity in it out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

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
COMMONER = 4  # times as many rows has the right word beside a slip of it
CAUSES = (
    "RELATED", "NOT RELATED", "UNRELATED", "POSSIBLE", "POSSIBLY", "POSSIBLY RELATED", "POSSIBLE RELATED",
    "PROBABLE", "PROBABLY", "PROBABLY RELATED", "DEFINITE", "DEFINITELY", "DEFINITELY RELATED", "REMOTE",
    "REMOTELY", "UNLIKELY", "UNLIKELY RELATED", "DOUBTFUL", "IMPROBABLE", "CERTAIN", "CONDITIONAL",
)  # fmt: skip
OUTCOMES = (
    "FATAL", "NOT RECOVERED NOT RESOLVED", "RECOVERED RESOLVED", "RECOVERED RESOLVED WITH SEQUELAE",
    "RECOVERING RESOLVING", "UNKNOWN", "RECOVERED", "RESOLVED", "RECOVERING", "RESOLVING", "NOT RECOVERED",
    "NOT RESOLVED",
)  # fmt: skip
ACTIONS = (
    "DOSE INCREASED", "DOSE NOT CHANGED", "DOSE RATE REDUCED", "DOSE REDUCED", "DRUG INTERRUPTED",
    "DRUG WITHDRAWN", "NOT APPLICABLE", "NOT EVALUABLE", "UNKNOWN",
)  # fmt: skip
LISTED: Mapping[str, tuple[str, ...]] = {  # column -> words that are known; without any, the commoner
    "adae.AEREL": CAUSES, "adae.AEOUT": OUTCOMES, "adae.AEACN": ACTIONS,
    "adtte.EVNTDESC": (), "adtte.CNSDTDSC": (), "adsl.RACE": (), "adsl.ETHNIC": (), "adsl.DCSREAS": (),
    "adsl.EOSSTT": (), "adlb.AVALU": (), "adlb.PARAM": (), "adlb.DTYPE": (), "adlb.AVISIT": (),
}  # fmt: skip


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


@rule(
    "word that looks misspelt",
    "warning",
    "adae.AEREL",
    expected="a word of the list that the column has its values from",
    do="correct the spelling: a word that is not known is read by what it begins with, or counts apart",
    needs=["adsl.USUBJID"],
)
def misspelt_word(tables: Tables) -> Iterator[Hits]:
    """A word of a short list is a known one, or one much commoner in its column, but for a slip.

    Known are CDISC's words ("NOT RELTED" for NOT RELATED); elsewhere the commoner word must stand in four
    times as many rows, as in the columns of the plan. In a word of five letters or more.
    """
    planned = {f"adsl.{name}": () for name in tables.config.analysis.columns}
    for name, known in (planned | dict(LISTED)).items():
        if not tables.has(name):
            continue
        texts = tables.text(name)
        words = [_plain(str(word)).upper() for word in texts.categories]
        times = np.bincount(texts.codes + 1, minlength=len(words) + 1)[1:]
        for code, word in enumerate(words):
            right = _right(word, int(times[code]), dict(zip(words, times, strict=True)), known)
            if right:
                yield Hits(np.flatnonzero(texts.codes == code), lambda row, right=right, name=name: (
                    f"{tables.said_of(name)(row)}, almost {right!r}"), at=name)  # fmt: skip


def _right(word: str, times: int, others: Mapping[str, int], known: tuple[str, ...]) -> str:
    """The word that `word` is but for a slip; "" where there is none, or it is a known one itself."""
    if word in known or len(others) > MOST or not any(map(str.isalpha, word)):
        return ""
    common = [other for other, n in others.items() if n >= COMMONER * times]
    for other in (*known, *common):
        if other != word and abs(len(other) - len(word)) <= 1 and _one_letter(word, other):
            return other
    return ""


def _one_letter(one: str, two: str) -> bool:
    """Whether one letter, or two that changed places, of a longer word tells two texts apart."""
    if one.replace(" ", "") == two.replace(" ", ""):
        return True
    first, second = one.split(), two.split()
    if len(first) != len(second):
        return False
    words = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return (len(words) == 1 and "".join(words[0]).isalpha() and min(map(len, words[0])) >= LETTERS - 1
            and max(map(len, words[0])) >= LETTERS and steps(*words[0]) == 1)  # fmt: skip
