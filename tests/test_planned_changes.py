"""The differences that a plan asks for: which arms, adjusted for what, corrected how."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from statsmodels.formula.api import ols

from helpers.analyse import groups, linear, mixed, multiplicity
from helpers.analyse.estimate import Estimate
from helpers.config import Analysis
from helpers.edition import sections
from helpers.literate.outcome import About, Result
from helpers.literate.planned_changes import (
    corrected,
    planned_differences,
    planned_overall,
    planned_repeated,
)
from helpers.literate.rows import corrected_p
from helpers.literate.trial import Trial
from helpers.study import load_study

STUDY = load_study(Path(__file__).parents[1] / "data" / "hucmsc")
MODEL = {"outcome": "CHG", "arm": "ARM", "reference": STUDY.reference}


def changes(study=STUDY, **said):
    config = replace(study.config, analysis=Analysis(**said))
    return Trial(replace(study, config=config)).measure("cd4").changes()


@pytest.mark.proves("helpers.analyse.linear:adjusted_differences")
def test_without_a_plan_every_arm_is_compared_by_ancova_on_the_baseline():
    rows = changes()
    found = planned_differences(rows)
    expected = groups.ancova(rows.frame, **MODEL, baseline="BASE")
    same = linear.adjusted_differences(rows.frame, **MODEL, covariates=["BASE"])
    assert [r.about.arm for r in found.values()] == [a for a in STUDY.arms if a in expected]
    for result in found.values():
        for other in (expected[result.about.arm], same[result.about.arm]):
            assert result.value == pytest.approx(other.value, rel=1e-12)
            assert result.p_value == pytest.approx(other.p_value, rel=1e-9)


def test_strata_covariates_and_centre_enter_the_model_and_are_named():
    rows = changes(strata=("SEX",), covariates=("AGE",), centre="SITEID")
    found = planned_differences(rows)["low-dose"]
    joined = rows.frame.merge(STUDY.adsl[["USUBJID", "SEX", "AGE", "SITEID"]], on="USUBJID")
    joined = joined.assign(SITEID=joined["SITEID"].astype(str), LOW=joined["ARM"] == "Low dose",
                           HIGH=joined["ARM"] == "High dose")  # fmt: skip
    fit = ols("CHG ~ LOW + HIGH + BASE + SEX + AGE + SITEID", joined).fit()
    assert found.value == pytest.approx(fit.params["LOW[T.True]"], rel=1e-9)
    assert found.p_value == pytest.approx(fit.pvalues["LOW[T.True]"], rel=1e-6)
    assert found.about.parameter.endswith("adjusted for SEX, AGE, SITEID")


def test_only_the_planned_comparisons_are_made():
    found = planned_differences(changes(comparisons=("High dose",)))
    assert list(found) == ["high-dose"]


@pytest.mark.proves("helpers.analyse.multiplicity:adjust")
def test_all_differences_of_a_measure_are_one_family():
    rows = changes()
    found = planned_differences(rows)
    raw = [r.p_value for r in found.values()]
    holm = [r.p_value for r in corrected(rows, found).values()]
    assert holm == pytest.approx(multiplicity.adjust(raw, method="holm"))
    assert min(holm) == pytest.approx(2 * min(raw))


def test_the_plan_says_how_p_values_are_corrected():
    rows = changes(multiplicity="none")
    found = planned_differences(rows)
    assert [r.p_value for r in corrected(rows, found).values()] == [
        r.p_value for r in found.values()
    ]


def test_who_lacks_a_planned_value_is_not_in_the_model():
    adsl = STUDY.adsl.assign(AGE=STUDY.adsl["AGE"].mask(STUDY.adsl.index < 5))
    found = planned_differences(changes(replace(STUDY, adsl=adsl), covariates=("AGE",)))
    gone = set(adsl["USUBJID"][adsl["AGE"].isna()])
    kept = pd.Series(changes().frame["USUBJID"])
    assert found["low-dose"].n == int((~kept.isin(gone)).sum())


def test_a_section_on_the_plan_stands_only_where_a_plan_is_declared():
    for said, there in (({}, False), ({"multiplicity": "none"}, False), ({"strata": ("SEX",)}, True),
                        ({"comparisons": ("High dose",)}, True)):  # fmt: skip
        assert sections.has(changes(**said).study, "plan") is there


@pytest.mark.proves("helpers.analyse.linear:adjusted_f_test")
def test_the_overall_test_is_of_the_planned_model():
    rows = changes(strata=("SEX",), covariates=("AGE",))
    joined = rows.frame.merge(STUDY.adsl[["USUBJID", "SEX", "AGE"]], on="USUBJID")
    joined = joined.assign(ARM=joined["ARM"].astype(str))
    small, large = (ols(f"CHG ~ BASE + SEX + AGE{arm}", joined).fit() for arm in ("", " + ARM"))
    f, p, _ = large.compare_f_test(small)
    direct = linear.adjusted_f_test(joined, outcome="CHG", arm="ARM", reference=STUDY.reference,
                                    covariates=["BASE", "SEX", "AGE"])  # fmt: skip
    for found in (planned_overall(rows)[""], direct):
        assert found.value == pytest.approx(f, rel=1e-9)
        assert found.p_value == pytest.approx(p, rel=1e-9)


def test_covariates_that_repeat_one_another_stop_nothing_and_change_nothing():
    adsl = STUDY.adsl.assign(
        MONTHS=12.0 * STUDY.adsl["AGE"], ONE="x", GROUP=STUDY.adsl["ARM"].astype(str)
    )
    study = replace(STUDY, adsl=adsl)
    plain, more = (planned_differences(changes(study, covariates=names))["low-dose"] for names in
                   (("AGE",), ("AGE", "MONTHS", "ONE", "GROUP", "USUBJID")))  # fmt: skip
    assert more.value == pytest.approx(plain.value, rel=1e-10)
    assert more.p_value == pytest.approx(plain.p_value, rel=1e-8)
    assert more.about.parameter.endswith(", adjusted for AGE")


def test_a_region_beside_its_centres_changes_nothing():
    sites = sorted(STUDY.adsl["SITEID"].astype(str).unique())
    region = STUDY.adsl["SITEID"].map(lambda site: "NS"[str(site) in sites[: len(sites) // 2]])
    study = replace(STUDY, adsl=STUDY.adsl.assign(REGION=region))
    assert region.nunique() == 2
    plain, both = (planned_differences(changes(study, **said))["low-dose"] for said in
                   ({"centre": "SITEID"}, {"strata": ("REGION",), "centre": "SITEID"}))  # fmt: skip
    assert both.value == pytest.approx(plain.value, rel=1e-9)
    assert both.p_value == pytest.approx(plain.p_value, rel=1e-7)


def test_all_visits_are_one_model_with_the_planned_columns():
    config = replace(STUDY.config, analysis=Analysis(covariates=("AGE",)))
    visits = Trial(replace(STUDY, config=config)).measure("cd4").changes_by_visit()
    found = planned_repeated(visits)
    rows = visits.frame.merge(STUDY.adsl[["USUBJID", "AGE"]], on="USUBJID")
    expected = mixed.mmrm(rows, **MODEL, baseline="BASE", subject="USUBJID", visit="VISIT",
                          covariates=["AGE"])  # fmt: skip
    assert len(found) == len(expected) > 2
    (arm, visit), one = next(iter(expected.items()))
    key = f"{str(arm).lower().replace(' ', '-')}.{visit:g}"
    assert found[key].value == pytest.approx(one.value, rel=1e-12)
    assert found[key].about.parameter.endswith("adjusted for AGE")


def test_the_plan_chooses_the_degrees_of_freedom():
    config = replace(STUDY.config, analysis=Analysis(covariates=("AGE",), df="kenward-roger"))
    visits = Trial(replace(STUDY, config=config)).measure("cd4").changes_by_visit()
    assert {r.estimate.method for r in planned_repeated(visits).values()} == {"mmrm, kenward-roger"}


def test_a_model_without_a_solution_says_why():
    found = planned_repeated(changes(strata=("SEX",)))
    assert not found
    assert "one visit only" in found.caption


def test_why_a_model_of_hidden_subjects_has_no_estimate_is_not_said():
    # "found 4" subjects at a pair of visits is a count below every threshold
    rows = Trial(STUDY).measure("cd4").changes_by_visit()
    few = rows.frame.groupby(["ARM", "VISIT"], observed=True).head(2)
    late = few[few["VISIT"] == few["VISIT"].max()].drop_duplicates("ARM")
    few = few.drop(late.index[:2])
    shown = planned_repeated(replace(rows, frame=few))
    assert shown.caption.startswith("No estimate of CD4+ T cells: mmrm: expected more than")
    config = replace(rows.study.config, show_subjects=False)
    found = planned_repeated(replace(rows, frame=few, study=replace(rows.study, config=config)))
    assert found.caption == "No estimate of CD4+ T cells: too few values, or too like."


def test_a_corrected_test_says_its_own_line_of_p():
    # of rounded counts the words are all that is shown; the uncorrected ones stood beside 0.4
    test = Estimate("log-rank", "chi-square", float("nan"), p_value=0.2, n=40)
    once = Result(test, About(label="derived", text="P \u2264 0.2"))
    assert corrected_p(once, 0.4, "holm").about.text == "P \u2264 0.4"
    assert corrected_p(once, 1.0, "holm").about.text == "P \u2264 1"  # five times 0.2
    above = Result(replace(test, p_value=1.0), About(label="derived", text="P > 0.2"))
    assert corrected_p(above, 1.0, "holm").about.text == "P > 0.2"  # no correction lowers a P
    other = Result(
        test, About(label="derived", text="P < 0.05")
    )  # a line of the grid of rank tests
    assert corrected_p(other, 0.4, "holm").about.text == "P < 0.05"


def test_a_declared_pair_is_compared_at_one_visit_and_at_all():
    low, high = "Low dose", "High dose"
    whole, own = (changes(**said) for said in ({}, {"comparisons": ((low, high),)}))
    (found,) = planned_differences(own).values()
    both = planned_differences(whole)
    gap = both["low-dose"].value - both["high-dose"].value
    assert found.value == pytest.approx(gap, rel=1e-9)
    assert (found.about.arm, found.about.comparator) == (low, high)
    visits = {said: Trial(rows.study).measure("cd4").changes_by_visit() for said, rows in
              (("whole", whole), ("own", own))}  # fmt: skip
    every, mine = (planned_repeated(visits[said]) for said in ("whole", "own"))
    assert set(mine) == {f"low-dose.high-dose.{key.split('.')[1]}" for key in every}
    for key, result in mine.items():
        at = key.rpartition(".")[2]
        gap = every[f"low-dose.{at}"].value - every[f"high-dose.{at}"].value
        assert result.value == pytest.approx(gap, rel=1e-6)
