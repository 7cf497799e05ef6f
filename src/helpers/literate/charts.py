"""Times of a study and results about them in, charts by endpoint out; nothing is estimated.

Each chart carries the name of its study and endpoint for the words of `figure-of`.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from helpers.literate.outcome import Results
from helpers.literate.rows import Charts, Rows, visit_words
from helpers.literate.times import Intervals, Times
from helpers.present import charts_cd4, charts_survival
from helpers.study import Study

FEW_LINES = 100  # patients up to whom a line each can be told apart


def event_curves(times: Times, at_risk: Results) -> Charts:
    """Kaplan-Meier curves by arm with the numbers at risk, one chart an endpoint.

    Of a good event (a response) the share that had it is drawn, of a bad one the share without it.
    """
    out = Charts()
    for role in times.roles:
        endpoint = times.study.endpoint(role)
        verb = "responded" if endpoint.event == "response" else "without the event"
        found = at_risk[role].frame()
        risk = pd.DataFrame({"arm": found["arm"], "time": found["visit"].str.split().str[-1].astype(float),
                             "text": [_count(v) for v in found["value"]]})  # fmt: skip
        chart = charts_survival.chart_with_risk(
            times.curves(role), risk, arms=[a for a in times.study.arms if a in set(risk["arm"])],
            x_title=f"{endpoint.unit}s", y_title=verb,
        )  # fmt: skip
        out[role] = chart.properties(usermeta=about(times, role))
    return out


def event_cells(times: Times, between: Intervals) -> Charts:
    """Turnbull's estimate as boxes between visits, the usual step beside it, one chart an endpoint."""
    out = Charts()
    for role in between.roles:
        endpoint, cells = times.study.endpoint(role), between.cells(role)
        if cells.empty:
            continue  # of hidden subjects, no visit can be shown
        verb = "responded" if endpoint.event == "response" else "had the event"
        steps = times.curves(role)
        if endpoint.event != "response":
            steps = steps.assign(value=1 - steps["value"])
        chart = charts_survival.chart_hidden_times(
            cells, steps, arms=times.study.arms, x_title=f"{endpoint.unit}s",
            y_title=verb,
        )  # fmt: skip
        out[role] = chart.properties(usermeta=about(times, role))
    return out


def about(times: Times, role: str) -> dict[str, str]:
    """The names that the words of a figure may use."""
    return named(times.study, times.study.endpoint(role).label)


def _count(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.0f}"


def courses(measure: Any, middles: Results) -> alt.VConcatChart | Charts:
    """Medians with quartiles over the visits, a panel an arm; a thin line a patient where shown.

    Where no median may be shown there is no chart (`Charts` without any), here and below.
    """
    study = measure.study
    found = middles.frame().dropna(subset=["value"])
    if found.empty:
        return Charts()
    times = {visit_words(study, v): v for v in measure.frame["VISIT"].unique()}
    found = found.assign(time=found["visit"].map(times), parameter=found["arm"])
    people = measure.frame.assign(parameter=measure.frame["ARM"].astype(str))
    chart = charts_cd4.chart_courses(
        found[["parameter", "visit", "time", "n", "value", "lower", "upper"]],
        x_title=f"visit ({study.config.visits.unit})",
        y_title=measure.about.unit or measure.about.parameter,
        subjects=people.assign(subject=subject_names(study, people["USUBJID"]))[
            ["parameter", "subject", "VISIT", "AVAL"]]
        if study.config.show_subjects and len(study.adsl) <= FEW_LINES else None,
    )  # fmt: skip
    return chart.properties(usermeta=named(study, measure.about.parameter))


def subject_names(study: Study, identifiers: pd.Series) -> pd.Series:
    """How a chart names subjects: "1", "2", ... in the order of adsl, or their USUBJID.

    The latter only where `study.toml` says `identifiers = "shown"`.
    """
    if study.config.show_identifiers:
        return identifiers
    number = {who: str(i) for i, who in enumerate(study.adsl["USUBJID"], 1)}
    return identifiers.map(number)


def over_visits(rows: Rows, found: Results) -> alt.VConcatChart | Charts:
    """Estimates with intervals by visit and arm."""
    study = rows.study
    frame = found.frame().dropna(subset=["value"]) if found else pd.DataFrame()
    if frame.empty:
        return Charts()
    times = {visit_words(study, v): v for v in rows.frame["VISIT"].unique()}
    frame = frame.assign(time=frame["visit"].map(times), parameter=rows.about.parameter)
    chart = charts_cd4.chart_changes(
        frame[["parameter", "visit", "time", "arm", "n", "value", "lower", "upper"]],
        arms=study.arms, x_title=f"visit ({study.config.visits.unit})",
        y_title=rows.about.unit,
    )  # fmt: skip
    return chart.properties(usermeta=named(study, rows.about.parameter))


def within_and_between(rows: Rows, within: Results, between: Results) -> alt.VConcatChart | Charts:
    """Change within each arm above, differences from the reference arm below, on one scale."""
    shown = ["what", "arm", "n", "value", "lower", "upper"]
    parts = [r.frame().assign(what=what).dropna(subset=["value"])[shown] for what, r in (
        ("Change", within), (f"Difference from {rows.study.reference}", between))]  # fmt: skip
    if any(part.empty for part in parts):
        return Charts()
    chart = charts_cd4.chart_within_between(
        *parts, arms=rows.study.arms,
        x_title=f"change of {rows.about.parameter} ({rows.about.unit})",
    )  # fmt: skip
    return chart.properties(usermeta=named(rows.study, rows.about.parameter))


def named(study: Study, endpoint: str) -> dict[str, str]:
    """The names that the words of a figure may use."""
    return {"study": study.short, "endpoint": endpoint}
