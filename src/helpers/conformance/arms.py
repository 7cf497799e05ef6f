"""Tables in, treatments that do not meet the arms of `study.toml` out; none is respelt."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.config_check import spelling
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

NEEDS = ["adsl.USUBJID", "adsl.TRT01A"]
FOLLOWED = 0.9  # share of a planned code whose subjects have the treatment that it stands for


def _strays(tables: Tables) -> tuple[np.ndarray, dict[str, str]]:
    """Rows of adsl whose treatment is no arm's value, and the arm each near one looks like."""
    values = tables.text("adsl.TRT01A")
    arms = [value for arm in tables.config.arms for value in arm.values]
    rows = np.flatnonzero((values.codes >= 0) & ~np.asarray(values.isin(arms)))
    by_spelling = {spelling(arm): arm for arm in arms}
    near = {value: by_spelling.get(spelling(value)) for value in values[rows].unique()}
    return rows, {value: arm for value, arm in near.items() if arm}


@rule(
    "treatment without an arm but for its spelling",
    "error",
    "adsl.TRT01A",
    expected="the arm's value, letter by letter",
    do="spell it like the arm",
    needs=NEEDS,
)
def misspelt_arms(tables: Tables) -> Iterator[Hits]:
    """TRT01A differs from an arm of study.toml only in case, spaces, hyphens or underscores.

    Left alone, the subject would be in no arm, or in an arm of its own.
    """
    rows, near = _strays(tables)
    values = tables.text("adsl.TRT01A")
    for value, arm in near.items():
        same = int((values == arm).sum())
        yield Hits(
            rows[np.asarray(values[rows] == value)],
            f"{value!r}, which looks like {arm!r}",
            expected=f"{arm!r}, as {same:,} other subject(s)",
            do=f"write {arm!r}",
        )


@rule(
    "treatment without an arm in study.toml",
    "error",
    "adsl.TRT01A",
    expected="the value of an arm",
    do="spell it like the arm, add an [[arms]] block, or remove the subject from every table "
    "(as with those who failed screening)",
    needs=NEEDS,
)
def unknown_arms(tables: Tables) -> Iterator[Hits]:
    """TRT01A holds a treatment that no [[arms]] block names, so the subject would be in no arm."""
    rows, near = _strays(tables)
    values = tables.text("adsl.TRT01A")
    rows = rows[~np.asarray(values[rows].isin(list(near)))]
    if len(rows):
        wanted = " or ".join(repr(value) for arm in tables.config.arms for value in arm.values)
        yield Hits(rows, lambda row: tables.said("adsl.TRT01A", row), expected=wanted)


@rule(
    "treatment with spaces around it",
    "warning",
    "adsl.TRT01A",
    expected="no space before or after",
    do="remove the spaces; it is read without them",
    needs=NEEDS,
)
def padded_arms(tables: Tables) -> Iterator[Hits]:
    """A treatment is written with spaces before or after it in some rows; it is read without them.

    A column in which every label is padded to one width, as SAS writes texts, is not named.
    """
    raw = tables.frames["adsl"]["TRT01A"].astype(object)
    values = raw[raw.notna()].astype(str)
    values = values[values.str.strip() != ""]
    padded = values != values.str.strip()
    if padded.any() and values.str.len().nunique() > 1:
        rows = tables.frames["adsl"].index.get_indexer(padded.index[padded])
        yield Hits(rows, lambda row: tables.said("adsl.TRT01A", row))


@rule(
    "arm without a subject",
    "error",
    "study.arms",
    expected="a subject with this treatment",
    do="spell value = as TRT01A does, or remove the block",
    needs=NEEDS,
)
def empty_arms(tables: Tables) -> Iterator[Hits]:
    """An [[arms]] block names a treatment that nobody in adsl has."""
    values = tables.text("adsl.TRT01A")
    found = ", ".join(repr(str(v)) for v in sorted(values.dropna().unique(), key=str)) or "nothing"
    for arm in tables.config.arms:
        if arm is _missing_reference(tables):
            continue
        for value in arm.values:
            if not (values == value).any():
                yield Hits(None, found, expected=f"a subject with {value!r}")


