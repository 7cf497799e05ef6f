"""Strata and covariates of the plan beside the subjects, on the synthetic hUC-MSC cohort."""

import dataclasses
from pathlib import Path

from helpers import derive
from helpers.config import Analysis
from helpers.derive.planned import arms_of, compared, pairs, with_plan
from helpers.study import load_study

STUDY = load_study(Path(__file__).parents[1] / "data" / "hucmsc")


def planned(**said):
    config = dataclasses.replace(STUDY.config, analysis=Analysis(**said))
    return dataclasses.replace(STUDY, config=config)


def test_strata_are_the_combinations_of_their_columns():
    rows = derive.times(STUDY, "response")
    found, lost = with_plan(planned(strata=("SEX", "SITEID"), covariates=("AGE",)), rows)
    adsl = STUDY.adsl.set_index("USUBJID").loc[found["USUBJID"]]
    assert (found["STRATUM"] == (adsl["SEX"] + " / " + adsl["SITEID"].astype(str)).to_numpy()).all()
    assert (found["AGE"].to_numpy() == adsl["AGE"].to_numpy()).all()
    assert lost == 0


def test_subjects_without_a_value_are_left_out_and_counted():
    study = planned(strata=("SEX",))
    adsl = study.adsl.assign(SEX=study.adsl["SEX"].mask(study.adsl.index < 3, ""))
    study = dataclasses.replace(study, adsl=adsl)
    found, lost = with_plan(study, derive.times(study, "response"))
    assert lost == 3
    assert len(found) == len(adsl) - 3


def test_without_a_plan_there_is_one_stratum():
    found, lost = with_plan(STUDY, derive.times(STUDY, "response"))
    assert set(found["STRATUM"]) == {"all"}
    assert lost == 0


def test_the_plan_chooses_the_arms_to_compare():
    assert compared(STUDY) == [arm for arm in STUDY.arms if arm != STUDY.reference]
    assert compared(planned(comparisons=(STUDY.arms[-1],))) == [STUDY.arms[-1]]


def test_pairs_are_those_with_the_reference_those_declared_and_with_pairwise_all():
    low, high, base = "Low dose", "High dose", STUDY.reference
    assert pairs(STUDY) == {base: [low, high]}
    assert pairs(planned(pairwise=True)) == {base: [low, high], low: [high]}
    declared = planned(comparisons=((low, high),))
    assert pairs(declared) == {high: [low]}
    assert arms_of(declared) == [low, high]
    assert compared(declared) == []
    both = planned(comparisons=(high, (low, high)), pairwise=True)
    assert pairs(both) == {base: [low, high], high: [low]}
    assert arms_of(both) == [base, low, high]
