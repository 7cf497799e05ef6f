"""Possible trials as frames in, Altair charts of how they are spread out; nothing is enumerated here.

The charts of chapter 6's exhaustive part: shares of histories by P, by weeks saved and by pairs of
medians, what early leavers could change, and a count that was not printed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, HEIGHT, WARN
from helpers.present.figure import INK, WIDTH

GROUND = "#6b7785"


def axis_at(values: Sequence[float], **more: Any) -> alt.Axis:
    """An axis with these very ticks: without a count Vega drops every other one of many."""
    ticks = sorted(set(values))
    return alt.Axis(values=ticks, tickCount=len(ticks), **more)


def _words(rows: pd.DataFrame, *, align: str = "left", dx: int = 0, dy: int = 0) -> alt.Chart:
    """Direct labels: column text, placed by the caller's x and y."""
    return alt.Chart(rows).mark_text(align=align, dx=dx, dy=dy, fontSize=11, color=INK)


def chart_p_histogram(
    frame: pd.DataFrame, *, reported: tuple[float, float], x_title: str, y_title: str
) -> alt.LayerChart:
    """Shares of possible trials by P (log axis) in two weightings, the reported P marked.

    `frame`: p_low, p_high, share, kind; bins of any width, `share` per bin. `reported` is the
    interval of P values that print as the reported one.
    """
    kinds = list(dict.fromkeys(frame["kind"]))
    decades = [10.0**k for k in range(math.floor(math.log10(frame["p_low"].min() * 1.01)), 1)]
    ticks = axis_at(decades, labelExpr="format(datum.value, '~g')")
    x = alt.X("p_high:Q", title=x_title, scale=alt.Scale(type="log", nice=False), axis=ticks)
    palettes = {"color": [ACCENT, WARN], "strokeDash": [[1, 0], [5, 3]]}
    scales = {k: alt.Scale(domain=kinds, range=v) for k, v in palettes.items()}
    curve = alt.Chart(frame).mark_line(interpolate="step-before", strokeWidth=2)
    mark = alt.Chart(pd.DataFrame({"p_high": [reported[0]], "top": [reported[1]]}))
    band = mark.mark_rect(color=WARN, opacity=0.35).encode(x=x, x2="top:Q")
    text = mark.mark_text(align="right", dx=-5, fontSize=11, color=INK, baseline="top")
    return alt.layer(
        band,
        curve.encode(
            x=x,
            y=alt.Y("share:Q", title=y_title, axis=alt.Axis(format="%")),
            color=alt.Color("kind:N", scale=scales["color"], sort=kinds),
            strokeDash=alt.StrokeDash("kind:N", scale=scales["strokeDash"], sort=kinds),
        ),
        text.encode(x=x, y=alt.value(2), text=alt.value("reported P")),
    ).properties(width=WIDTH - 60, height=HEIGHT)


def chart_gains(
    frame: pd.DataFrame, labels: pd.DataFrame, *, x_title: str, y_title: str
) -> alt.LayerChart:
    """Shares of possible trials by the time that one arm saves, as overlaid histograms.

    `frame`: low, high (ends of a bin), share, kind; the first kind is drawn as a grey ground, the
    second filled, the others dashed. `labels`: x, share, text, align; a row a kind, in that order,
    as words beside the shapes and in their colours. A line marks zero.
    """
    kinds = list(dict.fromkeys(frame["kind"]))
    x = alt.X("low:Q", title=x_title, scale=alt.Scale(nice=False))
    y = alt.Y("share:Q", title=y_title, axis=alt.Axis(format="%"))
    zero = alt.Chart(pd.DataFrame({"low": [0.0]})).mark_rule(color=INK, strokeDash=[2, 2])
    layers = []
    for i, name in enumerate(kinds):
        base = alt.Chart(frame).transform_filter(alt.datum.kind == name)
        if i < 2:
            shape = base.mark_area(
                color=(GROUND, ACCENT)[i], opacity=0.45, interpolate="step-after"
            )
        else:
            shape = base.mark_line(color=WARN, interpolate="step-after", strokeDash=[5, 3])
        layers.append(shape.encode(x=x, y=y))
    for i, (_, row) in enumerate(labels.iterrows()):
        colour = (INK, ACCENT, WARN)[min(i, 2)]
        words = alt.Chart(row.to_frame().T).mark_text(
            align=row["align"], fontSize=11, fontWeight="bold", color=colour
        )
        layers.append(words.encode(x=alt.X("x:Q"), y=alt.Y("share:Q"), text="text:N"))
    return alt.layer(zero.encode(x=x), *layers).properties(width=WIDTH - 60, height=HEIGHT)


