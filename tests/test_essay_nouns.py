"""The nouns of chapter 6: the only split, possible trials of a small size, readings, noise."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import two_proportions
from helpers.errors import ImpossibleError
from helpers.literate import report, scenarios
from helpers.literate.false_responses import wavering
from helpers.literate.outcome import About, Results
from helpers.literate.possible_trials import PossibleTrials
from helpers.literate.split import Split, only_split
from helpers.possible.dropout import Arm

ARMS = ("Low dose", "Control")


def small(sizes=(6, 6), responders=(5, 4), enrolled=18):
    about = About(study="hucmsc", parameter="Response")
    return Split({}, about, ARMS, sizes, responders, enrolled)


def test_only_one_split_of_72_formats_to_both_percentages():
    split = only_split(report("hucmsc"), "response-rates", arms=ARMS, third="High dose")
    found = [
        (x, n, y, m)
        for n, m in product(range(1, 71), repeat=2)
        if n + m < 72
        for x in range(n + 1)
        if f"{100 * x / n:.1f}" == "95.8"
        for y in range(m + 1)
        if f"{100 * y / m:.1f}" == "70.8"
    ]
    (x, n, y, m) = (split.responders[0], split.sizes[0], split.responders[1], split.sizes[1])
    assert found == [(x, n, y, m)]
    assert split.rest == 72 - n - m
    assert int(split["responders.low-dose"]) == x


def test_a_claim_that_many_splits_print_is_refused(monkeypatch):
    two = pd.DataFrame({"n_first": [24, 48], "n_second": [24, 12]})
    monkeypatch.setattr("helpers.possible.counts.allocations", lambda **_: two)
    with pytest.raises(ImpossibleError, match="found 2"):
        only_split(report("hucmsc"), "response-rates", arms=ARMS, third="High dose")


def test_a_comparison_is_named_as_its_function_is():
    split = small((24, 24), (23, 17), 72)
    found = split.compare(two_proportions.fisher, two_proportions.fisher_mid_p)
    assert list(found) == ["fisher", "fisher-mid-p"]
    assert found["fisher"].p_value == two_proportions.fisher(23, 24, 17, 24).p_value
    assert found["fisher"].bonferroni(2).p_value == pytest.approx(2 * found["fisher"].p_value)
    assert found["fisher"].bonferroni(99).p_value == 1


def test_possible_trials_count_and_agree_with_lifelines():
    trials = PossibleTrials(small(), weeks=(1, 2, 3), p="0.2")
    assert trials.p_range()["histories"].value == 21 * 15  # stars and bars: C(7,2) C(6,2)
    again = trials.tested_again(trials.ends)
    for name in ("smallest", "largest", "reverse"):
        assert again[name].p_value == pytest.approx(trials.p_range()["p"][name].value)
    total = trials.saved_shares()["all.once"]
    assert sum(float(r) for r in total.values()) == pytest.approx(1)


def test_schedules_of_the_same_length_print_p_equally_often():
    trials = PossibleTrials(small(), weeks=(1, 2, 3), p="0.2")
    plans = [{"name": "a", "weeks": (1, 2, 3)}, {"name": "b", "weeks": (5, 6, 70)}]
    found = scenarios.other_visits(trials, plans)
    assert found["a.share"].value == found["b.share"].value
    worst = scenarios.worst_of(found)
    assert worst["none"].value == max(found["a.none"].value, found["b.none"].value)


def test_what_a_percentage_can_stand_for_is_from_none_lost_responding_to_all():
    lost = [Arm(10, ((9, 0), (8, 1))), Arm(10, ((5, 0), (4, 2)))]
    found = scenarios.lost_bounds(small((10, 10), (9, 5)), lost)
    assert (found["bound.low"].value, found["bound.high"].value) == (0.4, 0.6)
    assert found["difference.low"].value == pytest.approx(0.8 - 0.6)
    assert found["difference.high"].value == pytest.approx(0.9 - 0.4)


def test_the_trend_needs_a_count_above_control_or_falls_below_it():
    split = small((24, 24), (23, 17), 72)
    missing = scenarios.missing_dose(split, (0, 0.5, 1.5), third="High dose")
    counts = scenarios.dose_counts(split, missing, third="High dose")

    def p_of(x):  # Mantel's test: (N - 1) r squared
        dose = np.repeat([0, 0.5, 1.5], 24)
        event = np.concatenate([np.arange(24) < k for k in (17, 23, x)])
        from scipy.stats import chi2

        return chi2.sf(71 * np.corrcoef(dose, event)[0, 1] ** 2, 1)

    low = [x for x in range(25) if p_of(x) < 0.05]
    assert counts["needed"].value == min(x for x in low if x > 17)
    assert counts["reversed"].value == max(x for x in low if x < 17)
    assert missing["trend.20"].p_value == pytest.approx(p_of(20))


def test_each_assumption_moved_has_two_ends_and_keeps_its_words():
    waver = wavering("hucmsc", visits=5)
    moved = waver.moved()
    swings = waver.swings(moved)
    assert (swings.groupby("assumption").size() == 2).all()
    assert len(swings) == len(moved) == 14
    assert isinstance(moved["2-to-8-visits"], Results)
    assert moved["2-to-8-visits.2"].value < waver.typical().value < moved["2-to-8-visits.8"].value
