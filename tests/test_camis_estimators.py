"""Intervals and tests that SAS offers beside this book's choice: R's values, brute force, edges."""

import itertools
import math

import numpy as np
import pytest

from helpers.analyse import (
    binomial_limits,
    competing,
    groups,
    paired,
    proportions,
    rank_tests,
    ranks,
    ratio_limits,
)
from helpers.errors import AnalysisError
from helpers.reference import compare

ONE = [
    binomial_limits.wald, binomial_limits.agresti_coull, binomial_limits.wilson_corrected,
    binomial_limits.logit, binomial_limits.likelihood_ratio, binomial_limits.mid_p,
    binomial_limits.blaker,
]  # fmt: skip
DIFFERENCES = [
    ratio_limits.wald_difference, ratio_limits.agresti_caffo_difference,
    ratio_limits.mee_difference,
]  # fmt: skip


def test_every_value_of_the_script_agrees_with_r():
    rows = compare.comparison()
    made = [m for m in compare.METHODS if "_limits" in compare.METHODS[m].source]
    made += ["two_sample_hodges_lehmann ties", "kruskal exact", "jonckheere"]
    mine = rows[rows["estimator"].isin(made)]
    assert set(mine["estimator"]) == set(made)
    assert mine[mine["difference"] > mine["tolerance"]].empty


@pytest.mark.parametrize("function", ONE)
def test_a_proportion_and_its_complement_have_mirrored_limits(function):
    for x, n in ((0, 7), (1, 9), (5, 10), (36, 154)):
        found, other = function(x, n), function(n - x, n)
        assert found.lower == pytest.approx(1 - other.upper, abs=1e-10, nan_ok=True)
        assert found.upper == pytest.approx(1 - other.lower, abs=1e-10, nan_ok=True)


@pytest.mark.parametrize("function", DIFFERENCES)
def test_a_difference_turned_round_has_the_limits_turned_round(function):
    found, other = function(3, 20, 9, 21), function(9, 21, 3, 20)
    assert (found.lower, found.upper) == pytest.approx((-other.upper, -other.lower), abs=1e-10)


@pytest.mark.proves("helpers.analyse.ratio_limits:mee_difference")
def test_mee_is_printed_as_ratesci_prints_it():
    found = ratio_limits.mee_difference(36, 154, 12, 77)
    assert (f"{found.lower:.6f}", f"{found.upper:.6f}") == ("-0.035798", "0.177288")


def test_the_p_value_of_mee_is_that_of_pearson_s_chi_square():
    from scipy.stats import chi2_contingency

    found = ratio_limits.mee_difference(36, 154, 12, 77).p_value
    p = chi2_contingency([[36, 118], [12, 65]], correction=False).pvalue
    assert found == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("function", [ratio_limits.risk_ratio, ratio_limits.odds_ratio])
def test_a_ratio_turned_round_has_the_inverse_limits(function):
    for way in ("miettinen-nurminen", "score", "log"):
        found = function(3, 20, 9, 21, interval=way)
        other = function(9, 21, 3, 20, interval=way)
        assert found.lower == pytest.approx(1 / other.upper, rel=1e-9)
        assert found.value == pytest.approx(1 / other.value)


def test_empty_cells_open_a_ratio_s_interval_on_that_side_only():
    none = ratio_limits.risk_ratio(0, 15, 4, 12)
    assert (none.value, none.lower) == (0, 0)
    assert 0 < none.upper < 2
    assert ratio_limits.risk_ratio(4, 12, 0, 15).upper == math.inf
    everybody = ratio_limits.risk_ratio(5, 5, 5, 5)
    assert everybody.lower == pytest.approx(1 / everybody.upper, rel=1e-9)
    nobody = ratio_limits.odds_ratio(0, 5, 0, 5)
    assert (nobody.lower, nobody.upper) == (0, math.inf)
    assert math.isnan(ratio_limits.odds_ratio(0, 15, 4, 12, interval="log").lower)


def test_an_unknown_interval_of_a_ratio_is_refused():
    with pytest.raises(AnalysisError, match="expected"):
        ratio_limits.risk_ratio(1, 5, 2, 5, interval="exact")


def test_blaker_lies_within_clopper_pearson():
    for x in range(13):
        found, exact = binomial_limits.blaker(x, 12), proportions.clopper_pearson(x, 12)
        assert exact.lower <= found.lower <= found.value <= found.upper <= exact.upper


def tied(rng, size):
    return rng.integers(-3, 4, size).astype(float)


def contradicts(found):
    """Whether the interval and the P value answer differently; open ends at 0 lie beyond 0."""
    rejected = found.p_value <= (1 - found.level) * (1 + 1e-12)
    return rejected == (found.lower <= 0 <= found.upper)


