"""Planned responses of hidden subjects, attacked: every possibility that fits what is shown is listed."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers import disclosure
from helpers.config import parse_config
from helpers.context import Context
from helpers.disclosure import rounding
from helpers.disclosure.sizes import N_ALONE
from helpers.literate import planned_counts, rows
from helpers.literate.trial import Trial
from helpers.study import load_study

T, ARMS = 5, ("A", "B")
RAW = {
    "id": "s", "title": "S", "design": "randomised", "visits": {"main": 48},
    "arms": [{"value": "A", "reference": True}, {"value": "B"}],
    "parameters": {"x": {"paramcd": "X", "label": "Level", "lloq": 10}},
}  # fmt: skip
WIDE = {"parameter": "X", "of": "change", "visit": 48, "at_least": 50, "label": "wide"}
STRICT = {**WIDE, "at_least": 100, "label": "strict"}
FALL = {"parameter": "X", "of": "change", "visit": 48, "below": 0, "label": "fall"}
VALUE = {"parameter": "X", "of": "value", "visit": 48, "at_least": 200, "label": "value"}


def said(blocks, **disclosure):
    config, problems = parse_config({**RAW, "responses": blocks, "disclosure": disclosure})
    assert problems == []
    return config


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A study of one subject an arm, whose tables a test replaces."""
    folder = tmp_path_factory.mktemp("s")
    (folder / "study.toml").write_text(
        'id = "s"\ntitle = "S"\ndesign = "randomised"\n[[arms]]\nvalue = "A"\nreference = true\n'
        '[[arms]]\nvalue = "B"\n[parameters.x]\nparamcd = "X"\n'
    )
    pd.DataFrame({"USUBJID": ["1", "2"], "TRT01A": ARMS}).to_csv(folder / "adsl.csv", index=False)
    rows = [(s, "X", visit, 1.0) for s in "12" for visit in (0, 48)]
    columns = ["USUBJID", "PARAMCD", "AVISITN", "AVAL"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "adlb.csv", index=False)
    return load_study(folder, check=False)


