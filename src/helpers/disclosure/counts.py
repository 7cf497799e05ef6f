"""A study with planned counts of events in, those that may be shown of hidden subjects out.

A rate and the time behind it tell how many events an arm had, and of two counts of which one lies in the
other their difference tells of the rest: the events of a term that is shown nowhere. So all events are taken
apart by which of the counts they belong to (all events, whose rate the page shows, are one more). Whatever
sums and differences of counts tell is a sum of such parts. In no arm, and at no level of a column of a model,
may a few subjects have an event of a part. Nor may a few have one alone, or several: who had an event is
shown beside how many events there were, and a robust interval says how these are spread (of 12 patients who
all had one and 13 events, one had two); nor may these numbers, read together, leave few who had three, or
any other number (`events_each`). A model's errors tell of how the counts are spread as well: there
few may not be without an event either, and robust errors tell of each arm where strata and factors cross
(`repeatable_counts`, attacked in tests/test_disclosure_recurrent_strata.py and ..._crossed.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.derive import adverse, counts, frames, planned
from helpers.disclosure import elsewhere, events_each, shape
from helpers.study import Study

SMALL = 30  # patients of an arm at crossed levels, below which a print may tell of few
AS_LONG = 0.1  # spread of the days under observation, as a share of their mean


def countable(study: Study) -> list[str]:
    """Names of the counts whose rates by arm may be shown, in the order of `study`.

    All where single subjects are shown; none of a rounded edition. Of several that tell of few together
    the later ones go.
    """
    config = study.config
    if config.show_subjects or config.rounding:
        return list(config.counts) if config.show_subjects else []
    out: list[str] = []
    for name in config.counts:
        members = [*_parts(study, [*out, name]), *_repeated(study, [name])]
        if not _tells(study, members, []) and not _spread_tells(study, name):
            out.append(name)
    return out


def _spread_tells(
    study: Study, name: str, until: float = np.inf, parts: np.ndarray | None = None
) -> bool:
    """Whether in some arm, or of these `parts`, the events of a count up to a day tell of few patients.

    By sum and squares.
    Where all were watched about as long: else an interval goes by who was watched how long as well. Who had
    an event by a day before the last is not printed.
    """
    day, last = pd.to_numeric(_days(study)).clip(lower=0), np.isinf(until)
    n = _times(study, name, None if last else day <= until)
    watched = pd.to_numeric(study.adsl["TRTDURD"]).clip(upper=until).to_numpy(dtype=float)
    rows = pd.DataFrame({"N": n, "END": watched})
    arms = rows.groupby(study.adsl["ARM"].to_numpy()) if parts is None else (
        rows[parts >= 0].groupby(parts[parts >= 0]))  # fmt: skip
    return any(events_each.told(own["N"], threshold=study.config.threshold, with_none=last)
               for _, own in arms if not own["END"].std() > AS_LONG * own["END"].mean())  # fmt: skip


def _days(study: Study) -> pd.Series:
    events = frames.treatment_emergent(study)
    return events["ASTDY"] if "ASTDY" in events else pd.Series(np.nan, index=events.index)


def readable_days(study: Study, days: Sequence[float]) -> list[float]:
    """Those of the rising `days` at which the mean numbers of all `countable` counts may stand together.

    All where single subjects are shown. Else in no arm may few have an event of a part, or leave,
    between two of them, before the first or after the last, nor may few be left at one: a difference of
    two means tells of the events between. Nor may few have had one event, or several, by one of them,
    as its interval says how the events up to it are spread.
    """
    names, out = countable(study), []
    if study.config.show_subjects:
        return list(days)
    for day in days if names else ():
        spans = ((out[-1] if out else -1.0, day), (day, np.inf))
        told = any(_tells(study, _between(study, names, *span), []) for span in spans)
        if not told and not any(_spread_tells(study, name, day) for name in names):
            out.append(day)
    return out


def _between(study: Study, names: Sequence[str], after: float, until: float) -> list[np.ndarray]:
    """Whether each subject has an event of each part, leaves, or is left, after `after` up to `until`."""
    end = pd.to_numeric(study.adsl["TRTDURD"]).to_numpy(dtype=float)
    day = pd.to_numeric(frames.treatment_emergent(study)["ASTDY"]).clip(lower=0)
    inside = (day > after) & (day <= until)
    watched = [end >= until] if np.isfinite(until) else []
    left = (end > after) & (end <= until)
    return [*_parts(study, names, inside), *_repeated(study, names, day <= until), left, *watched]


def comparable_counts(study: Study, columns: Sequence[str]) -> list[str]:
    """Those of `countable` that may be compared in a model with these columns of adsl."""
    names, out = countable(study), []
    if study.config.show_subjects:
        return names
    for name in names:
        members = [*_parts(study, [*out, name]), *_repeated(study, [name])]
        if not _tells(study, [*members, *(~having(study, n) for n in [*out, name])], columns):
            out.append(name)
    return out


def repeatable_counts(study: Study, strata: Sequence[str], covariates: Sequence[str]) -> list[str]:
    """Those of `comparable_counts` whose LWYY or negative binomial ratio with these columns may be shown.

    Errors go by the spread of counts in each arm's part of all strata and factors' levels crossed: there
    too no few may have had an event, none, one alone or several, nor may its sum and squares tell of few;
    and of a part of fewer than `SMALL` no few may have had any number of events, or more. All where single
    subjects are shown.
    """
    names = comparable_counts(study, [*strata, *covariates])
    factors = [name for name in covariates if elsewhere.is_factor(study, name)]
    if study.config.show_subjects or not [*strata, *factors]:
        return names
    crossed = elsewhere.within_arms(study, [*strata, *factors])
    crossed = np.where(_with_time(study), crossed, -1)
    return [
        name for name in names
        if not _few_of(study, _each(study, name), [crossed])
        and not _few_of(study, _numbers(study, name), [_small(crossed)])
        and not _spread_tells(study, name, parts=crossed)
    ]  # fmt: skip


def shaped_counts(study: Study, columns: Sequence[str]) -> list[str]:
    """Those of `repeatable_counts` whose negative binomial ratio may be shown.

    Its shape goes by the spread of all arms at once: of two arms of nine patients a print left one or two who
    had 4 events or more (threshold 3), which neither arm's sum and squares do (`shape`).
    """
    names = repeatable_counts(study, [], columns)
    if study.config.show_subjects:
        return names
    arms, least = adverse.person_years(study)["ARM"].nunique(), study.config.threshold
    return [
        name
        for name in names
        if not shape.told(_groups(study, name, columns), arms=arms, threshold=least)
    ]


def _groups(study: Study, name: str, columns: Sequence[str]) -> list[shape.Group]:
    """The subjects with a time by arm and by the levels of the factors among these columns."""
    factors = [column for column in columns if elsewhere.is_factor(study, column)]
    rows, _ = planned.with_plan(study, counts.counted(study, name), of=columns)
    levels = pd.get_dummies(rows[["ARM", *factors]].astype(str), drop_first=True, dtype=float)
    levels.insert(0, "ONE", 1.0)
    own = levels.loc[:, ~levels.T.duplicated()]  # a factor that repeats another adds nothing
    return [
        shape.Group(
            tuple(sorted(part["EVENTS"])),
            float(part["YEARS"].mean()),
            tuple(own.loc[part.index[0]]),
        )
        for _, part in rows.groupby(["ARM", *factors], observed=True)
    ]


def _numbers(study: Study, name: str) -> list[np.ndarray]:
    """Whether each subject of adsl has 1, 2 ... events of a count, and so many at least."""
    n = _times(study, name)
    return [m for k in range(1, int(n.max()) + 1) for m in (n == k, n >= k)]


def _small(parts: np.ndarray) -> np.ndarray:
    """These parts of subjects, -1 for whom one of `SMALL` or more has."""
    size = pd.Series(parts).groupby(parts).transform("size")
    return np.where(size < SMALL, parts, -1)


def _with_time(study: Study) -> np.ndarray:
    return study.adsl["USUBJID"].isin(adverse.person_years(study)["USUBJID"]).to_numpy()


def _each(study: Study, name: str) -> list[np.ndarray]:
    """Whether each subject of adsl has no event of a count, one, or several."""
    return [~having(study, name), having(study, name), *_repeated(study, [name])]


def _tells(study: Study, members: list[np.ndarray], columns: Sequence[str]) -> bool:
    """Whether of those with a time few of an arm or level are of one of these groups."""
    return _few_of(study, members, elsewhere.partitions(study, columns))


def _few_of(study: Study, members: list[np.ndarray], partitions: Sequence[np.ndarray]) -> bool:
    """Whether of those with a time few of a part of one of these partitions are of one of these groups."""
    own = _with_time(study)
    taken = [np.where(own, codes, -1) for codes in partitions]
    return elsewhere.any_few(members, taken, study.config.threshold)


def _parts(study: Study, names: Sequence[str], of: pd.Series | None = None) -> list[np.ndarray]:
    """Whether each subject of adsl has an event of each part, and of each count; only events `of` these."""
    events = frames.treatment_emergent(study)
    known = pd.Series(True, index=events.index) if of is None else of
    inside = pd.DataFrame(
        {name: counts.of_count(study, name) for name in names}, index=events.index
    )
    parts = inside.astype(str).agg("|".join, axis=1) if len(events) else pd.Series(dtype=str)
    out = [_having(study, events[known & (parts == part)]) for part in sorted(set(parts))]
    return [*out, *(_having(study, events[known & inside[name]]) for name in names)]


def _repeated(study: Study, names: Sequence[str], of: pd.Series | None = None) -> list[np.ndarray]:
    """Whether each subject of adsl has one event, and several, of each count; only events `of` these."""
    times = [_times(study, name, of) for name in names]
    return [members for n in times for members in (n == 1, n > 1)]


def _times(study: Study, name: str, of: pd.Series | None = None) -> np.ndarray:
    """How many events of a count each subject of adsl has; only events `of` these."""
    events = frames.treatment_emergent(study)
    known = pd.Series(True, index=events.index) if of is None else of
    mine = events.loc[known & counts.of_count(study, name), "USUBJID"].value_counts()
    return study.adsl["USUBJID"].map(mine).fillna(0).to_numpy()


def having(study: Study, name: str) -> np.ndarray:
    """Whether each subject of adsl has an event of the count `name`."""
    events = frames.treatment_emergent(study)
    return _having(study, events[counts.of_count(study, name)])


def _having(study: Study, events: pd.DataFrame) -> np.ndarray:
    return study.adsl["USUBJID"].isin(events["USUBJID"]).to_numpy()
