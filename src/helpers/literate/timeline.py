"""Two reports in, the times that they print and those that this book assumes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import altair as alt
import pandas as pd

from helpers.assumptions import Assumption
from helpers.literate.outcome import About, Result, made
from helpers.literate.publication import Report
from helpers.present import charts_design

YEAR = 365.25  # days
X_TITLES = {"AAIT": "days since first infusion (square-root scale)",
            "hUC-MSC": "weeks since first infusion"}  # fmt: skip


@dataclass(frozen=True)
class Timeline:
    """Printed times by panel and row, and assumed ones that are no printed ones."""

    printed: Mapping[tuple[str, str], tuple[float, ...]]

    def count(self) -> Result:
        """How many times the abstracts print: starts, windows, weeks of comparison, ends."""
        found = made(printed_times, sum(len(v) for v in self.printed.values()), method="count",
                     statistic="count")  # fmt: skip
        return Result(found, About(parameter="Times in the timeline, reported"))

    def points(self, rows: Mapping[str, Assumption]) -> pd.DataFrame:
        """The printed and the assumed times; `rows`: "panel: row" -> its assumption."""
        out = [("AAIT", "infusion", 0.0)]
        for name, assumed in rows.items():
            panel, _, row = name.partition(": ")
            out += [(panel, row, float(t)) for t in assumed.value]
        frame = pd.DataFrame(out, columns=["panel", "row", "time"])
        known = [t in self.printed.get((p, r), ()) for p, r, t in frame.itertuples(index=False)]
        return frame.assign(source=["reported" if k else "assumed" for k in known])

    def assumed(self, rows: Mapping[str, Assumption]) -> Result:
        """How many of the times in the picture are this book's own."""
        frame = self.points(rows)
        found = made(printed_times, int((frame["source"] == "assumed").sum()), method="count",
                     statistic="count")  # fmt: skip
        return Result(found, About(label="simulated", parameter="Times in the timeline, assumed"))

    def chart(self, rows: Mapping[str, Assumption]) -> alt.VConcatChart:
        """Both trials, one panel each: filled as printed, hollow as assumed."""
        return charts_design.chart_timeline(
            self.points(rows), panels=list(X_TITLES), stretched=["AAIT"], x_titles=X_TITLES
        )


def printed_times(aait: Report, hucmsc: Report) -> Timeline:
    """The times that the abstracts name, in days (AAIT) and weeks (hUC-MSC) since the start."""
    months, window = aait.values("follow-up")[0], aait.values("cd8-window")[0]
    end = float(round(months / 12 * YEAR))
    return Timeline({
        ("AAIT", "cell counts"): (0.0, window, end),
        ("hUC-MSC", "visits"): (0.0, *hucmsc.values("cd4-week", "follow-up")),
    })  # fmt: skip
