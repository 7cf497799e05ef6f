"""Groups of people in, a picture with one figure a person out: no axis, nothing is counted here."""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.present.charts import ACCENT
from helpers.present.figure import INK

STEP, ROW = 16, 44  # pixels from person to person, from group to group
WORDS, FEET = 10, 27  # pixels from the top of a group to its words and to its people
SIZE = 210  # a person's area as Vega counts it, pixels
# a head and shoulders within the square from -1 to 1
PERSON = (
    "M0,-1A0.32,0.32,0,1,1,0,-0.36A0.32,0.32,0,1,1,0,-1Z"
    "M-0.52,0.95V0.2Q-0.52,-0.22,0,-0.22Q0.52,-0.22,0.52,0.2V0.95Z"
)


def chart_people(groups: pd.DataFrame) -> alt.LayerChart:
    """One row of people a group, under the group's words; the first of them are filled.

    `groups`: one row a group from the top, columns group (its words), people and filled (how many
    of them the words are about; the others are drawn as outlines). Errors: `ValueError` where more
    are filled than there are.
    """
    if (groups["filled"] > groups["people"]).any() or (groups["filled"] < 0).any():
        raise ValueError(
            f"expected filled between 0 and people, found {groups.to_dict('records')}: correct the counts"
        )
    people = _placed(groups)
    place = {"y": alt.Y("feet:Q", scale=None, axis=None), "x": alt.X("at:Q", scale=None, axis=None)}
    base = alt.Chart(people)
    # one figure says nothing by itself: the words above the row give the count
    marks = base.mark_point(shape=PERSON, size=SIZE, stroke=ACCENT, strokeWidth=1.2, aria=False)
    fill = alt.condition("datum.is_filled", alt.value(ACCENT), alt.value("transparent"))
    words = alt.Chart(people[people["number"] == 1]).mark_text(align="left", fontSize=12, color=INK)
    top = {"y": alt.Y("top:Q", scale=None, axis=None), "x": alt.value(0)}
    return alt.layer(
        marks.encode(fill=fill, opacity=alt.value(1), **place), words.encode(text="group:N", **top)
    ).properties(width=STEP * int(groups["people"].max()), height=ROW * len(groups) - 4)


def _placed(groups: pd.DataFrame) -> pd.DataFrame:
    """One row a person: the columns of the group, number, is_filled, and where it is drawn."""
    rows = groups.reset_index(drop=True).reset_index(names="row")
    people = rows.loc[rows.index.repeat(rows["people"])].reset_index(drop=True)
    people["number"] = people.groupby("row").cumcount() + 1
    people["is_filled"] = people["number"] <= people["filled"]
    people["at"] = people["number"] * STEP - STEP / 2
    people["top"] = people["row"] * ROW + WORDS
    return people.assign(feet=people["row"] * ROW + FEET).drop(columns="row")
