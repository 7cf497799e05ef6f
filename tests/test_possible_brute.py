"""Enumeration and bounds against plain loops, for all arms of up to 6 patients and 4 visits."""

import itertools
import math
from functools import cache

import numpy as np
import pytest
from scipy import stats

from helpers.possible import bounds
from helpers.possible.bounds import bounded_range, largest_chi_square
from helpers.possible.histories import enumerate_histories
from helpers.possible.smallest_chi_square import smallest_chi_square
from helpers.possible.visit_grid import make_steps

WEEKS = (12, 24, 48, 96)
ARMS = [(n, x) for n in range(1, 7) for x in range(n + 1)]


@cache
def ways(x, visits):
    """All counts per visit, by trying every tuple."""
    tuples = itertools.product(range(x + 1), repeat=visits)
    return np.array([t for t in tuples if sum(t) == x])


@cache
def brute(n1, x1, n2, x2, visits):
    """O - E, V and multiplicity of every history, visit by visit (textbook log-rank)."""
    a, b = ways(x1, visits), ways(x2, visits)
    d1 = np.repeat(a, len(b), axis=0)
    d2 = np.tile(b, (len(a), 1))
    excess, variance = np.zeros((2, len(d1)))
    r1, r2 = np.full(len(d1), n1), np.full(len(d1), n2)
    for v in range(visits):
        n, d = r1 + r2, d1[:, v] + d2[:, v]
        with np.errstate(divide="ignore", invalid="ignore"):
            excess += np.where(n > 0, d1[:, v] - d * (r1 / n), 0)
            term = d * (r1 / n) * (1 - r1 / n) * (n - d) / (n - 1)
        variance += np.where(n > 1, term, 0)
        r1, r2 = r1 - d1[:, v], r2 - d2[:, v]
    factorial = np.vectorize(math.factorial)
    people = math.factorial(x1) * math.factorial(x2) / factorial(np.hstack([d1, d2])).prod(axis=1)
    return d1, d2, excess, variance, people


def p_values(excess, variance):
    chi_square = np.where(variance > 1e-12, excess**2 / np.where(variance > 1e-12, variance, 1), 0)
    return stats.chi2.sf(chi_square, 1)


def end(p, where):
    return pytest.approx(p[where].min(), rel=1e-9) if where.any() else None


def check_enumeration(n1, x1, n2, x2, visits):
    d1, d2, excess, variance, people = brute(n1, x1, n2, x2, visits)
    p, weight = p_values(excess, variance), people / people.sum()
    found = enumerate_histories(
        sizes=(n1, n2), responders=(x1, x2), visits=visits, weeks=WEEKS[:visits], reported_p="0.2"
    )
    assert found.histories == len(p)
    assert found.p_min == end(p, excess > -1e-9)
    assert found.p_min_reverse == end(p, excess < -1e-9)
    assert found.p_max == pytest.approx(p.max(), rel=1e-9)
    hits = (p >= 0.15) & (p <= 0.25)
    assert found.share_rounding_to_reported == pytest.approx(hits.mean(), abs=1e-12)
    assert found.share_rounding_to_reported_weighted == pytest.approx(weight[hits].sum(), abs=1e-12)
    assert found.share_first_faster == pytest.approx((excess > 1e-9).mean(), abs=1e-12)
    assert found.share_tied == pytest.approx((abs(excess) < 1e-9).mean(), abs=1e-12)
    assert found.share_first_faster_weighted == pytest.approx(weight[excess > 1e-9].sum())
    times = np.array(WEEKS[:visits])
    wait = [(d @ times + (n - x) * times[-1]) / n for d, n, x in ((d1, n1, x1), (d2, n2, x2))]
    gain = wait[0] - wait[1]
    assert found.rmst_gain == pytest.approx((gain.min(), gain.max()), abs=1e-9)
    if hits.any():
        seen = gain[hits]
        assert found.rmst_gain_reported == pytest.approx((seen.min(), seen.max()), abs=1e-9)
        medians = tuple(median_range(d[hits], n, times) for d, n in ((d1, n1), (d2, n2)))
        assert found.medians_reported == medians
    else:
        assert found.rmst_gain_reported is None


