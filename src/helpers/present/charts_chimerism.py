"""Tidy frames about donor cells in, Altair charts out; nothing is estimated here."""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, HEIGHT, WARN
from helpers.present.charts_cytokines import LEVELS
from helpers.present.figure import INK, WIDTH

LINE = "#6b7785"


def chart_decay(
    middle: pd.DataFrame,
    lines: pd.DataFrame,
    *,
    limit: float,
    x_title: str,
    y_title: str,
) -> alt.LayerChart:
    """Donor cells over time on a logarithmic axis, with the assay's limit.

    `middle`: VISIT, value, lower, upper (median and quartiles; the limit where below it; quartiles
    NaN where they may not be shown), drawn up to the first visit whose median lies at the limit;
    in the chart's data AVAL, AVAL_Q1 and AVAL_Q3. `lines`: who (any key, never drawn), VISIT, AVAL,
    below, one row a patient and visit, up to the first visit below the limit; empty where subjects
    may not be shown, and then a band takes their place.
    """
    scale = alt.Scale(type="log", nice=False, domainMin=limit * 0.6)
    x = alt.X("VISIT:Q", title=x_title, scale=alt.Scale(nice=False, padding=4))
    y_axis = alt.Axis(format="~g", values=LEVELS)
    at_limit = middle["value"].le(limit).cumsum()
    middle = middle[at_limit - middle["value"].le(limit) == 0]
    middle = middle.rename(columns={"value": "AVAL", "lower": "AVAL_Q1", "upper": "AVAL_Q3"})
    floor = pd.DataFrame({"limit": [limit], "text": [f"assay's limit, {limit:g}"]})
    rule = alt.Chart(floor).mark_rule(color=WARN, strokeDash=[4, 3])
    word = alt.Chart(floor).mark_text(align="right", dy=9, fontSize=11, color=WARN)
    layers = [
        rule.encode(y=alt.Y("limit:Q", scale=scale)),
        word.encode(x=alt.value(WIDTH - 62), y=alt.Y("limit:Q", scale=scale), text="text:N"),
    ]
    if lines.empty:
        band = alt.Chart(middle.dropna()).mark_area(opacity=0.18, color=ACCENT)
        layers.append(band.encode(x=x, y=alt.Y("AVAL_Q1:Q", scale=scale), y2="AVAL_Q3:Q"))
    else:
        base = alt.Chart(lines).encode(x=x, y=alt.Y("AVAL:Q", scale=scale), detail="who:N")
        layers.append(base.mark_line(strokeWidth=1, opacity=0.6, color=LINE))
        gone = base.transform_filter("datum.below").mark_point(filled=False, shape="triangle-down")
        layers.append(gone.encode(size=alt.value(40), color=alt.value(LINE)))
    median = alt.Chart(middle).mark_line(
        strokeWidth=3, color=ACCENT, point=alt.OverlayMarkDef(size=36, color=ACCENT)
    )
    y = alt.Y("AVAL:Q", title=y_title, scale=scale, axis=y_axis)
    layers.append(median.encode(x=x, y=y))
    return alt.layer(*layers).properties(width=WIDTH - 60, height=HEIGHT + 20)


def chart_schedules(cells: pd.DataFrame, visits: pd.DataFrame, *, x_title: str) -> alt.LayerChart:
    """When donor cells were lost, as each visit schedule shows it: a box a Turnbull interval.

    `cells`: schedule, left, right (finite), mass, text (the share in it). `visits`: schedule, visit,
    one tick each, and seen, a text at the right. Schedules in the order of `visits`; a box is the
    darker the larger its mass.
    """
    order = list(dict.fromkeys(visits["schedule"]))
    axis = alt.Axis(labelLimit=110, domain=False, ticks=False)
    width = WIDTH - 170
    y = alt.Y("schedule:N", sort=order, title=None, axis=axis)
    scale = alt.Scale(nice=False, domainMin=0)
    boxes = alt.Chart(cells).mark_bar(
        height=20, color=ACCENT, stroke=ACCENT, strokeWidth=1.2, cornerRadius=3
    )
    boxes = boxes.encode(
        y=y,
        x=alt.X("left:Q", title=x_title, scale=scale),
        x2="right:Q",
        fillOpacity=alt.FillOpacity(
            "mass:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 0.75]), legend=None
        ),
    )
    ticks = alt.Chart(visits).mark_tick(thickness=1.6, size=32, color=INK)
    ticks = ticks.encode(y=y, x=alt.X("visit:Q", scale=scale))
    middle = cells.assign(middle=(cells["left"] + cells["right"]) / 2)
    words = alt.Chart(middle).mark_text(fontSize=11, dy=-20, color=INK)
    words = words.encode(y=y, x=alt.X("middle:Q", scale=scale), text="text:N")
    seen = alt.Chart(visits.drop_duplicates("schedule")).mark_text(align="left", fontSize=11)
    seen = seen.encode(y=y, x=alt.value(width + 8), text="seen:N")
    return alt.layer(boxes, ticks, words, seen).properties(width=width, height=60 * len(order))


