"""What shows single patients says so in each of its files, and names none of them."""

import csv
import json
from dataclasses import replace

import jupytext
import pandas as pd
import pytest

from helpers import actg175
from helpers.edition import banner, export, plan
from helpers.literate.charts import subject_names
from helpers.present.items import csv_text
from helpers.study import load_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = actg175.write_study(tmp_path_factory.mktemp("s") / "actg175", subject_level="shown")
    return load_study(folder)


def with_config(study, **changes):
    return replace(study, config=replace(study.config, **changes))


def test_only_observed_patients_that_are_shown_need_the_banner(study):
    assert banner.banner(study) == banner.BANNER
    assert banner.banner(with_config(study, show_subjects=False)) == ""
    assert banner.banner(with_config(study, observed=False)) == ""


def test_the_notebook_and_its_text_begin_with_the_banner_and_keep_their_cells(study):
    chapter = plan.front_page(study)
    marked = banner.in_notebook(chapter, study)
    written = json.loads(plan_text(marked))
    assert banner.BANNER in "".join(written["cells"][0]["source"])
    assert "remove-cell" in written["cells"][0]["metadata"]["tags"]  # the page has its own
    assert [c.id for c in marked.notebook.cells[1:]] == [c.id for c in chapter.notebook.cells]
    assert banner.BANNER in jupytext.writes(marked.notebook, fmt="md:myst")
    assert export.edition_source(marked) == export.edition_source(chapter)
    assert banner.BANNER not in plan_text(chapter)


def test_an_analysis_of_hidden_patients_says_how_its_numbers_are_to_be_read(study):
    hidden = with_config(study, show_subjects=False, threshold=6)
    front = plan.front_page(study)
    assert banner.in_notebook(front, hidden) is front  # it has no number of a patient
    analysis = replace(front, name="studies/own/01_design")
    first = banner.in_notebook(analysis, hidden).notebook.cells[0]
    title, *lines = banner.hidden(hidden)
    assert title in first.source
    assert all(f"- {line}" in first.source for line in lines)
    assert sum("fewer than 6 patients" in line for line in lines) == 1
    assert not any("multiples of 5" in line for line in lines)
    assert "multiples of 5" in " ".join(banner.hidden(with_config(hidden, rounding=True)))
    assert banner.hidden(study) == []


def plan_text(chapter):
    from helpers.edition.execute import notebook_text

    return notebook_text(chapter.notebook)


def test_each_row_of_each_table_says_it_and_the_other_columns_stay(tmp_path):
    rows = [["term", "n"], ["a, b", "1"], ['say "x"\nhere', ""]]
    (tmp_path / "csv").mkdir()
    for name in ("results.csv", "csv/table-1.csv"):
        (tmp_path / name).write_text(csv_text(rows), encoding="utf-8")
    assert banner.in_tables(tmp_path, "Mind, this.") == 2
    for name in ("results.csv", "csv/table-1.csv"):
        with (tmp_path / name).open(newline="", encoding="utf-8") as file:
            found = list(csv.reader(file))
        assert [row[:-1] for row in found] == rows
        assert [row[-1] for row in found] == [banner.COLUMN, "Mind, this.", "Mind, this."]


def test_a_table_without_a_row_says_it_in_its_header(tmp_path):
    (tmp_path / "t.csv").write_text("a,b\n", encoding="utf-8")
    banner.in_tables(tmp_path, "Mind, this.")
    assert (tmp_path / "t.csv").read_text(encoding="utf-8") == 'a,b,"Mind, this."\n'


def test_a_shown_subject_has_a_running_number_unless_study_toml_says_otherwise(study):
    who = pd.Series(study.adsl["USUBJID"].iloc[[4, 0, 4]].to_numpy())
    assert list(subject_names(study, who)) == ["5", "1", "5"]
    shown = with_config(study, show_identifiers=True)
    assert list(subject_names(shown, who)) == list(who)
