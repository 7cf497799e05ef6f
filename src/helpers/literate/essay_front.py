"""Printed medians, responses and another cohort's medians in, the two charts of the front page out."""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.literate.literature import literature
from helpers.literate.outcome import Results
from helpers.literate.printed_rise import printed_rise
from helpers.literate.split import Split, only_split
from helpers.present import charts

__all__ = ["literature", "only_split", "printed_rise", "responses", "two_rises"]
WHO = ("AAIT: cells and drugs", "Drugs alone, elsewhere")


def two_rises(medians: Results, elsewhere: Results) -> alt.LayerChart:
    """A line from the first median to the last: the trial, and below it the other cohort."""
    rows = [
        {"study": who, "when": when, "cells": float(result)}
        for who, found in zip(WHO, (medians, elsewhere), strict=True)
        for when, result in zip(("start", "within a year"), found.values(), strict=True)
    ]
    return charts.chart_rises(pd.DataFrame(rows))


def responses(split: Split, gap: Results) -> alt.LayerChart:
    """Each arm's share with its interval, and below them their difference, on one scale."""
    found = pd.concat([split["rate"].frame(), gap.frame()], ignore_index=True)
    words = [*split["rate"].frame()["arm"], "Difference"]
    frame = found[["value", "lower", "upper"]].assign(arm=words)
    return charts.chart_intervals(
        frame, row="arm", percent=True, zero=0, x_title="patients with a response; their difference"
    )
