"""Times that differ by rounding alone are one time, as R's timefix has it."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import survival, ties
from helpers.analyse.competing import aalen_johansen

TIME = [0.1 + 0.2, 0.3, 0.7, 1.2, 0.4, 1.1, 0.3, 2.0]
EVENT = [1, 1, 0, 1, 1, 0, 1, 1]
ARM = ["a", "b", "a", "b", "b", "a", "a", "b"]
PLAIN = [0.3, 0.3, 0.7, 1.2, 0.4, 1.1, 0.3, 2.0]


def test_the_last_bit_parts_no_times():
    assert 0.1 + 0.2 != 0.3
    assert ties.as_one(np.array([0.3, 0.1 + 0.2, 1.0])).tolist() == [0.3, 0.3, 1.0]


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e6])
def test_times_that_differ_by_more_stay_apart(scale):
    times = np.array([1.0, 1 + 1e-4, 2.0]) * scale
    assert ties.as_one(times).tolist() == times.tolist()


@pytest.mark.parametrize(
    "function",
    [
        lambda t: survival.log_rank(t, EVENT, ARM).value,
        lambda t: survival.log_rank_weighted(t, EVENT, ARM, weights="gehan").value,
        lambda t: survival.log_rank_stratified(t, EVENT, ARM, [0, 0, 0, 0, 1, 1, 1, 1]).value,
        lambda t: survival.median_survival(t, EVENT).value,
        lambda t: len(survival.kaplan_meier(t, EVENT)),
        lambda t: aalen_johansen(t, EVENT, at=1.5)[1].lower,
    ],
)
def test_computed_times_give_what_typed_times_give(function):
    assert function(TIME) == function(PLAIN)


def test_cox_takes_computed_times_as_tied():
    model = {"time": "t", "event": "e", "arm": "a", "reference": "a"}
    found = [
        survival.cox(pd.DataFrame({"t": t, "e": EVENT, "a": ARM}), **model)["b"].value
        for t in (TIME, PLAIN)
    ]
    assert found[0] == pytest.approx(found[1], rel=1e-12)


def test_as_r_4_2_2_with_timefix():
    # survdiff(Surv(c(0.1 + 0.2, 0.3, ...), event) ~ arm)$chisq
    assert survival.log_rank(TIME, EVENT, ARM).value == pytest.approx(0.012891344383057, rel=1e-10)
