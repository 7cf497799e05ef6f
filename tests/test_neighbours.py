"""Two editions a patient apart, attacked by somebody who has both and knows who joined between them.

The attacker knows this code and how many patients either edition has; not the lots, which come from a
secret, and not how many of the others had an event. So each pair of prints of a share is held against
all counts that can have made it: it tells where one answer alone is left to "had who joined the event?".
"""

import itertools
import shutil
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

from helpers import context
from helpers.analyse import landmarks
from helpers.analyse.proportions import clopper_pearson
from helpers.analyse.two_proportions import fisher
from helpers.context import ROOT
from helpers.disclosure import UNSHOWN, as_shown, printed, rounding
from helpers.literate import harms, rows, times
from helpers.literate.trial import Trial
from helpers.study import load_study

LOTS = [f"lot {k}" for k in range(60)]
WHO = "HUCMSC-071"
T = 8  # the threshold where counts are rounded


def edition(folder, *, joined, rounded):
    """Four times the study without the patient, or with the patient and an event of every class.

    With it stand classes of 7 to 10 patients, about which a name or a number may come with one more.
    """
    path = shutil.copytree(ROOT / "data/hucmsc", folder / f"{joined}{rounded}")
    text = (path / "study.toml").read_text().replace('"shown"', '"hidden"')
    text += f"\n[disclosure]\nrounding = {str(rounded).lower()}\n"
    (path / "study.toml").write_text(text)
    for name in ("adsl", "adlb", "adae", "adtte"):
        table = pd.read_csv(path / f"{name}.csv", dtype=str, keep_default_na=False)
        own, others = table[table["USUBJID"] == WHO], table[table["USUBJID"] != WHO]
        others = pd.concat([others.assign(USUBJID=others["USUBJID"] + letter) for letter in "ABCD"])
        if name == "adae":
            others = pd.concat([others, _near_the_edge(others)])
            own = others.drop_duplicates("AEBODSYS").assign(USUBJID=WHO)
        (pd.concat([others, own]) if joined else others).to_csv(path / f"{name}.csv", index=False)
    return Trial(load_study(path, check=False))


def _near_the_edge(events):
    """Classes that 7 to 10 patients had."""
    who = events[events["TRTEMFL"] == "Y"].drop_duplicates("USUBJID")
    return pd.concat([who[:size].assign(AEBODSYS=f"Class of {size}", AEDECOD=f"Term of {size}")
                      for size in (7, 8, 9, 10)])  # fmt: skip


def shares(trial, lot, monkeypatch):
    """What is printed of who had an event, of any kind and by class: key -> arm, number of it, bytes."""
    here = replace(context.published_context(), lot=lot)
    for module in (rows, harms):
        monkeypatch.setattr(module, "current_context", lambda: here)
    events = trial.events()
    found = {"kinds": events.kinds().shares(clopper_pearson),
             "classes": events.classes().shares(clopper_pearson)}  # fmt: skip
    return {f"{name}.{key}": (result.about.arm, _bytes(result.estimate, result.about.text))
            for name, results in found.items() for key, result in results.items()}  # fmt: skip


def _bytes(estimate, words):
    numbers = estimate.value, estimate.lower, estimate.upper, estimate.p_value, estimate.n
    return (*map(str, numbers), "" if estimate.value == estimate.value else words)


@cache
def possible(x, n, rounded):
    """Whatever can be printed of x of n, by some lot."""
    made = (as_shown(clopper_pearson(x, n), "", None, threshold=T if rounded else 5, key=key)
            for key in (LOTS if rounded else [None]))  # fmt: skip
    return frozenset(_bytes(found, words) for found, words, _ in made)


def answers(before, after, n, rounded):
    """Which answers the two prints leave to whether who joined, as one more than n, had the event."""
    return {new for x in range(n + 1) for new in (0, 1)
            if before in possible(x, n, rounded) and after in possible(x + new, n + 1, rounded)}  # fmt: skip


def told(folder, monkeypatch, *, rounded, lots):
    """How many pairs of prints of the patient's arm were attacked, and how many left one answer."""
    one, other = (edition(folder, joined=joined, rounded=rounded) for joined in (False, True))
    arm = other.study.adsl.set_index("USUBJID")["ARM"][WHO]
    n = int((one.study.adsl["ARM"] == arm).sum())
    tried, alone = 0, 0
    for first, second in lots:
        before, after = shares(one, first, monkeypatch), shares(other, second, monkeypatch)
        for key in [key for key, (of, _) in after.items() if of == str(arm) and key in before]:
            left = answers(before[key][1], after[key][1], n, rounded)
            assert (
                left or "few" in key
            )  # the truth is among what is possible; not of what is pooled
            tried, alone = tried + 1, alone + (len(left) == 1)
    return tried, alone


