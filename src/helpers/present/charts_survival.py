"""Curves, risk tables and possible trials as frames in, Altair charts of them out; nothing is estimated.

Built from the book's chart conventions (`charts`, `figure`): 400 px wide, arms in the same colour and
dash as everywhere, ink in the page's text colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from helpers.present.charts import HEIGHT
from helpers.present.figure import INK, WIDTH, arm_scales

ROW = 15  # px a line of the risk table
PANEL = 170  # px, height of panels side by side
TAIL = 1.06  # curves run on a little past the last visit: a step at the very edge cannot be seen
UNIT = alt.Scale(domain=[0, 1.04])  # the label of 100% stays below the panel's title


def _styles(arms: Sequence[str], *, legend: bool = True) -> dict[str, Any]:
    colour, dash, _ = arm_scales(list(arms))
    show = alt.Undefined if legend else None
    return {
        "color": alt.Color("arm:N", scale=colour, sort=list(arms), legend=show),
        "strokeDash": alt.StrokeDash("arm:N", scale=dash, sort=list(arms), legend=show),
    }


def _time_scale(times: pd.Series) -> alt.Scale:
    return alt.Scale(domain=[0, float(times.max()) * TAIL], nice=False)


def _axis(values: Sequence[float], **more: Any) -> alt.Axis:
    """An axis with these very ticks: without a count Vega drops every other one of many."""
    ticks = sorted(set(values))
    return alt.Axis(values=ticks, tickCount=len(ticks), **more)


def _visit_axis(times: Sequence[float]) -> alt.Axis:
    """Ticks at the first, a middle and the last time of a narrow panel."""
    visits = sorted(set(times))
    middle = min(visits, key=lambda t: abs(t - visits[-1] / 2))
    return _axis([visits[0], middle, visits[-1]])


def _tails(curves: pd.DataFrame, by: list[str], scale: alt.Scale, y: alt.Scale = UNIT) -> alt.Chart:
    """The end of each curve, drawn on a little past the last time; not part of the curves' data."""
    ends = curves.groupby(by, sort=False).tail(1)[[*by, "time", "value"]]
    ends = ends.rename(columns={"time": "start", "value": "level"})
    base = alt.Chart(ends.assign(end=ends["start"] * TAIL)).mark_rule(strokeWidth=2.2)
    return base.encode(
        x=alt.X("start:Q", scale=scale), x2="end:Q", y=alt.Y("level:Q", scale=y)
    )  # fmt: skip


def _side_by_side(panels: list[alt.LayerChart], titles: Sequence[str]) -> alt.HConcatChart:
    """Panels of equal size under their titles ("|" breaks a line), 400 px together."""
    width = (WIDTH - 65) / len(panels) - 10
    shown = [
        panel.properties(
            width=width,
            height=PANEL,
            title=alt.Title(title.split("|"), fontSize=11, frame="group"),
        )
        for panel, title in zip(panels, titles, strict=True)
    ]
    return alt.hconcat(*shown, spacing=14)


def _left_axis(first: bool, title: str) -> dict[str, Any]:
    """The y axis of a panel: only the first one is labelled."""
    marks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    shown = {"format": "%"} if first else {"labels": False, "ticks": False}
    axis = _axis(marks, labelOverlap=False, **shown)
    return {"title": title if first else None, "scale": UNIT, "axis": axis}


def chart_with_risk(
    curves: pd.DataFrame,
    risk: pd.DataFrame,
    *,
    arms: Sequence[str],
    x_title: str,
    y_title: str,
    share: bool = True,
    below: str = "Under observation without the event",
) -> alt.VConcatChart:
    """Step curves with bands, and the numbers at risk below, on the same time axis.

    `curves`: arm, time, value, lower, upper (proportions where `share`). `risk`: arm, time, text; one
    row a cell of the risk table, headed `below`, which has the arm's name on one line and its numbers on
    the next.
    """
    scale = _time_scale(curves["time"])
    ticks = _axis(risk["time"], labelOverlap="greedy")
    base = alt.Chart(curves).encode(x=alt.X("time:Q", title=x_title, scale=scale, axis=ticks))
    high = UNIT if share else alt.Scale(zero=True)
    y = {"title": y_title, "scale": high, "axis": alt.Axis(format="%" if share else "")}
    band = base.mark_area(interpolate="step-after", opacity=0.14)
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.2)
    # fill, not colour: else the pale band would stand for the arm in the legend
    shade = alt.Fill("arm:N", scale=arm_scales(list(arms))[0], sort=list(arms), legend=None)
    top = alt.layer(
        band.encode(y=alt.Y("lower:Q", **y), y2="upper:Q", fill=shade),
        lines.encode(y=alt.Y("value:Q", **y), **_styles(arms)),
        _tails(curves, ["arm"], scale, high).encode(**_styles(arms)),
    ).properties(width=WIDTH - 60, height=HEIGHT)
    table = _risk_table(risk, arms, scale, below)
    # plot areas, not axis labels, line up; the arms' legend belongs to the curves
    return alt.vconcat(top, table, spacing=66, bounds="flush").resolve_scale(
        x="independent", color="independent", strokeDash="independent"
    )


