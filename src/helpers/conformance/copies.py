"""Tables in, rows and subjects that seem to stand there twice out; none is left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

FOREIGN = re.compile(  # columns of other tables, as a join brings them
    r"(?:CM|EX|EC|LB|VS|MH|PE|EG|QS|DS|PC|SV|PR|SU)[A-Z]{2,6}$|AVALC?$|PARAM|AVISIT|VISIT|ATC|DRUG|MEDIC"
)
COUNTERS = re.compile(r"SEQ$|SPID$|LNKID$|GRPID$|^(AE)?(ID|NUM|NO|ROW)$|^RECORD|^UNNAMED")
ONSETS = ("ASTDY", "AESTDY", "ASTDT", "ASTDTM", "AESTDTC", "AESTDAT")
LEAST_VALUES, LEAST_DISTINCT = 4, 3  # of a subject's laboratory that no two subjects share
LEAST_EVENTS = 3
DAYS_OF = re.compile(r"DTM?$|DTC$|DAT$|DA?Y$|DUR[A-Z]?$|TM$")
LATEST, PAIRED, LEAST_EACH = 7, 0.45, 5  # days later; share of the rows in pairs, halved; subjects


def _codes(tables: Tables, table: str, columns: list[str], rows=slice(None)) -> pd.DataFrame:
    return pd.DataFrame({c: tables.text(f"{table}.{c}").codes[rows] for c in columns})


@rule(
    "adverse event twice",
    "warning",
    "adae.AEDECOD",
    expected="each event in one row",
    do="remove the second row; events and their rate count both",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD"],
)
def doubled_events(tables: Tables) -> Iterator[Hits]:
    """A row of adae equals another in every cell, onset or running number among them.

    Where the onset is known the running numbers may differ, and what another table brought in by a join
    (a medicine, a visit). Without either, two like rows may be two events.
    """
    columns = list(tables.frames["adae"].columns)
    ours = [c for c in columns if not COUNTERS.search(c) and not FOREIGN.match(c)]
    onset = [c for c in ONSETS if c in columns]
    key = ["USUBJID", "AEDECOD", *onset]
    near = np.flatnonzero(_codes(tables, "adae", key).duplicated(keep=False))
    near = near[tables.subject("adae")[near] >= 0]
    if not len(near):
        return
    same = np.zeros(len(near), dtype=bool)
    if onset:
        known = (_codes(tables, "adae", onset, near) >= 0).any(axis=1).to_numpy()
        same |= _codes(tables, "adae", ours, near).duplicated().to_numpy() & known
    if len(ours) < len(columns):
        same |= _codes(tables, "adae", columns, near).duplicated().to_numpy()
    if same.any():
        beside = " but those of another table" if any(map(FOREIGN.match, columns)) else ""
        said = f" again, all cells alike{beside}"
        yield Hits(near[same], lambda row: tables.said_of("adae.AEDECOD")(row) + said)


@rule(
    "events once more some days later",
    "warning",
    "adae.AEDECOD",
    expected="each event in one row",
    do="find out whether two exports of the table were joined whose days differ (a start of day 0 or 1); "
    "remove one of them",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD", "adae.ASTDY"],
)
def doubled_later(tables: Tables) -> Iterator[Hits]:
    """Nearly every event, of all or of one arm or site, has its like the same number of days later.

    Up to seven days, all cells alike but days, dates and running numbers. Of ten rows and five subjects;
    events written down day by day come in longer rows and are passed over.
    """
    frame = tables.frames["adae"]
    columns = [c for c in frame.columns if not COUNTERS.search(c) and not DAYS_OF.search(c)]
    event = _codes(tables, "adae", columns).groupby(columns, sort=False).ngroup().to_numpy()
    day, subject = tables.number("adae.ASTDY"), tables.subject("adae")
    known = (subject >= 0) & ~np.isnan(day)
    arms, sites = (c[subject] for c in (tables.of_subjects("adsl.TRT01A")[0], tables.sites[0]))
    groups = [known, *(known & (c == k) for c in (arms, sites) for k in np.unique(c[c >= 0]))]
    for own in groups:
        if own.sum() >= 2 * LEAST_EACH and len(np.unique(subject[own])) >= LEAST_EACH:
            lag, later = _once_more(event[own], day[own])
            if lag:
                said = f", as {lag} day(s) before"
                yield Hits(
                    np.flatnonzero(own)[later],
                    lambda row, said=said: tables.said_of("adae.AEDECOD")(row) + said,
                )
                return


def _once_more(event: np.ndarray, day: np.ndarray) -> tuple[int, np.ndarray]:
    """After how many days (0: none) nearly every event comes again once, and which rows are the second."""
    width = np.ptp(day) + 2 * LATEST + 1  # days of two events never meet
    here = event * width + day - day.min()
    for lag in range(1, LATEST + 1):
        before, after = np.isin(here, here + lag), np.isin(here, here - lag)
        second = before & ~after
        if second.mean() >= PAIRED and (after & ~before).mean() >= PAIRED:
            return lag, second
    return 0, np.zeros(len(day), dtype=bool)


def _twins(print_of: pd.Series) -> Iterator[tuple[int, int]]:
    """Pairs of subjects (positions) with one fingerprint: the first that has it and each other."""
    for _, same in print_of.groupby(print_of.to_numpy()):
        for other in same.index[1:]:
            yield int(same.index[0]), int(other)


def _fingerprints(keys: pd.DataFrame, subject: np.ndarray) -> pd.DataFrame:
    """Of each subject: SUM of the hashes of its rows (in any order), their number N."""
    hashed = pd.util.hash_pandas_object(keys, index=False).to_numpy()
    return pd.DataFrame({"SUBJECT": subject, "SUM": hashed, "N": 1}).groupby("SUBJECT").sum()


def _lab_prints(tables: Tables) -> pd.Series:
    """The fingerprint of each subject's laboratory: enough values, not all the same."""
    lab = tables.lab[tables.lab["AVAL"].notna() & tables.lab["VISIT"].notna()]
    if lab.empty:
        return pd.Series(dtype=np.uint64)
    prints = _fingerprints(lab[["PARAMETER", "VISIT", "AVAL"]], lab["SUBJECT"].to_numpy())
    distinct = lab.groupby("SUBJECT")["AVAL"].nunique()
    enough = (prints["N"] >= LEAST_VALUES) & (distinct >= LEAST_DISTINCT)
    return prints.loc[enough & _no_chance(lab, len(prints)), "SUM"]


