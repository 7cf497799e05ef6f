"""An invented trial in the shape of the CDISC pilot: its planned tables against R, its populations."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from helpers.analyse import linear
from helpers.derive import adverse
from helpers.derive.planned import stem
from helpers.disclosure.sizes import N_ALONE, sizes_away
from helpers.edition import sections
from helpers.errors import AnalysisError
from helpers.literate import open_study
from helpers.literate.planned_changes import (
    planned_differences,
    planned_in_others,
    planned_means,
    planned_overall,
    planned_repeated,
    planned_trend,
)
from helpers.results import Record
from helpers.study import load_study, read_study

HERE = Path(__file__).parent
FOLDER = HERE / "cases" / "pilot_shape"  # values in R: reference/pilot_shape.R
R = pd.read_csv(HERE / "reference" / "pilot_shape.csv").set_index("key")["value"]
LABELS = {"Placebo": "Placebo", "Low dose": "Xanomeline Low Dose",
          "High dose": "Xanomeline High Dose"}  # fmt: skip


@pytest.fixture(scope="module")
def trial():
    return open_study(FOLDER)


def near(value):
    return pytest.approx(value, rel=1e-8)


def in_r(name, kind, arm, other):
    """R's value of a difference and whether it has the other sign."""
    key = f"{name} {kind} {LABELS[arm]} - {LABELS[other]}"
    if key in R:
        return R[key]
    turned = R[f"{name} {kind} {LABELS[other]} - {LABELS[arm]}"]
    return -turned if kind == "difference" else turned


def as_in_r(name, results):
    assert len(results) == 3
    for r in results.values():
        assert r.value == near(in_r(name, "difference", r.about.arm, r.about.comparator))
        assert r.p_value == near(in_r(name, "p", r.about.arm, r.about.comparator))
        assert r.n == R[f"{name} n"]


@pytest.mark.proves("helpers.analyse.linear:adjusted_slope")
def test_the_planned_table_of_the_score_is_r_s(trial):
    changes = trial.main_measure().changes()
    as_in_r("adas", planned_differences(changes))
    assert planned_overall(changes)[""].value == near(R["adas F"])
    for arm in planned_means(changes).values():
        assert arm.value == near(R[f"adas mean {LABELS[arm.about.arm]}"])
        assert arm.estimate.lower == near(R[f"adas mean lower {LABELS[arm.about.arm]}"])
    slope = planned_trend(changes)["dose"]
    assert (slope.value, slope.p_value) == (near(R["adas dose"]), near(R["adas dose p"]))
    rows = changes.frame.assign(DOSE=changes.frame["ARM"].astype(str).map(
        {"Placebo": 0, "Low dose": 54, "High dose": 81}))  # fmt: skip
    found = linear.adjusted_slope(rows, outcome="CHG", of="DOSE")
    assert found.value == pytest.approx(rows["DOSE"].cov(rows["CHG"]) / rows["DOSE"].var())


def test_a_rating_without_baseline_is_compared_as_it_is(trial):
    changes = trial.other_measures().changes()
    as_in_r("cibic", changes.against_reference())
    slope = changes.trend()["cibic.dose"]
    assert (slope.value, slope.p_value) == (near(R["cibic dose"]), near(R["cibic dose p"]))
    assert changes.with_baseline().frame.empty
    assert "no baseline" in slope.about.parameter


def test_imputed_values_stand_in_the_planned_comparison_and_nowhere_else(trial):
    measure = trial.main_measure()
    raw = pd.read_csv(FOLDER / "adqsadas.csv").query("AVISITN == 24 and EFFFL == 'Y'")
    observed = int((raw["DTYPE"].isna() & (raw["ANL01FL"] == "Y")).sum())
    assert len(measure.changes().frame) == observed < R["adas n"]
    assert {r.n for r in planned_repeated(measure.changes_by_visit()).values()} == {R["adas n"]}
    planned = planned_differences(measure.changes())["low-dose"]
    assert planned.about.parameter.endswith(", LOCF where missing")