def _risk_table(
    risk: pd.DataFrame, arms: Sequence[str], scale: alt.Scale, title: str
) -> alt.LayerChart:
    order = {arm: 2 * i for i, arm in enumerate(arms)}
    cells = risk.assign(line=[order[arm] + 1 for arm in risk["arm"]])
    names = pd.DataFrame({"arm": list(arms), "start": 0.0, "line": list(order.values())})
    y = alt.Y("line:O", axis=None, scale=alt.Scale(domain=list(range(2 * len(arms)))))
    words = alt.Chart(names).mark_text(align="left", fontSize=10.5, dx=-4)
    numbers = alt.Chart(cells).mark_text(fontSize=10.5, color=INK)
    return alt.layer(
        words.encode(
            x=alt.X("start:Q", scale=scale, axis=None),
            y=y,
            text="arm",
            color=_styles(arms, legend=False)["color"],
        ),
        numbers.encode(x=alt.X("time:Q", scale=scale, axis=None), y=y, text="text"),
    ).properties(
        width=WIDTH - 60,
        height=2 * ROW * len(arms),
        title=alt.Title(title, fontSize=11, offset=4),
    )


def chart_trials(
    curves: pd.DataFrame, *, arms: Sequence[str], x_title: str, y_title: str
) -> alt.HConcatChart:
    """Step curves of several trials side by side: columns trial, arm, time, value (proportion).

    `trial` is the panel's title; "|" breaks its line.
    """
    scale, ticks = _time_scale(curves["time"]), _visit_axis(curves["time"])
    tails = _tails(curves, ["trial", "arm"], scale)
    titles, panels = list(dict.fromkeys(curves["trial"])), []
    for title in titles:
        y = alt.Y("value:Q", **_left_axis(title == titles[0], y_title))
        lines = alt.Chart(curves).mark_line(interpolate="step-after", strokeWidth=2.2)
        x = alt.X("time:Q", title=x_title, scale=scale, axis=ticks)
        here = alt.datum.trial == title
        panels.append(
            alt.layer(
                lines.transform_filter(here).encode(x=x, y=y, **_styles(arms)),
                tails.transform_filter(here).encode(**_styles(arms)),
            )
        )
    return _side_by_side(panels, titles)


def chart_hidden_times(
    cells: pd.DataFrame, steps: pd.DataFrame, *, arms: Sequence[str], x_title: str, y_title: str
) -> alt.HConcatChart:
    """Where the true curve may run between visits (boxes), and the Kaplan-Meier steps, by arm.

    `cells`: arm, left, right, below, above (cumulative probability before and after the cell);
    `steps`: arm, time, value.
    """
    scale, ticks = _time_scale(steps["time"]), _visit_axis(steps["time"])
    tails = _tails(steps, ["arm"], scale)
    colour, panels = _styles(arms, legend=False)["color"], []
    for arm in arms:
        left, here = _left_axis(arm == arms[0], y_title), alt.datum.arm == arm
        x = alt.X("left:Q", title=x_title, scale=scale, axis=ticks)
        boxes = alt.Chart(cells).transform_filter(here).mark_rect(opacity=0.3)
        lines = alt.Chart(steps).transform_filter(here)
        lines = lines.mark_line(interpolate="step-after", strokeWidth=2.2)
        panels.append(
            alt.layer(
                boxes.encode(
                    x=x, x2="right:Q", y=alt.Y("below:Q", **left), y2="above:Q", color=colour
                ),
                lines.encode(
                    x=alt.X("time:Q", scale=scale), y=alt.Y("value:Q", **left), color=colour
                ),
                tails.transform_filter(here).encode(color=colour),
            )
        )
    return _side_by_side(panels, arms)
