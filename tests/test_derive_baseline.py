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
