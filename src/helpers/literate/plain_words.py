"""Printed numbers of people in, the two pictures of the page in plain words out."""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.literate.outcome import Results
from helpers.literate.split import Split
from helpers.present.charts_people import chart_people

LOW, CONTROL, HIGH = "low-dose", "control", "high-dose"


def who_got_cells(aait: Results, split: Split) -> alt.LayerChart:
    """The people of both trials by what they were given; filled are those who were given cells.

    `aait`: the printed number of its patients. `split`: the arms of hUC-MSC, if nobody was lost.
    """
    (everyone,) = (int(result) for result in aait.values())
    high, low, control = (int(split[f"size.{arm}"]) for arm in (HIGH, LOW, CONTROL))
    return _people(
        (f"AAIT: {everyone} people, all were given cells", everyone, everyone),
        (f"hUC-MSC: {high} people, a high dose of cells", high, high),
        (f"hUC-MSC: {low} people, a low dose of cells", low, low),
        (f"hUC-MSC: {control} people, a placebo and no cells", control, 0),
    )


def who_reached_it(split: Split) -> alt.LayerChart:
    """The people of the two arms that print a percentage; filled are those with a response."""
    rows = []
    for arm, words in ((LOW, "Low dose of cells"), (CONTROL, "Placebo")):
        reached, size = int(split[f"responders.{arm}"]), int(split[f"size.{arm}"])
        rows.append((f"{words}: {reached} of {size} people reached the goal", size, reached))
    return _people(*rows)


def _people(*rows: tuple[str, int, int]) -> alt.LayerChart:
    return chart_people(pd.DataFrame(rows, columns=["group", "people", "filled"]))
