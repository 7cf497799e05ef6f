"""Records survive the notebook and land in results.csv unrounded."""

import csv
import json

import pytest

from helpers import results
from helpers.errors import ChapterError
from helpers.results import Record


def make(**fields):
    return Record(**{"key": "k", "chapter": "c", "label": "derived", "value": 1 / 3, **fields})


def test_records_survive_json():
    records = [make(upper=float("inf"), n=3), make(key="b", value=None, text="words")]
    assert results.from_json(json.loads(json.dumps(results.to_json(records)))) == records


def test_a_label_that_is_none_is_refused():
    with pytest.raises(ChapterError, match="reported"):
        make(label="found")


def test_results_csv_is_unrounded_and_in_the_agreed_columns(tmp_path):
    results.write_csv([make(n=12)], tmp_path / "r.csv")
    rows = list(csv.DictReader((tmp_path / "r.csv").read_text().splitlines()))
    agreed = (
        "study, chapter, label, parameter, visit, arm, comparator, method, statistic, value, "
        "lower, upper, p_value, n, unit, key, code, test, cell, uses, sentence"
    )
    assert ", ".join(rows[0]) == agreed
    assert float(rows[0]["value"]) == 1 / 3
    assert rows[0]["lower"] == ""


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-cmd", "@x"])
def test_text_that_a_spreadsheet_would_run_is_quoted(tmp_path, text):
    results.write_csv([make(arm=text)], tmp_path / "r.csv")
    assert next(csv.DictReader((tmp_path / "r.csv").read_text().splitlines()))["arm"] == "'" + text


def test_ten_digits_are_kept_for_the_reference_notebooks():
    assert results.number(2 / 3, significant=10) == 0.6666666667
    assert results.number(2 / 3) == 2 / 3
    assert results.number(float("nan")) is None
