"""Changes of one study in, the differences that its plan asks for out, with the plan's correction.

The plan is the block [analysis] of `study.toml`: strata, covariates and centre enter the model beside
the baseline, `comparisons` says which arms are compared with the reference, `multiplicity` how their
P values are corrected. Without that block it is the covariance model with the baseline alone.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.analyse import linear, multiplicity
from helpers.derive import planned
from helpers.literate.outcome import Result, Results
from helpers.literate.rows import Rows, row_key, visit_words


def planned_differences(changes: Rows) -> Results:
    """Each planned arm against the reference, adjusted for baseline and the columns of the plan.

    `changes`: USUBJID, ARM, VISIT (one), BASE and CHG. Who lacks a column of the plan is not in the
    model, which `n` shows; what it was adjusted for stands with the parameter.
    """
    study, plan = changes.study, changes.study.config.analysis
    (visit,) = changes.frame["VISIT"].unique()
    rows, _ = planned.with_plan(study, changes.frame)
    found = linear.adjusted_differences(
        rows, outcome="CHG", arm="ARM", reference=study.reference,
        covariates=["BASE", *plan.columns],
    )  # fmt: skip
    about = replace(changes.about, study=study.id, label=study.label,
                    visit=visit_words(study, visit), comparator=study.reference,
                    parameter=changes.about.parameter + adjusted_for(plan.columns))  # fmt: skip
    return Results({row_key(arm): changes.shown(found[arm], replace(about, arm=arm))
                    for arm in planned.compared(study) if arm in found})  # fmt: skip


def adjusted_for(columns: tuple[str, ...]) -> str:
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
    return Results({row: _with_p(r, float(p), method)
                    for (row, r), p in zip(differences.items(), adjusted, strict=True)})  # fmt: skip


def _with_p(result: Result, p: float, method: str) -> Result:
    found = replace(result.estimate, method=f"{result.estimate.method}, {method}", p_value=p)
    return replace(result, estimate=found)
