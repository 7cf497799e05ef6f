"""LWYY ratios within two small strata, attacked: what a print tells of who had events in an arm's stratum.

Every data set of two arms and two strata of given sizes, 0 to 2 events a patient, that may be shown of whole
arms and whole strata is printed as the page would. Who knows the sizes and that rule, and who had an event
in either arm, has all data sets with one print left. The formula of the search holds where all are watched
to one day and no two events share a day.
"""

import sys
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import recurrent
from helpers.disclosure import as_shown
from helpers.disclosure.counts import comparable_counts, repeatable_counts
from test_planned_rates import STUDY, planning

T, END, Z = 5, 300.0, 1.959963984540054
EVENTS = np.arange(3)
PLACES = [(1, "a"), (1, "b"), (0, "a"), (0, "b")]  # arm and stratum of the four cells


def ways(patients):
    """How many of a cell had no event, one and two: every way."""
    return np.array([(patients - a - b, a, b) for a in range(patients + 1)
                     for b in range(patients + 1 - a)])  # fmt: skip


def groups(cell):
    """Patients of a cell with an event, without, with one alone and with several."""
    return [cell[:, 1:].sum(axis=1), cell[:, 0], cell[:, 1], cell[:, 2]]


def few(numbers):
    return (numbers > 0) & (numbers < T)


def shown(sizes):
    """The four cells of every data set of which no whole arm or stratum holds a few, each arm with events."""
    each = [ways(n) for n in sizes]
    at = np.indices([len(cell) for cell in each]).reshape(4, -1)
    cells = [cell[i] for cell, i in zip(each, at, strict=True)]
    keep = (cells[0] + cells[1])[:, 0] < sizes[0] + sizes[1]
    keep &= (cells[2] + cells[3])[:, 0] < sizes[2] + sizes[3]
    for a, b in ((0, 1), (2, 3), (0, 2), (1, 3)):
        keep &= ~np.any([few(numbers) for numbers in groups(cells[a] + cells[b])], axis=0)
    return [cell[keep] for cell in cells]


def lwyy(cells, sizes):
    """Ratio and interval of every data set (Newton's steps, sandwich written out)."""
    had = [cell @ EVENTS for cell in cells]
    all_of, beta, squares = [had[0] + had[2], had[1] + had[3]], np.zeros(len(cells[0])), 0.0
    for _ in range(60):
        ratio = np.exp(beta)
        share = [sizes[s] * ratio / (sizes[s] * ratio + sizes[2 + s]) for s in (0, 1)]
        known = sum(all_of[s] * share[s] * (1 - share[s]) for s in (0, 1))
        gap = had[0] + had[1] - sum(all_of[s] * share[s] for s in (0, 1))
        beta = beta + np.clip(gap / known, -1, 1)
    for cell, (arm, s) in zip(cells, [(1, 0), (1, 1), (0, 0), (0, 1)], strict=True):
        expected = all_of[s] / (sizes[s] * ratio + sizes[2 + s]) * (ratio if arm else 1.0)
        for n in EVENTS:
            squares = squares + cell[:, n] * ((arm - share[s]) * (n - expected)) ** 2
    error = np.sqrt(squares) / known
    return np.exp(beta), np.exp(beta - Z * error), np.exp(beta + Z * error)


def patients(cells, at):
    """One data set as rows: END, DAYS (no two alike), ARM, S."""
    day, rows = iter(np.arange(1.0, END, 0.5)), []
    for cell, (arm, stratum) in zip(cells, PLACES, strict=True):
        for n, people in zip(EVENTS, cell[at], strict=True):
            rows += [
                (END, tuple(next(day) for _ in range(n)), "PD"[arm], stratum) for _ in range(people)
            ]
    return pd.DataFrame(rows, columns=["END", "DAYS", "ARM", "S"])


def of_estimator(cells, at):
    rows = patients(cells, at)
    return recurrent.lwyy_rate_ratios(
        rows, end="END", days="DAYS", arm="ARM", reference="P", strata=["S"]
    )["D"]


