"""The CD4 chapter's charts: what is drawn, what is not, and that the data come through unchanged."""

import pandas as pd
import pytest

from helpers.config import Parameter
from helpers.present import charts_cd4
from helpers.present.figure import chart_spec

MIDDLES = pd.DataFrame(
    {"parameter": ["CD4"] * 2 + ["CD8"] * 2, "time": [0.0, 48.0] * 2, "value": [10.5, 207.5, 400, 900],
     "lower": [8.0, 190, 350, 800], "upper": [12.0, 220, 450, 1000]}
)  # fmt: skip
PEOPLE = pd.DataFrame(
    {
        "parameter": ["CD4", "CD8"],
        "USUBJID": ["S-1", "S-1"],
        "VISIT": [0.0, 0.0],
        "AVAL": [9.0, 399],
    }
)
CHANGES = MIDDLES.assign(arm=["Low dose", "Control"] * 2)


def rows(spec):
    return [row for data in spec["datasets"].values() for row in data]


def test_no_subject_is_in_a_chart_that_was_given_none():
    spec = chart_spec(charts_cd4.chart_courses(MIDDLES, x_title="weeks"))
    assert not any("USUBJID" in row for row in rows(spec))


def test_subjects_given_are_drawn_in_the_panel_of_their_parameter():
    spec = chart_spec(charts_cd4.chart_courses(MIDDLES, x_title="weeks", subjects=PEOPLE))
    assert [row["AVAL"] for row in rows(spec) if "USUBJID" in row] == [9.0, 399]


def test_changes_stand_beside_their_visit_by_less_than_half_the_gap():
    spec = chart_spec(
        charts_cd4.chart_changes(CHANGES, arms=["Control", "Low dose"], x_title="week")
    )
    drawn = [row for row in rows(spec) if "at" in row]
    assert sorted(row["value"] for row in drawn) == sorted(CHANGES["value"])
    assert all(0 < abs(row["at"] - row["time"]) < 24 for row in drawn)


def test_only_the_first_panel_has_a_legend():
    chart = charts_cd4.chart_changes(CHANGES, arms=["Control", "Low dose"], x_title="week")
    points = [panel["layer"][-1]["encoding"]["shape"] for panel in chart_spec(chart)["vconcat"]]
    assert ["legend" in shape for shape in points] == [False, True]  # the second says: none
    assert points[1]["legend"] is None


def test_changes_given_are_not_mutated():
    before = CHANGES.copy()
    charts_cd4.chart_changes(CHANGES, arms=["Control", "Low dose"], x_title="week")
    pd.testing.assert_frame_equal(CHANGES, before)


def test_within_and_between_share_one_scale():
    frame = CHANGES.iloc[:2]
    chart = charts_cd4.chart_within_between(
        frame, frame.iloc[:1], arms=["Control", "Low dose"], x_title="change"
    )
    scales = [
        p["layer"][1]["encoding"]["x"]["scale"]["domain"] for p in chart_spec(chart)["vconcat"]
    ]
    assert scales == [[0.0, 220.0]] * 2


@pytest.mark.parametrize(("unit", "title"), [("cells/µL", "CD4, cells/µL"), ("ratio", "CD4")])
def test_a_ratio_has_no_unit_in_its_heading(unit, title):
    assert charts_cd4.panel_title(Parameter("cd4", "CD4", "CD4", unit)) == title
