"""Ratios and P of printed counts, against R, scipy, closed forms and sums over all tables."""

import math

import pytest
from scipy import stats

from helpers.audit.count_tests import freeman_halton, p_values, yates
from helpers.audit.engine import audit
from helpers.audit.intervals import wald_p
from helpers.audit.model import Arm, Report, Result
from helpers.audit.ratio_methods import estimates, intervals
from r_values import R, datasets

ARMS = ("a", "b")


def verdict(sizes=(30, 30), kind="ratio", **fields):
    arms = tuple(Arm(name, name, n) for name, n in zip(ARMS, sizes, strict=True))
    case = Report("x", arms=arms, results=(Result("r", kind, ARMS, **fields),))
    return audit(case).results[0]


TESTS = {
    "fisher": "Fisher",
    "fisher_mid_p": "Fisher mid-P",
    "boschloo": "Boschloo",
    "barnard": "Barnard",
}


@pytest.mark.proves("helpers.audit.count_tests:p_values")
@pytest.mark.parametrize(
    ("estimator", "dataset"),
    [(e, d) for e in TESTS for d in datasets(e) if (e, d, "p_value") in R.index],
)
def test_p_of_counts_is_the_stored_value_from_r(estimator, dataset):
    x1, n1, x2, n2 = map(int, dataset.split())
    found = p_values(((x1, n1), (x2, n2)), (TESTS[estimator],))[TESTS[estimator]]
    assert found == pytest.approx(R.loc[estimator, dataset, "p_value"], rel=1e-6)


@pytest.mark.proves("helpers.audit.count_tests:yates")
def test_yates_is_that_of_scipy():
    other = stats.chi2_contingency([[9, 1], [2, 4]], correction=True).pvalue
    assert yates(((9, 10), (2, 6))) == pytest.approx(other, rel=1e-12)


@pytest.mark.proves("helpers.audit.count_tests:freeman_halton")
def test_freeman_halton_of_two_arms_is_fisher_and_of_three_a_sum_over_all_tables():
    two = ((9, 10), (2, 6))
    assert freeman_halton(two) == pytest.approx(stats.fisher_exact([[9, 1], [2, 4]])[1], rel=1e-9)
    sizes, seen = (4, 3, 5), (3, 0, 2)
    total = sum(seen)
    chance = {}
    for x in range(5):
        for y in range(4):
            z = total - x - y
            if 0 <= z <= 5:
                ways = math.comb(4, x) * math.comb(3, y) * math.comb(5, z)
                chance[x, y, z] = ways / math.comb(12, total)
    p = sum(v for v in chance.values() if v <= chance[seen] * (1 + 1e-7))
    assert freeman_halton(tuple(zip(seen, sizes, strict=True))) == pytest.approx(p, rel=1e-9)


@pytest.mark.proves(
    "helpers.audit.ratio_methods:estimates", "helpers.audit.ratio_methods:intervals"
)
def test_estimates_and_intervals_are_closed_forms():
    table = ((20, 30), (10, 30))
    assert estimates("odds ratio", table)["cross product"] == pytest.approx(4.0)
    error = math.sqrt(1 / 20 + 1 / 10 + 1 / 10 + 1 / 20)
    low, high = intervals("odds ratio", table, 0.95)["Woolf"]()
    assert (low, high) == pytest.approx(
        (4 * math.exp(-1.959964 * error), 4 * math.exp(1.959964 * error))
    )
    assert estimates("risk difference", table)["difference of percentages"] == pytest.approx(1 / 3)


def test_an_odds_ratio_that_no_count_gives_is_questioned():
    found = verdict(measure="odds ratio", count=("20", "10"), value="4.5", ci=("1.4", "11.7"))
    assert found.verdict == "questioned"