def told(sizes, of=slice(None)):
    """Prints by which it is certain that in an arm's stratum 1 to T - 1 had an event, none, one or several.

    `of`: which data sets may be shown, by the four cells. Not those that the counts of whole arms tell.
    """
    cells = shown(sizes)
    if callable(of):
        cells = [cell[of(cells)] for cell in cells]
    numbers, made = lwyy(cells, sizes), of_estimator(cells, len(cells[0]) // 2)
    left, alone = defaultdict(list), defaultdict(list)
    for at, three in enumerate(zip(*numbers, strict=True)):
        value, lower, upper = (float(f"{x:.9g}") for x in three)
        print_of = as_shown(
            replace(made, value=value, lower=lower, upper=upper), "", None, threshold=T
        )[0]
        arms = [(cells[a] + cells[a + 1])[at] for a in (0, 2)]
        counts = tuple(int(x) for arm in arms for x in (arm[0], arm @ EVENTS))
        alone[counts].append(at)
        said = (print_of.value, print_of.lower, print_of.upper) if upper - lower > 1e-8 else ()
        left[(counts, str(said))].append(at)  # of no width: it is not estimated

    def certain(those):
        return any(few(numbers).all() for cell in cells for numbers in groups(cell[those]))

    return [key for key, those in left.items() if certain(those) and not certain(alone[key[0]])]


@pytest.mark.parametrize("sizes", [(6, 6, 6, 6), (7, 7, 7, 7), (9, 3, 9, 3)])
def test_the_formula_of_the_search_is_the_estimators(sizes):
    cells = shown(sizes)
    values = lwyy(cells, sizes)
    for at in (3, len(cells[0]) // 2):
        made = of_estimator(cells, at)
        found = [made.value, made.lower, made.upper]
        assert found == pytest.approx([v[at] for v in values], rel=1e-7)


@pytest.mark.parametrize(("sizes", "least"), [((7, 7, 7, 7), 50), ((9, 3, 9, 3), 20)])
def test_what_whole_arms_and_strata_allow_tells_of_few_of_an_arm_in_a_stratum(sizes, least):
    assert len(told(sizes)) > least


def alike(cells):
    """Data sets without a few in any cell, as `repeatable_counts` keeps them."""
    return ~np.any([few(numbers) for cell in cells for numbers in groups(cell)], axis=0)


def test_without_a_few_in_any_of_them_no_print_tells():
    assert sum(alike(shown((7, 7, 7, 7)))) > 20
    assert told((7, 7, 7, 7), alike) == []


def study(cells, at, **analysis):
    """The data set as a study of hidden subjects with a stratum S."""
    rows = patients(cells, at)
    arms = STUDY.config.arms[:2]
    labels = {"P": arms[0].label, "D": arms[1].label}
    arm = pd.Categorical(rows["ARM"].map(labels), categories=list(labels.values()))
    who = rows.index.astype(str)
    adsl = pd.DataFrame({"USUBJID": who, "ARM": arm, "TRTDURD": END, "S": rows["S"]})
    days = rows["DAYS"].explode().dropna()
    adae = pd.DataFrame({"USUBJID": days.index.astype(str), "ARM": arm[days.index], "TRTEMFL": True,
                         "AEDECOD": "Infection", "ASTDY": days.to_numpy(dtype=float)})  # fmt: skip
    config = replace(STUDY.config, arms=arms, analysis=replace(STUDY.config.analysis, **analysis))
    bare = replace(STUDY, adsl=adsl, adae=adae, config=config)
    return planning({"all": {"label": "Infections"}}, bare, show_subjects=False)


@pytest.mark.parametrize("way", [{"strata": ("S",)}, {"covariates": ("S",)}])
def test_the_ratio_is_left_out_where_few_of_an_arm_in_a_stratum_had_one_event_or_several(way):
    cells = shown((7, 7, 7, 7))
    names = [way.get("strata", ()), way.get("covariates", ())]
    safe = np.flatnonzero(alike(cells))
    tried = sorted({*range(0, len(cells[0]), 200), *safe[:2]})
    kept = [i for i in tried if repeatable_counts(study(cells, i, **way), *names)]
    allowed = [i for i in tried if comparable_counts(study(cells, i, **way), ["S"])]
    assert set(kept) == set(allowed) & set(safe)
    assert 0 < len(kept) < len(allowed)


@pytest.mark.parametrize(("patients_of", "more", "beside", "kept"), [
    (20, (0, 0), (0, 0), True), (20, (2, 2), (0, 0), False), (40, (2, 2), (0, 0), True),
    (40, (1, 0), (2, 2), False),
])  # fmt: skip
def test_three_events_of_few_in_an_arms_stratum(monkeypatch, patients_of, more, beside, kept):
    """Of a small part none may have three; of a larger one its sum and squares may not tell how many.

    Of cells of 8 or 10 patients with 0 to 4 events 2 of 189 prints told how many had three or four, and 9
    that few had, where no few had none, one or several.
    """
    monkeypatch.setattr(sys.modules[__name__], "EVENTS", np.arange(5))
    plain = (patients_of - 14, 6, 8, 0, 0)
    odd = [(patients_of - 14, 6, 8 - sum(three), *three) for three in (more, beside)]
    cells = [np.array([row]) for row in (*odd, plain, plain)]
    of = study(cells, 0, strata=("S",))
    assert comparable_counts(of, ["S"]) == ["all"]
    assert repeatable_counts(of, ["S"], []) == (["all"] if kept else [])
