"""Frames of changes, courses and verdicts in, the Altair charts of the CD4 chapter out; no estimates.

Columns are those of the records (`value`, `lower`, `upper`, `arm`, `parameter`); `time` is the visit
in the study's unit. Nothing of a single subject is drawn unless the caller passes it.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np
import pandas as pd

from helpers.present.charts import ACCENT, WARN, _arm_encodings
from helpers.present.figure import INK, WIDTH

PANEL = 130  # height of one of several panels
THIN = "#6b7785"


def _heading(text: str) -> alt.TitleParams:
    """A panel's heading: parameter and unit, left."""
    return alt.TitleParams(text, anchor="start", fontSize=11.5, fontWeight="normal", offset=6)


def chart_courses(
    middles: pd.DataFrame,
    *,
    x_title: str,
    y_title: str = "",
    subjects: pd.DataFrame | None = None,
) -> alt.VConcatChart:
    """One panel a parameter: median over time with its quartile band, and a thin line a subject.

    `middles`: parameter (heading of the panel), time, value, lower, upper, in one unit, so that all
    panels have one scale. `subjects`: parameter, subject, VISIT, AVAL; None draws no subject, as a
    study that hides them asks.
    """
    drawn = [middles["lower"], middles["upper"], *([] if subjects is None else [subjects["AVAL"]])]
    values, visits = pd.concat(drawn), sorted(middles["time"].unique().tolist())
    scale = alt.Scale(domain=[min(0.0, values.min()), max(0.0, values.max())], nice=True)
    panels = []
    for name, rows in middles.groupby("parameter", sort=False):
        axis = alt.Axis(values=visits, labelOverlap="greedy")
        x = alt.X("time:Q", title=x_title, axis=axis, scale=alt.Scale(nice=False))
        base = alt.Chart(rows)
        layers = [base.mark_area(opacity=0.16, color=ACCENT).encode(x=x, y="lower:Q", y2="upper:Q")]
        if subjects is not None:
            lines = alt.Chart(subjects[subjects["parameter"] == name])
            layers.append(
                lines.mark_line(strokeWidth=0.9, opacity=0.6, color=THIN).encode(
                    x="VISIT:Q", y="AVAL:Q", detail="subject:N"
                )
            )
        layers.append(
            base.mark_line(
                strokeWidth=3, color=ACCENT, point=alt.OverlayMarkDef(size=30, color=ACCENT)
            ).encode(x=x, y=alt.Y("value:Q", title=y_title or None, scale=scale))
        )
        panels.append(
            alt.layer(*layers).properties(
                width=WIDTH - (65 if y_title else 50), height=PANEL + 30, title=_heading(str(name))
            )
        )
    return alt.vconcat(*panels, spacing=12)


def chart_changes(
    frame: pd.DataFrame,
    *,
    arms: Sequence[str],
    x_title: str,
    y_title: str = "",
    zero: bool = True,
) -> alt.VConcatChart:
    """One panel a parameter: estimate and interval by time and arm, arms side by side.

    `frame`: parameter (heading), time, arm, value, lower, upper. `zero` draws the line of no change.
    """
    visits = sorted({0.0, *frame["time"].astype(float)})
    step = min(
        (visits[-1] - visits[0]) * 0.014, min(np.diff(visits), default=1.0) / len(arms) / 1.5
    )
    shift = {arm: (i - (len(arms) - 1) / 2) * step for i, arm in enumerate(arms)}
    frame = frame.assign(at=frame["time"] + frame["arm"].astype(str).map(shift).astype(float))
    panels = [
        _change_panel(rows, str(name), arms, (x_title, y_title), zero, legend=i == 0)
        for i, (name, rows) in enumerate(frame.groupby("parameter", sort=False))
    ]
    return alt.vconcat(*panels, spacing=12)


