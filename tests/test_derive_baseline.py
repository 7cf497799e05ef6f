"""helpers.derive.baseline against counts made by hand from a small study folder."""

import math

import pytest

from helpers.derive import baseline
from helpers.study import load_study

TOML = """
id = "small"
title = "Small"
design = "randomised"
[[arms]]
value = "P"
label = "Placebo"
reference = true
[[arms]]
value = "T"
label = "Treated"
[visits]
unit = "week"
baseline = 0
main = 24
[parameters.cd4]
paramcd = "CD4"
unit = "cells/µL"
[parameters.cd8]
paramcd = "CD8"
unit = "cells/µL"
[parameters.hivrna]
paramcd = "RNA"
label = "HIV RNA"
unit = "copies/mL"
lloq = 50
"""
ADSL = "USUBJID,TRT01A,AGE,SEX\nS1,P,30,F\nS2,P,40,M\nS3,T,50,M\nS4,T,,F\n"
ADLB = """USUBJID,PARAMCD,AVISITN,AVAL,BLQFL
S1,CD4,0,100,
S2,CD4,0,200,
S3,CD4,0,300,
S1,CD4,24,110,
S3,CD4,24,320,
S3,CD4,48,330,
S1,CD8,0,400,
S2,CD8,0,,
S3,CD8,0,600,
S1,RNA,0,50,Y
S2,RNA,0,900,
S3,RNA,0,50,Y
"""


@pytest.fixture
def study(tmp_path):
    for name, text in (("study.toml", TOML), ("adsl.csv", ADSL), ("adlb.csv", ADLB)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load_study(tmp_path)


def test_ratio_is_computed_from_both_counts_of_the_same_patient(study):
    rows = baseline.baseline_values(study)
    ratio = rows[rows["ROLE"] == "cd4cd8"]
    assert dict(zip(ratio["ARM"], ratio["VALUE"], strict=True)) == {"Placebo": 0.25, "Treated": 0.5}


def test_unknown_age_is_left_out_and_values_below_the_limit_are_marked(study):
    rows = baseline.baseline_values(study)
    assert rows.loc[rows["ROLE"] == "age", "VALUE"].tolist() == [30, 40, 50]
    assert rows.loc[rows["ROLE"] == "hivrna", "BELOW"].tolist() == [True, False, True]
    assert not any(math.isnan(v) for v in rows["VALUE"])


def test_shares_have_the_patients_known_as_denominator(study):
    shares = baseline.baseline_shares(study).set_index(["ROLE", "ARM"])
    assert shares.loc[("female", "Placebo"), ["X", "N"]].tolist() == [1, 2]
    assert shares.loc[("below", "Placebo"), ["X", "N"]].tolist() == [1, 2]
    assert shares.loc[("below", "Treated"), ["X", "N"]].tolist() == [1, 1]
    assert shares.loc[("below", "Treated"), "LABEL"] == "HIV RNA below 50 copies/mL"


def test_a_sex_in_other_words_is_no_man(study):
    study.adsl["SEX"] = ["w", "m", "M", "F"]
    shares = baseline.baseline_shares(study).set_index(["ROLE", "ARM"])
    assert ("female", "Placebo") not in shares.index or shares.loc[("female", "Placebo"), "N"] == 0
    assert shares.loc[("female", "Treated"), ["X", "N"]].tolist() == [1, 2]


PLANNED = (
    TOML
    + """
[analysis]
strata = "STAGE"
covariates = ["AGE", "KARNO", "PRIOR", "SEX"]
"""
)


def planned(folder, *, shown, each=1):
    """Four kinds of subjects, `each` of a kind; STAGE 1 or 2, PRIOR Y in one arm only."""
    level = 'subject_level = "shown"\n' if shown else ""
    (folder / "study.toml").write_text(level + PLANNED, encoding="utf-8")
    kinds = ["P,30,F,1,80,N", "P,40,M,2,70,N", "T,50,M,1,60,Y", "T,55,F,2,90,N"]
    rows = [f"S{i}{k},{kind}" for i in range(each) for k, kind in enumerate(kinds)]
    head = "USUBJID,TRT01A,AGE,SEX,STAGE,KARNO,PRIOR\n"
    (folder / "adsl.csv").write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
    (folder / "adlb.csv").write_text(ADLB, encoding="utf-8")
    return load_study(folder, check=False)


def test_what_the_plan_adjusts_for_stands_in_the_table_of_baseline(tmp_path):
    study = planned(tmp_path, shown=True)
    values = baseline.baseline_values(study)
    assert list(values[values["ROLE"] == "karno"]["VALUE"]) == [80, 70, 60, 90]
    shares = baseline.baseline_shares(study).set_index(["LABEL", "ARM"])[["X", "N"]]
    assert list(shares.loc[("STAGE: 2", "Treated")]) == [1, 2]
    assert list(shares.loc[("PRIOR: Y", "Placebo")]) == [0, 2]
    assert list(shares.loc[("PRIOR: Y", "Treated")]) == [1, 2]
    assert not any("SEX" in label for label, _ in shares.index)  # it has its row, Female


def test_of_hidden_subjects_a_factor_with_a_rare_level_is_left_out_whole(tmp_path):
    for each, there in ((4, False), (5, True)):
        folder = tmp_path / str(each)
        folder.mkdir()
        labels = set(baseline.baseline_shares(planned(folder, shown=False, each=each))["LABEL"])
        assert ("STAGE: 1" in labels) is there
        assert ("PRIOR: Y" in labels) is there
