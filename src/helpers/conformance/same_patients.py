"""Subjects in, those that seem to be one patient (two organs, a second randomisation) out; none is joined."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.copies import copies_of, first_rows, rows_of
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import SITES, Tables

SIDED = re.compile(
    r"(?P<stem>.*?\d.*?)[-_./ ]?(?P<side>OD|OS|[LR]|LE|RE|LEFT|RIGHT|LI|LINKS|RECHTS)", re.I
)
LEFT = ("OS", "L", "LE", "LEFT", "LI", "LINKS")
PATIENTS = ("SUBJID", "PATID", "PATNO", "PATIENT", "PTID", "PTNO")
SAME = ("BRTHDTC", "BRTHDT", "AGE", "SEX")  # what two organs of one patient, or two entries, share
PAIRS, ALIKE = 2, 0.9  # pairs; share of them in which age and sex agree
NO_TRAIT = re.compile(r"ID$|NO$|NUM$|SEQ|DUR|D[YT]$|DTM$|DTC$|^TRT|^ARM|^ACTARM|N$|FL$|^CNSR|^AVAL")
LEVELS, TIED, CHANCE = 10, 0.8, 1e-3  # values of a trait; rank correlation; chance of any such pair


def _by_id(tables: Tables) -> Iterator[tuple[int, int]]:
    """Pairs of subjects whose identifiers are alike but for the side of the body at their end."""
    of_stem: dict[tuple[str, bool], int] = {}
    for subject, name in enumerate(tables.subjects):
        found = SIDED.fullmatch(str(name))
        if found:
            stem, left = found["stem"].casefold(), found["side"].upper() in LEFT
            if (stem, not left) in of_stem:
                yield of_stem[stem, not left], subject
            of_stem[stem, left] = subject


def _by_patient(tables: Tables) -> Iterator[tuple[int, int]]:
    """Pairs of subjects that another column of adsl, within a site, takes for one patient."""
    name = tables.first("adsl", PATIENTS)
    if name:
        rows = first_rows(tables)
        keys = {"PATIENT": tables.text(name).codes[rows]}
        site = tables.first("adsl", SITES)
        if site:
            keys["SITE"] = tables.text(site).codes[rows]
        frame = pd.DataFrame(keys)
        frame = frame[frame["PATIENT"] >= 0]
        for _, own in frame.groupby(list(frame)):
            if len(own) == 2:
                yield int(own.index[0]), int(own.index[1])


def _agree(tables: Tables, pairs: list[tuple[int, int]]) -> bool:
    """Whether age and sex (those that adsl has) are the same in nearly all pairs."""
    rows = first_rows(tables)
    for name in (f"adsl.{c}" for c in SAME if tables.has(f"adsl.{c}")):
        codes = tables.text(name).codes[rows]
        if np.mean([codes[a] == codes[b] for a, b in pairs]) < ALIKE:
            return False
    return True


@rule(
    "two organs of one patient as two subjects",
    "warning",
    "adsl.USUBJID",
    expected="one row a patient, or an analysis that knows of pairs",
    do="find out whether the two are eyes, limbs or sides of one patient: every test and interval takes "
    "subjects as independent, and here is too sure or not sure enough; keep one of the two",
    needs=["adsl.USUBJID"],
)
def organs(tables: Tables) -> Iterator[Hits]:
    """Two subjects or more pairs have one identifier but for OD and OS, L and R; or one SUBJID of a site.

    Two pairs or more; in nine of ten of them age and sex are the same, where adsl has these.
    """
    for found in (_by_id, _by_patient):
        pairs = list(found(tables))
        if len(pairs) >= PAIRS and _agree(tables, pairs):
            yield _line(tables, {b: a for a, b in pairs}, "{!r} beside {!r}")
            return


def _line(tables: Tables, other_of: dict[int, int], words: str) -> Hits:
    """One finding for all these subjects, at the rows of the second of each pair."""
    row_of = rows_of(tables, other_of)
    said = {row_of[b]: words.format(str(tables.subjects[b]), str(tables.subjects[a]))
            for b, a in other_of.items()}  # fmt: skip
    return Hits(list(row_of.values()), said.__getitem__)


def _traits(tables: Tables, *, values: bool) -> pd.DataFrame:
    """What a patient brings along, a row a subject: columns of adsl and, with `values`, those at baseline.

    Texts as codes. Of columns that go with one another by their ranks the first alone.
    """
    rows = first_rows(tables)
    named = [c for c in tables.frames["adsl"].columns if c in SAME or not NO_TRAIT.search(str(c))]
    found = {str(c): _as_numbers(tables, f"adsl.{c}")[rows] for c in named}
    if values and tables.has("adlb.USUBJID", "adlb.PARAMCD", "adlb.AVISITN", "adlb.AVAL"):
        first = tables.measured[tables.measured["VISIT"] == tables.config.visits.baseline]
        for i, own in first.groupby("PARAMETER"):
            here = own.set_index("SUBJECT")["AVAL"].reindex(range(len(rows)))
            found[tables.parameters[int(i)].label] = here.to_numpy()
    frame = pd.DataFrame(found)
    ties = frame.rank().corr().abs().to_numpy() > TIED
    kept: list[int] = []
    for k in range(frame.shape[1]):
        if frame.iloc[:, k].nunique() > 1 and not ties[k, kept].any():
            kept.append(k)
    return frame.iloc[:, kept]


def _as_numbers(tables: Tables, name: str) -> np.ndarray:
    """A column as numbers; as codes where it holds words. NaN where it is blank."""
    codes, numbers = tables.text(name).codes, tables.number(name)
    words = (codes >= 0) & np.isnan(numbers)
    return np.where(codes < 0, np.nan, codes) if words.any() else numbers


@rule(
    "patient who seems to be entered twice",
    "warning",
    "adsl.USUBJID",
    expected="each patient once",
    do="find out whether a patient was randomised again under a new identifier; if so keep the first, with "
    "the arm of that, and say so in the report",
    needs=["adsl.USUBJID"],
)
def entered_twice(tables: Tables) -> Iterator[Hits]:
    """Two subjects have the same age, sex and measures before the treatment, as chance hardly has it.

    Two of them or more have ten different values; all that are known are equal. By how seldom two others
    share one, 1 in 1,000 for any pair of the study. Who repeats later values too has a line of its own.
    """
    pairs: dict[int, int] = {}
    for values in (False, True):
        traits = _traits(tables, values=values)
        traits = traits[traits.notna().all(axis=1)]
        if (traits.nunique() >= LEVELS).sum() < 2:
            continue
        twins = traits[traits.duplicated(keep=False)]
        if twins.empty or 10 * len(twins) > len(traits):
            continue
        chance = sum(np.log(_shared(traits[c])) for c in traits)
        most = np.log(CHANCE / (len(traits) * (len(traits) - 1) / 2))
        for _, own in twins.groupby(list(twins)):
            first = int(own.index[0])
            pairs |= {int(b): first for b in own.index[1:] if chance[b] < most}
    already = copies_of(tables) if pairs else {}
    pairs = {b: a for b, a in pairs.items() if b not in already}
    if pairs:
        yield _line(tables, pairs, "{!r} has age, sex and measures of {!r}")


def _shared(values: pd.Series) -> pd.Series:
    """The chance that another subject has the same value: by those who do, or by all pairs that agree."""
    times, n = values.groupby(values).transform("size"), len(values)
    all_pairs = max(float((times - 1).sum()) / 2, 1.0) / (n * (n - 1) / 2)
    return ((times - 1).clip(lower=1) / (n - 1)).clip(upper=max(all_pairs, 1e-12))
