"""Tidy frames in, the charts of a trial's design out: who took part and when; nothing is counted here.

What was reported and what was not are told apart by line and fill as well as by colour: a solid
line for reported or observed numbers, a dashed one for simulated ones, a dotted one for a number
that nobody gives.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, WARN
from helpers.present.figure import INK, WIDTH

LINE, PAD, GAP = 17, 8, 22  # pixels: a line of type, above and below it in a box, between boxes
LETTER = 6.9  # pixels of an average letter of a box
NOT_GIVEN = "not given"
SOURCES = {
    "reported": (ACCENT, [1, 0]),
    "derived": (ACCENT, [1, 0]),
    "observed": (ACCENT, [1, 0]),
    "simulated": (WARN, [5, 3]),
    NOT_GIVEN: (INK, [1, 3]),
}


def _number(row) -> str:
    """The number of a box, or the record's words where it is too small to show."""
    return getattr(row, "text", "") or f"{int(row.value):,}"


def flow_boxes(counts: pd.DataFrame, *, arms: Sequence[str]) -> pd.DataFrame:
    """The boxes of a participant flow, one row a box from the top, for `chart_flow`.

    `counts`: one row a count in the order of the flow, columns arm ("" = all arms), visit ("" =
    before any), value and label (of the book). A box for those assessed and excluded stands on
    top and is marked as not given, since analysis data start with those enrolled. Returns level,
    column, columns, text (broken into lines that fit) and source.
    """
    width = _arm_width(len(arms))
    place = {arm: i for i, arm in enumerate(arms)}
    rows = [(0, 0, 1, "Assessed for eligibility, excluded: number not given", NOT_GIVEN)]
    depth = dict.fromkeys(arms, 1)
    for r in counts.itertuples():
        if r.arm == "":
            rows.append((1, 0, 1, f"Enrolled: n = {_number(r)}", r.label))
        else:
            depth[r.arm] += 1
            text = _wrapped(f"{r.visit or r.arm}\nn = {_number(r)}", width)
            rows.append((depth[r.arm], place[r.arm], len(arms), text, r.label))
    return pd.DataFrame(rows, columns=["level", "column", "columns", "text", "source"])


def _arm_width(arms: int) -> float:
    return (WIDTH - 20) / arms


def _wrapped(text: str, width: float) -> str:
    fit = max(7, int((width - 14) / LETTER))
    return "\n".join(part for line in text.split("\n") for part in textwrap.wrap(line, fit))


def _placed(boxes: pd.DataFrame) -> pd.DataFrame:
    """The boxes with their corners x, x2, y, y2 and their middle, in pixels from the top left."""
    lines = boxes["text"].str.count("\n") + 1
    heights = lines.groupby(boxes["level"]).max() * LINE + PAD
    tops = (heights + GAP).cumsum() - heights - GAP
    total = _arm_width(boxes["columns"].max()) * boxes["columns"].max()
    width = total / boxes["columns"]
    left = boxes["column"] * width + 4
    top = boxes["level"].map(tops).astype(float)
    return boxes.assign(
        x=left,
        x2=left + width - 8,
        y=top,
        y2=top + boxes["level"].map(heights),
        middle=left + width / 2 - 4,
        text_y=top + boxes["level"].map(heights) / 2 - (lines - 1) * LINE / 2,
    )


def _arrows(placed: pd.DataFrame) -> pd.DataFrame:
    """One row an arrow: from the box above (the middle one where it is one for all) to each box."""
    below = placed[placed["level"] > 0]
    bottom = placed.groupby("level")["y2"].max()
    start = below["level"].map(lambda level: bottom[level - 1])
    return pd.DataFrame({"x": below["middle"], "y": start + 1, "y2": below["y"] - 4})


def chart_flow(boxes: pd.DataFrame) -> alt.LayerChart:
    """Participant flow in the manner of CONSORT: boxes from `flow_boxes`, joined by arrows."""
    placed = _placed(boxes)
    total, depth = float(placed["x2"].max()) + 4, float(placed["y2"].max()) + 2
    x_scale = alt.Scale(domain=[0, total], nice=False)
    x = alt.X("x:Q", axis=None, scale=x_scale)
    y_scale = alt.Scale(domain=[depth, 0], nice=False)
    y = alt.Y("y:Q", axis=None, scale=y_scale)
    rects = [
        alt.Chart(placed[placed["source"] == source])
        .mark_rect(fillOpacity=0, stroke=stroke, strokeDash=dash, strokeWidth=1.7, cornerRadius=3)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q")
        for source, (stroke, dash) in SOURCES.items()
        if (placed["source"] == source).any()
    ]
    text = (
        alt.Chart(placed)
        .mark_text(lineBreak="\n", lineHeight=LINE, baseline="middle", fontSize=11)
        .encode(
            x=alt.X("middle:Q", axis=None, scale=x_scale),
            y=alt.Y("text_y:Q", axis=None, scale=y_scale),
            text="text",
        )
    )
    return alt.layer(text, *_arrow_layers(_arrows(placed), x, y, y_scale), *rects).properties(
        width=total, height=depth
    )


