"""What a plan asks of times to events: R's mgus2 as a study folder, its page's numbers against R's."""

import csv
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from helpers import actg175
from helpers.analyse import log_rank
from helpers.config import Analysis, Arm, Endpoint
from helpers.derive.planned import stem
from helpers.edition import sections
from helpers.literate import adjusted, planned_times
from helpers.literate.trial import Trial
from helpers.study import load_study

HERE = Path(__file__).parent / "reference"
TOML = """
id = "mgus2"
title = "Monoclonal gammopathy, by sex"
design = "randomised"
subject_level = "shown"
[[arms]]
value = "control"
label = "Control"
reference = true
[[arms]]
value = "male"
[endpoints.progression]
paramcd = "PCM"
label = "Progression"
unit = "month"
competing = [2]
"""


def r_value(estimator, dataset, quantity="value"):
    with (HERE / "trials.csv").open() as file:
        rows = [r for r in csv.DictReader(file) if r["estimator"] == estimator]
    (found,) = [r for r in rows if (r["dataset"], r["quantity"]) == (dataset, quantity)]
    return float(found["value"])


def written(folder, toml, dataset, code, **columns):
    """A data set of trials_data.csv as a study folder; `columns` of adsl from those of the data."""
    (folder / "study.toml").write_text(toml)
    rows = pd.read_csv(HERE / "trials_data.csv")
    rows = rows[rows["dataset"] == dataset].reset_index(drop=True)
    rows = rows.assign(STUDYID=dataset, USUBJID=[f"S{i:04}" for i in range(len(rows))])
    adsl = rows.assign(**{name: rows[of] if isinstance(of, str) else of(rows)
                          for name, of in columns.items()})  # fmt: skip
    adsl[["STUDYID", "USUBJID", *columns]].to_csv(folder / "adsl.csv", index=False)
    adtte = rows.assign(PARAMCD=code, PARAM="Event", AVAL=rows["time"],
                        CNSR=rows["cause"].map({0: 1, 1: 0, 2: 2}))  # fmt: skip
    adtte[["STUDYID", "USUBJID", "PARAMCD", "PARAM", "AVAL", "CNSR"]].to_csv(
        folder / "adtte.csv", index=False
    )
    return load_study(folder)


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return written(tmp_path_factory.mktemp("mgus2"), TOML, "mgus2", "PCM", TRT01A="arm",
                   MSPIKE="stratum", SPIKE="x", AGE="y", AGEGR="z")  # fmt: skip


def times(study, hidden=False, **said):
    config = replace(study.config, analysis=Analysis(**said), show_subjects=not hidden)
    return Trial(replace(study, config=config)).times()


def test_the_log_rank_test_is_taken_within_strata(study):
    found = planned_times.overall_test(times(study, strata=("MSPIKE",)))["progression"]
    assert found.value == pytest.approx(r_value("log_rank_stratified", "mgus2"), rel=1e-8)
    assert found.p_value == pytest.approx(
        r_value("log_rank_stratified", "mgus2", "p_value"), rel=1e-8
    )
    assert found.about.parameter == "Progression, stratified by MSPIKE"
    assert found.estimate.method == "stratified log-rank"


@pytest.mark.parametrize(
    ("said", "name"),
    [("gehan", "gehan 1 0"), ("fleming-harrington(0,1)", "fleming-harrington 0 1"),
     ("fleming-harrington(1,0)", "fleming-harrington 1 0")],
)  # fmt: skip
@pytest.mark.parametrize("strata", [(), ("MSPIKE",)])
def test_and_with_the_planned_weights(study, said, name, strata):
    found = planned_times.pairwise_tests(times(study, strata=strata, weights=said))
    expected = r_value("log_rank_weighted", f"mgus2 {name}{' stratified' * len(strata)}")
    assert found["progression.male"].value == pytest.approx(expected, rel=1e-8)
    assert found["progression.male"].estimate.method.startswith("stratified") is bool(strata)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(
    ("model", "said"),
    [("plain", {}), ("strata", {"strata": ("MSPIKE",)}),
     ("covariates", {"covariates": ("SPIKE", "AGE", "AGEGR")}),
     ("both", {"strata": ("MSPIKE",), "covariates": ("SPIKE", "AGE", "AGEGR")})],
)  # fmt: skip
def test_the_hazard_ratio_is_of_the_planned_model(study, ties, model, said):
    found = planned_times.ratios(times(study, ties=ties, **said))["progression.male"].estimate
    for part in ("value", "lower", "upper", "p_value"):
        expected = r_value("cox_adjusted", f"mgus2 {model} {ties} male", part)
        assert getattr(found, part) == pytest.approx(expected, rel=1e-8)