def test_no_share_of_two_rounded_editions_tells_what_who_joined_had(tmp_path, monkeypatch):
    lots = list(itertools.pairwise(LOTS[:13]))
    tried, alone = told(tmp_path, monkeypatch, rounded=True, lots=lots)
    assert tried >= 100
    assert alone == 0


def test_the_same_attack_finds_what_editions_that_are_not_rounded_tell(tmp_path, monkeypatch):
    tried, alone = told(tmp_path, monkeypatch, rounded=False, lots=[("", "")])
    assert 2 * alone > tried


def test_whether_arms_are_compared_tells_of_nobody_where_counts_are_rounded(tmp_path, monkeypatch):
    trials = [edition(tmp_path, joined=joined, rounded=True) for joined in (False, True)]
    role = trials[0].times().roles[0]
    there = {}
    for count, lot in itertools.product(range(6, 18), LOTS):
        here = replace(context.published_context(), lot=lot)
        monkeypatch.setattr(times, "current_context", lambda here=here: here)
        rows_of = trials[0].times().of(role)
        arms = rows_of.groupby("ARM", observed=True).cumcount()
        had = rows_of.assign(EVENT=(arms < 20).where(rows_of["ARM"] != rows_of["ARM"].iloc[0],
                                                     arms < count))  # fmt: skip
        enough = landmarks.enough_events(had, few=trials[0].times().few)
        there.setdefault(count, set()).add(enough)
    # whatever the two editions show, one event more and none are both possible
    for one, other in itertools.product((False, True), repeat=2):
        left = {new for count in range(6, 17) for new in (0, 1)
                if one in there[count] and other in there[count + new]}  # fmt: skip
        assert left == {0, 1}


@pytest.mark.parametrize("threshold", [8, 11, 20])
def test_no_name_comes_and_no_number_is_shown_with_one_patient_more_alone(threshold):
    def named(x, n, key):
        shown, words, _ = as_shown(clopper_pearson(x, n), "", None, threshold=threshold, key=key)
        name = not rounding.rare(x, key, threshold=threshold)
        return name, words if words else str(shown.value)

    prints = {(x, n): {named(x, n, key) for key in LOTS} for n in (60, 61) for x in range(n + 1)}
    for before in {p for (_, n), seen in prints.items() if n == 60 for p in seen}:
        for after in {p for (_, n), seen in prints.items() if n == 61 for p in seen}:
            left = {new for x in range(61) for new in (0, 1)
                    if before in prints[x, 60] and after in prints[x + new, 61]}  # fmt: skip
            assert len(left) != 1


def test_names_are_pooled_by_the_lot_where_counts_are_rounded(tmp_path, monkeypatch):
    trial = edition(tmp_path, joined=True, rounded=True)
    names = []
    for lot in LOTS:
        here = replace(context.published_context(), lot=lot)
        monkeypatch.setattr(harms, "current_context", lambda here=here: here)
        names.append(set(trial.events().frame["AEBODSYS"].astype(str)))
    assert all("Class of 9" not in found for found in names)  # of 10 now: always rounded to 10
    with_eleven = sum("Class of 10" in found for found in names)
    assert 0 < with_eleven < len(names) / 2  # of 11 now: named by one lot in five
    assert any("Other classes, each of few patients" in found for found in names)


def left_by(n, keys):
    """By what is printed of Fisher's test of a of n and b of n: how many counts are left at the least.

    Of either arm, and among pairs within 4 of one that prints alike, as rounded counts leave them.
    """
    found = {}
    for a, b in itertools.product(range(4, n - 3), repeat=2):
        shown, words, _ = as_shown(fisher(a, n, b, n), "", None, threshold=T, key=keys)
        numbers = shown.value, shown.lower, shown.upper, shown.p_value
        found.setdefault((*map(str, numbers), words), []).append((a, b))
    least = 9
    for pairs in found.values():
        for a, b in pairs:
            if min(a, b) >= 12 and max(a, b) <= n - 12:
                near = [(x, y) for x, y in pairs if abs(x - a) < 5 and abs(y - b) < 5]
                least = min(least, len({x for x, _ in near}), len({y for _, y in near}))
    return least


def test_of_fishers_odds_ratio_nothing_is_printed_that_tells_a_count(monkeypatch):
    found, words, _ = as_shown(fisher(20, 40, 14, 40), "", None, threshold=T, key="lot 1")
    assert words == UNSHOWN
    assert str(found.value) == str(found.lower) == str(found.upper) == "nan"
    assert left_by(30, "lot 1") >= 7
    # with its ratio and interval, were they printed as means are, one or two counts are left
    monkeypatch.setattr(printed.rounding, "contrast_of", rounding.mean_of)
    assert left_by(30, "lot 1") < 3