def test_each_analysis_takes_the_population_that_is_named(trial, tmp_path):
    study = trial.study
    adsl = pd.read_csv(FOLDER / "adsl.csv")
    assert len(study.of("changes").adsl) == (adsl["EFFFL"] == "Y").sum() < len(adsl)
    assert set(trial.main_measure().frame["USUBJID"]) <= set(study.of("changes").adsl["USUBJID"])
    half = replace(study, adsl=study.adsl.assign(SAFFL=study.adsl.index < 45))
    found = adverse.overview(half.of("safety")).groupby("ARM", observed=True)["N"].first()
    assert found.sum() == 45
    again = half.of("safety").within("COMP24FL").adsl["USUBJID"]  # of all subjects, not of these
    assert list(again) == list(study.within("COMP24FL").adsl["USUBJID"])


def test_further_populations_are_asked_the_same(trial):
    changes = trial.main_measure().changes()
    found = planned_in_others(changes)
    assert set(found) == {
        f"comp24fl.{key}" for key in ("low-dose", "high-dose", "high-dose.low-dose")
    }
    n = (pd.read_csv(FOLDER / "adsl.csv")["COMP24FL"] == "Y").sum()
    assert {r.n for r in found.values()} == {n}
    assert sections.has(trial.study, "further-sets")


def test_a_centre_is_a_factor_also_where_its_codes_are_numbers(trial):
    assert trial.study.adsl["SITEGR1"].dtype == float
    as_in_r("adas", planned_differences(trial.main_measure().changes()))


@pytest.mark.parametrize(("change", "rule"), [
    ('changes = "EFFFL"|changes = "FASFL"', "population without its flag"),
    ('changes = "EFFFL"|changes = "SEX"', "population without its flag"),
    ('imputed = "LOCF"|imputed = "WOCF"', "way of imputing that never occurs"),
    ('paramcd = "ACTOT"|baseline = false\nparamcd = "ACTOT"', "baseline of a parameter that has none"),
])  # fmt: skip
def test_what_the_tables_do_not_bear_out_is_reported(tmp_path, change, rule):
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    old, new = change.split("|")
    text = (tmp_path / "study.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "study.toml").write_text(text.replace(old, new), encoding="utf-8")
    try:
        found = [p.rule for p in read_study(tmp_path)[1]]
    except Exception as error:
        found = [p.rule for p in error.problems]
    assert rule in found


def test_a_population_that_leaves_an_arm_empty_stops(tmp_path):
    for file in FOLDER.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    adsl = pd.read_csv(FOLDER / "adsl.csv")
    adsl.assign(EFFFL=adsl["EFFFL"].where(adsl["TRT01A"] != "Placebo", "N")).to_csv(
        tmp_path / "adsl.csv", index=False
    )
    with pytest.raises(Exception, match="population without an arm"):
        load_study(tmp_path)


def test_what_is_adjusted_or_imputed_hides_no_small_rest(trial):
    study = trial.study
    everybody = int((study.adsl["ARM"] == "Placebo").sum())
    base = Record(
        study=study.id, chapter="c", key="a", parameter="Score", arm="Placebo", visit="Week 24",
        statistic="mean", method="paired t", value=1.0, n=everybody - 12, label="observed",
    )  # fmt: skip
    other = replace(base, key="b", parameter="Score, adjusted for SEX, LOCF where missing",
                    n=everybody - 10)  # fmt: skip
    assert sizes_away([base], study) == set()
    assert sizes_away([base, other], study) == {("c", "a" + N_ALONE)}
    assert stem("Score, adjusted for SEX, AGE, LOCF where missing, among PPROTFL = Y") == "Score"
    assert stem("Score, LOCF where missing") == "Score"


def test_a_trend_needs_two_doses():
    frame = pd.DataFrame({"CHG": [1.0, 2, 3, 4], "DOSE": 1.0})
    with pytest.raises(AnalysisError, match="two doses"):
        linear.adjusted_slope(frame, outcome="CHG", of="DOSE")


def test_other_measures_are_compared_again_in_the_further_set(trial):
    """The same numbers as of a study whose population of measurements is the further set."""
    again = trial.other_measures().changes().in_others()
    config = trial.study.config
    config = replace(config, populations=replace(config.populations, changes="COMP24FL"))
    completers = replace(trial, study=replace(trial.study, config=config))
    alone = completers.other_measures().changes().against_reference()
    assert len(again) == len(alone) > 0
    for row, result in alone.items():
        role, _, rest = row.partition(".")
        mine = again[f"{role}.comp24fl.{rest}"]
        assert (mine.value, mine.p_value) == (near(result.value), near(result.p_value))
        assert mine.about.parameter.endswith(", among COMP24FL = Y")
        assert mine.n == result.n < trial.study.adsl["USUBJID"].nunique()