def chart_median_pairs(frame: pd.DataFrame, *, x_title: str, y_title: str) -> alt.LayerChart:
    """Shares of possible trials by the medians of both arms: columns first, second, share, text.

    One cell a pair, darker for a larger share, with `text` in it; pairs that no trial has are left
    out and stay empty.
    """
    order = sorted({*frame["first"], *frame["second"]})
    base = alt.Chart(frame).encode(
        x=alt.X("first:O", title=x_title, sort=order, scale=alt.Scale(domain=order),
                axis=alt.Axis(labelAngle=0)),
        y=alt.Y("second:O", title=y_title, sort=order[::-1], scale=alt.Scale(domain=order[::-1])),
    )  # fmt: skip
    top = float(frame["share"].max())
    shade = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, top], range=[0.05, 0.6]), legend=None)
    cells = base.mark_rect(color=WARN).encode(opacity=shade)
    words = base.mark_text(fontSize=11.5, color=INK).encode(text="text:N")
    return alt.layer(cells, words).properties(width=WIDTH - 90, height=HEIGHT - 20)


def chart_bounds(
    frame: pd.DataFrame, *, printed: float, printed_text: str, x_title: str
) -> alt.LayerChart:
    """From the least to the most that may be true, a row a case: columns case, low, high.

    `printed` is the value that all of them print; its line is named by `printed_text`.
    """
    rows = list(dict.fromkeys(frame["case"]))
    axis = axis_at([0.4, 0.6, 0.8, 1.0], format="%")
    x = alt.X("low:Q", title=x_title, axis=axis, scale=alt.Scale(domain=[0.4, 1], nice=False))
    y = alt.Y("case:N", sort=rows, title=None, axis=alt.Axis(labelLimit=180))
    base = alt.Chart(frame).encode(y=y)
    line = alt.Chart(pd.DataFrame({"low": [printed], "text": [printed_text]}))
    rule = line.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=x)
    word = line.mark_text(align="center", dx=0, fontSize=11, color=INK)
    dots = [
        base.mark_point(filled=True, opacity=1, size=60, shape=shape, color=colour).encode(
            x=alt.X(f"{end}:Q", axis=axis)
        )
        for end, shape, colour in (("low", "circle", ACCENT), ("high", "diamond", WARN))
    ]
    return alt.layer(
        rule,
        word.encode(x=x, y=alt.value(-7), text="text"),
        base.mark_rule(color=GROUND, strokeWidth=2).encode(x=x, x2="high:Q"),
        *dots,
    ).properties(width=WIDTH - 165, height=24 * len(rows))


def chart_missing_count(
    frame: pd.DataFrame, *, x_title: str, alpha: float = 0.05
) -> alt.LayerChart:
    """P values over every value of a count that was not printed: columns x, value, test.

    Two tests; each name stands beside its curve's left end, the second test's above. The line of
    `alpha` is drawn for orientation, on a log axis.
    """
    tests = list(dict.fromkeys(frame["test"]))
    y = alt.Scale(type="log", domain=[float(frame["value"].min()) * 0.6, 1.4], nice=False)
    colour, dash, shape = (
        alt.Scale(domain=tests, range=found)
        for found in (["#b0639a", WARN], [[1, 0], [4, 3]], ["square", "triangle-up"])
    )
    ticks = axis_at([0.001, 0.01, 0.05, 0.1, 0.5, 1], labelExpr="format(datum.value, '~g')")
    base = alt.Chart(frame).encode(
        x=alt.X("x:Q", title=x_title, scale=alt.Scale(nice=False), axis=alt.Axis(tickMinStep=1)),
        y=alt.Y("value:Q", title="P value (two-sided)", scale=y, axis=ticks),
        color=alt.Color("test:N", scale=colour, sort=tests, legend=None),
    )
    line = base.mark_line(strokeWidth=1.5)
    points = base.mark_point(filled=True, size=42, opacity=1)
    rule = alt.Chart(pd.DataFrame({"value": [alpha]})).mark_rule(color=INK, strokeDash=[2, 2])
    first = float(frame["x"].min())
    places = pd.DataFrame({"test": tests, "x": first + 0.6, "value": [frame["value"].min(), 1.0]})
    words = alt.Chart(places).mark_text(align="left", dx=8, fontSize=11)
    words = words.encode(x="x:Q", y="value:Q", text="test", color=base.encoding.color)
    return alt.layer(
        rule.encode(y=alt.Y("value:Q", scale=y)),
        line.encode(strokeDash=alt.StrokeDash("test:N", scale=dash, sort=tests, legend=None)),
        points.encode(shape=alt.Shape("test:N", scale=shape, sort=tests, legend=None)),
        words,
    ).properties(width=WIDTH - 60, height=HEIGHT - 20)