@pytest.mark.proves("helpers.analyse.paired:hodges_lehmann")
def test_no_interval_contradicts_its_p_value_in_ten_thousand_tied_samples():
    rng, opened = np.random.default_rng(14), 0
    for _ in range(5000):
        a, b = tied(rng, rng.integers(1, 14)) + rng.integers(0, 3), tied(rng, rng.integers(1, 14))
        level = float(rng.choice([0.8, 0.9, 0.95]))
        for found in (
            groups.two_sample_hodges_lehmann(a, b, level=level),
            paired.hodges_lehmann(a, level=level),
        ):
            assert not contradicts(found), (a, b, found)
            is_open = 0 < abs(found.lower) < 1e-300 or 0 < abs(found.upper) < 1e-300
            assert is_open == found.method.endswith("open at 0")
            opened += is_open
    assert opened > 100


def test_the_normal_approximation_contradicts_itself_no_more():
    rng = np.random.default_rng(3)
    for _ in range(60):
        a, b = tied(rng, 150) + rng.integers(0, 2), tied(rng, 140)
        assert not contradicts(groups.two_sample_hodges_lehmann(a, b))
        assert not contradicts(paired.hodges_lehmann(np.concatenate([a, b, a + 0.5])))


def kept_by_brute_force(a, b, shifts, level):
    """The shifts whose rank sum is not rejected among all choices of group a, ranks as observed."""
    ranked = ranks.midranks(np.concatenate([a, b]))
    m = len(a)
    sums = np.array([sum(c) for c in itertools.combinations(ranked, m)])
    out = []
    for shift in shifts:
        own = ranks.midranks(np.concatenate([a - shift, b]))[:m].sum()
        far = np.abs(sums - sums.mean()) >= abs(own - sums.mean()) - 1e-9
        if far.mean() > 1 - level:
            out.append(shift)
    return out


@pytest.mark.proves("helpers.analyse.groups:two_sample_hodges_lehmann")
def test_the_interval_with_ties_holds_the_shifts_that_brute_force_keeps():
    rng, shifts = np.random.default_rng(5), np.arange(-12, 12.1, 0.25)
    for _ in range(25):
        a, b = tied(rng, 6) + 1, tied(rng, 5)
        found = groups.two_sample_hodges_lehmann(a, b, level=0.9)
        kept = kept_by_brute_force(a, b, shifts, 0.9)
        inside = [s for s in shifts if found.lower < s < found.upper]
        assert set(inside) <= set(kept) <= {*inside, round(found.lower), round(found.upper)}


def test_kruskal_exact_counts_all_deals():
    values, own = [1, 2, 2, 5, 6, 7, 9], np.array([0, 0, 1, 1, 2, 2, 2])
    ranked, seen = ranks.midranks(np.array(values, float)), []
    for deal in set(itertools.permutations(own)):
        deal = np.array(deal)
        seen.append((sum(ranked[deal == g].sum() ** 2 / (deal == g).sum() for g in range(3)), deal))
    observed = sum(ranked[own == g].sum() ** 2 / (own == g).sum() for g in range(3))
    expected = np.mean([s >= observed - 1e-9 for s, _ in seen])
    assert rank_tests.kruskal(values, own, exact=True).p_value == pytest.approx(expected, rel=1e-12)


def test_kruskal_exact_refuses_what_it_cannot_count():
    with pytest.raises(AnalysisError, match="exact=False"):
        rank_tests.kruskal(np.arange(400.0), np.arange(400) % 5, exact=True)


def test_jonckheere_says_nothing_where_nothing_can_be_ordered():
    assert rank_tests.jonckheere([4, 4, 4], [0, 1, 2]).p_value == 1.0
    with pytest.raises(AnalysisError, match="at least two groups"):
        rank_tests.jonckheere([1, 2, 3], [1, 1, 1])


def test_the_incidence_is_the_same_with_either_variance_and_aalen_s_is_larger():
    rng = np.random.default_rng(8)
    time, cause = rng.integers(1, 30, 80).astype(float), rng.integers(0, 3, 80)
    plain = competing.aalen_johansen(time, cause, at=20)
    wider = competing.aalen_johansen(time, cause, at=20, variance="aalen")
    for k, found in plain.items():
        assert wider[k].value == pytest.approx(found.value, rel=1e-12)
        assert wider[k].upper > found.upper
    with pytest.raises(AnalysisError, match="variance"):
        competing.aalen_johansen(time, cause, at=20, variance="delta")


def test_without_censoring_or_a_second_cause_aalen_s_variance_is_the_sample_s():
    time = np.arange(1.0, 11)  # of ten, four by day 4: F (1 - F) / (n - 1)
    found = competing.aalen_johansen(time, np.ones(10, int), at=4, variance="aalen")[1]
    width = math.log(math.log(found.lower) / math.log(found.value))
    error = width / 1.959963984540054 * found.value * -math.log(found.value)
    assert error**2 == pytest.approx(0.4 * 0.6 / 9, rel=0.05)
