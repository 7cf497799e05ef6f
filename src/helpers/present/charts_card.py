"""Ranges less the truth in, an Altair chart of them out; nothing is counted here."""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, WARN
from helpers.present.figure import INK, WIDTH

ROW = 7  # pixels a trial


def chart_beyond(frame: pd.DataFrame, *, x_title: str, y_title: str) -> alt.LayerChart:
    """A bar a trial from `low` to `high`, a dot at `own`, one row a `rank`, coloured by `side`.

    Zero is the truth.
    """
    sides = sorted(set(frame["side"]))
    palette = {"wholly above": WARN}
    scale = alt.Scale(domain=sides, range=[palette.get(side, ACCENT) for side in sides])
    y = alt.Y("rank:Q", title=y_title, axis=alt.Axis(labels=False, ticks=False, grid=False))
    base = alt.Chart(frame).encode(y=y)
    colour = alt.Color("side:N", scale=scale, sort=sides, title=None)
    bars = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title=x_title), x2="high:Q", color=colour
    )
    dots = base.mark_point(filled=True, size=22, opacity=1, color=INK).encode(x="own:Q")
    zero = alt.Chart(pd.DataFrame({"low": [0.0]})).mark_rule(color=INK, strokeDash=[3, 2])
    height = max(120, ROW * len(frame))
    return alt.layer(bars, dots, zero.encode(x="low:Q")).properties(width=WIDTH - 60, height=height)
