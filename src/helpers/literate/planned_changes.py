"""Changes of one study in, the differences that its plan asks for out, with the plan's correction.

The plan is the block [analysis] of `study.toml`: strata, covariates and centre enter the model beside
the baseline, `comparisons` says which arms are compared with the reference, `multiplicity` how their
P values are corrected. A column that no model can take is left out (`Plan` says which). Without that
block it is the covariance model with the baseline alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from helpers import collinear
from helpers.analyse import geometric, linear, mixed, multiplicity
from helpers.analyse.estimate import Estimate
from helpers.derive import courses, planned
from helpers.literate.changes import Changes
from helpers.literate.models import Models
from helpers.literate.outcome import About, Results, Without
from helpers.literate.plan import OTHER_PAIRS, Plan
from helpers.literate.rows import Rows, corrected_p, pair_key, row_key, visit_words
from helpers.study import Study

MODEL = {"outcome": "CHG", "arm": "ARM"}


def planned_overall(changes: Changes) -> Results:
    """The test that no arm differs from another, in the model of `planned_differences`: a nameless row."""
    rows, columns, models = _model(stood_in(changes))
    found = models.tried(
        changes.about.parameter, linear.adjusted_f_test, rows, **MODEL,
        reference=changes.study.reference, covariates=_adjusted(changes, columns),
    )  # fmt: skip
    about = replace(_about(changes, changes.visit, columns), comparator="", unit="", digits=2)
    return models.results({row: changes.shown(test, about) for row, test in found.items()})


def planned_means(changes: Changes) -> Results:
    """Least-squares mean of each arm in that model, the levels of each factor counting equally.

    Without rows where covariates repeat one another.
    """
    rows, columns, models = _model(stood_in(changes))
    found = models.tried(
        changes.about.parameter, linear.adjusted_means, rows, **MODEL,
        reference=changes.study.reference, covariates=_adjusted(changes, columns),
    )  # fmt: skip
    about = replace(_about(changes, changes.visit, columns), comparator="")
    return models.results({row_key(arm): changes.shown(found[arm], replace(about, arm=arm))
                           for arm in changes.study.arms if arm in found})  # fmt: skip


def planned_differences(
    changes: Changes, among: str = "", turned: Callable[[Estimate], Estimate] | None = None
) -> Results:
    """Each planned pair of arms (`derive.planned.pairs`), adjusted for baseline and the plan's columns.

    `changes`: USUBJID, ARM, VISIT (one), BASE and CHG. Who lacks a column of the plan is not in the
    model, which `n` shows; what it was adjusted for stands with the parameter, and how missing values
    were imputed where the plan does so.
    `among`: words for the further population that `changes` are of, if they are; `turned`: what is made
    of each difference before it is shown.
    """
    rows, columns, models = _model(stood_in(changes))
    found, about = {}, _about(changes, changes.visit, columns)
    about = replace(about, parameter=about.parameter + among)
    for against, arms in planned.pairs(changes.study).items():
        made = models.tried(f"{changes.about.parameter}{among}", linear.adjusted_differences, rows,
                            **MODEL, reference=against, covariates=_adjusted(changes, columns))  # fmt: skip
        for arm in (arm for arm in arms if arm in made):
            known = replace(about, arm=arm, comparator=against)
            one = turned(made[arm]) if turned else made[arm]
            found[pair_key(changes.study, arm, against)] = changes.shown(one, known)
    return models.results(found)


def planned_ratios(changes: Changes) -> Results:
    """The planned differences of changes of logarithms as ratios of geometric means; rows as of these."""
    return planned_differences(changes, turned=geometric.ratio_of_means)


def planned_trend(changes: Changes) -> Results:
    """The change per unit of dose in that model, the dose a number in place of the arms; its test.

    Without rows where an arm has no dose.
    """
    doses = {arm.label: arm.dose for arm in changes.study.config.arms}
    if None in doses.values() or len(set(doses.values())) < 2:
        return Results({}, caption="No estimate: study.toml gives no dose of every arm.")
    rows, columns, models = _model(stood_in(changes))
    rows = rows.assign(DOSE=rows["ARM"].astype(str).map(doses))
    found = models.tried(changes.about.parameter, linear.adjusted_slope, rows, outcome="CHG",
                         of="DOSE", covariates=_adjusted(changes, columns))  # fmt: skip
    about = replace(_about(changes, changes.visit, columns), comparator="")
    unit = f"{about.unit} per unit of dose".strip()
    out = {}
    for slope in found.values():
        shown = changes.shown(slope, about)
        out["dose"] = replace(shown, about=replace(shown.about, unit=unit, digits=4))
    return models.results(out)


def planned_in_others(changes: Changes) -> Results:
    """The planned differences once more, in each further population of study.toml; flag.arm."""
    found, without = {}, Without()
    for flag in changes.study.config.populations.also:
        with without.trying(f"{changes.about.parameter}{planned.AMONG}{flag} = Y"):
            own = replace(changes, study=changes.study.within(flag))
            own = replace(own, frame=_again(own, own.study))
            again = planned_differences(own, f"{planned.AMONG}{flag} = Y")
            without.take(again.without)
            found |= {f"{row_key(flag)}.{key}": result for key, result in again.items()}
    return Results(found, without=without)


def stood_in(changes: Changes) -> Changes:
    """The same changes with imputed values where the plan has them and nothing was measured."""
    study = changes.study.with_imputed()
    return changes if study is changes.study else replace(changes, frame=_again(changes, study))


def _again(changes: Changes, study: Study) -> pd.DataFrame:
    """The rows of these changes, at their visits, taken anew from the tables of `study`."""
    rows = courses.changes(study, changes.role)
    return rows[rows["VISIT"].isin(changes.frame["VISIT"].unique())].reset_index(drop=True)


def planned_repeated(changes: Changes) -> Results:
    """The same pairs at every visit, from one model of all visits (`mixed.mmrm`); rows arm.visit.

    Without rows where there is one visit only or where the model has no solution.
    """
    (rows, columns, models), study, found = _model(changes), changes.study, {}
    if rows["VISIT"].nunique() < 2:
        return changes.one_visit()
    start = "BASE" if study.parameter(changes.role).baseline else None
    for against, arms in planned.pairs(study).items():
        fits = models.tried(changes.about.parameter, mixed.mmrm, rows, **MODEL, baseline=start,
                            subject="USUBJID", visit="VISIT", covariates=columns, reference=against,
                            df=study.config.analysis.df)  # fmt: skip
        for arm, visit in ((a, v) for a in arms for v in sorted({v for _, v in fits})):
            if (arm, visit) in fits:
                about = replace(_about(changes, visit, columns, one_visit=False), arm=arm,
                                comparator=against)  # fmt: skip
                key = f"{pair_key(study, arm, against)}.{visit:g}"
                found[key] = changes.shown(fits[arm, visit], about)
    return models.results(found)


def _model(changes: Changes) -> tuple[pd.DataFrame, list[str], Models]:
    """Rows with the columns of the plan, those of these that a model can take, and the models to try.

    A column that says no more than the baseline is left out, which stands below the table; what no
    model of all subjects can take `Plan` says already.
    """
    rows, _ = planned.with_plan(changes.study, changes.frame)
    named = changes.study.config.analysis.columns
    once = rows.drop_duplicates("USUBJID")
    idle = collinear.unusable(once, arm="ARM", names=["BASE", *named])
    more = [name for name in named if name in idle.keys() - planned.unusable(changes.study).keys()]
    said = " ".join(f"Not adjusted for {name}, which {idle[name]}." for name in more)
    return rows, [name for name in named if name not in idle], Models(changes.study, said)


def _adjusted(changes: Changes, columns: Sequence[str]) -> list[str]:
    """The baseline, where the parameter has one, and the columns of the plan."""
    return ["BASE"] * changes.study.parameter(changes.role).baseline + list(columns)


def _about(
    changes: Changes, visit: float, columns: Sequence[str], *, one_visit: bool = True
) -> About:
    study = changes.study
    imputed = ", ".join(study.config.analysis.imputed)
    words = changes.about.parameter + adjusted_for(columns)
    words += f", {imputed}{planned.IMPUTED}" if imputed and one_visit else ""
    return replace(changes.about, study=study.id, label=study.label, parameter=words,
                   visit=visit_words(study, visit), comparator=study.reference)  # fmt: skip


def adjusted_for(columns: Sequence[str]) -> str:
    """What a model took in beside the baseline, as words behind a parameter."""
    return f"{planned.IN_MODEL}{', '.join(columns)}" if columns else ""


def corrected(changes: Rows, differences: Results) -> Results:
    """The same differences with P values corrected for their number, as the plan says (else Holm).

    All differences of a measure are one family. None where a P value is held back: a correction of
    the others would be one for too few tests; nor of each arm against the reference where the plan
    compares other pairs, which have a correction of their own.
    """
    method = changes.study.config.analysis.multiplicity
    if Plan(changes.study).has_others(differences):
        return Results({}, caption=OTHER_PAIRS)
    known = [r.p_value for r in differences.values()]
    if not known or any(p is None or p != p for p in known):
        return Results({})
    adjusted = multiplicity.adjust(known, method=method)
    return Results({row: corrected_p(r, float(p), method)
                    for (row, r), p in zip(differences.items(), adjusted, strict=True)})  # fmt: skip