@rule(
    "reference arm that does not exist",
    "error",
    "study.arms",
    expected="subjects with this treatment",
    do="spell value = as TRT01A does, or set reference = true in another arm",
    needs=NEEDS,
)
def absent_reference(tables: Tables) -> Iterator[Hits]:
    """The arm with reference = true has no subject: there is nothing to compare with."""
    arm = _missing_reference(tables)
    if arm:
        values = tables.text("adsl.TRT01A").dropna().unique().astype(str)
        found = ", ".join(repr(str(v)) for v in sorted(values)) or "nothing"
        wanted = " or ".join(map(repr, arm.values))
        yield Hits(None, found, expected=f"subjects with {wanted}, the reference")


def _missing_reference(tables: Tables):
    arm = tables.config.reference
    there = tables.text("adsl.TRT01A").isin(list(arm.values)).any()
    return None if there or not arm.reference else arm


@rule(
    "treatment differs from adsl",
    "warning",
    "adsl.TRT01A",
    expected="the treatment that adsl gives the subject",
    do="correct one of the two; adsl is used",
    needs=NEEDS,
)
def conflicting_arms(tables: Tables) -> Iterator[Hits]:
    """Another table gives a subject another treatment than adsl does; the book goes by adsl.

    TRTA as TRT01A, TRTP as TRT01P (where adsl lacks that, as TRT01A). Only where that table uses the
    words of adsl: a column of other words says nothing. A treatment that adsl gives the subject in a
    later period (TRT02A, ...) is no other: see "treatment changes between periods".
    """
    later = _later_treatments(tables)
    planned = tables.has("adsl.TRT01P")
    for table in ("adlb", "adae", "adtte"):
        for column in ("TRT01A", "TRTA", "TRT01P", "TRTP"):
            name = f"{table}.{column}"
            if not tables.has(name):
                continue
            ours = "adsl.TRT01P" if column.endswith("P") and planned else "adsl.TRT01A"
            rows = _differing(tables, name, ours)
            rows = rows[~_given_later(tables, name, rows, later)]
            if len(rows):
                yield Hits(rows, lambda row, name=name: tables.said(name, row), at=name)


def _differing(tables: Tables, name: str, ours: str) -> np.ndarray:
    """The rows whose treatment is not that of the subject in column `ours` of adsl; none for other words."""
    used = tables.text(name).categories
    if not len(used) or not used.isin(tables.text(ours).categories).all():
        return np.array([], dtype=int)
    return unlike(tables, name, ours)[0]


def unlike(tables: Tables, name: str, ours: str) -> tuple[np.ndarray, int]:
    """The rows whose text in column `name` is not the subject's in `ours` of adsl; and how many have both."""
    theirs, (code_of, levels) = tables.text(name), tables.of_subjects(ours)
    wanted = code_of[tables.subject(name.partition(".")[0])]
    own = np.append(levels.get_indexer(theirs.categories), -1)[theirs.codes]
    both = (theirs.codes >= 0) & (wanted >= 0)
    return np.flatnonzero(both & (own != wanted)), int(both.sum())


def _later_treatments(tables: Tables) -> set[tuple[int, str]]:
    """Subject (position) and treatment of every period after the first, as adsl has them."""
    later = set()
    for column in tables.frames["adsl"]:
        if re.fullmatch(r"TRT0[2-9][AP]", column):
            texts = np.asarray(tables.text(f"adsl.{column}").astype(object))
            later |= set(zip(tables.subject("adsl"), texts, strict=True))
    return later


