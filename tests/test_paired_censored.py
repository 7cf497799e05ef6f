"""Changes with values below the limit against R (mvtnorm), brute force over the unseen, closed forms."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analyse import censored, paired
from helpers.analyse import paired_censored as pc
from helpers.errors import AnalysisError

HERE = Path(__file__).parent / "reference"
R = pd.read_csv(HERE / "panel.csv").set_index(["estimator", "dataset", "quantity"])["value"]
PAIRS = pd.read_csv(HERE / "panel_pairs.csv")
COLUMNS = ["before", "after", "before_below", "after_below"]
LOW = np.array([-np.inf, -np.inf, -0.7, -0.2, 0.3, 0.11, -np.inf, 0.52, -0.33])
HIGH = np.array([-0.4, np.inf, -0.7, -0.2, 0.3, np.inf, -0.05, 0.52, -0.33])


def pairs(name):
    rows = PAIRS[PAIRS["dataset"] == name]
    return [rows[c].to_numpy() for c in COLUMNS]


def fillings(count=400):
    random = np.random.default_rng(3)
    low, high = np.maximum(LOW, -3), np.minimum(HIGH, 3)
    return [low + (high - low) * random.random(len(low)) ** random.choice([0.2, 1, 5])
            for _ in range(count)]  # fmt: skip


@pytest.mark.proves("helpers.analyse.paired_censored:paired_tobit")
@pytest.mark.parametrize("name", ["none", "after", "both"])
def test_censored_bivariate_normal_agrees_with_r(name):
    found = pc.paired_tobit(*pairs(name))
    for quantity in ("value", "lower", "upper", "p_value"):
        assert getattr(found, quantity) == pytest.approx(
            R["paired_tobit", name, quantity], rel=2e-5, abs=2e-6
        )


def test_without_censoring_it_is_the_likelihood_of_the_changes_alone():
    before, after, first, second = pairs("none")
    expected = censored.tobit_mean(after - before, first | second)
    found = pc.paired_tobit(before, after, first, second)
    for quantity in ("value", "lower", "upper"):
        assert getattr(found, quantity) == pytest.approx(getattr(expected, quantity), abs=1e-6)


@pytest.mark.parametrize("rho", [-0.9, -0.3, 0.0, 0.5, 0.95])
def test_bivariate_normal_probability_agrees_with_scipy_and_the_quadrant_formula(rho):
    at = np.array([[-1.2, 0.3], [0.0, 0.0], [2.0, -0.5]])
    expected = stats.multivariate_normal([0, 0], [[1, rho], [rho, 1]]).cdf(at)
    found = pc.bivariate_cdf(at[:, 0], at[:, 1], rho)
    assert found == pytest.approx(expected, abs=1e-7)
    assert found[1] == pytest.approx(0.25 + math.asin(rho) / (2 * math.pi), abs=1e-12)


def test_a_fall_below_the_limit_is_at_least_as_deep_as_the_limit_shows():
    low, high = pc.change_bounds(
        [1.0, 0.5, 0.2, 0.2], [0.2, 0.7, 0.9, 0.2], [0, 0, 1, 1], [1, 0, 0, 1]
    )
    assert low == pytest.approx([-np.inf, 0.2, 0.7, -np.inf])
    assert high == pytest.approx([-0.8, 0.2, np.inf, np.inf])


@pytest.mark.proves("helpers.analyse.paired_censored:signed_rank_bounds")
def test_no_filling_of_the_unseen_values_leaves_the_bounds_of_p():
    bounds = pc.signed_rank_bounds(LOW, HIGH)
    found = [paired.signed_rank(x).p_value for x in fillings()]
    assert bounds["smallest"].value <= min(found)
    assert max(found) <= bounds["largest"].value
    assert min(found) == pytest.approx(bounds["smallest"].value)


def test_no_filling_leaves_the_bounds_of_the_shift_and_of_its_interval():
    low = np.where(np.isfinite(LOW), LOW, -4)
    bounds = pc.hodges_lehmann_bounds(low, HIGH)
    for x in fillings(200):
        found = paired.hodges_lehmann(x)
        assert bounds["lowest"].value <= found.value <= bounds["highest"].value
        assert bounds["lowest"].lower <= found.lower
        assert found.upper <= bounds["highest"].upper


def test_unbounded_changes_of_the_majority_leave_the_shift_unbounded():
    low = [-np.inf] * 5 + [-0.1, 0.2]
    bounds = pc.hodges_lehmann_bounds(low, [-0.3] * 5 + [-0.1, 0.2])
    assert bounds["lowest"].value == -math.inf
    assert math.isfinite(bounds["highest"].value)


def test_bounds_without_unseen_values_are_the_ordinary_results():
    x = np.array([-0.7, -0.2, 0.3, 0.52, -0.33, -0.05, 0.11])
    p = paired.signed_rank(x).p_value
    assert [e.value for e in pc.signed_rank_bounds(x, x).values()] == pytest.approx([p, p])
    ordinary = paired.hodges_lehmann(x)
    for found in pc.hodges_lehmann_bounds(x, x).values():
        assert (found.value, found.lower, found.upper) == (
            ordinary.value,
            ordinary.lower,
            ordinary.upper,
        )


def test_direction_is_counted_only_where_it_is_certain():
    found = pc.sign_test_bounds(LOW, HIGH)
    assert (found.n, found.value) == (8, 3 / 8)
    assert found.p_value == pytest.approx(stats.binomtest(3, 8).pvalue)


def test_nothing_seen_is_an_error_that_says_what_to_report():
    with pytest.raises(AnalysisError, match="report that share"):
        pc.signed_rank_bounds([-np.inf] * 3, [np.inf] * 3)
    with pytest.raises(AnalysisError, match="found 4 of 6"):
        pc.paired_tobit(
            [1, 2, 3, 4, 1, 1], [2, 1, 4, 3, 1, 1], [0] * 4 + [1] * 2, [0] * 4 + [1] * 2
        )


@pytest.mark.parametrize("seed", range(30))
def test_p_is_one_when_the_walsh_averages_of_all_pairs_may_balance(seed):
    random = np.random.default_rng(seed)
    n = int(random.integers(4, 15))
    low = random.integers(-4, 4, n).astype(float)
    high = low + random.choice([0.0, 1, 3], n)
    ends = []
    for end in (low, high):
        signs = [np.sign(end[i] + end[j]) for i in range(n) for j in range(i, n)]
        ends.append(sum(signs))
    found = pc.signed_rank_bounds(low, high)
    p = [paired.signed_rank(end, zeros="pratt").p_value for end in (low, high)]
    expected = 1.0 if ends[0] <= 0 <= ends[1] else max(p)
    assert found["largest"].p_value == expected
