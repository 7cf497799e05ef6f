"""The chance that an arm with leavers prints a whole share, against every way to go written out."""

import itertools

import pytest

from helpers.errors import AnalysisError
from helpers.literate import report
from helpers.literate.split import only_split
from helpers.literate.whole_shares import if_some_leave
from helpers.possible.whole_shares import chance_of_whole, constant_chances, leaving_chances


def kaplan_meier(patients, visits):
    """One minus the curve after the last visit; a patient is (gap of leaving, visit of response)."""
    curve = 1.0
    for visit in range(visits):
        risk = [p for p in patients if p[0] > visit and p[1] >= visit]
        if risk:
            curve *= 1 - sum(p[1] == visit for p in risk) / len(risk)
    return 1 - curve


def one_by_one(size, responding, leaving):
    """The same chance by every combination of what each patient does."""
    visits = len(responding)
    ways = []
    for gap, visit in itertools.product(range(visits + 1), repeat=2):
        p = 1.0
        for k in range(visits):
            p *= 1 - leaving[k] if k < gap else leaving[k] if k == gap else 1
            p *= 1 - responding[k] if k < visit else responding[k] if k == visit else 1
        ways.append(((gap, visit), p))
    whole, total = {f"{100 * x / size:.1f}" for x in range(size + 1)}, 0.0
    for patients in itertools.product(ways, repeat=size):
        share = kaplan_meier([p for p, _ in patients], visits)
        if f"{100 * share:.1f}" in whole:
            chance = 1.0
            for _, p in patients:
                chance *= p
            total += chance
    return total


@pytest.mark.proves("helpers.possible.whole_shares:chance_of_whole")
@pytest.mark.parametrize(
    ("size", "responding", "leaving"),
    [(3, [0.3, 0.6], [0.1, 0.2]), (4, [0.5, 0.2], [0.25, 0.1]), (5, [0.4], [0.3]),
     (3, [0.2, 0.3, 0.9], [0.0, 0.0, 0.4])],
)  # fmt: skip
def test_the_states_add_up_to_every_way_written_out(size, responding, leaving):
    found = chance_of_whole(size=size, responding=responding, leaving=leaving)
    assert found == pytest.approx(one_by_one(size, responding, leaving), abs=1e-6)
    assert 0.01 < found < 0.99


def test_an_arm_that_nobody_leaves_always_prints_a_whole_share():
    whole = chance_of_whole(size=24, responding=[0.2, 0.3, 0.1], leaving=[0.0] * 3)
    assert whole == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("when", ["evenly", "early", "late"])
def test_who_would_leave_adds_up_to_the_share_that_is_asked_for(when):
    stays = 1.0
    for chance in leaving_chances(0.15, visits=5, when=when):
        stays *= 1 - chance
    assert stays == pytest.approx(0.85, abs=1e-12)


def test_a_constant_rate_ends_at_the_share_and_is_higher_in_longer_gaps():
    first, second, third = constant_chances(0.7, times=[12, 24, 96])
    assert (1 - first) * (1 - second) * (1 - third) == pytest.approx(0.3, abs=1e-12)
    assert first == pytest.approx(second)
    assert second < third


def test_the_published_pair_is_rarer_the_more_leave_and_the_earlier():
    split = only_split(report("hucmsc"), "response-rates", arms=("Low", "Control"), third="High")
    found = if_some_leave(split, weeks=[48, 96], shares=[0.05, 0.1])
    early, late = float(found["5.early"]), float(found["5.late"])
    assert early < float(found["5.evenly"]) < late < 1
    assert float(found["10.late"]) < late
    assert float(found["5.early-times"]) * early == pytest.approx(1)


def test_unknown_words_and_lists_of_different_length_are_named():
    with pytest.raises(AnalysisError, match="late"):
        leaving_chances(0.1, visits=5, when="never")
    with pytest.raises(AnalysisError, match="as many of both"):
        chance_of_whole(size=4, responding=[0.2], leaving=[0.1, 0.1])
