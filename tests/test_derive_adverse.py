"""helpers.derive.adverse against counts made by hand from a small study folder."""

import pytest

from helpers.derive import adverse
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
"""
ADSL = "USUBJID,TRT01A,TRTDURD\nS1,P,365.25\nS2,P,0\nS3,T,730.5\nS4,T,\n"
ADLB = "USUBJID,PARAMCD,AVISITN,AVAL\nS1,CD4,0,100\nS3,CD4,0,90\nS1,CD4,24,120\nS3,CD4,24,80\n"
ADAE = """USUBJID,AEDECOD,AEBODSYS,AESEV,AESER,AEREL,TRTEMFL
S1,Rash,Skin,MILD,N,N,Y
S1,Rash,Skin,SEVERE,Y,N,Y
S1,Cough,Chest,SEVERE,N,N,N
S2,Rash,Skin,MILD,N,N,Y
S3,Cough,Chest,LIFE THREATENING,Y,N,Y
"""


@pytest.fixture
def study(tmp_path):
    files = {"study.toml": TOML, "adsl.csv": ADSL, "adlb.csv": ADLB, "adae.csv": ADAE}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return load_study(tmp_path, check=False)


def test_overview_counts_subjects_once_a_kind_and_keeps_kinds_that_nobody_had(study):
    found = adverse.overview(study).set_index(["KIND", "ARM"])["X"].unstack("ARM")
    expected = {
        "Any event": (2, 1),
        "Any serious event": (1, 1),
        "Any event judged related": (0, 0),
        "Any mild event": (2, 0),
        "Any moderate event": (0, 0),
        "Any severe event": (1, 0),
        "Any life threatening event": (0, 1),
    }
    assert dict(zip(found.index, map(tuple, found.to_numpy()), strict=True)) == expected


def test_overview_keeps_the_order_of_a_safety_table(study):
    kinds = adverse.overview(study)["KIND"].drop_duplicates().tolist()
    assert kinds[:3] == ["Any event", "Any serious event", "Any event judged related"]
    assert kinds[-1] == "Any life threatening event"


def test_severities_in_other_words_leave_no_zero_beside_the_usual_ones(study):
    study.adae["AESEV"] = ["leicht", "schwer", "schwer", "leicht", "schwer"]
    kinds = list(dict.fromkeys(adverse.overview(study)["KIND"]))
    assert kinds[-2:] == ["Any leicht event", "Any schwer event"]
    assert not {"Any mild event", "Any severe event"} & set(kinds)


def test_person_years_leave_out_subjects_without_time(study):
    found = adverse.person_years(study)
    assert found["USUBJID"].tolist() == ["S1", "S3"]
    assert found["EVENTS"].tolist() == [2, 1]
    assert found["YEARS"].tolist() == [1.0, 2.0]