@pytest.mark.parametrize(
    ("measure", "value", "ci"),
    [
        ("odds ratio", "4.00", ("1.37", "11.70")),
        ("risk ratio", "2.00", ("1.14", "3.52")),
        ("risk difference", "33%", ("9%", "57%")),
        ("risk difference", "0.33", ("0.09", "0.57")),
    ],
)
def test_ratios_that_the_counts_give_are_reproduced(measure, value, ci):
    assert verdict(measure=measure, count=("20", "10"), value=value, ci=ci).verdict == "reproduced"


def test_an_adjusted_ratio_is_not_checkable():
    found = verdict(measure="odds ratio", count=("20", "10"), value="4.5", ci=("1.4", "14.5"),
                    test="logistic regression", p=("0.01",))  # fmt: skip
    assert found.verdict == "not checkable"


def test_percentages_of_several_counts_make_a_ratio_compatible_at_best():
    found = verdict(sizes=(577, 579), measure="hazard ratio", percent=("6%", "11%"), value="0.50",
                    ci=("0.33", "0.76"), p=("0.001",))  # fmt: skip
    assert found.verdict == "compatible"
    assert any(reading.startswith("P: Wald") for reading in found.readings)


@pytest.mark.proves("helpers.audit.intervals:wald_p")
def test_p_of_a_hazard_ratio_follows_from_its_interval_as_altman_and_bland_show():
    # BMJ 2011;343:d2304: 0.81 (0.70 to 0.94) gives z = 2.8 and P = 0.005
    p = wald_p(math.log(0.81), math.log(0.70), math.log(0.94), level=0.95)
    assert f"{p:.3f}" == "0.005"
    fields = {
        "measure": "hazard ratio",
        "value": "0.81",
        "ci": ("0.70", "0.94"),
        "sizes": (999, 999),
    }
    assert verdict(p=("0.005",), **fields).verdict == "reproduced"
    assert verdict(p=("0.05",), **fields).verdict == "questioned"


def test_an_estimate_outside_its_interval_is_impossible():
    found = verdict(measure="hazard ratio", value="0.95", ci=("0.70", "0.90"))
    assert found.verdict == "impossible"


def test_a_p_that_belongs_to_other_counts_is_questioned():
    fields = {"kind": "percent", "count": ("20", "10"), "percent": ("67%", "33%")}
    assert verdict(p=("0.0001",), test="Fisher's exact test", **fields).verdict == "questioned"
    # no words name the test: an adjustment may explain it, and is asked about
    assert verdict(p=("0.0001",), **fields).verdict == "not checkable"
    assert verdict(p=("0.01",), **fields).verdict == "reproduced"
    assert (
        verdict(p=("0.01",), test="Fisher's exact test", **fields).verdict == "reproduced"
    )  # cut off
    assert verdict(p=("0.02",), test="chi-square, Yates", **fields).verdict == "reproduced"
    assert verdict(p=("0.019",), test="chi-square", **fields).verdict == "questioned"


def test_a_log_rank_p_of_a_plain_percentage_is_looked_for_among_all_trials():
    fields = {
        "kind": "percent",
        "count": ("20", "10"),
        "percent": ("67%", "33%"),
        "test": "log-rank",
    }
    assert verdict(p=("0.01",), **fields).verdict == "compatible"
    assert verdict(p=("0.9",), **fields).verdict == "questioned"


def test_a_p_of_one_by_fisher_beside_a_difference_is_not_questioned():
    # seed 25 of true_reports: SciPy's fisher_exact printed it from the same patients
    arms = tuple(Arm(name, name, n) for name, n in (("a", 45), ("b", 37)))
    fields = {"measure": "risk difference", "value": "-1.4%", "ci": ("-15.3%", "10.9%")}

    def verdict(p):
        result = Result("r", "ratio", ("a", "b"), p=(p,), **fields)
        return audit(Report("x", arms=arms, results=(result,))).result("r").verdict

    assert verdict("1.000") == "not checkable"
    assert verdict("0.10") == "questioned"
