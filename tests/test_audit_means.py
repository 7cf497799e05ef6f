"""Means of whole numbers: scrutiny's printed tables, CLOSURE's own example, INSPECT-SR's, brute force."""

import itertools
import statistics
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from scipy import stats

from helpers.audit import load_report
from helpers.audit.engine import audit
from helpers.audit.mean_ends import check_spreads
from helpers.audit.mean_tests import anova, paired_t, pooled_t, welch
from helpers.audit.model import Arm, Report, Result
from helpers.audit.printed import parse
from helpers.audit.samples import all_samples
from helpers.audit.whole_numbers import Score, pairs, sums
from helpers.errors import AnalysisError

# documentation of scrutiny (R): grim_map(pigs1) and grimmer_map(pigs5)
PIGS1 = [
    ("7.22", 32, True), ("4.74", 25, False), ("5.23", 29, False), ("2.57", 24, False),
    ("6.77", 27, False), ("2.68", 28, True), ("7.01", 29, False), ("7.38", 26, True),
    ("3.14", 27, False), ("6.89", 31, False), ("5.00", 25, True), ("0.24", 28, False),
]  # fmt: skip
PIGS5 = [
    ("7.22", "5.30", 38, False), ("4.74", "6.55", 31, True), ("5.23", "2.55", 35, False),
    ("2.57", "2.57", 30, True), ("6.77", "2.18", 33, False), ("2.68", "2.59", 34, True),
    ("7.01", "6.68", 35, False), ("7.38", "3.65", 32, True), ("3.14", "5.32", 33, False),
    ("6.89", "4.18", 37, True), ("5.00", "2.18", 31, True), ("0.24", "6.43", 34, True),
]  # fmt: skip


@pytest.mark.proves("helpers.audit.whole_numbers:sums")
@pytest.mark.parametrize(("mean", "n", "consistent"), PIGS1)
def test_grim_agrees_with_scrutiny(mean, n, consistent):
    assert bool(sums(parse(mean), Score(n), "half-up")) == consistent


@pytest.mark.proves("helpers.audit.whole_numbers:pairs")
@pytest.mark.parametrize(("mean", "sd", "n", "consistent"), PIGS5)
def test_grimmer_agrees_with_scrutiny(mean, sd, n, consistent):
    assert any(pairs(parse(mean), parse(sd), Score(n), "half-up")) == consistent


