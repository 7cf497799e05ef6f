"""Tables in, what does not meet about their subjects out: twice, nowhere, not followed up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables


@rule(
    "duplicate USUBJID",
    "error",
    "adsl.USUBJID",
    expected="each once",
    do="keep one row a subject",
    needs=["adsl.USUBJID"],
)
def duplicate_subjects(tables: Tables) -> Iterator[Hits]:
    """A subject has two rows in adsl. Every count of subjects, and every join, would double it."""
    codes = tables.text("adsl.USUBJID").codes
    _, first = np.unique(codes, return_index=True)
    again = np.ones(len(codes), dtype=bool)
    again[first] = False
    rows = np.flatnonzero(again & (codes >= 0))
    if len(rows):
        yield Hits(rows, lambda row: tables.said("adsl.USUBJID", row))


@rule(
    "subject without a row in adsl",
    "error",
    "adsl.USUBJID",
    expected="a USUBJID of adsl",
    do="add the subject to adsl or remove the row",
    needs=["adsl.USUBJID"],
)
def orphans(tables: Tables) -> Iterator[Hits]:
    """A table has a subject that adsl does not have, so nothing says which arm it was in.

    Where adsl has an identifier that is the same but for case, spaces, leading zeros or a site or
    study in front, the line names it.
    """
    for table in tables.frames:
        if table == "adsl":
            continue
        ids = tables.text(f"{table}.USUBJID")
        rows = np.flatnonzero((tables.subject(table) < 0) & (ids.codes >= 0))
        if len(rows):
            found = _near_miss(tables, f"{table}.USUBJID")
            yield Hits(rows, found, at=f"{table}.USUBJID")


def _near_miss(tables: Tables, name: str):
    plain = {_bare(subject): subject for subject in tables.subjects}

    def found(row: int) -> str:
        near = plain.get(_bare(str(tables.text(name)[row])))
        hint = f", which adsl spells {near!r}" if near else ""
        return tables.said(name, row) + hint

    return found


def _bare(subject: str) -> str:
    """An identifier without case, punctuation and the zeros in front of its last part."""
    parts = subject.casefold().replace("_", "-").replace(" ", "").replace(".", "-").split("-")
    return "".join([*parts[:-1], parts[-1].lstrip("0")])


@rule(
    "subject without a laboratory value",
    "warning",
    "adsl.USUBJID",
    expected="a row with a value in adlb",
    do="add the missing rows, or know that this subject is in no laboratory analysis",
    needs=["adsl.USUBJID", "adlb.USUBJID", "adlb.PARAMCD", "adlb.AVAL", "adlb.AVISITN"],
)
def never_measured(tables: Tables) -> Iterator[Hits]:
    """A subject of adsl has no value of any parameter of study.toml: it silently drops out.

    Subjects whom adsl itself leaves out of an analysis set (ITTFL or SAFFL is N) are not named.
    """
    if not tables.parameters or tables.lab.empty:
        return
    seen = tables.lab.loc[tables.lab["AVAL"].notna(), "SUBJECT"].unique()
    rows = np.flatnonzero(_expected(tables) & ~np.isin(tables.subject("adsl"), seen))
    if len(rows):
        yield Hits(rows, lambda row: f"{tables.said('adsl.USUBJID', row)} has none")


@rule(
    "subject without a time",
    "warning",
    "adsl.USUBJID",
    expected="one row for each endpoint of study.toml in adtte",
    do="add the row (a subject without the event is censored at the last contact)",
    needs=["adsl.USUBJID", "adtte.USUBJID", "adtte.PARAMCD"],
)
def never_followed(tables: Tables) -> Iterator[Hits]:
    """A subject of adsl has no row of an endpoint in adtte: the analysis is not by all assigned.

    Subjects whom adsl itself leaves out of an analysis set (ITTFL or SAFFL is N) are not named.
    """
    codes, subject = tables.text("adtte.PARAMCD"), tables.subject("adtte")
    for endpoint in tables.config.endpoints.values():
        seen = subject[np.asarray(codes == endpoint.paramcd)]
        if not len(seen):
            continue  # an endpoint without rows has its own rule
        rows = np.flatnonzero(_expected(tables) & ~np.isin(tables.subject("adsl"), seen))
        if len(rows):
            none = f" has no row of {endpoint.paramcd} in {tables.files['adtte']}"
            yield Hits(rows, lambda row, none=none: tables.said("adsl.USUBJID", row) + none)


def _expected(tables: Tables) -> np.ndarray:
    """True for the subjects of adsl who are in its analysis sets, as far as it has flags."""
    out = tables.subject("adsl") >= 0
    for flag in ("ITTFL", "SAFFL", "FASFL", "RANDFL"):
        if tables.has(f"adsl.{flag}"):
            out &= ~np.asarray(tables.text(f"adsl.{flag}") == "N")
    return out


@rule(
    "subject outside an analysis set",
    "note",
    "adsl.ITTFL",
    expected="Y for subjects who are to be analysed",
    do="nothing, or remove these subjects from every table to leave them out",
    needs=["adsl.USUBJID"],
)
def outside_the_set(tables: Tables) -> Iterator[Hits]:
    """A subject with ITTFL or SAFFL N is analysed like all others: the book has one analysis set."""
    for flag in ("ITTFL", "SAFFL"):
        name = f"adsl.{flag}"
        if tables.has(name):
            rows = np.flatnonzero(np.asarray(tables.text(name) == "N"))
            if len(rows):
                yield Hits(rows, lambda row, name=name: tables.said(name, row), at=name)


@rule(
    "SEX is not F or M",
    "warning",
    "adsl.SEX",
    expected="F, M, U or blank",
    do="recode SEX; other words are left out of the share of women",
    needs=["adsl.SEX"],
)
def uncoded_sex(tables: Tables) -> Iterator[Hits]:
    """Tables of baseline characteristics count F and M; any other word is taken as not known.

    CDISC's codes are F, M, U (unknown), UNDIFFERENTIATED and INTERSEX.
    """
    sex = tables.text("adsl.SEX")
    known = ["F", "M", "U", "UNDIFFERENTIATED", "INTERSEX", "UNKNOWN"]
    rows = np.flatnonzero((sex.codes >= 0) & ~np.asarray(sex.isin(known)))
    if len(rows):
        yield Hits(rows, lambda row: tables.said("adsl.SEX", row))
