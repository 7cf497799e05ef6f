"""Numbers of subjects beside each other: what is left is checked by listing all that agrees with it."""

import itertools
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import power
from helpers.context import Context
from helpers.disclosure import N_ALONE, deduce, sizes_away
from helpers.literate import rows
from helpers.literate.outcome import About, made
from helpers.literate.rows import Rows
from helpers.results import Record, identity

T = 5


def study(**arms):
    frame = pd.DataFrame({"ARM": [arm for arm, n in arms.items() for _ in range(n)]})
    config = SimpleNamespace(threshold=T, show_subjects=False, rounding=False, parameters={})
    return SimpleNamespace(id="s", adsl=frame, config=config, level=0.95)


def record(key, n, *, arm="", comparator="", statistic="mean", visit="Week 48", value=1.0):
    return Record(key=key, chapter="c", label="derived", study="s", parameter="CD4", visit=visit,
                  arm=arm, comparator=comparator, method="m", statistic=statistic, value=value,
                  n=n)  # fmt: skip


def gone(records, trial):
    return {key for _, key in sizes_away(records, trial)}


def test_19_less_17_are_no_two():
    trial = study(a=19, b=24)
    means = [record("a", 17, arm="a"), record("b", 24, arm="b")]
    assert gone(means, trial) == {"a" + N_ALONE}  # the mean stays
    share = record("share", 17, arm="a", statistic="proportion", value=12 / 17)
    assert gone([share], trial) == {"share", "share" + N_ALONE}  # 12 of 17 says of how many
    left = replace(share, value=None, text="too few to show")
    assert gone([left], trial) == {"share" + N_ALONE}
    assert gone([replace(left, n=None)], trial) == set()
    seen = record("seen", None, arm="a", statistic="count", value=17.0)
    assert gone([seen], trial) == {"seen"}
    assert gone([record("a", 14, arm="a")], trial) == set()  # five were missed
    assert gone([record("k", 17, arm="a", statistic="number of markers")], trial) == set()


def test_the_n_of_a_model_of_all_arms_is_a_sum_beside_the_mean_of_one_too():
    # 61 less the 29 that are shown of a are the 32 of b, three of whom are missing
    trial = study(a=35, b=35)
    own = [record("a", 29, arm="a"), record("b", 32, arm="b")]
    fitted = [record(f"fitted {arm}", 61, arm=arm, statistic="adjusted mean") for arm in "ab"]
    assert gone([*own, *fitted], trial) == {k + N_ALONE for k in ("b", "fitted a", "fitted b")}
    assert (
        gone([own[0], replace(own[1], n=29), *(replace(r, n=58) for r in fitted)], trial) == set()
    )


@pytest.mark.parametrize(("b", "stands"), [(34, False), (30, True), (35, True)])
def test_a_share_of_all_who_were_seen_is_a_sum_of_the_arms(b, stands):
    trial = study(a=35, b=35)
    beside = [record("a", 30, arm="a"), record("b", b, arm="b")]
    seen = replace(record("seen", 70, statistic="proportion", value=(30 + b) / 70), method="count")
    assert ("seen" not in gone([*beside, seen], trial)) == stands
    assert "seen" in gone([replace(seen, value=66 / 70)], trial)
    assert gone([replace(seen, value=1.0)], trial) == set()


def test_two_numbers_of_one_arm_and_visit_are_not_a_few_apart():
    trial = study(a=40)
    both = [record("values", 30, arm="a"), record("changes", 28, arm="a")]
    assert gone(both, trial) == {"changes" + N_ALONE}
    later = [both[0], replace(both[1], visit="Week 96")]
    assert gone(later, trial) == set()  # other patients may be missing there


def test_a_total_less_the_arms_that_are_shown_is_not_the_one_that_is_not():
    trial = study(a=20, b=20)
    records = [record("a", 18, arm="a"), record("b", 13, arm="b"), record("all", 31)]
    assert gone(records, trial) == {"a" + N_ALONE, "all" + N_ALONE}
    pair = record("pair", 31, arm="a", comparator="b", statistic="mean difference")
    assert gone([*records[:2], pair], trial) == {"a" + N_ALONE, "pair" + N_ALONE}