def _given_later(
    tables: Tables, name: str, rows: np.ndarray, later: set[tuple[int, str]]
) -> np.ndarray:
    """True for those of `rows` whose treatment adsl gives the subject in a later period."""
    if not later:
        return np.zeros(len(rows), dtype=bool)
    theirs = np.asarray(tables.text(name).astype(object))[rows]
    subjects = tables.subject(name.partition(".")[0])[rows]
    return np.array([pair in later for pair in zip(subjects, theirs, strict=True)], dtype=bool)


@rule(
    "treated otherwise than planned",
    "note",
    "adsl.TRT01A",
    expected="TRT01P, the planned treatment",
    do='nothing, or analyse as planned: TRT01A = "TRT01P" under [columns.adsl]',
    needs=[*NEEDS, "adsl.TRT01P"],
)
def crossed_over(tables: Tables) -> Iterator[Hits]:
    """A subject got another treatment than planned. The book analyses what TRT01A says: as treated."""
    actual, planned = tables.text("adsl.TRT01A"), tables.text("adsl.TRT01P")
    both = (actual.codes >= 0) & (planned.codes >= 0)
    rows = np.flatnonzero(both & (np.asarray(actual, object) != np.asarray(planned, object)))
    if len(rows) and planned.categories.isin(actual.categories).any():
        yield Hits(rows, lambda row: f"{actual[row]!r} where {planned[row]!r} was planned")


@rule(
    "most of an arm treated otherwise than planned",
    "warning",
    "adsl.TRT01A",
    expected="the planned treatment in most of an arm",
    do="find out whether two labels were exchanged in TRT01A or in TRT01P",
    needs=[*NEEDS, "adsl.TRT01P"],
)
def arms_exchanged(tables: Tables) -> Iterator[Hits]:
    """More than half of those planned for one arm have the treatment of another: labels exchanged?"""
    actual = np.asarray(tables.text("adsl.TRT01A"), object)
    planned = np.asarray(tables.text("adsl.TRT01P"), object)
    arms = {value for arm in tables.config.arms for value in arm.values}
    for one in sorted(arms & set(planned[planned == planned])):
        mine = np.flatnonzero((planned == one) & (actual == actual))
        rows = mine[(actual[mine] != one) & np.isin(actual[mine], list(arms))]
        if 2 * len(rows) > len(mine) and one in set(actual):
            found = f"{len(rows)} of {len(mine)} planned for {one!r} have another"
            yield Hits(rows[:1], found)


@rule(
    "treated otherwise than the code of the plan says",
    "warning",
    "adsl.TRT01A",
    expected="one treatment for each code of TRT01P",
    do="find out whether TRT01A or TRT01P is wrong, or the subject was treated otherwise than planned",
    needs=[*NEEDS, "adsl.TRT01P"],
)
def off_the_code(tables: Tables) -> Iterator[Hits]:
    """TRT01P holds codes (A, B, C) that stand for the treatments of TRT01A, one each, but not in a few rows.

    Where no code is a treatment's name and nine of ten subjects of each have one and the same treatment,
    which is no other code's.
    """
    actual, planned = tables.text("adsl.TRT01A"), tables.text("adsl.TRT01P")
    if planned.categories.isin(actual.categories).any():
        return
    both = (actual.codes >= 0) & (planned.codes >= 0)
    pairs = pd.crosstab(planned.codes[both], actual.codes[both])
    if pairs.shape[0] < 2 or pairs.empty:
        return
    meant, most = pairs.idxmax(axis=1), pairs.max(axis=1)
    if meant.duplicated().any() or (most < FOLLOWED * pairs.sum(axis=1)).any():
        return
    wanted = meant.reindex(planned.codes).to_numpy()
    rows = np.flatnonzero(both & (actual.codes != wanted))
    yield Hits(rows, lambda row: (
        f"{actual[row]!r} of a subject planned for {planned[row]!r}, elsewhere "
        f"{actual.categories[int(wanted[row])]!r}"))  # fmt: skip
