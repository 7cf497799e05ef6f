"""The worked cases: reports audited by hand with R and exact fractions, against the engine."""

import json
from pathlib import Path

import pytest

from helpers.audit import audit, load_report
from helpers.audit.log_rank.range import log_rank_range
from helpers.audit.log_rank.trials import ArmTrials

REPORTS = Path(__file__).parent / "reference" / "reports"
CASES = sorted(path.name for path in REPORTS.iterdir())


@pytest.fixture(scope="module")
def found():
    return {name: audit(load_report(REPORTS / name)) for name in CASES}


def expected(name):
    return json.loads((REPORTS / name / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CASES)
def test_every_result_of_a_worked_case_has_the_verdict_found_by_hand(found, name):
    assert {r.id: r.verdict for r in found[name].results} == expected(name)["results"]


def test_fisher_cut_off_and_not_rounded_is_named(found):
    assert "P: Fisher, cut off" in found["ramirez1999"].result("healed").readings
    assert "percentages: any rounding" in found["ramirez1999"].result("healed").readings


@pytest.mark.parametrize(
    ("name", "result", "method", "case"),
    [
        ("ramirez1999", "healed", "Fisher", "fisher"),
        ("ramirez1999", "healed", "chi-square", "chi-square"),
        ("ramirez1999", "healed", "chi-square with Yates's correction", "yates"),
        ("garcia-olmo2009", "healing", "Fisher", "fisher"),
    ],
)
def test_p_of_counts_is_that_of_r(found, name, result, method, case):
    (check,) = found[name].checks_of(result, "p-from-counts")
    assert float(f"{check.computed['p'][method]:.3g}") == expected(name)["values"][case]


def test_risk_ratio_and_katz_interval_are_those_of_r(found):
    (check,) = found["garcia-olmo2009"].checks_of("healing", "ratio-from-counts")
    values = expected("garcia-olmo2009")["values"]
    ratio = check.computed["estimates"]["quotient of percentages"]
    assert round(ratio, 4) == values["risk ratio"]
    ends = [round(end, 3) for end in check.computed["intervals"]["Katz"]]
    assert ends == [round(end, 3) for end in values["katz interval"]]  # made with z = 1.96


def test_deaths_and_losses_behind_the_curve_are_those_found_by_hand(found):
    check = found["garg2012"].checks_of("actuarial", "kaplan-meier-counts")[0]
    wanted = expected("garg2012")["actuarial"]
    assert check.computed["gcsf"] == wanted["gcsf (deaths, lost)"]
    assert check.computed["placebo"] == wanted["placebo (deaths, lost)"]
    assert check.readings[0].startswith("Kaplan-Meier, 3 or 4 lost before the end with G-CSF")


@pytest.mark.parametrize("result", ["hepatorenal", "encephalopathy", "sepsis"])
def test_percentages_of_23_that_need_another_denominator_name_21(found, result):
    check = found["garg2012"].checks_of(result, "percent-from-whole-patients")[0]
    assert check.computed["denominators"]["gcsf"][0] == 21
    assert "21" in found["garg2012"].result(result).why


def test_p_on_the_counts_of_21_is_that_found_by_hand(found):
    tests = {
        name: found["garg2012"].checks_of(name, "p-from-counts")[0].computed["tests"]
        for name in ("hepatorenal", "encephalopathy", "sepsis")
    }
    assert tests["hepatorenal"] == {}
    for name in ("encephalopathy", "sepsis"):
        assert "chi-square" in tests[name]
        assert not {"Fisher", "chi-square with Yates's correction"} & set(tests[name])


@pytest.mark.proves("helpers.audit.log_rank.range:log_rank_range")
def test_log_rank_range_of_the_worked_case_is_that_found_by_hand():
    key = "log-rank range, deaths 7 of 23 and 17 of 24, four visits, nobody lost"
    wanted = expected("garg2012")[key]
    arms = [ArmTrials(n, ((x, 0),), None, 4) for n, x in ((23, 7), (24, 17))]
    found = log_rank_range(arms=arms, p="0.001")
    assert found.trials == wanted["histories"]
    assert (round(found.p_min, 6), round(found.p_max, 4)) == (wanted["p_min"], wanted["p_max"])
    assert round(found.printing["half-up"], 4) == wanted["share once"]
    assert round(found.printing_weighted["half-up"], 4) == wanted["weighted"]


def test_no_verdict_and_no_word_speaks_of_fraud(found):
    text = " ".join(case.as_json() for case in found.values()).lower()
    assert not any(word in text for word in ("fraud", "fabricat", "misconduct", "fake"))
