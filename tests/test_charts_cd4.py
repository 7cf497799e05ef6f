"""The CD4 chapter's charts: what is drawn, what is not, and that the data come through unchanged."""

import pandas as pd

from helpers.present import charts_cd4
from helpers.present.figure import chart_spec

MIDDLES = pd.DataFrame(
    {"parameter": ["CD4"] * 2 + ["CD8"] * 2, "time": [0.0, 48.0] * 2, "value": [10.5, 207.5, 400, 900],
     "lower": [8.0, 190, 350, 800], "upper": [12.0, 220, 450, 1000]}
)  # fmt: skip
PEOPLE = pd.DataFrame(
    {
        "parameter": ["CD4", "CD8"],
        "subject": ["S-1", "S-1"],
        "VISIT": [0.0, 0.0],
        "AVAL": [9.0, 399],
    }
)
CHANGES = MIDDLES.assign(arm=["Low dose", "Control"] * 2)


def rows(spec):
    return [row for data in spec["datasets"].values() for row in data]


def test_no_subject_is_in_a_chart_that_was_given_none():
    spec = chart_spec(charts_cd4.chart_courses(MIDDLES, x_title="weeks"))
    assert not any("subject" in row for row in rows(spec))


def test_subjects_given_are_drawn_in_the_panel_of_their_parameter():
    spec = chart_spec(charts_cd4.chart_courses(MIDDLES, x_title="weeks", subjects=PEOPLE))
    assert [row["AVAL"] for row in rows(spec) if "subject" in row] == [9.0, 399]


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


def test_the_legend_of_differences_leaves_out_the_arm_without_one():
    differences = CHANGES[CHANGES["arm"] == "Low dose"]
    chart = charts_cd4.chart_changes(differences, arms=["Control", "Low dose"], x_title="week")
    shape = chart_spec(chart)["vconcat"][0]["layer"][-1]["encoding"]["shape"]
    assert shape["legend"]["values"] == ["Low dose"]
    assert shape["scale"]["domain"] == ["Control", "Low dose"]  # so that it keeps its shape


WITNESSES = pd.DataFrame(
    {"data": ["small"] * 4 + ["large"] * 4, "patient": [1, 1, 2, 2] * 2, "when": [0, 1] * 4,
     "value": [10, 11, 11, 404, 0, 600, 21, 207]}
)  # fmt: skip
WORDS = pd.DataFrame(
    {"data": ["small", "large"], "when": 0.5, "value": [60, 300], "side": ["below", "above"],
     "text": ["1 patient", "2 patients"]}
)  # fmt: skip


def test_data_sets_stand_side_by_side_on_one_scale():
    spec = chart_spec(charts_cd4.chart_witnesses(WITNESSES, WORDS))
    lines = [panel["layer"][0]["encoding"] for panel in spec["hconcat"]]
    assert [panel["title"]["text"] for panel in spec["hconcat"]] == ["small", "large"]
    assert lines[0]["y"]["scale"] == lines[1]["y"]["scale"]
    assert lines[0]["y"]["scale"]["domain"][1] > 600
    assert [line["detail"]["field"] for line in lines] == ["patient"] * 2


def test_every_patient_and_every_word_of_the_data_sets_is_drawn():
    spec = chart_spec(charts_cd4.chart_witnesses(WITNESSES, WORDS))
    drawn = [row["value"] for row in rows(spec) if "patient" in row]
    assert sorted(drawn) == sorted(WITNESSES["value"])
    assert {row["text"] for row in rows(spec) if "text" in row} == set(WORDS["text"])


def test_patterns_are_a_row_an_effect_and_a_named_curve_each():
    frame = pd.DataFrame({"effect": [0.0, 0.5], "one": [0.1, 0.7], "two": [0.0, 0.1]})
    words = pd.DataFrame({"effect": [0.5], "value": [0.7], "text": ["the first"]})
    spec = chart_spec(charts_cd4.chart_verdicts(frame, names=["one", "two"], words=words))
    lines = spec["layer"][0]
    assert lines["transform"] == [{"fold": ["one", "two"], "as": ["arm", "value"]}]
    assert lines["encoding"]["color"]["legend"] is None
    assert {"effect": 0.5, "one": 0.7, "two": 0.1} in rows(spec)
    assert {"effect": 0.5, "value": 0.7, "text": "the first"} in rows(spec)


def test_courses_have_one_scale_and_a_tick_at_each_visit():
    # arms were once drawn on a scale each, so that they could not be compared
    chart = charts_cd4.chart_courses(MIDDLES, x_title="weeks", y_title="cells/µL", subjects=PEOPLE)
    tops = [panel["layer"][-1]["encoding"] for panel in chart_spec(chart)["vconcat"]]
    assert len(tops) == MIDDLES["parameter"].nunique() > 1
    highest = max(MIDDLES["upper"].max(), PEOPLE["AVAL"].max())
    assert all(top["y"]["scale"]["domain"] == [0.0, highest] for top in tops)
    assert all(top["x"]["axis"]["values"] == sorted(set(MIDDLES["time"])) for top in tops)
    assert all(top["y"]["title"] == "cells/µL" for top in tops)


def test_changes_say_their_unit():
    chart = charts_cd4.chart_changes(
        CHANGES, arms=["Control", "Low dose"], x_title="week", y_title="cells/µL"
    )
    panels = chart_spec(chart)["vconcat"]
    assert [p["layer"][1]["encoding"]["y"]["title"] for p in panels] == ["cells/µL"] * len(panels)
