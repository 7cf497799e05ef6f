"""The page about methods: texts of differences, one dot a value, and no digit that two machines differ in."""

import pandas as pd
import pytest

from helpers.present import charts_methods, methods_page
from helpers.present.figure import chart_spec
from helpers.reference import coverage
from helpers.reference.compare import comparison

ROWS = comparison()


@pytest.mark.parametrize(
    ("text", "expected"),
    [(methods_page.bound_text(-11), "< 10⁻¹¹"), (methods_page.tolerance_text(1e-8), "10⁻⁸"),
     (methods_page.leading_text(2.24e-5), "2 × 10⁻⁵")],
)  # fmt: skip
def test_powers_of_ten_are_printed_as_such(text, expected):
    assert text == expected


def test_numbers_have_one_digit_fewer_than_can_be_told_apart():
    one = pd.DataFrame({"title": ["T"], "dataset": ["d"], "quantity": ["p_value"], "r": [0.2],
                        "ours": [-4.2758376104e-13], "decade": [-9], "floor": [-11],
                        "r_call": ["f()"], "package": ["stats 4"]})  # fmt: skip
    found = methods_page.farthest_frame(one).iloc[0].tolist()
    assert found == ["T: d, P", "0.2000000000", "−4.275837610 × 10⁻¹³", "< 10⁻⁹", "f(), stats 4"]


def test_two_machines_print_the_same_page_of_the_same_values():
    noisy = ROWS.assign(ours=ROWS["ours"] * (1 + 1e-14))
    one, other = (methods_page.farthest_frame(methods_page.farthest(r)) for r in (ROWS, noisy))
    assert one.drop(columns="Here").equals(other.drop(columns="Here"))


def test_every_fit_and_every_difference_above_rounding_has_its_row():
    found = set(methods_page.farthest(ROWS)["estimator"])
    assert {"mmrm", "cox", "regression_to_the_mean"} <= found
    assert "kaplan_meier" not in found


def test_tables_count_every_value_once():
    frame = methods_page.methods_frame(ROWS)
    values = frame["Values (by a function of R)"].str.extract(r"(\d+) \((\d+)\)").astype(int).sum()
    assert values.tolist() == [len(ROWS), ROWS["direct"].sum()]
    assert methods_page.cases_frame(ROWS)["Values"].sum() == len(ROWS)


def test_every_estimator_without_r_has_a_test():
    frame = methods_page.elsewhere_frame(coverage.without_r())
    assert "" not in set(frame["Tests"])
    assert sum(len(x.split(", ")) for x in frame["Estimators"]) == len(coverage.without_r())


def test_every_value_is_one_dot_inside_its_column():
    dots, topics = charts_methods.placed_dots(ROWS)
    heads = charts_methods.columns(ROWS)
    assert len(dots) == len(dots.drop_duplicates(["x", "y"])) == len(ROWS) == topics["values"].sum()
    for decade, left, right in heads[["decade", "left", "right"]].itertuples(index=False):
        inside = dots["x"].between(left, right - charts_methods.PITCH / 2).sum()
        assert inside == (ROWS["decade"] == decade).sum()


def test_topics_stand_below_one_another():
    dots, topics = charts_methods.placed_dots(ROWS)
    tops = topics.drop_duplicates("topic")["y"].tolist()
    assert tops == sorted(tops)
    assert dots["y"].max() > tops[-1]


def test_the_chart_shows_the_comparison_and_leaves_it_alone():
    before = ROWS.copy()
    spec = chart_spec(charts_methods.chart_differences(ROWS))
    drawn = [
        row for data in spec["datasets"].values() for row in data if "kind" in row and "x" in row
    ]
    assert sum("values" not in row for row in drawn) == len(ROWS)
    pd.testing.assert_frame_equal(ROWS, before)
