"""Comparisons with R in, the chart of all differences out; nothing is computed but places of dots.

One dot a value, in the column of the power of ten that its difference is known to stay below. The
columns are not a scale: the first holds everything at rounding level and is as wide as it needs.
"""

from __future__ import annotations

import textwrap

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT, WARN
from helpers.present.figure import GRID, INK
from helpers.present.words import power_of_ten

PITCH = 3.4  # pixels between dots
FIRST, OTHER = 92, 30  # pixels: width of the first column and of the others
GAP, LINE = 12, 13  # pixels: between topics, of a line of type
HEAD = 34  # pixels above the first topic
FORMULA, FIT, RANDOM = "formula or sum", "iterative fit", "R's value is itself random"
KINDS = {1e-8: FORMULA, 1e-6: FIT, 1e-5: RANDOM}  # by tolerance
COLOURS = {FORMULA: ACCENT, FIT: WARN, RANDOM: "#b0639a"}
SHAPES = {FORMULA: "circle", FIT: "triangle-up", RANDOM: "diamond"}


def columns(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a column of the chart: `decade`, `left`, `right` (pixels), `word`."""
    decades = range(rows["decade"].min(), max(rows["decade"].max(), -5) + 1)
    left = [0.0, *(float(FIRST + OTHER * i) for i in range(len(decades) - 1))]
    right = [*left[1:], left[-1] + OTHER]
    words = [power_of_ten(k) for k in decades]
    return pd.DataFrame({"decade": decades, "left": left, "right": right, "word": words})


def placed_dots(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Dots and topics of a comparison (see `helpers.reference.compare`), in pixels from the top left.

    Dots: one row a value, `x`, `y`, `kind`, in the order of the rows. Topics: one row a topic and
    kind, `topic`, `kind`, `values` (dots), `words` (the topic broken into lines), `y` (its top).
    """
    places = columns(rows).set_index("decade")
    dots, topics, top = [], [], float(HEAD)
    for topic, mine in rows.groupby("topic", sort=False):
        fields = [
            _field(len(group), places.loc[decade], top).assign(kind=KINDS[tolerance])
            for (decade, tolerance), group in mine.groupby(["decade", "tolerance"])
        ]
        words = textwrap.wrap(topic, 18)
        for kind, group in pd.concat(fields).groupby("kind"):
            topics.append((topic, kind, len(group), "\n".join(words), top))
        dots += fields
        height = max(LINE * len(words), max(f["y"].max() for f in fields) - top)
        top += height + GAP
    head = ["topic", "kind", "values", "words", "y"]
    return pd.concat(dots, ignore_index=True), pd.DataFrame(topics, columns=head)


def _field(count: int, place: pd.Series, top: float) -> pd.DataFrame:
    """`count` dots packed in rows from the upper left of a column."""
    a_row = int((place["right"] - place["left"] - 7) / PITCH)
    at = pd.Series(range(count))
    x = place["left"] + 5 + PITCH * (at % a_row)
    return pd.DataFrame({"x": x, "y": top + 2 + PITCH * (at // a_row)})


def chart_differences(rows: pd.DataFrame) -> alt.LayerChart:
    """Every value of a comparison as a dot, by topic and by how close it comes to R."""
    dots, topics = placed_dots(rows)
    frame = _Pixels(columns(rows), foot=float(dots["y"].max() + 8))
    kinds = list(dict.fromkeys(dots["kind"]))
    ink, form = ([look[k] for k in kinds] for look in (COLOURS, SHAPES))
    legend = alt.Legend(symbolSize=45, columns=2)  # more are wider than a phone
    points = frame.place(dots).mark_point(filled=True, size=7, opacity=1)
    points = points.encode(
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=ink), legend=legend),
        shape=alt.Shape("kind:N", scale=alt.Scale(domain=kinds, range=form), legend=legend),
    )
    names = topics.drop_duplicates("topic").assign(x=-8.0)
    words = frame.place(names).mark_text(align="right", baseline="top", lineBreak="\n")
    layers = [*frame.layers(), points, words.encode(text="words")]
    return alt.layer(*layers).properties(width=frame.width, height=frame.height)


class _Pixels:
    """The chart's plane in pixels, with its columns, their names and the limits."""

    def __init__(self, heads: pd.DataFrame, *, foot: float):
        self.heads, self.foot = heads, foot
        self.width, self.height = float(heads["right"].max()), foot + LINE + 4

    def place(self, frame: pd.DataFrame) -> alt.Chart:
        """A chart of `frame` whose columns x and y are pixels from the top left."""
        x, y = (alt.Scale(domain=d, nice=False) for d in ([0, self.width], [self.height, 0]))
        return alt.Chart(frame).encode(
            x=alt.X("x:Q", scale=x, axis=None), y=alt.Y("y:Q", scale=y, axis=None)
        )

    def layers(self) -> list[alt.Chart]:
        """Lines between the columns, their names, the two limits and what they are."""
        title = pd.DataFrame(
            {"x": [5.0], "y": [4.0], "word": ["relative difference from R is below"]}
        )
        names = self.heads.assign(x=(self.heads["left"] + self.heads["right"]) / 2, y=20.0)
        names.loc[0, "x"] = names.loc[0, "left"] + 20
        names = names[names["decade"] % 2 == 0]  # two neighbours' names touch
        edges = self.heads[:-1].assign(y=12.0, foot=self.foot).rename(columns={"right": "x"})
        limits = edges[edges["decade"].isin([-8, -6])]
        texts = limits.assign(y=self.foot + LINE / 2, word=["limit of formulas", "limit of fits"])
        return [
            self.place(edges).mark_rule(color=GRID).encode(y2="foot"),
            self.place(limits).mark_rule(strokeDash=[4, 3], color=INK).encode(y2="foot"),
            self.place(names).mark_text().encode(text="word"),
            self.place(title).mark_text(align="left").encode(text="word"),
            self.place(texts[:1]).mark_text(align="right", dx=4).encode(text="word"),
            self.place(texts[1:]).mark_text(align="left", dx=-4).encode(text="word"),
        ]
