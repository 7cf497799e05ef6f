"""`init` describes a folder of tables: what it guesses is right, what it cannot tell it says."""

import math
import shutil
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.__main__ import main
from helpers.config import parse_config
from helpers.errors import StudyError
from helpers.scaffold import write_first_description
from helpers.scaffold.arms import dose_of, guess_arms
from helpers.scaffold.draft import quoted
from helpers.scaffold.endpoints import polarity
from helpers.scaffold.parameters import role_of
from helpers.scaffold.visits import guess_visits
from helpers.simulate.example import write_example
from helpers.study import load_study, read_study
from helpers.validation import check_folder

DATA = Path(__file__).resolve().parents[1] / "data"


def tables_of(study: str, folder: Path) -> Path:
    folder.mkdir()
    for path in (DATA / study).glob("*.csv"):
        shutil.copy(path, folder)
    return folder


def described(folder: Path) -> dict:
    write_first_description(folder)
    return tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))


def write(folder: Path, **tables: pd.DataFrame) -> Path:
    folder.mkdir(exist_ok=True)
    for name, frame in tables.items():
        frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


def adsl(arms: list[str], each: int = 4, column: str = "TRT01A") -> pd.DataFrame:
    ids = [f"S-{i:03d}" for i in range(each * len(arms))]
    return pd.DataFrame({"USUBJID": ids, column: arms * each})


def adlb(subjects, **columns) -> pd.DataFrame:
    """Three visits of one parameter for each subject."""
    rows = pd.DataFrame(
        [
            (s, week, 300 + 10 * i + week * (1 + i))
            for i, s in enumerate(subjects)
            for week in (0, 4, 12)
        ],
        columns=["USUBJID", "AVISITN", "AVAL"],
    )
    return rows.assign(**{"PARAMCD": "CD4", **columns})


@pytest.mark.parametrize("study", ["aait", "hucmsc"])
def test_the_description_of_a_published_folder_is_found_again(study, tmp_path):
    folder = tables_of(study, tmp_path / study)
    guess = described(folder)
    truth = tomllib.loads((DATA / study / "study.toml").read_text(encoding="utf-8"))
    assert guess["design"] == truth["design"]
    assert [arm["value"] for arm in guess["arms"]] == [arm["value"] for arm in truth["arms"]]
    assert guess["visits"]["unit"] == truth["visits"]["unit"]
    assert guess["visits"]["baseline"] == truth["visits"]["baseline"]
    for role, parameter in truth["parameters"].items():
        same = ("paramcd", "unit", "scale", "group")
        found = guess["parameters"][role]
        assert [found.get(key) for key in same] == [parameter.get(key) for key in same]
        assert found.get("lloq") in (parameter.get("lloq"), None)  # no value is below some limits
    mine = [(e["paramcd"], e["unit"], e["event"]) for e in guess.get("endpoints", {}).values()]
    theirs = [(e["paramcd"], e["unit"], e["event"]) for e in truth.get("endpoints", {}).values()]
    assert mine == theirs
    assert guess["subject_level"] == "hidden"


@pytest.mark.parametrize("study", ["aait", "hucmsc"])
def test_a_folder_described_so_passes_the_check(study, tmp_path):
    folder = tables_of(study, tmp_path / study)
    write_first_description(folder)
    assert check_folder(folder).exit_code == 0
    assert load_study(folder).has("cd4")


def test_actg_175_is_described_and_passes(tmp_path):
    from helpers.actg175 import write_study

    folder = write_study(tmp_path / "actg")
    (folder / "study.toml").unlink()
    guess = described(folder)
    assert guess["visits"] == {"unit": "week", "baseline": 0, "main": 20}
    assert guess["endpoints"]["primary"] == {
        "paramcd": "PRIMARY", "label": "Days to CD4 decline of 50% or more, AIDS event or death",
        "unit": "day", "event": "failure",
    }  # fmt: skip
    assert check_folder(folder).exit_code != 1


def test_running_twice_changes_nothing_and_says_so(tmp_path, capsys):
    folder = tables_of("aait", tmp_path / "study")
    assert main(["init", str(folder)]) == 0
    printed = capsys.readouterr().out
    assert f"next: read {folder / 'study.toml'}" in printed
    assert f"python -m helpers check {folder}" in printed
    before = (folder / "study.toml").read_bytes()
    assert main(["init", str(folder)]) == 1
    assert "left as it was" in capsys.readouterr().err
    assert (folder / "study.toml").read_bytes() == before


def test_every_line_says_how_it_was_guessed(tmp_path):
    folder = tables_of("hucmsc", tmp_path / "study")
    write_first_description(folder)
    lines = (folder / "study.toml").read_text(encoding="utf-8").splitlines()
    plain = [line for line in lines if line and not line.startswith(("#", "["))]
    assert plain
    assert all("  # " in line for line in plain)


