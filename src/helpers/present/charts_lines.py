"""Tidy frames of curves in, an Altair chart with its names written on the curves out; no estimates.

For curves that a reader compares by name: no legend to look up, and a dash tells them apart without
colour.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from helpers.present.charts import HEIGHT
from helpers.present.figure import COLOURS, DASHES, INK, WIDTH


def chart_labelled_lines(
    frame: pd.DataFrame,
    words: pd.DataFrame,
    *,
    x: str,
    y: str,
    series: str,
    x_title: str,
    y_title: str,
    percent: bool = False,
    percent_x: bool = False,
    points: bool = False,
    whole: bool = False,
    from_zero: bool = True,
    level: tuple[float, str] | None = None,
    mark: tuple[float, str] | None = None,
) -> alt.LayerChart:
    """A line a `series`, in the order of the frame, named where `words` says.

    `words`: columns x, y, series, text and (optional) align, "left" or "right": one row a name, at
    a place where the lines lie apart. `percent` and `percent_x` print y and x as per cent,
    `points` marks the values that exist, `whole` puts a tick on whole x only,
    `from_zero` starts y at 0. `mark` = (x, text)
    draws a dashed upright line with the text beside its foot, `level` = (y, text) a dashed level one
    with the text under its right end.
    """
    names = list(dict.fromkeys(frame[series]))
    colour = alt.Color(f"{series}:N", sort=names, legend=None, scale=_scale(names, COLOURS))
    dash = alt.StrokeDash(f"{series}:N", sort=names, legend=None, scale=_scale(names, DASHES))
    x_axis = alt.Axis(tickMinStep=1, format="d") if whole else _axis(percent_x)
    x_place = alt.X(f"{x}:Q", title=x_title, scale=alt.Scale(nice=False), axis=x_axis)
    y_scale = alt.Scale(zero=from_zero)
    y_place = alt.Y(f"{y}:Q", title=y_title, axis=_axis(percent), scale=y_scale)
    lines = alt.Chart(frame).mark_line(
        strokeWidth=2.2, point=alt.OverlayMarkDef(size=26, filled=True) if points else False
    )
    layers = [lines.encode(x=x_place, y=y_place, color=colour, strokeDash=dash)]
    layers += _upright(x, *mark) if mark else []
    layers += _level(y, *level) if level else []
    side = words["align"] if "align" in words else pd.Series("left", index=words.index)
    # where a name stands is no value of its curve: other fields keep it out of the chart's table
    named = words.drop(columns="align", errors="ignore").rename(columns={x: "at_x", y: "at_y"})
    for align, placed in named.groupby(side.to_numpy(), sort=True):
        text = alt.Chart(placed).mark_text(
            align=align, dx=6 if align == "left" else -6, dy=-7, fontSize=11, fontWeight="bold"
        )
        layers.append(text.encode(x="at_x:Q", y="at_y:Q", text="text:N", color=colour))
    return alt.layer(*layers).properties(width=WIDTH - 60, height=HEIGHT)


def _scale(names: list[str], palette: Sequence) -> alt.Scale:
    return alt.Scale(domain=names, range=[palette[i % len(palette)] for i in range(len(names))])


def _upright(x: str, at: float, text: str) -> list[alt.Chart]:
    place = alt.Chart(pd.DataFrame({x: [at], "text": [text]})).encode(x=f"{x}:Q")
    foot = place.mark_text(align="left", dx=5, dy=-8, fontSize=11)
    rule = place.mark_rule(color=INK, strokeDash=[2, 2])
    return [rule, foot.encode(y=alt.value(HEIGHT), text="text:N")]


def _level(y: str, at: float, text: str) -> list[alt.Chart]:
    place = alt.Chart(pd.DataFrame({y: [at], "text": [text]})).encode(y=f"{y}:Q")
    end = place.mark_text(align="right", dx=-4, dy=10, fontSize=11)
    rule = place.mark_rule(color=INK, strokeDash=[2, 2])
    return [rule, end.encode(x=alt.value(WIDTH - 60), text="text:N")]


def _axis(percent: bool) -> alt.Axis:
    return alt.Axis(format="%") if percent else alt.Axis()
