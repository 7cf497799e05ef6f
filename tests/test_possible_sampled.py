"""Sampled trials that print a P: against exact shares of all histories; impossible requests."""

import math

import pytest

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.dropout import fixed_arm, printed_arm
from helpers.possible.reported import reported_gains, reported_histories
from helpers.possible.sampled import sampled_reported

WEEKS = (24, 48, 72, 96)
ARMS = [fixed_arm(size=24, responders=23), fixed_arm(size=24, responders=17)]
DRAWS = 100_000


@pytest.mark.proves("helpers.possible.sampled:sampled_reported")
@pytest.mark.parametrize("weighted", [False, True])
def test_shares_and_mean_gain_are_those_of_all_histories(weighted):
    found = reported_histories(sizes=(24, 24), responders=(23, 17), visits=4, reported_p="0.004")
    share = found.weight.sum() if weighted else len(found.first) / found.total
    drawn = sampled_reported(
        arms=ARMS, weeks=WEEKS, reported_p="0.004", draws=DRAWS, seed=4, weighted=weighted
    )
    error = math.sqrt(share * (1 - share) / DRAWS)
    assert len(drawn) / DRAWS == pytest.approx(share, abs=4 * error)
    gains = reported_gains(found, weeks=WEEKS)
    mean = gains["gain"] @ gains["share_weighted" if weighted else "share"]
    error = drawn["gain"].std() / math.sqrt(len(drawn))
    assert drawn["gain"].mean() == pytest.approx(mean, abs=4 * error)
    assert gains["gain"].min() - 1e-9 <= drawn["gain"].min()
    assert drawn["gain"].max() <= gains["gain"].max() + 1e-9
    assert drawn["first_faster"].all()  # proven for complete follow-up


def test_leavers_are_drawn_and_the_seed_settles_it():
    arms = [printed_arm(size=24, percent=p, visits=4, censored_at_most=2) for p in ("95.8", "70.8")]
    call = {"arms": arms, "weeks": WEEKS, "reported_p": "0.004", "draws": 20_000}
    one, again = (sampled_reported(**call, seed=7) for _ in range(2))
    assert one.equals(again)
    assert not one.equals(sampled_reported(**call, seed=8))
    lattice = [round(24 * g, 6) % 24 for g in one["gain"]]
    assert any(abs(x - round(x)) > 1e-6 for x in lattice)  # only censoring leaves whole 24ths


def test_a_p_that_no_drawn_trial_prints_is_refused():
    with pytest.raises(ImpossibleError, match="found none"):  # one visit has one P, that of the end
        sampled_reported(arms=ARMS, weeks=(96,), reported_p="0.5", draws=50, seed=1)


def test_no_draws_are_refused():
    with pytest.raises(AnalysisError, match="expected 1 to"):
        sampled_reported(arms=ARMS, weeks=WEEKS, reported_p="0.004", draws=0, seed=1)
