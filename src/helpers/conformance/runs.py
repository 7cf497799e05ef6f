"""Tables in, cells that a spreadsheet filled down out: one value again and again, or 41, 42, 43."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

ROWS, LEAST = 20, 5  # of a column; of a run
RARE, USUAL = 1e-4, 1e-2  # chance of the longest run, and of the one after it
SERIES, LEVELS = 7, 25  # steps of one, or rows of one value; values of a parameter


def _runs(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where each run of one code starts, and how long it is."""
    starts = np.flatnonzero(np.append(True, np.diff(codes) != 0))
    return starts, np.diff(np.append(starts, len(codes)))


def _longest(codes: np.ndarray, other: int) -> tuple[int, int]:
    """Where the one run starts that is too long for chance, and its length; 0 where there is none.

    A value that stands in less than `other` rows elsewhere is passed over.
    """
    starts, length = _runs(codes)
    elsewhere = np.bincount(codes)[codes[starts]] - length
    share = elsewhere / np.maximum(len(codes) - length, 1)
    chance = len(codes) * share ** (length - 1)  # at most: any of the rows may begin it
    first, second = np.argsort(chance, kind="stable")[:2] if len(chance) > 1 else (0, 0)
    odd = length[first] >= LEAST and chance[first] < RARE and chance[second] > USUAL
    odd &= elsewhere[first] >= other
    return (int(starts[first]), int(length[first])) if odd else (0, 0)


@rule(
    "one value filled down",
    "warning",
    "adsl.TRT01A",
    expected="values of each subject's own",
    do="find out whether a cell was drawn down over those below it",
    needs=["adsl.USUBJID"],
)
def filled_down(tables: Tables) -> Iterator[Hits]:
    """One treatment or age stands in so many rows of adsl in a row that chance does it in 1 of 10,000.

    And no other does. An arm that goes with the site, or was opened later, is passed over.
    """
    site = tables.sites[0][tables.subject("adsl")]
    for name, other in (("adsl.TRT01A", LEAST), ("adsl.AGE", 0)):
        if not tables.has(name):
            continue
        codes = np.asarray(tables.text(name).codes)
        if len(codes) < ROWS or (codes < 0).any() or len(np.unique(codes)) < 2:
            continue
        start, length = _longest(codes, other)
        of_site = np.unique(site[start : start + length])
        if length and (len(of_site) > 1 or of_site[0] < 0):
            found = f"{tables.said(name, start)} in {length} rows after another"
            yield Hits([start], found, at=name)


@rule(
    "one value drawn over several parameters",
    "warning",
    "adlb.AVAL",
    expected="values of each parameter's own",
    do="find out whether a cell was drawn down over those below it",
    needs=LAB,
)
def drawn_over(tables: Tables) -> Iterator[Hits]:
    """One value stands in eight rows of adlb or more in a row, and they are of two parameters or more.

    Of parameters with 25 different values or more; values at a limit are passed over.
    """
    lab = tables.measured.sort_values("ROW")
    lab = lab[lab.groupby("PARAMETER")["AVAL"].transform("nunique") >= LEVELS]
    row, of = lab["ROW"].to_numpy(), lab["PARAMETER"].to_numpy()
    if len(row):
        same = np.append(False, (np.diff(row) == 1) & (np.diff(lab["AVAL"].to_numpy()) == 0))
        starts, length = _runs(np.cumsum(~same))
        for start, rows in zip(starts, length, strict=True):
            if rows > SERIES and len(np.unique(of[start : start + rows])) > 1:
                yield Hits(row[start : start + rows], tables.said_of("adlb.AVAL"))


@rule(
    "values in a series",
    "warning",
    "adsl.AGE",
    expected="values of each subject's own",
    do="find out whether a spreadsheet continued a series (41, 42, 43) when a cell was drawn down",
    needs=["adsl.USUBJID"],
)
def series(tables: Tables) -> Iterator[Hits]:
    """Ages, durations or times rise by one from row to row, in eight rows or more."""
    columns = [(name, np.arange(len(tables.frames["adsl"])))
               for name in ("adsl.AGE", "adsl.TRTDURD") if tables.has(name)]  # fmt: skip
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"):
        columns += [("adtte.AVAL", rows) for _, rows, _ in tables.endpoints]
    for name, rows in columns:
        values = tables.number(name)[rows]
        starts, length = _runs((np.diff(values) == 1).astype(int)) if len(values) > 1 else ((), ())
        for start, steps in zip(starts, length, strict=True):
            if values[start + 1] - values[start] == 1 and steps >= SERIES:
                found = f"{values[start]:g} to {values[start] + steps:g} in {steps + 1} rows"
                yield Hits(rows[start : start + 1], found, at=name)
