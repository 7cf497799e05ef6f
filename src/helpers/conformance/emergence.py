"""Adverse events in, flags, grades and severities that contradict the other cells of their row out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

FEW = 3  # rows and subjects
MILD, SEVERE = ("MILD",), ("SEVERE", "LIFE THREATENING", "LIFE-THREATENING", "FATAL", "DEATH")


@rule(
    "event under treatment that is not emergent",
    "warning",
    "adae.TRTEMFL",
    expected="TRTEMFL = Y of what began between other treatment-emergent events",
    do="find out whether the flag was lost; the tables of adverse events count rows with Y alone",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.TRTEMFL", "adae.ASTDY"],
)
def not_emergent(tables: Tables) -> Iterator[Hits]:
    """An event after day 1 is not flagged, and a later one of the same subject is.

    Of three such rows of three subjects or more; not in a study of several periods (TRT02A), whose events
    may fall between two treatments.
    """
    if tables.has("adsl.TRT02A"):
        return
    emergent, day = tables.flag("adae.TRTEMFL"), tables.number("adae.ASTDY")
    subject = tables.subject("adae")
    last = np.append(tables.largest(subject, np.where(emergent, day, np.nan)), np.nan)
    rows = np.flatnonzero(~emergent & (day > 1) & (day < last[subject]) & (subject >= 0))
    if len(rows) >= FEW and len(np.unique(subject[rows])) >= FEW:
        yield Hits(rows, lambda row: f"{tables.said_of('adae.TRTEMFL')(row)}, on day {day[row]:g}")


@rule(
    "grade against severity",
    "warning",
    "adae.AESEV",
    expected="MILD beside grade 1, SEVERE beside grade 3 or more",
    do="correct the grade or AESEV; tables count AESEV",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AESEV"],
)
def grade_against_severity(tables: Tables) -> Iterator[Hits]:
    """An event is mild and of grade 3 or more, or severe and of grade 1, while most agree."""
    word = np.append([str(c).upper() for c in tables.text("adae.AESEV").categories], "")
    word = word[tables.text("adae.AESEV").codes]
    mild, severe = np.isin(word, MILD), np.isin(word, SEVERE)
    for name in ("adae.AETOXGR", "adae.ATOXGR"):
        if tables.has(name):
            grade = tables.number(name)
            both = (mild | severe) & ~np.isnan(grade)
            rows = np.flatnonzero((mild & (grade >= 3) & (grade <= 5)) | (severe & (grade == 1)))
            if len(rows) and 2 * len(rows) < both.sum():
                yield Hits(rows, lambda row, name=name: (
                    f"{tables.said_of('adae.AESEV')(row)}, grade {tables.said(name, row)}"))  # fmt: skip
            return
