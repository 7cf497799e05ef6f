"""Adverse events in, those that stand there twice with one cell otherwise out; none is left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.cells import flags
from helpers.conformance.calendar import read_dates
from helpers.conformance.copies import COUNTERS, ONSETS
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

# cells that a second entry of one event may hold otherwise
CORRECTED = ("AENDY", "AEENDY", "AENDT", "AEENDTC", "AESEV", "AESER", "AEREL", "AETOXGR", "ATOXGR",
             "AEOUT", "AEACN", "TRTEMFL")  # fmt: skip
FLAGS = ("AESER", "TRTEMFL")


def _meaning(tables: Tables, column: str, rows: np.ndarray) -> np.ndarray:
    """The cells of a column as codes: flags by what they mean, words by their letters."""
    cells = tables.frames["adae"][column].iloc[rows]
    if column in FLAGS:
        return pd.factorize(flags(cells).astype(object))[0]
    texts = tables.text(f"adae.{column}")
    lower = np.append([str(c).casefold() for c in texts.categories], "")[texts.codes[rows]]
    return pd.factorize(lower)[0]


def _to_the_day(tables: Tables, onset: list[str]) -> np.ndarray:
    """Where a study day of onset is known, or a whole date."""
    out = np.zeros(len(tables.frames["adae"]), dtype=bool)
    for column in onset:
        if column.endswith("DY"):
            out |= ~np.isnan(tables.number(f"adae.{column}"))
        else:
            dates = read_dates(tables.frames["adae"][column])
            out |= (dates.first == dates.last) & ~np.isnat(dates.first)
    return out


@rule(
    "adverse event nearly twice",
    "warning",
    "adae.AEDECOD",
    expected="each event in one row",
    do="find out whether one row corrects the other, and remove the wrong one; events and their rate "
    "count both",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD"],
)
def nearly(tables: Tables) -> Iterator[Hits]:
    """A row of adae equals another of the same onset in every cell but one: its end, severity or the like.

    Running numbers aside, and N beside No being the same; rows that are equal in all have a line of
    their own.
    """
    columns = list(tables.frames["adae"].columns)
    onset = [c for c in ONSETS if c in columns]
    if not onset:
        return
    key = pd.DataFrame({c: tables.text(f"adae.{c}").codes for c in ("USUBJID", "AEDECOD", *onset)})
    known = (tables.subject("adae") >= 0) & _to_the_day(tables, onset)
    near = np.flatnonzero(key.duplicated(keep=False).to_numpy() & known)
    if not len(near):
        return
    ours = [c for c in columns if not COUNTERS.search(c)]
    codes = pd.DataFrame({c: _meaning(tables, c, near) for c in ours})
    raw = pd.DataFrame({c: tables.text(f"adae.{c}").codes[near] for c in ours})
    second = {int(i): "N or No" for i in np.flatnonzero(codes.duplicated())}
    for column in [c for c in CORRECTED if c in ours]:
        rest = codes.drop(columns=column).duplicated().to_numpy()
        second |= {int(i): column for i in np.flatnonzero(rest) if int(i) not in second}
    equal = raw.duplicated().to_numpy()
    cell = {int(near[i]): column for i, column in sorted(second.items()) if not equal[i]}
    yield Hits(list(cell), lambda row: (
        f"{tables.said_of('adae.AEDECOD')(row)}, again but for {cell[row]}"))  # fmt: skip
