"""Values below the limit that no flag marks: read at the limit where that is certain, else named."""

import numpy as np
import pandas as pd
import pytest

from faults import published
from helpers.ingest.lloq import limits_in_words, marked_below_limit
from helpers.study import load_study
from helpers.validation import check_folder

LIMITS = {"HIVRNA": 40.0}


def lab(*rows: tuple, columns=("PARAMCD", "AVAL", "AVALC")) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(columns))


def test_without_flags_lloq_marks_the_values_at_or_below_it():
    rows = lab(("HIVRNA", 20.0, "20"), ("HIVRNA", 40.0, "40"), ("HIVRNA", 41.0, "41"),
               ("CD4", 30.0, "30"))  # fmt: skip
    out, notes = marked_below_limit(rows, "adlb.csv", limits=LIMITS)
    assert out["BLQFL"].tolist() == ["Y", "Y", "", ""]
    assert out["AVAL"].tolist() == [40, 40, 41, 30]  # half the limit is a bound, not a value
    assert [note.rule for note in notes] == ["limit marked by lloq"]
    assert "20 the lowest, 2 row(s)" in notes[0].found
    assert "BLQFL" not in rows
    assert rows["AVAL"].tolist() == [20, 40, 41, 30]


def test_a_titre_at_the_limit_was_measured_where_avalc_writes_less_than_below_it():
    rows = lab(("HIVRNA", 20.0, "<40"), ("HIVRNA", 40.0, "40"), ("HIVRNA", 40.0, "<40"),
               ("HIVRNA", 80.0, "80"))  # fmt: skip
    out, notes = marked_below_limit(rows, "adlb.csv", limits=LIMITS)
    assert out["BLQFL"].tolist() == ["Y", "", "Y", ""]
    assert out["AVAL"].tolist() == [40, 40, 40, 80]
    assert "20 the lowest, 2 row(s)" in notes[0].found


def test_a_table_with_flags_keeps_them():
    rows = lab(("HIVRNA", 40.0, "40"), ("HIVRNA", 90.0, "<90")).assign(BLQFL=["", "Y"])
    out, notes = marked_below_limit(rows, "adlb.csv", limits=LIMITS)
    assert out is rows
    assert notes == []


def test_a_blank_beside_the_limit_in_words_is_read_as_the_limit():
    words = ["<40", "< 40.0", "≤40", "BLQ", "<LLOQ", "not done"]
    rows = lab(*(("HIVRNA", None, word) for word in words)).assign(BLQFL="")
    out, notes = marked_below_limit(rows, "adlb.csv", limits=LIMITS)
    assert out["BLQFL"].tolist() == ["Y"] * 5 + [""]
    assert out["AVAL"].tolist()[:5] == [40] * 5
    assert np.isnan(out["AVAL"].iloc[5])
    assert [note.rule for note in notes] == ["blank below the limit"]


@pytest.mark.parametrize(("code", "word"), [("HIVRNA", "<200"), ("HIVRNA", "<1.6"), ("IL6", "<5")])
def test_a_blank_beside_another_limit_is_not_filled_in(code, word):
    rows = lab((code, np.nan, word))
    limit = np.array([LIMITS.get(code, np.nan)])
    assert np.isnan(limits_in_words(rows, limit)).all()


def test_a_decimal_comma_names_the_same_limit():
    assert limits_in_words(lab(("IL6", np.nan, "<0,7")), np.array([0.7])).tolist() == [0.7]


def test_samples_of_two_assays_lie_below_their_own_limits():
    rows = lab(("HIVRNA", 900.0, "900"), ("HIVRNA", None, "<20"), ("HIVRNA", None, "<40"),
               ("HIVRNA", None, "<200 Target Not Detected"), ("HIVRNA", None, "Not detected"))  # fmt: skip
    out, notes = marked_below_limit(rows, "adlb.csv", limits={"HIVRNA": 20.0})
    assert out["AVAL"].tolist() == [900, 20, 40, 200, 20]
    assert out["BLQFL"].tolist() == ["", "Y", "Y", "Y", "Y"]
    assert [n.rule for n in notes] == ["blank below the limit"]
    assert "read as 20, 40, 200, 4 row(s)" in notes[0].found


def test_without_flags_a_value_at_the_limit_that_its_text_names_is_below_it():
    rows = lab(("HIVRNA", 40.0, "<40"), ("HIVRNA", 20.0, "<40"), ("HIVRNA", 35.0, "35"))
    out, _ = marked_below_limit(rows, "adlb.csv", limits={"HIVRNA": 20.0})
    assert out["AVAL"].tolist() == [40, 40, 35]  # half of 40 was filled in; 35 was measured
    assert out["BLQFL"].tolist() == ["Y", "Y", ""]


def test_the_limit_of_another_unit_is_not_taken():
    rows = lab(("HIVLOG", 2.954, "900"), ("HIVLOG", 3.0, "1000"), ("HIVLOG", None, "<40"))
    out, notes = marked_below_limit(rows, "adlb.csv", limits={"HIVLOG": 1.6})
    assert out is rows
    assert notes == []


def test_a_comma_that_may_separate_thousands_names_no_limit():
    rows = lab(("HIVRNA", 900.0, "900"), ("HIVRNA", None, "<1,000"))
    assert np.isnan(limits_in_words(rows, np.array([20.0, 20.0]))).all()


def test_a_study_without_flags_is_the_study_with_them(tmp_path):
    bare = published()
    marked = bare.tables["adlb"]["BLQFL"] == "Y"
    bare.tables["adlb"].loc[marked, "AVAL"] = "25"  # half the limit, as some exports write
    bare.tables["adlb"].loc[marked, "CHG"] = ""
    del bare.tables["adlb"]["BLQFL"]
    folder = bare.write(tmp_path / "bare")
    report = check_folder(folder)
    assert [p.rule for p in report.problems if p.column == "BLQFL"] == ["limit marked by lloq"]
    assert report.exit_code != 1
    same = load_study(published().write(tmp_path / "same")).adlb
    rows = load_study(folder).adlb
    assert rows["BLQFL"].equals(same["BLQFL"])
    assert rows.loc[rows["BLQFL"], "AVAL"].equals(same.loc[same["BLQFL"], "AVAL"])
