"""Turnbull's estimator against R, Kaplan-Meier and the conditions of a maximum."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import interval, survival
from helpers.errors import AnalysisError

DATA = pd.read_csv(Path(__file__).parent / "reference" / "intervals.csv")
R = pd.read_csv(Path(__file__).parent / "reference" / "reference.csv")


@pytest.mark.proves("helpers.analyse.interval:turnbull")
def test_cumulative_probability_agrees_with_r():
    rows = R[R["estimator"] == "turnbull"]
    expected = dict(zip(rows["quantity"], rows["value"], strict=True))
    found = interval.turnbull(DATA["left"], DATA["right"])
    cumulative = {f"cumulative at {r.right:g}": r.cumulative for r in found.itertuples()}
    cumulative = {k.replace("inf", "Inf"): v for k, v in cumulative.items()}
    assert cumulative == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("seed", range(6))
def test_masses_fulfil_the_conditions_of_the_maximum(seed):
    random = np.random.default_rng(seed)
    left = random.integers(0, 8, 40).astype(float)
    right = left + random.choice([0, 1, 2, 5, math.inf], 40)
    found = interval.turnbull(left, right)
    cells = interval.innermost_intervals(left, right)
    mass = np.zeros(len(cells))
    for row in found.itertuples():
        mass[(cells == [row.left, row.right]).all(axis=1)] = row.mass
    inside = [
        [
            (a == b == c[0] == c[1])
            or (a < b and a <= c[0] and c[1] <= b and (c[0] < c[1] or a < c[0]))
            for c in cells
        ]
        for a, b in zip(left, right, strict=True)
    ]
    inside = np.array(inside, float)
    gradient = inside.T @ (1 / (inside @ mass)) / 40
    assert mass.sum() == pytest.approx(1)
    assert gradient.max() < 1 + 1e-6
    assert gradient[mass > 0] == pytest.approx(1, abs=1e-5)


def test_known_and_right_censored_times_give_kaplan_meier():
    times, events = [1, 2, 2, 3, 5, 6], [1, 1, 0, 1, 1, 0]
    right = [t if e else math.inf for t, e in zip(times, events, strict=True)]
    found = interval.turnbull(times, right)
    curve = survival.kaplan_meier(times, events, at=[1, 2, 3, 5])
    assert (1 - found["cumulative"]).tolist()[:4] == pytest.approx(curve["survival"].tolist())


def test_intervals_that_share_no_time_carry_their_own_share():
    found = interval.turnbull([0, 0, 7, 14], [7, 7, 14, math.inf])
    assert found.to_numpy().tolist() == [
        [0, 7, 0.5, 0.5],
        [7, 14, 0.25, 0.75],
        [14, math.inf, 0.25, 1],
    ]


def test_touching_half_open_intervals_do_not_overlap():
    assert interval.innermost_intervals(np.array([0.0, 7]), np.array([7.0, 14])).tolist() == [
        [0, 7],
        [7, 14],
    ]


def test_quantile_is_the_end_of_its_cell_and_repeats_with_its_seed():
    found = interval.turnbull_quantile(DATA["left"], DATA["right"], seed=7, resamples=200)
    assert (found.value, found.statistic) == (30, "median")
    again = interval.turnbull_quantile(DATA["left"], DATA["right"], seed=7, resamples=200)
    assert (again.value, again.lower, again.upper) == (found.value, found.lower, found.upper)
    assert found.lower <= 14 <= 30 <= found.upper


@pytest.mark.proves("helpers.analyse.interval:turnbull_quantile")
def test_bootstrap_limits_bracket_all_resamples_of_a_tiny_sample():
    # 3 subjects in separate intervals: a 99.9% interval reaches from the first to the last
    found = interval.turnbull_quantile([0, 7, 14], [7, 14, 30], seed=1, level=0.999)
    assert (found.lower, found.upper) == (0, 30)


def test_a_right_end_before_the_left_is_refused():
    with pytest.raises(AnalysisError, match=r"row\(s\) \[1\]"):
        interval.turnbull([0, 7], [7, 3])


def test_the_bootstrap_counts_what_resampled_subjects_show():
    random = np.random.default_rng(2)
    left = random.choice([0.0, 7, 14, 30], 80, p=[0.2, 0.28, 0.32, 0.2])
    right = left + random.choice([7.0, 16, math.inf], 80, p=[0.5, 0.3, 0.2])
    ends = []
    for _ in range(400):
        drawn = random.integers(0, 80, 80)
        box = interval.turnbull(left[drawn], right[drawn])
        ends.append(box[box["cumulative"] >= 0.5 - 1e-9].iloc[0][["left", "right"]].tolist())
    expected = (np.quantile([a for a, _ in ends], 0.025, method="inverted_cdf"),
                np.quantile([b for _, b in ends], 0.975, method="inverted_cdf"))  # fmt: skip
    found = interval.turnbull_quantile(left, right, seed=5, resamples=400)
    assert (found.lower, found.upper) == expected
