"""Values of two codes in, a visit at which they are coded otherwise out; none is recoded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

# values of a visit; other visits; chance that a code is not there
LEAST, VISITS, RARE = 10, 2, 1e-6


@rule(
    "two values coded otherwise at one visit",
    "warning",
    "adlb.AVAL",
    expected="the two codes that the values have at all other visits",
    do="find out whether yes and no are 2 and 1 at this visit, and 1 and 0 elsewhere: recode AVAL, BASE "
    "and CHG",
    needs=["adsl.USUBJID", *LAB],
)
def recoded(tables: Tables) -> Iterator[Hits]:
    """A parameter is 0 or 1 at all visits (or 1 or 2), but 1 or 2 (0 or 1) at one after the baseline.

    Nobody has the code that is not there, as chance does in 1 of a million; and who has the larger one then
    has it elsewhere more often. A baseline is passed over: who enters a trial may have to have symptoms.
    """
    planned = tables.planned.dropna(subset="VISIT")
    for i, parameter in enumerate(tables.parameters):
        mine = planned[planned["PARAMETER"] == i].drop_duplicates(["SUBJECT", "VISIT"])
        if mine["AVAL"].nunique() != 3:
            continue
        table = mine.pivot(index="SUBJECT", columns="VISIT", values="AVAL")
        for visit in table.columns[table.columns != tables.config.visits.baseline]:
            here, others = table[visit].dropna(), table.drop(columns=visit)
            step = _step(here.to_numpy(), others)
            if step and _alike(here, others):
                said = f": {parameter.label} at {visit:g}, {step:+d} to the codes of all others"
                rows = mine.loc[mine["VISIT"] == visit, "ROW"].to_numpy()
                yield Hits(np.sort(rows), lambda row, s=said: tables.said_of("adlb.AVAL")(row) + s)


def _step(here: np.ndarray, others: pd.DataFrame) -> int:
    """By how much two codes differ from those of the other visits: 1, -1, or 0 where they do not."""
    rest = others.to_numpy().ravel()
    rest = rest[~np.isnan(rest)]
    codes, usual = np.unique(here), np.unique(rest)
    if len(here) < LEAST or len(codes) != 2 or len(usual) != 2 or others.shape[1] < VISITS:
        return 0
    step = codes - usual
    if step[0] != step[1] or abs(step[0]) != 1 or usual[1] - usual[0] != 1:
        return 0
    lost = usual[0] if step[0] > 0 else usual[1]
    chance = chance_of_none(len(here), int((rest == lost).sum()), len(rest))
    return int(step[0]) if chance < RARE else 0


def _alike(here: pd.Series, others: pd.DataFrame) -> bool:
    """Whether those with the larger code have it at other visits more often than the rest."""
    usual = others.loc[here.index].mean(axis=1)
    return bool(usual[here == here.max()].mean() > usual[here == here.min()].mean())