def test_covariates_that_say_nothing_new_change_no_ratio_and_are_named(study):
    one = planned_times.ratios(times(study, strata=("MSPIKE",), covariates=("AGE",)))
    adsl = study.adsl.assign(MONTHS=12 * study.adsl["AGE"], SITEID="one", SEX=study.adsl["ARM"])
    more = times(replace(study, adsl=adsl), strata=("MSPIKE",),
                 covariates=("AGE", "MONTHS", "SITEID", "SEX", "USUBJID"))  # fmt: skip
    two = planned_times.ratios(more)["progression.male"]
    assert two.value == pytest.approx(one["progression.male"].value, rel=1e-10)
    assert two.about.parameter == "Progression, stratified by MSPIKE, adjusted for AGE"
    why = Trial(more.study).plan.unusable()
    assert why.pop("USUBJID") == f"has too many levels for {len(adsl)} subjects"
    assert why == {
        "MONTHS": "repeats what the columns before it say", "SITEID": "has one value only",
        "SEX": "cannot be told from the arm",
    }  # fmt: skip


@pytest.mark.parametrize("strata", [(), ("MSPIKE",)])
def test_competing_events_are_compared_by_grays_test_within_strata(study, strata):
    found = planned_times.gray_tests(times(study, strata=strata))["progression.male"]
    name = f"mgus2 1{' stratified' * len(strata)}"
    assert found.value == pytest.approx(r_value("gray_test", name), rel=1e-8)
    assert found.p_value == pytest.approx(r_value("gray_test", name, "p_value"), rel=1e-8)


@pytest.mark.parametrize(("q", "words"), [(0.25, "first-quartile"), (0.5, "median")])
def test_quartiles_follow_the_declared_convention(study, q, words):
    rows = times(study, median="R")
    found = planned_times.quartiles(rows)["progression.male." + words]
    try:
        expected = r_value("survival_quantile", f"mgus2 {q} male")
    except ValueError:  # R: not reached, no row
        expected = float("inf")
    assert found.value == pytest.approx(expected, rel=1e-8)


def test_incidences_lie_below_one_minus_kaplan_meier_where_deaths_compete(study):
    rows = times(study, strata=("MSPIKE",))  # the incidence of an arm is of all its strata
    found = planned_times.incidences(rows)
    assert set(found) == {f"progression.{arm}.{t:g}" for arm in ("control", "male")
                          for t in rows.marks("progression")}  # fmt: skip
    censored = rows.if_leaving()
    last = f"{rows.horizon('progression'):g}"
    assert found[f"progression.male.{last}"].value == pytest.approx(
        censored["progression.male.competing"].value, rel=1e-12
    )
    assert found[f"progression.male.{last}"].value < censored["progression.male.censored"].value


def test_of_hidden_subjects_a_stratum_with_few_of_an_arm_holds_the_result_back(study):
    adsl = study.adsl.assign(SMALL=["rare" if i < 6 else "other" for i in range(len(study.adsl))])
    small = replace(study, adsl=adsl)
    assert min(adsl[adsl["SMALL"] == "rare"].groupby("ARM", observed=True).size()) < 5
    for function in (planned_times.overall_test, planned_times.pairwise_tests, planned_times.ratios,
                     planned_times.gray_tests):  # fmt: skip
        assert not function(times(small, hidden=True, strata=("SMALL",)))
        assert function(times(small, strata=("SMALL",)))
        assert function(times(small, hidden=True, strata=("MSPIKE",)))


def test_holm_is_replaced_by_the_planned_correction(study):
    rows = times(study, strata=("MSPIKE",), multiplicity="bonferroni")
    pairs = planned_times.pairwise_tests(rows)
    found = adjusted(pairs, method=Trial(rows.study).plan.multiplicity)
    assert found["progression.male"].p_value == pairs["progression.male"].p_value
    assert found["progression.male"].estimate.method.endswith("bonferroni")


def test_the_section_stands_where_a_plan_or_a_competing_event_is_declared(study):
    for said, there in (({}, False), ({"centre": "AGEGR"}, False), ({"strata": ("MSPIKE",)}, True),
                        ({"ties": "breslow"}, True), ({"weights": "peto"}, True)):  # fmt: skip
        assert sections.has(times(study, **said).study, "planned-times") is there
    assert sections.has(study, "competing")
    assert not sections.has(replace(study, adtte=study.adtte.assign(COMPETING=False)), "competing")


