"""A `Study` in, each subject's number of planned events and its years out; it compares nothing."""

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
