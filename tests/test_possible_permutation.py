"""Exact permutation log-rank tests: P against R's coin and against every rearrangement."""

import itertools

import numpy as np
import pytest

from helpers.errors import AnalysisError
from helpers.possible.permutation import permutation_logrank, score_classes

# R 4, coin: pvalue(logrank_test(Surv(t, e) ~ g, distribution = "exact", ties.method = "mid-ranks"))
COIN = [
    ([[5, 4, 6, 2, 6], [1, 5, 3, 6, 2]], None, (24, 24), 0.046030164530392714),
    ([[5, 4, 6, 2, 6], [1, 5, 3, 6, 2]], [[0, 1, 0, 0, 0], [2, 2, 1, 1, 0]], (24, 24),
     0.34304170508351289),
    ([[5, 2, 1], [1, 2, 2]], [[1, 0, 0], [0, 1, 0]], (10, 8), 0.14438502673796794),
]  # fmt: skip


@pytest.mark.parametrize(("responded", "censored", "sizes", "p"), COIN)
def test_permutation_p_is_that_of_coin(responded, censored, sizes, p):
    assert permutation_logrank(responded, censored, sizes=sizes) == pytest.approx(p, rel=1e-12)


@pytest.mark.proves("helpers.possible.permutation:permutation_logrank")
def test_permutation_p_counts_every_division_of_small_trials():
    rng = np.random.default_rng(1)
    for _ in range(25):
        cells = rng.multinomial(5, [1 / 7] * 7, size=2)
        responded, censored = cells[:, :3], cells[:, 3:6]
        scores, patients = score_classes(responded, censored, sizes=(5, 5))
        each = np.repeat(scores, patients.sum(axis=1))
        seen = abs(scores @ patients[:, 0])
        far = [
            abs(each[list(g)].sum()) >= seen - 1e-9 for g in itertools.combinations(range(10), 5)
        ]
        p = permutation_logrank(responded, censored, sizes=(5, 5))
        assert p == pytest.approx(np.mean(far), abs=1e-12)


def test_scores_add_up_to_zero_over_all_patients():
    scores, patients = score_classes([[3, 1], [0, 2]], [[1, 0], [0, 1]], sizes=(6, 7))
    assert scores @ patients.sum(axis=1) == pytest.approx(0, abs=1e-12)


def test_seventy_two_patients_stay_exact():
    p = permutation_logrank([[10, 8, 6, 4, 5], [4, 5, 6, 6, 6]], sizes=(36, 36))
    swapped = permutation_logrank([[4, 5, 6, 6, 6], [10, 8, 6, 4, 5]], sizes=(36, 36))
    assert p == pytest.approx(swapped, rel=1e-10)
    assert 0.005 < p < 0.1


def test_more_outcomes_than_patients_are_refused():
    with pytest.raises(AnalysisError, match="correct the table"):
        permutation_logrank([[5, 1], [1, 1]], sizes=(4, 4))


def test_a_grid_too_fine_is_refused():
    with pytest.raises(AnalysisError, match="fewer visits"):
        permutation_logrank(np.ones((2, 60), dtype=int), sizes=(60, 60))
