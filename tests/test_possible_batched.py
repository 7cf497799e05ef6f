import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time
from scipy import stats

from helpers.possible import batched

WEEKS = np.array([12.0, 24, 48, 72, 96])
SIZES = (24, 24)


@pytest.fixture(scope="module")
def tables():
    rng = np.random.default_rng(8)
    cells = rng.multinomial(24, [0.1] * 10, size=(40, 2))
    responded, censored = cells[..., :5], cells[..., 5:].copy()
    return responded, censored


def patients(responded, censored):
    times = np.concatenate([np.repeat(WEEKS, responded), np.repeat(WEEKS, censored)])
    return times, np.repeat([1, 0], [responded.sum(), censored.sum()])


def test_kaplan_meier_and_rmst_are_those_of_lifelines(tables):
    responded, censored = tables
    survival = batched.km_survival(responded, batched.at_risk(responded, censored, sizes=SIZES))
    means = batched.rmst(survival, weeks=WEEKS)
    for k in range(len(responded)):
        for arm in range(2):
            fit = KaplanMeierFitter().fit(*patients(responded[k, arm], censored[k, arm]))
            assert survival[k, arm, -1] == pytest.approx(float(fit.predict(96)), abs=1e-12)
            mean = restricted_mean_survival_time(fit, t=96)
            assert means[k, arm] == pytest.approx(mean, abs=1e-11)


def test_log_rank_is_that_of_lifelines(tables):
    responded, censored = tables
    risk = batched.at_risk(responded, censored, sizes=SIZES)
    p = batched.logrank_p(*batched.logrank(responded, risk))
    for k in range(len(responded)):
        (t1, e1), (t2, e2) = (patients(responded[k, arm], censored[k, arm]) for arm in range(2))
        assert p[k] == pytest.approx(logrank_test(t1, t2, e1, e2).p_value, abs=1e-12)


def test_chunks_do_not_change_a_result(tables):
    responded, censored = tables

    def p_values(d, c):
        return batched.logrank_p(*batched.logrank(d, batched.at_risk(d, c, sizes=SIZES)))

    whole, parts = p_values(*tables), batched.in_chunks(p_values, responded, censored, size=7)
    assert np.array_equal(whole, parts)


def test_log_rank_without_events_is_one():
    none = np.zeros((1, 2, 3), dtype=int)
    risk = batched.at_risk(none, none, sizes=(4, 5))
    assert batched.logrank_p(*batched.logrank(none, risk)).tolist() == [1.0]


@pytest.mark.parametrize("sizes", [(24, 24), (7, 11)])
def test_fisher_is_that_of_scipy_for_every_table(sizes):
    n1, n2 = sizes
    x1, x2 = (x.ravel() for x in np.indices((n1 + 1, n2 + 1)))
    pairs = zip(x1, x2, strict=True)
    expected = [stats.fisher_exact([[a, n1 - a], [b, n2 - b]])[1] for a, b in pairs]
    assert batched.fisher(x1, x2, sizes=sizes) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("n1", "n2"), [(24, 24), (5, 9), (1, 3)])
def test_rank_sum_without_ties_is_exact_as_in_scipy(n1, n2):
    values = np.random.default_rng(2).normal(size=(60, n1 + n2))
    expected = [stats.mannwhitneyu(v[:n1], v[n1:], method="exact").pvalue for v in values]
    assert batched.rank_sum(values, first_size=n1) == pytest.approx(expected, abs=1e-12)


def test_rank_sum_with_ties_counts_every_division():
    values = np.random.default_rng(4).integers(0, 4, size=(20, 9)).astype(float)

    def far(sample, axis):
        return np.abs(sample.sum(axis=axis) - 4 * 5)

    for row in values:
        ranks = stats.rankdata(row)
        test = stats.permutation_test(
            (ranks[:4], ranks[4:]),
            lambda a, b, axis: far(a, axis),
            alternative="greater",
            vectorized=True,
            n_resamples=np.inf,
        )
        p = batched.rank_sum(row[None, :], first_size=4)[0]
        assert p == pytest.approx(test.pvalue, abs=1e-12)


def test_signed_rank_without_ties_is_exact_as_in_scipy():
    changes = np.random.default_rng(6).normal(0.3, 1, size=(50, 12))
    expected = [stats.wilcoxon(row, method="exact").pvalue for row in changes]
    assert batched.signed_rank(changes) == pytest.approx(expected, abs=1e-12)


def test_signed_rank_drops_zeros():
    full, short = np.array([[0.0, 3, -1, 2, 5]]), np.array([[3.0, -1, 2, 5]])
    assert batched.signed_rank(full) == pytest.approx(batched.signed_rank(short), abs=1e-15)


def test_signed_rank_of_twelve_rises_is_two_in_4096():
    assert batched.signed_rank(np.arange(1.0, 13)[None, :]).tolist() == [2 / 4096]
