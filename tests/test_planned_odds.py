"""Planned responses in a logistic regression: three trials as in R (logistic.R), and what is held back."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import logistic
from helpers.analyse.estimate import Estimate
from helpers.config import parse_config
from helpers.disclosure import as_shown
from helpers.disclosure.elsewhere import comparable_in_model
from helpers.edition import sections
from helpers.literate import open_study, planned_counts, planned_odds
from helpers.literate.trial import Trial
from helpers.study import load_study
from r_values import HERE
from test_newcomers import CASES

R = pd.read_csv(HERE / "planned_odds.csv")  # made by logistic.R
TABLES = ("odds_ratios", "odds_ratio_tests", "standardised_differences")
ARMS = ("A", "B")
RAW = {
    "id": "s", "title": "S", "design": "randomised", "visits": {"main": 48},
    "arms": [{"value": "A", "reference": True}, {"value": "B"}],
    "parameters": {"x": {"paramcd": "X", "label": "Level"}},
    "responses": {"high": {"parameter": "X", "visit": 48, "at_least": 1, "label": "high"}},
    "analysis": {"covariates": "SEX"},
}  # fmt: skip


@pytest.mark.parametrize("trial", sorted(set(R["trial"])))
def test_every_number_of_a_planned_model_is_r_s(trial):
    responses = open_study(CASES / trial).responses()
    found = {name: getattr(planned_odds, name)(responses) for name in TABLES}
    rows = R[R["trial"] == trial]
    assert set(rows["table"] + "|" + rows["row"]) == {f"{t}|{k}" for t in TABLES for k in found[t]}
    apart = [row for row in rows.itertuples()
             if getattr(found[row.table][row.row].estimate, row.field)
             != pytest.approx(row.value, rel=1e-8)]  # fmt: skip
    assert apart == []


def test_a_result_says_what_it_is_adjusted_for_and_whom_it_compares():
    found = planned_odds.odds_ratios(open_study(CASES / "resp").responses())["good4.active"].about
    assert found.parameter == (
        "Good status, response: Good at month 4, adjusted for SITEID, BASESTAT"
    )
    assert (found.arm, found.comparator, found.visit) == ("Active", "Placebo", "Month 4")


def test_the_tests_of_all_pairs_are_corrected_together():
    responses = open_study(CASES / "anorexia").responses()
    tests = planned_odds.odds_ratio_tests(responses)
    together = planned_counts.corrected(responses, tests)
    alone = sorted(r.p_value for r in tests.values())
    hochberg = [min(k * p for k, p in zip(range(3 - i, 0, -1), alone[i:], strict=True))
                for i in range(3)]  # fmt: skip
    assert sorted(r.p_value for r in together.values()) == pytest.approx(hochberg)


def test_a_rounded_share_prints_no_decimals_that_it_has_lost():
    made = Estimate(
        "standardised, logistic regression", "risk difference", -0.02834, -0.1004, 0.04376, n=708
    )
    as_share, as_number = (as_shown(made, "", 6, threshold=5, percent=p)[2] for p in (True, False))
    assert as_share == as_number - 2


def test_only_a_plan_with_columns_has_the_section():
    with_plan, without = (open_study(CASES / name).study for name in ("resp", "anorexia"))
    assert sections.has(with_plan, "adjusted-responses")
    assert not sections.has(without, "adjusted-responses")


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A study of one subject an arm, whose tables a test replaces."""
    folder = tmp_path_factory.mktemp("s")
    (folder / "study.toml").write_text(
        'id = "s"\ntitle = "S"\ndesign = "randomised"\n[[arms]]\nvalue = "A"\nreference = true\n'
        '[[arms]]\nvalue = "B"\n[parameters.x]\nparamcd = "X"\n'
    )
    pd.DataFrame({"USUBJID": ["1", "2"], "TRT01A": ARMS}).to_csv(folder / "adsl.csv", index=False)
    rows = [(s, "X", visit, 1.0) for s in "12" for visit in (0, 48)]
    columns = ["USUBJID", "PARAMCD", "AVISITN", "AVAL"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "adlb.csv", index=False)
    return load_study(folder, check=False)


def people(counts):
    """One row a subject: `counts` are {(arm, sex): (responders, all)}."""
    rows = [(arm, sex, i < x) for (arm, sex), (x, n) in counts.items() for i in range(n)]
    frame = pd.DataFrame(rows, columns=["ARM", "SEX", "RESPONSE"])
    return frame.assign(USUBJID=[f"S{i:03}" for i in range(len(frame))])


def arranged(empty, counts, **raw):
    config, problems = parse_config({**RAW, **raw})
    assert problems == []
    rows = people(counts)
    adsl = rows[["USUBJID", "SEX"]].assign(ARM=pd.Categorical(rows["ARM"], categories=ARMS))
    adlb = adsl[["USUBJID", "ARM"]].assign(PARAMCD="X", AVISITN=48.0, BLQFL=False,
                                           AVAL=rows["RESPONSE"].astype(float))  # fmt: skip
    return replace(empty, config=config, adsl=adsl, adlb=adlb)


SOUND = {("A", "F"): (9, 20), ("A", "M"): (12, 30), ("B", "F"): (14, 22), ("B", "M"): (17, 28)}


def test_where_an_arm_has_no_responder_a_sentence_stands_in_the_place_of_numbers(empty):
    none = {**SOUND, ("A", "F"): (0, 20), ("A", "M"): (0, 30)}
    shown = arranged(empty, none, subject_level="shown")
    for name in TABLES:
        found = getattr(planned_odds, name)(Trial(shown).responses())
        assert not found
        assert found.without.caption.startswith("No estimate of Level, response: high: RESPONSE: ")
        assert "separate" in found.without.caption
        hidden = getattr(planned_odds, name)(Trial(arranged(empty, none)).responses())
        assert not hidden
        assert "separate" not in hidden.without.caption


