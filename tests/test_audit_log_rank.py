"""Where a log-rank P can lie: against enumeration, proven paths, survdiff's definition and brute force."""

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import survival
from helpers.audit.log_rank.ends import ends
from helpers.audit.log_rank.paths import make_paths
from helpers.audit.log_rank.range import log_rank_range
from helpers.audit.log_rank.seek import between, history_p
from helpers.audit.log_rank.statistic import chi_square, p_values, two_arms
from helpers.audit.log_rank.trials import ArmTrials, drawn_trials
from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.histories import enumerate_histories
from helpers.possible.leavers import smallest_p_with_leavers
from helpers.possible.visit_grid import make_steps

TRIALS = [
    ((24, 24), (23, 17), 4), ((10, 6), (9, 2), 3), ((23, 24), (7, 17), 4), ((12, 30), (12, 25), 3),
    ((6, 6), (0, 3), 3), ((5, 5), (0, 0), 3), ((4, 4), (4, 4), 1), ((8, 3), (2, 3), 6),
]  # fmt: skip


def plain(sizes, events, visits):
    return [ArmTrials(n, ((x, 0),), None, visits) for n, x in zip(sizes, events, strict=True)]


@pytest.mark.proves("helpers.audit.log_rank.ends:ends")
@pytest.mark.parametrize(("sizes", "events", "visits"), TRIALS)
def test_ends_are_those_of_enumeration(sizes, events, visits):
    found = ends(make_paths(sizes=sizes, pairs=[[(x, 0)] for x in events], visits=visits))
    every = enumerate_histories(
        sizes=sizes, responders=events, visits=visits, weeks=None, reported_p=None
    )
    for ours, theirs in ((found.p_min_reverse, every.p_min_reverse), (found.p_min, every.p_min)):
        if ours is None:
            assert theirs in (None, 1.0)  # O = E throughout
        else:
            assert ours == pytest.approx(theirs, rel=1e-9)
    assert found.p_max <= every.p_max * (1 + 1e-9) <= found.p_max_upper * (1 + 2e-9)


@pytest.mark.parametrize("mu", [-0.5, 0.0, 0.3, 1.5])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("sizes", "events", "visits"), TRIALS)
def test_best_paths_score_as_those_over_all_pairs_of_states(sizes, events, visits, sign, mu):
    ours = make_paths(sizes=sizes, pairs=[[(x, 0)] for x in events], visits=visits)
    theirs = make_steps(sizes=sizes, responders=events, visits=visits)
    best = [steps.terms(steps.best(sign=sign, mu=mu)) for steps in (ours, theirs)]
    one, other = (sign * excess - mu * variance for excess, variance in best)
    assert one == pytest.approx(other, abs=1e-9)


@pytest.mark.parametrize("first_faster", [True, False])
@pytest.mark.parametrize(
    ("sizes", "pairs", "visits"),
    [
        ((23, 24), (((7, 3), (7, 4)), ((15, 4), (16, 3), (17, 1), (17, 2))), 4),
        ((9, 8), (((3, 0), (4, 2)), ((5, 1), (6, 0))), 3),
        ((6, 5), (((2, 1),), ((2, 2),)), 7),
    ],
)
def test_smallest_p_with_losses_is_that_of_the_proof_over_all_pairs_of_states(
    sizes, pairs, visits, first_faster
):
    found = ends(make_paths(sizes=sizes, pairs=pairs, visits=visits))
    other = smallest_p_with_leavers(
        sizes=sizes, pairs=pairs, visits=visits, first_faster=first_faster
    )
    ours = found.p_min if first_faster else found.p_min_reverse
    assert ours == (None if other is None else pytest.approx(other[0], rel=1e-9))


def test_ends_of_many_patients_enclose_every_trial_drawn():
    arms = plain((100, 100), (60, 40), 9)
    found = log_rank_range(arms=arms, p="0.004", draws=50_000)
    for events, risk in drawn_trials(arms, draws=50_000, seed=7, weighted=True):
        excess, variance = two_arms(events, risk)
        p = p_values(excess**2 / variance, 2)
        assert found.p_min < p.min()
        assert p.max() < found.p_max_upper
    assert found.proven
    assert not found.enumerated


