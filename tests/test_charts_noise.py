"""Charts of false responses: what the pictures say, from the rendered SVG and the chart's data."""

import re

import pandas as pd
import vl_convert

from helpers.present import charts_noise as charts
from helpers.present.figure import chart_spec


def words(chart):
    return re.findall(r">([^<>]+)</t", vl_convert.vegalite_to_svg(chart_spec(chart)))


def data_with(chart, *fields):
    sets = chart_spec(chart)["datasets"].values()
    return pd.DataFrame(next(rows for rows in sets if set(fields) <= set(rows[0])))


def test_the_reference_rate_of_false_responses_is_named_and_each_curve_once():
    text = "control arm of the trial"
    frame = pd.DataFrame({"cv": [5.0, 40.0] * 2, "value": [0.0, 0.3, 0.0, 0.6],
                          "visits": ["1 visit"] * 2 + ["5 visits"] * 2})  # fmt: skip
    shown = words(charts.chart_false_response(frame, rate=0.7, limits=(0.5, 0.9), rate_text=text))
    assert text in shown
    assert (shown.count("1 visit"), shown.count("5 visits")) == (
        1,
        1,
    )  # beside the curve, no legend


def test_rules_are_named_and_no_change_is_marked():
    frame = pd.DataFrame({"change": [-10.0, 60.0] * 2, "value": [0.2, 0.9, 0.1, 0.8],
                          "rule": ["ever"] * 2 + ["twice"] * 2})  # fmt: skip
    chart = charts.chart_passing(frame, x_title="true change, %", y_title="pass")
    assert {"ever", "twice", "true change, %"} <= set(words(chart))
    assert data_with(chart, "change")["change"].iloc[0] == 0


def test_swings_print_the_value_of_each_end_and_what_to_compare_with():
    frame = pd.DataFrame(
        {"assumption": ["visits"] * 2 + ["rule"] * 2, "end": ["2", "8", "twice", "ever"],
         "value": [0.2, 0.45, 0.1, 0.36], "text": ["20%!", "45%!", "10%!", "36%!"]}
    )  # fmt: skip
    lines = pd.DataFrame({"value": [0.7], "text": ["control arm"]})
    chart = charts.chart_swings(frame, base=0.36, x_title="respond", lines=lines)
    assert {"20%!", "45%!", "10%!", "36%!", "visits", "rule", "control arm"} <= set(words(chart))
