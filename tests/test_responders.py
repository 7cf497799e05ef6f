"""Planned responders: against R on ACTG 175 and the CDISC pilot's shape, and by hand at every edge."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from helpers import actg175
from helpers.analyse.proportions import clopper_pearson
from helpers.config import Analysis, parse_config
from helpers.derive import responders
from helpers.edition import sections
from helpers.literate import adjusted, planned_counts
from helpers.literate.responders import count_unknown
from helpers.literate.trial import Trial
from helpers.study import load_study, read_study

HERE = Path(__file__).parent
R = pd.read_csv(HERE / "reference" / "responders.csv").set_index("key")["value"]  # responders.R
RISE = {"parameter": "CD4", "of": "change", "visit": 20, "at_least": 50}
FALL = {"parameter": "ACTOT", "of": "change", "visit": 24, "at_most": -4}


def planning(study, blocks, **plan):
    """The study with these responses, as study.toml would have them, and this plan."""
    raw = tomllib.loads((study.folder / "study.toml").read_text(encoding="utf-8"))
    config, problems = parse_config({**raw, "responses": blocks})
    assert problems == []
    analysis = replace(config.analysis, **plan)
    return Trial(replace(study, config=replace(config, analysis=analysis, show_subjects=True)))


@pytest.fixture(scope="module")
def actg(tmp_path_factory):
    return load_study(actg175.write_study(tmp_path_factory.mktemp("actg") / "s"), check=False)


@pytest.fixture(scope="module")
def pilot():
    return load_study(HERE / "cases" / "pilot_shape")


def as_in_r(name, responses, arms, pairs):
    """Shares, differences and both tests of every arm and pair, under R's names of the arms."""

    def near(key):
        return pytest.approx(R[f"{name} {key}"], rel=1e-8)

    shares = responses.kinds().shares(clopper_pearson)
    assert len(shares) == len(arms)
    for r in shares.values():
        arm = arms[r.about.arm]
        assert (round(r.value * r.n), r.n) == (R[f"{name} {arm} x"], R[f"{name} {arm} n"])
        assert (r.estimate.lower, r.estimate.upper) == (near(f"{arm} lower"), near(f"{arm} upper"))
    gaps, exact = (of(responses) for of in (planned_counts.planned_differences,
                                            planned_counts.planned_tests))  # fmt: skip
    holm, cmh = adjusted(exact, method="holm"), planned_counts.stratified_tests(responses)
    if responses.study.config.analysis.multiplicity == "holm":
        assert {k: r.p_value for k, r in planned_counts.corrected(responses, exact).items()} == {
            k: r.p_value for k, r in holm.items()
        }
    assert (
        set(gaps) == set(exact) == set(cmh) == set(planned_counts.stratified_differences(responses))
    )
    assert len(gaps) == pairs
    for row, gap in gaps.items():
        key = f"{arms[gap.about.arm]} - {arms[gap.about.comparator]}"
        found = [getattr(gap.estimate, part) for part in ("value", "lower", "upper")]
        assert found == [near(key), near(f"{key} lower"), near(f"{key} upper")]
        assert exact[row].p_value == near(f"{key} fisher")
        assert holm[row].p_value == near(f"{key} holm")
        assert (cmh[row].value, cmh[row].p_value) == (near(f"{key} chisq"), near(f"{key} cmh"))


def test_a_rise_of_the_cd4_count_in_actg_175_is_as_in_r(actg):
    arms = {arm: arm for arm in actg.arms}
    of = planning(actg, {"rise": RISE}, strata=("PRIORARV",))
    as_in_r("rise", of.responses(), arms, 3)
    percent = {**RISE, "of": "percent change", "at_least": 30}
    of = planning(actg, {"percent": percent}, strata=("PRIORARV",))
    as_in_r("percent", of.responses(), arms, 3)
    of = planning(actg, {"late": {**RISE, "visit": 96, "at_least": 0}}, strata=("PRIORARV",))
    as_in_r("late", of.responses(), arms, 3)
    assert min(r.value for r in of.responses().missing().values()) > 100


LABELS = {"Placebo": "Placebo", "Low dose": "Xanomeline Low Dose",
          "High dose": "Xanomeline High Dose"}  # fmt: skip


@pytest.mark.parametrize(("missing", "name"), [("no response", "adas"),
                                               ("left out", "adas left out")])  # fmt: skip
