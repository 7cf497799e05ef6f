"""Trials with deaths: ranks against scipy's, deaths against their share, sizes against their power."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.future import deaths

COURSE = deaths.Course(10.5, 0.7, 164, 0.4, 0.166, 0.11, 0.5)


def rows(seed, dead):
    rng = np.random.default_rng(seed)
    counts = rng.normal(size=(20, 23))
    died = rng.random((20, 23)) < dead
    return counts, died


@pytest.mark.parametrize("dead", [0.0, 0.2, 0.6])
@pytest.mark.parametrize("worst", [True, False])
def test_ranks_are_those_of_scipy(dead, worst):
    counts, died = rows(1, dead)
    found = deaths.rank_sum_z(counts, died, first=11, worst=worst)
    for z, count, gone in zip(found, counts, died, strict=True):
        score = np.where(gone, -99.0, count)
        a, b = score[:11], score[11:]
        if not worst:
            a, b = a[~gone[:11]], b[~gone[11:]]
        test = stats.mannwhitneyu(a, b, method="asymptotic", use_continuity=False)
        assert 2 * stats.norm.sf(abs(z)) == pytest.approx(test.pvalue, rel=1e-9)
        assert (z > 0) == (test.statistic > len(a) * len(b) / 2)


def test_an_arm_of_the_dead_has_no_comparison_of_survivors():
    counts, died = rows(2, 0.1)
    died[0, :11] = True
    found = deaths.rank_sum_z(counts, died, first=11, worst=False)
    assert np.isnan(found[0])
    assert deaths.rank_sum_z(counts, died, first=11, worst=True)[0] < 0


@pytest.mark.proves("helpers.future.deaths:arm")
def test_the_share_that_dies_is_the_share_assumed_and_the_weak_die():
    rng = np.random.default_rng(3)
    counts, died = deaths.arm(COURSE, deaths.Effect(), shape=(300_000,), rng=rng)
    assert died.mean() == pytest.approx(0.11, abs=0.003)
    assert np.median(counts[died]) < np.median(counts[~died])
    _, fewer = deaths.arm(COURSE, deaths.Effect(deaths=0.5), shape=(300_000,), rng=rng)
    assert fewer.mean() == pytest.approx(0.055, abs=0.002)


def test_the_median_gain_and_the_added_cells_are_those_assumed():
    calm = deaths.Course(10.5, 1e-9, 164, 1e-9, 1e-9, 0.1, 0.0)
    rng = np.random.default_rng(4)
    plain, _ = deaths.arm(calm, deaths.Effect(), shape=(50,), rng=rng)
    added, _ = deaths.arm(calm, deaths.Effect(cells=33), shape=(50,), rng=rng)
    assert plain == pytest.approx(np.full(50, 174.5), rel=1e-6)
    assert added == pytest.approx(np.full(50, 207.5), rel=1e-6)


@pytest.mark.proves("helpers.future.deaths:success_probability")
def test_without_an_effect_one_trial_in_forty_favours_the_treatment():
    found = deaths.success_probability(COURSE, deaths.Effect(), n=60, trials=8000, seed=5)
    for name in ("survivors", "worst rank"):
        assert found[name].value == pytest.approx(0.025, abs=0.008)
    assert found["deaths"].value < 0.025  # Fisher's test is conservative


def test_saved_lives_count_for_the_treatment_only_if_the_dead_are_ranked():
    saves = deaths.success_probability(
        COURSE, deaths.Effect(deaths=0.8), n=150, trials=2000, seed=6
    )
    kills = deaths.success_probability(
        COURSE, deaths.Effect(deaths=-0.8), n=150, trials=2000, seed=6
    )
    assert saves["worst rank"].value > 0.05 > saves["survivors"].value
    assert kills["survivors"].value > kills["worst rank"].value


def test_beyond_five_hundred_an_arm_deaths_alone_are_not_tested():
    found = deaths.success_probability(COURSE, deaths.Effect(), n=501, trials=3, seed=7)
    assert set(found) == {"survivors", "worst rank"}


@pytest.mark.proves("helpers.future.deaths:patients_for_success")
def test_one_patient_fewer_would_not_do():
    given = {"trials": 600, "seed": 8}
    effect = deaths.Effect(cells=60)
    found = deaths.patients_for_success(COURSE, effect, **given)
    n = int(found.value)
    powers = [deaths.success_probability(COURSE, effect, n=k, **given)["worst rank"].value
              for k in (n - 1, n)]  # fmt: skip
    assert powers[0] < 0.9 <= powers[1]
    assert found.lower <= n <= found.upper


def test_without_an_effect_no_size_is_enough():
    found = deaths.patients_for_success(COURSE, deaths.Effect(), trials=50, seed=9, most=40)
    assert math.isnan(found.value)
