"""How often random figures pass, and what a P alone takes, against brute force and R's values."""

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from scipy import stats

from helpers.analyse.significance_pattern import least_control_share_among
from helpers.audit import audit
from helpers.audit.among import joint
from helpers.audit.dates import Span, duration, months
from helpers.audit.model import Arm, Report, Result, Statement, Trial
from helpers.audit.p_alone import most_against, rank_sum, smallest_rank_p, standardised
from helpers.audit.percentages import pair_share
from helpers.errors import ReportError

ARMS = (Arm("a", "a", 24), Arm("b", "b", 24, True))


def verdict(result, arms=ARMS, **more):
    case = Report("x", trial=Trial("randomised", follow_up="96 weeks"), arms=arms,
                  results=(result,), **more)  # fmt: skip
    return audit(case).results[0]


def printed(n):
    return {int(Fraction(1000 * x, n) + Fraction(1, 2)) for x in range(n + 1)}


@pytest.mark.proves("helpers.audit.percentages:pair_share")
@pytest.mark.parametrize("exact", [False, True])
def test_the_share_of_pairs_is_that_of_brute_force(exact):
    shown = {
        n: {int(Fraction(100 * x, n) + Fraction(1, 2)) for x in range(n + 1)} for n in range(1, 9)
    }
    pairs = {pair for n, m in itertools.product(shown, shown)
             if (n + m == 9 if exact else n + m <= 9)
             for pair in itertools.product(shown[n], shown[m])}  # fmt: skip
    assert pair_share(9, 0, exact=exact) == pytest.approx(len(pairs) / 101**2, rel=1e-12)


def test_a_third_of_random_pairs_are_whole_patients_of_some_sizes_below_72():
    draw, tries = random.Random(1), 4000
    sizes = {n: printed(n) for n in range(1, 71)}
    hits = 0
    for _ in range(tries):
        one, two = draw.randrange(1001), draw.randrange(1001)
        first = next((n for n in sizes if one in sizes[n]), 99)
        second = next((n for n in sizes if two in sizes[n]), 99)
        hits += first + second <= 71
    assert hits / tries == pytest.approx(pair_share(71, 1, exact=False), abs=0.03)  # 4 errors


@pytest.mark.proves("helpers.audit.p_alone:smallest_rank_p")
def test_what_a_p_alone_takes_is_at_the_edge_of_each_test():
    n, p = 24, 0.001
    t = standardised(n, p) * n**0.5
    assert 2 * stats.t.sf(t, n - 1) == pytest.approx(p, rel=1e-9)
    against = most_against(n, p)
    assert stats.binomtest(against, n).pvalue <= p < stats.binomtest(against + 1, n).pvalue
    total = rank_sum(n, p)

    def exact(down):  # a sample whose negative ranks add up to `down`
        signs = []
        for rank in range(n, 0, -1):
            take = rank <= down
            down -= rank if take else 0
            signs.append(-rank if take else rank)
        return stats.wilcoxon(signs, method="exact").pvalue

    assert exact(total) <= p < exact(total + 1)
    assert smallest_rank_p(11) == pytest.approx(stats.wilcoxon(range(1, 12), method="exact").pvalue)


@pytest.mark.parametrize(
    ("test", "n", "word"),
    [("", 8, "compatible"), ("Wilcoxon signed-rank test", 10, "questioned"),
     ("Wilcoxon signed-rank test", 11, "compatible"), ("paired t test", 8, "compatible")],
)  # fmt: skip
def test_a_p_that_no_ranks_of_so_few_print_is_questioned(test, n, word):
    result = Result("c", "change", ("a",), p=("<0.001",), test=test)
    assert verdict(result, (Arm("a", "a", n),)).verdict == word


def test_a_p_of_unknown_numbers_stays_not_checkable():
    result = Result("c", "change", ("a",), p=("<0.001",))
    assert verdict(result, (Arm("a", "a"),)).verdict == "not checkable"


@pytest.mark.parametrize(
    ("count", "after", "word"),
    [("12", "207.5", "compatible"), ("0", "207.5", "impossible"), ("12", "9.5", "impossible"),
     ("6", "9.5", "compatible")],
)  # fmt: skip
def test_how_many_rose_is_held_against_the_medians(count, after, word):
    result = Result("c", "change", ("a",), before=("10.5",), after=(after,), count=(count,))
    assert verdict(result, (Arm("a", "a", 12),)).verdict == word


