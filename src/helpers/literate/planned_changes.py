"""Changes of one study in, the differences that its plan asks for out, with the plan's correction.

The plan is the block [analysis] of `study.toml`: strata, covariates and centre enter the model beside
the baseline, `comparisons` says which arms are compared with the reference, `multiplicity` how their
P values are corrected. A column that no model can take is left out (`Plan` says which). Without that
block it is the covariance model with the baseline alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from helpers import collinear
from helpers.analyse import linear, mixed, multiplicity
from helpers.derive import planned
from helpers.errors import AnalysisError
from helpers.literate.outcome import About, Result, Results
from helpers.literate.rows import Rows, corrected_p, row_key, visit_words

MODEL = {"outcome": "CHG", "arm": "ARM"}


def planned_overall(changes: Rows) -> Result:
    """The test that no arm differs from another, in the model of `planned_differences`."""
    rows, columns = _rows(changes)
    found = linear.adjusted_f_test(rows, **MODEL, reference=changes.study.reference,
                                   covariates=["BASE", *columns])  # fmt: skip
    (visit,) = changes.frame["VISIT"].unique()
    about = replace(_about(changes, visit, columns), comparator="", unit="", digits=2)
    return changes.shown(found, about)


def planned_differences(changes: Rows) -> Results:
    """Each planned arm against the reference, adjusted for baseline and the columns of the plan.

    `changes`: USUBJID, ARM, VISIT (one), BASE and CHG. Who lacks a column of the plan is not in the
    model, which `n` shows; what it was adjusted for stands with the parameter.
    """
    (visit,) = changes.frame["VISIT"].unique()
    rows, columns = _rows(changes)
    found = linear.adjusted_differences(rows, **MODEL, reference=changes.study.reference,
                                        covariates=["BASE", *columns])  # fmt: skip
    about = _about(changes, visit, columns)
    return Results({row_key(arm): changes.shown(found[arm], replace(about, arm=arm))
                    for arm in planned.compared(changes.study) if arm in found})  # fmt: skip


def planned_repeated(changes: Rows) -> Results:
    """The same at every visit, from one model of all visits (`mixed.mmrm`); rows arm.visit.

    Empty, and the caption says why, where there is one visit only or where the model has no solution.
    """
    rows, columns = _rows(changes)
    try:
        if rows["VISIT"].nunique() < 2:
            raise AnalysisError("mmrm: expected two visits after baseline, found one")
        found = mixed.mmrm(rows, **MODEL, baseline="BASE", subject="USUBJID", visit="VISIT",
                           covariates=columns, reference=changes.study.reference,
                           df=changes.study.config.analysis.df)  # fmt: skip
    except AnalysisError as why:
        return Results({}, caption=f"No estimate. {why}")
    visits = sorted({visit for _, visit in found})
    return Results({
        f"{row_key(arm)}.{visit:g}":
            changes.shown(found[arm, visit], replace(_about(changes, visit, columns), arm=arm))
        for arm in planned.compared(changes.study) for visit in visits if (arm, visit) in found
    })  # fmt: skip


def _rows(changes: Rows) -> tuple[pd.DataFrame, list[str]]:
    """Rows with the columns of the plan, and those of these that a model can take."""
    rows, _ = planned.with_plan(changes.study, changes.frame)
    named = changes.study.config.analysis.columns
    once = rows.drop_duplicates("USUBJID")
    idle = collinear.unusable(once, arm="ARM", names=["BASE", *named])
    return rows, [name for name in named if name not in idle]


def _about(changes: Rows, visit: float, columns: Sequence[str]) -> About:
    study = changes.study
    words = changes.about.parameter + adjusted_for(columns)
    return replace(changes.about, study=study.id, label=study.label, parameter=words,
                   visit=visit_words(study, visit), comparator=study.reference)  # fmt: skip


def adjusted_for(columns: Sequence[str]) -> str:
    """What a model took in beside the baseline, as words behind a parameter."""
    return f", adjusted for {', '.join(columns)}" if columns else ""


def corrected(changes: Rows, differences: Results) -> Results:
    """The same differences with P values corrected for their number, as the plan says (else Holm).

    All differences of a measure are one family. None where a P value is held back: a correction of
    the others would be one for too few tests.
    """
    method = changes.study.config.analysis.multiplicity
    known = [r.p_value for r in differences.values()]
    if not known or any(p is None or p != p for p in known):
        return Results({})
    adjusted = multiplicity.adjust(known, method=method)
    return Results({row: corrected_p(r, float(p), method)
                    for (row, r), p in zip(differences.items(), adjusted, strict=True)})  # fmt: skip
