"""Curves with their names on them: every name stands on a curve, in that curve's colour."""

import pandas as pd
import pytest
import vl_convert

from helpers.present import charts_lines
from helpers.present.figure import chart_spec, data_table

CURVES = pd.DataFrame(
    {"x": [1.0, 2, 1, 2], "y": [0.1, 0.2, 0.5, 0.4], "kind": ["a", "a", "b", "b"]}
)
WORDS = pd.DataFrame(
    {"x": [2.0, 1], "y": [0.2, 0.5], "kind": ["a", "b"], "text": ["first", "last"]}
)


def spec(**options):
    chart = charts_lines.chart_labelled_lines(
        CURVES, options.pop("words", WORDS), x="x", y="y", series="kind", x_title="day",
        y_title="share", **options,
    )  # fmt: skip
    return chart_spec(chart)


def test_names_stand_on_the_chart_and_no_legend_does():
    found = spec()
    assert "first" in vl_convert.vegalite_to_svg(found)
    legends = [layer["encoding"]["color"]["legend"] for layer in found["layer"]]
    assert legends == [None] * len(legends)


def test_a_name_has_the_scale_of_its_line():
    scales = [layer["encoding"]["color"]["scale"]["domain"] for layer in spec()["layer"]]
    assert scales == [["a", "b"]] * len(scales)


def test_names_can_stand_left_and_right_of_their_place():
    found = spec(words=WORDS.assign(align=["left", "right"]))
    sides = [m["align"] for m in (x["mark"] for x in found["layer"]) if m["type"] == "text"]
    assert sides == ["left", "right"]


def test_the_place_of_a_name_is_no_row_of_the_table():
    found = spec(words=WORDS.assign(y=[0.9, 0.9]))
    found["usermeta"] = {"figure": {"columns": {"kind": "Kind", "x": "Day", "y": "Share"}}}
    rows = data_table(found)[1]
    assert rows == [["a", "1", "0.1"], ["a", "2", "0.2"], ["b", "1", "0.5"], ["b", "2", "0.4"]]


@pytest.mark.parametrize("option", ["mark", "level"])
def test_a_marked_place_is_named(option):
    assert "the truth" in vl_convert.vegalite_to_svg(spec(**{option: (0.3, "the truth")}))


def test_lines_differ_without_colour():
    line = spec()["layer"][0]["encoding"]["strokeDash"]["scale"]["range"]
    assert len({tuple(d) for d in line}) == 2
