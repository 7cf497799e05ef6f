"""Changes of a study by arm and visit: the numbers are the estimators', what is hidden stays hidden."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import actg175
from helpers.analyse import censored, groups, mixed, paired, tipping
from helpers.analyse.estimate import Estimate
from helpers.config import Analysis
from helpers.context import ROOT
from helpers.derive import courses, frames
from helpers.literate import charts, open_study
from helpers.literate import viral_load as viral
from helpers.literate.changes import WAYS, Changes, all_changes, count_missing
from helpers.literate.measures import MeasureChanges
from helpers.literate.planned_changes import (
    planned_differences,
    planned_means,
    planned_overall,
    planned_repeated,
)
from helpers.literate.rows import Charts
from helpers.literate.trial import Trial
from helpers.simulate.example import write_example
from helpers.study import load_study


@pytest.fixture(scope="module")
def trial():
    return open_study(ROOT / "data/hucmsc")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    return open_study(actg175.write_study(tmp_path_factory.mktemp("actg") / "s"))


MODEL = {"outcome": "CHG", "baseline": "BASE", "arm": "ARM", "reference": "Control"}


@pytest.mark.proves("helpers.analyse.groups:ancova")
@pytest.mark.proves("helpers.analyse.groups:ancova_f_test")
def test_the_adjusted_differences_are_those_of_least_squares(trial):
    change = trial.measure("cd4").changes()
    frame = change.frame
    found = groups.ancova(frame, **MODEL)
    x = np.column_stack([np.ones(len(frame)), frame["ARM"] == "Low dose", frame["ARM"] == "High dose",
                         frame["BASE"]]).astype(float)  # fmt: skip
    beta = np.linalg.lstsq(x, frame["CHG"], rcond=None)[0]
    between = change.against_reference()
    assert (
        float(between["low-dose"])
        == pytest.approx(beta[1])
        == pytest.approx(found["Low dose"].value)
    )
    less = np.delete(x, [1, 2], axis=1)
    sse = [np.linalg.lstsq(m, frame["CHG"], rcond=None)[1][0] for m in (x, less)]
    f = (sse[1] - sse[0]) / 2 / (sse[0] / (len(frame) - 4))
    assert groups.ancova_f_test(frame, **MODEL).value == pytest.approx(f)
    assert float(change.all_arms()[""]) == pytest.approx(f)
    assert between["low-dose"].about.comparator == "Control"


@pytest.mark.proves("helpers.analyse.mixed:mmrm")
def test_with_everybody_at_every_visit_the_mixed_model_is_an_ancova_a_visit(trial):
    visits = trial.measure("cd4").changes_by_visit()
    repeated = visits.repeated()
    fits = mixed.mmrm(visits.frame, subject="USUBJID", visit="VISIT", **MODEL)
    assert len(repeated) == len(fits)
    for (arm, visit), fit in fits.items():
        key = f"{arm.lower().replace(' ', '-')}.{visit:g}"
        assert float(repeated[key]) == fit.value
        alone = groups.ancova(courses.at_visit(visits.frame, visit), **MODEL)[arm]
        if visits.frame["USUBJID"].value_counts().nunique() == 1:
            assert fit.value == pytest.approx(alone.value, rel=1e-6)


@pytest.mark.proves("helpers.analyse.groups:welch_difference")
@pytest.mark.proves("helpers.analyse.groups:two_sample_hodges_lehmann")
def test_each_choice_of_analysis_is_shown_for_each_arm(trial):
    from scipy import stats

    change = trial.measure("cd4").changes()
    choice = change.choices()
    assert len(choice) == len(WAYS) * 2
    by_arm = {arm: part["CHG"] for arm, part in change.frame.groupby("ARM", observed=True)}
    welch = groups.welch_difference(by_arm["Low dose"], by_arm["Control"])
    theirs = stats.ttest_ind(by_arm["Low dose"], by_arm["Control"], equal_var=False)
    assert welch.p_value == pytest.approx(theirs.pvalue)
    assert float(choice["t-test-changes.low-dose"]) == welch.value
    shifts = np.subtract.outer(by_arm["Low dose"].to_numpy(), by_arm["Control"].to_numpy())
    shift = groups.two_sample_hodges_lehmann(by_arm["Low dose"], by_arm["Control"])
    assert shift.value == pytest.approx(np.median(shifts))


def test_every_visit_after_baseline_has_its_change_and_no_visit_twice(trial):
    visits = trial.measure("cd4").changes_by_visit()
    means = visits.by("visit", "arm").apply(paired.mean_change, of="CHG")
    assert len(means) == 3 * visits.frame["VISIT"].nunique()


@pytest.mark.proves("helpers.analyse.paired:mean_change")
@pytest.mark.proves("helpers.analyse.paired:quartiles")
@pytest.mark.proves("helpers.analyse.paired:signed_rank")
def test_within_an_arm_the_numbers_are_those_of_scipy_on_its_changes(trial):
    from scipy import stats

    change = trial.measure("cd4").changes()
    low = change.where(arm="Low dose").frame["CHG"].to_numpy()
    mean = paired.mean_change(low)
    assert mean.p_value == pytest.approx(stats.ttest_1samp(low, 0).pvalue)
    ranks = paired.signed_rank(low)
    assert ranks.p_value == pytest.approx(stats.wilcoxon(low, method="approx").pvalue, abs=0.02)
    assert paired.quartiles(low).value == np.median(low)
    shown = change.by("arm").apply(paired.mean_change, of="CHG")
    assert float(shown["low-dose"]) == mean.value


@pytest.mark.proves("helpers.literate.changes:count_missing")
@pytest.mark.proves("helpers.analyse.tipping:tipping_points")
def test_who_is_missing_can_turn_a_verdict_and_the_shift_that_turns_it_is_shown(real):
    cd4 = real.measure("cd4")
    change = all_changes(cd4, courses.at_visit(courses.changes(real.study, "cd4"), 96))
    missing = change.missing()
    assert count_missing(pd.DataFrame({"CHG": [1.0, np.nan]})) == 1
    assert sum(int(r) for r in missing.values()) == len(real.study.adsl) - len(change.frame)
    tips = change.tipping_points(missing)
    everybody = real.study.adsl[["USUBJID", "ARM"]].merge(
        change.frame[["USUBJID", "BASE", "CHG"]], on="USUBJID", how="left"
    )
    points = tipping.tipping_points(everybody, **{**MODEL, "reference": real.reference})
    finite = sum(np.isfinite([p.lower, p.upper]).sum() for p in points.values())
    assert 0 < len(tips) == finite


@pytest.mark.proves("helpers.analyse.censored:tobit_mean")
@pytest.mark.proves("helpers.analyse.censored:substituted_mean")
def test_a_value_below_the_limit_is_a_bound_and_what_is_put_in_its_place_moves_the_mean(trial):
    rna = trial.measure("hivrna").log10()
    both = rna.with_values().frame
    part = next(p for _, p in both.groupby(["VISIT", "ARM"], observed=True) if p["BLQFL"].any())
    tobit = censored.tobit_mean(part["LOG"], part["BLQFL"])
    half, limit = (f(part["LOG"], part["BLQFL"]) for f in (viral.half_the_limit, viral.the_limit))
    assert (
        limit.value
        == censored.substituted_mean(part["LOG"], part["LOG"], part["BLQFL"], fraction=1).value
    )
    share = part["BLQFL"].mean()
    assert limit.value - half.value == pytest.approx(np.log10(2) * share)
    assert tobit.value < limit.value


@pytest.mark.proves("helpers.literate.viral_load:share_below")
def test_the_share_below_the_limit_is_counted(trial):
    assert viral.share_below([True, False, False, True]).value == 0.5
    rna = trial.measure("hivrna").log10()
    below = rna.below()
    counted = rna.frame.groupby(["VISIT", "ARM"], observed=True)["BLQFL"].mean()
    assert [float(r) for r in below.values()] == pytest.approx(counted.tolist())


def test_values_on_the_log_scale_are_not_logged_again(trial):
    plain = frames.logarithms(trial.study, "hivrna", pd.Series([1000.0]))
    assert plain.tolist() == [3.0]
    assert trial.measure("hivrna").log10().about.unit.startswith("log10")
    assert trial.measure("hivrna").log10().about.unit.count("log10") == 1


def test_of_hidden_patients_no_line_of_one_is_drawn_and_no_row_is_shown(real):
    cd4 = real.measure("cd4")
    course = cd4.course().by("visit", "arm").apply(paired.quartiles, of="AVAL")
    drawn = charts.courses(cd4, course)
    assert "USUBJID" not in str(drawn.to_dict()["datasets"])
    assert not real.study.config.show_subjects
    assert "no row is shown" in cd4.changes()._repr_mimebundle_()["text/plain"]


def test_where_nothing_may_be_drawn_there_is_no_chart(trial):
    from helpers.literate.outcome import Results

    visits = trial.measure("cd4").changes_by_visit()
    assert charts.over_visits(visits, Results({})) == Charts()


def fitting(prints, shown, n, df):
    """Numbers of missing, 1 to 4, of which some difference and error print the shown and the tips."""

    def alike(x, printed):
        return float(f"{x:.2g}") == printed

    error = (shown.upper - shown.lower) / 2 / stats.t.ppf(0.975, df)
    out = []
    for missing in range(1, 5):
        for d, e in itertools.product(
            shown.value + np.linspace(-1, 1, 41), error * np.linspace(0.9, 1.1, 81)
        ):
            found = tipping.tipping_shifts(d, e, df=df, missing=missing, n=n)
            if alike(abs(found.lower), prints["lower"]) and alike(found.upper, prints["upper"]):
                out.append(missing)
                break
    return out


def test_the_shifts_that_turn_a_verdict_told_how_few_were_missing():
    # the two shifts of an arm are two equations for the share of it that is missing
    real, df, n = 2, 52, 20
    shown = Estimate("ancova", "adjusted mean difference", 72.0, 44.0, 100.0, n=56)
    error = 14.1
    tips = tipping.tipping_shifts(72.3, error, df=df, missing=real, n=n)
    prints = {"lower": float(f"{abs(tips.lower):.2g}"), "upper": float(f"{tips.upper:.2g}")}
    assert fitting(prints, shown, n, df) == [real]


def test_no_shift_is_shown_of_an_arm_whose_number_of_missing_is_hidden(tmp_path):
    write_example(tmp_path / "example")
    study = load_study(tmp_path / "example", check=False)
    config = replace(study.config, show_subjects=False, threshold=5)
    change = Trial(replace(study, config=config)).measure("cd4").changes()
    missing = change.missing()
    hidden = {arm for arm, row in missing.items() if row.about.text == "too few to show"}
    tips = change.tipping_points(missing)
    assert hidden
    assert tips
    assert not {key.split(".")[1] for key in tips} & hidden


ALIKE = {
    "all alike": lambda f: f.assign(CHG=5.1),
    "all alike in an arm": lambda f: f.assign(CHG=(f["ARM"] == "Control") * 1.0),
    "as the baseline says": lambda f: f.assign(CHG=2 * f["BASE"] + f["VISIT"]),
    "one subject an arm": lambda f: f.groupby(["ARM", "VISIT"], observed=True).head(1),
    "a baseline an arm": lambda f: f.assign(BASE=(f["ARM"] == "Control") * 1.0),
}


@pytest.mark.parametrize("alike", ALIKE)
def test_where_no_model_has_an_answer_every_table_says_so_and_of_shown_subjects_why(trial, alike):
    main, visits = (replace(c, frame=ALIKE[alike](c.frame)) for c in
                    (trial.measure("cd4").changes(), trial.measure("cd4").changes_by_visit()))  # fmt: skip
    hidden = replace(trial.study, config=replace(trial.study.config, show_subjects=False))
    tables = [Changes.against_reference, Changes.all_arms, planned_overall, planned_means,
              planned_differences, Changes.repeated, planned_repeated]  # fmt: skip
    for table in tables:
        rows = visits if table in (Changes.repeated, planned_repeated) else main
        found = table(rows)
        assert len(found) == 0
        assert found.caption.startswith("No estimate of CD4+ T cells: ")
        assert "expected" in found.caption
        assert table(replace(rows, study=hidden)).caption == (
            "No estimate of CD4+ T cells: too few values, or too like."
        )


def test_no_shift_turns_what_no_model_finds_and_the_table_says_so(trial):
    rows = trial.measure("cd4").changes()
    same = replace(rows, frame=rows.frame.assign(CHG=5.1).iloc[:-4])
    assert same.tipping_points(same.missing()).caption.startswith("No estimate of CD4+ T cells: ")


def test_a_baseline_of_one_value_adjusts_nothing_and_the_table_says_so(trial):
    # R: lm(CHG ~ BASE + ARM) has NA for such a BASE and the differences of lm(CHG ~ ARM)
    same = trial.measure("cd4").changes()
    same = replace(same, frame=same.frame.assign(BASE=0.0))
    by_arm = {arm: part["CHG"] for arm, part in same.frame.groupby("ARM", observed=True)}
    gap = by_arm["Low dose"].mean() - by_arm["Control"].mean()
    f = stats.f_oneway(*by_arm.values())
    for found in (same.against_reference(), planned_differences(same)):
        assert float(found["low-dose"]) == pytest.approx(gap)
        assert found.caption == "Not adjusted for the baseline value: one value only."
    for test in (same.all_arms(), planned_overall(same)):
        assert float(test[""]) == pytest.approx(f.statistic)
        assert test[""].p_value == pytest.approx(f.pvalue)


def test_a_factor_that_is_the_arm_is_left_out_of_the_planned_model(trial):
    adsl = trial.study.adsl.assign(GROUP=trial.study.adsl["ARM"].astype(str))
    config = replace(trial.study.config, analysis=Analysis(strata=("GROUP",)))
    own = Trial(replace(trial.study, adsl=adsl, config=config)).measure("cd4").changes()
    plain = trial.measure("cd4").changes().against_reference()
    assert float(planned_differences(own)["low-dose"]) == pytest.approx(float(plain["low-dose"]))
    assert Trial(own.study).plan.unusable() == {"GROUP": "cannot be told from the arm"}


def test_measures_without_an_estimate_are_named_together():
    folder = open_study(ROOT / "data/hucmsc")
    parts = {role: replace(c, frame=c.frame.assign(CHG=1.0)) for role, c in
             ((role, folder.measure(role).changes()) for role in ("cd4", "cd8"))}  # fmt: skip
    found = MeasureChanges.of(folder.study, parts).against_reference()
    assert found.caption.count("No estimate") == 1
    assert "CD4+ T cells" in found.caption.partition(": CHG")[0]
    assert "CD8+ T cells" in found.caption.partition(": CHG")[0]