def test_responders_of_the_pilot_are_those_of_its_population_as_in_r(pilot, missing, name):
    trial = planning(pilot, {"fall": {**FALL, "missing": missing}}, strata=("SEX",))
    responses = trial.responses()
    as_in_r(name, responses, LABELS, 3)
    everybody = len(pilot.adsl)
    assert len(responses.frame) == len(pilot.of("changes").adsl) < everybody
    for r in responses.missing().values():
        assert r.value == R[f"adas {LABELS[r.about.arm]} unknown"]
        assert r.about.visit == "Week 24"
        assert r.about.parameter.endswith(": not known")


TOML = """
id = "own"
title = "By hand"
design = "single-arm"
subject_level = "shown"
[[arms]]
value = "A"
[parameters.rna]
paramcd = "RNA"
unit = "copies/mL"
lloq = 50
uloq = 1000000
scale = "log10"
[parameters.x]
paramcd = "X"
[parameters.acr]
paramcd = "ACR20"
baseline = false
"""
# subject: RNA at baseline and week 48, X at baseline and week 48, ACR20 at week 48
VALUES = {
    "S1": ("1000", "<50", "0.2", "0.3", "1"),
    "S2": ("500", "49", "0.2", "0.29", "0"),
    "S3": ("<50", "500", "0", "10", "1"),
    "S4": ("5000", "50.5", "", "110", "1"),
    "S5": ("1000", "", "100", "110", ""),
    "S6": ("1000", "100", "100", "", "0"),
    "S7": (">1000000", "1000", "-2", "-1", "0"),
}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hand")
    (folder / "study.toml").write_text(TOML)
    pd.DataFrame({"USUBJID": list(VALUES), "TRT01A": "A"}).to_csv(folder / "adsl.csv", index=False)
    rows = []
    for subject, values in VALUES.items():
        places = [("RNA", 0), ("RNA", 48), ("X", 0), ("X", 48), ("ACR20", 48)]
        rows += [(subject, code, visit, value if value[:1] not in "<>" else "", value)
                 for (code, visit), value in zip(places, values, strict=True) if value]  # fmt: skip
    columns = ["USUBJID", "PARAMCD", "AVISITN", "AVAL", "AVALC"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "adlb.csv", index=False)
    return load_study(folder, check=False)


def found(study, **block):
    """{subject: True, False, or None where it is not known}."""
    trial = planning(study, {"r": {"visit": 48, **block}})
    rows = responders.responders(trial.study, "r")
    return {s[1]: r if k else None for s, r, k in
            zip(rows["USUBJID"], rows["RESPONSE"], rows["KNOWN"], strict=True)}  # fmt: skip


@pytest.mark.parametrize(
    ("block", "yes", "unknown"),
    [
        # below a limit of 50 a value is below 50, and whether it is below 20 is not known
        ({"parameter": "RNA", "below": 50, "scale": "linear"}, "12", "5"),
        ({"parameter": "RNA", "at_most": 50, "scale": "linear"}, "12", "5"),
        ({"parameter": "RNA", "below": 200, "scale": "linear"}, "1246", "5"),
        ({"parameter": "RNA", "below": 20, "scale": "linear"}, "", "125"),
        ({"parameter": "RNA", "at_least": 50, "scale": "linear"}, "3467", "5"),
        ({"parameter": "RNA", "below": 2, "scale": "log10"}, "124", "5"),
        ({"parameter": "RNA", "at_most": 2, "scale": "log10"}, "1246", "5"),
        # from 1000 to less than 50 it fell by more than 950, from less than 50 to 500 more than tenfold
        ({"parameter": "RNA", "of": "change", "at_most": -950, "scale": "linear"}, "147", "5"),
        ({"parameter": "RNA", "of": "change", "at_most": -1000, "scale": "linear"}, "47", "15"),
        ({"parameter": "RNA", "of": "change", "at_most": -960, "scale": "linear"}, "47", "15"),
        ({"parameter": "RNA", "of": "change", "at_most": -1, "scale": "log10"}, "12467", "5"),
        ({"parameter": "RNA", "of": "change", "above": 1, "scale": "log10"}, "3", "5"),
        ({"parameter": "RNA", "of": "change", "at_least": 1, "scale": "log10"}, "3", "5"),
        # 0.3 - 0.2 is 0.1; no baseline is no change; a value alone needs none
        ({"parameter": "X", "of": "change", "at_least": 0.1}, "1357", "46"),
        ({"parameter": "X", "of": "change", "above": 0.1}, "357", "46"),
        ({"parameter": "X", "of": "change", "below": 0.1}, "2", "46"),
        ({"parameter": "X", "at_least": 110}, "45", "6"),
        ({"parameter": "X", "above": 110}, "", "6"),
        # per cent of what is not above 0 is nothing
        ({"parameter": "X", "of": "percent change", "at_least": 10}, "125", "3467"),
        ({"parameter": "X", "of": "percent change", "above": 10}, "12", "3467"),
        ({"parameter": "ACR20", "at_least": 1}, "134", "5"),
    ],
)  # fmt: skip
def test_who_responds_by_hand(by_hand, block, yes, unknown):
    assert found(by_hand, **block) == {s: None if s in unknown else s in yes for s in "1234567"}


