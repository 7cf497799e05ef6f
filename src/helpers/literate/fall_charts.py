"""An imagined panel of markers in, the charts of how it falls without any effect out; no estimates."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from helpers.literate.cheap_falls import EXCESS, Imagined
from helpers.literate.outcome import Results
from helpers.present import charts, charts_lines

MOST = 16  # markers in a panel


def all_lower(imagined: Imagined) -> alt.LayerChart:
    """Probability that all markers are lower without effect, by number of markers and correlation."""
    curve = pd.DataFrame([
        {"markers": k, "series": f"correlation {c:g}", "probability": imagined.all_fall(k, c).value}
        for c in imagined.together for k in range(1, MOST + 1)
    ])  # fmt: skip
    words = curve[curve["markers"] == 9].assign(text=lambda rows: rows["series"])
    return charts_lines.chart_labelled_lines(
        curve, words, x="markers", y="probability", series="series", percent=True, points=True,
        whole=True, x_title="markers in the panel", y_title="all of them lower, no effect",
    )  # fmt: skip


def recovering(imagined: Imagined) -> alt.LayerChart:
    """Probability that the whole panel is lower untreated, by how far above normal patients entered."""
    names = [f"correlation {c:g}" for c in imagined.together]
    curve = pd.DataFrame([
        {"excess": excess, "series": name,
         "probability": imagined.all_fall(imagined.size, c, excess).value}
        for c, name in zip(imagined.together, names, strict=True)
        for excess in np.linspace(0, 1.5, 31)
    ])  # fmt: skip
    places = zip(("upper", "middle", "lower"), names[::-1], (0.5, 0.4, 0.3), strict=True)
    words = pd.DataFrame([{"excess": EXCESS + 0.12, "probability": y, "series": name,
                           "text": f"{place}: {name}"} for place, name, y in places])  # fmt: skip
    return charts_lines.chart_labelled_lines(
        curve, words, x="excess", y="probability", series="series", percent=True,
        x_title="level at entry above the usual one, in within-person SDs",
        y_title="all markers lower, untreated", mark=(EXCESS, "mean of days above the usual"),
    )  # fmt: skip


def after_holm(scenarios: Results) -> alt.LayerChart:
    """Markers significant after Holm by what is assumed, with the range over the trials."""
    rows = scenarios.where(statistic="median number of markers").frame()
    return charts.chart_intervals(
        rows, row="parameter", x_title="markers significant after Holm, of all in the panel"
    )
