"""Tables in, kinds of events, and endings of times, that one arm (or site) has turned round out.

None is turned back.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.causality import counts_as_related
from helpers.conformance.chance import chance_of_few
from helpers.conformance.rules import Hits, rule
from helpers.conformance.shifts import ranks
from helpers.conformance.times import TIMES
from helpers.conformance.view import Tables
from helpers.ingest.outcomes import outcomes

RARE, MANY = 1e-6, 2  # chance; so many times as many of one kind as of the other
# standard errors of ranks; share of times that are the last, and of these
FAR, LAST, NEARLY = 3.5, 0.25, 0.7
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
    if worse < MANY * usual or not worse or their_usual < MANY * theirs:
        return ""
    chance = chance_of_few(usual, worse + usual, their_usual, theirs + their_usual)
    said = f"{worse} of {worse + usual} subjects have more of the worse kind, {theirs} of "
    return f"{said}{theirs + their_usual} others" if chance < RARE else ""


@rule(
    "CNSR of one arm turned round by its times",
    "warning",
    "adtte.CNSR",
    expected="events before the censored times, and the longest times censored, as in the other arms",
    do="find out whether CNSR is an event flag in this arm; recode it as 1 - CNSR there",
    needs=["adsl.USUBJID", "adsl.TRT01A", *TIMES],
)
def turned_times(tables: Tables) -> Iterator[Hits]:
    """In one arm the censored times are shorter than the events and the longest are events.

    In every other arm it is the other way round. By ranks, three and a half standard errors off in the arm
    and in the others; and of the longest quarter seven of ten or more are events in the arm, and censored
    in each other. Who leaves early does not do that: who stays to the end without the event is censored.
    """
    of_arm, names = tables.of_subjects("adsl.TRT01A")
    for endpoint, rows, event in tables.endpoints:
        ended = outcomes(tables.frames["adtte"].iloc[rows], {endpoint.role: endpoint})
        arm = of_arm[tables.subject("adtte")[rows]]
        arm[ended["COMPETING"].to_numpy()] = -1
        time, groups = tables.number("adtte.AVAL")[rows], np.unique(arm[arm >= 0])
        lie = {g: _lie(time[arm == g], event[arm == g]) for g in groups}
        for group, (off, events_last) in lie.items():
            others = [found for g, found in lie.items() if g != group]
            right = [z for z, last in others if z > 0 and last <= 1 - NEARLY]
            if (off < -FAR and events_last >= NEARLY
                    and right and len(right) == len(others) and max(right) > FAR):  # fmt: skip
                found = f"arm {names[group]!r}: events behind the censored times, and at the end"
                yield Hits(rows[arm == group][:1], found)


def _lie(time: np.ndarray, event: np.ndarray) -> tuple[float, float]:
    """By how many standard errors censored times rank above events, and the share of events at the end."""
    n, m = int(event.sum()), int((~event).sum())
    if not n or not m:
        return 0.0, float(event.mean()) if len(event) else 0.0
    above = ranks(time)[~event].sum() - m * (m + 1) / 2 - n * m / 2
    last = event[time >= np.quantile(time, 1 - LAST)]
    return float(above / np.sqrt(n * m * (n + m + 1) / 12)), float(last.mean())