def _arrow_layers(arrows: pd.DataFrame, x: alt.X, y: alt.Y, y_scale: alt.Scale) -> list[alt.Chart]:
    base = alt.Chart(arrows)
    shaft = base.mark_rule(color=INK, opacity=0.7).encode(x=x, y=y, y2="y2:Q")
    head = base.mark_point(shape="triangle-down", filled=True, size=34, color=INK, opacity=0.7)
    return [shaft, head.encode(x=x, y=alt.Y("y2:Q", axis=None, scale=y_scale))]


def chart_timeline(
    frame: pd.DataFrame,
    *,
    panels: Sequence[str],
    x_titles: Mapping[str, str],
    stretched: Sequence[str] = (),
) -> alt.VConcatChart:
    """What happened when, one panel a study: filled = reported, hollow = assumed.

    `frame`: one row a point, columns panel, row, time (in the unit of the panel), source
    ("reported" or "assumed"). `x_titles` names unit and origin by panel. The time axis of the
    panels in `stretched` is a square-root scale, which keeps early, dense visits apart.
    """
    charts = [
        _timeline(frame[frame["panel"] == name], name, x_titles[name], name in stretched)
        for name in panels
    ]
    return alt.vconcat(*charts, spacing=14)


def _timeline(rows: pd.DataFrame, name: str, x_title: str, stretched: bool) -> alt.LayerChart:
    order = list(dict.fromkeys(rows["row"]))
    times = sorted(set(rows.loc[rows["row"] == order[-1], "time"]))
    scale = alt.Scale(type="sqrt" if stretched else "linear", nice=False, zero=True)
    axis = alt.Axis(values=times, grid=False, labelOverlap=True)
    fill = alt.Scale(domain=["reported", "assumed"], range=[ACCENT, "transparent"])
    # without its own line, so that points at time 0 stay clear of it
    axis_of_rows = alt.Axis(grid=True, domain=False, ticks=False, labelPadding=9, labelLimit=150)
    y = alt.Y("row:N", sort=order, title=None, axis=axis_of_rows)
    points = (
        alt.Chart(rows)
        .mark_point(size=42, stroke=ACCENT, strokeWidth=1.4, opacity=1)
        .encode(
            x=alt.X("time:Q", title=x_title, scale=scale, axis=axis),
            y=y,
            fill=alt.Fill("source:N", scale=fill, sort=["reported", "assumed"]),
        )
    )
    title = alt.TitleParams(name, frame="group")  # above the axis of its own panel
    return points.properties(
        title=title, width=WIDTH - 150, height=max(40, 24 * len(order))
    )  # fmt: skip


def chart_coverage(frame: pd.DataFrame, *, x_title: str) -> alt.LayerChart:
    """What was measured when: one row a parameter, a point a visit, filled as far as it was seen.

    `frame`: columns parameter, visit (a number) and value (the share of the subjects, 0 to 1).
    """
    rows = list(dict.fromkeys(frame["parameter"]))
    visits = sorted(set(frame["visit"]))
    scale = alt.Scale(type="sqrt" if len(visits) > 6 else "linear", nice=False, zero=True)
    x = alt.X("visit:Q", title=x_title, scale=scale,
              axis=alt.Axis(values=visits, grid=False, labelOverlap=True))  # fmt: skip
    axis = alt.Axis(grid=True, domain=False, ticks=False, labelPadding=14, labelLimit=150)
    base = alt.Chart(frame).encode(x=x, y=alt.Y("parameter:N", sort=rows, title=None, axis=axis))
    rings = base.mark_point(size=180, stroke=ACCENT, strokeWidth=1.2, opacity=1)
    size = alt.Size("value:Q", scale=alt.Scale(domain=[0, 1], range=[0, 180]), legend=None)
    dots = base.mark_point(filled=True, color=ACCENT, opacity=1).encode(size=size)
    return alt.layer(rings, dots).properties(width=WIDTH - 150, height=max(50, 24 * len(rows)))


def chart_ranges(frame: pd.DataFrame, *, x_title: str, line: float | None = None) -> alt.LayerChart:
    """One range a row under its own name, so that long names fit a narrow screen.

    `frame`: columns row, low, high (the range), value (what is used; NaN: none) and text (beside
    the range's right end). `line` is drawn through all rows.
    """
    y = alt.Y("row:N", sort=list(frame["row"]), axis=None)
    base = alt.Chart(frame).encode(y=y)
    x = alt.X("low:Q", title=x_title, axis=alt.Axis(grid=True), scale=alt.Scale(zero=False))
    names = base.mark_text(align="left", dy=-11, fontSize=11, color=INK)
    bars = base.mark_rule(strokeWidth=5, color=ACCENT, opacity=0.55)
    dots = base.transform_filter("isValid(datum.value)").mark_point(
        filled=True, size=60, color=INK, opacity=1
    )
    texts = base.mark_text(align="left", dx=6, fontSize=11, color=INK)
    layers = [
        names.encode(x=alt.value(0), text="row:N"),
        bars.encode(x=x, x2="high:Q"),
        dots.encode(x="value:Q"),
        texts.encode(x="high:Q", text="text:N"),
    ]
    if line is not None:
        rule = alt.Chart(pd.DataFrame({"line": [line]})).mark_rule(
            color=INK, strokeDash=[2, 2], opacity=0.45
        )
        layers.insert(0, rule.encode(x="line:Q"))
    return alt.layer(*layers).properties(width=WIDTH - 100, height=40 * len(frame))
