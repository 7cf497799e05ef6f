"""Times of a study and results about them in, charts by endpoint out; nothing is estimated.

Each chart carries the name of its study and endpoint for the words of `figure-of`.
"""

from __future__ import annotations

import pandas as pd

from helpers.literate.outcome import Results
from helpers.literate.rows import Charts
from helpers.literate.times import Intervals, Times
from helpers.present import charts_survival


def event_curves(times: Times, at_risk: Results) -> Charts:
    """Kaplan-Meier curves by arm with the numbers at risk, one chart an endpoint.

    Of a good event (a response) the share that had it is drawn, of a bad one the share without it.
    """
    out = Charts()
    for role in times.roles:
        endpoint = times.study.endpoint(role)
        verb = "responded" if endpoint.event == "response" else "without the event"
        found = at_risk[role].frame()
        risk = pd.DataFrame({"arm": found["arm"], "time": found["visit"].astype(float),
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
    return {"study": times.study.short, "endpoint": times.study.endpoint(role).label}


def _count(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.0f}"
