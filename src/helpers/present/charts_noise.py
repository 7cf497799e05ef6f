"""Probabilities of a response without (or with) a true change in, Altair charts out; nothing is computed.

Curves of a rule are no arms: they share one colour, differ in dash and are named where they end.
"""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, HEIGHT, WARN
from helpers.present.figure import INK, WIDTH

DASHES = ([1, 0], [8, 3], [4, 3], [2, 2], [8, 3, 2, 3])


def _curves(
    frame: pd.DataFrame, *, x: str, series: str, x_title: str, y_title: str
) -> list[alt.Chart]:
    """Lines of one colour, told apart by their dash, and the name of each beside its end."""
    names = list(dict.fromkeys(frame[series]))
    dash = alt.Scale(domain=names, range=list(DASHES[: len(names)]))
    lines = alt.Chart(frame).mark_line(strokeWidth=2.2, color=ACCENT)
    ends = alt.Chart(frame.groupby(series, sort=False).tail(1))
    span = float(frame[x].max()) - float(frame[x].min())
    edge = [float(frame[x].min()), float(frame[x].max()) + 0.22 * span]
    axis = alt.X(f"{x}:Q", title=x_title, scale=alt.Scale(domain=edge, nice=False))
    percent = alt.Y("value:Q", title=y_title, axis=alt.Axis(format="%"))
    return [
        lines.encode(
            x=axis,
            y=percent,
            strokeDash=alt.StrokeDash(f"{series}:N", scale=dash, sort=names, legend=None),
        ),
        ends.mark_text(align="left", dx=5, fontSize=11, color=INK).encode(
            x=axis, y=percent, text=f"{series}:N"
        ),
    ]


def chart_false_response(
    frame: pd.DataFrame, *, rate: float, limits: tuple[float, float], rate_text: str
) -> alt.LayerChart:
    """Probability of ever responding without change over the CV, a curve a number of visits.

    `frame`: cv, value, visits (text). `rate` and its `limits` are drawn as a line and a band.
    """
    curves = _curves(
        frame,
        x="cv",
        series="visits",
        x_title="within-person variation of the CD4 count (CV, %)",
        y_title="ever over the threshold",
    )
    seen = pd.DataFrame({"rate": [rate], "low": limits[0], "high": limits[1], "text": rate_text})
    base = alt.Chart(seen)
    band = base.mark_rect(color=WARN, opacity=0.16).encode(y="low:Q", y2="high:Q")
    rule = base.mark_rule(color=WARN, strokeDash=[4, 3]).encode(y="rate:Q")
    text = base.mark_text(align="left", dy=-7, fontSize=11, color=INK)
    text = text.encode(x=alt.value(4), y="rate:Q", text="text")
    return alt.layer(band, rule, *curves, text).properties(width=WIDTH - 60, height=HEIGHT)


def chart_passing(frame: pd.DataFrame, *, x_title: str, y_title: str) -> alt.LayerChart:
    """Probability to pass a rule over the true change: columns change (%), value, rule (text).

    A line marks no change.
    """
    zero = alt.Chart(pd.DataFrame({"change": [0.0]})).mark_rule(color=INK, strokeDash=[2, 2])
    curves = _curves(frame, x="change", series="rule", x_title=x_title, y_title=y_title)
    return alt.layer(zero.encode(x="change:Q"), *curves).properties(width=WIDTH - 60, height=HEIGHT)


def chart_swings(
    frame: pd.DataFrame, *, base: float, x_title: str, lines: pd.DataFrame
) -> alt.LayerChart:
    """How far one result moves with each assumption: columns assumption, end, value, text.

    Two rows an assumption, one an `end` of its range; `text` is its value in words. `base` is the result
    as assumed. `lines`: value, text; other values to compare with.
    """
    rows = list(dict.fromkeys(frame["assumption"]))
    wide = frame.groupby("assumption", sort=False)["value"].agg(["min", "max"]).reset_index()
    y = alt.Y("assumption:N", sort=rows, title=None, axis=alt.Axis(labelLimit=170, ticks=False))
    x = alt.X(
        "value:Q",
        title=x_title,
        axis=alt.Axis(format="%", tickCount=5),
        scale=alt.Scale(domain=[0, 0.9], nice=False),
    )
    bars = alt.Chart(wide).mark_bar(color=ACCENT, opacity=0.45, size=9)
    layers = [bars.encode(x=alt.X("min:Q"), x2="max:Q", y=y)]
    middle = pd.DataFrame({"value": [base]})
    layers.append(alt.Chart(middle).mark_rule(color=INK).encode(x=x))
    layers.append(alt.Chart(lines).mark_rule(color=WARN, strokeDash=[4, 3]).encode(x=x))
    named = alt.Chart(lines).mark_text(align="left", dx=4, fontSize=11, color=INK)
    layers.append(named.encode(x=x, y=alt.value(-6), text="text:N"))
    low = frame["value"] == frame.groupby("assumption")["value"].transform("min")
    for side, align, dx in ((low, "right", -4), (~low, "left", 4)):
        words = alt.Chart(frame[side]).mark_text(align=align, dx=dx, fontSize=10.5, color=INK)
        layers.append(words.encode(x=x, y=y, text="text:N"))
    return alt.layer(*layers).properties(width=WIDTH - 170, height=27 * len(rows))
