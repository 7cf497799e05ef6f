"""Tables in, subjects whose treatment changes from one period to the next out; no row is cut.

ADaM gives a subject of several periods TRT01A, TRT02A and so on. The book compares parallel arms by
the first of them, so what comes after a change counts under a treatment that was not given.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

NEEDS = ["adsl.USUBJID", "adsl.TRT01A"]
SECOND = ("TRT02A", "TRT02P")


def _changes(tables: Tables) -> tuple[str, np.ndarray, set[tuple[str, str]]]:
    """The column of the second period, the rows whose treatment changes there, and from what to what."""
    for column in SECOND:
        name = f"adsl.{column}"
        if tables.has(name):
            first = np.asarray(tables.text("adsl.TRT01A").astype(object))
            second = tables.text(name)
            then = np.asarray(second.astype(object))
            both = (tables.text("adsl.TRT01A").codes >= 0) & (second.codes >= 0)
            rows = np.flatnonzero(both & (first != then))
            return name, rows, set(zip(first[rows], then[rows], strict=True))
    return "", np.array([], dtype=int), set()


def _exchanged(changes: set[tuple[str, str]]) -> bool:
    """Whether some subjects went from one treatment to another and others the way back."""
    return any((after, before) in changes for before, after in changes)


def _both(tables: Tables, name: str):
    return lambda row: f"{tables.said('adsl.TRT01A', row)}, then {tables.said(name, row)}"


@rule(
    "crossover design",
    "error",
    "adsl.TRT02A",
    expected="parallel arms: one treatment a subject",
    do="keep the rows of the first period (APERIOD = 1) in every table and leave TRT02A and TRT02P "
    "out of adsl: the first period is a parallel trial; the book has no analysis within subjects",
    needs=NEEDS,
)
def crossover(tables: Tables) -> Iterator[Hits]:
    """Some subjects change from one arm to another and others the way back, as in a crossover trial.

    Compared by TRT01A, both arms would hold both treatments.
    """
    name, rows, changes = _changes(tables)
    if _exchanged(changes):
        yield Hits(rows, _both(tables, name), at=name)


@rule(
    "treatment changes between periods",
    "warning",
    "adsl.TRT02A",
    expected="the same treatment throughout, or none after the first period",
    do="nothing if all is to count under the first treatment; else leave the rows after the change "
    "out of adlb and adae, and censor adtte there",
    needs=NEEDS,
)
def switched(tables: Tables) -> Iterator[Hits]:
    """A subject gets another treatment in the second period (deferred start, rescue, extension).

    All its values and events count under TRT01A, those after the change too.
    """
    name, rows, changes = _changes(tables)
    if len(rows) and not _exchanged(changes):
        yield Hits(rows, _both(tables, name), at=name)
