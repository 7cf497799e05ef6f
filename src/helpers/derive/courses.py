"""A `Study` in, its course over the visits out: values and changes where arms can be compared; no test."""

from __future__ import annotations

from typing import Any

import pandas as pd

from helpers.derive import frames
from helpers.errors import AnalysisError
from helpers.study import Study


def course(study: Study, role: str, *, least: int = 3) -> pd.DataFrame:
    """The values of a parameter at the visits where every arm has at least `least` subjects.

    Columns as `frames.values`; one row a subject and visit. A visit with fewer in some arm is left
    out: no arm can be compared there, and its median would be nearly one person's value.
    """
    rows = frames.values(study, role)
    sizes = (
        rows.groupby(["VISIT", "ARM"], observed=False)
        .size()
        .unstack("ARM")
        .reindex(columns=study.arms, fill_value=0)
    )
    kept = sizes.index[sizes.min(axis=1) >= least]
    return rows[rows["VISIT"].isin(kept)].reset_index(drop=True)


def changes(study: Study, role: str, *, least: int = 3) -> pd.DataFrame:
    """Change from baseline, one row a subject and later visit, sorted by visit and subject.

    Columns as `frames.change` plus VISIT (in the study's visit unit). Visits at which some arm has
    fewer than `least` subjects with both values are left out. Of a parameter of scale log10 all are
    decimal logarithms. Values below a limit enter as the
    limit; BASE_BLQ and BLQFL say which. Raises AnalysisError when no visit is left.
    """
    baseline = study.config.visits.baseline
    parts = []
    first = (
        study.adsl if not study.parameter(role).baseline else frames.at_visit(study, role, baseline)
    )
    measured = set(first["USUBJID"])
    for visit in (v for v in frames.visits(study, role) if v != baseline):
        if measured.isdisjoint(frames.at_visit(study, role, visit)["USUBJID"]):
            continue  # nobody has both values; a change needs both
        rows = frames.change(study, role, visit).assign(VISIT=visit)
        if rows["ARM"].value_counts().reindex(study.arms, fill_value=0).min() >= least:
            parts.append(frames.on_scale(study, role, rows))
    if not parts:
        raise AnalysisError(
            f"{study.id}, {role}: expected a visit with at least {least} subjects in every arm of "
            f"{study.arms}, found none: take the parameter out of study.toml or add its values"
        )
    return pd.concat(parts, ignore_index=True)


def main_visit(study: Study, rows: pd.DataFrame) -> float:
    """The primary visit of `study.toml` if `rows` (of `changes`) have it, else their last one."""
    have = sorted(rows["VISIT"].unique().tolist())
    return study.config.visits.main if study.config.visits.main in have else have[-1]


def at_visit(rows: pd.DataFrame, visit: float) -> pd.DataFrame:
    """The rows of `changes` at one visit, one a subject."""
    return rows[rows["VISIT"] == visit].reset_index(drop=True)


def visit_words(study: Study, visit: Any) -> str:
    """A visit as the book prints it: "Baseline", "Week 48", and days in a study of weeks as "Day 2"."""
    if visit == study.config.visits.baseline:
        return "Baseline"
    if study.config.visits.unit == "week" and visit % 1:
        days = 7 * float(visit)  # 0.285714 is 2 / 7 as a table has it
        if abs(days - round(days)) < 1e-3:
            return f"Day {round(days)}"
    return f"{study.config.visits.unit.capitalize()} {visit:g}"
