"""Tables in, values and times that a subject has twice out; none is chosen or left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

LAB = ["adsl.USUBJID", "adlb.USUBJID", "adlb.PARAMCD", "adlb.AVISITN", "adlb.AVAL"]


@rule(
    "duplicate USUBJID × PARAMCD × AVISITN",
    "error",
    "adlb.USUBJID",
    expected="each once",
    do="mark the row to analyse with ANL01FL = Y, or keep only that row, or leave AVISITN blank in "
    "those that no analysis shall use (unscheduled visits)",
    needs=LAB,
)
def duplicate_visits(tables: Tables) -> Iterator[Hits]:
    """A subject has two values of one parameter at one visit: which of them would be analysed?

    Only rows with a value, of parameters that study.toml names. Where ANL01FL (at the baseline else
    ABLFL) marks one of them it is taken. Where the rows differ in BASETYPE, APERIOD, DTYPE, PARQUAL
    or the like, the line says so.
    """
    lab = tables.lab[tables.lab["VISIT"].notna() & tables.lab["AVAL"].notna()]
    again = lab.duplicated(["KEY", "VISIT"])
    if again.any():
        rows = lab.loc[again, "ROW"].to_numpy()

        def found(row: int) -> str:
            cells = (tables.said(f"adlb.{c}", row) for c in ("USUBJID", "PARAMCD", "AVISITN"))
            return f"{' × '.join(cells)} again, with {tables.said('adlb.AVAL', row)}"

        yield Hits(
            rows, found, do=_remedy(tables, lab[lab.duplicated(["KEY", "VISIT"], keep=False)])
        )


TELLING = ("APERIOD", "BASETYPE", "DTYPE", "PARQUAL", "ATPTN", "ATPT", "LBSPEC", "LBMETHOD")


def _remedy(tables: Tables, doubled: pd.DataFrame) -> str:
    """What tells most of the doubled rows apart, as a remedy; "" (the rule's own) when nothing does."""
    for column in TELLING:
        name = f"adlb.{column}"
        if not tables.has(name):
            continue
        values = tables.text(name)
        told = doubled.assign(IN=values.codes[doubled["ROW"]])
        apart = told.groupby(["KEY", "VISIT"])["IN"].nunique() > 1
        if apart.mean() > 0.5:
            words = sorted({str(values.categories[i]) if i >= 0 else "" for i in told["IN"]})
            few = ", ".join(repr(word) if word else "blank" for word in words[:5])
            return (
                f"the rows differ in {column} ({few}): keep those of one of them, or mark the row to "
                "analyse with ANL01FL = Y"
            )
    return ""


@rule(
    "duplicate USUBJID × PARAMCD",
    "error",
    "adtte.USUBJID",
    expected="each once",
    do="keep one row a subject and endpoint",
    needs=["adsl.USUBJID", "adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL"],
)
def duplicate_times(tables: Tables) -> Iterator[Hits]:
    """A subject has two times to one event: it would be counted twice.

    Where most such rows differ in AVAL, as one row an event has them (Andersen and Gill), the line
    says how recurrent events are given.
    """
    codes = tables.text("adtte.PARAMCD")
    wanted = np.asarray(codes.isin([e.paramcd for e in tables.config.endpoints.values()]))
    pairs = pd.DataFrame({"SUBJECT": tables.text("adtte.USUBJID").codes, "CODE": codes.codes})
    used = wanted & (pairs["SUBJECT"] >= 0).to_numpy()
    rows = np.flatnonzero(used)[pairs[used].duplicated().to_numpy()]
    if len(rows):

        def found(row: int) -> str:
            return " × ".join(tables.said(f"adtte.{c}", row) for c in ("USUBJID", "PARAMCD"))

        yield Hits(rows, found, do=_once_or_again(tables, pairs[used], rows))


RECURRENT = (
    "recurrent events are given as rows of adae, one an event with its ASTDY, and planned as "
    "[counts.NAME]; keep in adtte the first event of each subject, or the time without one"
)


def _once_or_again(tables: Tables, pairs: pd.DataFrame, again: np.ndarray) -> str:
    """What to do with one event a row, when most doubled rows have times of their own; "" else."""
    times = pairs.assign(AVAL=tables.number("adtte.AVAL")[pairs.index])
    apart = ~times.duplicated().loc[again]
    return RECURRENT if apart.mean() > 0.5 else ""
