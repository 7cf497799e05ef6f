"""Tables in, what one of them says otherwise than another, or than itself, out; none is corrected."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

NEAR = 0.02  # of a value: rounding of a baseline
QUOTIENT = 0.1  # of a ratio: rounding of the two counts and of itself
LEAST = 10  # ratios that agree, before one that does not says anything


@rule(
    "row of another study",
    "warning",
    "adsl.STUDYID",
    expected="one STUDYID in all tables",
    do="find out whose rows these are; take out what belongs to another study",
    needs=["adsl.STUDYID"],
)
def other_study(tables: Tables) -> Iterator[Hits]:
    """STUDYID is another than that of most rows of adsl (case and spaces apart).

    A study of several protocols has them in adsl: from a tenth of its rows on each is its own.
    """
    known = tables.text("adsl.STUDYID")
    counts = np.bincount(known.codes[known.codes >= 0], minlength=len(known.categories))
    if not counts.size:
        return
    usual = {
        str(known.categories[i]).casefold() for i in np.flatnonzero(counts * 10 >= counts.sum())
    }
    most = str(known.categories[counts.argmax()])
    for table in tables.frames:
        name = f"{table}.STUDYID"
        if not tables.has(name):
            continue
        rows = np.flatnonzero(tables.where(name, lambda said: said.casefold() not in usual))
        expected = f"{most!r}, as in most rows of adsl"
        yield Hits(rows, tables.said_of(name), expected=expected, at=name)


@rule(
    "baseline of adsl against adlb",
    "warning",
    "adsl.USUBJID",
    expected="the baseline value of the laboratory table",
    do="find out whose values these are (subjects exchanged, a column shifted or sorted by itself, "
    "another unit); adlb is used",
    needs=["adsl.USUBJID", *LAB],
)
def other_baseline(tables: Tables) -> Iterator[Hits]:
    """A column of adsl that is called after a parameter (CD4BL) differs from the value at baseline.

    By more than 2%, and only where most subjects agree or hardly any does: a study may mean the
    mean of two samples.
    """
    many = max(len(tables.parameters), 1)
    subject = tables.subject("adsl")
    for i, parameter in enumerate(tables.parameters):
        name = f"adsl.{parameter.paramcd}BL"
        if not tables.has(name):
            continue
        said = tables.number(name)
        own = np.where(subject >= 0, tables.baseline[subject * many + i], np.nan)
        both = ~np.isnan(said) & ~np.isnan(own)
        off = both & (np.abs(said - own) > NEAR * np.maximum(np.abs(own), 1e-9))
        if off.any() and not 0.5 * both.sum() > (both & ~off).sum() > 0.1 * both.sum():
            yield Hits(np.flatnonzero(off), _against(tables, name, own), at=name)


def _against(tables: Tables, name: str, own: np.ndarray):
    return lambda row: (
        f"{tables.said(name, row)} of {tables.said('adsl.USUBJID', row)}, {own[row]:g} in adlb"
    )


@rule(
    "ratio that is not CD4/CD8",
    "warning",
    "adlb.AVAL",
    expected="the quotient of the two counts of that visit",
    do="check the three values of this subject and visit (two of them exchanged, a ratio turned round)",
    needs=LAB,
)
def other_ratio(tables: Tables) -> Iterator[Hits]:
    """A CD4/CD8 ratio differs by more than a tenth from the CD4 and CD8 counts of its visit.

    Only where at least ten and most ratios agree.
    """
    roles = [p.role for p in tables.parameters]
    if not {"cd4", "cd8", "cd4cd8"} <= set(roles):
        return
    lab = tables.lab[tables.lab["AVAL"].gt(0) & tables.lab["VISIT"].notna()]
    one = lab.drop_duplicates(["SUBJECT", "VISIT", "PARAMETER"])
    parts = {
        role: one[one["PARAMETER"] == roles.index(role)].set_index(["SUBJECT", "VISIT"])
        for role in ("cd4", "cd8", "cd4cd8")
    }
    found = pd.DataFrame({role: part["AVAL"] for role, part in parts.items()}).dropna()
    off = np.abs(found["cd4"] / found["cd8"] / found["cd4cd8"] - 1) > QUOTIENT
    if not off.any() or (~off).sum() < max(LEAST, off.sum()):
        return
    rows = parts["cd4cd8"].loc[found.index[off], "ROW"].to_numpy()
    counts = {row: found.loc[at] for row, at in zip(rows, found.index[off], strict=True)}
    yield Hits(
        np.sort(rows),
        lambda row: (
            f"{tables.said('adlb.AVAL', row)} of {tables.said('adlb.USUBJID', row)}, "
            f"{counts[row]['cd4']:g} / {counts[row]['cd8']:g}"
        ),
    )
