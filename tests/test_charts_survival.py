"""Survival charts: what the pictures say, read from the rendered SVG and from the chart's data."""

import re

import numpy as np
import pandas as pd
import vl_convert

from helpers.present import charts_survival as charts
from helpers.present.figure import chart_spec

ARMS = ["Control", "Low dose"]
CURVES = pd.DataFrame(
    {
        "arm": ["Control"] * 3 + ["Low dose"] * 3,
        "time": [0.0, 24.0, 96.0] * 2,
        "value": [0.0, 0.25, 0.7, 0.0, 0.5, 0.95],
        "lower": [np.nan, 0.1, 0.5, np.nan, 0.3, 0.8],
        "upper": [np.nan, 0.5, 0.9, np.nan, 0.7, 0.99],
    }
)


def words(chart):
    """The texts of the rendered picture."""
    svg = vl_convert.vegalite_to_svg(chart_spec(chart))
    return re.findall(r">([^<>]+)</t", svg)  # <text> and, in titles of two lines, <tspan>


def data_with(chart, *fields):
    """The first data set that has these fields: what the page prints beside the figure."""
    sets = chart_spec(chart)["datasets"].values()
    return pd.DataFrame(next(rows for rows in sets if set(fields) <= set(rows[0])))


def test_the_risk_table_shows_every_number_under_the_names_of_the_arms():
    risk = pd.DataFrame(
        {"arm": ["Control"] * 2 + ["Low dose"] * 2, "time": [0.0, 96.0] * 2,
         "text": ["24", "13", "22", "<5"]}
    )  # fmt: skip
    chart = charts.chart_with_risk(CURVES, risk, arms=ARMS, x_title="weeks", y_title="responded")
    shown = words(chart)
    assert {"24", "13", "22", "&lt;5"} <= set(shown)
    assert shown.count("Control") == 2  # legend and risk table
    assert shown.count("96") == 1
    assert data_with(chart, "time", "value")["time"].max() == 96  # the tail is no datum


def test_panels_carry_their_titles_and_share_one_data_set():
    trials = pd.concat([CURVES.assign(trial=name) for name in ("Fast|P = 0.1", "Slow|P = 0.2")])
    chart = charts.chart_trials(
        trials[["trial", "arm", "time", "value"]], arms=ARMS, x_title="weeks", y_title="responded"
    )
    assert {"Fast", "Slow", "P = 0.1", "P = 0.2"} <= set(words(chart))
    assert len(data_with(chart, "trial", "time")) == 12


def test_hidden_times_have_a_panel_an_arm_with_all_its_marks():
    cells = pd.DataFrame(
        {"arm": ARMS, "left": 0.0, "right": [24.0, 96.0], "below": 0.0, "above": [0.25, 0.95]}
    )
    chart = charts.chart_hidden_times(
        cells, CURVES, arms=ARMS, x_title="weeks", y_title="responded"
    )
    shown = words(chart)
    assert {*ARMS, "0%", "20%", "40%", "60%", "80%", "100%"} <= set(shown)
    assert data_with(chart, "left", "above")["right"].tolist() == [24.0, 96.0]