def chart_readings(
    curves: pd.DataFrame, cells: pd.DataFrame, *, x_title: str, y_title: str
) -> alt.LayerChart:
    """Share that has lost its donor cells: step curves of naive readings over Turnbull's boxes.

    `curves`: reading, time, value (0 to 1), points at which a step curve jumps. `cells`: left,
    right (finite), before, cumulative: inside the box from `before` to `cumulative` the data cannot
    say where the rise happens.
    """
    names = list(dict.fromkeys(curves["reading"]))
    scale = alt.Scale(nice=False, domainMin=0)
    axis = alt.Axis(format="%")
    boxes = alt.Chart(cells).mark_rect(color=ACCENT, opacity=0.22)
    boxes = boxes.encode(
        x=alt.X("left:Q", title=x_title, scale=scale),
        x2="right:Q",
        y=alt.Y("before:Q", title=y_title, axis=axis, scale=alt.Scale(domain=[0, 1])),
        y2="cumulative:Q",
    )
    palette, dashes = ["#c8551b", "#00906a", "#b0639a"], [[1, 0], [6, 3], [2, 2]]
    lines = alt.Chart(curves).mark_line(interpolate="step-after", strokeWidth=2)
    lines = lines.encode(
        x=alt.X("time:Q", scale=scale),
        y=alt.Y("value:Q", axis=axis),
        color=alt.Color("reading:N", sort=names, scale=alt.Scale(domain=names, range=palette)),
        strokeDash=alt.StrokeDash("reading:N", sort=names,
                                  scale=alt.Scale(domain=names, range=dashes)),
    )  # fmt: skip
    return alt.layer(boxes, lines).properties(width=WIDTH - 60, height=HEIGHT)


def chart_tornado(
    frame: pd.DataFrame, *, centre: float, centre_text: str, x_title: str
) -> alt.LayerChart:
    """How far each assumption moves one result: a bar from its low to its high end, a row each.

    `frame`: assumption (short name), value (the result), end (the assumption's value there, as
    text), one row an end, two rows an assumption; drawn in the order of the frame. `centre`: the
    result at the assumptions used, a line with `centre_text` above it.
    """
    order = list(dict.fromkeys(frame["assumption"]))
    grouped = frame.groupby("assumption", sort=False)["value"]
    spans = grouped.agg(low="min", high="max").reset_index()
    y = alt.Y("assumption:N", sort=order, title=None,
              axis=alt.Axis(labelLimit=120, domain=False, ticks=False))  # fmt: skip
    scale = alt.Scale(nice=False, padding=42)
    bars = alt.Chart(spans).mark_bar(height=14, color=ACCENT, opacity=0.45)
    # the room at the left is for the words: no axis line or label below 0
    x_axis = alt.Axis(domain=False, ticks=False, labelExpr="datum.value < 0 ? '' : datum.label")
    bars = bars.encode(y=y, x=alt.X("low:Q", title=x_title, scale=scale, axis=x_axis), x2="high:Q")
    ends = alt.Chart(frame).mark_tick(thickness=2.4, size=18, color=ACCENT)
    ends = ends.encode(y=y, x=alt.X("value:Q", scale=scale))
    line = alt.Chart(pd.DataFrame({"value": [centre], "text": [centre_text]}))
    rule = line.mark_rule(color=WARN, strokeDash=[4, 3]).encode(x="value:Q")
    word = line.mark_text(color=WARN, fontSize=11, dy=-8).encode(
        x="value:Q", y=alt.value(0), text="text:N"
    )
    first = frame["value"] == frame.groupby("assumption")["value"].transform("min")
    layers = [rule, bars, ends, word]
    for rows, align, shift in ((frame[first], "right", -5), (frame[~first], "left", 5)):
        words = alt.Chart(rows).mark_text(align=align, dx=shift, fontSize=11)
        layers.append(words.encode(y=y, x=alt.X("value:Q", scale=scale), text="end:N"))
    return alt.layer(*layers).properties(width=WIDTH - 130, height=34 * len(order))
