"""Rows at no planned visit lose their number, and only those; the note says how many."""

import pandas as pd
import pytest

from faults import published
from helpers.ingest.visits import planned_visits_only
from helpers.validation import check_folder

NAN = float("nan")


def adlb(rows, **columns) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["AVISIT", "AVISITN"])
    return frame.assign(USUBJID="1", PARAMCD="CD4", **columns)


def visits(frame, planned=(0, None)) -> list[float]:
    out, _ = planned_visits_only(frame, "adlb.csv", planned=planned)
    return pd.to_numeric(out["AVISITN"]).astype(float).tolist()


@pytest.mark.parametrize("number", [int, float, str])
def test_unscheduled_visits_and_customary_numbers_are_blanked(number):
    rows = [("Baseline", 0), ("Week 4", 4), ("Unscheduled 1.1", 5), ("End of Treatment", 99)]
    frame = adlb([(name, number(visit)) for name, visit in rows])
    assert visits(frame) == pytest.approx([0, 4, NAN, NAN], nan_ok=True)


def test_week_99_is_week_99():
    assert visits(adlb([("Baseline", 0), ("Week 99", 99), ("Screening", -1)])) == [0, 99, -1]


def test_a_visit_that_study_toml_names_is_planned():
    frame = adlb([("Baseline", 0), ("End of Treatment", 99)])
    assert visits(frame, planned=(0, 99)) == [0, 99]


def test_the_analysis_flag_chooses_among_rows_of_one_visit_only():
    rows = [("Baseline", 0), ("Week 4", 4), ("Week 4", 4), ("Week 8", 8)]
    frame = adlb(rows, ANL01FL=["", "", "Y", ""])
    assert visits(frame) == pytest.approx([0, NAN, 4, 8], nan_ok=True)


def test_two_rows_of_a_visit_that_are_both_chosen_stay_two():
    frame = adlb([("Week 4", 4), ("Week 4", 4)], ANL01FL=["Y", "Y"])
    assert visits(frame) == [4, 4]


def test_at_the_baseline_its_flag_chooses_where_the_analysis_flag_does_not():
    rows = [("Day -7", 0), ("Day 1", 0), ("Week 4", 4), ("Week 4", 4)]
    frame = adlb(rows, ANL01FL=["", "", "Y", ""], ABLFL=["", "Y", "", ""])
    assert visits(frame) == pytest.approx([NAN, 0, 4, NAN], nan_ok=True)


def test_the_analysis_flag_goes_before_the_baseline_flag():
    frame = adlb([("Day 1", 0), ("Baseline", 0)], ANL01FL=["", "Y"], ABLFL=["Y", ""])
    assert visits(frame) == pytest.approx([NAN, 0], nan_ok=True)


def test_what_was_carried_forward_is_no_measurement_even_at_the_main_visit():
    rows = [("Baseline", 0), ("Week 4", 4), ("Week 8", 8), ("Week 8", 8)]
    frame = adlb(rows, DTYPE=["AVERAGE", "", "LOCF", "wocf"])
    out, notes = planned_visits_only(frame, "adlb.csv", planned=[0, 8])
    assert pd.to_numeric(out["AVISITN"]).tolist() == pytest.approx([0, 4, NAN, NAN], nan_ok=True)
    assert [(n.rule, n.column, n.found) for n in notes] == [
        ("imputed row", "DTYPE", "2 row(s), with DTYPE 'LOCF', 'wocf'")
    ]


def test_an_extreme_over_visits_is_no_visit_but_an_average_is_one():
    rows = [("Baseline", 0), ("Week 4", 4), ("On treatment", 50), ("Last", 4)]
    frame = adlb(rows, DTYPE=["", "AVERAGE", "MAXIMUM", "LOV"])
    assert visits(frame) == pytest.approx([0, 4, NAN, 4], nan_ok=True)
    named = adlb([("Week 4", 4), ("Maximum on treatment", 7), ("Worst value", 8)])
    assert visits(named) == pytest.approx([4, NAN, NAN], nan_ok=True)


def test_a_row_that_lost_its_number_here_is_not_reported_as_lacking_one(tmp_path):
    folder = published()
    folder.tables["adlb"]["ANL01FL"] = "Y"
    folder.add("adlb", 5, AVAL="133", CHG="48", ANL01FL="")
    report = check_folder(folder.write(tmp_path / "study"))
    assert [p.rule for p in report.problems] == ["row at no planned visit"]


def test_the_note_counts_the_rows_and_names_their_visits():
    frame = adlb([("Baseline", 0), ("UNSCHEDULED", 3), ("UNSCHEDULED", 7)])
    before = frame.copy()
    _, notes = planned_visits_only(frame, "adlb.csv", planned=[0])
    assert [(n.severity, n.file, n.column, n.found) for n in notes] == [
        ("note", "adlb.csv", "AVISITN", "2 row(s), at 'UNSCHEDULED'")
    ]
    pd.testing.assert_frame_equal(frame, before)


def test_a_frame_with_planned_visits_alone_comes_back_itself():
    frame = adlb([("Baseline", 0), ("Week 4", 4)])
    out, notes = planned_visits_only(frame, "adlb.csv", planned=[0])
    assert out is frame
    assert notes == []
    bare = frame.drop(columns="AVISITN")
    out, notes = planned_visits_only(bare, "adlb.csv", planned=[0])
    assert out is bare
    assert notes == []
