"""Study folders: a sound one loads typed; a faulty one gets one report with every fault."""

import re
import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest

from faults import published
from helpers.errors import StudyError
from helpers.study import load_study

DATA = Path(__file__).resolve().parents[1] / "data"


@pytest.fixture
def folder(tmp_path):
    """A sound copy of the randomised study folder, to be spoilt."""
    return Path(shutil.copytree(DATA / "hucmsc", tmp_path / "study"))


def spoil(path: Path, row: int, column: str, value: str) -> None:
    """Set one cell of a csv; `row` is the line in the file, the header being 1."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.loc[row - 2, column] = value
    frame.to_csv(path, index=False)


def report(folder: Path) -> str:
    with pytest.raises(StudyError) as caught:
        load_study(folder)
    return str(caught.value)


@pytest.mark.parametrize("name", ["aait", "hucmsc"])
def test_published_folders_have_no_fault(name):
    study = load_study(DATA / name)
    rows = pd.read_csv(DATA / name / "adsl.csv")
    assert list(study.adsl["USUBJID"]) == list(rows["USUBJID"])
    assert study.label == "simulated"
    assert study.adsl["ARM"].notna().all()


def test_arm_labels_come_in_the_order_of_the_file():
    toml = tomllib.loads((DATA / "hucmsc/study.toml").read_text())
    study = load_study(DATA / "hucmsc")
    assert study.arms == [arm["label"] for arm in toml["arms"]]
    assert study.reference == "Control"
    assert list(study.adlb["ARM"].cat.categories) == study.arms


def test_zero_censoring_code_is_an_event():
    raw = pd.read_csv(DATA / "hucmsc/adtte.csv")
    study = load_study(DATA / "hucmsc")
    assert (~study.adtte["CNSR"]).sum() == (raw["CNSR"] == 0).sum()


@pytest.mark.parametrize("zero", ["0", "0.0", "5e-79", " 0 "])
def test_every_spelling_of_zero_is_an_event(folder, zero):
    spoil(folder / "adtte.csv", 2, "CNSR", zero)
    assert not load_study(folder).adtte["CNSR"].iloc[0]


@pytest.mark.parametrize("code", ["-1", "0.5", "yes", ""])
def test_a_censoring_code_that_is_none_is_named(folder, code):
    spoil(folder / "adtte.csv", 4, "CNSR", code)
    text = report(folder)
    assert "adtte.csv, row 4, column CNSR" in text
    assert (repr(code) if code else "nothing") in text


@pytest.mark.parametrize(
    ("file", "column", "value", "rule"),
    [
        ("adlb.csv", "AVAL", "high", "not a number"),
        ("adlb.csv", "AVISITN", "x", "not a number"),
        ("adlb.csv", "USUBJID", "NOBODY", "subject without a row in adsl"),
        ("adlb.csv", "CHG", "12345", "CHG is not AVAL minus BASE"),
        ("adlb.csv", "BLQFL", "maybe", "not a flag"),
        ("adsl.csv", "AGE", "340", "out of range"),
        ("adsl.csv", "TRT01A", "placebo", "treatment without an arm"),
        ("adsl.csv", "USUBJID", "", "missing value"),
        ("adtte.csv", "AVAL", "-3", "negative or infinite time"),
        ("adtte.csv", "AVAL", "", "missing value"),
    ],
)
def test_a_faulty_cell_is_named_with_file_row_and_column(folder, file, column, value, rule):
    spoil(folder / file, 6, column, value)
    text = report(folder)
    assert f"{file}, row 6, column {column}: {rule}" in text
    assert (repr(value) if value else "nothing") in text or rule == "CHG is not AVAL minus BASE"


def test_a_duplicated_subject_is_named(folder):
    frame = pd.read_csv(folder / "adsl.csv", dtype=str, keep_default_na=False)
    pd.concat([frame, frame.iloc[[2]]]).to_csv(folder / "adsl.csv", index=False)
    text = report(folder)
    assert f"adsl.csv, row {len(frame) + 2}, column USUBJID: duplicate USUBJID" in text
    assert frame["USUBJID"][2] in text


def test_a_missing_subject_table_is_named(folder):
    (folder / "adsl.csv").unlink()
    assert "adsl: missing table" in report(folder)


def test_a_missing_table_of_a_parameter_is_named(folder):
    (folder / "adlb.csv").unlink()
    text = report(folder)
    assert "parameters.cd4: parameter without rows" in text
    assert "no adlb table" in text


def test_a_missing_column_is_named_with_the_columns_found(folder):
    frame = pd.read_csv(folder / "adtte.csv", dtype=str, keep_default_na=False)
    frame.drop(columns="CNSR").to_csv(folder / "adtte.csv", index=False)
    text = report(folder)
    assert "adtte.csv, column CNSR: missing column" in text
    assert "EVNTDESC" in text


def test_an_unknown_column_mapping_is_named(folder):
    toml = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(toml + '\n[columns.adsl]\nAGE = "ALTER"\n')
    text = report(folder)
    assert "columns.adsl.AGE: unknown column mapping" in text
    assert "'ALTER'" in text


def test_a_description_at_fault_does_not_hide_its_column_mapping(folder):
    path, toml = folder / "adsl.csv", folder / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("TRT01A", "MYARM", 1), "utf-8")
    text = toml.read_text(encoding="utf-8").replace("title =", "titel =", 1)
    toml.write_text(text + '\n[columns.adsl]\nTRT01A = "MYARM"\n', encoding="utf-8")
    said = report(folder)
    assert "unknown key" in said
    assert "missing column" not in said


def test_a_missing_column_names_the_block_that_maps_it(folder):
    path = folder / "adsl.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("TRT01A", "MYARM", 1), "utf-8")
    assert 'TRT01A = "YOUR NAME" under [columns.adsl]' in report(folder)


def test_a_column_mapping_reads_the_column_by_its_own_name(folder):
    frame = pd.read_csv(folder / "adsl.csv", dtype=str, keep_default_na=False)
    frame.rename(columns={"TRT01A": "Armname"}).to_csv(folder / "adsl.csv", index=False)
    toml = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(toml + '\n[columns.adsl]\nTRT01A = "armname"\n')
    assert load_study(folder).adsl["ARM"].notna().all()


def test_all_faults_come_in_one_report(folder):
    spoil(folder / "adsl.csv", 3, "AGE", "old")
    spoil(folder / "adlb.csv", 3, "AVAL", "many")
    spoil(folder / "adtte.csv", 3, "CNSR", "-9")
    text = report(folder)
    assert all(found in text for found in ("'old'", "'many'", "'-9'"))
    assert text.splitlines()[0].endswith("3 error(s), 0 warning(s)")


def test_many_like_faults_are_counted_not_listed(folder):
    frame = pd.read_csv(folder / "adlb.csv", dtype=str, keep_default_na=False)
    frame.loc[:99, "AVAL"] = "lost"
    frame.to_csv(folder / "adlb.csv", index=False)
    text = report(folder)
    assert text.count("column AVAL: not a number") == 5
    assert "(and 95 more like it)" in text


def test_no_folder_at_all_says_what_to_write(tmp_path):
    text = report(tmp_path / "nowhere")
    assert "no such folder" in text


def test_a_semicolon_file_with_byte_order_mark_reads_the_same(folder):
    frame = pd.read_csv(folder / "adsl.csv", dtype=str, keep_default_na=False)
    frame.to_csv(folder / "adsl.csv", index=False, sep=";", encoding="utf-8-sig")
    assert list(load_study(folder).adsl["USUBJID"]) == list(frame["USUBJID"])


def test_parquet_gives_the_same_study_as_csv(folder):
    before = load_study(folder)
    for name in ("adsl", "adlb", "adtte"):
        frame = pd.read_csv(folder / f"{name}.csv")
        frame.to_parquet(folder / f"{name}.parquet")
        (folder / f"{name}.csv").unlink()
    after = load_study(folder)
    pd.testing.assert_series_equal(before.adlb["AVAL"], after.adlb["AVAL"])
    pd.testing.assert_series_equal(before.adtte["CNSR"], after.adtte["CNSR"])
    pd.testing.assert_series_equal(before.adlb["ARM"], after.adlb["ARM"])


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('design = "randomised"', 'design = "crossover"', "single-arm or randomised"),
        ("reference = true", "reference = false", "exactly one of them reference"),
        ('paramcd = "CD8"', 'paramcd = "CDVIII"', "rows with PARAMCD 'CDVIII'"),
        ('id = "hucmsc"', "", "study.toml, id: missing key"),
        ("[[arms]]", "[[arms", "not TOML"),
    ],
)
def test_a_faulty_study_toml_is_explained(folder, old, new, said):
    toml = (folder / "study.toml").read_text()
    assert old in toml
    (folder / "study.toml").write_text(toml.replace(old, new, 1))
    assert said in report(folder)


def test_values_that_are_not_finite_are_named(folder):
    spoil(folder / "adlb.csv", 5, "AVAL", "inf")
    assert "adlb.csv, row 5, column AVAL: not finite" in report(folder)


def test_a_file_that_is_not_utf8_names_its_row_and_the_remedy(folder):
    path = folder / "adsl.csv"
    lines = path.read_bytes().split(b"\n")
    lines[3] = lines[3].replace(b",M,", b",M\xe4nnlich,").replace(b",F,", b",F\xe4,")
    path.write_bytes(b"\n".join(lines))
    text = report(folder)
    assert "adsl.csv, row 4: unreadable file" in text
    assert "save it as UTF-8" in text


def test_a_row_longer_than_the_header_is_no_silent_loss(folder):
    with (folder / "adsl.csv").open("a") as file:
        file.write("a" + ",b" * 40 + "\n")
    text = report(folder)
    assert re.search(r"adsl.csv, row \d+: ", text)
    assert "found:    41 cells where the header has 12" in text


def test_one_table_in_two_files_is_named(folder):
    shutil.copy(folder / "adtte.csv", folder / "adtte.csv.gz")
    assert "two files of one table" in report(folder)


def test_a_column_twice_is_named(folder):
    text = (folder / "adsl.csv").read_text().replace("AGE", "sex", 1)
    (folder / "adsl.csv").write_text(text)
    assert "column SEX: duplicate column" in report(folder)


def test_a_visit_that_the_data_lack_is_named(folder):
    toml = (folder / "study.toml").read_text().replace("main = 48", "main = 52")
    (folder / "study.toml").write_text(toml)
    text = report(folder)
    assert "visits.main: visit without rows" in text
    assert "48" in text


def test_a_broken_table_does_not_raise_errors_that_only_follow_from_it(folder):
    frame = pd.read_csv(folder / "adlb.csv", dtype=str, keep_default_na=False)
    frame.drop(columns="AVAL").to_csv(folder / "adlb.csv", index=False)
    assert report(folder).splitlines()[0].endswith("1 error(s), 0 warning(s)")


def test_a_folder_that_does_not_exist_is_one_error(tmp_path):
    assert report(tmp_path / "nowhere").splitlines()[0].endswith("1 error(s), 0 warning(s)")


def test_a_study_has_what_its_arms_can_compare(folder):
    assert load_study(folder).has("cd4")
    frame = pd.read_csv(folder / "adlb.csv", dtype=str, keep_default_na=False)
    adsl = pd.read_csv(folder / "adsl.csv", dtype=str)
    gone = set(adsl.loc[adsl["TRT01A"] == "Placebo", "USUBJID"][2:])
    frame[~frame["USUBJID"].isin(gone)].to_csv(folder / "adlb.csv", index=False)
    study = load_study(folder)
    assert not study.has("cd4")  # two controls are no arm to compare with
    assert study.has("adtte")


def test_an_arm_column_of_the_data_gives_way_to_the_arm_analysed(tmp_path):
    folder = published()
    adsl = folder.tables["adsl"]
    adsl["ARM"] = adsl["TRT01A"].str.upper()  # SDTM's planned arm, as most adsl carry it
    for table in ("adlb", "adae", "adtte"):
        folder.tables[table]["ARM"] = "whatever"
    study = load_study(folder.write(tmp_path / "study"))
    same = load_study(published().write(tmp_path / "same"))
    for name in ("adsl", "adlb", "adae", "adtte"):
        assert getattr(study, name)["ARM"].equals(getattr(same, name)["ARM"])


def test_pooled_treatments_are_analysed_as_one_arm(tmp_path):
    folder = published()
    low, high = '[[arms]]\nvalue = "Low dose"', '[[arms]]\nvalue = "High dose"'
    head, tail = folder.toml[: folder.toml.index(low)], folder.toml[folder.toml.index("[visits]") :]
    assert high in folder.toml
    pooled = '[[arms]]\nvalue = ["Low dose", "High dose"]\nlabel = "Cells"\n\n'
    folder.toml = head + pooled + tail
    study = load_study(folder.write(tmp_path / "study"))
    assert study.arms == ["Control", "Cells"]
    assert study.adsl["ARM"].value_counts().to_dict() == {"Cells": 48, "Control": 24}
