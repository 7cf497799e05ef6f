"""The report card's results in, its two charts out; nothing is counted."""

from __future__ import annotations

import altair as alt

from helpers.literate.card import Card
from helpers.literate.outcome import Results
from helpers.present import charts, charts_card

AIMS = {"the trial's own gain": "its own gain", "the true gain": "the true gain"}
BLOCKS = {"Readings true": "true", "A reading untrue": "untrue"}
NOMINAL = 0.95


def ranges_held(held: Results) -> alt.LayerChart:
    """How often each range holds the trial's own gain and the true one, readings true or not."""
    frame = held.frame()
    words = frame["arm"] + ": " + frame["visit"].map(BLOCKS)
    drawn = frame.assign(row=words, arm=frame["comparator"].map(AIMS))
    return charts.chart_intervals(
        drawn, row="row", arms=list(AIMS.values()), zero=NOMINAL, percent=True,
        x_title="trials whose range holds it",
    )  # fmt: skip


def beyond_truth(card: Card) -> alt.LayerChart:
    """Ranges of the significant trials of a moderate effect, each less its true gain, lowest first."""
    return charts_card.chart_beyond(
        card.beyond(), x_title="weeks beyond the true gain", y_title="trials, by lower end"
    )
