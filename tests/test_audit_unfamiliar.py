"""Designs and measures that few reports have, of patients that R simulated (reference/unfamiliar.R)."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.audit import audit, load_report
from helpers.audit.effect_size import effects
from helpers.audit.interaction import of_counts
from helpers.audit.measure_names import measure_of
from helpers.audit.model import Arm, Readings, Report, Result, Statement, Trial
from helpers.audit.printed import parse
from helpers.audit.ratio_methods import NNT, estimates, intervals
from helpers.audit.statistics import correlation_interval
from helpers.errors import ReportError

FOLDERS = json.loads((Path(__file__).parent / "reference" / "unfamiliar.json").read_text("utf-8"))
BAD = ("questioned", "impossible")
SPOILED = {  # the result whose number is spoiled, and the verdict on it
    "06-noninferior": ("failure", "not checkable"), "09-geometric": ("gmt ratio", "questioned"),
    "11-nnt": ("nnt", "questioned"), "15-interaction": ("interaction", "questioned"),
    "16-bayes": ("organ-support-free", "not checkable"), "23-ordinal": ("shift", "not checkable"),
    "24-effect-size": ("effect size", "questioned"), "25-bioequivalence": ("auc", "questioned"),
    "26-reduction": ("fracture", "questioned"), "27-correlation": ("correlation", "not checkable"),
    "28-rmst": ("rmst", "questioned"),
}  # fmt: skip
ARMS = (Arm("a", "a", 405), Arm("b", "b", 408, True))


def report_of(folder, tmp_path):
    (tmp_path / "report.toml").write_text(FOLDERS[folder], encoding="utf-8")
    return load_report(tmp_path)


def held(result, *arms, **more):
    report = Report("x", trial=Trial("randomised"), arms=arms or ARMS, results=(result,), **more)
    return audit(report)


@pytest.mark.parametrize("name", SPOILED)
def test_a_true_report_is_read_and_not_accused(name, tmp_path):
    found = audit(report_of(f"{name}-true", tmp_path))
    assert [one.id for one in (*found.results, *found.statements) if one.verdict in BAD] == []


@pytest.mark.parametrize("name", SPOILED)
def test_the_spoiled_number_is_named_or_open_and_no_other_is_accused(name, tmp_path):
    found, (spoiled, verdict) = audit(report_of(f"{name}-bad", tmp_path)), SPOILED[name]
    assert found.result(spoiled).verdict == verdict
    assert [one.id for one in found.results if one.verdict in BAD and one.id != spoiled] == []
    assert found.questions


def test_one_end_of_a_one_sided_interval_is_that_of_the_level_that_words_name(tmp_path):
    # of 21/405 and 31/408 Wald's upper end is 1.4 at two-sided 97.5% and 0.9 at one-sided 97.5%
    one = report_of("06-noninferior-true", tmp_path).results[0]
    for end, verdict in (("0.9", "reproduced"), ("1.4", "reproduced"), ("4.9", "questioned")):
        shown = replace(one, ci=("", end), quote="")
        assert held(shown, Arm("short", n=405), Arm("long", n=408, reference=True)).results[
            0
        ].verdict == verdict  # fmt: skip


def test_words_on_a_one_sided_interval_leave_the_p_two_sided():
    # chi-square of 21/405 and 31/408: P = 0.161, one-sided 0.080
    said = Result("r", "percent", ("a", "b"), count=("21", "31"), p=("0.16",), test="chi-square",
                  quote="upper end of the one-sided 97.5% confidence interval")  # fmt: skip
    assert held(said).results[0].verdict == "reproduced"
    assert (
        held(replace(said, quote="one-sided P = 0.08", p=("0.08",))).results[0].verdict
        == "reproduced"
    )


def test_a_difference_may_be_printed_as_of_the_second_arm_against_the_first():
    turned = Result(
        "r", "ratio", ("a", "b"), measure="risk difference", count=("21", "31"), value="2.4%"
    )
    found = held(turned).results[0]
    assert (found.verdict, found.readings[-1]) == ("reproduced", "second arm against the first")
    assert held(replace(turned, value="3.4%")).results[0].verdict == "questioned"


@pytest.mark.proves("helpers.audit.ratio_methods:estimates")
def test_a_number_needed_to_treat_is_one_over_the_difference():
    table = ((59, 402), (89, 398))  # difference 0.0768518, Wald 0.0231 to 0.1306
    assert estimates(NNT, table)["1 / difference of percentages"] == pytest.approx(
        13.01203643, rel=1e-8
    )
    assert estimates(NNT, table)["1 / difference of percentages, rounded up"] == 14
    low, high = intervals(NNT, table, 0.95)["Wald"]()
    a, b = intervals("risk difference", table, 0.95)["Wald"]()
    assert (low, high) == (pytest.approx(-1 / a), pytest.approx(-1 / b))
    # 0.025, Wald -0.1296 to 0.1796: through infinity
    assert intervals(NNT, ((6, 40), (5, 40)), 0.95)["Wald"]() == pytest.approx(
        (5.6874242, -7.9474502)
    )


@pytest.mark.proves("helpers.audit.effect_size:effects")
def test_standardised_differences_are_those_of_r():
    found = effects(((3.577272727273, 0.389054798664, 22), (3.133333333333, 0.537897140105, 21)))
    assert found["Cohen's d"] == pytest.approx(0.949364802814, abs=1e-10)
    assert found["Hedges' g"] == pytest.approx(0.949364802814 * (1 - 3 / 163), abs=1e-10)


@pytest.mark.proves("helpers.audit.statistics:correlation_interval")
def test_the_interval_of_a_correlation_is_that_of_r():
    found = correlation_interval(0.450095917228, 38, 0.95)
    assert found == pytest.approx((0.152331223565, 0.672949760774), abs=1e-10)


@pytest.mark.proves("helpers.audit.interaction:of_counts")
def test_an_interaction_of_counts_is_that_of_r(tmp_path):
    report = report_of("15-interaction-true", tmp_path)
    found = of_counts([report.result("diabetes"), report.result("no diabetes")], report)
    assert found == {"odds ratios": pytest.approx(0.01190354466, rel=1e-5),
                     "risk ratios": pytest.approx(0.01192785411, rel=1e-5),
                     "risk differences": pytest.approx(0.0130184453, rel=1e-5)}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "measure"),
    [("common odds ratio", "other ratio"), ("Win ratio", "other ratio"), ("hazards ratio", "hazard ratio"),
     ("Adjusted hazard ratio", "hazard ratio"), ("ARR", "risk difference"),
     ("Cohen’s d", "standardised mean difference"), ("subdistribution hazard ratio", "other ratio"),
     ("difference in restricted mean survival time", "other difference")],
)  # fmt: skip
def test_a_measure_is_known_by_the_names_that_reports_give_it(text, measure):
    assert measure_of(text)[0] == measure


def test_a_measure_that_says_neither_ratio_nor_difference_is_refused():
    assert measure_of("effect") is None


@pytest.mark.parametrize("text", ["no significant difference", "NS", "P=NS", "not statistically significant",
                                  "no significant differences", "non-significant", "NSD"])  # fmt: skip
def test_words_for_no_significance_are_read_as_above_0_05(text):
    assert (parse(text).sign, float(parse(text))) == ("≥", 0.05)


def test_a_posterior_probability_is_refused_with_what_to_do(tmp_path):
    text = FOLDERS["16-bayes-true"].replace(
        'value = "', 'p = "posterior probability 98.8%"\nvalue = "'
    )
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError) as error:
        load_report(tmp_path)
    (problem,) = error.value.problems
    assert "a posterior probability is no P: leave p out" in problem.do


def test_a_posterior_probability_copied_as_p_accuses_nobody(tmp_path):
    report = report_of("16-bayes-true", tmp_path)
    shown = replace(report.results[0], p=("0.988",))
    assert audit(replace(report, results=(shown,))).results[0].verdict == "not checkable"


def test_a_p_of_geometric_means_is_that_of_their_logarithms(tmp_path):
    # R: t.test of the logs gives P < 0.001; of the means as they are, with such intervals, another
    report = report_of("09-geometric-true", tmp_path)
    gmt = replace(report.result("gmt"), p=("<0.001",), test="t test")
    found = audit(replace(report, results=(gmt,))).results[0]
    assert found.verdict in ("reproduced", "compatible")
    assert (
        audit(replace(report, results=(replace(gmt, p=("0.21",)),))).results[0].verdict
        == "questioned"
    )


@pytest.mark.parametrize(
    ("margin", "verdict"),
    [("80% to 125%", "reproduced"), ("0.80 to 1.25", "reproduced"), ("1.25", "reproduced"),
     ("95% to 110%", "questioned")],
)  # fmt: skip
def test_equivalence_asks_both_ends_of_the_interval(margin, verdict, tmp_path):
    report = report_of("25-bioequivalence-true", tmp_path)
    said = Statement("s", "equivalent", ("auc",), margin=margin)
    assert audit(replace(report, statements=(said,))).statements[0].verdict == verdict


def test_sums_of_items_that_samples_on_the_scale_print_are_possible():
    # brute force: of four sums of two items from -3 to 0, (-6, -2, -1, -1) has mean -2.5 and SD 2.38
    one = Result("r", "mean", ("a",), mean=("-2.5",), sd=("2",), items=2, scale=(-3, 0))
    assert held(one, Arm("a", n=4)).results[0].verdict == "compatible"


def test_a_one_sided_p_above_one_half_is_the_other_tail_and_accuses_nobody():
    # R: fisher.test(rbind(c(55, 41), c(57, 37)), alternative = "greater"): P = 0.731
    one = Result(
        "r", "percent", ("a", "b"), count=("55", "57"), p=("0.73",), test="one-sided Fisher test"
    )
    found = held(one, Arm("a", n=96), Arm("b", n=94, reference=True)).results[0]
    assert (found.verdict, "against the direction seen" in found.why) == ("not checkable", True)


def test_numbers_needed_to_treat_may_run_through_infinity():
    one = Result(
        "r", "ratio", ("a", "b"), measure=NNT, count=("6", "5"), value="40", ci=("6", "−8")
    )
    arms = Arm("a", n=40), Arm("b", n=40, reference=True)
    assert held(one, *arms).results[0].verdict == "reproduced"
    assert held(replace(one, value="20"), *arms).results[0].verdict == "questioned"


def test_a_one_sided_p_beside_a_hazard_ratio_is_held_on_the_same_trials():
    curves = Result("r", "ratio", ("a", "b"), measure="hazard ratio", percent=("30%", "60%"), value="0.40",
                    count=("3", "6"), p=("0.09",), test="one-sided log-rank",
                    y_axis="cumulative")  # fmt: skip
    arms = Arm("a", n=10), Arm("b", n=10, reference=True)
    few = Readings(lost_at_most=0, visits=3)
    (check,) = held(curves, *arms, readings=few).checks_of("r", "trials-that-print")
    (plain,) = held(replace(curves, p=("0.18",), test="log-rank"), *arms, readings=few).checks_of(
        "r", "trials-that-print"
    )
    # 0.085 to 0.095 one-sided are 0.17 to 0.19 two-sided, as wide as 0.175 to 0.185 and more
    assert check.computed["printing_p"] >= plain.computed["printing_p"] > 0


def test_a_number_needed_to_treat_names_few_of_the_ways_that_print_it(tmp_path):
    found = audit(report_of("11-nnt-true", tmp_path)).result("nnt")
    assert found.readings[0].startswith("number needed to treat")
    assert len(found.readings) <= 3
