"""Charts of donor cells: bands for hidden patients, boxes in order, bars between their ends."""

import pandas as pd
import vl_convert

from helpers.disclosure import revealing_field
from helpers.present import charts_chimerism
from helpers.present.figure import chart_spec

MIDDLE = pd.DataFrame(
    {"VISIT": [1.0, 7, 30], "value": [2.0, 0.5, 0.1], "lower": [1.0, 0.2, 0.1],
     "upper": [4.0, 0.9, 0.1]}
)  # fmt: skip
LINES = pd.DataFrame(
    {"who": [1, 1], "VISIT": [1.0, 7.0], "AVAL": [2.0, 0.1], "below": [False, True]}
)


def spec(lines):
    return chart_spec(
        charts_chimerism.chart_decay(MIDDLE, lines, limit=0.1, x_title="day", y_title="share")
    )


def marks(found):
    return [layer["mark"]["type"] for layer in found["layer"]]


def test_a_band_takes_the_place_of_lines_that_may_not_be_shown():
    assert "area" in marks(spec(LINES.head(0)))
    assert "area" not in marks(spec(LINES))
    assert "who" not in str(spec(LINES.head(0))["datasets"])


def test_the_median_is_not_drawn_beyond_its_first_visit_at_the_limit():
    later = pd.concat([MIDDLE, MIDDLE.tail(1).assign(VISIT=60.0)])
    chart = charts_chimerism.chart_decay(
        later, LINES.head(0), limit=0.1, x_title="day", y_title="share"
    )
    found = chart_spec(chart)
    drawn = [r["VISIT"] for rows in found["datasets"].values() for r in rows if "VISIT" in r]
    assert max(drawn) == 30


def test_a_bar_runs_between_the_two_ends_of_its_assumption():
    ends = pd.DataFrame(
        {"assumption": ["limit", "limit", "courses", "courses"], "value": [40.0, 7, 23, 79],
         "end": ["0.01%", "1%", "1", "3"]}
    )  # fmt: skip
    chart = charts_chimerism.chart_tornado(ends, centre=23, centre_text="23 days", x_title="days")
    found = chart_spec(chart)
    spans = [r for rows in found["datasets"].values() for r in rows if "low" in r]
    assert [(r["assumption"], r["low"], r["high"]) for r in spans] == [
        ("limit", 7, 40),
        ("courses", 23, 79),
    ]
    svg = vl_convert.vegalite_to_svg(found)
    assert all(text in svg for text in ("0.01%", "23 days", "courses"))


def test_schedules_stand_in_the_order_of_their_visits():
    cells = pd.DataFrame(
        {"schedule": ["Few"], "left": [0.0], "right": [30.0], "mass": [1.0], "text": ["100%"]}
    )
    visits = pd.DataFrame(
        {"schedule": ["All", "Few"], "visit": [7.0, 30.0], "seen": ["seen in 9%", "seen in 1%"]}
    )
    found = chart_spec(charts_chimerism.chart_schedules(cells, visits, x_title="day"))
    assert found["layer"][0]["encoding"]["y"]["sort"] == ["All", "Few"]
    assert "seen in 9%" in vl_convert.vegalite_to_svg(found)


def test_readings_name_every_curve():
    curves = pd.DataFrame({"reading": ["first", "last"], "time": [30.0, 14.0], "value": [1.0, 1.0]})
    cells = pd.DataFrame({"left": [14.0], "right": [30.0], "before": [0.0], "cumulative": [1.0]})
    chart = charts_chimerism.chart_readings(curves, cells, x_title="day", y_title="share")
    svg = vl_convert.vegalite_to_svg(chart_spec(chart))
    assert "first" in svg
    assert "last" in svg


def test_without_quartiles_no_band_is_drawn():
    bare = MIDDLE.assign(lower=float("nan"), upper=float("nan"))
    found = chart_spec(
        charts_chimerism.chart_decay(bare, LINES.head(0), limit=0.1, x_title="d", y_title="%")
    )
    bands = [layer for layer in found["layer"] if layer["mark"]["type"] == "area"]
    assert [found["datasets"][b["data"]["name"]] for b in bands] == [[]]


def test_levels_and_boxes_of_hidden_subjects_are_no_shares_of_them():
    # 0.1% is no three of thirty subjects, and boxes of eight and ten are no step of two
    found = spec(LINES.head(0))["datasets"].values()
    assert revealing_field(found, sizes=[30], threshold=5) == ""
    boxes = [{"mass": x / 30, "interval": f"{x}"} for x in (8, 10, 12)]
    assert revealing_field([boxes], sizes=[30], threshold=5) == ""
    assert revealing_field([[{"mass": 3 / 30, "interval": "a"}]], sizes=[30], threshold=5) == "mass"
