"""A one-sided P is held as one: against R's tests with an alternative."""

import pytest

from helpers.audit.count_tests import one_sided, p_values
from helpers.audit.engine import audit
from helpers.audit.model import Arm, Report, Result
from helpers.audit.wording import COUNT_TESTS, allowed
from helpers.audit.wording import one_sided as says

BOTH = ("a", "b")
TABLE = ((66, 150), (45, 150))
FISHER, PLAIN, YATES = 0.00829382759986, 0.00601546161526, 0.0083863378986


def verdict(result, n=150):
    arms = Arm("a", "A", n), Arm("b", "B", n, True)
    return audit(Report("x", arms=arms, results=(result,))).results[0].verdict


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
    assert verdict(Result("r", "ratio", BOTH, test="one-sided Wald test", **ratio)) == expected


def test_sides_name_no_test():
    assert allowed(Result("r", "percent", BOTH, test="one-sided"), COUNT_TESTS) == COUNT_TESTS
    assert says(Result("r", "percent", BOTH, test="单侧检验"))
    assert not says(Result("r", "percent", BOTH, test="two-sided Fisher"))
