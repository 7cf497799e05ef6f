"""Tables that can be read: numbers by their points, cells that name their column, quartiles said once."""

import re
from dataclasses import replace
from itertools import product

import pytest

from helpers import disclosure
from helpers.present import columns, crossed, crossing, markup
from helpers.results import Record


def _record(key, value, **more):
    given = {"label": "observed", "parameter": key, "unit": "cells/µL", "method": "quartiles",
             "lower": value - 1, "upper": value + 1, "decimals": 1, **more}  # fmt: skip
    known = {name: found for name, found in given.items() if name in Record.__dataclass_fields__}
    return Record(key=f"spread.{key}", value=value, **known)


@pytest.mark.parametrize(
    ("texts", "room"),
    [
        (["1.25", "10", "3.5"], [0, 2.5, 1]),
        (["12%", "0.4%"], [1.5, 0]),
        (["7", "–", "1,204"], [0, 0, 0]),
    ],
)
def test_numbers_keep_room_for_the_decimals_they_have_not(texts, room):
    assert columns.lacks(texts) == pytest.approx(room)
    assert all("figures" in found for found in columns.attributes(texts))


@pytest.mark.parametrize("texts", [["1 to 2", "3"], ["–", ""], ["n = 3"], ["one", "2"]])
def test_a_column_with_other_words_is_no_column_of_numbers(texts):
    assert columns.attributes(texts) == [""] * len(texts)


def test_a_stacked_table_names_the_column_of_each_cell():
    rows = [["a", "x & y", "1.5"], ["b", "z", "2"]]
    html = markup.table_html(["", "Why", "Size"], rows, caption="c", kind="stack")
    assert re.findall(r'data-name="(\w+)"', html) == ["Why", "Size"] * 2
    assert html.count('class="figures"') == 3  # the header and two cells
    assert "data-name" not in markup.table_html(["", "Why", "Size"], rows, caption="c")


@pytest.mark.parametrize(
    ("why", "size", "stacked"),
    [("w" * 90, "few", True), ("w" * 90, "1.5", False), ("w" * 20, "few", False)],
)
def test_a_table_of_many_words_is_stacked_on_a_phone(why, size, stacked):
    html = markup.table_html(["", "Why", "Size"], [["name", why, size]], caption="c")
    assert ('class="book-table stack"' in html) == stacked  # two columns of words fit, as they wrap
    assert ('data-name="Why"' in html) == stacked


@pytest.mark.parametrize(
    ("cells", "stacked"),
    [
        (["19 (79%; 58% to 93%)"] * 3, True),
        (["19 (79%)"] * 3, False),
        (["19 (79%; 58% to 93%)", "0.04", "12"], False),
    ],
)
def test_a_table_of_several_intervals_is_stacked_on_a_phone(cells, stacked):
    html = markup.table_html(["", "A", "B", "C"], [["Any event", *cells]], caption="c")
    assert ("stack" in html) == stacked


def test_a_crossed_table_says_once_that_it_holds_quartiles():
    records = [_record(name, value) for name, value in (("a", 4.0), ("b", 9.0))]
    table = crossed.crossed_table(records, rows="parameter", columns="unit", part="estimate",
                                  caption="c", corner="Cells")  # fmt: skip
    assert "Q1" not in table.html
    assert table.html.count("[") == 1 + len(records)
    assert "Cells, median [quartiles]" in table.html
    plain = [_record("a", 4.0, method="", lower=None, upper=None)]
    found = crossed.crossed_table(plain, rows="parameter", columns="unit", part="estimate",
                                  caption="c", corner="Cells")  # fmt: skip
    assert "quartiles" not in found.html


@pytest.mark.parametrize(
    ("others", "head", "cell"),
    [
        ({}, "Value (cells/µL)", ">4.00<"),
        ({"unit": "week"}, "Value", ">4.00 cells/µL<"),  # two units: each number has its own
        ({"text": "9 cells/µL"}, "Value", ">4.00 cells/µL<"),  # as it was printed
        ({"value": None, "text": "too few to show"}, "Value", ">4.00 cells/µL<"),  # one number
    ],
)
def test_a_unit_that_all_share_stands_in_the_head(others, head, cell):
    second = replace(_record("b", 9.0, method="mean"), **others)
    html = crossed.results_table([_record("a", 4.0, method="mean"), second]).html
    assert f">{head}</th>" in html.replace('<span class="unit">', "").replace(
        "</span></th>", "</th>"
    )
    assert cell in html


