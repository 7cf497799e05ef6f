"""Who is in a small study, when they were seen, and what its arms can find, against counts by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import counting, design, paired, power
from helpers.edition import sections
from helpers.literate import design_charts, detect_own, open_study
from helpers.literate.rows import Sentence
from helpers.literate.trial import Trial
from helpers.present.figure import chart_spec
from helpers.published import ROOT
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
S1,RNA,0,50,Y
S2,RNA,0,900,
S3,RNA,0,50,Y
"""
SHOWN = 'design = "randomised"\nsubject_level = "shown"'


def written(folder, toml=TOML):
    for name, text in (("study.toml", toml), ("adsl.csv", ADSL), ("adlb.csv", ADLB)):
        (folder / name).write_text(text, encoding="utf-8")
    return Trial(load_study(folder))


@pytest.fixture
def trial(tmp_path):
    return written(tmp_path, TOML.replace('design = "randomised"', SHOWN))


@pytest.mark.proves("helpers.analyse.counting:subjects")
def test_a_subject_counts_once():
    assert counting.subjects(["a", "b", "a"]).value == 2


@pytest.mark.proves("helpers.analyse.counting:share")
def test_a_share_is_of_all_entries_and_of_none_unknown():
    assert (counting.share([True, False, False, True]).value, counting.share([True]).n) == (0.5, 1)
    assert np.isnan(counting.share([]).value)


@pytest.fixture
def hucmsc():
    return open_study(ROOT / "data/hucmsc")


def test_every_subject_is_asked_for_at_every_visit_of_a_parameter(trial):
    seen = trial.seen().frame
    cd4 = seen[seen["PARAMETER"] == "cd4"]
    assert len(cd4) == 4 * 3
    found = cd4[cd4["SEEN"]].groupby("VISIT")["USUBJID"].apply(list).to_dict()
    assert found == {0: ["S1", "S2", "S3"], 24: ["S1", "S3"], 48: ["S3"]}


def test_characteristics_keep_the_patients_of_whom_they_are_known(trial):
    values = trial.baseline().frame
    assert sorted(values.loc[values["PARAMETER"] == "age", "VALUE"]) == [30, 40, 50]
    assert "hivrna" not in set(values["PARAMETER"])  # half, and all, lie below the limit
    flags = trial.baseline_flags().frame
    female = flags[flags["PARAMETER"] == "female"].groupby("ARM", observed=True)["FLAG"].mean()
    assert female.to_dict() == {"Placebo": 0.5, "Treated": 0.5}


def test_quartiles_at_baseline_are_those_of_the_table(hucmsc):
    found = hucmsc.baseline().by("parameter", "arm").apply(paired.quartiles, of="VALUE")
    at_start = hucmsc.measure("cd4").at(0).where(arm="Control").frame["AVAL"]
    assert found["cd4.control"].value == at_start.median()
    assert found["cd4.control"].about.unit == "cells/µL"
    assert found["age.control"].about.visit == "Baseline"


def test_thirds_are_as_large_as_each_other_and_ordered(hucmsc):
    frame = hucmsc.measure("cd4").by_thirds().frame
    assert set(frame["ARM"]) == {"Control"}
    sizes = frame.groupby("PARAMETER", observed=True).size()
    assert sizes.max() - sizes.min() <= 1
    ends = frame.groupby("PARAMETER", observed=True)["BASE"].agg(["min", "max"])
    assert list(ends.index) == ["lowest", "middle", "highest"]
    assert (ends["max"].to_numpy()[:-1] <= ends["min"].to_numpy()[1:]).all()


def test_detectable_differences_have_their_power_at_the_spread_shown(hucmsc):
    changes = hucmsc.measure("cd4").changes()
    sd = changes.apply(design.pooled_sd, of=("CHG", "ARM"))[""]
    adjusted = changes.apply(design.adjusted_sd, of=("CHG", "BASE", "ARM"))[""]
    found = detect_own.differences(changes, sd, adjusted)
    sizes = changes.frame["ARM"].value_counts()
    share = power.power_mean(int(sizes["Low dose"]), int(sizes["Control"]),
                             difference=found["80-shared.low-dose"].value, sd=sd.value,
                             alpha=0.025)  # fmt: skip
    assert share.value == pytest.approx(0.8)
    assert found["80.low-dose"].about.comparator == "Control"
    assert found["50.low-dose"].value < found["90.low-dose"].value


def test_the_flow_has_a_box_a_count_and_no_visit_twice(trial):
    cd4 = trial.measure("cd4")
    everybody = trial.patients().apply(counting.subjects, of="USUBJID")
    enrolled = trial.patients().by("arm").apply(counting.subjects, of="USUBJID")
    measured = cd4.by("arm", "visit").apply(counting.subjects, of="USUBJID")
    shown = str(chart_spec(design_charts.flow(cd4, everybody, enrolled, measured)))
    assert shown.count("Baseline") >= 2
    assert "Week 48" in shown
    assert "Enrolled" in shown


def flow_of(trial):
    cd4 = trial.measure("cd4")
    return design_charts.flow(
        cd4, trial.patients().apply(counting.subjects, of="USUBJID"),
        trial.patients().by("arm").apply(counting.subjects, of="USUBJID"),
        cd4.by("arm", "visit").apply(counting.subjects, of="USUBJID"),
    )  # fmt: skip


def test_where_nobody_is_missing_a_sentence_stands_for_the_flow(tmp_path, hucmsc):
    said = flow_of(hucmsc)
    assert isinstance(said, Sentence)
    for visit in ("Baseline", "Week 48", "Week 96"):
        assert visit in said.text
    frame = hucmsc.measure("cd4").frame
    assert (frame[frame["VISIT"].isin([0, 48, 96])].groupby("VISIT").size() == 72).all()


@pytest.mark.parametrize("lost", ["S1,CD4,24,110,", "S2,CD4,0,200,", ""])
def test_whoever_is_missing_brings_the_flow_back(tmp_path, lost):
    whole = ADLB + "S2,CD4,24,9,\nS1,CD4,48,8,\nS2,CD4,48,7,\n"
    for name, text in (("study.toml", TOML.replace('design = "randomised"', SHOWN)),
                       ("adsl.csv", ADSL.replace("S4,T,,F\n", "")),
                       ("adlb.csv", whole.replace(f"{lost}\n", "") if lost else whole)):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert isinstance(flow_of(Trial(load_study(tmp_path))), Sentence) == (lost == "")


def test_coverage_draws_a_point_a_parameter_and_visit(trial):
    found = trial.seen().by("parameter", "visit").apply(counting.share, of="SEEN")
    spec = chart_spec(design_charts.coverage(trial, found))
    (rows,) = spec["datasets"].values()
    frame = pd.DataFrame(rows)
    assert len(frame) == 3 + 1
    assert frame.query("visit == 24")["value"].tolist() == [0.5]


def test_no_small_group_of_hidden_subjects_is_counted(tmp_path):
    trial = written(tmp_path)  # hidden unless the study says otherwise
    enrolled = trial.patients().by("arm").apply(counting.subjects, of="USUBJID")
    assert all(np.isnan(r.value) and r.about.text for r in enrolled.values())
    assert "USUBJID" not in trial.patients()._repr_mimebundle_()["text/plain"]
    assert "S1" not in trial.patients()._repr_mimebundle_()["text/html"]


def test_a_section_for_a_single_arm_is_for_a_single_arm(trial):
    assert not sections.has(trial.study, "single-arm")
    assert sections.has(load_study(ROOT / "data/aait", check=False), "single-arm")
