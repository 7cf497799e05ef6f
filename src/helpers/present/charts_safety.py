"""Tidy frames of harms in, Altair charts of them out; nothing is estimated here.

A harm that nobody had is shown by what it leaves open; harms that happened by the share of patients
who had them, and beside it the difference between arms.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, WARN
from helpers.present.figure import INK, WIDTH, arm_scales

PANELS = (100, 120)  # pixels: shares, differences
LINE_FITS = 21  # letters of a row's name beside them


def chart_zero_events(
    curve: pd.DataFrame, *, seen: pd.DataFrame, needed: pd.DataFrame, x_title: str, y_title: str
) -> alt.LayerChart:
    """The risk that zero events leave open by number of patients, both axes logarithmic.

    `curve`, `seen` and `needed` have columns n and upper (a proportion), the latter two text.
    `seen` (filled): patients of a trial, named above the curve. `needed` (open): patients it takes
    to bring the limit down to a round risk, named below it.
    """
    x = alt.X(
        "n:Q",
        title=x_title,
        scale=alt.Scale(type="log", nice=False, padding=4),
        axis=alt.Axis(values=[5, 10, 20, 50, 100, 200, 500], format="d", grid=False),
    )
    y = alt.Y(
        "upper:Q",
        title=y_title,
        scale=alt.Scale(type="log", nice=False, padding=4),
        axis=alt.Axis(values=[0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5], format="~%"),
    )
    line = alt.Chart(curve).mark_line(strokeWidth=2.2, color=ACCENT).encode(x=x, y=y)
    layers = [line]
    for points, filled, colour, side in (
        (seen, True, WARN, {"align": "left", "dx": 8, "dy": -7}),
        (needed, False, INK, {"align": "right", "dx": -8, "dy": 7}),
    ):
        base = alt.Chart(points).encode(x=x, y=y)
        dot = base.mark_point(filled=filled, size=64, color=colour, opacity=1, strokeWidth=1.8)
        layers += [dot, base.mark_text(fontSize=11, color=INK, **side).encode(text="text:N")]
    return alt.layer(*layers).properties(width=WIDTH - 75, height=260)


def chart_adverse_dots(
    shares: pd.DataFrame,
    differences: pd.DataFrame,
    *,
    arms: Sequence[str],
    share_title: str,
    difference_title: str,
) -> alt.HConcatChart:
    """Dot plot of adverse events: share of patients by arm, beside it the difference, with intervals.

    Both frames: columns parameter (the kind of event), arm, value, lower, upper (proportions; rows
    without a value are left out); one row a kind and arm. Kinds from the most frequent down. Axes
    in per cent and percentage points. Further columns go with them, for the table of the figure.
    """
    shares = shares[shares["value"].notna()]
    order = shares.groupby("parameter", sort=False)["value"].max()
    order = [_broken(name) for name in order.sort_values(ascending=False, kind="stable").index]
    panels = [
        _dots(frame, arms, order, title, width, named=i == 0)
        for i, (frame, title, width) in enumerate(
            zip((shares, differences), (share_title, difference_title), PANELS, strict=True)
        )
    ]
    return alt.hconcat(*panels, spacing=14)


def _broken(name: str) -> str:
    return "\n".join(textwrap.wrap(name, LINE_FITS))


def _dots(
    frame: pd.DataFrame,
    arms: Sequence[str],
    order: list[str],
    title: str,
    width: int,
    *,
    named: bool,
) -> alt.LayerChart:
    per_cent = {c: 100 * frame[c].astype(float) for c in ("value", "lower", "upper")}
    frame = frame.assign(row=frame["parameter"].map(_broken), **per_cent)
    colour, _, shapes = arm_scales(list(arms))
    axis = alt.Axis(
        labelExpr="split(datum.label, '\\n')",
        labelLimit=170,
        ticks=False,
        domain=False,
        labelPadding=9,
    )
    y = alt.Y(
        "row:N",
        title=None,
        sort=order,
        scale=alt.Scale(domain=order),
        axis=axis if named else alt.Axis(labels=False, ticks=False, domain=False),
    )
    base = alt.Chart(frame).encode(
        y=y,
        yOffset=alt.YOffset("arm:N", sort=list(arms), scale=alt.Scale(domain=list(arms))),
        color=alt.Color("arm:N", scale=colour, sort=list(arms)),
    )
    x = alt.X("lower:Q", title=title.split("\n"), axis=alt.Axis(tickCount=4, format="~f"))
    bars = base.mark_rule(strokeWidth=1.5).encode(x=x, x2="upper:Q")
    dots = base.mark_point(filled=True, size=44, opacity=1).encode(
        x="value:Q", shape=alt.Shape("arm:N", scale=shapes, sort=list(arms))
    )
    layers = [bars, dots]
    if not named:
        zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeDash=[2, 2])
        layers.insert(0, zero.encode(x="zero:Q"))
    return alt.layer(*layers).properties(width=width, height=len(order) * (10 + 11 * len(arms)))
