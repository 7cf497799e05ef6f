"""A raw table in, which of its columns is which of ours out; an event flag is never taken for CNSR.

A column of our own name is taken as it is. Else a name that trials use for the same thing, else
one that differs by a letter or two.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import pandas as pd

from helpers.cells import text
from helpers.ingest.read import renamed
from helpers.scaffold.draft import Draft
from helpers.schema import COLUMNS, wide_advice, wide_columns

TREATMENTS = ("TRT01A", "TRT01P", "TRTA", "TRTP", "ACTARM", "ARM", "ACTUALTREATMENT",
              "ACTUALTREATMENTARM", "TREATMENT", "TREATMENTARM", "TRT", "GROUP", "TREATMENTGROUP",
              "BEHANDLUNG", "BEHANDLUNGSARM", "GRUPPE", "GROUPE", "BRAS", "COHORT")  # fmt: skip
MOST_ARMS = 20
NEAR = 0.8  # how alike two names have to be, 1 = the same
# names are compared without underscores: SUBJECT_ID is SUBJECTID
_SUBJECT = ("UNIQUESUBJECTIDENTIFIER", "SUBJID", "SUBJECT", "SUBJECTID", "SUBJECTIDENTIFIER", "PATIENT",
            "PATIENTID", "PATID", "PTID", "PID", "PARTICIPANTID", "RECORDID", "ID", "PATIENTENNUMMER",
            "PATIENTENNR", "PATIENTENID")  # fmt: skip
# the columns that no analysis needs, but by which a draft knows parameters and visits
TELLING: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "adlb": {
        "PARAM": ("PARAMETER", "PARAMETERDESCRIPTION", "LBTEST"),
        "AVISIT": ("ANALYSISVISIT", "VISIT", "REDCAPEVENTNAME"),
        "AVALU": ("LBSTRESU", "UNIT", "UNITS", "EINHEIT"),
        "AVALC": ("LBSTRESC",),
    },
    "adtte": {"PARAM": ("PARAMETER", "PARAMETERDESCRIPTION"), "AVALU": ("UNIT", "EINHEIT")},
}
# our name -> names of the same thing in other traditions (SDTM, exports, German), the likeliest first
SYNONYMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "adsl": {
        "USUBJID": _SUBJECT,
        "AGE": ("AGEYR", "AGEYRS", "AGEYEARS", "AGEINYEARS", "AAGE", "ALTER"),
        "SEX": ("GENDER", "BIOLOGICALSEX", "GESCHLECHT", "SEXE"),
        "SAFFL": ("SAFETYFL", "SAF"),
        "ITTFL": ("ITT",),
    },
    "adlb": {
        "USUBJID": _SUBJECT,
        "PARAMCD": ("PARAMETERCODE", "LBTESTCD", "TESTCD", "PARAM", "TEST"),
        "AVISITN": ("ANALYSISVISITNUMBER", "VISITNUM", "VISITN", "WEEK", "WOCHE", "SEMAINE"),
        "AVAL": ("ANALYSISVALUE", "LBSTRESN", "VALUE", "RESULT", "WERT", "ERGEBNIS"),
        "ADY": ("LBDY", "DAY", "TAG"),
        "BASE": ("BASELINE", "BVAL"),
        "CHG": ("CHANGE",),
        "ABLFL": ("LBBLFL", "BASEFL"),
        "BLQFL": ("BLQ", "BLOQFL", "LLOQFL"),
    },
    "adae": {
        "USUBJID": _SUBJECT,
        "AEDECOD": ("AEPT", "PT", "AETERM"),
        "AEBODSYS": ("AESOC", "SOC"),
        "AESEV": ("AETOXGR", "ATOXGR", "AETOXGRN", "AEGRADE"),
        "TRTEMFL": ("AETRTEM", "TEAEFL", "TEFL"),
        "ASTDY": ("AESTDY",),
    },
    "adtte": {
        "USUBJID": _SUBJECT,
        "PARAMCD": ("PARAMETERCODE", "PARAM", "ENDPOINT"),
        "AVAL": ("ANALYSISVALUE", "TIME", "VALUE"),
        "CNSR": ("CENSORED", "CENSOR", "CENS"),
        "EVNTDESC": ("EVENTDESC",),
    },
}
EVENT_FLAGS = ("EVENT", "EVENTFL", "STATUS", "EVNT")


def guess_columns(name: str, frame: pd.DataFrame) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Our name -> (their name, why), for columns under another name; and what is missing."""
    found: dict[str, tuple[str, str]] = {}
    missing: list[str] = []
    if name == "adsl":
        found |= _treatment(frame)
    for ours, spec in COLUMNS[name].items():
        if ours in frame or ours in found:
            continue
        free = [c for c in frame if c not in COLUMNS[name] and c not in _taken(found)]
        same = _same(SYNONYMS[name].get(ours, ()), free)
        near = difflib.get_close_matches(ours, free, n=1, cutoff=NEAR)
        if same:
            found[ours] = same[0], "the same thing under another name"
        elif spec.required and near:
            found[ours] = near[0], f"the name nearest to {ours}"
        elif spec.required:
            missing.append(_missing(name, ours, frame))
    for ours, names in TELLING.get(name, {}).items():
        same = _same(names, [c for c in frame if c not in _taken(found)])
        if ours not in frame and same:
            found[ours] = same[0], "the same thing under another name"
    if wide := wide_columns(renamed(frame, {ours: theirs for ours, (theirs, _) in found.items()})):
        missing = [what for what in missing if not what.startswith(("PARAMCD", "AVAL "))]
        missing += [wide_advice(wide)] if name == "adlb" else []
    return found, missing


def _same(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    """Those of `columns` that bear one of `names`, in the order of `names`."""
    plain = {column.replace("_", ""): column for column in reversed(columns)}
    return [plain[name] for name in names if name in plain]


def _taken(found: Mapping[str, tuple[str, str]]) -> set[str]:
    return {theirs for theirs, _ in found.values()}


def _missing(name: str, ours: str, frame: pd.DataFrame) -> str:
    flags = [column for column in EVENT_FLAGS if column in frame]
    if ours == "CNSR" and flags:
        return (
            f"CNSR of {name}: {flags[0]} looks like an event flag, which is the opposite; write a "
            f"column CNSR = 1 - {flags[0]}"
        )
    return f"{ours} of {name} ({COLUMNS[name][ours].meaning}); it has {', '.join(frame.columns)}"


def _treatment(frame: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """The first column of treatments that has values, and not one for each subject."""
    for column in _same(TREATMENTS, list(frame)):
        values = {word for word in text(frame[column]) if word}
        if not 1 <= len(values) <= MOST_ARMS:
            continue
        if column == "TRT01A":
            return {}
        kind = "the planned treatment; " if column in ("TRT01P", "TRTP") else ""
        why = f"{kind}the first of {', '.join(TREATMENTS[:6])} that has values"
        return {"TRT01A": (column, why)}
    return {}


def put_columns(draft: Draft, name: str, found: Mapping[str, tuple[str, str]]) -> None:
    """The block [columns.TABLE], where a column is called otherwise."""
    if found:
        draft.start(f"[columns.{name}]")
    for ours, (theirs, why) in found.items():
        draft.put(ours, theirs, why)