def test_the_witnesses_have_the_ends_they_bear_witness_to():
    found = log_rank_range(arms=plain((100, 100), (60, 40), 5), p="0.004", draws=50_000)
    for name, p in (("low", found.p_min), ("high", found.p_max)):
        assert history_p(found.witnesses[name], found.sizes) == pytest.approx(p, rel=1e-9)
        assert [sum(arm) for arm in found.witnesses[name].events] == [60, 40]


@pytest.mark.parametrize("sizes", [(100, 100), (300, 300)])
def test_hundreds_of_patients_at_five_and_nine_visits_get_an_answer(sizes):
    events = [int(0.6 * sizes[0]), int(0.4 * sizes[1])]
    for visits in (5, 9) if sizes[0] == 100 else (5,):
        found = log_rank_range(arms=plain(sizes, events, visits), p="0.001", draws=50_000)
        assert found.proven
        assert 0 < found.p_min < found.p_max <= found.p_max_upper <= 1


def test_drawn_shares_agree_with_going_through_all_trials():
    arms = plain((24, 24), (23, 17), 4)
    every = enumerate_histories(visits=4, weeks=None)
    events, risk = map(
        np.concatenate, zip(*drawn_trials(arms, draws=200_000, seed=3, weighted=False), strict=True)
    )
    excess, variance = two_arms(events, risk)
    p = p_values(excess**2 / np.where(variance > 0, variance, 1), 2)
    share = ((p >= 0.0035) & (p <= 0.0045)).mean()
    error = np.sqrt(every.share_rounding_to_reported / len(p))
    assert abs(share - every.share_rounding_to_reported) < 4 * error
    assert abs((excess > 0).mean() - every.share_first_faster) < 4 * np.sqrt(0.25 / len(p))


def test_the_response_trial_of_the_book_has_the_share_that_enumeration_gives():
    every = enumerate_histories()
    found = log_rank_range(arms=plain((24, 24), (23, 17), 5), p="0.004")
    assert found.enumerated
    assert found.trials == every.histories
    assert found.printing["half-up"] == pytest.approx(every.share_rounding_to_reported, rel=1e-9)
    weighted = every.share_rounding_to_reported_weighted
    assert found.printing_weighted["half-up"] == pytest.approx(weighted, rel=1e-9)
    assert found.first == pytest.approx(every.share_first_faster, rel=1e-9)
    assert (found.p_min_first, found.p_min_reverse) == pytest.approx(
        (every.p_min, every.p_min_reverse), rel=1e-9
    )


def as_patients(events, lost, sizes):
    """One row a patient of a history: arm, time, event."""
    rows = []
    for arm, (d, c, n) in enumerate(zip(events, lost, sizes, strict=True)):
        rows += [(arm, v + 1, True) for v, k in enumerate(d) for _ in range(k)]
        rows += [(arm, v + 1, False) for v, k in enumerate(c) for _ in range(k)]
        rows += [(arm, len(d), False)] * (n - sum(d) - sum(c))
    return pd.DataFrame(rows, columns=["arm", "time", "event"])


@pytest.mark.parametrize("arms", [2, 3, 4])
def test_statistics_of_several_arms_are_those_from_patients(arms):
    rng = np.random.default_rng(arms)
    sizes = rng.integers(5, 12, arms)
    events = rng.multinomial(4, [0.25] * 4, size=arms)
    lost = np.zeros((arms, 4), dtype=int)
    lost[:, 1] = 1
    frame = as_patients(events, lost, sizes)
    gone = (events + lost).cumsum(axis=1)
    risk = sizes[:, None] - np.hstack([np.zeros((arms, 1), dtype=int), gone[:, :-1]])
    found = p_values(chi_square(events[None], risk[None]), arms)[0]
    other = survival.log_rank(frame["time"], frame["event"], frame["arm"]).p_value
    assert found == pytest.approx(other, rel=1e-9)


