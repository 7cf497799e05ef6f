"""A `Study` in, each subject's planned events (number or days) and time out; it compares nothing."""

from __future__ import annotations

import pandas as pd

from helpers.derive import adverse, frames
from helpers.study import Study


def of_count(study: Study, name: str) -> pd.Series:
    """Whether each treatment-emergent event is one of the count `name`; index as its rows."""
    events, count = frames.treatment_emergent(study), study.config.counts[name]
    if not count.column:
        return pd.Series(True, index=events.index)
    if count.column not in events:
        return pd.Series(False, index=events.index)
    said = events[count.column].fillna("").astype(str).str.strip().str.casefold()
    return said.isin(count.words)


def counted(study: Study, name: str) -> pd.DataFrame:
    """USUBJID, ARM, EVENTS (of the count `name`) and YEARS of every subject with a duration above 0."""
    events = frames.treatment_emergent(study)
    own = events[of_count(study, name)].groupby("USUBJID", observed=True).size()
    rows = adverse.person_years(study)
    return rows.assign(EVENTS=rows["USUBJID"].map(own).fillna(0).astype(int))


def recurrences(study: Study, name: str) -> pd.DataFrame:
    """USUBJID, ARM, END (days under observation) and DAYS of every subject with a duration above 0.

    DAYS: a tuple of the study days of its events of the count `name`, ascending; one that began before day 0
    and became worse after is of day 0. Events without a day, and after END, are not in it.
    """
    rows = adverse.person_years(study)[["USUBJID", "ARM"]]
    length = pd.to_numeric(study.adsl["TRTDURD"]).set_axis(study.adsl["USUBJID"])
    rows = rows.assign(END=rows["USUBJID"].map(length).astype(float))
    events = frames.treatment_emergent(study)[of_count(study, name)]
    day = pd.to_numeric(events["ASTDY"]).clip(lower=0)
    seen = day <= events["USUBJID"].map(rows.set_index("USUBJID")["END"])
    own = day[seen].astype(float).groupby(events["USUBJID"][seen], observed=True)
    days = {who: tuple(sorted(some)) for who, some in own}
    return rows.assign(DAYS=[days.get(who, ()) for who in rows["USUBJID"]])


def unplaced(study: Study, name: str) -> int:
    """How many events of the count, of subjects with a duration, `recurrences` leaves out."""
    return int(
        counted(study, name)["EVENTS"].sum() - recurrences(study, name)["DAYS"].map(len).sum()
    )