@pytest.mark.parametrize(
    ("place", "said"),
    [("ADSL_final.csv", "ADSL_final.csv"), ("raw/adsl.csv", "raw/adsl.csv"), ("", "no table")],
)
def test_tables_under_no_known_name_are_named(place, said, tmp_path):
    if place:
        path = tmp_path / place
        path.parent.mkdir(exist_ok=True)
        adsl(["A", "B"]).to_csv(path, index=False)
    with pytest.raises(StudyError, match="missing table") as caught:
        write_first_description(tmp_path)
    assert said in str(caught.value)
    assert not (tmp_path / "study.toml").exists()


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(StudyError, match="no such folder"):
        write_first_description(tmp_path / "nowhere")


def test_an_unreadable_table_leaves_no_description(tmp_path):
    write(tmp_path, adsl=adsl(["A", "B"]))
    (tmp_path / "adlb.xpt").write_bytes(b"no transport file")
    with pytest.raises(StudyError, match="unreadable file"):
        write_first_description(tmp_path)
    assert not (tmp_path / "study.toml").exists()


@pytest.mark.parametrize("column", ["TRT01P", "TRTA", "TRTP", "ACTARM", "ARM"])
def test_the_treatment_is_found_under_its_other_names(column, tmp_path):
    folder = write(tmp_path / "s", adsl=adsl(["Placebo", "Drug"], column=column))
    assert described(folder)["columns"]["adsl"]["TRT01A"] == column
    assert load_study(folder).arms == ["Placebo", "Drug"]


def test_an_empty_actual_treatment_gives_way_to_the_planned_one(tmp_path):
    frame = adsl(["Placebo", "Drug"], column="TRT01P").assign(TRT01A="")
    folder = write(tmp_path / "s", adsl=frame)
    assert described(folder)["columns"]["adsl"]["TRT01A"] == "TRT01P"


@pytest.mark.parametrize(
    ("labels", "order", "doses"),
    [
        (["20 mg", "Placebo", "5 mg", "10 mg"], ["Placebo", "5 mg", "10 mg", "20 mg"], [0, 5, 10, 20]),
        (["XY-1 2.5 mg/kg", "Vehicle", "XY-1 0.5 mg/kg"],
         ["Vehicle", "XY-1 0.5 mg/kg", "XY-1 2.5 mg/kg"], [0, 0.5, 2.5]),
        (["1 x 10^6 cells/kg", "3 x 10^5 cells/kg", "Sham"],
         ["Sham", "3 x 10^5 cells/kg", "1 x 10^6 cells/kg"], [0, 3e5, 1e6]),
        (["High dose", "Control", "Low dose"], ["Control", "Low dose", "High dose"], None),
        (["Drug A 10 mg", "Drug B 20 mg", "Placebo"], ["Placebo", "Drug A 10 mg", "Drug B 20 mg"], None),
        (["5 mg", "10 mL", "Placebo"], ["Placebo", "10 mL", "5 mg"], None),
        (["Standard of care", "Standard of care + cells"], None, None),
    ],
)  # fmt: skip
def test_arms_stand_in_dose_order_after_their_reference(labels, order, doses):
    guess = guess_arms(pd.Series(labels, name="TRT01A"))
    if order is None:
        assert not guess.reference_is_sure  # both say "standard": nobody can tell
        return
    assert [arm.value for arm in guess.arms] == order
    assert guess.arms[0].reference
    assert [arm.dose for arm in guess.arms] == (doses or [None] * len(order))


@pytest.mark.parametrize("label", ["Cont", "Ctrl", "TAU", "Treatment as usual", "Usual treatment"])
def test_words_of_a_comparator_make_a_reference(label):
    guess = guess_arms(pd.Series(["Behaviour", label, "Family"], name="TRT01A"))
    assert guess.reference_is_sure
    assert guess.arms[0].value == label


def test_an_antibody_against_tau_is_no_treatment_as_usual():
    guess = guess_arms(pd.Series(["Anti-tau antibody", "Continuous infusion"], name="TRT01A"))
    assert not guess.reference_is_sure


def test_the_number_of_the_treatment_gives_the_order():
    arms = pd.Series(["Zinc", "Placebo", "Iron", "Placebo"])
    guess = guess_arms(arms, pd.Series(["1", "9", "2", "9"]))
    assert [arm.value for arm in guess.arms] == ["Placebo", "Zinc", "Iron"]


def test_a_reference_that_no_label_tells_is_said_to_be_unknown(tmp_path):
    folder = write(tmp_path / "s", adsl=adsl(["Zidovudine", "Didanosine"]))
    summary = write_first_description(folder)
    assert "arms 1: reference = true (no label says" in summary
    assert load_study(folder).reference == "Didanosine"  # by name, and marked as not told


