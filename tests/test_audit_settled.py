"""What else settles a mean change, an SD and degrees of freedom: brute force, sums by hand, spoiled ones."""

import itertools
import statistics as plain_statistics

import pytest

from helpers.audit.degrees import check_degrees
from helpers.audit.engine import audit
from helpers.audit.mean_range import check_range, sd_ends
from helpers.audit.model import Arm, Report, Result, Trial
from helpers.audit.net_change import check_net_change
from true_reports.run import accused

ARMS = (Arm("a", "A", 12), Arm("b", "B", 12, True))


def report(result, **more):
    return Report("x", arms=ARMS, results=(result,), **more)


@pytest.mark.proves("helpers.audit.mean_range:sd_ends")
@pytest.mark.parametrize("n", [2, 3, 4, 5])
def test_no_values_with_both_ends_lie_beyond_the_sds_and_some_reach_the_least(n):
    seen = {}
    for middle in itertools.combinations_with_replacement(range(7), n - 2):
        values = (0, *middle, 6)
        seen.setdefault(sum(values), []).append(plain_statistics.stdev(values))
    for total, found in seen.items():
        least, most = sd_ends(total / n, 0, 6, n)
        assert least - 1e-9 <= min(found)
        assert max(found) <= most + 1e-9
        if n < 4 or (total - 6) % (n - 2) == 0:  # all others can be equal
            assert min(found) == pytest.approx(least)


@pytest.mark.proves("helpers.audit.mean_range:check_range")
@pytest.mark.parametrize(
    ("mean", "sd", "verdict"),
    [
        ("5.0", "2.1", "compatible"),
        ("5.0", "5.6", "impossible"),  # 0 and 10 alone have 5.2 of 12
        ("5.0", "1.9", "impossible"),  # one 0, one 10 and ten 5 have 2.13
        ("11.0", "3.0", "impossible"),
        ("0.5", "3.0", "impossible"),  # eleven others would lie below 0
    ],
)
def test_an_sd_that_no_values_of_the_range_have_is_impossible(mean, sd, verdict):
    result = Result("r", "mean", ("a",), mean=(mean,), sd=(sd,), range=(("0.0", "10.0"),))
    (check,) = check_range(result, report(result))
    assert check.verdict == verdict


def change(before="20.1", after="25.4", mean="5.3", **more):
    return Result("r", "change", ("a",), before=(before,), after=(after,), mean=(mean,), **more)


@pytest.mark.proves("helpers.audit.net_change:check_net_change")
@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ({}, "reproduced"),
        ({"mean": "5.4"}, "compatible"),  # 25.44 - 20.06 = 5.38
        ({"mean": "5.5"}, "questioned"),
        ({"mean": "-5.3"}, "reproduced"),  # printed without or with the sign of a fall
        ({"after": "26.4"}, "questioned"),
        ({"mean": "26%"}, "not checkable"),  # a change in per cent
        ({"mean": "6.1", "test": "Wilcoxon signed-rank test"}, "not checkable"),
        ({"mean": "6.1", "test": "ANCOVA"}, "not checkable"),
        ({"mean": "6.1", "of": ("10",)}, "not checkable"),
        ({"mean": "6.1", "note": "least squares means; last value imputed"}, "not checkable"),
    ],
)
def test_a_mean_change_is_the_difference_of_the_means(shown, verdict):
    result = change(**shown)
    (check,) = check_net_change(result, report(result))
    assert check.verdict == verdict


@pytest.mark.proves("helpers.audit.degrees:check_degrees")
@pytest.mark.parametrize(
    ("shown", "verdict"),
    [
        ({"statistic": "t", "df": ("22",), "test": "t test"}, None),
        ({"statistic": "t", "df": ("23",), "test": "paired t test"}, None),
        ({"statistic": "t", "df": ("24",), "test": "t test"}, "questioned"),
        ({"statistic": "t", "df": ("19.3",), "test": "Welch's t test"}, None),
        ({"statistic": "t", "df": ("30",)}, "not checkable"),  # no word on the test
        ({"statistic": "t", "df": ("30",), "test": "repeated measures ANOVA"}, "not checkable"),
        ({"statistic": "F", "df": ("1", "22"), "test": "ANOVA"}, None),
        ({"statistic": "F", "df": ("1", "21"), "test": "ANCOVA"}, None),
        ({"statistic": "F", "df": ("2", "22"), "test": "ANOVA"}, "questioned"),
        ({"statistic": "r", "df": ("23",)}, "questioned"),
        ({"statistic": "r", "df": ("18",)}, None),
        ({"statistic": "r", "df": ("18",), "n": ("20",)}, None),
        ({"statistic": "r", "df": ("17",), "n": ("20",)}, "questioned"),
        ({"statistic": "r", "df": ("17",), "n": ("20",), "test": "partial correlation"}, None),
        ({"statistic": "chi-square", "df": ("40",)}, None),
    ],
)
def test_degrees_of_freedom_are_no_more_than_patients_leave(shown, verdict):
    # by hand: 24 patients leave 23, less one for each group or line beyond the first
    result = Result("r", "statistic", ("a", "b"), value="0.4", **shown)
    found = check_degrees(result, report(result))
    assert [check.verdict for check in found] == ([verdict] if verdict else [])
    crossed = check_degrees(result, report(result, trial=Trial("crossover")))
    assert all(check.verdict == "not checkable" for check in crossed)


def test_the_checks_reach_the_verdict():
    shifted = change(mean="6.5", sd=("2.0",))
    ranged = Result("r", "mean", ("a",), mean=("5.0",), sd=("5.6",), range=(("0.0", "10.0"),))
    many = Result("r", "statistic", ("a", "b"), statistic="t", value="2.0", df=("60",),
                  p=("0.050",), test="t test")  # fmt: skip
    words = [audit(report(one)).result("r").verdict for one in (shifted, ranged, many)]
    assert words == ["questioned", "impossible", "questioned"]


@pytest.mark.parametrize(
    "kind", ["settled means", "settled changes", "ranged means", "named statistics"]
)
def test_nothing_true_is_questioned_where_several_numbers_settle_it(kind):
    assert {s: found for s in range(40) if (found := accused(s, kinds=(kind,)))} == {}
