"""The mixed model for repeated measures against nlme::gls (polished) and against ANCOVA."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import groups, mixed, patterns
from helpers.errors import AnalysisError, NoEstimateError
from r_values import HERE, as_in_r

DATA = pd.read_csv(HERE / "mixed.csv")
HARD = pd.read_csv(HERE / "mixed_maxima_data.csv")  # made by mixed_maxima.R, as is the next
HARD_IN_R = pd.read_csv(HERE / "mixed_maxima.csv").set_index(["dataset", "key"])["value"]
MODEL = {"outcome": "y", "baseline": "base", "arm": "arm", "reference": "control"}
REPEATED = {**MODEL, "subject": "subject", "visit": "visit"}


def test_differences_intervals_and_p_agree_with_r():
    found = mixed.mmrm(DATA, **REPEATED)
    assert len(found) == 8
    for (arm, visit), estimate in found.items():
        assert as_in_r(estimate, "mmrm", f"{arm} {visit}", 1e-6)


def test_cross_products_of_the_subjects_agree_with_r(monkeypatch):
    monkeypatch.setattr(patterns, "KEPT_UP_TO", 0)
    test_differences_intervals_and_p_agree_with_r()


def test_cross_products_give_what_the_subjects_give(monkeypatch):
    kept = mixed.mmrm(DATA, **REPEATED)
    monkeypatch.setattr(patterns, "KEPT_UP_TO", 0)
    summed = mixed.mmrm(DATA, **REPEATED)
    for key, expected in kept.items():
        for name in ("value", "lower", "upper", "p_value"):
            assert getattr(summed[key], name) == pytest.approx(getattr(expected, name), rel=1e-7)


def test_many_subjects_without_missing_visits_give_ancova_at_each_visit():
    random = np.random.default_rng(4)
    n = patterns.KEPT_UP_TO + 1000
    who = pd.DataFrame({"subject": range(n), "base": random.normal(170, 40, n)})
    who["arm"] = random.choice(["control", "low"], n)
    long = who.merge(pd.DataFrame({"visit": [24, 48]}), how="cross")
    long["y"] = 300 + long["base"] + long["visit"] + random.normal(0, 30, len(long))
    for (arm, visit), estimate in mixed.mmrm(long, **REPEATED).items():
        plain = groups.ancova(long[long["visit"] == visit], **MODEL)[arm]
        expected = (plain.value, plain.lower, plain.upper, plain.p_value)
        got = (estimate.value, estimate.lower, estimate.upper, estimate.p_value)
        assert got == pytest.approx(expected, rel=1e-6)


def test_without_missing_visits_it_is_ancova_at_each_visit():
    random = np.random.default_rng(1)
    who = pd.DataFrame({"subject": range(30), "arm": ["control", "low", "high"] * 10})
    who["base"] = random.normal(170, 40, 30)
    long = who.merge(pd.DataFrame({"visit": [12, 24, 48]}), how="cross")
    long["y"] = long["base"] + long["visit"] + random.normal(0, 30, 90)
    found = mixed.mmrm(long, **REPEATED)
    for (arm, visit), estimate in found.items():
        plain = groups.ancova(long[long["visit"] == visit], **MODEL)[arm]
        expected = (plain.value, plain.lower, plain.upper, plain.p_value)
        got = (estimate.value, estimate.lower, estimate.upper, estimate.p_value)
        assert got == pytest.approx(expected, rel=1e-6)


def test_the_order_of_rows_does_not_matter():
    one, other = (
        mixed.mmrm(d, **REPEATED)["high", 48].value
        for d in (DATA, DATA.sample(frac=1, random_state=1))
    )
    assert one == pytest.approx(other, rel=1e-8)


def test_two_rows_of_a_subject_at_one_visit_are_refused():
    with pytest.raises(AnalysisError, match="mmrm, subject 1: expected one row a visit"):
        mixed.mmrm(pd.concat([DATA, DATA.iloc[:1]]), **REPEATED)


def test_an_arm_that_was_never_seen_at_a_visit_is_refused():
    data = DATA[(DATA["arm"] != "low") | (DATA["visit"] != 96)]
    with pytest.raises(AnalysisError, match="every arm at every visit"):
        mixed.mmrm(data, **REPEATED)


def with_covariates():
    """The subjects with an age, the same in months, and one of three centres, of mixed_covariates.R."""
    age = (DATA["subject"] * 37) % 50 + 20
    centre = DATA["subject"].map(lambda i: "a" if i % 5 == 0 else "abc"[i % 3])
    return DATA.assign(age=age, months=12.0 * age, centre=centre)


def adjusted_as_in_r(data, file, **more):
    found = mixed.mmrm(data, **REPEATED, covariates=["age", "months", "centre"], **more)
    expected = pd.read_csv(HERE / file)
    assert len(expected) == len(found) == 8
    for row in expected.itertuples():
        estimate = found[row.arm, row.visit]
        got = (estimate.value, estimate.lower, estimate.p_value)
        assert got == pytest.approx((row.value, row.lower, row.p_value), rel=1e-6, abs=1e-6)


def test_with_covariates_it_agrees_with_r():
    adjusted_as_in_r(with_covariates(), "mixed_covariates.csv")


@pytest.mark.parametrize("many", [False, True])
def test_a_centre_that_nobody_has_at_a_visit_is_left_out_there_as_in_r(many, monkeypatch):
    data = with_covariates()
    data = data[(data["centre"] != "c") | (data["visit"] != 96)]
    if many:
        monkeypatch.setattr(patterns, "KEPT_UP_TO", 0)
    adjusted_as_in_r(data, "mixed_absent.csv")
    found = mixed.mmrm(data, **REPEATED, covariates=["centre"], df="kenward-roger")
    assert len(found) == 8
    assert all(np.isfinite(e.p_value) for e in found.values())


def test_a_refusal_says_which_pair_of_visits_is_too_small():
    few = DATA[(DATA["visit"] != 96) | (DATA["subject"] <= 4)]
    with pytest.raises(AnalysisError, match=r"subjects at every pair of visits, found [1-4];"):
        mixed.mmrm(few, **REPEATED)


def test_a_covariate_that_changes_within_a_subject_is_refused():
    data = DATA.assign(age=np.arange(len(DATA)))
    with pytest.raises(AnalysisError, match="one value of each covariate"):
        mixed.mmrm(data, **REPEATED, covariates=["age"])


def fitted(name):
    rows = HARD[HARD["dataset"] == name]
    return mixed.mmrm(rows, **{**REPEATED, "reference": "placebo"})


@pytest.mark.parametrize("name", HARD["dataset"].unique())
def test_of_two_maxima_the_higher_counts_as_in_r_from_its_best_start(name):
    """gls from three starts: of bilirubin its own default ends 16 lower in -2 log REML."""
    found, inside = fitted(name), HARD_IN_R[name]
    ends = inside[[key for key in inside.index if "REML" in key]]
    assert len(ends) == 3
    for (_, visit), estimate in found.items():
        error = inside[f"error {visit}"]  # gls stops where its numerical gradient does
        assert estimate.value == pytest.approx(inside[f"value {visit}"], abs=1e-3 * error)
        assert ("more than one maximum" in estimate.remark) == (np.ptp(ends) > 1)
    assert (np.ptp(ends) > 1) == (name == "bilirubin")


def test_the_lower_maximum_would_be_another_answer(monkeypatch):
    """Climbing from the covariance of the residuals alone ends where gls ends by default."""
    starts, ends = mixed._starts, []
    top = mixed._top
    monkeypatch.setattr(mixed, "_top", lambda *a: ends.append(top(*a)) or ends[-1])
    monkeypatch.setattr(mixed, "_starts", lambda data: starts(data)[1:2])
    assert {e.remark for e in fitted("bilirubin").values()} == {""}
    rows, inside = HARD[HARD["dataset"] == "bilirubin"], HARD_IN_R["bilirubin"]
    free = len(rows) - 3 * rows["visit"].nunique()
    lost = 2 * ends[0].loss + free * np.log(2 * np.pi)
    assert lost == pytest.approx(inside["-2 log REML zero"], abs=1e-5)
    assert lost > inside["-2 log REML half"] + 15


def test_where_the_likelihood_curves_upwards_is_no_maximum(monkeypatch):
    """At the top of the likelihood turned over: the gradient is 0 there, and Newton's step too."""
    top, tops = mixed._top, []
    monkeypatch.setattr(mixed, "_top", lambda *a: tops.append(top(*a)) or tops[-1])
    mixed.mmrm(DATA, **REPEATED)
    reml = mixed._reml
    monkeypatch.setattr(mixed, "_climb", lambda start, data: (tops[0].theta, 0.0))
    monkeypatch.setattr(mixed, "_reml", lambda t, d: tuple(-part for part in reml(t, d)))
    with pytest.raises(AnalysisError, match="at a maximum, found none from any start"):
        mixed.mmrm(DATA, **REPEATED)
    assert tops[-1] is None