def test_weighted_tests_are_those_of_the_textbook_sums():
    events = np.array([[[2, 1, 0, 2], [0, 1, 3, 1]]])
    risk = np.array([[[9, 7, 5, 4], [8, 8, 6, 2]]])
    for test in ("Wilcoxon-Breslow", "Peto"):
        excess = variance = 0.0
        left = 1.0
        for v in range(4):
            n1, n2, d1, d2 = risk[0, 0, v], risk[0, 1, v], events[0, 0, v], events[0, 1, v]
            n, d = n1 + n2, d1 + d2
            weight = n if test == "Wilcoxon-Breslow" else left
            excess += weight * (d1 - d * n1 / n)
            variance += weight**2 * d * n1 * n2 * (n - d) / (n * n * (n - 1))
            left *= 1 - d / n
        assert chi_square(events, risk, test)[0] == pytest.approx(excess**2 / variance, rel=1e-12)


def test_without_losses_breslow_and_peto_are_one_test():
    arms = plain((9, 8), (4, 6), 3)
    one, other = (log_rank_range(arms=arms, p="0.2", test=t) for t in ("Wilcoxon-Breslow", "Peto"))
    assert one.p_min == pytest.approx(other.p_min, rel=1e-9)
    assert one.printing == pytest.approx(other.printing)


def test_losses_whose_curve_must_end_as_printed_are_those_of_brute_force():
    """Every history of 5 and 4 patients, at most one lost, first arm's curve ending at 60% lost."""
    visits, sizes = 3, (5, 4)
    arms = [
        ArmTrials(5, ((2, 1), (3, 0)), (59.5, 60.5), visits),
        ArmTrials(4, ((1, 0),), None, visits),
    ]
    found = log_rank_range(arms=arms, p="0.3")
    seen = []
    for d1 in itertools.product(range(4), repeat=visits):
        for c1 in itertools.product(range(2), repeat=visits - 1):
            left, survived, bad = 5, 1.0, False
            for d, c in zip(d1, (*c1, 0), strict=True):
                bad |= d > left
                survived *= 1 - d / left if left else 1
                left -= d + c
            fits = not bad and left >= 0 and (sum(d1), sum(c1)) in ((2, 1), (3, 0))
            if fits and 59.5 <= 100 * (1 - survived) <= 60.5:
                for place in range(visits):
                    d2 = [int(v == place) for v in range(visits)]
                    frame = as_patients((d1, d2), ((*c1, 0), (0, 0, 0)), sizes)
                    seen.append(
                        survival.log_rank(frame["time"], frame["event"], frame["arm"]).p_value
                    )
    assert found.trials == len(seen)
    assert found.p_min == pytest.approx(min(seen), rel=1e-9)
    share = np.mean([0.25 <= p <= 0.35 for p in seen])
    assert found.printing["half-up"] == pytest.approx(share)


def test_one_patient_moved_at_a_time_meets_a_rare_p():
    arms = plain((60, 60), (50, 40), 6)
    found = log_rank_range(arms=arms, p="0.0000012", draws=50_000)
    history = between(found.witnesses["low"], found.witnesses["high"], sizes=(60, 60),
                      prints=lambda p: 1e-7 <= p <= 2e-7)  # fmt: skip
    assert 1e-7 <= history_p(history, (60, 60)) <= 2e-7
    assert [sum(arm) for arm in history.events] == [50, 40]


def test_an_impossible_curve_and_an_unknown_test_are_refused():
    with pytest.raises(ImpossibleError):
        log_rank_range(arms=[ArmTrials(5, ((2, 1),), (90.0, 91.0), 3)] * 2, p="0.04")
    with pytest.raises(AnalysisError, match="expected one of"):
        log_rank_range(arms=plain((5, 5), (2, 2), 2), test="median")
