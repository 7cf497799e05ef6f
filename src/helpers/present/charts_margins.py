"""Comparisons with their margins in, a forest plot of them out; nothing is judged here."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT
from helpers.present.figure import INK, WIDTH
from helpers.present.words import with_minus
from helpers.rounding import short

LETTERS = 20  # of a line of a comparison's name
LINE = 15  # pixels of such a line
AROUND = 14  # pixels above and below a name
SIDES = 218  # pixels that names and intervals take beside the plot


def chart_margins(
    frame: pd.DataFrame, *, ends: Sequence[float], x_title: str, ratio: bool = False
) -> alt.LayerChart:
    """One interval a row, its comparison and verdict on the left, its numbers on the right.

    `frame`: columns row (the comparison), says (the verdict), low, value, high and text (the
    interval). `ends`: the margins, dashed lines with their numbers at the top; the thin line is no
    difference. `ratio`: on a scale of logarithms.
    """
    names = [_lines(row, says) for row, says in zip(frame["row"], frame["says"], strict=True)]
    tall = max(name.count("\n") + 1 for name in names)
    height = len(frame) * (tall * LINE + AROUND)
    axis = alt.Axis(labelExpr="split(datum.label, '\\n')", labelLimit=150, ticks=False,
                    domain=False, labelPadding=8)  # fmt: skip
    base = alt.Chart(frame.assign(row=names)).encode(
        y=alt.Y("row:N", sort=names, title=None, axis=axis)
    )
    scale = alt.Scale(type="log", nice=False, padding=14) if ratio else alt.Scale(padding=14)
    x = alt.X("low:Q", title=x_title, scale=scale, axis=alt.Axis(grid=False, tickCount=5))
    return alt.layer(
        *_uprights(list(ends), 1.0 if ratio else 0.0, height),
        base.mark_rule(strokeWidth=5, color=ACCENT, opacity=0.55).encode(x=x, x2="high:Q"),
        base.mark_point(filled=True, size=60, color=INK, opacity=1).encode(x="value:Q"),
        base.mark_text(align="left", fontSize=11, color=INK).encode(
            x=alt.value(WIDTH - SIDES + 10), text="text:N"
        ),
    ).properties(width=WIDTH - SIDES, height=height)


def _lines(name: str, says: str) -> str:
    """A comparison and what is said of it, in lines."""
    return "\n".join([*textwrap.wrap(name, LETTERS), *textwrap.wrap(says, LETTERS)])


def _uprights(ends: Sequence[float], null: float, height: int) -> list[alt.Chart]:
    """The line of no difference, and each margin with its number above the plot."""
    words = [with_minus(short(end, 4)) for end in ends]
    margins = alt.Chart(pd.DataFrame({"margin": ends, "words": words})).encode(x="margin:Q")
    nothing = alt.Chart(pd.DataFrame({"none": [null]})).encode(x="none:Q")
    return [
        nothing.mark_rule(color=INK, opacity=0.35),
        margins.mark_rule(color=INK, strokeDash=[4, 3], opacity=0.8),
        margins.mark_text(dy=-8, fontSize=11, color=INK).encode(y=alt.value(0), text="words:N"),
    ]
