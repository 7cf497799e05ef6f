"""Functions of counts read backwards by an insider: ratios that share an arm, restricted means."""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analyse.estimate import Estimate
from helpers.disclosure import UNSHOWN, as_shown, ratios, ratios_away, rounding
from helpers.results import Record

T = 8
TIMES = [(37.0, 41.0, 50.0), (80.0, 55.0, 60.0), (40.0, 40.0, 40.0)]
NAMES = ("reference", "one", "other")


def text(estimate):
    found, words, _ = as_shown(estimate, "", 1, threshold=T, key="a")
    return tuple(str(x) for x in (found.value, found.lower, found.upper, found.p_value, words))


PRINTED = {}


def ratio(a, b, time, whole):
    """All that is printed of a ratio of `a` and `b` events, its Wald interval and P."""
    if (a, b, time, whole) not in PRINTED:
        value, half = a * whole / b / time, 1.96 * math.sqrt(1 / a + 1 / b)
        p = 2 * stats.norm.sf(1.96 * abs(math.log(value)) / half)
        PRINTED[a, b, time, whole] = text(Estimate(
            "cox", "hazard ratio", value, value * math.exp(-half), value * math.exp(half),
            p_value=p, n=70))  # fmt: skip
    return PRINTED[a, b, time, whole]


def left(true, times, compared):
    """How many numbers of events of each arm agree with all ratios, by trying all within 4."""
    window = [range(max(4, x - 4), x + 5) for x in true]
    seen = {i: ratio(true[i], true[0], times[i], times[0]) for i in compared}
    fits = []
    for counts in itertools.product(*(window[i] for i in (0, *compared))):
        if all(ratio(x, counts[0], times[i], times[0]) == seen[i]
               for i, x in zip(compared, counts[1:], strict=True)):  # fmt: skip
            fits.append(counts)
    return [len(set(values)) for values in zip(*fits, strict=True)]


def arms(true, times):
    return dict(zip(NAMES, zip(true, times, strict=True), strict=True))


def test_two_ratios_told_the_events_of_two_arms_and_one_of_them_goes():
    true, times = (15, 36, 15), TIMES[0]
    assert left(true, times, (1, 2))[:2] == [1, 1]  # exactly 15 and 36: the hole
    assert ratios.fewest_left(arms(true, times), "reference", NAMES[1:]) == 1
    assert ratios.telling(arms(true, times), "reference", NAMES[1:]) == ["other"]
    assert min(left(true, times, (1,))) >= 3


@pytest.mark.parametrize("times", TIMES)
def test_what_stays_leaves_three_numbers_of_events_in_every_arm(times):
    gone = 0
    for true in itertools.product(range(12, 40, 6), repeat=3):
        away = ratios.telling(arms(true, times), "reference", NAMES[1:])
        kept = [i for i in (1, 2) if NAMES[i] not in away]
        assert min(left(true, times, kept)) >= ratios.LEAST
        gone += len(away)
    assert gone < 25  # of 250


def study(true, times, *, rounded=True):
    """Arms of 45 with so many events, all under observation equally long within an arm."""
    rows = [(f"{arm}{i}", arm, time / 45, i >= events, "OS")
            for arm, events, time in zip(NAMES, true, times, strict=True) for i in range(45)]  # fmt: skip
    adtte = pd.DataFrame(rows, columns=["USUBJID", "ARM", "AVAL", "CNSR", "PARAMCD"])
    end = SimpleNamespace(label="Death", paramcd="OS")
    config = SimpleNamespace(rounding=rounded, endpoints={"death": end})
    return SimpleNamespace(id="s", config=config, adtte=adtte, adae=None, reference="reference",
                           endpoint=lambda role: config.endpoints[role])  # fmt: skip


def record(chapter, arm, parameter="Death", **more):
    return Record(key=f"ratio.{arm}", chapter=chapter, label="derived", study="s", arm=arm,
                  parameter=parameter, comparator="reference", method="cox",
                  statistic="hazard ratio", **{"value": 0.6, **more})  # fmt: skip


def test_a_telling_ratio_goes_wherever_it_is_printed_and_others_stay():
    records = [record(c, arm) for c in ("06", "08") for arm in NAMES[1:]]
    records += [record("06", "other", "Another endpoint")]
    tells, not_ = (15, 36, 15), (24, 24, 24)
    away = {("06", "ratio.other"), ("08", "ratio.other")}
    assert ratios_away(records[:4], study(tells, TIMES[0])) == away
    assert ratios_away(records[4:], study(tells, TIMES[0])) == set()  # nothing is known of it
    assert ratios_away(records[:4], study(not_, TIMES[2])) == set()
    assert ratios_away(records[:4], study(tells, TIMES[0], rounded=False)) == set()
    hidden = [record("06", arm, value=None) for arm in NAMES[1:]]
    assert ratios_away(hidden, study(tells, TIMES[0])) == set()


def restricted(statistic, value, half, n):
    return Estimate("rmst", statistic, value, value - half, value + half, n=n)


def counts_by_print(statistic, n=40, length=84.0):
    """What is printed of an event that is seen at one visit: counts of both arms by their print."""
    found = {}
    for a, b in itertools.product(range(8, 33), repeat=2):
        value = length * (a - b) / n
        spread = math.sqrt((a * (n - a) + b * (n - b)) / n) / n
        shown = text(restricted(statistic, value, 1.96 * length * spread, 2 * n))
        found.setdefault(shown, []).append((a, b))
    return found


def fewest(found):
    """The fewest differences of the counts, and the fewest counts of either arm within rounded prints."""
    gaps, counts = [], []
    for own in found.values():
        inner = [pair for pair in own if all(12 <= x <= 28 for x in pair)]
        for a, b in inner:
            gaps.append(len({a - b for a, b in own}))
            near = [(x, y) for x, y in own if abs(x - a) < 5 and abs(y - b) < 5]
            counts += [len({x for x, _ in near}), len({y for _, y in near})]
    return min(gaps), min(counts)


def test_a_difference_in_restricted_mean_tells_no_difference_of_counts():
    gaps, counts = fewest(counts_by_print("difference in restricted mean"))
    assert gaps >= 2
    assert counts >= 3


def test_the_attack_finds_what_steps_of_a_mean_gave_away(monkeypatch):
    monkeypatch.setattr(rounding, "RESTRICTED", ())
    gaps, counts = fewest(counts_by_print("difference in restricted mean"))
    assert (gaps, counts) == (1, 1)


def test_between_visits_no_sum_of_counts_and_days_is_shown():
    # of 20 an arm and visits 84 days apart, one patient moves it by 4.2 days: it was printed to 0.2
    name = "limit of the difference in restricted mean"
    limit = Estimate("turnbull", name, -8.8, n=60)
    found, words, _ = as_shown(limit, "", 1, threshold=T, key="a")
    assert math.isnan(found.value)
    assert words == UNSHOWN
    assert as_shown(limit, "", 1, threshold=T)[0].value == -8.8
    alone = Estimate("rmst", "restricted mean", 61.3, n=40)
    assert math.isnan(as_shown(alone, "", 1, threshold=T, key="a")[0].value)
    assert np.isfinite(as_shown(alone, "", 1, threshold=T)[0].value)
