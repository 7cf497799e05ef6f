"""A one-sided P is held as one: against R's tests with an alternative."""

import pytest

from helpers.audit import rate_methods
from helpers.audit.count_tests import one_sided, p_values
from helpers.audit.engine import audit
from helpers.audit.model import Arm, Readings, Report, Result
from helpers.audit.printed import doubled, interval, parse
from helpers.audit.wording import COUNT_TESTS, allowed
from helpers.audit.wording import one_sided as says

BOTH = ("a", "b")
TABLE = ((66, 150), (45, 150))
FISHER, PLAIN, YATES = 0.00829382759986, 0.00601546161526, 0.0083863378986


def verdict(result, n=150):
    arms = Arm("a", "A", n), Arm("b", "B", n, True)
    nobody = Readings(lost_at_most=0)
    return audit(Report("x", arms=arms, results=(result,), readings=nobody)).results[0].verdict


@pytest.mark.proves("helpers.audit.count_tests:one_sided")
def test_one_sided_p_values_of_counts_are_those_of_r():
    # R 4.2.2: fisher.test(matrix(c(66, 45, 84, 105), 2), alternative = "greater");
    # prop.test(c(66, 45), c(150, 150), alternative = "greater", correct = FALSE and TRUE)
    found = one_sided(TABLE, p_values(TABLE, COUNT_TESTS))
    assert found["Fisher"] == pytest.approx(FISHER, rel=1e-6)
    assert found["chi-square"] == pytest.approx(PLAIN, rel=1e-6)
    assert found["chi-square with Yates's correction"] == pytest.approx(YATES, rel=1e-6)
    assert "Boschloo" not in found


@pytest.mark.parametrize(
    ("p", "test", "expected"),
    [
        ("0.008", "one-sided Fisher's exact test", "reproduced"),
        ("0.008", "Fisher's exact test, 1-sided", "reproduced"),
        ("0.006", "one-tailed", "reproduced"),
        ("0.017", "one-sided Fisher's exact test", "questioned"),
        ("0.008", "Fisher's exact test", "questioned"),
        ("0.0166", "two-sided Fisher's exact test", "reproduced"),
    ],
)
def test_a_one_sided_p_of_counts_is_held(p, test, expected):
    assert verdict(Result("r", "percent", BOTH, count=("66", "45"), p=(p,), test=test)) == expected


# R 4.2.2: two-sided t of 52.0 (10.0) and 47.0 (10.0), 40 patients an arm: t = 2.236, P = 0.0282
@pytest.mark.parametrize(("p", "expected"), [("0.014", "reproduced"), ("0.028", "questioned")])
def test_a_one_sided_p_of_means_and_of_an_interval_is_held(p, expected):
    means = {
        "mean": ("52.0", "47.0"),
        "sd": ("10.0", "10.0"),
        "p": (p,),
        "test": "one-sided t test",
    }
    assert verdict(Result("r", "mean", BOTH, **means), 40) == expected
    ratio = {"measure": "hazard ratio", "value": "0.800", "ci": ("0.656", "0.976"), "p": (p,)}
    assert verdict(Result("r", "ratio", BOTH, test="one-sided Wald test", **ratio), 500) == expected


def test_sides_name_no_test():
    assert allowed(Result("r", "percent", BOTH, test="one-sided"), COUNT_TESTS) == COUNT_TESTS
    assert says(Result("r", "percent", BOTH, test="单侧检验"))
    assert not says(Result("r", "percent", BOTH, test="two-sided Fisher"))


@pytest.mark.proves("helpers.audit.rate_methods:one_sided")
def test_one_sided_p_values_of_rates_are_those_of_r():
    # R 4.2.2: poisson.test(c(30, 18), c(120.5, 118.2), alternative = "greater")
    found = rate_methods.one_sided(((30, 120.5), (18, 118.2)))
    assert found["exact given the sum"] == pytest.approx(0.0636147823287, rel=1e-9)
    turned = rate_methods.one_sided(((18, 118.2), (30, 120.5)))
    assert turned["exact given the sum"] == pytest.approx(0.0636147823287, rel=1e-9)


@pytest.mark.parametrize(
    ("p", "expected"), [("0.064", "reproduced"), ("0.11", "reproduced"), ("0.002", "questioned")]
)
def test_a_one_sided_p_of_rates_is_held(p, expected):
    test = "one-sided exact test" if p != "0.11" else "exact test"  # two-sided: 0.1123
    fields = {
        "count": ("30", "18"),
        "time": ("120.5", "118.2"),
        "rate": ("24.9", "15.2"),
        "per": "100",
    }
    assert verdict(Result("r", "rate", BOTH, p=(p,), test=test, **fields)) == expected


# R 4.2.2: survdiff of 14 and 23 events of 40 at five visits: P = 0.0489, one-sided 0.0244
@pytest.mark.parametrize(
    ("p", "test", "expected"),
    [
        ("0.024", "one-sided log-rank", "compatible"),
        ("0.049", "log-rank", "compatible"),
        ("0.0000000001", "one-sided log-rank", "questioned"),
        ("0.90", "one-sided log-rank", "not checkable"),
    ],
)
def test_a_one_sided_p_of_curves_is_held_as_half(p, test, expected):
    fields = {"percent": ("35%", "57.5%"), "count": ("14", "23"), "y_axis": "cumulative"}
    assert verdict(Result("r", "km-percent", BOTH, p=(p,), test=test, **fields), 40) == expected


def test_twice_a_printed_number_is_rounded_as_it_is():
    low, high, *_ = interval(doubled(parse("0.02")), "half-up")
    assert (float(low), float(high)) == (0.03, 0.05)
    low, high, *_ = interval(doubled(parse("0.02")), "cut-off")
    assert (float(low), float(high)) == (0.04, 0.06)
    assert float(doubled(parse("<0.001"))) == 0.002