def test_two_spellings_of_a_label_are_one_arm_and_are_said(tmp_path):
    subjects = adsl(["Placebo", "Cell therapy"])
    subjects.loc[2, "TRT01A"] = "placebo "
    subjects.loc[3, "TRT01A"] = "CELL-THERAPY"
    folder = write(tmp_path / "s", adsl=subjects)
    summary = write_first_description(folder)
    arms = tomllib.loads((folder / "study.toml").read_text())["arms"]
    assert [arm["value"] for arm in arms] == ["Placebo", "Cell therapy"]
    assert "whether 'placebo' is 'Placebo'" in summary
    assert "whether 'CELL-THERAPY' is 'Cell therapy'" in summary
    rules = {(p.row, p.rule) for p in check_folder(folder).problems if p.severity == "error"}
    assert rules == {(row, "treatment without an arm but for its spelling") for row in (4, 5)}


def test_screen_failures_are_no_arm(tmp_path):
    folder = write(tmp_path / "s", adsl=adsl(["Placebo", "Drug", "Screen Failure"]))
    assert [arm["value"] for arm in described(folder)["arms"]] == ["Placebo", "Drug"]
    assert "take them out of adsl" in (folder / "study.toml").read_text()


@pytest.mark.parametrize(
    ("label", "found"),
    [
        ("10 mg", (10, "mg")), ("0,5 mg/kg", (0.5, "mg/kg")), ("BRII-179 40 µg", (40, "µg")),
        ("2×10^6 cells/kg", (2e6, "cells/kg")), ("Drug 10 mg + Other 5 mg", None),
        ("CD34 cells", None), ("Week 12", None), ("Arm 2", None), ("5 months", None),
    ],
)  # fmt: skip
def test_a_dose_is_one_number_with_a_unit(label, found):
    assert (dose_of(label) or (None,))[:2] == (found or (None,))


@pytest.mark.parametrize(
    ("code", "name", "role"),
    [
        ("CD4", "CD4+ T cells (cells/µL)", "cd4"),
        ("LYMCD4", "CD4 Lymphocytes", "cd4"),
        ("CD4", "Helper/Inducer T-Lymphocyte (CD4)", "cd4"),
        ("CD4P", "CD4 Lymphocytes (%)", ""),
        ("CD4NAIVE", "Naive CD4+ T cells", ""),
        ("CD438", "CD4+CD38+ T cells", ""),
        ("CD45", "CD45+ leukocytes", ""),
        ("CD8", "CD8+ T cells", "cd8"),
        ("CD4CD8", "CD4/CD8 ratio", "cd4cd8"),
        ("CD48R", "CD4+/CD8+ Ratio", "cd4cd8"),
        ("HIVRNA", "HIV RNA", "hivrna"),
        ("HIV1RNA", "HIV-1 RNA, log10 copies/mL", "hivrna"),
        ("VL", "Viral load", "hivrna"),
        ("HIVDNA", "HIV DNA, cell-associated", ""),
        ("DONOR", "Donor cells (%)", "chimerism"),
        ("IL6", "Interleukin 6", "cytokine"),
        ("TNFA", "TNF-alpha", "cytokine"),
        ("BILI", "Bilirubin", ""),
        ("ALT", "Alanine aminotransferase", ""),
        ("WEIGHT", "Weight (kg)", ""),
    ],
)
def test_a_parameter_is_known_by_its_code_and_name(code, name, role):
    assert role_of(code, name) == role


def test_values_that_are_logarithms_are_not_logged_again(tmp_path):
    subjects = adsl(["Placebo", "Drug"])
    rows = adlb(subjects["USUBJID"], PARAMCD="HIVRNA", PARAM="HIV-1 RNA (log10 copies/mL)")
    rows["AVAL"] = 1.69 + (rows["AVISITN"] == 0) * rows.index * 0.07
    found = described(write(tmp_path / "s", adsl=subjects, adlb=rows))["parameters"]["hivrna"]
    assert (found["unit"], found["scale"]) == ("log10 copies/mL", "already log10")


def test_ties_at_the_lowest_value_look_like_a_limit_and_are_marked_as_a_guess(tmp_path):
    subjects = adsl(["Placebo", "Drug"])
    rows = adlb(subjects["USUBJID"], PARAMCD="VL", PARAM="Viral load", AVALU="copies/mL")
    rows["AVAL"] = rows["AVAL"].where(rows["AVISITN"] == 0, 50)
    folder = write(tmp_path / "s", adsl=subjects, adlb=rows)
    assert described(folder)["parameters"]["hivrna"]["lloq"] == 50
    text = (folder / "study.toml").read_text()
    assert "lloq = 50  # could not tell: 16 of 24 values are equal and the lowest" in text


