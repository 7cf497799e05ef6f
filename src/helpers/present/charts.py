"""Tidy frames in, Altair charts in the book's manner out; nothing is estimated here.

Frames carry the columns of the records (`value`, `lower`, `upper`, `arm`, ...). Arms keep their
colour, dash and shape over the whole edition and are told apart without colour.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from helpers.present.figure import INK, WIDTH, arm_scales

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
    y = alt.Y(
        f"{row}:N",
        sort=rows,
        title=None,
        axis=alt.Axis(labelLimit=150),
        scale=alt.Scale(domain=rows),
    )
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


def chart_rises(frame: pd.DataFrame) -> alt.LayerChart:
    """A slope a `study` from its first value to its last, each value and the study written at its end.

    Columns study, cells, when (two words, the same of each study); no legend, nothing between. The foot
    is zero. Set beside the same data as ggplot2 draws them, it took the line at zero and words that
    say when; its axis of cells and its legend were left: each value is written.
    """
    studies, ends = (list(dict.fromkeys(frame[name])) for name in ("study", "when"))
    x = alt.X("when:N", sort=ends, title=None, scale=alt.Scale(domain=ends, padding=0.1),
              axis=alt.Axis(labelAngle=0, ticks=False, grid=True))  # fmt: skip
    y = alt.Y("cells:Q", title=None, axis=None, scale=alt.Scale(domainMin=0))
    looks = {"scale": alt.Scale(domain=studies, range=[ACCENT, WARN]), "legend": None}
    styled = {"x": x, "y": y, "color": alt.Color("study:N", **looks)}
    dash = alt.StrokeDash("study:N", scale=alt.Scale(domain=studies, range=[[1, 0], [6, 4]]),
                          legend=None)  # fmt: skip
    base = alt.Chart(frame)
    first, last = (base.transform_filter(alt.datum.when == end) for end in ends)
    layers = [
        base.mark_line(strokeWidth=3).encode(**styled, strokeDash=dash),
        base.mark_point(filled=True, size=90, opacity=1).encode(**styled),
        first.mark_text(align="right", dx=-9).encode(**styled, text="cells:Q"),
        last.mark_text(align="left", dx=9, dy=-8, fontWeight="bold").encode(
            **styled, text="cells:Q"
        ),
        last.mark_text(align="left", dx=9, dy=8).encode(**styled, text="study:N"),
    ]
    return alt.layer(*layers).properties(width=WIDTH - 190, height=HEIGHT)
