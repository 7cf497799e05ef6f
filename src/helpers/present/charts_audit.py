"""Tidy frames of an audit in, its charts for a chapter out; nothing is computed here."""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, WARN
from helpers.present.figure import GRID, INK, WIDTH

ROW = 34  # pixels a result


def chart_fitting(frame: pd.DataFrame, *, printed: int) -> alt.LayerChart:
    """The numbers of patients of which whole ones print a percentage, one row a result.

    `frame`: parameter (the result), visit (the size, as text), value (the patients that print it).
    The size as printed is a line; a size that prints every result is drawn in another colour.
    """
    rows = pd.DataFrame({"result": frame["parameter"], "size": frame["visit"].astype(int),
                         "patients": frame["value"].astype(int)})  # fmt: skip
    names = list(dict.fromkeys(rows["result"]))
    met = rows.groupby("size")["result"].nunique() == len(names)
    rows["all"] = rows["size"].map(met)
    x = alt.X("size:Q", title="of how many patients", axis=alt.Axis(tickMinStep=1, grid=False),
              scale=alt.Scale(domain=[0, printed + 1], nice=False))  # fmt: skip
    y = alt.Y("result:N", sort=names, title=None, axis=alt.Axis(labelLimit=140))
    base = alt.Chart(rows).encode(x=x, y=y)
    looks = {
        name: alt.condition("datum.all", alt.value(special), alt.value(usual))
        for name, special, usual in (("color", WARN, ACCENT), ("shape", "square", "circle"))
    }
    marks = base.mark_point(filled=True, opacity=1, size=90).encode(**looks)
    line = alt.Chart(pd.DataFrame({"size": [printed], "text": [f"{printed}, as printed"]}))
    rule = line.mark_rule(color=INK, strokeDash=[4, 3]).encode(x=x)
    word = line.mark_text(align="right", dx=-4, fontSize=11, color=INK)
    counts = base.mark_text(dy=-12, fontSize=11, color=INK).encode(text="patients:Q")
    lines = alt.Chart(pd.DataFrame({"result": names})).mark_rule(color=GRID).encode(y=y)
    return alt.layer(
        lines, rule, marks, counts, word.encode(x=x, y=alt.value(-8), text="text")
    ).properties(width=WIDTH - 130, height=ROW * len(names))
