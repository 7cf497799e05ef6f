"""How often events recur, attacked by itself: what counts, means and their intervals tell of who had two.

Who had an event is printed beside how many events there were, and a robust interval tells how these are
spread. Twelve patients of either arm are watched to one day; every way in which they can have had 0 to 3
events each is printed as an edition of hidden subjects would, and all ways with one print are what an
attacker has left.
"""

from collections import defaultdict
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import recurrent
from helpers.analyse.proportions import clopper_pearson, incidence_rate
from helpers.disclosure import as_shown, events_each
from helpers.disclosure import counts as allowed
from helpers.literate.trial import Trial
from test_planned_rates import STUDY, planning

N, T, END = 12, 5, 300.0
DAYS = [50.0, 150.0, END]
WAYS = list(combinations_with_replacement(range(4), N))
# five or six of them have one to six events: of a rate alone no less is seen, and no most helps
OFTEN = [(0,) * (N - k) + had for k in (5, 6)
         for had in combinations_with_replacement(range(1, 7), k)]  # fmt: skip


def study(way, **config):
    """Two arms alike, with so many events each, on day 10 and every tenth day after."""
    arms = STUDY.config.arms[:2]
    labels = [arm.label for arm in arms]
    who = [f"{arm}-{i}" for arm in labels for i in range(N)]
    arm = pd.Categorical(np.repeat(labels, N), categories=labels)
    adsl = pd.DataFrame({"USUBJID": who, "ARM": arm, "TRTDURD": END})
    at = np.repeat(np.arange(2 * N), [*way, *way])
    day = [10.0 * (k + 1) for n in (*way, *way) for k in range(n)]
    adae = pd.DataFrame({"USUBJID": np.array(who)[at], "ARM": arm[at], "TRTEMFL": True,
                         "AEDECOD": "Infection", "ASTDY": day})  # fmt: skip
    bare = replace(STUDY, adsl=adsl, adae=adae, config=replace(STUDY.config, arms=arms))
    return planning({"all": {"label": "Infections"}}, bare, show_subjects=False, **config)


def numbers(estimate):
    return tuple(str(v) for v in (estimate.value, estimate.lower, estimate.upper))


def printed(way):
    """What stands on the page of one arm: who had an event, and the mean number with its interval."""
    share = as_shown(clopper_pearson(sum(n > 0 for n in way), N), "", None, threshold=T)[0]
    days = [[10.0 * (k + 1) for k in range(n)] for n in way]
    mean = recurrent.mean_events(np.full(N, END), days, at=END)
    return numbers(share), numbers(as_shown(mean, "", None, threshold=T)[0])


def of_a_rate(way):
    """What a rate of all events tells beside who had any, were it printed to the last digit."""
    return sum(n > 0 for n in way), sum(way)


def told(ways, known=printed):
    """Prints of the ways that are shown after which it is certain that a few had one, two or more."""
    left = defaultdict(set)
    for way in ways:
        left[known(way)].add(way)
    found = []
    for ways in left.values():
        for had in (lambda n: n == 1, lambda n: n >= 2):
            if all(1 <= sum(map(had, way)) < T for way in ways):
                found.append(ways)
    return found


def test_no_count_that_is_shown_tells_that_a_few_patients_had_a_second_event():
    shown = [way for way in WAYS if allowed.countable(study(way))]
    assert len(shown) > 20
    assert told(shown) == []


LEVELS = [lambda n, k=k: n == k for k in (2, 3, 4, 5)] + [lambda n, k=k: n >= k for k in (3, 4, 5)]


def spread(way):
    """What a mean with its interval, or a ratio with its P, tells beside who had any: sum and squares."""
    return sum(n > 0 for n in way), sum(way), sum(n * n for n in way)


def pinned(ways):
    """Whether it is certain how many, 1 to T - 1, had some number of events, or more."""
    numbers = [{sum(map(had, way)) for way in ways} for had in LEVELS]
    return any(len(n) == 1 and 0 < min(n) < T for n in numbers)


def test_sum_and_spread_of_what_is_shown_leave_no_few_who_had_two_three_or_more():
    """Of 455 ways 125 were shown, of which 50 told for certain that one to four patients had three."""
    shown, left = [way for way in WAYS if allowed.countable(study(way))], defaultdict(list)
    assert 10 < len(shown) < 80
    for way in combinations_with_replacement(range(8), N):
        once, often = way.count(1), N - way.count(0) - way.count(1)
        if 5 <= once + often <= 7 and not (0 < once < T or 0 < often < T):
            left[spread(way)].append(way)
    assert not [way for way in shown if pinned(left[spread(way)])]


def test_the_levels_that_are_told_are_those_of_a_search_of_all_ways():
    """Eight patients with one to five events each: HiGHS against every way that fits."""
    ways = [way for way in combinations_with_replacement(range(1, 6), 8) if sum(way) ** 2 < 30**2]
    ways = [
        w
        for w in ways
        if all(not 0 < sum(map(h, w)) < 3 for h in (lambda n: n == 1, lambda n: n > 1))
    ]
    left = defaultdict(list)
    for way in combinations_with_replacement(range(1, 14), 8):
        if all(not 0 < sum(map(h, way)) < 3 for h in (lambda n: n == 1, lambda n: n > 1)):
            left[spread(way)].append(way)
    levels_of = [lambda n, k=k: n == k for k in range(2, 14)] + [
        lambda n, k=k: n >= k for k in range(3, 14)
    ]
    for way in ways[::7]:
        numbers = [{sum(map(had, w)) for w in left[spread(way)]} for had in levels_of]
        certain = any(len(n) == 1 and 0 < min(n) < 3 for n in numbers)
        assert events_each.told(way, threshold=3) == certain, way


def test_no_rate_of_all_events_tells_that_a_few_patients_had_a_second_one():
    shown = [way for way in OFTEN if Trial(study(way)).events().exposure().rates(incidence_rate)]
    assert len(OFTEN) > len(shown) > len(OFTEN) / 2
    assert told(shown, of_a_rate) == []
    assert told(OFTEN, of_a_rate) != []


def test_the_attack_finds_few_with_a_second_event_where_all_counts_are_shown():
    assert len(told([way for way in WAYS if 5 <= sum(n > 0 for n in way) <= 7])) > 50


@pytest.mark.parametrize(("way", "days"), [
    ((0,) * 6 + (1,) * 6, DAYS),  # nobody had two
    ((0,) * 6 + (2,) * 6, DAYS),  # all who had one had two
    ((0,) * 5 + (1,) * 5 + (3,) * 2, []),
    ((0,) * 5 + (1,) * 2 + (2,) * 5, []),
])  # fmt: skip
def test_means_stand_at_no_day_by_which_a_few_had_one_event_or_several(way, days):
    assert allowed.readable_days(study(way), DAYS) == days
    assert bool(Trial(study(way)).recurrences().means()) == bool(days)