def test_hidden_subjects_have_rounded_numbers_and_none_in_a_rounded_edition(empty):
    found = planned_odds.odds_ratios(Trial(arranged(empty, SOUND)).responses())["high.b"]
    assert found.value == float(f"{found.value:.3g}")
    assert found.estimate.n == 100
    rounded = Trial(arranged(empty, SOUND, disclosure={"rounding": True})).responses()
    for name in TABLES:
        held = getattr(planned_odds, name)(rounded)
        assert not held
        assert held.caption == planned_odds.NONE


@pytest.mark.parametrize(("where", "counts"), [
    (("A", "F"), (1, 20)),  # with 2 in B: 3 women responded
    (("A", "F"), (19, 20)),
])  # fmt: skip
def test_a_level_at_which_few_responded_or_did_not_holds_a_response_back(empty, where, counts):
    other = {1: (2, 22), 19: (21, 22)}[counts[0]]
    few = {**SOUND, where: counts, ("B", "F"): other}
    assert comparable_in_model(arranged(empty, SOUND), ["SEX"]) == ["high"]
    assert comparable_in_model(arranged(empty, few), ["SEX"]) == []
    assert comparable_in_model(arranged(empty, few), []) == ["high"]


def test_a_subject_without_a_planned_column_holds_a_response_back(empty):
    """Beside the counts of all, those of the model would tell whether that one responded."""
    study = arranged(empty, SOUND)
    lost = study.adsl.assign(SEX=study.adsl["SEX"].where(study.adsl["USUBJID"] != "S007", ""))
    assert comparable_in_model(replace(study, adsl=lost), ["SEX"]) == []
    shown = arranged(empty, SOUND, subject_level="shown")
    (found,) = planned_odds.odds_ratios(Trial(replace(shown, adsl=lost)).responses()).values()
    assert found.n == 99


def test_what_a_wider_level_has_beyond_one_within_it_is_no_few(empty):
    study = arranged(empty, SOUND, analysis={"covariates": ["PART", "SEX"]})
    women = study.adsl["SEX"] == "F"
    adsl = study.adsl.assign(PART=np.where(women & (study.adsl.index % 9 != 0), "yes", "no"))
    assert comparable_in_model(replace(study, adsl=adsl), ["PART"]) == ["high"]
    assert comparable_in_model(replace(study, adsl=adsl), ["PART", "SEX"]) == []


def test_a_family_of_which_a_response_is_held_back_is_not_corrected(empty):
    few = {**SOUND, ("A", "F"): (1, 20), ("B", "F"): (2, 22)}
    low = {"parameter": "X", "visit": 48, "at_least": -1, "label": "any"}
    for family, corrected in (({}, 1), ({"family": "one"}, 0)):
        blocks = {"high": {**RAW["responses"]["high"], **family}, "any": {**low, **family}}
        study = arranged(empty, few, analysis={"covariates": "AGE"}, responses=blocks)
        ages = study.adsl.assign(AGE=np.arange(100) * 7 % 61)
        responses = Trial(replace(study, adsl=ages)).responses()
        tests = planned_odds.odds_ratio_tests(responses)
        assert list(tests) == ["high.b"]  # everybody is above -1
        assert len(planned_counts.corrected(responses, tests)) == corrected


def prints(rows):
    """All that the three tables print of hidden subjects; None where the model has no estimate."""
    out = []
    for name in TABLES:
        try:
            found = getattr(logistic, name)(rows, outcome="RESPONSE", arm="ARM", reference="A",
                                            covariates=["SEX"])["B"]  # fmt: skip
        except logistic.NoEstimateError:
            return None
        shown, *_ = as_shown(found, "", None, threshold=5)
        out += [shown.value, shown.lower, shown.upper, shown.p_value]
    return tuple("-" if x != x else x for x in out)


def test_an_insider_who_knows_every_arm_and_sex_computes_no_small_count(empty):
    """All tables of counts with the arms' printed responders are gone through, small studies above all."""
    rng, looked = np.random.default_rng(5), 0
    for _ in range(60):
        n = rng.integers(5, 12, 4)
        cells = list(product(ARMS, "FM"))
        x = rng.binomial(n, rng.uniform(0.3, 0.7, 4))
        counts = {cell: (int(a), int(b)) for cell, a, b in zip(cells, x, n, strict=True)}
        if not comparable_in_model(arranged(empty, counts), ["SEX"]):
            continue
        seen = prints(people(counts))
        if seen is None:
            continue
        looked += 1
        fits = []
        for a, b in product(range(n[0] + 1), range(n[2] + 1)):
            other = (a, x[0] + x[1] - a, b, x[2] + x[3] - b)
            if all(0 <= k <= m for k, m in zip(other, n, strict=True)):
                tried = {c: (int(k), int(m)) for c, k, m in zip(cells, other, n, strict=True)}
                if prints(people(tried)) == seen:
                    fits.append(other)
        told = np.array(fits)
        women = told[:, 0] + told[:, 2]
        known = [*told.T, *(n[:, None] - told.T), women, n[0] + n[2] - women,
                 told.sum(axis=1) - women, n[1] + n[3] - told.sum(axis=1) + women]  # fmt: skip
        assert not any(k.min() > 0 and k.max() < 5 for k in known), (counts, told)
    assert looked >= 10
