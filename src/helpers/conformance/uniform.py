"""Tables in, columns that say the same of everybody where it cannot be so out; none is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import TIMES
from helpers.conformance.view import Tables

EVENTS, SUBJECTS = 20, 10  # events, and subjects with them, from which on one kind is no chance
RARE, RARER = 1e-3, 1e-6


@rule(
    "events all of one kind",
    "warning",
    "adae.AEREL",
    expected="events of several kinds",
    do="find out whether the column was filled in, or the table filtered, before it was exported: what "
    "is counted by this column is all events, or none",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def one_kind(tables: Tables) -> Iterator[Hits]:
    """Every event has the same relation or severity, or is serious; none may be, in a small trial.

    Of 20 events and ten subjects.
    """
    known = tables.subject("adae") >= 0
    for name in (n for n in ("adae.AEREL", "adae.AESEV", "adae.AESER") if tables.has(n)):
        texts = tables.text(name)
        if known.sum() < EVENTS or len(np.unique(tables.subject("adae")[known])) < SUBJECTS:
            return
        if (texts.codes < 0).any() or len(np.unique(texts.codes)) > 1:
            continue
        if name != "adae.AESER" or tables.flag(name).all():
            yield Hits(None, f"{tables.said(name, 0)} in all {len(texts):,} events", at=name)


@rule(
    "one event of each subject",
    "warning",
    "adae.USUBJID",
    expected="several events of some subjects",
    do="find out whether only the first event of each subject was exported: rates count all of them",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def one_each(tables: Tables) -> Iterator[Hits]:
    """Nobody has two events, though so many have one that chance hardly leaves it at that.

    As often as in 1 of a million, with events that come to all alike (Poisson's law).
    """
    subject = tables.subject("adae")
    counts = np.bincount(subject[subject >= 0], minlength=len(tables.subjects))
    having, size = int((counts > 0).sum()), len(counts)
    if having and counts.max() == 1:
        mean = -math.log1p(-(having + 0.5) / (size + 1))  # of whom nobody is without: not infinite
        chance = (mean / math.expm1(mean)) ** having
        if chance < RARER:
            yield Hits(None, f"{having} subjects of {size} with an event, and none with two")


@rule(
    "arm without a censored time",
    "warning",
    "adtte.CNSR",
    expected="1 or more for those who did not have the event, in every arm",
    do="check CNSR in this arm; nothing to do if everybody there had the event",
    needs=["adsl.USUBJID", "adsl.TRT01A", *TIMES],
)
def all_events_in_arm(tables: Tables) -> Iterator[Hits]:
    """Every time of one arm ends with the event, and so many of the others are censored.

    Chance alone does it in 1 of 1,000.
    """
    of_arm, names = tables.of_subjects("adsl.TRT01A")
    for endpoint, rows, event in tables.endpoints:
        arm = of_arm[tables.subject("adtte")[rows]]
        for group in np.unique(arm[arm >= 0]):
            own, others = event[arm == group], event[(arm != group) & (arm >= 0)]
            if own.all() and chance_of_none(len(own), (~others).sum(), len(others)) < RARE:
                found = f"{len(own)} events of {len(own)} in {names[group]!r}, {others.sum()} of "
                yield Hits(
                    rows[arm == group][:1], f"{found}{len(others)} others: {endpoint.paramcd}"
                )


@rule(
    "sex that an arm has none of",
    "warning",
    "adsl.SEX",
    expected="women and men in every arm, as in the others",
    do="find out whether SEX was filled in with one value in this arm",
    needs=["adsl.USUBJID", "adsl.TRT01A", "adsl.SEX"],
)
def one_sex_in_arm(tables: Tables) -> Iterator[Hits]:
    """All subjects of a randomised arm have one sex, which chance does in 1 of a million."""
    sex, words = tables.of_subjects("adsl.SEX")
    arm, names = tables.of_subjects("adsl.TRT01A")
    if tables.config.design != "randomised":
        return
    for group in np.unique(arm[arm >= 0]):
        own, others = (
            sex[(arm == group) & (sex >= 0)],
            sex[(arm >= 0) & (arm != group) & (sex >= 0)],
        )
        if len(np.unique(own)) != 1:
            continue
        others_have = (others != own[0]).sum()
        if chance_of_none(len(own), others_have, len(others)) < RARER:
            yield Hits(None, f"{words[own[0]]!r} in all {len(own)} of {names[group]!r}, other in "
                       f"{others_have} of {len(others)} others")  # fmt: skip


@rule(
    "one severity in each subject",
    "warning",
    "adae.AESEV",
    expected="events of several severities in some subjects",
    do="find out whether each subject's worst was written beside all its events",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def worst_of_each(tables: Tables) -> Iterator[Hits]:
    """All events of a subject have one severity, or are serious together, and subjects differ.

    So many subjects with two events or more that chance does it in 1 of a million.
    """
    subject = tables.subject("adae")
    for name in ("adae.AESEV", "adae.AETOXGR", "adae.AESER"):
        if not tables.has(name):
            continue
        codes = tables.text(name).codes
        use = (codes >= 0) & (subject >= 0)
        pairs = np.unique(np.stack([subject[use], codes[use]]), axis=1)
        if pairs.shape[1] != len(np.unique(pairs[0])) or not pairs.size:
            continue
        shares = np.bincount(codes[use]) / use.sum()
        many = np.bincount(subject[use])
        chance = np.prod([(shares**n).sum() for n in many[many > 1]])
        if chance < RARER:
            found = f"{(many > 1).sum()} subjects with several events, each of one kind"
            yield Hits(None, found, at=name)
