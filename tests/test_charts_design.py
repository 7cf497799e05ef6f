"""helpers.present.charts_design: boxes stand where the flow says, and charts become SVG."""

import numpy as np
import pandas as pd
import pytest
import vl_convert

from helpers.present import charts_design, charts_rising
from helpers.present.figure import chart_spec

ARMS = ["Control", "A very long name of an arm that must be broken"]
COUNTS = pd.DataFrame(
    [
        ("", "", 40, "reported"),
        (ARMS[0], "", 20, "simulated"),
        (ARMS[1], "", 20, "simulated"),
        (ARMS[0], "Baseline", 19, "simulated"),
        (ARMS[1], "Baseline", 20, "simulated"),
    ],
    columns=["arm", "visit", "value", "label"],
)


def svg(chart) -> str:
    return vl_convert.vegalite_to_svg(chart_spec(chart))


def test_flow_has_one_box_a_count_and_one_for_those_not_counted():
    boxes = charts_design.flow_boxes(COUNTS, arms=ARMS)
    assert boxes["level"].tolist() == [0, 1, 2, 2, 3, 3]
    assert boxes["column"].tolist() == [0, 0, 0, 1, 0, 1]
    assert boxes["source"].tolist() == [charts_design.NOT_GIVEN, *COUNTS["label"]]


def test_long_arm_names_are_broken_into_lines_that_keep_every_word():
    text = charts_design.flow_boxes(COUNTS, arms=ARMS)["text"].iloc[3]
    assert text.split("\n")[-1] == "n = 20"
    assert " ".join(text.split("\n")[:-1]) == ARMS[1]
    assert text.count("\n") >= 2


@pytest.mark.parametrize("arms", [1, 3, 6])
def test_flow_boxes_of_a_level_do_not_overlap(arms):
    names = [f"Arm {i}" for i in range(arms)]
    counts = pd.DataFrame({"arm": ["", *names], "visit": "", "value": 5, "label": "derived"})
    placed = charts_design._placed(charts_design.flow_boxes(counts, arms=names))
    row = placed[placed["level"] == 2].sort_values("x")
    assert (row["x"].to_numpy()[1:] > row["x2"].to_numpy()[:-1]).all()
    assert (placed.groupby("level")["y"].min().diff().dropna() > 0).all()


def test_reported_simulated_and_missing_numbers_differ_without_colour():
    picture = svg(charts_design.chart_flow(charts_design.flow_boxes(COUNTS, arms=ARMS)))
    dashes = {part.split('"')[0] for part in picture.split('stroke-dasharray="')[1:]}
    assert {"5,3", "1,3"} <= dashes
    assert "number not given" in picture


def test_timeline_draws_each_panel_with_its_unit():
    frame = pd.DataFrame(
        [("One", "visits", 0.0, "reported"), ("One", "visits", 7.0, "assumed"),
         ("Two", "visits", 0.0, "reported"), ("Two", "visits", 96.0, "assumed")],
        columns=["panel", "row", "time", "source"],
    )  # fmt: skip
    picture = svg(
        charts_design.chart_timeline(
            frame, panels=["One", "Two"], x_titles={"One": "days", "Two": "weeks"}
        )
    )
    assert all(f">{word}<" in picture for word in ("One", "Two", "days", "weeks", "96"))


def test_rising_curves_are_named_once_each_and_name_their_points():
    frame = pd.DataFrame(
        {"x": [1, 2, 1, 2], "y": [0.1, 0.5, 0.2, 0.9], "s": ["low", "low", "top", "top"]}
    )
    marks = pd.DataFrame({"x": [2], "y": [0.9], "text": ["here it ends"]})
    picture = svg(
        charts_rising.chart_rising(
            frame, x="x", y="y", series="s", x_title="dose", y_title="power", marks=marks, aim=0.8
        )
    )
    assert "here it ends" in picture
    assert picture.count(">low<") == picture.count(">top<") == 1


def test_names_of_curves_can_stand_beside_the_curve():
    frame = pd.DataFrame(
        {"x": [1, 2, 1, 2], "y": [0.1, 0.5, 0.2, 0.9], "s": ["a1"] * 2 + ["b2"] * 2}
    )
    marks = pd.DataFrame({"x": [2], "y": [0.9], "text": [""]})
    chart = charts_rising.chart_rising(
        frame, x="x", y="y", series="s", x_title="x", y_title="y", marks=marks, name_at=frame[::2]
    )
    spec = chart_spec(chart)
    at = next(
        layer for layer in spec["layer"] if layer["encoding"].get("text", {}).get("field") == "s"
    )
    assert [row["at_x"] for row in spec["datasets"][at["data"]["name"]]] == [1, 1]
    assert svg(chart).count(">a1<") == 1


def test_a_curve_is_named_where_no_other_curve_is_nearer():
    x = np.linspace(0, 100, 401)
    frame = pd.concat(
        [pd.DataFrame({"x": x, "y": 1 / (1 + np.exp((at - x) / 8)), "s": f"at {at}"})
         for at in (90, 70, 40)]
    )  # fmt: skip
    named = charts_rising.names_beside(frame, x="x", y="y", series="s").set_index("s")
    assert list(named["align"]) == ["right", "left", "left"]
    assert list(named.index) == ["at 40", "at 70", "at 90"]
    curves = dict(list(frame.groupby("s")))
    for name, row in named.iterrows():
        on = {k: np.interp(row["y"], rows["y"], rows["x"]) for k, rows in curves.items()}
        assert on[name] == pytest.approx(row["x"], abs=0.01)
        side = 1 if row["align"] == "left" else -1
        ahead = [side * (v - on[name]) for k, v in on.items() if side * (v - on[name]) > 0]
        assert min(ahead, default=100) >= 18  # three arms of 20 and 30 apart: a name has its room


def test_ranges_are_named_and_end_in_their_text_and_a_missing_value_has_no_dot():
    frame = pd.DataFrame(
        {"row": ["one", "two"], "low": [1.0, 2.0], "high": [3.0, 5.0], "value": [2.0, float("nan")],
         "text": ["1 to 3", "2 to 5"]}
    )  # fmt: skip
    picture = svg(charts_design.chart_ranges(frame, x_title="limit, %", line=2.5))
    assert all(f">{word}<" in picture for word in ("one", "two", "1 to 3", "2 to 5", "limit, %"))
    assert picture.count('aria-roledescription="point"') == 1
