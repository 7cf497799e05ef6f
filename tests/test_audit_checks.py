"""Checks held against closed forms, sums by hand and R; and the table of who confirmed each check."""

from pathlib import Path

import pytest

from helpers.analyse.significance_pattern import least_control_share
from helpers.audit import audit, load_report
from helpers.audit.change import check_change
from helpers.audit.consistency import check_report
from helpers.audit.medians import check_medians
from helpers.audit.model import Arm, Report, Result, Trial
from helpers.audit.rises import check_rises
from helpers.audit.worksheet import CHECKS_OF
from helpers.audit.zero import check_zero
from helpers.literate.audit_checks import checks_table
from helpers.present import sources
from helpers.reference.audit_checks import confirmed
from test_trail import runs

ROOT = Path(__file__).parent.parent
PATTERN = "nominal-significance"
ARMS = (Arm("a", "A", 24), Arm("b", "B", 24, True))
# the checks that are promised to whoever audits a report
PROMISED = {
    "percent-from-count", "percent-from-whole-patients", "sizes", "kaplan-meier-counts",
    "p-from-counts", "ratio-from-counts", "ratio-ci-p", "log-rank-range", "mean-possible",
    "sd-possible", "samples", "p-from-means", "median-possible", "p-from-statistic",
    "nominal-significance", "zero-events", "multiplicity", "consistency",
}  # fmt: skip


def report(*results, arms=ARMS, **more):
    return Report("x", arms=arms, results=results, **more)


@pytest.mark.proves("helpers.audit.medians:check_medians")
def test_a_median_is_held_against_n_and_range():
    for n, median, word in ((12, "10.5", "compatible"), (11, "10.5", "impossible")):
        result = Result("r", "median", ("a",), median=(median,), whole=True)
        (check,) = check_medians(result, report(result, arms=(Arm("a", "A", n),)))
        assert check.verdict == word  # the middle of an odd number of whole numbers is one of them
    outside = Result("r", "median", ("a",), median=("10",), range=(("11", "15"),))
    assert check_medians(outside, report(outside))[0].verdict == "impossible"


@pytest.mark.proves("helpers.audit.change:check_change")
def test_significant_in_one_arm_only_compares_no_arms():
    named = {}
    for p in ("n.s.", "0.03"):
        result = Result("r", "change", ("a", "b"), p=("0.02", p))
        named[p] = [c for c in check_change(result, report(result)) if c.check == PATTERN]
    assert named["0.03"] == []  # significant in both
    (check,) = named["n.s."]
    assert check.verdict == "questioned"
    shared = least_control_share(n=24, within=0.02, between=0.05)  # has its values from R
    assert check.computed["least_share"] == pytest.approx(float(shared.value))


@pytest.mark.proves("helpers.audit.zero:check_zero")
def test_zero_of_n_has_its_closed_form():
    result = Result("r", "zero", ("a",))
    (check,) = check_zero(result, report(result))
    assert check.computed["upper"] == pytest.approx(1 - 0.05 ** (1 / 24), rel=1e-9)
    assert check.computed["upper_two_sided"] == pytest.approx(1 - 0.025 ** (1 / 24), rel=1e-9)


@pytest.mark.proves("helpers.audit.consistency:check_report")
def test_holm_keeps_what_r_keeps():
    # R 4.2.2: p.adjust(c(0.001, 0.012, 0.02, 0.04, 0.2), "holm") is 0.005 0.048 0.06 0.08 0.2
    printed = ("0.001", "0.012", "0.02", "0.04", "0.2")
    results = [Result(p, "among", ("a", "b"), p=(p,)) for p in printed]
    check = next(c for c in check_report(report(*results)) if c.check == "multiplicity")
    assert check.computed == {"printed": 5, "kept": ["0.001", "0.012"], "lost": ["0.02", "0.04"]}


@pytest.mark.proves("helpers.audit.consistency:check_report")
def test_arms_and_enrolled_are_added_up():
    for enrolled, word in ((48, "reproduced"), (40, "impossible")):
        checks = check_report(report(trial=Trial(enrolled=enrolled)))
        assert next(c for c in checks if c.check == "consistency").verdict == word


@pytest.mark.proves("helpers.audit.rises:check_rises")
def test_rises_are_held_against_the_medians():
    # of 12, at least 6 begin at 10.5 or less and at least 6 end at 207.5 or more: somebody rose
    for count, word in (("12", "compatible"), ("0", "impossible")):
        result = Result("r", "change", ("a",), before=("10.5",), after=("207.5",), count=(count,))
        checks = check_rises(result, report(result, arms=(Arm("a", "A", 12),)))
        assert next(c for c in checks if c.check == "rises-possible").verdict == word


# ---------------------------------------------------------------- the table


@pytest.mark.parametrize("row", confirmed(), ids=lambda row: f"{row.check}-{row.function}")
def test_the_test_that_a_row_names_exists_and_calls_its_function(row):
    assert sources.code_place(row.source), f"{row.source} is defined nowhere"
    proof = next((p for p in sources.proofs() if p.node == row.node), None)
    assert proof, f"{row.node}: no such test, or it does not say that it proves {row.source}"
    assert row.source in proof.proves
    assert runs(proof, row.source.partition(":")[2])
    assert row.computes
    assert row.readings
    assert row.by


def test_the_table_holds_every_check_that_is_promised():
    assert {row.check for row in confirmed()} >= PROMISED


def test_the_table_holds_every_check_that_an_audit_makes():
    folders = [*(ROOT / "tests/reference/reports").iterdir(), ROOT / "data/published/aait"]
    made = {c.check for folder in folders for c in audit(load_report(folder)).checks}
    assert len(made) > 8
    assert made <= {row.check for row in confirmed()}


def test_the_table_that_is_shown_has_every_row_and_its_test():
    text = checks_table().text
    assert all(row.node in text and row.by in text for row in confirmed())


def designed(design, *results, sizes=(24, 24), enrolled=24):
    arms = tuple(Arm(name, name, n) for name, n in zip("ab", sizes, strict=True))
    return audit(Report("x", trial=Trial(design, enrolled), arms=arms, results=results))


def test_the_arms_of_a_crossover_are_of_the_same_patients():
    assert [c.verdict for c in designed("crossover").checks if c.check == "consistency"] == [
        "reproduced"
    ]
    assert "impossible" in {c.verdict for c in designed("crossover", sizes=(24, 25)).checks}
    assert "impossible" in {c.verdict for c in designed("randomised").checks}


@pytest.mark.parametrize("design", ["crossover", "cluster-randomised"])
def test_a_p_of_patients_who_are_not_independent_is_not_redone(design):
    counts = Result("r", "percent", ("a", "b"), count=("3", "12"), p=("0.30",))
    assert designed(design, counts, enrolled=48).result("r").verdict == "not checkable"
    assert designed("randomised", counts, enrolled=48).result("r").verdict == "questioned"


def test_a_small_limit_of_a_zero_is_not_printed_as_nothing():
    report = Report("x", arms=(Arm("a", "a", 14134),), results=(Result("r", "zero", ("a",)),))
    assert "may be up to 0.021%" in audit(report).result("r").why  # 1 - 0.05 ^ (1 / 14134)


def test_every_check_of_printed_numbers_answers_a_line_of_the_worksheet():
    others = {"calendar", "joint-condition", "multiplicity", "nominal-significance", "non-inferior",
              "zero-events"}  # fmt: skip
    assert {row.check for row in confirmed()} == {*sum(CHECKS_OF.values(), ()), *others}
