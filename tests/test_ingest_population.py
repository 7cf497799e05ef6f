"""Subjects whom adsl puts in no arm and in no analysis set are left out, and nobody else is."""

import pandas as pd
import pytest

from faults import published
from helpers.errors import StudyError
from helpers.ingest.population import without_untreated
from helpers.study import load_study
from helpers.validation import check_folder


def adsl(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["USUBJID", "TRT01A", "SAFFL", "ITTFL"])


def left(*rows: tuple) -> list[str]:
    tables, _ = without_untreated({"adsl": adsl(*rows)}, "adsl.csv", arms=["Drug"])
    return tables["adsl"]["USUBJID"].tolist()


@pytest.mark.parametrize(
    ("treatment", "safety", "itt", "stays"),
    [
        ("", "N", "N", False),
        ("Screen Failure", "N", "no", False),
        ("Drug", "N", "N", True),  # treated and left out of the sets: said elsewhere
        ("drug ", "N", "N", True),  # an arm but for its spelling
        ("", "Y", "N", True),
        ("", "N", "Y", True),
        ("", "", "N", True),  # a blank flag says nothing
    ],
)
def test_only_who_is_in_no_arm_and_no_set_is_left_out(treatment, safety, itt, stays):
    kept = left(("A", "Drug", "Y", "Y"), ("B", treatment, safety, itt))
    assert kept == (["A", "B"] if stays else ["A"])


def test_without_flags_nobody_is_left_out():
    frame = adsl(("A", "Drug", "Y", "Y"), ("B", "", "N", "N")).drop(columns=["SAFFL", "ITTFL"])
    tables, notes = without_untreated({"adsl": frame}, "adsl.csv", arms=["Drug"])
    assert tables["adsl"] is frame
    assert not notes


def test_a_subject_with_an_arm_in_another_row_stays():
    assert left(("A", "Drug", "Y", "Y"), ("A", "", "N", "N")) == ["A", "A"]


def test_the_rows_of_every_table_go_and_no_frame_is_changed():
    subjects = adsl(("A", "", "N", "N"), ("B", "Drug", "Y", "Y"))
    events = pd.DataFrame({"USUBJID": ["B", "A", "B"], "AEDECOD": ["x", "y", "z"]})
    tables, notes = without_untreated({"adsl": subjects, "adae": events}, "adsl.csv", arms=["Drug"])
    assert tables["adae"]["AEDECOD"].tolist() == ["x", "z"]
    assert tables["adae"].index.tolist() == [0, 2]  # each row under the number it had
    assert tables["adsl"].index.tolist() == [1]
    assert [(n.severity, n.found) for n in notes] == [("note", "1 subject(s) with nothing")]
    assert len(subjects) == 2
    assert len(events) == 3


def test_the_report_counts_rows_as_the_file_does(tmp_path):
    folder = published()
    folder.set("adsl", 2, TRT01A="Screen Failure", SAFFL="N", ITTFL="N")
    folder.set("adsl", 9, AGE="340")
    path = folder.write(tmp_path / "study")
    with pytest.raises(StudyError) as caught:
        load_study(path)
    errors = [p for p in caught.value.problems if p.severity == "error"]
    assert [(p.file, p.row, p.column) for p in errors] == [("adsl.csv", 9, "AGE")]


def test_the_study_is_that_of_the_others(tmp_path):
    folder = published()
    gone = folder.tables["adsl"]["USUBJID"].iloc[0]
    folder.set("adsl", 2, TRT01A="", SAFFL="N", ITTFL="N")
    path = folder.write(tmp_path / "study")
    assert check_folder(path).exit_code == 0
    study = load_study(path)
    for table in (study.adsl, study.adlb, study.adae, study.adtte):
        assert gone not in set(table["USUBJID"])
    assert len(study.adsl) == len(folder.tables["adsl"]) - 1
