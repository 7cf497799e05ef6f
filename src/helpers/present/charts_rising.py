"""Tidy frames of rising curves in, an Altair chart that names each curve beside itself out.

Curves of power or chance by what is assumed; nothing is estimated here.
"""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from helpers.present.charts import ACCENT, HEIGHT, WARN
from helpers.present.figure import INK, WIDTH, arm_scales

NAMED = np.linspace(0.3, 0.7, 9)  # heights at which a rising curve may be named
BESIDE = 46  # pixels right of the axis' end, for words


def chart_rising(
    frame: pd.DataFrame,
    *,
    x: str,
    y: str,
    series: str,
    x_title: str,
    y_title: str,
    marks: pd.DataFrame,
    name_at: pd.DataFrame | None = None,
    percent: bool = False,
    aim: float | None = None,
) -> alt.LayerChart:
    """Rising curves, one a value of `series`, each named beside itself, with labelled points.

    `frame`: one row a point, columns `x`, `y`, `series`. `marks`: columns `x`, `y`, text; the text
    stands on the free side, above left. `name_at`: where a curve is named (`names_beside`); without
    it names stand at the right ends. `percent`: `y` is a probability.
    `aim` draws a horizontal line. Curves differ by dash, not by an arm's colour.
    """
    names = list(dict.fromkeys(frame[series]))
    dash = alt.StrokeDash(f"{series}:N", scale=arm_scales(names)[1], sort=names, legend=None)
    y_of = alt.Y(
        f"{y}:Q",
        title=y_title,
        scale=alt.Scale(domain=[0, 1]) if percent else alt.Undefined,
        axis=alt.Axis(format="%") if percent else alt.Axis(),
    )
    x_of = alt.X(f"{x}:Q", title=x_title, scale=alt.Scale(zero=False, nice=False))
    line = alt.Chart(frame).mark_line(strokeWidth=2.2, color=ACCENT)
    layers = [line.encode(x=x_of, y=y_of, strokeDash=dash)]
    if aim is not None:
        rule = alt.Chart(pd.DataFrame({y: [aim]})).mark_rule(color=INK, opacity=0.6)
        layers.insert(0, rule.encode(y=y_of))
    ends = frame.groupby(series, sort=False).tail(1) if name_at is None else name_at
    layers += _names(ends, x, y, series)
    points = alt.Chart(marks).encode(x=x_of, y=y_of)
    layers.append(points.mark_point(filled=True, size=60, color=INK, opacity=1))
    beside = points.mark_text(align="right", dx=-7, dy=-7, fontSize=11, color=INK)
    layers.append(beside.encode(text="text:N"))
    width = WIDTH - (130 if name_at is None else 60)
    return alt.layer(*layers).properties(width=width, height=HEIGHT)


def names_beside(frame: pd.DataFrame, *, x: str, y: str, series: str) -> pd.DataFrame:
    """Where the name of each of several rising curves has most room, so that it is nobody else's.

    Left of the curve that rises first; right of every other one, at the height, of those from
    `NAMED`, at which the next curve, or the end of the axis, is farthest. Columns `x`, `y`,
    `series` and align, the side of the text that is the curve's: "right", "left".
    """
    at = pd.DataFrame({name: np.interp(NAMED, rows[y], rows[x], right=np.nan)
                       for name, rows in frame.groupby(series, sort=False)})  # fmt: skip
    at = at[at.iloc[0].sort_values().index]
    rooms = at.shift(-1, axis=1).fillna(frame[x].max()) - at
    out = []
    for name in at:
        first = name == at.columns[0]
        row = len(NAMED) // 2 if first else int(np.nanargmax(rooms[name]))
        out.append((at[name][row], NAMED[row], name, "right" if first else "left"))
    return pd.DataFrame(out, columns=[x, y, series, "align"])


def _names(ends: pd.DataFrame, x: str, y: str, series: str) -> list[alt.Chart]:
    """The names of curves; where one stands is no value of the chart: other fields, no table's row."""
    side = ends["align"] if "align" in ends else pd.Series("left", index=ends.index)
    placed = ends.rename(columns={x: "at_x", y: "at_y"})[["at_x", "at_y", series]]
    return [
        alt.Chart(rows)
        .mark_text(fontSize=11, color=ACCENT, baseline="middle", align=align, dx=dx)
        .encode(x="at_x:Q", y="at_y:Q", text=f"{series}:N")
        for align, dx in (("left", 4), ("right", -5))
        if len(rows := placed[side == align])
    ]


def chart_gap(at: float, low: float, high: float, text: str) -> alt.LayerChart:
    """What lacks between two values of y, marked at one x, with lines of words to its right."""
    place = alt.Chart(pd.DataFrame([(at, low, high, (low + high) / 2, text)],
                                   columns=["at_x", "from_y", "to_y", "at_y", "text"]))  # fmt: skip
    bar = place.mark_rule(strokeWidth=5, color=WARN).encode(x="at_x:Q", y="from_y:Q", y2="to_y:Q")
    words = place.mark_text(
        align="left", lineBreak="\n", dx=8, dy=-2, fontSize=11, fontWeight="bold", color=WARN
    )
    return bar + words.encode(x="at_x:Q", y="at_y:Q", text="text:N")