def test_results_written_as_less_than_give_the_limit(tmp_path):
    subjects = adsl(["Placebo", "Drug"])
    rows = adlb(subjects["USUBJID"], PARAMCD="VL", PARAM="Viral load")
    low = rows["AVISITN"] > 0
    rows = rows.assign(AVALC=rows["AVAL"].astype(str).mask(low, "<40"))
    rows["AVAL"] = rows["AVAL"].mask(low, 20)
    assert (
        described(write(tmp_path / "s", adsl=subjects, adlb=rows))["parameters"]["hivrna"]["lloq"]
        == 40
    )


@pytest.mark.parametrize(
    ("factor", "words", "unit"), [(7, False, "week"), (1, False, "day"), (30.4, False, "month"),
                                  (None, True, "week"), (None, False, None)]
)  # fmt: skip
def test_the_unit_of_visits_comes_from_words_or_study_days(factor, words, unit):
    rows = adlb([f"S{i}" for i in range(5)])
    if factor:
        rows["ADY"] = (rows["AVISITN"] * factor + 1).round()
    if words:
        rows["AVISIT"] = "Week " + rows["AVISITN"].astype(str)
    assert guess_visits(rows, "CD4").unit == unit


def test_visits_in_german_name_their_unit():
    rows = adlb([f"S{i}" for i in range(5)])
    rows["AVISIT"] = "Woche " + rows["AVISITN"].astype(str)
    assert guess_visits(rows, "CD4").unit == "week"


def test_german_column_names_are_mapped(tmp_path):
    subjects = adsl(["Kontrolle", "Zelltherapie"]).rename(
        columns={"USUBJID": "Patient", "TRT01A": "Behandlung"}
    )
    subjects["Geschlecht"] = "F"
    subjects["ITTFL"] = "J"
    folder = write(tmp_path / "s", adsl=subjects)
    guess = described(folder)
    mapped = {"TRT01A": "BEHANDLUNG", "USUBJID": "PATIENT", "SEX": "GESCHLECHT"}
    assert guess["columns"]["adsl"] == mapped
    assert guess["arms"][0] == {"value": "Kontrolle", "label": "Kontrolle", "reference": True}
    assert load_study(folder).adsl["ITTFL"].all()


def test_visits_that_are_only_counted_are_said_to_be():
    rows = adlb([f"S{i}" for i in range(5)])
    rows["AVISIT"] = "Week " + rows["AVISITN"].astype(str)
    rows["AVISITN"] = rows["AVISITN"].map({0: 1, 4: 2, 12: 3})
    guess = guess_visits(rows, "CD4")
    assert guess.unit is None
    assert "AVISIT says week 12 where AVISITN is 3" in guess.unit_why


def test_the_main_visit_is_the_last_that_nearly_everybody_attended():
    rows = adlb([f"S{i:02d}" for i in range(20)])
    few = rows["USUBJID"].isin(["S00", "S01"]) & (rows["AVISITN"] == 12)
    extra = rows[few].assign(AVISITN=48)
    early = rows[rows["AVISITN"] == 12].assign(AVISITN=99, AVISIT="Early termination")
    rows = pd.concat([rows.assign(AVISIT=""), extra, early])
    guess = guess_visits(rows, "CD4")
    assert (guess.baseline, guess.main) == (0, 12)


@pytest.mark.parametrize(
    ("words", "event"),
    [
        ("Time to immunological response (weeks)", "response"),
        ("Time to viral rebound", "failure"),
        ("Overall survival", "failure"),
        ("Time to loss of response", "failure"),
        ("Time to viral suppression below 50 copies", "response"),
        ("Time to recovery or death", None),
        ("Time to study visit", None),
        ("Dermatologic Event Occured", None),
        ("Event occurred in the studied eye", None),
        ("Change in health status", None),
        ("First corresponding visit before the deadline", None),
        ("Time to healing of the ulcer", "response"),
        ("Cured of infection", None),
        ("Patient died", "failure"),
        ("Plasma cell malignancy", "failure"),
    ],
)
def test_the_words_of_an_endpoint_say_whether_its_event_is_good(words, event):
    assert polarity(words) == event


def test_the_unit_of_a_time_comes_from_the_length_of_observation(tmp_path):
    subjects = adsl(["Placebo", "Drug"]).assign(TRTDURD=700)
    times = pd.DataFrame({"USUBJID": subjects["USUBJID"], "PARAMCD": "DEATH", "PARAM": "Death",
                          "AVAL": [3, 10, 50, 99, 100, 100, 100, 20], "CNSR": 0})  # fmt: skip
    folder = write(tmp_path / "s", adsl=subjects, adtte=times)
    assert described(folder)["endpoints"]["death"]["unit"] == "week"


