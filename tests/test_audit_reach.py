"""However large or odd a report, its audit ends within bounds: what is too much is "not checkable"."""

import time
from fractions import Fraction

import numpy as np
import pytest

from helpers.audit import audit
from helpers.audit.effort import TooMuchError, limited, spend
from helpers.audit.findings import Check
from helpers.audit.left_open import as_with_fewer_lost, fewer_losses
from helpers.audit.log_rank.trials import _spread
from helpers.audit.model import Arm, Readings, Report, Result, Trial
from helpers.audit.p_alone import most_against
from helpers.audit.sizes import Sizes

SECONDS = 60  # of processor time; where nothing else runs each takes below 10


def report(result, sizes, *, enrolled=None, **readings):
    arms = tuple(Arm(f"a{k}", f"a{k}", n, k == len(sizes) - 1) for k, n in enumerate(sizes))
    result = Result("r", **{"arms": tuple(arm.id for arm in arms), **result})
    return Report("x", trial=Trial("randomised", enrolled), arms=arms, results=(result,),
                  readings=Readings(**readings))  # fmt: skip


HARD = [
    ({"kind": "percent", "percent": ("12.5%", "13%", "50%"), "p": ("0.03",)}, (None,) * 3,
     {"enrolled": 10**6}),
    ({"kind": "percent", "percent": ("33.3333",) * 3, "p": ("NS",)}, (None,) * 3, {"enrolled": 10**6}),
    ({"kind": "percent", "percent": ("11.1111",) * 9, "count": ("",) * 8 + ("7",)}, (None,) * 9,
     {"enrolled": 10**6}),
    ({"kind": "percent", "percent": ("12%", "20%"), "p": ("<0.001",)}, (300_000, 310_000), {}),
    ({"kind": "ratio", "measure": "odds ratio", "value": "0.55", "ci": ("0.50", "0.60"),
      "percent": ("12%", "20%")},
     (5_000, 5_000), {}),
    ({"kind": "ratio", "measure": "risk difference", "value": "-8.0%", "ci": ("-9.0", "-7.0"),
          "percent": ("12%", "20%"), "p": ("<0.0001",)}, (20_000, 20_000), {}),
    ({"kind": "km-percent", "percent": ("66%", "50%"), "p": ("0.001",)}, (20_000, 20_000), {}),
    ({"kind": "km-percent", "percent": ("66%", ""), "p": ("0.001",), "test": "log-rank"}, (300, 300),
     {"lost_at_most": 10**6, "visits": 200}),
    ({"kind": "km-percent", "percent": ("10%", "50%", "60%"), "p": ("0.04",)}, (60, 60, 60), {"visits": 200}),
    ({"kind": "mean", "mean": ("3.1", "4.0"), "sd": ("1000000", "0"), "items": 100_000,
      "scale": (0, 10**6), "p": ("0.5",)},
     (300_000, 2), {}),
    ({"kind": "change", "p": ("<0.001", "NS")}, (300_000, 1_100), {}),
]  # fmt: skip


@pytest.mark.parametrize(("result", "sizes", "more"), HARD)
def test_a_huge_report_ends_within_bounds(result, sizes, more):
    started = time.process_time()
    found = audit(report(result, sizes, **more)).result("r")
    assert time.process_time() - started < SECONDS
    assert found.verdict in ("compatible", "not checkable", "questioned", "impossible")
    assert found.why


def test_what_is_too_much_is_said_and_decides_nothing():
    case = report({"kind": "km-percent", "percent": ("66%", ""), "p": ("0.001",), "test": "log-rank"},
                  (300_000, 300_000), lost_at_most=10**6)  # fmt: skip
    found = audit(case).result("r")
    assert found.verdict == "not checkable"
    assert "too many possibilities" in found.why


def test_steps_are_counted_within_a_limit_only():
    spend(10**9)
    with limited(3):
        spend(2)
        spend(1)
        with pytest.raises(TooMuchError):
            spend(1)


@pytest.mark.parametrize("exact", [True, False])
def test_allocations_are_those_of_trying_all(exact):
    ways = ((1, 3, 4, 9), (2, 5, 6), (1, 2, 7))
    brute = [(a, b, c) for a in ways[0] for b in ways[1] for c in ways[2]
             if (a + b + c == 12 if exact else a + b + c <= 12)]  # fmt: skip
    assert list(Sizes(ways, 12, exact=exact)) == brute
    assert list(Sizes(ways, 0, exact=exact)) == []


def test_the_sign_test_of_thousands_is_that_of_whole_numbers():
    for n, p in ((1_500, 0.001), (2_001, 0.04), (40, 0.0001), (3, 0.9)):
        total, tail, against = 1, 0, -1  # total: binomial coefficients, one by one
        for k in range(n // 2 + 1):
            tail += total
            if Fraction(2 * tail, 2**n) > Fraction(p):
                break
            against, total = k, total * (n - k) // (k + 1)
        assert most_against(n, p) == against


def test_crowded_spreads_are_equally_likely():
    rng = np.random.default_rng(3)
    drawn = _spread(rng, 2, 40, 82_000, weighted=False)
    both = (drawn == 2).any(axis=1).mean()  # 40 of the 820 ways have both events at one visit
    assert both == pytest.approx(40 / 820, abs=4 * (0.0488 * 0.9512 / 82_000) ** 0.5)
    assert (drawn.sum(axis=1) == 2).all()


@pytest.mark.proves(
    "helpers.audit.left_open:as_with_fewer_lost", "helpers.audit.left_open:fewer_losses"
)
def test_too_many_losses_are_tried_as_fewer_and_nothing_is_said_of_all_trials():
    assert [fewer_losses(most) for most in (60, 3, 10**6)] == [(None, 20, 0), (None,), (None,)]
    held, other = (Check("r", "log-rank-range", v, computed={"enumerated": True}, why="w", part="P")
                   for v in ("compatible", "questioned"))  # fmt: skip
    kept, left = as_with_fewer_lost([held, other], 20, 60)
    assert (kept.verdict, kept.computed["enumerated"]) == ("compatible", False)
    assert left.verdict == "not checkable"
    assert "only trials with up to 20" in kept.why


def test_curves_of_three_arms_with_sixty_lost_are_held():
    arms = tuple(Arm(name, name, 100, name == "c") for name in "abc")
    one = Result("pfs", "km-percent", ("a", "b", "c"), percent=("61%", "48%", "35%"), p=("0.002",),
                 test="log-rank", y_axis="survival")  # fmt: skip
    case = Report("x", arms=arms, results=(one,), readings=Readings(lost_at_most=60))
    found = audit(case).result("pfs")
    assert (found.verdict, "of up to 60 lost an arm" in found.why) == ("compatible", True)
