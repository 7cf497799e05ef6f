"""Percentages read at an earlier week: counts by stars and bars, small trials against brute force."""

from itertools import product
from math import comb

import pandas as pd
import pytest
from lifelines.statistics import logrank_test

from helpers.errors import AnalysisError
from helpers.possible.weeks import percentages_at_week

WEEKS = (1.0, 2.0, 3.0)


def patients(history, size):
    times = [w for w, k in zip(WEEKS, history, strict=True) for _ in range(k)]
    rest = size - len(times)
    return times + [WEEKS[-1]] * rest, [True] * len(times) + [False] * rest


def listed(size, responders):
    """All histories of an arm with so many responders at the first two visits, by brute force."""
    every = product(range(size + 1), repeat=3)
    return [h for h in every if h[0] + h[1] == responders and sum(h) <= size]


@pytest.mark.proves("helpers.possible.weeks:percentages_at_week")
def test_all_histories_of_a_small_trial_are_those_that_brute_force_lists():
    sizes, responders = (5, 4), (4, 2)
    found = percentages_at_week(
        sizes=sizes, responders=responders, weeks=WEEKS, week=2.0, reported_p="0.2"
    )
    rows = []
    for first, second in product(listed(5, 4), listed(4, 2)):
        (t1, e1), (t2, e2) = patients(first, 5), patients(second, 4)
        test = logrank_test(t1, t2, e1, e2)
        gain = sum(t1) / 5 - sum(t2) / 4
        rows.append((test.p_value, gain, ahead(t1, e1, t2, e2)))
    frame = pd.DataFrame(rows, columns=["p", "gain", "excess"])
    prints = frame[(frame["p"] >= 0.15) & (frame["p"] <= 0.25)]
    assert found.histories == len(frame)
    assert found.share == pytest.approx(len(prints) / len(frame))
    assert found.gains["gain"].min() == pytest.approx(prints["gain"].min())
    assert found.gains["gain"].max() == pytest.approx(prints["gain"].max())
    against = frame["p"][frame["excess"] < -1e-9].min()
    assert found.p_min_reverse == pytest.approx(against)


def ahead(t1, e1, t2, e2):
    """Observed minus expected events of the first arm."""
    out = 0.0
    for w in WEEKS:
        n1, n2 = sum(t >= w for t in t1), sum(t >= w for t in t2)
        d1 = sum(t == w and e for t, e in zip(t1, e1, strict=True))
        d2 = sum(t == w and e for t, e in zip(t2, e2, strict=True))
        out += d1 - (d1 + d2) * n1 / (n1 + n2) if n1 + n2 else 0.0
    return out


def test_a_history_before_and_after_the_week_is_counted_by_stars_and_bars():
    found = percentages_at_week(
        sizes=(6, 6), responders=(5, 3), weeks=(1, 2, 3, 4), week=2, reported_p="<0.9"
    )
    first = comb(5 + 1, 1) * comb(1 + 2, 2)
    second = comb(3 + 1, 1) * comb(3 + 2, 2)
    assert found.histories == first * second


def test_a_week_that_is_no_visit_is_named():
    with pytest.raises(AnalysisError, match="found 7"):
        percentages_at_week(sizes=(5, 5), responders=(3, 2), weeks=WEEKS, week=7, reported_p="0.2")
