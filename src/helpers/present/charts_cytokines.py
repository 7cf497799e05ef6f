"""Tidy frames of a panel of markers in, Altair charts of it out; nothing is estimated here.

Ratios stand on a logarithmic axis, so that halving and doubling are equally far from no change.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, WARN
from helpers.present.figure import GRID, INK, WIDTH

TICKS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16]
TICK_TEXT = "datum.value < 1 ? '1/' + format(1 / datum.value, 'd') : format(datum.value, 'd')"
LEVELS = [step * 10.0**k for k in range(-3, 6) for step in (1, 2, 5)]  # labels of a log axis
DIRECTIONS = ("lower", "higher", "no visible change")


def _ratio_axis(title: str) -> alt.Axis:
    return alt.Axis(title=title, values=TICKS, labelExpr=TICK_TEXT)


def chart_ratios(frame: pd.DataFrame, *, x_title: str, level: str = "95%") -> alt.LayerChart:
    """Ratio to baseline with its interval, one row a marker, and the same as numbers at the right.

    Columns: parameter, value (above 0), lower, upper, kept (True: still significant after
    adjustment: a filled dot, else an open one), ratio (the three numbers as a text) and text (the
    adjusted P). A side without a limit is drawn 16 times beyond the value. `level`: of the
    intervals, in words.
    """
    value, lower, upper = (frame[c].astype(float) for c in ("value", "lower", "upper"))
    frame = frame.assign(
        lower=lower.where(lower > 0, value / 16), upper=upper.where(upper < math.inf, value * 16)
    )
    width = WIDTH - 225
    y = alt.Y("parameter:N", sort=list(frame["parameter"]), title=None)
    scale = alt.Scale(type="log", nice=False, padding=8)
    x = alt.X("lower:Q", scale=scale, axis=_ratio_axis(x_title))
    base = alt.Chart(frame).encode(y=y)
    none = alt.Chart(pd.DataFrame({"one": [1.0]})).mark_rule(color=INK, strokeDash=[2, 2])
    bars = base.mark_rule(strokeWidth=1.6, color=ACCENT).encode(x=x, x2="upper:Q")
    dots = [
        base.transform_filter(test)
        .mark_point(filled=filled, size=60, opacity=1, color=ACCENT, strokeWidth=1.8)
        .encode(x=alt.X("value:Q", scale=scale))
        for test, filled in (("datum.kept", True), ("!datum.kept", False))
    ]
    columns = [(width + 8, "ratio", f"ratio ({level} CI)"), (width + 122, "text", "Holm P")]
    words = [base.mark_text(align="left", fontSize=11).encode(x=alt.value(at), text=f"{name}:N")
             for at, name, _ in columns]  # fmt: skip
    heads = [alt.Chart(pd.DataFrame({"head": [head]}))
             .mark_text(align="left", fontSize=11, fontWeight="bold")
             .encode(x=alt.value(at), y=alt.value(-8), text="head:N")
             for at, _, head in columns]  # fmt: skip
    layers = [none.encode(x=alt.X("one:Q", scale=scale)), bars, *dots, *words, *heads]
    return alt.layer(*layers).properties(width=width, height=max(60, 26 * len(frame)))


def chart_heat(frame: pd.DataFrame, *, x_title: str) -> alt.LayerChart:
    """A tile a marker and visit, coloured and labelled with the ratio to baseline.

    Columns: parameter, visit (text), ratio, text, clear (True: its interval excludes no change; a
    frame and bold type). Blue fell, orange rose; the number says it too. Rows and columns in the
    order of the frame.
    """
    x = alt.X("visit:N", sort=list(dict.fromkeys(frame["visit"])), title=x_title,
              axis=alt.Axis(labelAngle=0, orient="top", domain=False, ticks=False))  # fmt: skip
    y = alt.Y("parameter:N", sort=list(dict.fromkeys(frame["parameter"])), title=None,
              axis=alt.Axis(domain=False, ticks=False))  # fmt: skip
    colour = alt.Color(
        "ratio:Q",
        scale=alt.Scale(
            type="log",
            domain=[0.25, 1, 4],
            range=[ACCENT, "#f4f2ec", WARN],
            clamp=True,
            interpolate="rgb",
        ),
        legend=None,
    )
    base = alt.Chart(frame).encode(x=x, y=y)
    tiles = base.mark_rect(stroke=GRID).encode(color=colour)
    dark = "datum.ratio < 0.36 || datum.ratio > 2.8"
    layers = [tiles]
    framed = base.transform_filter("datum.clear").mark_rect(
        filled=False, stroke="#1c1c1c", strokeWidth=1.6
    )
    layers.append(framed)
    for test, weight in (("datum.clear", "bold"), ("!datum.clear", "normal")):
        words = base.transform_filter(test).mark_text(fontSize=11, fontWeight=weight)
        ink = alt.condition(dark, alt.value("#ffffff"), alt.value("#1c1c1c"))
        layers.append(words.encode(text="text:N", color=ink))
    rows = frame["parameter"].nunique()
    return alt.layer(*layers).properties(width=WIDTH - 90, height=27 * rows)


def chart_slopes(
    frame: pd.DataFrame, *, visits: Sequence[str], y_title: str, columns: int = 2
) -> alt.FacetChart:
    """A small slope chart a marker: each patient's line from baseline to the later visit.

    One row a patient, marker and visit: who (any key, never drawn), parameter, visit (one of
    `visits`), aval, below (True: at the limit, an open dot), direction (one of `DIRECTIONS`; also a
    dash). Each panel has its own logarithmic axis. Only for studies whose subjects may be shown.
    """
    shown = [d for d in DIRECTIONS if d in set(frame["direction"])]
    styles = {
        "lower": (ACCENT, [1, 0]),
        "higher": (WARN, [5, 2]),
        "no visible change": ("#80868c", [1, 3]),
    }
    order = list(dict.fromkeys(frame["parameter"]))
    colour = alt.Color(
        "direction:N",
        sort=shown,
        scale=alt.Scale(domain=shown, range=[styles[d][0] for d in shown]),
        legend=alt.Legend(symbolType="stroke", symbolSize=250),
    )
    dash = alt.StrokeDash(
        "direction:N",
        sort=shown,
        scale=alt.Scale(domain=shown, range=[styles[d][1] for d in shown]),
        legend=alt.Legend(symbolType="stroke", symbolSize=250),
    )
    x = alt.X("visit:N", sort=list(visits), title=None, axis=alt.Axis(labelAngle=0, grid=False),
              scale=alt.Scale(padding=0.5))  # fmt: skip
    y = alt.Y("aval:Q", title=None, scale=alt.Scale(type="log", nice=False, padding=6),
              axis=alt.Axis(values=LEVELS, grid=False, labelFontSize=10, format="~g"))  # fmt: skip
    base = alt.Chart().encode(x=x, y=y, detail="who:N", color=colour)
    lines = base.mark_line(strokeWidth=1.4, opacity=0.85).encode(strokeDash=dash)
    seen = base.transform_filter("!datum.below").mark_point(filled=True, size=18, opacity=1)
    below = base.transform_filter("datum.below").mark_point(
        filled=False, size=34, shape="triangle-down", strokeWidth=1.2, opacity=1
    )
    width = (WIDTH - 40) // columns - 36
    panel = alt.layer(lines, seen, below, data=frame).properties(width=width, height=92)
    header = alt.Header(title=y_title, labelPadding=2, labelFontWeight="bold", titleFontSize=11)
    return panel.facet(
        facet=alt.Facet("parameter:N", sort=order, header=header), columns=columns, spacing=12
    ).resolve_scale(y="independent")