def _change_panel(
    rows, name: str, arms: Sequence[str], titles: tuple[str, str], zero: bool, *, legend: bool
):
    visits = sorted(rows["time"].unique().tolist())
    x = alt.X(
        "at:Q",
        title=titles[0],
        axis=alt.Axis(values=visits, labelOverlap="greedy"),
        scale=alt.Scale(zero=False, nice=False, padding=8),
    )
    y = alt.Y("value:Q", title=titles[1] or None, scale=alt.Scale(zero=False))
    dashed, shaped = _arm_encodings(arms, dash=True), _arm_encodings(arms, shape=True)
    # the legend comes from the points alone: merged with the lines, its symbols would be dashed
    for channel in [*dashed.values(), *([] if legend else shaped.values())]:
        channel.legend = None
    present = [arm for arm in arms if arm in set(rows["arm"].astype(str))]
    if legend and len(present) < len(arms):  # a difference has no reference arm of its own
        for channel in shaped.values():
            channel.legend = alt.Legend(values=present)
    base = alt.Chart(rows)
    layers = [
        base.mark_line(strokeWidth=1.8).encode(x=x, y=y, **dashed),
        base.mark_rule(strokeWidth=1.4).encode(
            x=x, y="lower:Q", y2="upper:Q", color=dashed["color"]
        ),
        base.mark_point(filled=True, size=46, opacity=1).encode(x=x, y=y, **shaped),
    ]
    if zero:
        line = alt.Chart(pd.DataFrame({"zero": [0.0]}))
        layers.insert(0, line.mark_rule(color=INK, strokeDash=[2, 2]).encode(y="zero:Q"))
    width = WIDTH - (65 if titles[1] else 50)
    chart = alt.layer(*layers).properties(width=width, height=PANEL, title=_heading(name))
    return chart.resolve_legend(color="independent", shape="independent", strokeDash="independent")


def chart_within_between(
    within: pd.DataFrame, between: pd.DataFrame, *, arms: Sequence[str], x_title: str
) -> alt.VConcatChart:
    """Two panels on one scale: change within each arm, and its difference from the reference arm.

    Both frames: arm, value, lower, upper.
    """
    ends = pd.concat([within, between])[["lower", "upper"]]
    scale = alt.Scale(domain=[min(0.0, ends["lower"].min()), max(0.0, ends["upper"].max())])
    panels = []
    for rows, heading in (
        (within, "change within each arm, against its own baseline"),
        (between, "difference between arms, adjusted for baseline"),
    ):
        order = [a for a in arms if a in set(rows["arm"])]
        y = alt.Y("arm:N", sort=order, title=None, axis=alt.Axis(labelLimit=150))
        styled = _arm_encodings(arms, shape=True)
        styled = {k: v.copy() for k, v in styled.items()}
        for channel in styled.values():
            channel.legend = None
        base = alt.Chart(rows)
        zero = alt.Chart(pd.DataFrame({"zero": [0.0]})).mark_rule(color=INK, strokeDash=[2, 2])
        bars = base.mark_rule(strokeWidth=2).encode(
            x=alt.X("lower:Q", title=x_title, scale=scale), x2="upper:Q", y=y, color=styled["color"]
        )
        dots = base.mark_point(filled=True, size=70, opacity=1).encode(x="value:Q", y=y, **styled)
        chart = alt.layer(zero.encode(x="zero:Q"), bars, dots)
        panels.append(
            chart.properties(width=WIDTH - 110, height=26 * len(order), title=_heading(heading))
        )
    return alt.vconcat(*panels, spacing=14).resolve_scale(color="independent", shape="independent")