@pytest.mark.proves("helpers.literate.planned_times:horizons")
def test_the_horizon_says_what_it_is_and_what_hiding_made_of_it(study):
    def said(hidden, horizon):
        rows = times(study, hidden=hidden)
        endpoint = replace(study.config.endpoints["progression"], horizon=horizon)
        config = replace(rows.study.config, endpoints={"progression": endpoint})
        found = planned_times.horizons(Trial(replace(rows.study, config=config)).times())
        assert found["progression"].about.unit == "months"
        label, _, why = found["progression"].about.parameter.partition(": ")
        assert label == "Progression"
        return found["progression"].value, why

    last = study.adtte.groupby("ARM", observed=True)["AVAL"].max().min()
    assert said(False, None) == (last, "the last time that every arm is watched")
    assert said(False, 240.0) == (240, "as the study declares")
    assert said(False, 999.0) == (last, "before the declared 999: an arm is watched no longer")
    value, why = said(True, None)
    assert value < last
    assert why.startswith("earlier than every arm is watched")
    value, why = said(True, float(last))
    assert value < last
    assert why.startswith("earlier than the declared time")


COLON = """
id = "colon"
title = "Adjuvant therapy of colon cancer"
design = "randomised"
subject_level = "shown"
[[arms]]
value = "control"
reference = true
[[arms]]
value = "Lev"
[[arms]]
value = "Lev+5FU"
[endpoints.death]
paramcd = "OS"
label = "Death"
[analysis]
strata = "EXTENT"
covariates = "AGE"
pairwise = true
[populations]
also = "FEWFL"
"""
# made by own_trials.R
OWN = pd.read_csv(HERE / "own_trials.csv").set_index("key")["value"]
PAIRS = {"death.lev": "Lev control", "death.lev-plus-5fu": "Lev+5FU control",
         "death.lev-plus-5fu.lev": "Lev+5FU Lev"}  # fmt: skip


@pytest.fixture(scope="module")
def colon(tmp_path_factory):
    found = written(tmp_path_factory.mktemp("colon"), COLON, "colon", "OS", TRT01A="arm",
                    EXTENT="stratum", AGE="y",
                    FEWFL=lambda rows: (rows["x"] <= 4).map({True: "Y", False: "N"}))  # fmt: skip
    return Trial(found).times()


def test_one_page_corrects_a_test_of_two_arms_once(colon):
    alone = colon.against_reference(log_rank.log_rank_pairwise)
    assert len(alone) == 2  # of three pairs that the plan compares
    found = Trial(colon.study).plan.corrected(alone)
    assert not found
    assert "plan compares other pairs" in found.caption
    config = replace(colon.study.config, analysis=Analysis(multiplicity="bonferroni"))
    found = Trial(replace(colon.study, config=config)).plan.corrected(alone)
    assert [r.p_value for r in found.values()] == [min(1, 2 * r.p_value) for r in alone.values()]


def test_with_pairwise_every_pair_is_tested_and_all_are_one_family(colon):
    tests = planned_times.pairwise_tests(colon)
    together = adjusted(tests, method="holm")
    assert set(tests) == set(together) == set(PAIRS)
    for row, pair in PAIRS.items():
        assert tests[row].value == pytest.approx(OWN[f"log-rank {pair}"], rel=1e-8)
        assert together[row].p_value == pytest.approx(OWN[f"holm {pair}"], rel=1e-8)
        assert f"{tests[row].about.arm} {tests[row].about.comparator}" == pair


def test_with_pairwise_the_ratios_of_all_pairs_are_those_of_one_model(colon):
    found = planned_times.ratios(colon)
    assert set(found) == set(PAIRS)
    for row, pair in PAIRS.items():
        assert found[row].value == pytest.approx(OWN[f"all {pair}"], rel=1e-8)
        assert found[row].estimate.upper == pytest.approx(OWN[f"all {pair} upper"], rel=1e-8)


def test_a_further_set_of_subjects_has_its_own_ratios_and_says_whose_they_are(colon):
    found = planned_times.in_others(colon, planned_times.ratios)
    assert set(found) == {f"fewfl.{row}" for row in PAIRS}
    for row, pair in PAIRS.items():
        mine = found[f"fewfl.{row}"]
        assert mine.value == pytest.approx(OWN[f"few nodes {pair}"], rel=1e-8)
        assert mine.estimate.upper == pytest.approx(OWN[f"few nodes {pair} upper"], rel=1e-8)
        assert "among FEWFL = Y" in mine.about.parameter
        assert stem(mine.about.parameter) == "Death"


