"""Charts fitted to a phone's width, and their labels moved apart."""

from xml.etree import ElementTree

import altair as alt
import pandas as pd
import pytest
import vl_convert

from helpers.present import dodging, fitting, site
from helpers.present.figure import chart_spec

FRAME = pd.DataFrame({"x": [1.0, 2.0], "y": [1.0, 1.02], "arm": ["one", "two"]})


def _chart(width, **more):
    base = alt.Chart(FRAME, width=width).encode(x="x:Q", y="y:Q")
    end = base.mark_text(align="left").encode(x=alt.value(width + 8), text="arm:N")
    return chart_spec(alt.layer(base.mark_point(), end, **more))


@pytest.mark.parametrize("width", [150, 330, 700])
def test_a_chart_comes_out_as_wide_as_a_phone_shows_whatever_it_was(width):
    chart = fitting.fitted(_chart(width), site._drawn_width)
    assert fitting.WIDEST - fitting.NEAR <= site._drawn_width(chart) <= fitting.WIDEST
    place = chart["layer"][1]["encoding"]["x"]["value"]
    assert place - chart["width"] == pytest.approx(8)


def test_panels_side_by_side_and_below_each_other_come_out_as_wide():
    panel = alt.Chart(FRAME, width=300).mark_point().encode(x="x:Q", y="y:Q")
    for chart in (panel | panel | panel, panel & panel):
        width = site._drawn_width(fitting.fitted(chart_spec(chart), site._drawn_width))
        assert width <= fitting.WIDEST


def test_a_long_legend_goes_on_more_lines():
    arms = [f"a rather long name, {i}" for i in range(5)]
    frame = pd.DataFrame({"x": range(5), "y": range(5), "arm": arms})
    chart = alt.Chart(frame, width=300).mark_point().encode(x="x:Q", y="y:Q", color="arm:N")
    spec = chart_spec(chart)
    assert site._drawn_width(spec) > 500
    assert site._drawn_width(fitting.fitted(spec, site._drawn_width)) <= fitting.WIDEST


def test_no_type_is_smaller_than_a_phone_shows_and_no_value_changes():
    spec = _chart(330)
    spec["layer"][1]["mark"]["fontSize"] = 7
    chart = fitting.fitted(spec, site._drawn_width)
    assert chart["layer"][1]["mark"]["fontSize"] == fitting.TYPE
    assert chart["config"]["axis"]["labelFontSize"] == fitting.TYPE
    assert chart["datasets"] == spec["datasets"]
    assert fitting.TYPE * 328 / fitting.WIDEST >= 10


def _places(chart) -> dict[str, float]:
    root = ElementTree.fromstring(vl_convert.vegalite_to_svg(chart))
    dodging.dodged(root)
    texts: list[dodging._Text] = []
    dodging._collect(root, 0.0, 0.0, False, texts)
    return {t.node.text: t for t in texts}


def test_labels_upon_each_other_are_moved_apart_and_others_stay():
    base = alt.Chart(FRAME.assign(x=1.0), width=300, height=200)
    names = base.mark_text(fontSize=12.5).encode(x="x:Q", y=alt.Y("y:Q"), text="arm:N")
    found = _places(chart_spec(names))
    one, two = sorted((found["one"], found["two"]), key=lambda t: t.line)
    assert two.top - one.foot >= dodging.GAP - 0.02
    far = FRAME.assign(x=1.0, y=[0.0, 1.0])
    names = alt.Chart(far, width=300, height=200).mark_text().encode(x="x:Q", y="y:Q", text="arm:N")
    found = _places(chart_spec(names))
    assert {found["one"].line, found["two"].line} != {one.line, two.line}
    assert abs(found["one"].line - found["two"].line) == pytest.approx(200, abs=0.1)


def test_widths_of_words_are_arials():
    # advance widths of Liberation Sans, units of 2048 an em (its hmtx table)
    arial = {"a": 1139, "i": 455, "m": 1706, "W": 1933, "T": 1251, "t": 569, "e": 1139, " ": 569}
    for word in ("a team", "emit", "Tame it"):
        known = sum(arial[c] for c in word) / 2048 * 12.5
        assert dodging.text_width(word, 12.5) == pytest.approx(known, rel=0.002)
