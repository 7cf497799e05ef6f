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
MOST = 0.5  # share of an arm's subjects who have another treatment as well


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

    Compared by TRT01A, both arms would hold both treatments. Where adsl has no second period, by TRTA or
    TRTP of measurements and events: most subjects of either arm have both treatments there.
    """
    name, rows, changes = _changes(tables)
    if _exchanged(changes):
        yield Hits(rows, _both(tables, name), at=name)
    elif not name:
        for given in ("adlb.TRTA", "adlb.TRTP", "adae.TRTA"):
            if tables.has(given) and (found := _both_ways(tables, given)):
                yield Hits(None, found, at=given)
                return


def _both_ways(tables: Tables, name: str) -> str:
    """Words for two treatments that most subjects of either arm have in a column; "" where there are none."""
    given, subject = tables.text(name), tables.subject(name.partition(".")[0])
    arm, labels = tables.of_subjects("adsl.TRT01A")
    code = labels.get_indexer(given.categories)
    code = np.array([*code, -1])[given.codes]
    known = (subject >= 0) & (code >= 0) & (arm[subject] >= 0)
    pairs = np.unique(np.stack([subject, arm[subject], code])[:, known], axis=1)
    for a in range(len(labels)):
        for b in range(a):
            ways = [np.isin(pairs[0][(pairs[1] == one) & (pairs[2] == one)],
                            pairs[0][(pairs[1] == one) & (pairs[2] == other)])
                    for one, other in ((a, b), (b, a))]  # fmt: skip
            if all(len(both) and both.mean() > MOST for both in ways):
                return f"{labels[a]!r} and {labels[b]!r} in most subjects of either arm"
    return ""


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
