"""A panel under no effect against closed forms, all sign patterns one by one, and R's power.t.test."""

import math
from itertools import product
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analyse import paired, panel
from helpers.analyse.estimate import Estimate
from helpers.errors import AnalysisError

R = pd.read_csv(Path(__file__).parent / "reference" / "panel.csv")
R = R[R["estimator"] == "detectable_fold"].set_index("dataset")["value"]
CHANGES = np.array(
    [
        [-0.5, -0.1, 0.3],
        [-0.2, 0.0, 0.1],
        [-0.9, -0.4, -0.2],
        [0.1, 0.2, 0.5],
        [-0.3, -0.3, np.nan],
        [-0.6, 0.05, -0.7],
        [-0.15, -0.25, 0.4],
        [-0.75, -0.35, 0.6],
    ]
)


def one_by_one():
    """P values and directions of every marker under every flip of patients, with `paired` alone."""
    p, down = [], []
    for signs in product((1, -1), repeat=len(CHANGES)):
        flipped = CHANGES * np.array(signs)[:, None]
        tests = [paired.signed_rank(c[np.isfinite(c)]) for c in flipped.T]
        p.append([t.p_value for t in tests])
        down.append([2 * t.value < t.n * (t.n + 1) / 2 for t in tests])
    return np.array(p), np.array(down)


@pytest.mark.proves("helpers.analyse.panel:joint_null")
def test_joint_null_counts_all_flips_of_patients():
    p, down = one_by_one()
    found = panel.joint_null(CHANGES, seed=1, alpha=0.1)
    for j, row in found.iterrows():
        assert row["falls"] == np.mean(down.sum(axis=1) >= j)
        assert row["significant"] == np.mean((down & (p <= 0.1)).sum(axis=1) >= j)


@pytest.mark.proves("helpers.analyse.panel:westfall_young")
def test_westfall_young_is_the_step_down_of_the_smallest_p():
    p, _ = one_by_one()
    order = np.argsort(p[0])
    expected, floor = np.empty(3), 0.0
    for i, marker in enumerate(order):
        floor = max(floor, np.mean(p[:, order[i:]].min(axis=1) <= p[0, marker] + 1e-12))
        expected[marker] = floor
    assert panel.westfall_young(CHANGES, seed=1) == pytest.approx(expected, abs=0)


def test_one_marker_needs_no_adjustment():
    found = panel.westfall_young(CHANGES[:, :1], seed=1)
    assert found[0] == paired.signed_rank(CHANGES[:, 0]).p_value


def test_copies_of_one_marker_cost_nothing():
    found = panel.westfall_young(np.repeat(CHANGES[:, :1], 5, axis=1), seed=1)
    assert found == pytest.approx(np.full(5, paired.signed_rank(CHANGES[:, 0]).p_value))


def test_random_flips_of_many_patients_come_near_the_exact_size():
    changes = np.random.default_rng(8).normal(size=(40, 1))
    found = panel.joint_null(changes, seed=2).set_index("at_least")
    assert found.loc[1, "falls"] == pytest.approx(0.5, abs=0.02)
    assert found.loc[1, "significant"] == pytest.approx(0.025, abs=0.006)


def test_independent_markers_fall_as_coins():
    found = panel.falls_without_effect(8, correlation=0.0)["probability"]
    expected = [sum(math.comb(8, i) for i in range(j, 9)) / 2**8 for j in range(9)]
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("k", [1, 2, 8, 30])
def test_at_correlation_one_half_every_number_of_falls_is_equally_likely(k):
    found = panel.falls_without_effect(k, correlation=0.5)["probability"]
    assert found.tolist() == pytest.approx([1 - j / (k + 1) for j in range(k + 1)], abs=1e-9)


@pytest.mark.proves("helpers.analyse.panel:falls_without_effect")
@pytest.mark.parametrize("correlation", [0.1, 0.4, 0.8])
def test_two_markers_fall_with_the_probability_of_a_quadrant(correlation):
    found = panel.falls_without_effect(2, correlation=correlation)["probability"].iloc[2]
    assert found == pytest.approx(0.25 + math.asin(correlation) / (2 * math.pi), abs=1e-9)