def test_an_event_flag_is_not_taken_for_a_censoring_code(tmp_path):
    subjects = adsl(["Placebo", "Drug"])
    times = pd.DataFrame({"USUBJID": subjects["USUBJID"], "PARAMCD": "OS", "AVAL": 3, "EVENT": 1})
    folder = write(tmp_path / "s", adsl=subjects, adtte=times)
    assert "adtte" not in described(folder).get("columns", {})
    assert "EVENT looks like an event flag" in (folder / "study.toml").read_text()


def test_columns_of_other_traditions_are_mapped(tmp_path):
    subjects = adsl(["Placebo", "Drug"]).rename(columns={"USUBJID": "SUBJID"})
    rows = adlb(subjects["SUBJID"]).rename(
        columns={"USUBJID": "subjid", "PARAMCD": "LBTESTCD", "AVAL": "LBSTRESN"}
    )
    folder = write(tmp_path / "s", adsl=subjects, adlb=rows)
    assert described(folder)["columns"]["adlb"] == {
        "USUBJID": "SUBJID", "PARAMCD": "LBTESTCD", "AVAL": "LBSTRESN",
    }  # fmt: skip
    assert load_study(folder).has("cd4")


HOSTILE = [
    'say "10 mg"', "back\\slash", "<script>alert(1)</script>", "# no comment", "a = 1", "'''",
    '"""', "Ünïcode 免疫 ½", "=SUM(A1)", "[[arms]]", "tail\\", "tab\tbed",
]  # fmt: skip


def test_labels_of_any_kind_come_back_as_they_are(tmp_path):
    folder = write(tmp_path / "s", adsl=adsl(HOSTILE))
    values = {arm["value"] for arm in described(folder)["arms"]}
    assert values == set(HOSTILE) - {"tab\tbed"} | {"tab bed"}  # a tab is read as a blank
    rules = {p.rule for p in read_study(folder)[1]}
    assert "control character" in rules  # and it says so


def test_a_name_with_a_line_break_cannot_write_a_line_of_the_file(tmp_path):
    subjects = adsl(["Placebo", "Drug"])
    rows = adlb(subjects["USUBJID"], PARAM='CD4\nsubject_level = "shown"')
    folder = write(tmp_path / "s", adsl=subjects, adlb=rows)
    assert described(folder)["subject_level"] == "hidden"
    lines = (folder / "study.toml").read_text().splitlines()
    assert not [line for line in lines if line.startswith('subject_level = "shown"')]


@given(st.text())
def test_any_text_survives_toml(text):
    surrogate = any(0xD800 <= ord(c) <= 0xDFFF for c in text)
    if not surrogate:
        assert tomllib.loads(f"a = {quoted(text)}")["a"] == text


@pytest.mark.parametrize(
    "labels",
    [
        ["Cohort 1", "Cohort 2", "Cohort 3"],
        ["Dose Level II", "Dose level I"],
        ["Kohorte A", "Kohorte B"],
    ],
)
def test_cohorts_of_a_dose_escalation_are_one_arm_of_a_single_arm_study(labels, tmp_path):
    folder = write(tmp_path / "s", adsl=adsl(labels, each=3, column="ARM"))
    guess = described(folder)
    assert guess["design"] == "single-arm"
    assert [arm["value"] for arm in guess["arms"]] == [sorted(labels)]
    study = load_study(folder)
    assert study.arms == ["All cohorts"]
    assert study.adsl["ARM"].notna().all()


def test_a_cohort_with_a_control_is_no_dose_escalation():
    guess = guess_arms(pd.Series(["Cohort 1", "Cohort 2", "Placebo"]))
    assert guess.pooled == []


def test_a_wide_table_is_told_from_one_without_a_column(tmp_path):
    long = adlb(["S-000", "S-001"]).drop(columns=["PARAMCD"])
    wide = pd.DataFrame({"RECORD_ID": ["S-000", "S-001"], "WEEK": [0, 0], "CD4": [210, 340],
                         "VL": ["<50", "1200"]})  # fmt: skip
    for name, table, said in (("long", long, False), ("wide", wide, True)):
        summary = write_first_description(
            write(tmp_path / name, adsl=adsl(["A", "B"], each=1), adlb=table)
        )
        assert ("a column each for CD4, VL: make it long" in summary) == said
        assert ("PARAMCD of adlb" in summary) == (not said)