@pytest.mark.proves("helpers.audit.samples:all_samples")
def test_closures_own_example_has_5359_samples():
    found = all_samples(parse("2.7"), parse("1.9"), Score(130, 1, 1, 5), "half-up")
    assert len(found) == 5359
    for row in found.counts[:: len(found) // 50]:
        values = [v for v, k in zip(found.values, row, strict=True) for _ in range(k)]
        assert f"{statistics.mean(values):.1f}" == "2.7"
        assert f"{statistics.stdev(values):.1f}" == "1.9"


@pytest.mark.parametrize(
    ("mean", "sd", "n", "low", "high"),
    [("2.3", "1.1", 6, 1, 5), ("1.50", "0.55", 6, 0, 3), ("4.2", "1.8", 5, 1, 7), ("0.4", "0.5", 7, 0, 1),
     ("3.0", "0.0", 4, 1, 5), ("2.0", "1.4", 2, 1, 3), ("-0.5", "1.7", 4, -3, 2)],
)  # fmt: skip
def test_samples_are_those_of_trying_all(mean, sd, n, low, high):
    brute, squared = Counter(), parse(sd)
    half = Fraction(1, 2 * 10**squared.decimals)
    for values in itertools.combinations_with_replacement(range(low, high + 1), n):
        total, square = sum(values), sum(v * v for v in values)
        variance = Fraction(n * square - total * total, n * (n - 1))
        shown, middle = parse(mean), Fraction(total, n)
        away = 1 if shown.value >= 0 else -1  # half-up: a tie goes away from zero
        gap = (middle - shown.value) * away
        rounds = -shown.unit / 2 <= gap < shown.unit / 2
        least = max(Fraction(0), squared.value - half)
        if rounds and least**2 <= variance < (squared.value + half) ** 2:
            brute[values] += 1
    found = all_samples(parse(mean), parse(sd), Score(n, 1, low, high), "half-up")
    assert len(found) == len(brute)
    listed = {
        tuple(v for v, k in zip(found.values, row, strict=True) for _ in range(k))
        for row in found.counts
    }
    assert listed == set(brute)
    if brute:
        medians = [statistics.median(values) for values in brute]
        assert found.medians() == (min(medians), max(medians))
        above = [sum(v > low for v in values) / n for values in brute]
        assert found.shares_from(low + 1) == pytest.approx((min(above), max(above)))


def test_averaged_items_are_counted_in_items():
    # scrutiny: 3 items averaged make n = 40 a test of 120 whole numbers
    assert list(sums(parse("5.71"), Score(40, 3), "half-up")) == [685]
    assert list(sums(parse("5.71"), Score(40, 1), "half-up")) == []


def test_samples_need_a_scale():
    with pytest.raises(AnalysisError, match="scale"):
        all_samples(parse("2.7"), parse("1.9"), Score(130), "half-up")


def report(result, *sizes):
    arms = tuple(Arm(f"arm{i}", f"arm{i}", n) for i, n in enumerate(sizes))
    return Report("x", arms=arms, results=(result,))


def verdict(sizes, kind="mean", **fields):
    names = tuple(f"arm{i}" for i in range(len(sizes)))
    return audit(report(Result("r", kind, names, **fields), *sizes)).results[0]


@pytest.mark.parametrize(
    ("mean", "sd", "word"),
    [("8.96", (), "impossible"), ("9.96", (), "impossible"), ("9.93", (), "compatible"),
     ("9.93", ("0.18",), "impossible")],
)  # fmt: skip
def test_apgar_scores_of_inspect_sr_have_their_known_verdicts(mean, sd, word):
    found = verdict([30], mean=(mean,), sd=sd, items=1, scale=(0, 10))
    assert found.verdict == word


def test_shares_of_yes_and_no_are_tested_as_debit_does():
    # SD of 0/1 data: sqrt(n/(n-1) p (1-p)); 0.5 of 20 has 0.51
    assert (
        verdict([20], mean=("0.50",), sd=("0.51",), items=1, scale=(0, 1)).verdict == "compatible"
    )
    assert (
        verdict([20], mean=("0.50",), sd=("0.48",), items=1, scale=(0, 1)).verdict == "impossible"
    )


@pytest.mark.proves("helpers.audit.mean_tests:pooled_t", "helpers.audit.mean_tests:welch")
def test_t_welch_and_anova_are_those_of_scipy():
    arms = [(120.5, 10.1, 30), (131.2, 12.3, 25)]
    for found, equal in ((pooled_t(arms), True), (welch(arms), False)):
        other = stats.ttest_ind_from_stats(120.5, 10.1, 30, 131.2, 12.3, 25, equal_var=equal)
        assert found == pytest.approx(other.pvalue, rel=1e-12)
    values = [[1.0, 2.0, 4.0], [2.0, 5.0, 6.0, 7.0], [9.0, 3.0]]
    summary = [(statistics.mean(v), statistics.stdev(v), len(v)) for v in values]
    assert anova(summary) == pytest.approx(stats.f_oneway(*values).pvalue, rel=1e-12)
    change = [1.0, 2.5, -0.5, 3.0]
    one = [(statistics.mean(change), statistics.stdev(change), 4)]
    assert paired_t(one) == pytest.approx(stats.ttest_1samp(change, 0).pvalue, rel=1e-12)


def test_a_standard_error_and_an_interval_stand_for_the_sd():
    sd = verdict([30, 30], mean=("120.5", "131.2"), sd=("10.1", "12.3"), p=("0.0005",))
    se = verdict([30, 30], mean=("120.5", "131.2"), se=("1.84", "2.25"), p=("0.0005",))
    ends = (("116.7", "124.3"), ("126.6", "135.8"))
    ci = verdict([30, 30], mean=("120.5", "131.2"), intervals=ends, p=("0.0005",))
    assert {sd.verdict, se.verdict, ci.verdict} == {"reproduced"}


def test_a_p_that_no_t_test_gives_is_questioned_and_ranks_are_not_checkable():
    fields = {"mean": ("120.5", "131.2"), "sd": ("10.1", "12.3"), "p": ("0.02",)}
    assert verdict([30, 30], **fields, test="t test").verdict == "questioned"
    assert (
        verdict([30, 30], **fields).verdict == "not checkable"
    )  # may be adjusted: nothing says so
    assert verdict([30, 30], test="Mann-Whitney", **fields).verdict == "not checkable"
    assert verdict([30, 30], test="ANCOVA", **fields).verdict == "not checkable"


@pytest.mark.parametrize(
    ("median", "n", "more", "word"),
    [
        ("10.5", 12, {"whole": True}, "compatible"),
        ("10.5", 11, {"whole": True}, "impossible"),
        ("10.25", 12, {"whole": True}, "impossible"),
        ("10", 11, {"whole": True}, "compatible"),
        ("10.5", 11, {}, "not checkable"),
        ("10", 11, {"range": (("11", "15"),)}, "impossible"),
    ],
)
def test_medians_of_whole_numbers(median, n, more, word):
    assert verdict([n], kind="median", median=(median,), **more).verdict == word


def test_more_samples_than_can_be_listed_stop_nothing():
    found = verdict([30], mean=("52.3",), sd=("21.7",), items=1, scale=(0, 100))
    assert found.verdict == "compatible"


@pytest.mark.proves("helpers.audit.mean_ends:check_spreads")
def test_spreads_that_r_prints_agree_and_spoiled_ones_do_not():
    # R: y of tests/reference/abstracts.R, 34 patients: mean, sd, sd / sqrt(34) and t.test's interval
    folder = Path(__file__).parent / "reference" / "abstracts" / "continuous"
    report = load_report(folder)
    sd, se, ci = (report.result(name) for name in ("sd", "se", "ci"))
    whole = replace(sd, se=se.se, intervals=ci.intervals)
    (check,) = check_spreads(whole, report)
    assert check.verdict == "compatible"
    for name, value in (("sd", "16.9"), ("se", "3.01"), ("mean", "139.9")):
        spoiled = replace(whole, **{name: (value, *getattr(whole, name)[1:])})
        (check,) = check_spreads(spoiled, report)
        assert check.verdict in ("questioned", "impossible"), name


@pytest.mark.proves("helpers.audit.whole_numbers:pairs")
@pytest.mark.parametrize("n", [5, 6])
def test_a_standard_error_is_possible_where_some_whole_numbers_print_it(n):
    printed = set()  # (mean, standard error, two and three decimals) of every sample of 0 to 4
    for values in itertools.combinations_with_replacement(range(5), n):
        total, square = sum(values), sum(v * v for v in values)
        error = Fraction(n * square - total * total, n * n * (n - 1))  # squared
        mean = (Fraction(100 * total, n) + Fraction(1, 2)) // 1
        root = int((float(error) ** 0.5) * 1000 + 0.5)
        printed.add((int(mean), root))
    scale, tried = Score(n, 1, 0, 4), 0
    for mean in {m for m, _ in printed}:
        for error in range(0, 1200, 7):
            shown = parse(f"{mean / 100:.2f}"), parse(f"{error / 1000:.3f}")
            found = any(pairs(*shown, scale, "half-up", of_mean=True))
            if (mean, error) in printed:
                assert found
            tried += not found
    assert tried > 1000  # most errors that no sample has are found out


def test_a_standard_error_of_no_whole_numbers_is_impossible():
    arms = (Arm("a", "a", 25),)
    for se, verdict in (("0.241", "compatible"), ("0.245", "impossible")):
        result = Result("r", "mean", ("a",), mean=("2.04",), se=(se,), items=1, scale=(0, 4))
        report = Report("x", arms=arms, results=(result,))
        (check,) = (c for c in audit(report).checks if c.check == "sd-possible")
        brute = [
            squares
            for squares in range(105, 205)
            if (51 - squares) % 2 == 0
            and abs(((squares - 51 * 51 / 25) / 24 / 25) ** 0.5 - float(se)) <= 0.0005
        ]
        assert bool(brute) == (verdict == "compatible")
        assert check.verdict == verdict
