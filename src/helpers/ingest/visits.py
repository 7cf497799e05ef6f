"""A raw adlb in, the same with AVISITN blank in rows that are no measurement at a planned visit, and notes.

ADaM data number what has no place in time: 99 for "End of Treatment", anything for "Unscheduled".
Taken as a time, such a number would be a point of every course. Nor is a value that was carried
forward a measurement. A row without AVISITN is in no analysis; no row is dropped.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.cells import flags, numbers, text
from helpers.errors import Problem, Rule

UNPLANNED = r"unsch|unplan|\b(?:max|min)imum\b|\b(?:worst|highest|lowest)\b"
BEYOND = (99, 998, 999, 9998, 9999)  # numbers that by custom mean "none of the planned visits"
# CDISC ADaM controlled terminology, codelist DTYPE (C81224), with what sponsors add to it
IMPUTED = ("BC", "WC", "BLOCF", "BOCF", "LOCF", "POCF", "SOCF", "WOCF", "EXTRAP", "INTERP", "MOV",
           "PHANTOM", "MI", "NRI", "IMPUTED", "IMPUTATION")  # fmt: skip
EXTREME = ("MAXIMUM", "MINIMUM", "BOC", "WOC", "LOV", "WOV", "ENDPOINT")
NOTE = Rule(
    "row at no planned visit",
    "note",
    "AVISIT is an unscheduled visit or an extreme over visits, or AVISITN is 99, 998, 999, 9998 or "
    "9999 beside a name without that number, or of several rows of a visit ANL01FL (at the baseline "
    "else ABLFL) marks another one. Such a row is in no analysis.",
    "nothing, or give it the number of a planned visit; the baseline and main visit of study.toml "
    "always count as planned",
)
CARRIED = Rule(
    "imputed row",
    "note",
    "DTYPE says that AVAL was imputed (LOCF, WOCF, BOCF and the like), not measured at this visit. "
    "The row is in no analysis: the book analyses what was observed.",
    'nothing; for a planned comparison with imputed values write imputed = "LOCF" under [analysis]',
)
STAND_IN = Rule(
    "imputed row that the plan uses",
    "note",
    "DTYPE says that AVAL was imputed, and imputed under [analysis] names this way. The row is in the "
    "planned comparison at one visit, where the subject has no measured value, and in nothing else.",
    "nothing, or take imputed out of [analysis]",
)


def planned_visits_only(
    adlb: pd.DataFrame, file: str, *, planned: Collection[float], used: Collection[str] = ()
) -> tuple[pd.DataFrame, list[Problem]]:
    """`adlb` with AVISITN missing in such rows, and the notes that say how many.

    `planned` are visit numbers that are planned whatever they look like; `used` words of DTYPE whose
    rows `stand_ins` keeps. The frame given is not changed; it comes back itself when there is nothing
    to blank.
    """
    if not {"AVISITN", "USUBJID", "PARAMCD"} <= set(adlb.columns):
        return adlb, []
    number = numbers(adlb["AVISITN"]).to_numpy(dtype=float)
    there = ~np.isnan(number)
    kept = _has(adlb, "DTYPE", used) & there
    imputed = (_has(adlb, "DTYPE", IMPUTED) & there) | kept
    off = (_by_name(adlb, number) | _extremes(adlb, number)) & ~np.isin(number, list(planned))
    off |= _not_chosen(adlb, number, off | imputed)
    off &= there & ~imputed
    out = off | imputed
    if not out.any():
        return adlb, []
    visits = adlb["AVISITN"].astype(object).mask(out, None)
    whole = pd.api.types.is_numeric_dtype(adlb["AVISITN"])
    blanked = adlb.assign(AVISITN=visits.astype(float) if whole else visits)
    notes = [_note(adlb, file, *said) for said in (
        (NOTE, off, "AVISIT" if "AVISIT" in adlb else "AVISITN", "at"),
        (CARRIED, imputed & ~kept, "DTYPE", "with DTYPE"),
        (STAND_IN, kept, "DTYPE", "with DTYPE"))]  # fmt: skip
    return blanked, [note for note in notes if note]


def stand_ins(
    adlb: pd.DataFrame, file: str, *, planned: Collection[float], used: Collection[str]
) -> pd.DataFrame:
    """The rows of `adlb` that were imputed in one of the ways `used`, at planned visits; one a
    subject, parameter and visit (the one that ANL01FL marks, else the last).
    """
    rows = adlb[_has(adlb, "DTYPE", used)]
    if rows.empty or not {"AVISITN", "USUBJID", "PARAMCD"} <= set(rows.columns):
        return rows
    chosen, _ = planned_visits_only(rows.drop(columns="DTYPE"), file, planned=planned)
    chosen = chosen.assign(DTYPE=rows["DTYPE"])
    chosen = chosen[~np.isnan(numbers(chosen["AVISITN"]).to_numpy(dtype=float))]
    return chosen.drop_duplicates(["USUBJID", "PARAMCD", "AVISITN"], keep="last")


def _note(
    adlb: pd.DataFrame, file: str, rule: Rule, rows: np.ndarray, named: str, how: str
) -> Problem | None:
    """How many `rows` the rule took out, and what stands in their column `named`; None for none."""
    if not rows.any():
        return None
    few = ", ".join(map(repr, sorted(set(text(adlb[named][rows])))[:5]))
    return rule.problem(
        file,
        "AVISITN" if rule is NOTE else named,
        expected="a measurement at a planned visit in rows that are to be analysed",
        found=f"{int(rows.sum()):,} row(s), {how} {few}",
    )


def _has(adlb: pd.DataFrame, column: str, words: Collection[str]) -> np.ndarray:
    """True where the column, in whatever case, is one of the words."""
    if column not in adlb:
        return np.zeros(len(adlb), dtype=bool)
    return text(adlb[column]).str.upper().isin(list(words)).to_numpy(dtype=bool)


def _extremes(adlb: pd.DataFrame, number: np.ndarray) -> np.ndarray:
    """True at visits that hold nothing but maxima, last values and the like of other visits."""
    extreme = _has(adlb, "DTYPE", EXTREME)
    if not extreme.any():
        return extreme
    return extreme & ~np.isin(number, np.unique(number[~extreme]))


def _by_name(adlb: pd.DataFrame, number: np.ndarray) -> np.ndarray:
    """True for rows whose AVISIT is unscheduled, or whose number is a custom its name lacks."""
    if "AVISIT" not in adlb:
        return np.zeros(len(adlb), dtype=bool)
    codes, found = pd.factorize(text(adlb["AVISIT"]))
    names = pd.Series(found, dtype=object).astype(str)
    off = names.str.contains(UNPLANNED, case=False).to_numpy(dtype=bool)[codes]
    for custom in BEYOND:
        foreign = (names != "") & ~names.str.contains(str(custom), regex=False)
        off |= (np.floor(number) == custom) & foreign.to_numpy(dtype=bool)[codes]
    return off


def _not_chosen(adlb: pd.DataFrame, number: np.ndarray, off: np.ndarray) -> np.ndarray:
    """True for rows beside which another of the same subject, parameter and visit is marked.

    ANL01FL marks the record to analyse; where it marks none of them, ABLFL marks the baseline.
    """
    out = np.zeros(len(adlb), dtype=bool)
    marks = [name for name in ("ANL01FL", "ABLFL") if name in adlb]
    if not marks:
        return out
    several = ~np.isnan(number) & ~off
    key = np.zeros(len(adlb), dtype=np.int64)  # one number a subject, parameter and visit
    for values in (adlb["USUBJID"], adlb["PARAMCD"], number):
        codes, found = pd.factorize(values)
        key = key * (len(found) + 1) + codes
    several[several] = pd.Series(key[several]).duplicated(keep=False).to_numpy()
    if not several.any():
        return out
    group = pd.factorize(key[several])[0]
    decided = np.zeros(group.max() + 1, dtype=bool)
    dropped = np.zeros(len(group), dtype=bool)
    for name in marks:
        chosen = flags(adlb[name][several]).eq(True).to_numpy(dtype=bool)
        now = np.zeros_like(decided)
        now[group[chosen]] = True
        now &= ~decided
        dropped |= now[group] & ~chosen
        decided |= now
    out[several] = dropped
    return out
