"""Tables in, columns that were moved by a row against their subjects out; none is moved back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import stdtr

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

ROWS, CHANCE = 20, 1e-9  # subjects; chance that values go so well with their neighbours'
FAIR = 1e-5  # of a single column: many a time goes with CNSR but loosely
SEVERITY = {"MILD": 1.0, "MODERATE": 2.0, "SEVERE": 3.0}
LEVELS = 5  # values of a column of which ranks can tell


@rule(
    "values shifted by a row",
    "error",
    "adlb.AVAL",
    expected="values beside the subject and visit they belong to",
    do="export the table again: the column was moved by a row, so that values belong to other rows",
    needs=LAB,
)
def shifted(tables: Tables) -> Iterator[Hits]:
    """The first value of a subject goes with the values of the subject before, not with its own.

    Or the last one with those of the next. In the order of the file, parameter by parameter, of 20
    subjects or more with three values each; by rank correlation with the medians of the others, less
    likely by chance than 1 in 1,000 million.
    """
    for i, parameter in enumerate(tables.parameters):
        lab = tables.values_of(i)
        subject = lab["SUBJECT"].to_numpy()
        starts = np.flatnonzero(np.append(True, np.diff(subject) != 0))
        if len(starts) != len(np.unique(subject)):
            continue  # not subject by subject
        blocks = [b for b in np.split(lab["AVAL"].to_numpy(), starts[1:]) if len(b) >= 3]
        for end, words in ((0, "before"), (-1, "after")):
            if len(blocks) > ROWS and _of_neighbours(blocks, end):
                found = (
                    f"{parameter.label}: each subject's {'last' if end else 'first'} value goes "
                )
                yield Hits(None, f"{found}with those of the subject {words}")


def ranks(values: np.ndarray) -> np.ndarray:
    """The rank of each value, from 1; those of equal ones are averaged."""
    return pd.Series(values).rank().to_numpy()  # `scipy.stats` loads for a second


def _of_neighbours(blocks: list[np.ndarray], end: int) -> bool:
    """Whether the first (0) or last (-1) values go with the neighbours' medians, and not with their own."""
    values = np.array([block[end] for block in blocks])
    own = np.array([np.median(np.delete(block, end)) for block in blocks])
    values, own, other = (
        (values[:-1], own[:-1], own[1:]) if end else (values[1:], own[1:], own[:-1])
    )
    if min(len(np.unique(v)) for v in (values, own, other)) < LEVELS:
        return False
    return _rather(values, own, other, CHANCE)


def _rather(values: np.ndarray, own: np.ndarray, other: np.ndarray, chance: float) -> bool:
    """Whether `values` go with `other`, as by `chance` at most, and less with `own`; not all alike.

    By the partial correlation given `own`: in a file sorted by outcome neighbours are alike.
    """
    ranked = [ranks(v) for v in (values, own, other)]
    both = np.corrcoef(ranked)
    with_own, with_other, alike = both[0, 1], both[0, 2], both[1, 2]
    scale = max((1 - with_own**2) * (1 - alike**2), 1e-300)
    partial, free = (with_other - with_own * alike) / np.sqrt(scale), len(values) - 3
    t = partial * np.sqrt(free / max(1 - partial**2, 1e-300))
    return 2 * stdtr(free, -abs(t)) < chance and partial > 0 and with_other > max(0.0, with_own)


@rule(
    "durations or times shifted by a row",
    "error",
    "adsl.TRTDURD",
    expected="durations and times beside the subject they belong to",
    do="export the table again: this column, or the one it goes with, was moved by a row",
    needs=["adsl.USUBJID"],
)
def durations_shifted(tables: Tables) -> Iterator[Hits]:
    """TRTDURD goes with the last days of the subjects before or after, or a time with their CNSR.

    And less with those of its own subject. In the order of the file, of 20 rows or more; by rank
    correlation, less likely by chance than 1 in 100,000.
    """
    for name, values, others in _beside(tables):
        for ahead, words in ((1, "before"), (-1, "after")):
            one, own = np.roll(values, -ahead)[1:-1], np.roll(others, -ahead)[1:-1]
            other = others[1:-1]
            known = ~np.isnan(one) & ~np.isnan(own) & ~np.isnan(other)
            parts = [part[known] for part in (one, own, other)]
            if (
                known.sum() >= ROWS
                and min(len(np.unique(p)) for p in parts) > 1
                and _rather(*parts, FAIR)
            ):
                of = "the last day" if name == "adsl.TRTDURD" else "CNSR"
                yield Hits(None, f"each value goes with {of} of the subject {words}", at=name)


def _beside(tables: Tables) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """A column, its values in the order of the file, and what has to go with them."""
    if tables.has("adsl.TRTDURD"):
        subject = tables.subject("adsl")
        seen = np.where(subject >= 0, tables.seen[subject], np.nan)
        yield "adsl.TRTDURD", tables.number("adsl.TRTDURD"), seen
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"):
        for _, rows, event in tables.endpoints:
            yield "adtte.AVAL", tables.number("adtte.AVAL")[rows], 1.0 - event


@rule(
    "severity or seriousness shifted by a row",
    "error",
    "adae.AESER",
    expected="AESER and AESEV (or the grade) beside the event they belong to",
    do="export the table again: one of the two columns was moved by a row, and every event has another's",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AESEV"],
)
def events_shifted(tables: Tables) -> Iterator[Hits]:
    """AESER, or the grade, goes with the severity of the event before or after, and hardly with its own.

    In the order of the file, of 20 events or more; by rank correlation, less likely by chance than 1 in
    100,000, and twice that with the own severity.
    """
    word = [str(c).upper() for c in tables.text("adae.AESEV").categories]
    rank = np.array([*(SEVERITY.get(w, np.nan) for w in word), np.nan])[
        tables.text("adae.AESEV").codes
    ]
    for name, values in _graded(tables):
        for by, words in ((1, "before"), (-1, "after")):
            one, own, other = values[1:-1], rank[1:-1], np.roll(rank, by)[1:-1]
            known = ~np.isnan(one) & ~np.isnan(own) & ~np.isnan(other)
            parts = [part[known] for part in (one, own, other)]
            varied = known.sum() >= ROWS and min(len(np.unique(p)) for p in parts) > 1
            if varied and _rather(*parts, FAIR) and _twice(*parts):
                yield Hits(None, f"each goes with AESEV of the event {words}", at=name)


def _graded(tables: Tables) -> Iterator[tuple[str, np.ndarray]]:
    """Columns of adae that go with the severity of their event, as numbers."""
    if tables.has("adae.AESER"):
        yield "adae.AESER", tables.flag("adae.AESER").astype(float)
    for name in ("adae.AETOXGR", "adae.ATOXGR"):
        if tables.has(name):
            yield name, tables.number(name)


def _twice(values: np.ndarray, own: np.ndarray, other: np.ndarray) -> bool:
    """Whether `values` go with `other` at least twice as closely as with `own`."""
    with_own, with_other = (np.corrcoef(ranks(values), ranks(v))[0, 1] for v in (own, other))
    return with_other > 2 * with_own
