"""Histories drawn so that their curve ends as printed: against the list of all of them."""

from collections import Counter

import numpy as np
import pytest
from scipy import stats

from helpers.audit.log_rank.conditioned import conditioned, sample_ending, split_chances
from helpers.audit.log_rank.trials import ArmTrials
from helpers.possible.dropout import Arm, ends_as_printed

ARMS = [
    ArmTrials(30, ((4, 2), (5, 1), (3, 3), (5, 0)), (16.0, 17.3), 4),
    ArmTrials(12, ((6, 2), (5, 3), (7, 1)), (59.5, 62.5), 3),
    ArmTrials(40, ((10, 2), (9, 3)), (25.4, 25.6), 3),
]
DRAWS = 60_000


@pytest.mark.proves("helpers.audit.log_rank.conditioned:sample_ending")
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("arm", ARMS)
def test_drawn_histories_are_the_listed_ones_as_often_as_they_should_be(arm, weighted):
    whole = Arm(arm.size, arm.pairs, arm.percent)
    pairs = conditioned(whole, visits=arm.visits, weighted=weighted)
    ways = [arm._ways(*pair, weighted=weighted) for pair in arm.pairs]
    rng = np.random.default_rng(5)
    found = Counter(map(bytes, np.hstack(sample_ending(rng, whole, pairs, ways, DRAWS))))
    every = [bytes(row) for row in np.hstack(arm.listed)]
    expected = DRAWS * (arm.weight if weighted else np.full(len(every), 1 / len(every)))
    seen = np.array([found[row] for row in every])
    assert seen.sum() == DRAWS  # none but listed ones
    common = expected > 5
    chi = ((seen - expected) ** 2 / expected)[common].sum()
    assert chi < stats.chi2.ppf(0.9999, common.sum())


def test_the_chance_of_a_printed_end_is_that_of_drawing_until_it_comes():
    arm = Arm(60, ((20, 2),), (33.9, 34.0))
    (pair,) = conditioned(arm, visits=4, weighted=True)
    rng = np.random.default_rng(2)
    events = rng.multinomial(20, [1 / 4] * 4, size=400_000)
    lost = np.pad(rng.multinomial(2, [1 / 3] * 3, size=400_000), ((0, 0), (0, 1)))
    share = ends_as_printed(arm, events, lost).mean()
    assert 0 < share < 0.2
    exact = ends_as_printed(arm, *pair.draw(rng, 100_000)).mean()
    assert pair.chance * exact == pytest.approx(share, abs=5 * np.sqrt(share / 400_000))


@pytest.mark.parametrize("weighted", [False, True])
def test_splitting_a_total_visit_by_visit_gives_each_way_its_chance(weighted):
    steps = [split_chances(3, parts, weighted=weighted) for parts in (3, 2, 1)]
    for i in range(4):
        for j in range(i, 4):
            chance = steps[0][0, i] * steps[1][i, j] * steps[2][j, 3]
            ways = stats.multinomial.pmf([i, j - i, 3 - j], 3, [1 / 3] * 3) if weighted else 1 / 10
            assert chance == pytest.approx(ways, rel=1e-12)


def test_hundreds_of_patients_whose_curve_hardly_ever_ends_so_are_drawn():
    arm = ArmTrials(281, ((149, 2),), (53.05, 53.15), 6)
    events, lost = arm.draw(np.random.default_rng(1), 5_000, weighted=True)
    assert arm.at_once
    assert len(events) == 5_000
    assert ends_as_printed(Arm(281, arm.pairs, arm.percent), events, lost).all()


def test_an_arm_that_may_be_all_gone_at_the_end_is_left_to_drawing_until_it_prints():
    assert conditioned(Arm(40, ((38, 2),), (99.0, 100.0)), visits=4, weighted=False) is None