SPOILED = {
    "all alike": (lambda f: f.assign(y=5.1), "vary beside"),
    "all nil": (lambda f: f.assign(y=0.0), "vary beside"),
    "alike at a visit": (lambda f: f.assign(y=f["y"].where(f["visit"] > 24, 3.0)), "vary beside"),
    "alike in each arm": (lambda f: f.assign(y=(f["arm"] == "low") * 0.1), "vary beside"),
    "on a line": (lambda f: f.assign(y=0.3 * f["base"] + f["visit"]), "vary beside"),
    "a baseline an arm": (lambda f: f.assign(base=(f["arm"] == "low") * 1.0), "base: expected a covariate"),
}  # fmt: skip


@pytest.mark.parametrize("name", SPOILED)
@pytest.mark.parametrize("df", mixed.METHODS)
def test_numbers_without_an_answer_are_no_estimate_and_no_crash(name, df):
    spoil, why = SPOILED[name]
    with pytest.raises(NoEstimateError, match=why):
        mixed.mmrm(spoil(DATA), **REPEATED, df=df)


def test_an_outcome_without_a_baseline_is_adjusted_for_none_and_nothing_is_said():
    none = mixed.mmrm(DATA, **{**REPEATED, "baseline": None})
    constant = mixed.mmrm(DATA.assign(base=7.0), **REPEATED)
    assert {e.remark for e in none.values()} == {""}
    for key, one in none.items():
        assert one.value == pytest.approx(constant[key].value, rel=1e-9)


def test_a_baseline_of_one_value_adjusts_nothing_and_is_said():
    found = mixed.mmrm(DATA.assign(base=7.0), **REPEATED)
    shifted = mixed.mmrm(DATA.assign(base=0.0), **REPEATED)
    assert {e.remark for e in found.values()} == {"Not adjusted for base: one value only."}
    for key, one in found.items():
        assert one.value == pytest.approx(shifted[key].value, rel=1e-9)
