"""Raw tables in, the same without the subjects whom adsl itself puts in no arm and no set out.

Those who failed screening often stand in adsl, with a blank or "Screen Failure" as treatment and
with SAFFL, ITTFL or FASFL = N. They are in no analysis of the trial and in none of the book.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from helpers.cells import flags, is_blank, text
from helpers.config_check import spelling
from helpers.errors import Problem, Rule

SETS = ("SAFFL", "ITTFL", "FASFL")
NOTE = Rule(
    "subject in no arm and no analysis set",
    "note",
    "TRT01A is blank or names no arm, and SAFFL, ITTFL and FASFL (those that adsl has) are N, "
    "as with those who failed screening. The subject is left out, with its rows of every table.",
    "nothing, or correct TRT01A or the flags if the subject was in the trial",
)


def without_untreated(
    raw: Mapping[str, pd.DataFrame], file: str, *, arms: Collection[str]
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables without such subjects, each row under the number it had, and a note.

    `arms` are the values that study.toml names; a treatment that differs from one only in its
    spelling stays, to be reported. No frame is changed; without such a subject they come back
    themselves.
    """
    tables = dict(raw)
    adsl = raw["adsl"]
    out = _untreated(adsl, arms)
    ids = text(adsl["USUBJID"]) if out.any() else None
    gone = set(ids[out]) - set(ids[~out]) - {""} if out.any() else set()
    if not gone or out.all():
        return tables, []
    for name, frame in raw.items():
        if "USUBJID" in frame:
            tables[name] = frame[~text(frame["USUBJID"]).isin(gone)]
    values = sorted(set(text(adsl["TRT01A"])[out]))
    found = ", ".join(repr(value) if value else "nothing" for value in values[:5])
    said = NOTE.problem(
        file,
        "TRT01A",
        expected="the value of an arm, or SAFFL, ITTFL and FASFL = N",
        found=f"{len(gone):,} subject(s) with {found}",
    )
    return tables, [said]


def _untreated(adsl: pd.DataFrame, arms: Collection[str]) -> np.ndarray:
    """True for rows whose treatment is no arm's in any spelling and whose sets are all N."""
    sets = [column for column in SETS if column in adsl]
    if not sets or not {"USUBJID", "TRT01A"} <= set(adsl.columns):
        return np.zeros(len(adsl), dtype=bool)
    known = {spelling(arm) for arm in arms}
    out = ~text(adsl["TRT01A"]).map(spelling).isin(known).to_numpy(dtype=bool)
    for column in sets:
        no = flags(adsl[column]).eq(False) & ~is_blank(adsl[column])
        out &= no.to_numpy(dtype=bool)
    return out
