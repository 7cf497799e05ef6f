"""LWYY ratios adjusted for two factors, attacked: what a print tells of an arm where their levels cross.

Every data set of two arms and two factors of two levels, each patient with one event or none, is printed as
the page would. Who knows the sizes, the events of each arm and of each level, and that in no arm at no level
of either factor are there few with or without an event, has all data sets with one print left. All are
watched to one day and no two events share a day.
"""

from collections import defaultdict
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import recurrent
from helpers.disclosure import as_shown
from helpers.disclosure.counts import comparable_counts, repeatable_counts
from helpers.errors import NoEstimateError
from test_planned_rates import STUDY, planning

T, SIZE, END = 3, 3, 300.0
LEVELS = ["au", "av", "bu", "bv"]  # of the two factors


def few(numbers):
    return (numbers > 0) & (numbers < T)


def tables():
    """How many of an arm had an event at each crossing, where neither factor by itself has a few."""
    each = np.array(list(product(range(SIZE + 1), repeat=4)))
    margins = each[:, [0, 2, 0, 1]] + each[:, [1, 3, 2, 3]]
    keep = ~(few(margins) | few(2 * SIZE - margins)).any(axis=1)
    return [tuple(row) for row in each[keep] if row.sum()]


def patients(control, treated):
    """One data set as rows: END, DAYS (no two alike), ARM, S, U."""
    day, rows = iter(np.arange(1.0, END, 0.5)), []
    for arm, cells in (("P", control), ("D", treated)):
        for (s, u), having in zip(LEVELS, cells, strict=True):
            rows += [(END, (next(day),) if i < having else (), arm, s, u) for i in range(SIZE)]
    return pd.DataFrame(rows, columns=["END", "DAYS", "ARM", "S", "U"])


def printed(control, treated):
    """Ratio and limits as they are printed of hidden subjects; None where there is no estimate."""
    try:
        made = recurrent.lwyy_rate_ratios(
            patients(control, treated), end="END", days="DAYS", arm="ARM", reference="P",
            covariates=["S", "U"],
        )["D"]  # fmt: skip
    except NoEstimateError:
        return None
    numbers = {k: float(f"{getattr(made, k):.9g}") for k in ("value", "lower", "upper")}
    shown = as_shown(replace(made, **numbers), "", None, threshold=T)[0]
    return str(shown.value), str(shown.lower), str(shown.upper)


@pytest.fixture(scope="module")
def prints():
    """Every data set (control and treated, eight numbers) with what is printed of it."""
    found = {p + d: printed(p, d) for p, d in product(tables(), repeat=2)}
    return {cells: print_of for cells, print_of in found.items() if print_of}


def known(cells):
    """What every page shows: the events of each arm and of each level."""
    p, d = np.array(cells[:4]), np.array(cells[4:])
    return p.sum(), d.sum(), (p + d)[:2].sum(), (p + d)[::2].sum()


def told(prints, may_be_shown):
    """Prints by which it is certain that few of an arm at some crossing had an event, or none."""
    left, alone = defaultdict(list), defaultdict(list)
    for cells, print_of in prints.items():
        if may_be_shown(np.array(cells)):
            alone[known(cells)].append(cells)
            left[known(cells), print_of].append(cells)

    def certain(those):
        each = np.array(those)
        return (few(each) | few(SIZE - each)).all(axis=0).any()

    return [key for key, those in left.items() if certain(those) and not certain(alone[key[0]])]


def alike(cells):
    """No few with or without an event where both factors cross, as `repeatable_counts` asks."""
    return not (few(cells) | few(SIZE - cells)).any()


def test_what_each_factor_by_itself_allows_tells_of_few_where_they_cross(prints):
    assert len(told(prints, lambda cells: True)) == 20


def test_without_a_few_where_they_cross_no_print_tells(prints):
    assert sum(alike(np.array(cells)) for cells in prints) > 20
    assert told(prints, alike) == []


def study(cells):
    """The data set as a study of hidden subjects whose plan adjusts for S and U."""
    rows = patients(cells[:4], cells[4:])
    arms = STUDY.config.arms[:2]
    labels = {"P": arms[0].label, "D": arms[1].label}
    arm = pd.Categorical(rows["ARM"].map(labels), categories=list(labels.values()))
    adsl = pd.DataFrame({"USUBJID": rows.index.astype(str), "ARM": arm, "TRTDURD": END,
                         "S": rows["S"], "U": rows["U"]})  # fmt: skip
    days = rows["DAYS"].explode().dropna()
    adae = pd.DataFrame({"USUBJID": days.index.astype(str), "ARM": arm[days.index], "TRTEMFL": True,
                         "AEDECOD": "Infection", "ASTDY": days.to_numpy(dtype=float)})  # fmt: skip
    plan = replace(STUDY.config.analysis, covariates=("S", "U"))
    config = replace(STUDY.config, arms=arms, analysis=plan, threshold=T)
    bare = replace(STUDY, adsl=adsl, adae=adae, config=config)
    return planning({"all": {"label": "Infections"}}, bare, show_subjects=False)


def test_the_ratio_is_left_out_where_few_had_an_event_where_both_factors_cross(prints):
    tried = sorted(prints)[::6]
    allowed = [c for c in tried if comparable_counts(study(c), ["S", "U"])]
    kept = [c for c in allowed if repeatable_counts(study(c), [], ["S", "U"])]
    assert kept == [c for c in allowed if alike(np.array(c))]
    assert 0 < len(kept) < len(allowed)
