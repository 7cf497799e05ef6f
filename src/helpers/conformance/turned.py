"""Tables in, kinds of events that one arm or site has turned round out; none is turned back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.causality import counts_as_related
from helpers.conformance.chance import chance_of_few
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

RARE, TIMES = 1e-6, 2  # chance; so many times as many of one kind as of the other
MILD, SEVERE = ("mild", "grade 1", "1"), ("severe", "grade 3", "3")


@rule(
    "kinds of events turned round in one arm or site",
    "warning",
    "adae.AESEV",
    expected="few severe, serious or related events, as in the others",
    do="find out whether the words or codes of this arm or site were exchanged (1 for mild and 1 for severe)",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def turned(tables: Tables) -> Iterator[Hits]:
    """Most subjects of one arm or site have more severe than mild events, or more serious or related ones.

    And most others have it the other way round: twice as many in both, which chance does in 1 of a
    million. A treatment may well cause events: of relation, a treated arm is compared with treated arms.
    """
    arms = (tables.of_subjects("adsl.TRT01A"), "arm")
    for name, leaning in _columns(tables):
        for (code, words), kind in (arms, (tables.sites, "site")):
            of, against = code[:-1], np.ones(len(code) - 1, dtype=bool)
            for group in np.unique(of[of >= 0]):
                if kind == "arm" and name == "adae.AEREL":
                    against = _comparable(tables, words[group])
                found = _against(leaning, of == group, (of >= 0) & (of != group) & against)
                if found:
                    yield Hits(None, f"{kind} {words[group]!r}: {found}", at=name)


def _columns(tables: Tables) -> Iterator[tuple[str, np.ndarray]]:
    """Each column and what each subject has more of: 1 the worse kind, -1 the other, 0 neither."""
    related = tables.config.analysis.related
    kinds = {
        "adae.AESEV": (lambda w: w.casefold() in SEVERE, lambda w: w.casefold() in MILD),
        "adae.AESER": (lambda w: w.casefold() in ("y", "yes"), lambda w: w.casefold() in ("n", "no")),
        "adae.AEREL": (lambda w: counts_as_related(w, related), lambda w: not counts_as_related(w, related)),
    }  # fmt: skip
    subject = tables.subject("adae")
    for name, (worse, usual) in kinds.items():
        if tables.has(name):
            step = tables.where(name, worse).astype(int) - tables.where(name, usual)
            sums = np.bincount(subject + 1, weights=step, minlength=len(tables.subjects) + 1)
            yield name, np.sign(sums[1:])


def _comparable(tables: Tables, value: str) -> np.ndarray:
    """The subjects with whom those of an arm are compared: all for the reference, else the treated."""
    reference = tables.config.reference
    other = [] if value in reference.values else list(reference.values)
    code, words = tables.of_subjects("adsl.TRT01A")
    return ~np.isin(code[:-1], np.flatnonzero(words.isin(other)))


def _against(leaning: np.ndarray, own: np.ndarray, others: np.ndarray) -> str:
    """What is said of a group that leans to the worse kind where the others lean to the usual."""
    worse, usual = ((leaning[own] == k).sum() for k in (1, -1))
    theirs, their_usual = ((leaning[others] == k).sum() for k in (1, -1))
    if worse < TIMES * usual or not worse or their_usual < TIMES * theirs:
        return ""
    chance = chance_of_few(usual, worse + usual, their_usual, theirs + their_usual)
    said = f"{worse} of {worse + usual} subjects have more of the worse kind, {theirs} of "
    return f"{said}{theirs + their_usual} others" if chance < RARE else ""