def arranged(empty, blocks, first, later, below=None):
    """Two arms alike in size, with these values at baseline and at week 48 (NaN: none)."""
    n = len(later)
    arm = pd.Categorical(np.repeat(ARMS, n // 2), categories=ARMS)
    adsl = pd.DataFrame({"USUBJID": [f"S{i:02d}" for i in range(n)], "ARM": arm})
    parts = [adsl.assign(PARAMCD="X", AVISITN=visit, AVAL=values, BLQFL=False)
             for visit, values in ((0.0, first), (48.0, later))]  # fmt: skip
    parts[1]["BLQFL"] = False if below is None else below
    return replace(empty, config=said(blocks), adsl=adsl, adlb=pd.concat(parts, ignore_index=True))


def drawn(empty, config, rng):
    """A study of arms of 10 to 16 subjects, some without a value at either visit."""
    sizes = rng.integers(10, 17, len(ARMS))
    ids = [f"S{i:02d}" for i in range(sizes.sum())]
    arm = pd.Categorical(np.repeat(ARMS, sizes), categories=ARMS)
    adsl = pd.DataFrame({"USUBJID": ids, "ARM": arm})
    first = rng.integers(100, 300, len(ids)).astype(float)
    later = first + rng.normal(rng.choice([0, 60, 120]), rng.choice([20, 60]), len(ids)).round()
    missed, no_first = rng.choice([0.0, 0.2, 0.5]), rng.choice([0.0, 0.1])
    parts = []
    for visit, values, lost in ((0, first, no_first), (48, later, missed)):
        values_of = adsl.assign(PARAMCD="X", AVISITN=float(visit), AVAL=values, BLQFL=False)
        parts.append(values_of[rng.random(len(ids)) >= lost])
    return replace(empty, config=config, adsl=adsl, adlb=pd.concat(parts, ignore_index=True))


def published(study):
    """The records of the page, each as the rules alone show it."""
    responses = Trial(study).responses()
    found = {"unknown": responses.missing(), "shares": responses.kinds().shares(),
             "gaps": planned_counts.planned_differences(responses),
             "exact": planned_counts.planned_tests(responses)}  # fmt: skip
    return [replace(r, chapter="c") for name, of in found.items() for r in of.records(name)]


def without(record, away):
    """The record as an edition shows it that withholds these keys."""
    if (record.chapter, record.key) in away:
        gone = dict.fromkeys(("value", "lower", "upper", "p_value"))
        record = replace(record, **gone, text="too few to show")
    return replace(record, n=None) if ("c", record.key + N_ALONE) in away else record


def released(study):
    """What is left of the records when nothing more is withheld, and what was withheld."""
    first, away = published(study), set()
    while True:
        records = [without(r, away) for r in first]
        more = disclosure.given_away(records, thresholds={"s": study.config.threshold})
        more |= disclosure.responses_away(records, study, withheld=away)
        more |= disclosure.sizes_away(records, study) | disclosure.totals_away(records, study)
        assert not more & away
        if not more:
            return records, away
        away |= more


def attacked(study, records, nested, same, off=0):
    """{what: the values that are left to it}, of every group and rest of an arm, by listing.

    `nested`: (strict, wide) responses by their meaning; `same`: pairs of which who is not known is
    the same, or lies within (part, whole). The insider knows how many each arm has.
    """
    names, out = list(study.config.responses), {}
    labels = {name: r.label for name, r in study.config.responses.items()}
    for arm, size in study.adsl["ARM"].value_counts().items():
        pairs = np.array([(r, m) for r in range(size + 1) for m in range(size + 1 - r)])
        kept = [pairs[_fits(pairs, size, study, name, labels[name], records, arm, off)]
                for name in names]  # fmt: skip
        index = np.array(list(itertools.product(*(range(len(k)) for k in kept))))
        r, m = ({n: kept[i][index[:, i], c] for i, n in enumerate(names)} for c in (0, 1))
        q = {n: size - r[n] - m[n] for n in names}
        possible = np.ones(len(index), dtype=bool)
        for part, whole in nested:
            possible &= (r[part] <= r[whole]) & (q[whole] <= q[part])
        for part, whole in same:
            possible &= m[part] <= m[whole]
        assert possible.any()  # the truth is among what is possible
        sums = {f"{what} {n}": of[n] for n in names for what, of in (("R", r), ("Q", q), ("M", m))}
        sums |= {f"R {w} - R {p}": r[w] - r[p] for p, w in nested}
        sums |= {f"M {w} - M {p}": m[w] - m[p] for p, w in same}
        out |= {(arm, what): np.unique(values[possible]) for what, values in sums.items()}
    return out


def _fits(pairs, size, study, name, label, records, arm, off):
    """Which (responders, not known) agree with what is printed of one response and arm."""
    r, m = pairs[:, 0], pairs[:, 1]
    left_out = study.config.responses[name].missing == "left out"
    n = size - m if left_out else size
    ok = np.ones(len(pairs), dtype=bool)
    mine = [x for x in records if x.arm == arm and not x.comparator and f": {label}" in x.parameter]
    for x in mine:
        number = m if x.parameter.endswith("not known") else r
        if x.value is not None:
            share = x.statistic == "proportion"
            ok &= np.abs(number - round(x.value * x.n if share else x.value)) <= off
        if left_out and x.statistic == "proportion" and x.n:
            ok &= np.abs(n - x.n) <= off
    return ok


def told(values, threshold=T):
    low, high = values.min(), values.max()
    return low >= 1 and high < threshold and high - low < threshold - 2


NESTED = [
    ({"wide": WIDE, "strict": STRICT}, [("strict", "wide")], [("strict", "wide"), ("wide", "strict")]),
    ({"wide": {**WIDE, "missing": "left out"}, "strict": STRICT}, [("strict", "wide")],
     [("strict", "wide"), ("wide", "strict")]),
    ({"wide": {**WIDE, "missing": "left out"}, "value": VALUE}, [], [("value", "wide")]),
]  # fmt: skip


@pytest.mark.parametrize(("blocks", "nested", "same"), NESTED)
def test_nested_responses_tell_of_no_few_subjects(empty, blocks, nested, same):
    before = after = shown = 0
    for seed in range(25):
        study = drawn(empty, said(blocks), np.random.default_rng(seed))
        first = published(study)
        before += any(told(v) for v in attacked(study, first, nested, same).values())
        records, _ = released(study)
        after += any(told(v) for v in attacked(study, records, nested, same).values())
        shares = [r for r in records if r.statistic == "proportion"]
        shown += sum(r.value is not None for r in shares)
        hidden = {(r.parameter, r.arm) for r in shares if r.value is None}
        for r in records:
            if r.comparator and r.value is not None:
                assert not hidden & {(r.parameter, r.arm), (r.parameter, r.comparator)}
    assert before > 3  # the attack works on what the rules alone leave
    assert after == 0
    assert shown > 15  # and not all is withheld


def test_two_between_two_thresholds_are_not_left_over(empty):
    rise = np.r_[[120.0] * 10, [60.0] * 2, [0.0] * 18, [120.0] * 8, [60.0] * 7, [0.0] * 15]
    study = arranged(empty, {"wide": WIDE, "strict": STRICT}, 100.0, 100 + rise)
    records, away = released(study)
    left = {(r.parameter[-6:], r.arm): r.value for r in records if r.statistic == "proportion"}
    expected = {(": wide", "A"): 0.4, (": wide", "B"): 0.5, ("strict", "A"): None}
    assert left == expected | {("strict", "B"): pytest.approx(8 / 30)}
    assert {key for _, key in away} == {"shares.strict.a", "gaps.strict.b", "exact.strict.b"}


def test_responders_less_those_known_are_not_left_over(empty):
    """20 of an arm, 14 measured, as other pages say too, 12 responders: 2 known not to have responded."""
    later = np.r_[[300.0] * 12, [100.0] * 2, [np.nan] * 6, [300.0] * 10, [100.0] * 10]
    study = arranged(empty, {"value": VALUE}, np.nan, later)
    _, away = released(study)
    assert {key for _, key in away} == {"shares.value.a", "gaps.value.b", "exact.value.b"}


def test_responders_within_those_below_the_limit_are_held_against_them(empty):
    """12 below the limit of 10, which another page prints, and 14 below 50: two between."""
    later = np.tile(np.r_[[10.0] * 12, [40.0] * 2, [200.0] * 16], 2)
    block = {"parameter": "X", "visit": 48, "below": 50, "label": "low"}
    study = arranged(empty, {"low": block}, np.nan, later, later == 10)
    records = published(study)
    assert disclosure.responses_away(records, study) == set()
    share = next(r for r in records if r.key == "shares.low.a")
    below = replace(share, key="below.48.a", parameter="Level below the limit", value=0.4)
    away = disclosure.responses_away([*records, below], study)
    assert away == {("c", "shares.low.a")}


def test_groups_that_are_far_apart_stay(empty):
    rise = np.tile(np.r_[[60.0] * 10, [20.0] * 10, [-5.0] * 10], 2)
    study = arranged(empty, {"wide": WIDE, "fall": FALL}, 100.0, 100 + rise)
    assert released(study)[1] == set()


def test_a_rise_and_a_fall_leave_few_between_and_one_goes(empty):
    rise = np.tile(np.r_[[60.0] * 14, [20.0] * 3, [-5.0] * 13], 2)
    study = arranged(empty, {"wide": WIDE, "fall": FALL}, 100.0, 100 + rise)
    away = {key for _, key in released(study)[1]}
    assert {"shares.fall.a", "shares.fall.b"} <= away
    assert not {"shares.wide.a", "shares.wide.b"} & away


ROUNDED = 8  # the threshold where counts are rounded


def test_rounded_responses_narrow_each_other_no_further_than_a_print_does(empty, monkeypatch):
    """What is left to a printed count by all that is printed is more than half of what it stands for.

    22 risen by 100 and 23 by 50 may print as 25 and 20: then both are 21 to 24.
    """
    blocks, nested = {"wide": WIDE, "strict": STRICT}, [("strict", "wide")]
    same = [("strict", "wide"), ("wide", "strict")]
    rise = np.tile(np.r_[[120.0] * 22, [60.0], [0.0] * 25], 2)
    study, shown, narrowed = arranged(empty, blocks, 100.0, 100 + rise), 0, 0
    study = replace(study, config=said(blocks, rounding=True))
    for lot in map(str, range(12)):
        monkeypatch.setattr(
            rows, "current_context", lambda lot=lot: Context(False, {}, "", lot=lot)
        )
        first = published(study)
        narrowed += bool(narrow(study, first, nested, same))
        records, _ = released(study)
        assert not narrow(study, records, nested, same)
        left = attacked(study, records, nested, same, off=rounding.OFF)
        assert not any(told(v, ROUNDED) for v in left.values())
        shown += sum(r.value is not None for r in records if r.statistic == "proportion")
    assert narrowed
    assert shown > 5


def narrow(study, records, nested, same):
    """The printed numbers of responders that the others leave half of the nine values or fewer."""
    left = attacked(study, records, nested, same, off=rounding.OFF)
    names = {r.label: name for name, r in study.config.responses.items()}
    seen = {(r.arm, f"R {names[r.parameter.partition(': ')[2]]}") for r in records
            if r.statistic == "proportion" and r.value is not None}  # fmt: skip
    return [what for what in seen if np.ptp(left[what]) < rounding.OFF]
