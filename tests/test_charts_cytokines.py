"""Charts of a panel: tiles, ratios and slopes show the rows given, and become SVG."""

import math

import pandas as pd
import vl_convert

from helpers.present import charts_cytokines
from helpers.present.figure import chart_spec

RATIOS = pd.DataFrame(
    {"parameter": ["IL-6", "TNF"], "value": [0.5, 1.1], "lower": [0.3, 0.0],
     "upper": [0.8, math.inf], "kept": [True, False], "text": ["0.01", "0.9"],
     "ratio": ["0.50 (0.30 to 0.80)", "1.10 (0 to ∞)"]}
)  # fmt: skip
TILES = pd.DataFrame(
    {"parameter": ["IL-6", "IL-6"], "visit": ["Day 30", "Day 90"], "ratio": [0.9, 0.4],
     "text": ["0.90", "0.40"], "clear": [False, True]}
)  # fmt: skip


def rows(spec):
    return [row for data in spec["datasets"].values() for row in data]


def test_an_open_end_of_an_interval_is_drawn_beyond_the_axis_and_not_at_infinity():
    drawn = [r for r in rows(chart_spec(charts_cytokines.chart_ratios(RATIOS, x_title="ratio")))
             if r.get("parameter") == "TNF"]  # fmt: skip
    assert all(0 < r["lower"] < r["value"] < r["upper"] < 100 for r in drawn)


def test_only_tiles_clear_of_no_change_are_framed():
    found = chart_spec(charts_cytokines.chart_heat(TILES, x_title="ratio at"))
    framed = [layer for layer in found["layer"] if layer["mark"].get("strokeWidth")]
    assert [layer["transform"] for layer in framed] == [[{"filter": "datum.clear"}]]
    svg = vl_convert.vegalite_to_svg(found)
    assert "0.90" in svg
    assert svg.count('font-weight="bold"') == 1


def test_slopes_carry_no_identifier_and_every_direction_has_its_own_dash():
    people = pd.DataFrame(
        {"who": [1, 1, 2, 2], "parameter": "IL-6", "visit": ["Baseline", "Day 90"] * 2,
         "aval": [4.0, 2.0, 1.0, 3.0], "below": False, "direction": ["lower"] * 2 + ["higher"] * 2}
    )  # fmt: skip
    chart = charts_cytokines.chart_slopes(people, visits=["Baseline", "Day 90"], y_title="pg/mL")
    found = chart_spec(chart)
    assert not any("USUBJID" in row for row in rows(found))
    dash = found["spec"]["layer"][0]["encoding"]["strokeDash"]["scale"]
    assert dash["domain"] == ["lower", "higher"]
    assert dash["range"][0] != dash["range"][1]
