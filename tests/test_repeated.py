"""The SD after adjustment against simulated patients and known limits; R's values in test_reference."""

import math

import numpy as np
import pytest

from helpers.analyse import repeated
from helpers.errors import AnalysisError


def test_it_is_the_residual_sd_of_a_regression_over_many_patients():
    rng = np.random.default_rng(3)
    n, between, change, within = 400_000, 0.35, 0.15, 0.2
    level, own = between * rng.standard_normal(n), change * rng.standard_normal(n)
    base = level + within * rng.standard_normal((2, n)).mean(axis=0)
    follow = level + own + within * rng.standard_normal((3, n)).mean(axis=0)
    left = follow - np.polyval(np.polyfit(base, follow, 1), base)
    found = repeated.ancova_sd(
        between=between, change=change, within=within, baselines=2, followups=3
    )
    assert found.value == pytest.approx(left.std(), rel=5 / math.sqrt(2 * n))


def test_with_like_patients_only_noise_is_left():
    found = repeated.ancova_sd(between=0, change=0, within=0.2, followups=4)
    assert found.value == pytest.approx(0.1)


def test_a_noiseless_baseline_leaves_the_patients_own_change():
    assert repeated.ancova_sd(between=0.3, change=0.1, within=0).value == pytest.approx(0.1)


@pytest.mark.proves("helpers.analyse.repeated:visit_costs")
def test_counts_save_patients_and_the_cheapest_row_costs_one():
    rows = repeated.visit_costs(between=0.3, change=0.1, within=0.2, patient=20, most=8)
    assert rows["patients"].is_monotonic_decreasing
    assert rows["patients"].iloc[0] == 1
    assert rows["cost"].min() == 1
    by_hand = rows["patients"] * (20 + 1 + rows["followups"])
    assert (rows["cost"] / by_hand).to_numpy() == pytest.approx(1 / by_hand.min())


def test_dearer_patients_are_counted_oftener():
    best = [
        repeated.visit_costs(between=0.3, change=0.1, within=0.2, patient=p)["cost"].idxmin()
        for p in (1, 10, 100)
    ]
    assert best == sorted(best)
    assert best[0] < best[-1]


@pytest.mark.parametrize(
    "wrong", [{"within": -1}, {"change": math.nan}, {"followups": 0}, {"baselines": 1.5}]
)
def test_a_spread_or_number_that_cannot_be_is_refused(wrong):
    with pytest.raises(AnalysisError, match=next(iter(wrong))):
        repeated.ancova_sd(**{"between": 0.3, "change": 0.1, "within": 0.2, **wrong})