@pytest.mark.parametrize(
    ("text", "span"),
    [("May 2013 to March 2016", (24160, 24194)), ("Sept. 2013 – Oct 2014", (24164, 24177)),
     ("May 2013", None), ("three", None), ("maybe 2013 to marched 2014", None)],
)  # fmt: skip
def test_months_are_read(text, span):
    found = months(text)
    assert found == (None if span is None else Span(*span))


@pytest.mark.proves("helpers.audit.dates:duration")
def test_durations_hold_every_calendar():
    assert duration("96-week") == (672, 672)
    assert duration("first 90 days") == (90, 90)
    assert duration("12-month follow-up") == (365, 366)
    assert duration("3 months") == (84, 93)
    assert duration("once") is None


def dates(text, source=""):
    return Result(text, "fact", ("a",), name="dates", printed=text, source=source)


@pytest.mark.parametrize(
    ("text", "whole", "enrolment"),
    [("May 2013 to March 2016", "compatible", "questioned"),
     ("May 2013 to June 2014", "questioned", "compatible"),
     ("May 2013 to May 2014", "questioned", "compatible"),
     ("January 2013 to December 2014", "compatible", "questioned"),
     ("May 2012 to March 2014", "questioned", "questioned")],
)  # fmt: skip
def test_dates_are_judged_by_each_reading(text, whole, enrolment):
    record = dates("January 2013 to June 2016", "registry")
    case = Report("x", trial=Trial("randomised", follow_up="96 weeks"), arms=ARMS,
                  results=(dates(text), record))  # fmt: skip
    found = audit(case)
    checks = found.checks_of(text, "calendar")
    assert [c.verdict for c in checks] == [whole, enrolment]
    assert found.results[0].flips == (whole != enrolment)
    assert found.results[0].verdict == min((whole, enrolment))


@pytest.mark.proves("helpers.audit.among:joint")
def test_the_joint_condition_is_that_of_the_estimator_by_every_reading():
    arms = (*ARMS, Arm("c", "c", 24))
    change = Result("c", "change", ("a", "c", "b"), p=("<0.001", "<0.001", "n.s."))
    among = Result("m", "among", ("a", "c", "b"), p=("n.s.",), beside="c")
    report = Report("x", arms=arms, results=(change, among))
    found = {reading: share for reading, share, _ in joint(change, among, report)}
    common = {"n": 24, "within": 0.001, "between": 0.05}
    assert found["changes"] == pytest.approx(float(least_control_share_among(**common).value))
    near = least_control_share_among(**common, test="ancova", correlation=0.999999)
    assert found["values adjusted for the first"] == pytest.approx(float(near.value), abs=1e-6)
    free = least_control_share_among(**common, test="values", correlation=0.67)
    assert abs(float(free.value)) < 0.005
    assert verdict(among, arms).verdict == "not checkable"  # nothing beside it
    assert audit(report).result("m").verdict == "compatible"
    alike = replace(change, p=("<0.001", "<0.001", "0.01"))
    assert joint(alike, among, report) == ()


def test_a_difference_is_beyond_chance_by_test_and_by_counting():
    arms = (*ARMS, Arm("c", "c", 24))
    rates = Result("r", "km-percent", ("a", "b"), percent=("95.8%", "70.8%"), y_axis="cumulative",
                   p=("0.004",))  # fmt: skip
    said = Statement("s", "superior", ("r",))
    found = audit(Report("x", arms=arms, results=(rates,), statements=(said,))).statements[0]
    words = {u.reading: u.verdict for u in found.under}
    assert found.verdict == "compatible"
    assert found.flips
    assert words["by the printed P as one of 2 comparisons"] == "compatible"
    twice = next(
        r for r in words if r.startswith("by the end counts as one of 2") and "Fisher" in r
    )
    assert words[twice] == "questioned"


def test_a_reference_to_nothing_is_a_fault(tmp_path):
    from helpers.audit import load_report

    text = ('[[arm]]\nid = "a"\n[[result]]\nid = "f"\nkind = "fact"\nname = "week"\n'
            'printed = "48 weeks"\nwithin = "follow"\n')  # fmt: skip
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match="follow"):
        load_report(tmp_path)
