"""Donor-cell values in, what the visits and the assay could see of them out; nothing is estimated here.

The loss of donor cells is never observed: it lies between the last visit that found them and the
next one that did not. All frames carry USUBJID and ARM; visits are in the study's visit unit.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.derive import frames
from helpers.errors import AnalysisError
from helpers.study import Study


def assay_limit(study: Study, role: str) -> float:
    """The limit of quantification of `study.toml`; without one the smallest positive value recorded.

    Of a parameter whose values are logarithms, both turned back.
    """
    given = study.parameter(role).lloq
    if given is not None:
        return 10**given if frames.are_logarithms(study, role) else given
    found = linear(study, role)["AVAL"]
    positive = found[found > 0]
    if positive.empty:
        raise AnalysisError(
            f"{study.id}, {role}: expected a limit or a value above 0, found neither; "
            f"add lloq to [parameters.{role}] of study.toml"
        )
    return float(positive.min())


def linear(study: Study, role: str) -> pd.DataFrame:
    """`frames.values`, AVAL turned back where the study's table has its decimal logarithm."""
    rows = frames.values(study, role)
    if not frames.are_logarithms(study, role):
        return rows
    return rows.assign(AVAL=10.0 ** rows["AVAL"])


def unit(study: Study, role: str) -> str:
    """The unit of these values: that of study.toml, without "log10"."""
    named = study.parameter(role).unit.strip()
    logged = frames.are_logarithms(study, role) and named.lower().startswith("log10")
    return named[len("log10") :].strip(" ()") if logged else named


def detections(
    study: Study, role: str, *, limit: float, visits: Sequence[float] | None = None
) -> pd.DataFrame:
    """What an assay with `limit` would have shown at `visits` (None: at all) after treatment.

    One row a subject and visit after baseline: USUBJID, ARM, VISIT, AVAL (`limit` where below it),
    BLQFL (True: below). `limit` can only be at or above the assay's own: what was not seen then
    cannot be seen now. Subjects without any of the visits drop out.
    """
    rows = linear(study, role)
    rows = rows[rows["VISIT"] > study.config.visits.baseline]
    if visits is not None:
        rows = rows[rows["VISIT"].isin(list(visits))]
    own = assay_limit(study, role)
    if limit < own or rows.empty:
        raise AnalysisError(
            f"{study.id}, {role}: expected a limit of at least {own:g} and visits after baseline, "
            f"found {limit:g} and {len(rows)} values; visits are {frames.visits(study, role)}"
        )
    below = rows["BLQFL"] | (rows["AVAL"] < limit)
    out = rows.assign(AVAL=np.where(below, limit, rows["AVAL"]), BLQFL=below)
    return out.reset_index(drop=True)


def loss_intervals(rows: pd.DataFrame, *, start: float) -> pd.DataFrame:
    """When each subject's donor cells were lost for good: after LEFT, by RIGHT.

    `rows` as `detections` returns them. One row a subject: USUBJID, ARM, LEFT (last visit with
    donor cells; `start` where there was none), RIGHT (next visit measured; infinite where the last
    visit still found them), SEEN (True: found at least once), RETURNED (True: a visit without
    donor cells came before one with them).
    """
    rows = rows.dropna(subset=["USUBJID", "ARM"])  # a row without an arm belongs to nobody
    by = rows.groupby(["USUBJID", "ARM"], observed=True, sort=True)
    subject, visit = by.ngroup().to_numpy(), rows["VISIT"].to_numpy(dtype=float)
    below = rows["BLQFL"].to_numpy(dtype=bool)
    found = np.full(by.ngroups, -np.inf)
    np.maximum.at(found, subject[~below], visit[~below])
    left = np.where(np.isfinite(found), found, float(start))
    after, right = visit > left[subject], np.full(by.ngroups, np.inf)
    np.minimum.at(right, subject[after], visit[after])
    gaps = np.bincount(subject[below & (visit < left[subject])], minlength=by.ngroups)
    out = by.size().index.to_frame(index=False)  # in the order of ngroup
    return out.assign(LEFT=left, RIGHT=right, SEEN=np.isfinite(found), RETURNED=gaps > 0)


def subjects_with_a_course(rows: pd.DataFrame) -> list[str]:
    """Subjects with two different values above the limit at two times, so that their decay has a rate.

    `rows` as `detections` returns them. Empty where there are fewer than three, or so few values that
    no error would be left after a line for each.
    """
    above = rows[~rows["BLQFL"]].groupby("USUBJID")
    values, visits = above["AVAL"].nunique(), above["VISIT"].nunique()
    have = values.index[(values > 1) & (visits > 1)]
    seen = int(above.size().reindex(have).sum())
    return have.tolist() if len(have) > 2 and seen > 2 * len(have) + 2 else []


def measured_later(study: Study, role: str) -> bool:
    """Whether anybody was measured after baseline."""
    return any(v > study.config.visits.baseline for v in frames.visits(study, role))


def has_a_course(study: Study, role: str) -> bool:
    """Whether the subjects of some arm have values enough for a half-life."""
    if not measured_later(study, role):
        return False
    rows = detections(study, role, limit=assay_limit(study, role))
    return any(subjects_with_a_course(mine) for _, mine in rows.groupby("ARM", observed=True))
