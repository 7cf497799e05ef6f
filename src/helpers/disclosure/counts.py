"""A study with planned counts of events in, those that may be shown of hidden subjects out.

A rate and the time behind it tell how many events an arm had, and of two counts of which one lies in the
other their difference tells of the rest: the events of a term that is shown nowhere. So all events are taken
apart by which of the counts they belong to (all events, whose rate the page shows, are one more). Whatever
sums and differences of counts tell is a sum of such parts. In no arm, and at no level of a column of a model,
may a few subjects have an event of a part, or have, or not have, one of a count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.derive import adverse, counts, frames
from helpers.disclosure import elsewhere
from helpers.study import Study


def comparable_counts(study: Study, columns: Sequence[str] = ()) -> list[str]:
    """Names of the counts that may be shown, in the order of `study`; `columns` of adsl are in the model.

    All where single subjects are shown; none of a rounded edition. Of several that tell of few together
    the later ones go.
    """
    config = study.config
    if config.show_subjects or config.rounding:
        return list(config.counts) if config.show_subjects else []
    people = adverse.person_years(study)
    own = study.adsl["USUBJID"].isin(people["USUBJID"]).to_numpy()
    partitions = [np.where(own, codes, -1) for codes in elsewhere.partitions(study, columns)]
    out: list[str] = []
    for name in config.counts:
        members = _members(study, [*out, name])
        if not elsewhere.any_few([m & own for m in members], partitions, config.threshold):
            out.append(name)
    return out


def _members(study: Study, names: Sequence[str]) -> list[np.ndarray]:
    """Whether each subject of adsl has an event of each part; has one of each count; has none of it."""
    events = frames.treatment_emergent(study)
    inside = pd.DataFrame(
        {name: counts.of_count(study, name) for name in names}, index=events.index
    )
    parts = inside.astype(str).agg("|".join, axis=1) if len(events) else pd.Series(dtype=str)
    out = [_having(study, events[parts == part]) for part in sorted(set(parts))]
    for name in names:
        have = _having(study, events[inside[name]])
        out += [have, ~have]
    return out


def _having(study: Study, events: pd.DataFrame) -> np.ndarray:
    return study.adsl["USUBJID"].isin(events["USUBJID"]).to_numpy()
