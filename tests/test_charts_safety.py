"""helpers.present.charts_safety: what was seen and what is needed, shares beside differences."""

import pandas as pd
import vl_convert

from helpers.present import charts_safety
from helpers.present.figure import chart_spec

ARMS = ["Control", "Treated"]
SHARES = pd.DataFrame(
    [("Rare kind of event", "Control", 0.0, 0.0, 0.14), ("Rare kind of event", "Treated", 0.04, 0.0, 0.2),
     ("Frequent kind of event with a name that is long", "Control", 0.5, 0.3, 0.7),
     ("Frequent kind of event with a name that is long", "Treated", None, None, None)],
    columns=["parameter", "arm", "value", "lower", "upper"],
)  # fmt: skip
DIFFERENCES = pd.DataFrame(
    [("Rare kind of event", "Treated", 0.04, -0.1, 0.2)],
    columns=["parameter", "arm", "value", "lower", "upper"],
)


def dots(**changed):
    given = {"arms": ARMS, "share_title": "patients, %", "difference_title": "difference\npoints"}
    return charts_safety.chart_adverse_dots(SHARES, DIFFERENCES, **{**given, **changed})


def svg(chart) -> str:
    return vl_convert.vegalite_to_svg(chart_spec(chart))


def test_zero_events_names_the_points_of_both_kinds():
    curve = pd.DataFrame({"n": [10, 100], "upper": [0.26, 0.03]})
    seen = pd.DataFrame({"n": [12], "upper": [0.22], "text": ["12 patients"]})
    needed = pd.DataFrame({"n": [29], "upper": [0.1], "text": ["below 10%"]})
    picture = svg(
        charts_safety.chart_zero_events(
            curve, seen=seen, needed=needed, x_title="patients", y_title="risk"
        )
    )
    assert all(f">{word}<" in picture for word in ("12 patients", "below 10%", "10%", "100"))


def test_the_most_frequent_kind_stands_on_top_and_long_names_are_broken():
    spec = chart_spec(dots())
    order = spec["hconcat"][0]["layer"][0]["encoding"]["y"]["scale"]["domain"]
    assert order == ["Frequent kind of\nevent with a name\nthat is long", "Rare kind of event"]


def test_shares_are_in_per_cent_and_missing_ones_are_not_drawn():
    spec = chart_spec(dots())
    drawn = [row for rows in spec["datasets"].values() for row in rows if "lower" in row]
    assert {row["value"] for row in drawn} == {0.0, 4.0, 50.0}


def test_arms_keep_their_place_when_one_of_them_has_no_difference():
    panels = chart_spec(dots())["hconcat"]
    offsets = [
        layer["encoding"]["yOffset"]["scale"]["domain"]
        for panel in panels
        for layer in panel["layer"]
        if "yOffset" in layer["encoding"]
    ]
    assert offsets == [ARMS] * 4
    assert "difference" in svg(dots())
