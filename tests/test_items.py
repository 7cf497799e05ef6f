"""Numbers, anchors and files of figures and tables."""

import csv
from types import SimpleNamespace

import pytest

from helpers.present import items, markup
from helpers.present.page_numbers import page_number
from helpers.results import Record


def env(docname="chapters/03_cd4"):
    return SimpleNamespace(docname=docname, book_items={}, book_csv={}, book_tables=[])


@pytest.mark.parametrize(
    ("page", "number"),
    [("index", ""), ("chapters/00_plain_words", ""), ("chapters/01_design", "1"),
     ("chapters/09_own_data", "9"), ("chapters/10_appendix", "A"), ("studies/actg175/06_x", "actg175 6"),
     ("studies/own/10_margins", "own 10"),
     ("chapters/11_methods", "B"), ("chapters/13_any_report", "10"), ("chapters/14_sas_and_r", "D")],
)  # fmt: skip
def test_a_page_counts_under_its_own_number(page, number):
    assert page_number(page) == number


def test_tables_of_a_page_are_numbered_through_and_written_as_they_read():
    here = env()
    html = markup.table_html(["Arm", "N"], [["Low", "24"], ["High", "=1+1"]], caption="Sizes.")
    first, second = items.numbered_tables(here, html), items.numbered_tables(here, html)
    assert 'id="table-1"' in first
    assert "Table 3.1</span>Sizes." in first
    assert 'aria-label="Table 3.2"' in second
    rows = list(csv.reader(here.book_csv["csv/03_cd4/table-2.csv"].splitlines()))
    assert rows == [["Arm", "N", "label"], ["Low", "24", ""], ["High", "'=1+1", ""]]


def test_a_mark_in_a_cell_is_not_a_part_of_its_number():
    here = env("index")
    cell = f'<a class="num">95.8%</a>{markup.label_mark("derived")}'
    items.numbered_tables(here, markup.table_html(["Arm", "Share"], [["Low", cell]], caption="x"))
    assert here.book_csv["csv/index/table-1.csv"] == "Arm,Share,label\nLow,95.8%,derived\n"
    assert here.book_items["index"][0].number == "1"


def test_a_negative_number_is_no_formula():
    assert items.csv_text([["-3.2", "-a", "1e-5"]]) == "-3.2,'-a,1e-5\n"


def test_a_figure_shows_the_rows_of_all_its_layers_once():
    from helpers.present import figure

    about = {"key": "k", "title": "t", "columns": {"x": "X", "y": "Y"}}
    spec = {
        "usermeta": {"figure": about},
        "datasets": {
            "a": [{"x": 1, "y": 0.123456}, {"x": 2, "y": None}],
            "b": [{"x": 2, "y": None, "z": 5}, {"x": 3, "y": "c"}],
            "c": [{"x": 9}],
        },
    }
    header, rows = figure.data_table(spec)
    assert header == ["X", "Y"]
    assert rows == [["1", "0.1235"], ["2", "–"], ["3", "c"]]


def test_a_table_of_an_analysis_is_kept_as_data_with_the_records_that_its_cells_link_to():
    here = env("studies/own/02_safety")
    record = Record(key="any_event.low", label="simulated", value=0.5, unit="proportion")
    cell = markup.number_html(record, "value")
    html = markup.table_html(
        ["Arm", "Share"], [["Low", cell], ["Low again", cell]], caption="Shares."
    )
    items.numbered_tables(here, html)
    items.numbered_tables(essay := env("chapters/02_safety"), html)
    (kept,) = here.book_tables
    assert kept["rows"] == [["Arm", "Share"], ["Low", "50.0%"], ["Low again", "50.0%"]]
    assert kept["records"] == [markup.anchor("n", record.key)]
    assert kept["rtf"] == "rtf/studies/own/02_safety/table-1.rtf"
    assert (kept["title"], kept["label"]) == ("Shares.", "simulated")
    assert essay.book_tables[0]["rtf"] == ""  # an essay's tables are no study's
