"""Verdicts within and between arms together: against whole patients, `joint`, and closed forms."""

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import compared, joint_pattern, significance_pattern
from helpers.errors import AnalysisError

PRINTED = {"alphas": [0.001, 0.001, 0.05], "rises": [True, True, False]}


def whole_patients(test, effects, r, *, n=24, trials=3000, seed=3):
    """Share of trials of drawn patients that show the verdicts, by scipy and least squares."""
    rng, shown = np.random.default_rng(seed), 0
    sd = (2 * (1 - r)) ** -0.5
    for _ in range(trials):
        x = sd * rng.standard_normal((3, n))
        y = (
            r * x
            + sd * np.sqrt(1 - r * r) * rng.standard_normal((3, n))
            + np.array(effects)[:, None]
        )
        change = y - x
        within = [stats.ttest_1samp(c, 0) for c in change]
        ok = (
            all(w.pvalue < 0.001 and w.statistic > 0 for w in within[:2])
            and within[2].pvalue > 0.05
        )
        if not ok:
            continue
        if test == "changes":
            shown += stats.f_oneway(*change).pvalue > 0.05
        elif test == "values":
            shown += stats.f_oneway(*y).pvalue > 0.05
        elif test == "pairs":
            shown += all(stats.ttest_ind(c, change[2]).pvalue > 0.025 for c in change[:2])
        else:
            arm = np.repeat(np.eye(3), n, axis=0)
            full = np.column_stack([arm, x.ravel()])
            less = np.column_stack([np.ones(3 * n), x.ravel()])
            sse = [np.linalg.lstsq(m, y.ravel(), rcond=None)[1][0] for m in (full, less)]
            f = (sse[1] - sse[0]) / 2 / (sse[0] / (3 * n - 4))
            shown += stats.f.sf(f, 2, 3 * n - 4) > 0.05
    return shown / trials


@pytest.mark.proves("helpers.analyse.compared:compared_verdict_probability")
@pytest.mark.parametrize("test", compared.TESTS)
def test_drawn_statistics_agree_with_drawn_patients(test):
    effects, r = (0.8, 0.8, 0.25), 0.67
    found = compared.compared_verdict_probability(
        n=24, effects=effects, test=test, correlation=r, trials=40_000, seed=1, **PRINTED
    )
    slow = whole_patients(test, effects, r)
    error = 4 * np.sqrt(slow * (1 - slow) / 3000 + found.value / 40_000)
    assert abs(found.value - slow) < error


def test_on_changes_it_is_the_joint_probability_at_any_correlation():
    effects = (0.7, 0.7, 0.3)
    one = joint_pattern.joint_verdict_probability(
        n=24, effects=effects, trials=200_000, seed=5, **PRINTED
    )
    for r in (0.0, 0.8):
        other = compared.compared_verdict_probability(
            n=24, effects=effects, test="changes", correlation=r, trials=200_000, seed=6, **PRINTED
        )
        assert one.lower < other.upper
        assert other.lower < one.upper


@pytest.mark.proves("helpers.analyse.compared:smallest_pair_p")
@pytest.mark.parametrize(("alike", "other"), [(True, 1.0), (False, 0.5)])
def test_the_smallest_pair_p_is_that_of_means_whose_f_test_is_just_at_the_level(alike, other):
    n, p = 24, compared.smallest_pair_p(n=24, alike=alike).value
    d = stats.t.isf(p / 2, 2 * n - 2) * np.sqrt(2 / n)
    f = n * np.var([0, d, other * d], ddof=1)
    assert stats.f.sf(f, 2, 3 * (n - 1)) == pytest.approx(0.05, rel=1e-9)


def test_the_closest_pair_p_lies_below_what_pairs_alone_would_allow():
    among = compared.smallest_pair_p(n=24).value
    assert among == pytest.approx(0.035, abs=0.0005)
    assert compared.smallest_pair_p(n=24, alike=False).value < among < 0.05
    assert significance_pattern.largest_between_p(n=24).value > 0.05


def test_an_unknown_comparison_is_refused():
    with pytest.raises(AnalysisError, match="expected a test among"):
        compared.compared_verdict_probability(
            n=24, effects=(0, 0, 0), test="ranks", trials=10, seed=1, **PRINTED
        )