def test_in_a_crossed_table_each_column_has_its_own_unit():
    records = [
        _record(f"{way}.{arm}", 4.0, method=way, arm=arm, unit=unit, lower=None, upper=None)
        for way, unit in (("mean", "week"), ("rate", "cells/µL"))
        for arm in ("A", "B")
    ]
    html = crossed.crossed_table(
        records, rows="arm", columns="method", part="value", caption="c"
    ).html
    assert ">Mean (weeks)</th>" in html
    assert '>Rate <span class="unit">(cells/µL)</span></th>' in html
    assert html.count(">4.00<") == 4
    assert (
        "("
        not in crossed.crossed_table(
            records, rows="arm", columns="method", part="n", caption=""
        ).html
    )


@pytest.mark.parametrize(
    ("heads", "same"),
    [
        (["Low dose, Holm", "Low dose, Wilcoxon"], "Low dose, "),
        (["Low dose, Holm", "High dose, Holm"], ""),
        (["AIDS, or death, first quartile", "AIDS, or death, median"], "AIDS, or death, "),
        (["Day 9, low", "Day 9, lower"], "Day 9, "),
        (["10", "20"], ""),
        (["Low dose, Holm"], ""),
        ([], ""),
    ],
)
def test_what_all_heads_begin_with_stands_in_the_caption(heads, same):
    assert crossing.shared_start(heads) == same


def test_the_caption_says_what_the_heads_leave_out():
    records = [_record("IL-6", 1.0, arm="Low dose", method=method) for method in "ab"]
    html = crossed.crossed_table(
        records, rows="parameter", columns="arm+method", part="bare", caption="By method."
    ).html
    assert "By method. Low dose." in html
    assert "Low dose, a" not in html


def test_a_crossed_table_of_p_values_says_so_once():
    records = [_record(name, 1.0, p_value=p) for name, p in (("a", 0.04), ("b", 1e-5))]
    html = crossed.crossed_table(
        records, rows="parameter", columns="method", part="p", caption="c", corner="Marker"
    ).html
    assert "Marker, P" in html
    assert re.findall(r">([^<]*\d[^<]*)</a>", html) == ["0.040", "&lt; 0.001"]


def test_no_record_of_a_crossed_table_takes_the_place_of_another():
    """Two arms at one visit, two endpoints at one day: rows get what tells them apart."""
    records = [
        _record(f"{way}.{arm}.{day}", i, method=way, arm=arm, visit=day, lower=None, upper=None)
        for i, (way, arm, day) in enumerate(product("ab", ("Low", "High"), ("Day 1", "Day 2")))
    ]

    def lines(records, rows, columns):
        html = crossed.crossed_table(
            records, rows=rows, columns=columns, part="value", caption="c"
        ).html
        assert html.count('class="num') == len(records)
        return re.findall(r'<th scope="row"[^>]*>([^<]*)<', html)

    assert lines(records, "visit", "method") == [
        "Low, Day 1", "Low, Day 2", "High, Day 1", "High, Day 2",
    ]  # fmt: skip
    assert lines(records[:2], "visit", "method") == ["Day 1", "Day 2"]
    assert len(lines(records, "arm", "statistic")) == 8
    ends = [replace(r, parameter=p) for p in ("Death", "Relapse") for r in records[:4]]
    ends = [replace(r, key=f"{r.parameter}.{r.key}") for r in ends]
    assert lines(ends, "visit", "arm")[:2] == ["Death, Day 1", "Death, Day 2"]
    with pytest.raises(ValueError, match="one record a cell"):
        lines([records[0], records[0]], "visit", "arm")


def test_rows_and_columns_that_show_no_number_are_named_and_take_no_room():
    records = [
        _record(f"{arm}.{day}", 4.0, arm=arm, visit=day, lower=None, upper=None)
        for arm in ("Low", "High") for day in ("Day 1", "Day 2", "Day 3")
    ]  # fmt: skip
    few = [replace(r, value=None, text=disclosure.FEW) for r in records]

    def shown(records):
        return crossed.crossed_table(
            records, rows="visit", columns="arm", part="value", caption="c"
        ).html

    day_2 = [f if r.visit == "Day 2" else r for r, f in zip(records, few, strict=True)]
    assert (
        "c Left out, as each number is of too few patients, or would tell of few: Day 2."
        in shown(day_2)
    )
    assert shown(day_2).count('<th scope="row"') == 2
    low = [f if r.arm == "Low" else r for r, f in zip(records, few, strict=True)]
    assert "would tell of few: Low." in shown(low)
    assert shown(low).count('<th scope="col"') == 1
    one = [few[0], *records[1:]]  # a row and a column that hold other numbers stay
    assert "Left out" not in shown(one)
    assert shown(few).count(disclosure.FEW) == len(few)
