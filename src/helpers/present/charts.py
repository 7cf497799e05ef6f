"""Tidy frames in, Altair charts in the book's manner out; nothing is estimated here.

Frames carry the columns of the records (`value`, `lower`, `upper`, `arm`, ...). Arms keep their
colour, dash and shape over the whole edition and are told apart without colour.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from helpers.present.figure import GRID, INK, WIDTH, arm_scales

ACCENT = "#0a7abf"
WARN = "#c8551b"
HEIGHT = 220


def _arm_encodings(arms: Sequence[str], *, shape: bool = False, dash: bool = False) -> dict:
    colour, dashes, shapes = arm_scales(list(arms))
    legend = None if len(arms) < 2 else alt.Undefined
    out = {"color": alt.Color("arm:N", scale=colour, sort=list(arms), legend=legend)}
    if shape:
        out["shape"] = alt.Shape("arm:N", scale=shapes, sort=list(arms), legend=legend)
    if dash:
        out["strokeDash"] = alt.StrokeDash("arm:N", scale=dashes, sort=list(arms), legend=legend)
    return out


def chart_intervals(
    frame: pd.DataFrame,
    *,
    row: str,
    x_title: str,
    arms: Sequence[str] = (),
    zero: float | None = None,
    percent: bool = False,
) -> alt.LayerChart:
    """Dot and interval a row: columns `row`, value, lower, upper (and arm, when `arms` are given).

    `zero` draws the line of no difference; `percent` prints proportions as per cent.
    """
    if frame.empty:
        raise ValueError("expected at least one row to draw, found none")
    axis = alt.Axis(format="%") if percent else alt.Axis()
    rows = list(dict.fromkeys(frame[row]))
    y = alt.Y(f"{row}:N", sort=rows, title=None, axis=alt.Axis(labelLimit=150))
    styled = _arm_encodings(arms, shape=True) if arms else {"color": alt.value(ACCENT)}
    if len(arms) > 1:
        styled["yOffset"] = alt.YOffset("arm:N", sort=list(arms))
    base = alt.Chart(frame).encode(y=y)
    bars = base.mark_rule(strokeWidth=1.6).encode(
        x=alt.X("lower:Q", title=x_title, axis=axis),
        x2="upper:Q",
        **{k: v for k, v in styled.items() if k != "shape"},
    )
    dots = base.mark_point(filled=True, size=60, opacity=1).encode(
        x=alt.X("value:Q", axis=axis), **styled
    )
    layers = [bars, dots]
    if zero is not None:
        line = alt.Chart(pd.DataFrame({"zero": [zero]})).mark_rule(color=INK, strokeDash=[2, 2])
        layers.insert(0, line.encode(x="zero:Q"))
    height = max(60, len(rows) * (14 + 12 * max(1, len(arms))))
    return alt.layer(*layers).properties(width=WIDTH - 150, height=height)


def chart_curves(
    frame: pd.DataFrame,
    *,
    arms: Sequence[str],
    x_title: str,
    y_title: str,
    percent: bool = True,
    band: bool = True,
    y_domain: tuple[float, float] | None = (0, 1),
) -> alt.LayerChart:
    """Step curves by arm with their confidence bands: columns time, value, lower, upper, arm."""
    axis = alt.Axis(format="%") if percent else alt.Axis()
    scale = alt.Scale(domain=list(y_domain)) if y_domain else alt.Undefined
    x = alt.X("time:Q", title=x_title, scale=alt.Scale(nice=False))
    colour = _arm_encodings(arms)["color"]
    base = alt.Chart(frame)
    layers = []
    if band:
        layers.append(
            base.mark_area(interpolate="step-after", opacity=0.14).encode(
                x=x,
                y=alt.Y("lower:Q", title=y_title, axis=axis, scale=scale),
                y2="upper:Q",
                color=colour,
            )
        )
    layers.append(
        base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(
            x=x,
            y=alt.Y("value:Q", title=y_title, axis=axis, scale=scale),
            **_arm_encodings(arms, dash=True),
        )
    )
    return alt.layer(*layers).properties(width=WIDTH - 60, height=HEIGHT)


def chart_subjects(
    frame: pd.DataFrame,
    middle: pd.DataFrame,
    *,
    x_title: str,
    y_title: str,
    log: bool = False,
    limit: float | None = None,
) -> alt.LayerChart:
    """One thin line a subject and the median on top: `frame` USUBJID, VISIT, AVAL; `middle` VISIT, value.

    Only for studies whose subjects may be shown (`study.config.show_subjects`). `limit` draws the
    limit of quantification.
    """
    scale = alt.Scale(type="log") if log else alt.Undefined
    x = alt.X("VISIT:Q", title=x_title, scale=alt.Scale(nice=False))
    lines = (
        alt.Chart(frame)
        .mark_line(strokeWidth=1, opacity=0.55, color="#6b7785")
        .encode(x=x, y=alt.Y("AVAL:Q", title=y_title, scale=scale), detail="USUBJID:N")
    )
    median = (
        alt.Chart(middle)
        .mark_line(strokeWidth=3, color=ACCENT, point=alt.OverlayMarkDef(size=36, color=ACCENT))
        .encode(x=x, y=alt.Y("value:Q", scale=scale))
    )
    layers = [lines, median]
    if limit is not None:
        rule = alt.Chart(pd.DataFrame({"limit": [limit]})).mark_rule(color=WARN, strokeDash=[4, 3])
        layers.append(rule.encode(y=alt.Y("limit:Q", scale=scale)))
    return alt.layer(*layers).properties(width=WIDTH - 60, height=HEIGHT + 20)


def chart_function(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    x_title: str,
    y_title: str,
    series: str | None = None,
    percent: bool = False,
    log_x: bool = False,
    marks: pd.DataFrame | None = None,
) -> alt.LayerChart:
    """A smooth curve (or one a `series`), with labelled points of `marks` (columns x, y, text)."""
    axis = alt.Axis(format="%") if percent else alt.Axis()
    scale = alt.Scale(type="log") if log_x else alt.Scale(nice=False)
    styled = {}
    if series:
        names = list(dict.fromkeys(frame[series]))
        renamed = frame.rename(columns={series: "arm"})
        frame, styled = renamed, _arm_encodings(names, dash=True)
    else:
        styled = {"color": alt.value(ACCENT)}
    line = (
        alt.Chart(frame)
        .mark_line(strokeWidth=2.2)
        .encode(
            x=alt.X(f"{x}:Q", title=x_title, scale=scale),
            y=alt.Y(f"{y}:Q", title=y_title, axis=axis),
            **styled,
        )
    )
    layers = [line]
    if marks is not None:
        points = alt.Chart(marks).encode(x=alt.X(f"{x}:Q", scale=scale), y=f"{y}:Q")
        layers.append(points.mark_point(filled=True, size=70, color=WARN, opacity=1))
        layers.append(
            points.mark_text(align="left", dx=7, dy=-7, fontSize=11, color=INK).encode(text="text")
        )
    return alt.layer(*layers).properties(width=WIDTH - 60, height=HEIGHT)


def chart_bars(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    x_title: str,
    y_title: str,
    percent: bool = True,
    highlight: str | None = None,
) -> alt.Chart:
    """Bars of `y` over the ordered categories `x`; those where column `highlight` is True stand out."""
    axis = alt.Axis(format="%") if percent else alt.Axis()
    colour = (
        alt.condition(f"datum.{highlight}", alt.value(WARN), alt.value(ACCENT))
        if highlight
        else alt.value(ACCENT)
    )
    return (
        alt.Chart(frame)
        .mark_bar(stroke=GRID)
        .encode(
            x=alt.X(f"{x}:O", title=x_title, sort=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y(f"{y}:Q", title=y_title, axis=axis),
            color=colour,
        )
        .properties(width=WIDTH - 60, height=HEIGHT)
    )
