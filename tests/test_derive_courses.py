"""Changes over visits: against the study's own CHG column and counts by hand."""

from pathlib import Path

import pytest

from helpers.derive import courses
from helpers.errors import AnalysisError
from helpers.study import load_study

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="module")
def trial():
    return load_study(DATA / "hucmsc", check=False)


def test_changes_are_the_chg_column_of_the_tables(trial):
    rows = courses.changes(trial, "cd4").set_index(["USUBJID", "VISIT"])["CHG"]
    lab = trial.adlb[(trial.adlb["PARAMCD"] == "CD4") & (trial.adlb["AVISITN"] > 0)]
    stored = lab.dropna(subset=["AVAL"]).set_index(["USUBJID", "AVISITN"])["CHG"]
    assert rows.sort_index().tolist() == pytest.approx(stored.sort_index().tolist())


def test_a_visit_with_too_few_in_one_arm_is_left_out(trial):
    kept = courses.changes(trial, "cd4", least=24)["VISIT"].unique().tolist()
    assert kept == [12, 24, 48, 96]  # week 72 was missed by three patients


def test_a_course_keeps_baseline_and_the_visits_every_arm_has(trial):
    kept = courses.course(trial, "cd4", least=23)["VISIT"].unique().tolist()
    assert sorted(kept) == [0, 12, 24, 48, 96]  # 22 of 24 of the low dose at week 72


def test_no_visit_left_is_an_error_that_says_so(trial):
    with pytest.raises(AnalysisError, match="at least 25 subjects in every arm"):
        courses.changes(trial, "cd4", least=25)


def test_the_main_visit_is_the_plans_or_else_the_last_there(trial):
    rows = courses.changes(trial, "cd4")
    assert courses.main_visit(trial, rows) == 48
    assert courses.main_visit(trial, rows[rows["VISIT"] < 48]) == 24


def test_at_visit_has_one_row_a_subject_of_that_visit(trial):
    rows = courses.at_visit(courses.changes(trial, "cd4"), 48)
    assert rows["USUBJID"].is_unique
    assert set(rows["VISIT"]) == {48}
