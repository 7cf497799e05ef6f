"""Charts of possible trials: what the pictures say, from the rendered SVG and the chart's data."""

import re

import pandas as pd
import vl_convert

from helpers.present import charts_possible as charts
from helpers.present.figure import chart_spec


def drawn(chart):
    return vl_convert.vegalite_to_svg(chart_spec(chart))


def words(chart):
    return re.findall(r">([^<>]+)</t", drawn(chart))


def places(chart, word):
    """Where in the picture the text begins: (x, y) of its transform."""
    found = re.findall(
        rf'<text[^>]*transform="translate\(([-\d.]+),([-\d.]+)\)[^>]*>{re.escape(word)}<',
        drawn(chart),
    )
    return [tuple(map(float, place)) for place in found]


def test_the_histogram_marks_the_reported_p_and_decades():
    bins = pd.DataFrame(
        {"p_low": [1e-3, 1e-2, 1e-1] * 2, "p_high": [1e-2, 1e-1, 1.0] * 2, "share": 1 / 3,
         "kind": ["once"] * 3 + ["weighted"] * 3}
    )  # fmt: skip
    chart = charts.chart_p_histogram(bins, reported=(0.0035, 0.0045), x_title="P", y_title="share")
    assert {"reported P", "0.01", "0.1", "1", "once", "weighted"} <= set(words(chart))


def test_gains_are_named_beside_their_shapes_and_keep_their_bins():
    bins = pd.DataFrame(
        {"low": [-6, -3, 0, 3] * 2, "high": [-3, 0, 3, 6] * 2, "share": [0.0, 0.25, 0.5, 0.25] * 2,
         "kind": ["all"] * 4 + ["some"] * 4}
    )  # fmt: skip
    names = pd.DataFrame(
        {"x": [-4, 4], "share": [0.3, 0.4], "text": ["all", "some"], "align": ["right", "left"]}
    )
    chart = charts.chart_gains(bins, names, x_title="weeks saved", y_title="share")
    assert {"all", "some", "weeks saved", "50%"} <= set(words(chart))
    (before,), (after,) = places(chart, "all"), places(chart, "some")
    assert before[0] < after[0]


def test_pairs_of_medians_rise_upwards_and_leave_absent_pairs_empty():
    pairs = pd.DataFrame(
        {"first": [12.0, 12.0, 24.0], "second": [12.0, 24.0, 24.0], "share": [0.1, 0.6, 0.3],
         "text": ["10%", "60%", "30%"]}
    )  # fmt: skip
    chart = charts.chart_median_pairs(pairs, x_title="low", y_title="control")
    assert sum(word.endswith("%") for word in words(chart)) == 3
    (same,), (later,) = places(chart, "10%"), places(chart, "60%")
    assert same[0] == later[0]
    assert same[1] > later[1]  # a later median of the second arm stands higher up


def test_bounds_name_the_printed_value_and_every_case():
    cases = pd.DataFrame({"case": ["none left", "two left"], "low": [0.7, 0.6], "high": [0.7, 0.8]})
    chart = charts.chart_bounds(cases, printed=0.7, printed_text="printed", x_title="responded")
    assert {"none left", "two left", "printed", "60%", "100%"} <= set(words(chart))


def test_the_missing_count_names_both_tests_once():
    frame = pd.DataFrame(
        {"x": [8, 14, 20] * 2, "value": [0.002, 0.1, 0.5, 0.04, 0.2, 0.3], "test": list("aaabbb")}
    )
    shown = words(charts.chart_missing_count(frame, x_title="responders"))
    assert {"0.05", "8", "20"} <= set(shown)
    assert (shown.count("a"), shown.count("b")) == (1, 1)
