import math

import joblib
import numpy as np
import pytest
from lifelines.statistics import logrank_test

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.histories import enumerate_histories
from helpers.possible.log_rank_terms import (
    check_trial,
    compositions,
    history_p,
    logrank_exact,
    visit_terms,
)

TRIAL = {"sizes": (24, 24), "responders": (23, 17)}


@pytest.fixture(scope="module")
def found():
    return enumerate_histories(**TRIAL, visits=5)


def lifelines_p(history, sizes, weeks):
    columns = []
    for counts, n in zip(history, sizes, strict=True):
        rest = n - sum(counts)
        columns += [np.repeat((*weeks, weeks[-1]), (*counts, rest)), [1] * sum(counts) + [0] * rest]
    return logrank_test(columns[0], columns[2], columns[1], columns[3]).p_value


def test_five_visits_have_as_many_histories_as_stars_and_bars_say(found):
    assert found.histories == math.comb(27, 4) * math.comb(21, 4) == 105_036_750


def test_witnesses_are_such_trials_and_lifelines_gives_their_p(found):
    ends = [
        (found.p_min, found.witness_low),
        (found.p_max, found.witness_high),
        (found.p_min_reverse, found.witness_reverse),
    ]
    for p, history in ends:
        assert tuple(map(sum, history)) == (23, 17)
        assert lifelines_p(history, (24, 24), found.weeks) == pytest.approx(p, rel=1e-9)


# R 4, survival 3.5-3, from the counts laid out by patient:
# s <- survdiff(Surv(t, e) ~ g); c(s$obs[1] - s$exp[1], s$var[1, 1], pchisq(s$chisq, 1, lower = FALSE))
SURVDIFF = [
    ((16, 3, 2, 2, 0), (0, 0, 0, 0, 17), 13.002950191570882, 3.9323300617468253, 5.48358561330413e-11),
    ((0, 0, 0, 0, 23), (6, 4, 4, 3, 0), -4.736128746914723, 4.760927883894324, 0.029962216360443404),
    ((5, 6, 4, 5, 3), (2, 4, 3, 5, 3), 6.466084073283131, 6.997464676437127, 0.014509620795706916),
]  # fmt: skip


@pytest.mark.parametrize(("first", "second", "excess", "variance", "p"), SURVDIFF)
def test_one_history_has_the_log_rank_of_survdiff(first, second, excess, variance, p):
    assert history_p(first, second, sizes=(24, 24)) == pytest.approx(p, rel=1e-12)
    exact = logrank_exact(first, second, sizes=(24, 24))
    assert [float(x) for x in exact] == pytest.approx([excess, variance], rel=1e-13)


def test_distribution_adds_up_to_one_and_contains_the_reported_bin(found):
    frame = found.p_histogram
    assert frame[["share", "share_weighted"]].sum().tolist() == pytest.approx([1, 1], abs=1e-12)
    assert frame["p_low"].iloc[1:].tolist() == frame["p_high"].iloc[:-1].tolist()
    inside = frame[(frame["p_low"] > 0.0035) & (frame["p_high"] < 0.0045)]
    around = frame[(frame["p_high"] > 0.0035) & (frame["p_low"] < 0.0045)]
    for name in ("share", "share_weighted"):
        reported = getattr(found, f"{name}_rounding_to_reported".replace(
            "share_weighted_rounding_to_reported", "share_rounding_to_reported_weighted"
        ))  # fmt: skip
        assert inside[name].sum() < reported < around[name].sum()


def test_histogram_agrees_with_uniform_draws_of_whole_histories(found):
    rng = np.random.default_rng(5)
    p = []
    ways = [compositions(x, 5) for x in (23, 17)]
    for _ in range(4000):
        first, second = (w[rng.integers(len(w))] for w in ways)
        p.append(history_p(first.tolist(), second.tolist(), sizes=(24, 24)))
    below = found.p_histogram.query("p_high < 0.0501871")["share"].sum()
    share = np.mean(np.array(p) < 10 ** (-1.3))
    assert share == pytest.approx(below, abs=4 * math.sqrt(0.25 / 4000))


def test_two_jobs_give_the_very_same_answer():
    with joblib.parallel_config(backend="threading"):
        one, two = (
            enumerate_histories(**TRIAL, visits=3, weeks=(12, 48, 96), jobs=j) for j in (1, 2)
        )
    assert one.p_histogram.equals(two.p_histogram)
    assert one.share_rounding_to_reported_weighted == two.share_rounding_to_reported_weighted
    assert (one.witness_low, one.rmst_gain_reported) == (two.witness_low, two.rmst_gain_reported)


def test_a_finer_printed_p_narrows_the_share():
    rough, fine = (
        enumerate_histories(**TRIAL, visits=3, weeks=None, reported_p=p) for p in ("0.00", "0.004")
    )
    assert fine.share_rounding_to_reported < rough.share_rounding_to_reported
    assert rough.weeks == (1.0, 2.0, 3.0)


def test_without_a_reported_p_there_is_no_share():
    found = enumerate_histories(**TRIAL, visits=2, weeks=None, reported_p=None)
    assert found.share_rounding_to_reported is None
    assert found.share_rounding_to_reported_weighted is None


def test_a_history_without_information_has_p_one():
    found = enumerate_histories(
        sizes=(3, 3), responders=(0, 0), visits=4, weeks=None, reported_p="1.0"
    )
    assert (found.histories, found.p_min, found.p_max) == (1, 1.0, 1.0)
    assert found.p_min_reverse is None
    assert found.share_rounding_to_reported == 1.0


@pytest.mark.parametrize("total", range(5))
@pytest.mark.parametrize("parts", range(1, 4))
def test_compositions_are_all_and_each_once(total, parts):
    rows = {tuple(row) for row in compositions(total, parts).tolist()}
    assert len(rows) == len(compositions(total, parts)) == math.comb(total + parts - 1, parts - 1)
    assert {sum(row) for row in rows} == {total}


def test_a_visit_at_which_everybody_left_responds_adds_exactly_nothing():
    assert [float(x) for x in visit_terms(7, 5, 7, 5)] == [0.0, 0.0]
    assert [float(x) for x in visit_terms(7, 0, 3, 0)] == [0.0, 0.0]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"responders": (25, 17)}, "arm 1: expected 0 to 24 responders, found 25; nearest: 24"),
        ({"responders": (23, -1)}, "arm 2: expected 0 to 24 responders, found -1; nearest: 0"),
        ({"sizes": (24, 0)}, "arm 2: expected at least 1 patient, found 0"),
        ({"sizes": (24,)}, "two sizes"),
        ({"visits": 0, "weeks": ()}, "visits: expected at least 1, found 0"),
        ({"weeks": (24, 12)}, "increase, found .* nearest: .12.0, 24.0"),
        ({"weeks": (12,)}, "expected 2 visit times, found 1"),
    ],
)
def test_an_impossible_trial_is_named_with_the_nearest_possible(change, words):
    trial = {**TRIAL, "visits": 2, "weeks": (12, 24), **change}
    with pytest.raises(ImpossibleError, match=words):
        check_trial(**trial)


@pytest.mark.parametrize("text", ["1.2", "four", "-0.1"])
def test_an_impossible_p_is_named(text):
    with pytest.raises(ImpossibleError, match="expected"):
        enumerate_histories(**TRIAL, visits=2, weeks=None, reported_p=text)


def test_too_many_histories_point_to_the_bounds():
    with pytest.raises(AnalysisError, match="bounded_range"):
        enumerate_histories(**TRIAL, visits=9, weeks=None)
