"""A `Study` in, counts of subjects with adverse events and their time out; it compares nothing.

The numerator is always subjects, never events, and only treatment-emergent events count.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from helpers.derive import frames
from helpers.study import Study

ANY = "Any event"
SEVERITIES = ("MILD", "MODERATE", "SEVERE")
FLAGS = {"AESER": "Any serious event", "AEREL": "Any event judged related"}


POOLED = {"AEDECOD": "terms", "AEBODSYS": "classes"}  # whose rare names are no one's business


def rare_pooled(
    events: pd.DataFrame, study: Study, *, rare: Callable[[int], bool] | None = None
) -> pd.DataFrame:
    """`events` with rare terms and rare classes under one name each, where subjects are hidden.

    Rare: fewer subjects than the threshold over all arms, or so many as `rare` says (where a second
    edition shall not tell by a new name that one more had it). A term that so few had, a verbatim one
    above all, names them by itself, whether or not a number stands beside it.
    """
    if study.config.show_subjects:
        return events
    least, out = study.config.threshold, events
    for column, what in POOLED.items():
        if column in events:
            names = events[column].astype(object)
            subjects = events["USUBJID"].groupby(names).nunique()
            few = subjects.map(rare).astype(bool) if rare else subjects < least
            size = "few" if rare else f"fewer than {least}"
            other = f"Other {what}, each of {size} patients"
            out = out.assign(**{column: names.mask(names.isin(subjects.index[few]), other)})
    return out


def overview(study: Study) -> pd.DataFrame:
    """Subjects with any event, with a serious, with a related one, and by severity.

    One row a kind and arm, kinds in the order of a safety table: KIND, ARM, X (subjects), N
    (subjects of the arm), EVENTS. A subject with events of two severities counts in both rows, so
    that no row is what others leave over. Kinds whose column the study does not record are left
    out; kinds nobody had show 0. Severities other than mild, moderate and severe come last; a study
    that uses none of these words has its own alone.
    """
    events = frames.treatment_emergent(study)
    parts = {ANY: events}
    for column, kind in FLAGS.items():
        if column in events:
            words = study.config.analysis.related if column == "AEREL" else ()
            parts[kind] = events[frames.marked(events, column, words=words)]
    if "AESEV" in events:
        words = events["AESEV"].fillna("").astype(str).str.strip().str.upper()
        said = sorted(set(words) - {""})
        # graded in other words only, "no mild event" would be said of events that were mild
        usual = SEVERITIES if not said or set(said) & set(SEVERITIES) else ()
        for grade in dict.fromkeys([*usual, *said]):
            parts[f"Any {grade.lower()} event"] = events[words == grade]
    counted = [_counted(rows, study).assign(KIND=kind) for kind, rows in parts.items()]
    return pd.concat(counted, ignore_index=True)[["KIND", "ARM", "X", "N", "EVENTS"]]


def _counted(events: pd.DataFrame, study: Study) -> pd.DataFrame:
    if not events.empty:
        return frames.subjects_with(events, study, [])
    size = study.adsl.groupby("ARM", observed=False)["USUBJID"].nunique()
    return size.rename("N").reset_index().assign(X=0, EVENTS=0)


def person_years(study: Study) -> pd.DataFrame:
    """Treatment-emergent events and years under observation, one row a subject with a duration.

    Columns USUBJID, ARM, EVENTS, YEARS (TRTDURD over 365.25). Events of subjects without a
    recorded duration, or with one of 0 days, are left out with their subject.
    """
    days = pd.to_numeric(study.adsl["TRTDURD"])
    rows = study.adsl.loc[days > 0, ["USUBJID", "ARM"]].assign(YEARS=days[days > 0] / 365.25)
    events = frames.treatment_emergent(study).groupby("USUBJID", observed=True).size()
    counted = rows["USUBJID"].map(events).fillna(0).astype(int)
    return rows.assign(EVENTS=counted)[["USUBJID", "ARM", "EVENTS", "YEARS"]].reset_index(drop=True)
