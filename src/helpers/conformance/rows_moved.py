"""Rows of adverse events in their order in, identifiers or days moved against each other, and words lost
from a row on, out; no row is moved back."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

PAIRS, FURTHEST = 20, 12  # neighbouring events of one subject; rows that a column was moved by
SOME, RARE = 0.1, 1e-6  # share of pairs out of order; chance of so many rows without the word
LEAST, BLOCKS = 10, 1.05  # rows; blocks of rows a subject, where a table is kept subject by subject


def _falls(subject: np.ndarray, day: np.ndarray) -> tuple[int, int]:
    """Neighbouring rows of one subject whose days fall, and all such rows with two days."""
    same = (subject[1:] == subject[:-1]) & ~np.isnan(day[1:]) & ~np.isnan(day[:-1])
    return int((same & (np.diff(day) < 0)).sum()), int(same.sum())


@rule(
    "identifiers or days of events moved by rows",
    "error",
    "adae.USUBJID",
    expected="events of a subject in the order of their days, as the table stands",
    do="export the table again: USUBJID or ASTDY was moved, so that events belong to other subjects",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.ASTDY"],
)
def moved(tables: Tables) -> Iterator[Hits]:
    """The days of each subject's events are in no order, and in order once moved by some rows.

    Without one exception, of 20 neighbours or more; by chance days fall in half of them. Up to twelve rows.
    """
    subject, day = tables.subject("adae"), tables.number("adae.ASTDY")
    falls, pairs = _falls(subject, day)
    if pairs < PAIRS or falls < SOME * pairs:
        return
    for by in (k for n in range(1, FURTHEST + 1) for k in (n, -n)):
        now, then = _falls(np.roll(subject, -by), day)
        if now == 0 and then >= PAIRS:
            found = f"days fall in {falls} of {pairs} neighbours, in none once moved by {abs(by)} row(s)"
            yield Hits(None, found)
            return


@rule(
    "words lost from a row on",
    "warning",
    "adae.TRTEMFL",
    expected="words that vary among the last rows as among the others",
    do="find out whether the column was cut off or filled in from there: these rows count as the word "
    "that they hold, or as none",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def lost(tables: Tables) -> Iterator[Hits]:
    """A flag, severity or relation is one and the same in so many last rows that chance hardly does it.

    As in 1 of a million. In a table kept subject by subject, of subjects of several arms (where there
    are such): an arm of its own kind has a line of its own. Of adsl the flags of analysis sets, of
    subjects with an arm.
    """
    for name in ("TRTEMFL", "AESEV", "AESER", "AEREL"):
        if tables.has(f"adae.{name}") and _by_subject(tables.subject("adae")):
            yield from _lost(tables, f"adae.{name}", tables.subject("adae"))
    for name in ("SAFFL", "ITTFL", "FASFL", "EFFFL", "PPROTFL"):
        if tables.has(f"adsl.{name}"):
            yield from _lost(tables, f"adsl.{name}", tables.subject("adsl"))


def _by_subject(subject: np.ndarray) -> bool:
    """Whether the rows of a table are kept subject by subject."""
    blocks = 1 + int((np.diff(subject) != 0).sum())
    return blocks <= BLOCKS * len(np.unique(subject))


def _in_order(tables: Tables, name: str, rows: np.ndarray, codes: np.ndarray) -> bool:
    """Whether the table was put in order by this column, so that its words stand in blocks.

    Of adae, if it ends in no blanks; adsl keeps its flags where it is in the order of identifiers.
    """
    if name.startswith("adae"):
        return bool(1 + (np.diff(codes) != 0).sum() == len(np.unique(codes)) and codes[-1] >= 0)
    ids = np.asarray(tables.text("adsl.USUBJID")[rows], dtype=str)
    return not bool((ids[1:] >= ids[:-1]).all())


def _lost(tables: Tables, name: str, subject: np.ndarray) -> Iterator[Hits]:
    arm = np.append(tables.arms, -1)[subject]
    rows = np.flatnonzero(arm >= 0)
    codes = tables.text(name).codes[rows]
    if len(rows) < 2 * LEAST or (codes == codes[-1]).all():
        return
    start = int(np.flatnonzero(codes != codes[-1])[-1]) + 1
    last, having = len(codes) - start, int((codes[:start] != codes[-1]).sum())
    if last < (LEAST if name.startswith("adae") else LEAST // 2):
        return
    if _in_order(tables, name, rows, codes):
        return
    several = len(np.unique(arm[rows])) < 2 or len(np.unique(arm[rows][start:])) > 1
    chance = chance_of_none(last, having, start) * math.log(len(codes))  # wherever it begins
    if several and chance < RARE:
        found = f"{tables.said(name, rows[-1])} in the last {last} of {len(codes)} rows"
        yield Hits(rows[start : start + 1], found, at=name)


@rule(
    "column of events copied from another",
    "warning",
    "adae.AEREL",
    expected="flags of its own in every column",
    do="find out which of the two columns was pasted over the other",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def same_flags(tables: Tables) -> Iterator[Hits]:
    """Two of TRTEMFL, AESER and AEREL say the same of every event, five times or more Y and N each."""
    names = [n for n in ("adae.TRTEMFL", "adae.AESER", "adae.AEREL") if tables.has(n)]
    for one, other in combinations(names, 2):
        flags = tables.flag(one)
        varied = min(flags.sum(), (~flags).sum()) >= LEAST // 2
        if varied and (flags == tables.flag(other)).all():
            yield Hits(None, f"as {one.partition('.')[2]} in all {len(flags):,} events", at=other)
