"""Values carried forward are found, and a scale of few levels that repeats by itself is not.

The expected answer is known because the data are drawn: with or without a value of the visit before
put in the place of the next.
"""

import numpy as np
import pandas as pd
import pytest

from helpers.conformance.blocks import carried as visits_carried

STEADY, WALK = "steady", "walk"


def drawn(rng, low, high, *, subjects, visits, spread, step, kind=STEADY, leap=0.0):
    """Whole values from low to high: subjects differ by `spread`, visits by `step`, a third leap once."""
    own = rng.normal((low + high) / 2, spread, (subjects, 1))
    change = rng.normal(0, step, (subjects, visits))
    change = np.cumsum(change, axis=1) if kind == WALK else change
    leaps = (rng.random((subjects, 1)) < 1 / 3) * leap * (np.arange(visits) >= visits // 2)
    return np.clip(np.round(own + change + leaps), low, high)


SCALES = {
    "0 to 4": {"low": 0, "high": 4, "spread": 1, "step": 0.7},
    "0 to 4, hardly moving": {"low": 0, "high": 4, "spread": 1.2, "step": 0.25},
    "0 to 4, wandering": {"low": 0, "high": 4, "spread": 1.5, "step": 0.4, "kind": WALK},
    "0 to 4, some respond": {
        "low": 0,
        "high": 4,
        "spread": 1,
        "step": 0.2,
        "kind": WALK,
        "leap": -2,
    },
    "0 to 10": {"low": 0, "high": 10, "spread": 2, "step": 0.6},
    "0 to 10, some respond": {
        "low": 0,
        "high": 10,
        "spread": 2,
        "step": 0.3,
        "kind": WALK,
        "leap": -4,
    },
    "0 to 27, many at 0": {"low": 0, "high": 27, "spread": 9, "step": 1.5},
    "counts": {"low": 0, "high": 2000, "spread": 300, "step": 80},
}


def found_in(table):
    return list(visits_carried(table.to_numpy(), list(table)))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(("subjects", "visits"), [(20, 2), (20, 6), (80, 2), (80, 6)])
def test_values_that_were_measured_raise_no_alarm(scale, subjects, visits):
    rng = np.random.default_rng(5)
    for _ in range(25):
        table = pd.DataFrame(drawn(rng, subjects=subjects, visits=visits, **SCALES[scale]))
        assert found_in(table.mask(rng.random(table.shape) < 0.1)) == []


@pytest.mark.parametrize(("scale", "share"), [
    ("0 to 10", 1.0), ("0 to 27, many at 0", 1.0), ("0 to 27, many at 0", 0.8), ("counts", 0.7),
])  # fmt: skip
def test_a_visit_carried_into_the_next_is_found(scale, share):
    rng = np.random.default_rng(6)
    for _ in range(10):
        table = pd.DataFrame(drawn(rng, subjects=80, visits=3, **SCALES[scale]))
        carried = rng.random(80) < share
        table.loc[carried, 2] = table.loc[carried, 1]
        assert (1, 2) in [(before, here) for before, here, _ in found_in(table)]


def test_fine_values_carried_through_all_visits_are_found():
    rng = np.random.default_rng(7)
    table = pd.DataFrame(drawn(rng, subjects=40, visits=5, **SCALES["counts"]))
    carried = rng.random(40) < 0.7
    table.loc[carried, [2, 3, 4]] = table.loc[carried, [1]].to_numpy()
    assert {(1, 2), (2, 3), (3, 4)} <= {(a, b) for a, b, _ in found_in(table)}