def test_a_log10_table_is_read_on_the_scale_of_the_threshold(by_hand):
    adlb = by_hand.adlb[by_hand.adlb["PARAMCD"] == "X"].assign(PARAMCD="RNA")
    logs = replace(by_hand.config.parameters["rna"], scale="already log10", lloq=None, uloq=None)
    study = replace(by_hand, adlb=adlb.assign(AVAL=2.0, BLQFL=False))
    for scale, threshold in (("linear", 100), ("log10", 2)):
        block = {"parameter": "RNA", "visit": 48, "at_least": threshold, "scale": scale}
        trial = planning(study, {"r": block})
        config = replace(trial.study.config, parameters={"rna": logs})
        rows = responders.responders(replace(trial.study, config=config), "r")
        assert rows["RESPONSE"].sum() == adlb["AVISITN"].eq(48).sum() > 0


@pytest.mark.proves("helpers.literate.responders:count_unknown")
def test_those_of_whom_it_is_not_known_are_counted():
    found = count_unknown(pd.DataFrame({"KNOWN": [True, False, True, False, False]}))
    assert (found.value, found.n) == (3, 5)


def test_who_is_missing_is_no_response_or_left_out_of_the_whole(by_hand):
    block = {"parameter": "ACR20", "visit": 48, "at_least": 1}
    for missing, n in (("no response", 7), ("left out", 6)):
        responses = planning(by_hand, {"r": {**block, "missing": missing}}).responses()
        share = responses.kinds().shares()["r.a"]
        assert (share.value, share.n) == (pytest.approx(3 / n), n)
        assert responses.missing()["r.a"].value == 1
        assert share.about.parameter == "ACR20, response: value at least 1"


def test_an_arm_of_which_nobody_is_known_has_no_share_and_no_comparison(pilot):
    block = {**FALL, "missing": "left out"}
    trial = planning(pilot, {"fall": block}, strata=("SEX",))
    adlb = trial.study.adlb
    gone = (adlb["ARM"] == "Low dose") & (adlb["AVISITN"] == 24)
    responses = replace(trial, study=replace(trial.study, adlb=adlb[~gone])).responses()
    assert set(responses.kinds().shares()) == {"fall.placebo", "fall.high-dose"}
    for of in (planned_counts.planned_differences, planned_counts.planned_tests,
               planned_counts.stratified_differences, planned_counts.stratified_tests):  # fmt: skip
        assert set(of(responses)) == {"fall.high-dose"}


def test_the_page_is_there_where_a_response_is_planned(pilot):
    assert not sections.has(pilot, "responses")
    trial = planning(pilot, {"fall": FALL}, comparisons=("High dose",), pairwise=False)
    assert sections.has(trial.study, "responses")
    assert set(planned_counts.planned_differences(trial.responses())) == {"fall.high-dose"}
    rules = trial.responses().rules.text
    assert "change at most -4 points; no response" in rules


def test_a_folder_with_responses_is_read_and_a_visit_without_values_named(tmp_path):
    from helpers.simulate.example import write_example

    write_example(tmp_path / "s")
    study, problems = read_study(tmp_path / "s")
    assert set(study.config.responses) == {"cd4_rise", "suppressed"}
    assert {p.severity for p in problems} <= {"note"}
    assert study.config.analysis == Analysis()