def test_names_in_words_are_mapped(tmp_path):
    subjects = adsl(["A", "B"]).rename(
        columns={"USUBJID": "unique_subject_identifier", "TRT01A": "actual_treatment_arm"}
    )
    rows = adlb(["S-000", "S-001"], AVISIT="x").rename(
        columns={"USUBJID": "record_id", "PARAMCD": "parameter_code", "AVAL": "analysis_value",
                 "AVISITN": "analysis_visit_number", "AVISIT": "analysis_visit"}
    )  # fmt: skip
    columns = described(write(tmp_path / "s", adsl=subjects, adlb=rows))["columns"]
    assert columns["adsl"] == {
        "TRT01A": "ACTUAL_TREATMENT_ARM", "USUBJID": "UNIQUE_SUBJECT_IDENTIFIER",
    }  # fmt: skip
    assert columns["adlb"] == {
        "USUBJID": "RECORD_ID", "PARAMCD": "PARAMETER_CODE", "AVISITN": "ANALYSIS_VISIT_NUMBER",
        "AVAL": "ANALYSIS_VALUE", "AVISIT": "ANALYSIS_VISIT",
    }  # fmt: skip


def test_the_lowest_limit_of_several_assays_is_the_limit_and_the_others_are_said(tmp_path):
    subjects = adsl(["A", "B"], each=10)
    rows = adlb(subjects["USUBJID"], PARAMCD="HIVRNA", PARAM="HIV-1 RNA (copies/mL)")
    rows["AVAL"] = rows["AVAL"].astype(float)
    rows["AVAL"] = (
        rows["AVAL"].sample(frac=1, random_state=1).to_numpy()
    )  # in no order of their own
    rows["AVALC"] = rows["AVAL"].astype(str)
    for visit, limit in ((4, "<20"), (12, "<40")):
        rows.loc[rows["AVISITN"] == visit, "AVALC"] = limit
        rows.loc[rows["AVISITN"] == visit, "AVAL"] = None  # blank, as where AVAL is a number only
    folder = write(tmp_path / "s", adsl=subjects, adlb=rows)
    summary = write_first_description(folder)
    guess = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    assert guess["parameters"]["hivrna"]["lloq"] == 20
    assert "AVALC has <40 too" in summary
    read = load_study(folder).adlb
    assert read.groupby("AVISITN")["BLQFL"].all().to_dict() == {0: False, 4: True, 12: True}
    assert read.loc[read["BLQFL"], "AVAL"].unique().tolist() == [20, 40]


def test_a_limit_in_copies_is_none_of_logarithms(tmp_path):
    subjects = adsl(["A", "B"], each=10)
    rows = adlb(subjects["USUBJID"], PARAMCD="HIVLOG", PARAM="HIV-1 RNA (log10 copies/mL)")
    copies = rows["AVAL"].astype(float)
    rows["AVALC"] = copies.astype(str).mask(rows["AVISITN"] == 12, "<40")
    rows["AVAL"] = copies.map(math.log10).mask(rows["AVISITN"] == 12)
    guess = described(write(tmp_path / "s", adsl=subjects, adlb=rows))
    assert "lloq" not in guess["parameters"]["hivrna"]


def test_the_end_of_treatment_is_the_main_visit_where_no_other_comes_after_the_baseline():
    rows = adlb([f"S{i:02d}" for i in range(20)])
    rows = rows[rows["AVISITN"].isin([0, 12])]
    words = rows["AVISITN"].map({0: "Baseline", 12: "End of treatment"})
    guess = guess_visits(rows.assign(AVISIT=words), "CD4")
    assert (guess.baseline, guess.main) == (0, 12)
    unseen = rows.assign(AVISIT=words.replace("End of treatment", "Unscheduled"))
    assert guess_visits(unseen, "CD4").main is None


def test_the_main_visit_is_no_maximum_over_visits(tmp_path):
    subjects = adsl(["A", "B"])
    rows = adlb(subjects["USUBJID"], DTYPE="")
    extra = rows[rows["AVISITN"] == 12].assign(AVISITN=77, DTYPE="MAXIMUM")
    folder = write(tmp_path / "s", adsl=subjects, adlb=pd.concat([rows, extra]))
    assert described(folder)["visits"]["main"] == 12


@pytest.mark.parametrize(("length", "unit"), [(1, "day"), (7, "week"), (30.4375, "month")])
def test_the_unit_of_a_time_comes_from_its_dates(length, unit, tmp_path):
    subjects = adsl(["A", "B"], each=10)
    days = pd.Series(range(60, 260, 10))
    start = pd.Timestamp("2019-03-01")
    times = pd.DataFrame({
        "USUBJID": subjects["USUBJID"], "PARAMCD": "TT", "AVAL": (days / length).round(1),
        "CNSR": [0, 1] * 10, "STARTDT": start.date().isoformat(),
        "ADT": [(start + pd.Timedelta(days=int(d) - 1)).date().isoformat() for d in days],
    })  # fmt: skip
    folder = write(tmp_path / "s", adsl=subjects, adtte=times)
    assert described(folder)["endpoints"]["tt"]["unit"] == unit