def test_of_33_in_two_arms_and_16_in_one_no_17_are_left_whatever_they_are_called():
    trial = study(a=21, b=19, c=22)
    own = record("own", 16, arm="a")
    pair = replace(record("pair", 33, arm="b", comparator="a"), parameter="CD4, t test, changes")
    spread = record("spread", 51, visit="", statistic="standard deviation")
    model = record("model", 51, arm="b", comparator="a")  # of all three arms
    least = record("least", 33, arm="b", comparator="a", visit="50% power",
                   statistic="detectable difference")  # fmt: skip
    assert gone([own, pair, spread, model, least], trial) == {
        *(f"{key}{N_ALONE}" for key in ("pair", "spread", "model", "least")), "least",
    }  # fmt: skip
    beside = [own, record("b", 11, arm="b"), replace(pair, parameter="CD4", n=27)]
    assert gone(beside, trial) == set()  # the sum of what stands there anyway
    everybody = replace(pair, n=40)
    planned = replace(pair, method="clopper-pearson one-sided", statistic="proportion", n=20)
    assert gone([own, everybody, planned], trial) == set()


def test_least_differences_at_three_powers_leave_one_n_beside_the_spread():
    # as they were printed of 16 and 17 subjects, to two digits: every n that prints the same
    sd, aims = 66.3, (0.5, 0.8, 0.9)

    def printed(n):
        return [
            f"{power.detectable_difference_mean(n, 16, power=aim, sd=sd).value:.2g}" for aim in aims
        ]

    assert [n for n in range(8, 20) if printed(n) == printed(17)] == [17]


def possible(left, arms, total):
    """Every number missing by arm that agrees with the numbers that are left."""
    choices = [[left[a]] if a in left else range(n + 1) for a, n in arms.items()]
    return [ns for ns in itertools.product(*choices) if total is None or sum(ns) == total]


@pytest.mark.parametrize("seed", range(8))
def test_no_small_number_of_missing_can_be_worked_out(seed):
    rng = np.random.default_rng(seed)
    for _ in range(60):
        arms = {a: int(rng.integers(10, 25)) for a in "abc"}
        seen = {a: int(n - rng.choice([0, 0, 1, 2, 4, 5, 7, 9])) for a, n in arms.items()}
        records = [record(a, n, arm=a) for a, n in seen.items()]
        records.append(record("total", sum(seen.values())))
        away = gone(records, study(**arms))
        left = {r.arm: r.n for r in records[:3] if r.key + N_ALONE not in away}
        total = None if "total" + N_ALONE in away else records[3].n
        worlds = possible(left, arms, total)
        for i, (arm, n) in enumerate(arms.items()):
            missing = {n - ns[i] for ns in worlds}
            if 0 < n - seen[arm] < T:
                assert not missing <= set(range(1, T))
        assert total is None or not 0 < sum(arms.values()) - total < T


def test_parts_that_add_up_are_deduced_as_such():
    counts = {"all": deduce.Count(9, 9), "one": deduce.Count(9, 7), "rest": deduce.Count(9)}
    puzzle = deduce.Puzzle(counts, [], {}, T, {"all": ["one", "rest"]})
    assert puzzle.interval({"rest": 1}) == (2, 2)
    assert puzzle.gives_away({"rest": 1})


def test_a_withheld_n_leaves_its_number(monkeypatch):
    trial = study(a=19)
    mine = Rows(trial, pd.DataFrame(), About("s", "derived", "CD4", arm="a", visit="Week 48"))
    found = made(test_a_withheld_n_leaves_its_number, 3.0, method="m", statistic="mean", n=17)
    what = identity(mine.shown(found, mine.about).record("it"))
    context = Context(published=False, studies={}, hidden=[what + N_ALONE])
    monkeypatch.setattr(rows, "current_context", lambda: context)
    left = mine.shown(found, mine.about).record("it")
    assert (left.value, left.n) == (3.0, None)