@pytest.mark.proves("helpers.analyse.panel:signed_rank_size")
def test_attained_size_counts_the_sign_patterns_of_six_ranks():
    sums = [sum(r for r, s in zip(range(1, 7), signs, strict=True) if s)
            for signs in product((0, 1), repeat=6)]  # fmt: skip
    extreme = [min(s, 21 - s) for s in sums]
    expected = np.mean([e in (0,) for e in extreme])
    assert panel.signed_rank_size(6).value == pytest.approx(expected)
    assert panel.signed_rank_size(5).value == 0


@pytest.mark.proves("helpers.analyse.panel:smallest_p")
def test_smallest_p_is_that_of_a_unanimous_fall():
    for n in (1, 5, 12):
        falls = -np.arange(1.0, n + 1)
        assert panel.smallest_p(n).value == paired.signed_rank(falls).p_value


@pytest.mark.proves("helpers.analyse.panel:detectable_fold")
@pytest.mark.parametrize("case", list(R.index))
def test_detectable_ratio_agrees_with_r(case):
    n, sd, power, alpha = (float(x) for x in case.split("/"))
    found = panel.detectable_fold(int(n), log_sd=sd, power=power, alpha=alpha)
    assert found.value == pytest.approx(R[case], rel=1e-7)


def test_a_shift_of_logarithms_becomes_a_ratio_with_its_interval():
    shift = Estimate("hodges-lehmann", "pseudomedian", -1.0, -math.inf, math.log10(0.5), 0.03, 12)
    found = panel.as_ratio(shift)
    assert (found.value, found.lower, found.p_value, found.n) == (0.1, 0.0, 0.03, 12)
    assert found.upper == pytest.approx(0.5)
    assert found.statistic == "ratio to baseline"


def test_a_table_without_rows_is_an_error():
    with pytest.raises(AnalysisError, match="patients x markers"):
        panel.joint_null(np.empty((0, 3)), seed=1)


@pytest.mark.parametrize("shift", [-0.7, 0.0, 1.3])
def test_independent_markers_that_recover_fall_as_loaded_coins(shift):
    p = NormalDist().cdf(shift)
    expected = [sum(math.comb(5, i) * p**i * (1 - p) ** (5 - i) for i in range(j, 6))
                for j in range(6)]  # fmt: skip
    found = panel.falls_without_effect(5, correlation=0.0, shift=shift)["probability"]
    assert found.tolist() == pytest.approx(expected, abs=1e-12)


def test_two_markers_that_recover_fall_with_the_bivariate_normal_probability():
    expected = stats.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]]).cdf([0.8, 0.8])
    found = panel.falls_without_effect(2, correlation=0.4, shift=0.8)["probability"].iloc[2]
    assert found == pytest.approx(expected, abs=1e-7)


def test_recovery_in_standard_errors_grows_with_the_patients_and_not_with_the_spread():
    rng = np.random.default_rng(3)
    sd, excess, n = 0.35, 0.8, 12
    mean = (rng.normal(0, sd, (50_000, n)) - rng.normal(excess * sd, sd, (50_000, n))).mean(axis=1)
    expected = NormalDist().cdf(panel.recovery_shift(n, excess=excess))
    assert np.mean(mean < 0) == pytest.approx(expected, abs=0.004)
    assert panel.recovery_shift(48, excess=excess) == 2 * panel.recovery_shift(12, excess=excess)


def test_of_many_patients_the_normal_law_stands_for_the_flips(monkeypatch):
    random = np.random.default_rng(3)
    common = random.normal(size=(2100, 1))
    changes = 0.7 * common + random.normal(size=(2100, 4))
    changes[:, 1] -= 0.05
    changes[random.random(changes.shape) < 0.1] = np.nan
    law = panel.joint_null(changes, seed=1), panel.westfall_young(changes, seed=1)
    monkeypatch.setattr(panel, "FLIPPED_UP_TO", 2100)
    flips = panel.joint_null(changes, seed=1), panel.westfall_young(changes, seed=1)
    # two runs of 9,999: four standard errors of their difference
    assert law[0].to_numpy() == pytest.approx(flips[0].to_numpy(), abs=4 * math.sqrt(0.5 / 9999))
    assert law[1] == pytest.approx(flips[1], abs=4 * math.sqrt(0.5 / 9999))