def test_tables_under_other_names_are_said(tmp_path):
    folder = write(
        tmp_path / "s", adsl=adsl(["A", "B"]), adlb2=adlb(["S-000"]), adcm=adlb(["S-000"])
    )
    summary = write_first_description(folder)
    assert "what adlb2.csv is for: rename it to adlb" in summary
    assert "what adcm.csv is for: nothing, or move" in summary


def test_what_could_not_be_told_names_its_block(tmp_path):
    times = pd.DataFrame(
        {"USUBJID": ["S-000", "S-001"], "PARAMCD": "TTX", "AVAL": [3, 4], "CNSR": 0}
    )
    summary = write_first_description(write(tmp_path / "s", adsl=adsl(["A", "B"]), adtte=times))
    assert "  endpoints.ttx: unit: no AVALU" in summary


@pytest.mark.parametrize(
    ("written", "drafted"),
    [
        ("10^6/L", "cells/µL"),
        ("10**6/L", "cells/µL"),
        ("cells/mm3", "cells/mm3"),
        ("10^9/L", "10^9/L"),
    ],
)
def test_a_count_per_microlitre_in_powers_of_ten_is_drafted_in_cells(written, drafted, tmp_path):
    subjects = adsl(["A", "B"])
    rows = adlb(subjects["USUBJID"], AVALU=written)
    rows["AVAL"] = rows["AVAL"] / (1000 if written == "10^9/L" else 1)
    folder = write(tmp_path / "s", adsl=subjects, adlb=rows)
    assert described(folder)["parameters"]["cd4"]["unit"] == drafted
    assert check_folder(folder).exit_code == 0


PILOT = Path(__file__).parent / "cases" / "pilot_shape"


@pytest.fixture
def pilot(tmp_path):
    """The tables in the shape of the CDISC pilot, without their description."""
    folder = tmp_path / "pilot"
    shutil.copytree(PILOT, folder, ignore=shutil.ignore_patterns("study.toml"))
    return folder


def test_the_shape_of_the_cdisc_pilot_is_drafted_as_it_was_planned(pilot):
    guess, truth = described(pilot), tomllib.loads((PILOT / "study.toml").read_text("utf-8"))
    assert guess["visits"] == truth["visits"]  # values are carried forward to week 24
    assert [a["dose"] for a in guess["arms"]] == [a["dose"] for a in truth["arms"]]
    assert guess["parameters"]["cibicval"]["baseline"] is False
    assert "baseline" not in guess["parameters"]["actot"]
    assert guess["populations"]["safety"] == "SAFFL"
    assert "event" not in guess["endpoints"]["ttde"]  # "Dermatologic Event Occured" is no cure
    said = (pilot / "study.toml").read_text("utf-8")
    assert '# centre = "SITEGR1"  # 12 centres' in said
    assert '# imputed = "LOCF"' in said
    assert check_folder(pilot).exit_code != 1


def with_flags(folder, **more):
    frame = adsl(["Placebo", "Active"], each=10).assign(**more)
    return described(write(folder, adsl=frame)), (folder / "study.toml").read_text("utf-8")


def test_the_one_full_set_is_taken_and_of_several_the_draft_is_marked(tmp_path):
    one, said = with_flags(tmp_path / "a", FASFL="Y", SAFFL="Y", PPROTFL=[*"YYNN"] * 5)
    assert one["populations"] == {
        "safety": "SAFFL", "changes": "FASFL", "times": "FASFL", "also": ["PPROTFL"],
    }  # fmt: skip
    assert "columns" not in one  # FASFL keeps its name
    assert "could not tell" not in said.split("[populations]")[1]
    two, said = with_flags(tmp_path / "b", FASFL="Y", ITTFL="Y", PPROTFL="Y")
    assert two["populations"] == {"changes": "FASFL", "times": "FASFL"}
    assert said.split("[populations]")[1].count("could not tell") == 2


@pytest.mark.parametrize("flag", [["Y", "maybe"] * 10, ["Y", ""] * 10, "N"])
def test_a_flag_of_other_words_or_of_nobody_in_an_arm_is_no_population(flag, tmp_path):
    guess, _ = with_flags(tmp_path / "a", SAFFL=flag)
    assert "populations" not in guess


def test_strata_are_known_by_the_names_of_adam(tmp_path):
    guess, said = with_flags(tmp_path / "a", STRAT1R=["low", "high"] * 10, STRAT2R="one",
                             SITEID=[*"ABCD"] * 5)  # fmt: skip
    assert guess["analysis"] == {"strata": ["STRAT1R"]}
    assert '# centre = "SITEID"  # 4 centres' in said


