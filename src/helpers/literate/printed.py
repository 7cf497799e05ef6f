"""What SAS and R print on public data and ours beside it in, what a page says of them out.

Ours is computed when the page is built (`reference.printed`) and printed with the digits of the
others, ties away from zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from helpers.literate.outcome import About, Result, Results, made
from helpers.present import markup, words
from helpers.present.html import Html
from helpers.reference import printed, stored

QUANTITIES = {"value": "estimate", "lower": "lower limit", "upper": "upper limit", "p_value": "P"}


@dataclass(frozen=True)
class SasAndR:
    """Every printed number with ours, and the calls behind them."""

    rows: pd.DataFrame = field(repr=False)
    calls: pd.DataFrame = field(repr=False)

    def tally(self) -> Results:
        """How many numbers are compared, how many methods, how many differ in a printed digit."""
        apart = sum(self.rows["differs"])
        counts = {
            "numbers": (len(self.rows), "Numbers compared"),
            "methods": (self.rows["method"].nunique(), "Methods compared"),
            "same": (len(self.rows) - apart, "Numbers the same to the last printed digit"),
            "apart": (apart, "Numbers with another last digit"),
        }
        return Results({
            key: Result(made(printed.cases, count, statistic="count", method="comparison"),
                        About(parameter=words, digits=0))
            for key, (count, words) in counts.items()
        })  # fmt: skip

    def numbers(self, topic: str) -> Html:
        """One row a printed number of a topic: what SAS and R print, and ours to their digits."""
        mine = self.rows[self.rows["topic"] == topic]
        frame = pd.DataFrame({
            "Method": [f"{t}: {q}" for t, q in
                       zip(mine["title"], mine["quantity"].map(QUANTITIES), strict=True)],
            "Data": mine["data"], "SAS": mine["sas"].map(words.printed),
            "R": mine["r"].map(words.printed),
            "Here": [words.printed(_ours(row)) for _, row in mine.iterrows()],
        })  # fmt: skip
        return _table(frame.replace("", "–"), topic)

    def written(self, topic: str) -> Html:
        """One row a method of a topic: the call in each language."""
        mine = self.calls[self.calls["topic"] == topic]
        frame = mine[["title", "sas", "r", "here"]]
        frame = frame.set_axis(["Method", "SAS", "R", "Here"], axis=1)
        return _table(frame, f"{topic}: the calls")

    def reasons(self) -> Html:
        """One row a number with another last digit: what the other program did."""
        mine = self.rows[self.rows["differs"]]
        frame = pd.DataFrame({"Method": mine["title"], "Quantity": mine["quantity"].map(QUANTITIES),
                              "Why": mine["note"]})  # fmt: skip
        return _table(frame, "Why a last digit differs")

    def elsewhere(self) -> Html:
        """One row a method without a number above: the call, or a plain no."""
        frame = pd.read_csv(stored.FOLDER / "camis_elsewhere.csv", dtype=str)
        return _table(frame.set_axis(["Method", "Call"], axis=1), "Other methods")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self.reasons()._repr_mimebundle_(include, exclude)


def sas_and_r() -> SasAndR:
    """All printed numbers with ours, computed now."""
    calls = pd.read_csv(stored.FOLDER / "camis_calls.csv", dtype=str)
    rows = printed.cases().merge(calls[["method", "topic", "title"]], on="method", how="left")
    return SasAndR(rows.assign(differs=[printed.differs(row) for _, row in rows.iterrows()]), calls)


def _ours(row: pd.Series) -> str:
    """Ours with the digits of SAS, or of R where these are more; marked where it differs."""
    sides = [side for side in (row["sas"], row["r"]) if side]
    text = printed.as_printed(row["ours"], max(sides, key=len))
    return f"{text} (differs)" if row["differs"] else text


def _table(frame: pd.DataFrame, caption: str) -> Html:
    html = markup.frame_html(frame, caption=caption, label="derived")
    return Html(html, f"{caption}\n{frame.to_string(index=False)}")