def _no_chance(lab: pd.DataFrame, subjects: int) -> pd.Series:
    """By subject, whether any two would hardly (1 in 1,000) share its values by chance.

    By how many others have each value of a parameter at the same visit; a value that a subject keeps
    for several visits counts once, as on a scale of few levels it hardly moves.
    """
    at = lab.groupby(["PARAMETER", "VISIT"])["AVAL"]
    share = lab.groupby(["PARAMETER", "VISIT", "AVAL"])["AVAL"].transform("size") / at.transform(
        "size"
    )
    once = lab.assign(LOG=np.log(share)).drop_duplicates(["SUBJECT", "PARAMETER", "AVAL"])
    pairs = max(subjects * (subjects - 1) / 2, 1)
    return once.groupby("SUBJECT")["LOG"].sum() < np.log(1e-3 / pairs)


def _event_prints(tables: Tables) -> pd.Series:
    """The fingerprint of each subject's adverse events with an onset: terms and days."""
    if not tables.has("adae.AEDECOD", "adae.ASTDY"):
        return pd.Series(dtype=np.uint64)
    day, subject = tables.number("adae.ASTDY"), tables.subject("adae")
    rows = np.flatnonzero(~np.isnan(day) & (subject >= 0))
    keys = pd.DataFrame({"TERM": tables.text("adae.AEDECOD").codes[rows], "DAY": day[rows]})
    if keys.empty:
        return pd.Series(dtype=np.uint64)
    prints = _fingerprints(keys, subject[rows])
    terms = (
        keys["TERM"].groupby(subject[rows]).nunique()
    )  # of one term a diary has three days at once
    enough = (prints["N"] >= LEAST_EVENTS) & (terms > 1)
    return prints.loc[enough & _no_coincidence(keys.assign(SUBJECT=subject[rows])), "SUM"]


def _no_coincidence(events: pd.DataFrame) -> pd.Series:
    """By subject, whether any two would hardly (1 in 1,000) share its events by chance.

    By how many of those with an event have each of them on its day: after a vaccine, many do.
    """
    once = events.drop_duplicates()
    subjects = once["SUBJECT"].nunique()
    share = once.groupby(["TERM", "DAY"])["SUBJECT"].transform("size") / subjects
    pairs = max(subjects * (subjects - 1) / 2, 1)
    return np.log(share).groupby(once["SUBJECT"]).sum() < np.log(1e-3 / pairs)


@rule(
    "subject under two identifiers",
    "warning",
    "adsl.USUBJID",
    expected="each subject once",
    do="find out whether they are one subject; if so remove one of the two from every table",
    needs=["adsl.USUBJID"],
)
def copied(tables: Tables) -> Iterator[Hits]:
    """Two subjects have the same laboratory values at all visits, or the same events on the same days.

    Only from four values (three of them different) or three events with an onset, of two terms, on.
    """
    found = copies_of(tables)
    for other, row in rows_of(tables, found).items():
        one, what = found[other]
        said = f"{str(tables.subjects[other])!r} has the {what} of {str(tables.subjects[one])!r}"
        yield Hits([row], said)


def copies_of(tables: Tables) -> dict[int, tuple[int, str]]:
    """Subjects (positions) that repeat another one: which, and in what of its rows."""
    found: dict[int, tuple[int, str]] = {}
    if tables.has("adae.USUBJID"):
        found |= {b: (a, "adverse events") for a, b in _twins(_event_prints(tables))}
    if tables.has("adlb.USUBJID", "adlb.PARAMCD", "adlb.AVISITN", "adlb.AVAL"):
        found |= {b: (a, "laboratory values") for a, b in _twins(_lab_prints(tables))}
    return found


def rows_of(tables: Tables, subjects: Iterable[int]) -> dict[int, int]:
    """The first row of adsl of each of these subjects (positions), in their order."""
    first = first_rows(tables)
    return {other: int(first[other]) for other in sorted(subjects)}


def first_rows(tables: Tables) -> np.ndarray:
    """The first row of adsl of each subject, in the order of `subjects`."""
    found, first = np.unique(tables.subject("adsl"), return_index=True)
    return first[found >= 0]