def test_the_planned_treatments_number_orders_the_actual_treatments(tmp_path):
    frame = adsl(["Zeta", "Alpha", "Placebo"], each=10)
    frame["TRT01PN"] = frame["TRT01A"].map({"Placebo": 1, "Zeta": 2, "Alpha": 3})
    frame.loc[0, "TRT01PN"] = 3  # one subject was given what was not planned
    guess = described(write(tmp_path / "a", adsl=frame))
    assert [a["value"] for a in guess["arms"]] == ["Placebo", "Zeta", "Alpha"]
    assert not any("dose" in a for a in guess["arms"])  # 1, 2, 3 count the arms


def test_a_unit_of_one_word_in_brackets_is_a_unit(tmp_path):
    rows = adlb([f"S-{i:03d}" for i in range(8)], PARAM="Prothrombin Time (s)", PARAMCD="PT")
    guess = described(write(tmp_path / "a", adsl=adsl(["Placebo", "Active"]), adlb=rows))
    assert guess["parameters"]["pt"]["unit"] == "s"


def test_a_response_is_offered_as_comments_that_are_sound_when_freed(tmp_path):
    write_example(tmp_path / "s")
    (tmp_path / "s" / "study.toml").unlink()
    write_first_description(tmp_path / "s")
    text = (tmp_path / "s" / "study.toml").read_text(encoding="utf-8")
    before, offered = text.split("# Are responders planned?", 1)
    block, after = offered.split("\n\n", 1)
    freed = "\n".join(line.removeprefix("# ") for line in block.splitlines()[1:])
    config, problems = parse_config(tomllib.loads(f"{before}\n{freed}\n\n{after}"))
    assert problems == []
    response = config.responses["responder"]
    assert (response.parameter, response.of, response.visit) == ("CD4", "change", 48)
    assert parse_config(tomllib.loads(text))[0].responses == {}


def test_an_offered_response_of_logarithms_says_its_scale(tmp_path):
    write_example(tmp_path / "s")
    (tmp_path / "s" / "study.toml").unlink()
    lab = pd.read_csv(tmp_path / "s" / "adlb.csv")
    lab[lab["PARAMCD"] == "HIVRNA"].to_csv(tmp_path / "s" / "adlb.csv", index=False)
    write_first_description(tmp_path / "s")
    text = (tmp_path / "s" / "study.toml").read_text(encoding="utf-8")
    assert '# scale = "linear"' in text


def test_of_values_0_and_1_the_offered_response_is_the_value_1(tmp_path):
    write_example(tmp_path / "s")
    (tmp_path / "s" / "study.toml").unlink()
    lab = pd.read_csv(tmp_path / "s" / "adlb.csv")
    lab = lab[lab["PARAMCD"].isin(["CD4", "CD8"])].drop(columns=["BASE", "CHG"], errors="ignore")
    yes = (lab["AVAL"] > lab["AVAL"].median()).astype(int)
    lab["AVAL"] = lab["AVAL"].where(lab["PARAMCD"] != "CD8", yes)
    lab.replace({"PARAMCD": {"CD8": "STATUS"}, "PARAM": {"CD8+ T cells": "Status good"}}).to_csv(
        tmp_path / "s" / "adlb.csv", index=False
    )
    write_first_description(tmp_path / "s")
    offered = (tmp_path / "s" / "study.toml").read_text(encoding="utf-8").partition("[responses")[2]
    for line in ('# parameter = "STATUS"', '# of = "value"', "# at_least = 1"):
        assert line in offered


def test_a_visit_that_is_the_only_one_is_no_baseline_of_a_rating(tmp_path):
    # four endpoints rated once at week 8: the draft called week 8 the baseline, and nothing was compared
    subjects = adsl(["Placebo", "Drug"])
    rows = adlb(subjects["USUBJID"], PARAMCD="EP1")
    folder = write(tmp_path / "s", adsl=subjects, adlb=rows[rows["AVISITN"] == 12])
    found = described(folder)
    assert "baseline" not in found["visits"]
    assert found["visits"]["main"] == 12
    assert found["parameters"]["ep1"]["baseline"] is False
    assert [p for p in check_folder(folder).problems if p.severity == "error"] == []


def test_deaths_beside_censored_times_are_drafted_as_competing(tmp_path):
    subjects = adsl(["Placebo", "Drug"])
    ends = ["Recurrence", "Free", "Died of another cause", "Free"] * 2
    rows = pd.DataFrame({"USUBJID": subjects["USUBJID"], "AVAL": range(1, 9), "EVNTDESC": ends,
                         "CNSR": [0, 1, 2, 1] * 2, "PARAMCD": "TTREC", "PARAM": "Recurrence"})  # fmt: skip
    death = rows.assign(PARAMCD="OS", PARAM="Overall survival")
    found = described(write(tmp_path / "s", adsl=subjects, adtte=pd.concat([rows, death])))
    assert found["endpoints"]["ttrec"]["competing"] == ["Died of another cause"]
    assert "competing" not in found["endpoints"]["os"]
