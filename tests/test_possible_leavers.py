"""Trials that lose patients: the smallest P against listing every history, witnesses by lifelines."""

from itertools import product

import numpy as np
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test

from helpers.errors import AnalysisError
from helpers.possible.batched import at_risk, logrank, logrank_p
from helpers.possible.bounds import bounded_range
from helpers.possible.counts import censored_counts
from helpers.possible.dropout import Arm, printed_arm
from helpers.possible.leavers import (
    arm_histories,
    leaving_patients,
    make_leaving_steps,
    smallest_p_against,
    smallest_p_with_leavers,
)

SMALL = [
    ((4, 4), (((3, 0), (3, 1)), ((2, 0), (1, 2))), 3),
    ((5, 3), (((4, 1),), ((2, 0), (2, 1))), 3),
    ((3, 4), (((2, 0), (1, 1)), ((3, 1), (4, 0))), 2),
    ((4, 3), (((4, 0),), ((1, 2),)), 4),
]


def listed(size, pairs, visits):
    """Every (responded, censored) of one arm by trying all counts at all visits."""
    out = []
    for counts in product(range(size + 1), repeat=2 * visits - 1):
        responded, censored = counts[:visits], (*counts[visits:], 0)
        left = size - np.cumsum(np.add(responded, censored))
        if (sum(responded), sum(censored)) in pairs and left.min() >= 0:
            out.append((responded, censored))
    return out


@pytest.mark.proves("helpers.possible.leavers:smallest_p_with_leavers")
@pytest.mark.parametrize(("sizes", "pairs", "visits"), SMALL)
def test_the_smallest_p_is_that_of_all_histories_listed(sizes, pairs, visits):
    first, second = (listed(n, p, visits) for n, p in zip(sizes, pairs, strict=True))
    trials = np.array([[a, b] for a, b in product(first, second)])  # trial, arm, kind, visit
    responded, censored = trials[:, :, 0], trials[:, :, 1]
    excess, variance = logrank(responded, at_risk(responded, censored, sizes=sizes))
    p = logrank_p(excess, variance)
    for faster in (True, False):
        way = excess > 1e-9 if faster else excess < -1e-9
        found = smallest_p_with_leavers(
            sizes=sizes, pairs=pairs, visits=visits, first_faster=faster
        )
        if not way.any():
            assert found is None
            continue
        assert found[0] == pytest.approx(p[way].min(), rel=1e-12)
        (r1, r2), (c1, c2) = found[1]
        assert (r1.sum(), c1.sum()) in pairs[0]
        assert (r2.sum(), c2.sum()) in pairs[1]


def test_without_leavers_it_is_the_bound_of_the_complete_trial():
    found = smallest_p_with_leavers(
        sizes=(24, 24), pairs=(((23, 0),), ((17, 0),)), visits=5, first_faster=False
    )
    whole = bounded_range(sizes=(24, 24), responders=(23, 17), visits=5)
    assert found[0] == pytest.approx(whole.p_min_reverse, rel=1e-12)


@pytest.mark.proves(
    "helpers.possible.leavers:arm_histories", "helpers.possible.dropout:printed_arm"
)
@pytest.mark.parametrize("most", [1, 2])
def test_histories_of_an_arm_are_those_listed_that_print(most):
    arm = printed_arm(size=6, percent="66.7", visits=3, censored_at_most=most)
    responded, censored = arm_histories(arm, visits=3)
    expected = []
    for r, c in listed(6, arm.pairs, 3):
        times = np.repeat([1, 2, 3, 1, 2, 3], [*r, *c])
        event = np.repeat([1, 0], [sum(r), sum(c)])
        rest = 6 - len(times)
        fit = KaplanMeierFitter().fit([*times, *[3] * rest], [*event, *[0] * rest])
        if f"{100 * (1 - fit.survival_function_.iloc[-1, 0]):.1f}" == "66.7":
            expected.append((list(r), list(c)))
    found = zip(responded.tolist(), censored.tolist(), strict=True)
    assert sorted(found) == sorted(expected)
    pairs = censored_counts("66.7", size=6, visits=3, censored_at_most=most)
    assert set(zip(responded.sum(1), censored.sum(1), strict=True)) == set(
        zip(pairs["events"], pairs["censored"], strict=True)
    )


def test_two_leavers_in_control_let_the_printed_p_point_to_control():
    control = printed_arm(size=24, percent="70.8", visits=5, censored_at_most=2)
    p, history = smallest_p_against((0, 0, 0, 0, 23), control, size=24, first_faster=False)
    assert 0.0035 < p < 0.0045
    people = leaving_patients(history, sizes=(24, 24), weeks=(12, 24, 48, 72, 96), arms="ab")
    a, b = (people[people["ARM"] == arm] for arm in "ab")
    assert logrank_test(a["TIME"], b["TIME"], a["EVENT"], b["EVENT"]).p_value == pytest.approx(p)
    ends = [KaplanMeierFitter().fit(x["TIME"], x["EVENT"]).predict(96) for x in (a, b)]
    assert [f"{100 * (1 - s):.1f}" for s in ends] == ["95.8", "70.8"]
    assert people["LEFT"].sum() == 2
    assert not (people["LEFT"] & people["EVENT"]).any()


def test_a_given_history_that_cannot_be_beaten_gives_none():
    # everybody of the first arm responds at once: the second arm is never ahead
    second = Arm(4, ((2, 0),))
    assert smallest_p_against((4, 0), second, size=4, first_faster=False) is None


def test_tables_that_would_not_fit_are_refused():
    with pytest.raises(AnalysisError, match="allow fewer leavers"):
        make_leaving_steps(sizes=(90, 90), pairs=(((60, 3),), ((60, 3),)), visits=5)
