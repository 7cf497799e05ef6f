"""A trial of another field is analysed by its own measures and told nothing of the published trials' ones."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import other_fields
from helpers import derive
from helpers.context import ROOT
from helpers.edition import plan
from helpers.errors import StudyError
from helpers.literate import open_study
from helpers.present.text import decimal_text
from helpers.scaffold import write_first_description
from helpers.study import load_study, read_study


@pytest.fixture(scope="module")
def alzheimer(tmp_path_factory):
    return other_fields.alzheimer(tmp_path_factory.mktemp("fields") / "alz")


@pytest.fixture(scope="module")
def hypertension(tmp_path_factory):
    return other_fields.hypertension(tmp_path_factory.mktemp("fields") / "bp")


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory):
    folder = other_fields.laboratory(tmp_path_factory.mktemp("fields") / "lab")
    write_first_description(folder)
    return folder


def least_squares(folder, table, code, visit, of=lambda x: x):
    """Coefficient of the active arm in CHG ~ 1 + BASE + arm, from the files by numpy alone."""
    rows = pd.read_csv(folder / f"{table}.csv").query("PARAMCD == @code")
    wide = of(rows.pivot(index="USUBJID", columns="AVISITN", values="AVAL"))[[0, visit]].dropna()
    arm = pd.read_csv(folder / "adsl.csv").set_index("USUBJID")["TRT01A"].reindex(wide.index)
    x = np.column_stack([np.ones(len(wide)), wide[0], arm == "Active"])
    return np.linalg.lstsq(x, wide[visit] - wide[0], rcond=None)[0][2], len(wide)


def words(folder):
    """All text of the analyses that a study gets, and what it is told that it lacks."""
    study = load_study(folder)
    found = [plan.analysis(name, study) for name in plan.analysis_names()]
    cells = [c for chapter, _ in found if chapter for c in chapter.notebook.cells]
    said = " ".join(c.source for c in cells if c.cell_type == "markdown")
    return said, [reason for _, missing in found for reason in missing]


def test_questionnaires_in_several_tables_are_one_table_of_measurements(alzheimer):
    study, problems = read_study(alzheimer)
    rows = sum(len(pd.read_csv(alzheimer / f"{t}.csv")) for t in ("adqsadas", "adqsadl"))
    assert len(study.adlb) == rows
    assert not problems
    assert {"adqsadas.csv", "adqsadl.csv"} <= set(study.sha256)


def test_a_fault_in_one_of_several_tables_is_reported_at_its_file_and_row(tmp_path):
    folder = other_fields.alzheimer(tmp_path / "s")
    for table, row in (("adqsadas", 7), ("adqsadl", 11)):
        rows = pd.read_csv(folder / f"{table}.csv", dtype=str)
        rows.loc[row - 2, "AVAL"] = "twelve"  # the header is line 1
        rows.to_csv(folder / f"{table}.csv", index=False)
    with pytest.raises(StudyError) as found:
        read_study(folder)
    at = {(p.file, p.row) for p in found.value.problems if p.column == "AVAL"}
    assert at == {("adqsadas.csv", 7), ("adqsadl.csv", 11)}


def test_a_parameter_of_two_tables_is_taken_from_the_first(tmp_path):
    folder = other_fields.hypertension(tmp_path / "s")
    pulse = pd.read_csv(folder / "advs.csv").query("PARAMCD == 'PULSE'").assign(AVAL=1)
    pulse.to_csv(folder / "advsx.csv", index=False)
    study, problems = read_study(folder)
    (said,) = [p for p in problems if p.rule == "parameter in two tables"]
    assert (said.file, said.severity) == ("advsx.csv", "warning")
    assert derive.values(study, "pulse")["AVAL"].min() > 1


def test_a_column_mapping_holds_for_the_tables_that_have_it(tmp_path):
    folder = other_fields.alzheimer(tmp_path / "s")
    rows = pd.read_csv(folder / "adqsadl.csv").rename(columns={"AVAL": "SCORE"})
    rows.to_csv(folder / "adqsadl.csv", index=False)
    toml = folder / "study.toml"
    described = toml.read_text()
    toml.write_text(described + '\n[columns.adlb]\nAVAL = "SCORE"\n')
    assert len(derive.values(load_study(folder), "adl")) == len(rows)
    toml.write_text(described + '\n[columns.adlb]\nAVAL = "POINTS"\n')
    with pytest.raises(StudyError, match="unknown column mapping"):
        load_study(folder)


def test_an_alzheimer_trial_is_told_nothing_of_cd4(alzheimer):
    said, missing = words(alzheimer)
    assert "ADAS-Cog (11)" in said
    assert "CD4" not in said
    assert "{{" not in said
    told = " ".join(missing)
    assert not any(word in told for word in ("CD4", "CD8", "RNA", "donor", "cytokine"))
    assert "strata" in told  # what any trial may lack is still said


def test_a_trial_of_hiv_is_still_told_which_measure_it_lacks(tmp_path):
    folder = other_fields.hypertension(tmp_path / "s")
    toml = folder / "study.toml"
    toml.write_text(toml.read_text().replace("[parameters.pulse]", "[parameters.cd4]"))
    assert any("CD8" in reason for reason in words(folder)[1])


def test_every_measure_is_compared_as_least_squares_does(hypertension):
    trial = open_study(hypertension)
    lead = trial.main_measure().changes().against_reference()["active"]
    assert (lead.value, lead.n) == pytest.approx(least_squares(hypertension, "advs", "SYSBP", 8))
    between = trial.other_measures().changes().against_reference()
    assert list(between) == ["dbp.active", "pulse.active", "creatinine.active"]
    for role, code in (("dbp", "DIABP"), ("pulse", "PULSE")):
        found = between[f"{role}.active"]
        expected = least_squares(hypertension, "advs", code, 8)
        assert (found.value, found.n) == pytest.approx(expected)


def test_a_measure_of_scale_log10_is_compared_by_its_logarithms(hypertension):
    found = open_study(hypertension).other_measures().changes()
    between = found.against_reference()["creatinine.active"]
    expected, n = least_squares(hypertension, "adlb", "CREAT", 8, of=np.log10)
    assert (between.value, between.n) == pytest.approx((expected, n))
    assert between.about.unit == "log10 µmol/L"


def test_the_good_direction_stands_beside_the_name_where_it_is_known(hypertension):
    names = open_study(hypertension).other_measures().changes().names
    assert names["dbp"] == ("Diastolic blood pressure, lower is better", "mmHg")
    assert names["pulse"] == ("Pulse", "beats/min")


def test_study_toml_names_the_measure_that_leads(tmp_path):
    folder = other_fields.hypertension(tmp_path / "s")
    toml = folder / "study.toml"
    described = toml.read_text()
    toml.write_text(described + '\n[analysis]\nmeasure = "dbp"\n')
    study = load_study(folder)
    assert (study.measure, study.other_measures) == ("dbp", ("sbp", "pulse", "creatinine"))
    toml.write_text(described + '\n[analysis]\nmeasure = "weight"\n')
    with pytest.raises(StudyError, match=r"analysis\.measure"):
        load_study(folder)


def test_a_cd8_count_without_a_baseline_is_one_of_the_other_measures():
    """Its values are no changes; their quartiles beside their pseudomedian could tell a patient's."""
    study = load_study(ROOT / "data/hucmsc")
    assert study.has("cd8")
    assert "cd8" not in study.other_measures
    known = study.config.parameters
    later = {**known, "cd8": replace(known["cd8"], baseline=False)}
    study = replace(study, config=replace(study.config, parameters=later))
    assert not study.has("cd8")
    assert "cd8" in study.other_measures
    assert study.measure == "cd4"


def test_39_laboratory_parameters_are_39_with_one_family_of_tests(laboratory):
    study = load_study(laboratory)
    assert len(study.measures) == 39
    assert {p.better for p in study.config.parameters.values()} == {"none"}
    trial = open_study(laboratory)
    change = trial.other_measures().changes()
    between = change.against_reference()
    assert len(between) == 38
    raw = [r.p_value for r in between.values()]
    adjusted = [r.p_value for r in change.corrected(between).values()]
    least = int(np.argmin(raw))
    assert adjusted[least] == pytest.approx(min(1, 38 * raw[least]))  # Holm's first step


def test_an_end_open_at_0_is_printed_as_0():
    assert decimal_text(-5e-324, None) == "0.00"
    assert decimal_text(1e-12, None).endswith("100")  # and a small number is not