def test_a_single_arm_with_a_competing_event_has_its_incidence(study):
    one = replace(study.config, arms=(Arm(("control", "male"), "All"),), design="single-arm")
    tables = {name: getattr(study, name).assign(ARM=pd.Categorical(["All"] * len(study.adsl)))
              for name in ("adsl", "adtte")}  # fmt: skip
    found = planned_times.incidences(Trial(replace(study, config=one, **tables)).times())
    for at in (100, 200):
        got = found[f"progression.all.{at}"].estimate
        want = [OWN[f"one arm {at} {part}"] for part in ("pstate", "lower", "upper")]
        assert [got.value, got.lower, got.upper] == pytest.approx(want, rel=1e-8)


@pytest.mark.proves("helpers.literate.planned_times:mean_times")
def test_restricted_means_are_adjusted_for_strata_and_covariates_of_the_plan(colon):
    end = Endpoint("death", "OS", "Death", "day", horizon=2500)
    config = replace(colon.study.config, endpoints={"death": end})
    own = Trial(replace(colon.study, config=config)).times()
    expected = pd.read_csv(HERE / "adjusted_rmst.csv").set_index(["dataset", "quantity"])["value"]
    found = planned_times.mean_times(own)
    assert set(found) == set(PAIRS)
    for row, arm in (("death.lev", "Lev"), ("death.lev-plus-5fu", "Lev+5FU")):
        assert found[row].value == pytest.approx(expected[f"colon {arm}", "value"], rel=1e-8)
        assert found[row].estimate.lower == pytest.approx(
            expected[f"colon {arm}", "lower"], rel=1e-8
        )
        assert found[row].about.parameter == "Death, adjusted for EXTENT, AGE"
        assert found[row].about.visit == "Day 2500"
        assert found[row].about.unit == "day"


def test_actg_175_within_strata_of_prior_therapy_is_r_s(tmp_path):
    """The method that the death result of ACTG 320 needs, on the trial whose data are public."""
    folder = actg175.write_study(tmp_path / "actg175", subject_level="shown")
    plan = '\n[analysis]\nstrata = "PRIORARV"\ncovariates = ["AGE", "KARNOF"]\n'
    with (folder / "study.toml").open("a", encoding="utf-8") as file:
        file.write(plan)
    own = Trial(load_study(folder, check=False)).times()
    # made by actg175.R
    r = pd.read_csv(HERE / "actg175.csv").set_index("key")["value"]
    overall, tests = planned_times.overall_test(own), planned_times.pairwise_tests(own)
    together, ratios = adjusted(tests, method="holm"), planned_times.ratios(own)
    assert overall["primary"].value == pytest.approx(r["overall"], rel=1e-8)
    assert len(tests) == len(ratios) == 3
    for row, test in tests.items():
        arm = test.about.arm
        assert test.value == pytest.approx(r[f"log-rank {arm}"], rel=1e-8)
        assert together[row].p_value == pytest.approx(r[f"holm {arm}"], rel=1e-8)
        assert ratios[row].value == pytest.approx(r[f"ratio {arm}"], rel=1e-8)
        assert ratios[row].estimate.upper == pytest.approx(r[f"upper {arm}"], rel=1e-8)


def test_a_declared_pair_is_that_of_all_pairs_and_alone_in_its_family(colon):
    config = colon.study.config
    plan = replace(config.analysis, pairwise=False, comparisons=(("Lev+5FU", "Lev"),))
    one = Trial(replace(colon.study, config=replace(config, analysis=plan))).times()
    pair = "Lev+5FU Lev"
    tests = planned_times.pairwise_tests(one)
    assert list(tests) == ["death.lev-plus-5fu.lev"]
    assert tests["death.lev-plus-5fu.lev"].value == pytest.approx(OWN[f"log-rank {pair}"], rel=1e-8)
    (alone,) = adjusted(tests, method="holm").values()
    assert alone.p_value == tests["death.lev-plus-5fu.lev"].p_value
    overall = planned_times.overall_test(one)
    assert overall["death"].value == pytest.approx(OWN[f"log-rank {pair}"], rel=1e-8)
    assert list(planned_times.mean_times(one)) == ["death.lev-plus-5fu.lev"]
