"""What a printed P leaves open about how many did not go with the others: by enumeration over n."""

import math

import numpy as np
import pytest

from helpers.analyse import groups, paired, paired_censored, panel
from helpers.analyse.estimate import Estimate
from helpers.disclosure import UNSHOWN, as_shown, rank_tests, rules

THRESHOLDS = (3, 4, 5, 8, 11)


def tails(n):
    """Two-sided exact P of the signed-rank test by V = 0..n(n+1)/4, without ties."""
    ways = np.zeros(n * (n + 1) // 2 + 1)
    ways[0] = 1
    for rank in range(1, n + 1):
        ways[rank:] += ways[:-rank].copy()
    return np.minimum(1.0, 2 * np.cumsum(ways) / 2.0**n)[: n * (n + 1) // 4 + 1]


def against(n, said):
    """Every count of subjects against the others that some V allows of which this is said (true or not).

    k ranks of n sum to any whole number from that of the k least to that of the k largest.
    """
    k = np.arange(n + 1)
    up_to = np.append(0, np.cumsum(said))  # how many V below each number
    least, most = (
        np.minimum(v, len(said)) for v in (k * (k + 1) // 2, k * n - k * (k - 1) // 2 + 1)
    )
    return set(k[up_to[most] > up_to[least]].tolist())


def told(n, printed):
    """P of every V of n subjects, and the words that stand for each."""
    found = tails(n)
    return found, np.array([printed(p, n) for p in found])


def left_by(n, words, shown):
    """The counts that each of the words leaves, of those V that are `shown`."""
    return [against(n, shown & (words == each)) for each in set(words[shown].tolist())]


def printed(p, n, threshold, statistic="V"):
    test = Estimate("wilcoxon signed-rank", statistic, 3.0, p_value=p, n=n)
    return rank_tests.p_words(test, threshold=threshold)


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_no_printed_p_leaves_only_counts_below_the_threshold(threshold):
    small = set(range(1, threshold))
    for n in range(2, 7 * threshold):
        _, words = told(n, lambda p, n: printed(p, n, threshold))
        assert not any(left <= small for left in left_by(n, words, words != ""))


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_a_p_and_its_adjustment_together_leave_more_than_small_counts(threshold):
    small = set(range(1, threshold))
    for n in range(5 * threshold, 7 * threshold):
        found, words = told(n, lambda p, n: printed(p, n, threshold))
        cuts = [0.05 / j for j in range(1, 33)]  # Holm's and Hochberg's lines for 32 tests
        for low in (0, *cuts):
            assert not any(left <= small for left in left_by(n, words, found >= low))


def test_the_full_grid_would_tell_a_count_of_twelve_subjects():
    # P between 0.001 and 0.01 of 12: one to three did not fall; so the grid begins at 4t
    assert against(12, (tails(12) >= 0.001) & (tails(12) < 0.01)) == {1, 2, 3}
    assert printed(0.004, 12, 5) == "P < 0.05"
    assert printed(0.004, 20, 5) == "P < 0.01"
    assert against(20, (tails(20) >= 0.001) & (tails(20) < 0.01)) == set(range(2, 9))


def test_an_adjusted_p_would_tell_a_count_of_twelve_subjects():
    # unadjusted below 0.05, Holm for 8 tests not: one to four did not fall; so it begins at 5t
    assert against(12, (tails(12) >= 0.05 / 8) & (tails(12) < 0.05)) == {1, 2, 3, 4}
    assert printed(0.004, 24, 5, "adjusted p-value") == ""
    assert printed(0.004, 25, 5, "adjusted p-value") == "P < 0.05"


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_a_share_hidden_as_too_small_is_not_told_by_the_p(threshold):
    # of n >= 9t: at most t - 1 against the others, at whatever ranks, is always P < 0.001
    for n in range(9 * threshold, 9 * threshold + 12):
        k = threshold - 1
        largest = sum(range(n - k + 1, n + 1))
        assert printed(tails(n)[largest], n, threshold) == "P < 0.001"
    # earlier the two together may leave one number: of 25 subjects, 4
    assert against(25, tails(25) >= 0.05) & {1, 2, 3, 4} == {4}


def test_p_below_2t_and_nonsense_are_not_shown():
    assert printed(0.03, 9, 5) == printed(math.nan, 40, 5) == ""
    assert printed(0.03, 10, 5) == "P < 0.05"
    assert printed(0.05, 10, 5) == printed(1.0, 40, 5) == "P ≥ 0.05"


CHANGES = [*range(-30, -5), 2, 0, 0]  # 25 fell, one rose, two did not change


def test_hidden_subjects_get_no_rank_sum_and_no_number_of_those_who_changed():
    test = paired.signed_rank(CHANGES)
    assert (test.n, test.given) == (26, 28)
    estimate, text, _ = as_shown(test, "0.000001", None, threshold=5)
    assert math.isnan(estimate.value)
    assert math.isnan(estimate.p_value)
    assert (estimate.n, estimate.given, text) == (28, 0, "P < 0.001")
    # the same words for every number of unchanged subjects
    whole = as_shown(paired.signed_rank([*CHANGES[:-2], -1.5, -2.5]), "", None, threshold=5)
    assert (whole[0].n, whole[1]) == (28, text)


def test_the_rule_is_on_all_subjects_not_on_those_who_changed():
    changes = [-1.0, -2, -3, -4, -5, -6, -7, -8, 0, 0]
    assert paired.signed_rank(changes).n == 8
    assert as_shown(paired.signed_rank(changes), "", None, threshold=5)[1] == "P < 0.05"


def test_a_sign_test_shows_a_share_of_all_or_nothing():
    few = as_shown(paired.sign_test(CHANGES), "25 of 26 fell", 0, threshold=5)
    assert (few[1], few[0].n, math.isnan(few[0].value)) == (UNSHOWN, 28, True)
    changes = [*range(1, 31), *range(-12, 0), 0, 0, 0]  # 30 of 45 rose, 42 changed
    estimate, text, _ = as_shown(paired.sign_test(changes), "30 of 42 rose", 0, threshold=5)
    assert (estimate.value, estimate.n, text) == (30 / 45, 45, "")
    assert math.isnan(estimate.p_value)
    assert (estimate.lower, estimate.upper) == pytest.approx(
        (0.5104964, 0.7999943),
        abs=1e-7,  # R: binom.test(30, 45)
    )


def test_directions_that_are_certain_count_all_subjects_too():
    low, high = paired_censored.change_bounds(
        [3.0, 2, 1, 1], [1.0, 1, 1, 2], [False, False, True, True], [True, True, True, False]
    )
    test = paired_censored.sign_test_bounds(low, high)
    assert (test.n, test.given) == (3, 4)


def test_an_estimate_loses_the_exact_p_beside_it():
    rng = np.random.default_rng(3)
    a, b = rng.normal(1, 1, 14), rng.normal(0, 1, 13)
    exact = [
        paired.hodges_lehmann(a),
        panel.as_ratio(paired.hodges_lehmann(a)),
        groups.two_sample_hodges_lehmann(a, b),
        groups.correlation(a[:12], b[:12]),
    ]
    for estimate in exact:
        assert estimate.p_value >= 0
        found = rules.shown(estimate, threshold=5).estimate
        assert math.isnan(found.p_value)
        assert math.isfinite(found.value)
    # from t and Fisher's z the P says no more than estimate and n do
    for estimate in (paired.mean_change(a), groups.correlation(a[:13], b)):
        assert rules.shown(estimate, threshold=5).estimate.p_value >= 0


def test_a_ratio_of_few_subjects_is_a_quantile_as_its_logarithm_is():
    shift = paired.hodges_lehmann(np.arange(1.0, 8.0))  # of 7: the least and largest value
    for estimate in (shift, panel.as_ratio(shift)):
        found = rules.shown(estimate, threshold=3).estimate
        assert math.isfinite(found.value)
        assert math.isnan(found.lower)
        assert math.isnan(rules.shown(estimate, threshold=5).estimate.value)


def test_shares_of_exact_flips_are_kept_from_hidden_subjects():
    # one marker: the flips below P = 0.05 are the test's size, which tells how many changed
    sizes = {
        n: float(panel.joint_null(np.arange(1.0, n + 1)[:, None], seed=1)["significant"][1])
        for n in (10, 11)
    }
    assert sizes[10] != sizes[11]
    for n, words in ((11, UNSHOWN), (19, UNSHOWN), (20, "rounded")):
        flips = Estimate("sign flips of patients", "probability", sizes[11], n=n)
        assert rules.shown(flips, threshold=5).why == words