def median_range(d, n, times):
    half = 2 * d.cumsum(axis=1) >= n
    medians = np.where(half.any(axis=1), times[half.argmax(axis=1)], math.inf)
    return medians.min(), medians.max()


@pytest.mark.parametrize("visits", [1, 2, 3, 4])
def test_enumeration_agrees_with_plain_loops_for_all_small_trials(visits):
    for (n1, x1), (n2, x2) in itertools.product(ARMS, ARMS):
        check_enumeration(n1, x1, n2, x2, visits)


def history_chi_square(history, sizes):
    d1, d2 = np.array(history)
    ways1, ways2, *terms, _ = brute(sizes[0], d1.sum(), sizes[1], d2.sum(), len(d1))
    at = np.flatnonzero((ways1 == d1).all(axis=1) & (ways2 == d2).all(axis=1))[0]
    excess, variance = (term[at] for term in terms)
    return excess**2 / variance if variance > 1e-12 else 0.0


def pad(history, visits):
    return tuple(arm + (0,) * (visits - len(arm)) for arm in history)


@pytest.mark.parametrize("visits", [1, 2, 3, 4])
def test_hull_paths_find_the_largest_chi_square_of_all_small_trials(visits):
    for (n1, x1), (n2, x2) in itertools.product(ARMS, ARMS):
        _, _, excess, variance, _ = brute(n1, x1, n2, x2, visits)
        steps = make_steps(sizes=(n1, n2), responders=(x1, x2), visits=visits)
        for sign in (1, -1):
            where = sign * excess > 1e-9
            found = largest_chi_square(steps, sign=sign)
            if not where.any():
                assert found is None
                continue
            expected = (excess[where] ** 2 / variance[where]).max()
            got = history_chi_square(pad(found, visits), (n1, n2))
            assert got == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("visits", [2, 4])
def test_branch_and_bound_finds_the_smallest_chi_square_of_one_way_trials(visits):
    tried = 0
    for (n1, x1), (n2, x2) in itertools.product(ARMS, ARMS):
        _, _, excess, variance, _ = brute(n1, x1, n2, x2, visits)
        if not ((excess > 1e-9).all() or (excess < -1e-9).all()):
            continue
        sign = 1 if excess[0] > 0 else -1
        steps = make_steps(sizes=(n1, n2), responders=(x1, x2), visits=visits)
        worst = steps.best(sign=sign, mu=0.0)
        known = history_chi_square(pad(worst, visits), (n1, n2))
        found, proven = smallest_chi_square(steps, sign=sign, known=known, candidate=worst)
        assert proven
        got = history_chi_square(pad(found, visits), (n1, n2))
        assert got == pytest.approx((excess**2 / variance).min(), rel=1e-9)
        tried += 1
    assert tried > 100


def test_bounds_hold_when_only_few_visits_may_be_enumerated(monkeypatch):
    visits = 4
    monkeypatch.setattr(bounds, "EMBEDDED", 15)
    for (n1, x1), (n2, x2) in itertools.product(ARMS[14:], ARMS[14:]):
        _, _, excess, variance, _ = brute(n1, x1, n2, x2, visits)
        p = p_values(excess, variance)
        found = bounded_range(sizes=(n1, n2), responders=(x1, x2), visits=visits)
        assert found.p_min == end(p, excess > -1e-9)
        assert found.p_min_reverse == end(p, excess < -1e-9)
        assert found.p_max <= p.max() * (1 + 1e-9)
        assert found.p_max_upper >= p.max() * (1 - 1e-9)
        one_way = found.p_min is None or found.p_min_reverse is None
        assert not one_way or found.p_max == pytest.approx(p.max(), rel=1e-9)