def chart_witnesses(frame: pd.DataFrame, words: pd.DataFrame) -> alt.HConcatChart:
    """Data sets side by side: a line a patient from the first count to the last.

    `frame`: data (heading of the panel), patient, when (0 first, 1 last), value (cells/µL);
    `words`: data, when, value, text and side, "above" (left of the place) or "below" (right of it).
    Both panels share one scale, so that the slopes compare.
    """
    names = list(dict.fromkeys(frame["data"]))
    scale = alt.Scale(domain=[0, float(frame["value"].max()) * 1.06], nice=False)
    when = "datum.value == 0 ? 'first' : 'last'"
    x = alt.X("when:Q", title=None, scale=alt.Scale(domain=[-0.1, 1.1], nice=False),
              axis=alt.Axis(values=[0, 1], labelExpr=when, grid=False))  # fmt: skip
    panels = []
    for i, name in enumerate(names):
        axis = alt.Axis() if i == 0 else alt.Axis(labels=False, ticks=False, domain=False)
        y = alt.Y(
            "value:Q", title="CD4 count, cells/µL" if i == 0 else None, scale=scale, axis=axis
        )
        lines = alt.Chart(frame[frame["data"] == name]).mark_line(
            strokeWidth=1.6, opacity=0.8, color=(ACCENT, WARN)[i % 2], point=False
        )
        layers = [lines.encode(x=x, y=y, detail="patient:N")]
        for side, (align, dx, dy) in {"above": ("right", -5, -7), "below": ("left", 6, 13)}.items():
            here = words[(words["data"] == name) & (words["side"] == side)]
            text = alt.Chart(here).mark_text(align=align, dx=dx, dy=dy, fontSize=11, color=INK)
            layers.append(text.encode(x="when:Q", y="value:Q", text="text:N"))
        chart = alt.layer(*layers)
        panels.append(chart.properties(width=(WIDTH - 90) / 2, height=250, title=_heading(name)))
    return alt.hconcat(*panels, spacing=16)


def chart_remaining(
    curve: pd.DataFrame, *, plausible: tuple[float, float], point: pd.DataFrame
) -> alt.LayerChart:
    """What is left of a rise after a gain that would have come anyway, with the range allowed.

    `curve`: gain, value, lower, upper (what is left by the medians, and its least and greatest
    value); `plausible`: the gains to shade; `point`: gain, value, text. Unit: cells/µL.
    """
    x = alt.X(
        "gain:Q",
        title="CD4 gain that ART alone would have brought (cells/µL)",
        scale=alt.Scale(nice=False),
    )
    y = alt.Y("value:Q", title="left for the donor cells (cells/µL)")
    shade = alt.Chart(pd.DataFrame({"from": [plausible[0]], "to": [plausible[1]]}))
    zero = alt.Chart(pd.DataFrame({"zero": [0.0]}))
    base = alt.Chart(curve)
    dots = alt.Chart(point)
    return alt.layer(
        shade.mark_rect(opacity=0.13, color=WARN).encode(x=alt.X("from:Q"), x2="to:Q"),
        base.mark_area(opacity=0.18, color=ACCENT).encode(x=x, y="lower:Q", y2="upper:Q"),
        zero.mark_rule(color=INK, strokeDash=[3, 3]).encode(y="zero:Q"),
        base.mark_line(strokeWidth=2.4, color=ACCENT).encode(x=x, y=y),
        dots.mark_point(filled=True, size=70, color=WARN, opacity=1).encode(
            x="gain:Q", y="value:Q"
        ),
        dots.mark_text(align="left", dx=8, dy=-9, fontSize=11, color=INK).encode(
            x="gain:Q", y="value:Q", text="text:N"
        ),
    ).properties(width=WIDTH - 60, height=230)


def chart_verdicts(
    frame: pd.DataFrame, *, names: Sequence[str], words: pd.DataFrame
) -> alt.LayerChart:
    """Probability of patterns of verdicts over the true change that all arms share.

    `frame`: effect (SDs of the change) and one column of probabilities a pattern of `names`; a row an
    effect, so that the table beside the figure is short. `words`: effect, value, text, a name a curve.
    """
    styled = _arm_encodings(names, dash=True)
    for channel in styled.values():
        channel.legend = None
    lines = (
        alt.Chart(frame)
        .transform_fold(list(names), as_=["arm", "value"])
        .mark_line(strokeWidth=2.4, interpolate="monotone")
        .encode(
            x=alt.X("effect:Q", title="true mean change, the same in all three arms (SDs)",
                    scale=alt.Scale(nice=False)),
            y=alt.Y("value:Q", title="probability of the pattern", axis=alt.Axis(format="%")),
            **styled,
        )
    )  # fmt: skip
    named = alt.Chart(words).mark_text(align="left", dx=10, dy=-6, fontSize=11, color=INK)
    named = named.encode(x="effect:Q", y="value:Q", text="text:N")
    return alt.layer(lines, named).properties(width=WIDTH - 60, height=210)
