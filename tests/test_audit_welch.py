"""A t of two arms with its degrees of freedom, held against means and SDs: against R's t.test."""

import itertools

import numpy as np
import pytest
from scipy import stats

from helpers.audit.engine import audit
from helpers.audit.model import Arm, Readings, Report, Result
from helpers.audit.welch import check_t, least_apart, welch_df

BOTH = ("a", "b")
# R 4.2.2: set.seed(7); a <- round(rnorm(46, 20, 9), 1); b <- round(rnorm(44, 24, 4), 1); t.test(a, b):
# t = -1.7517559695657, df, P = 0.085048, means 21.7608695652 and 24.3409090909; Student's P = 0.088434
DF, SDS = 58.5908352490313, (9.2932586859955, 3.5827959837689)


def report(*results, lost=3):
    arms = Arm("a", "A", 46), Arm("b", "B", 44, True)
    return Report("x", arms=arms, results=results, readings=Readings(lost_at_most=lost))


@pytest.mark.proves("helpers.audit.welch:welch_df")
def test_welch_s_degrees_of_freedom_are_those_of_r():
    found = welch_df((SDS[0],) * 2, (SDS[1],) * 2, 46, 44)
    assert found == pytest.approx((DF, DF), abs=0.001)


def test_no_sds_within_their_boxes_leave_more_or_fewer():
    rng = np.random.default_rng(5)
    for _ in range(60):
        low1, low2 = rng.uniform(1, 9, 2)
        boxes = (low1, low1 + rng.uniform(0, 2)), (low2, low2 + rng.uniform(0, 2))
        n1, n2 = (int(n) for n in rng.integers(3, 40, 2))
        least, most = welch_df(*boxes, n1, n2)
        grid = [np.linspace(*box, 30) for box in boxes]
        every = [_df(s1, s2, n1, n2) for s1, s2 in itertools.product(*grid)]
        assert least <= min(every) + 1e-9
        assert max(every) <= most + 1e-9
        assert min(every) - least < 0.5
        assert most - max(every) < 0.5


def _df(s1, s2, n1, n2):
    a, b = s1**2 / n1, s2**2 / n2
    return (a + b) ** 2 / (a**2 / (n1 - 1) + b**2 / (n2 - 1))


@pytest.mark.proves("helpers.audit.welch:least_apart")
@pytest.mark.parametrize(("n1", "n2"), [(46, 44), (10, 60), (60, 10), (12, 12)])
def test_sds_must_be_so_far_apart_for_so_few_degrees(n1, n2):
    ratios = np.exp(np.linspace(-4, 4, 4001))
    df = _df(ratios, 1.0, n1, n2)
    for wanted in (min(n1, n2) - 0.8, (n1 + n2) / 2, n1 + n2 - 3):
        fits = ratios[df <= wanted]
        expected = np.exp(np.abs(np.log(fits)).min()) if len(fits) else None
        found = least_apart(wanted, n1, n2)
        assert (found is None) == (expected is None)
        assert found is None or found == pytest.approx(expected, rel=0.01)


GIVEN = {"statistic": "t", "value": "-1.75", "df": ("58.6",), "p": ("0.085",), "test": "t test"}
WITH = {"mean": ("21.8", "24.3"), "sd": ("9.3", "3.6")}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "compatible"),
        ({"df": ("58",)}, "compatible"),
        ({"df": ("88",), "p": ("0.084",)}, "compatible"),
        ({"df": ("47",), "p": ("0.087",)}, "questioned"),
        ({"df": ("74",), "p": ("0.084",)}, "questioned"),
        ({"df": ("58.6",), "test": "Student's t test"}, "questioned"),
        ({"df": ("47",), "p": ("0.087",), "test": ""}, "compatible"),  # some model's
        ({"value": "-2.15", "p": ("0.036",)}, "questioned"),
        ({"value": "1.75"}, "compatible"),  # turned round
    ],
)
def test_t_and_its_degrees_are_held_against_the_printed_sds(given, expected):
    (found,) = audit(report(Result("s", "statistic", BOTH, **{**GIVEN, **WITH, **given}))).results
    assert found.verdict == expected


@pytest.mark.proves("helpers.audit.welch:check_t")
def test_means_and_sds_may_stand_in_another_result():
    means = Result("m", "mean", BOTH, **WITH)
    for df, expected in (("58.6", "compatible"), ("47", "questioned")):
        t = Result("s", "statistic", BOTH, **{**GIVEN, "df": (df,), "p": (), "beside": "m"})
        checks = check_t(t, report(means, t))
        assert {c.part: c.verdict for c in checks}["df"] == expected


def test_without_sds_it_is_said_how_far_apart_they_must_be():
    t = Result("s", "statistic", BOTH, **{**GIVEN, "df": ("44",)})
    (check,) = check_t(t, report(t, lost=0))
    assert check.verdict == "compatible"
    assert check.computed["apart"] > 5
    assert check_t(Result("s", "statistic", BOTH, **{**GIVEN, "df": ("88",)}), report()) == []


def test_no_true_t_is_questioned():
    rng = np.random.default_rng(11)
    for _ in range(150):
        n = rng.integers(4, 60, 2)
        a, b = (rng.normal(rng.uniform(0, 9), rng.uniform(1, 20), k) for k in n)
        welch = rng.random() < 0.7
        found = stats.ttest_ind(a, b, equal_var=not welch)
        df = f"{found.df:.1f}" if welch else f"{n.sum() - 2}"
        given = {"value": f"{found.statistic:.2f}", "df": (df,), "test": "t test", "statistic": "t",
                 "mean": tuple(f"{v.mean():.1f}" for v in (a, b)),
                 "sd": tuple(f"{v.std(ddof=1):.1f}" for v in (a, b))}  # fmt: skip
        arms = Arm("a", "A", int(n[0])), Arm("b", "B", int(n[1]), True)
        t = Result("s", "statistic", BOTH, **given)
        checks = check_t(t, Report("x", arms=arms, results=(t,)))
        assert all(c.verdict == "compatible" for c in checks), (given, checks)
