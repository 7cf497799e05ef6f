"""Tables in, columns that were sorted by themselves and tables that end too early out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.special import gammaln, stdtr

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.rounding import per_cent

ROWS, CHANCE = 20, 1e-9  # of a column; chance that its values stand in order by themselves
LEVELS = 5  # values of a column of which ranks can tell
RARE = 1e-4  # chance of so many subjects in a row without an event


def _in_order(values: np.ndarray) -> bool:
    """Whether values stand in ascending or descending order that chance would hardly give them."""
    values = values[~np.isnan(values)]
    steps = np.diff(values)
    if len(values) < ROWS or not ((steps >= 0).all() or (steps <= 0).all()):
        return False
    times = np.unique(values, return_counts=True)[1]
    orders = gammaln(len(values) + 1) - gammaln(times + 1).sum()  # of so many, two are sorted
    return bool(orders > np.log(2 / CHANCE))


@rule(
    "column sorted by itself",
    "error",
    "adsl.AGE",
    expected="values beside the subject they belong to, in no order of their own",
    do="export the table again: one column was sorted without the others, so that all values belong "
    "to other subjects",
    needs=["adsl.USUBJID"],
)
def sorted_alone(tables: Tables) -> Iterator[Hits]:
    """Ages, durations, times or the values of a visit rise (or fall) from row to row, by identifier.

    Of 20 rows or more, and where an order by chance is less likely than 1 in 1,000 million.
    """
    for name, rows in _columns(tables):
        if _in_order(tables.number(name)[rows]):
            ends = [f"{tables.number(name)[row]:g}" for row in (rows[0], rows[-1])]
            found = f"{len(rows):,} values in order, from {ends[0]} to {ends[1]}"
            yield Hits(rows[:1], found, at=name)


def _columns(tables: Tables) -> Iterator[tuple[str, np.ndarray]]:
    """Each column of measurements with its rows of one row a subject, in the order of identifiers."""

    def by_subject(table: str, rows: np.ndarray) -> np.ndarray:
        ids = np.asarray(tables.text(f"{table}.USUBJID"), object)[rows].astype(str)
        return rows[np.argsort(ids, kind="stable")]

    for name in ("adsl.AGE", "adsl.TRTDURD"):
        if tables.has(name):
            yield name, by_subject("adsl", np.arange(len(tables.frames["adsl"])))
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL"):
        for endpoint in tables.config.endpoints.values():
            mine = tables.where("adtte.PARAMCD", endpoint.paramcd.__eq__)
            yield "adtte.AVAL", by_subject("adtte", np.flatnonzero(mine))
    if tables.has(*LAB):
        known = tables.lab[tables.lab["AVAL"].notna() & tables.lab["VISIT"].notna()]
        for _, rows in known.groupby(["PARAMETER", "VISIT"])["ROW"]:
            yield "adlb.AVAL", by_subject("adlb", rows.to_numpy())


@rule(
    "values shifted by a row",
    "error",
    "adlb.AVAL",
    expected="values beside the subject and visit they belong to",
    do="export the table again: the column was moved by a row, so that values belong to other rows",
    needs=LAB,
)
def shifted(tables: Tables) -> Iterator[Hits]:
    """The first value of a subject goes with the values of the subject before, not with its own.

    Or the last one with those of the next. In the order of the file, parameter by parameter, of 20
    subjects or more with three values each; by rank correlation with the medians of the others, less
    likely by chance than 1 in 1,000 million.
    """
    for i, parameter in enumerate(tables.parameters):
        lab = tables.lab[(tables.lab["PARAMETER"] == i) & tables.lab["AVAL"].notna()]
        subject = lab["SUBJECT"].to_numpy()
        starts = np.flatnonzero(np.append(True, np.diff(subject) != 0))
        if len(starts) != len(np.unique(subject)):
            continue  # not subject by subject
        blocks = [b for b in np.split(lab["AVAL"].to_numpy(), starts[1:]) if len(b) >= 3]
        for end, words in ((0, "before"), (-1, "after")):
            if len(blocks) > ROWS and _of_neighbours(blocks, end):
                found = (
                    f"{parameter.label}: each subject's {'last' if end else 'first'} value goes "
                )
                yield Hits(None, f"{found}with those of the subject {words}")


def _ranks(values: np.ndarray) -> np.ndarray:
    return pd.Series(values).rank().to_numpy()  # `scipy.stats` loads for a second


def _of_neighbours(blocks: list[np.ndarray], end: int) -> bool:
    """Whether the first (0) or last (-1) values go with the neighbours' medians, and not with their own."""
    values = np.array([block[end] for block in blocks])
    own = np.array([np.median(np.delete(block, end)) for block in blocks])
    values, own, other = (
        (values[:-1], own[:-1], own[1:]) if end else (values[1:], own[1:], own[:-1])
    )
    if min(len(np.unique(v)) for v in (values, own, other)) < LEVELS:
        return False
    with_own, with_other = (np.corrcoef(_ranks(values), _ranks(v))[0, 1] for v in (own, other))
    free = len(values) - 2
    t = with_other * np.sqrt(free / max(1 - with_other**2, 1e-300))
    return 2 * stdtr(free, -abs(t)) < CHANCE and with_other > max(0.0, with_own)


@rule(
    "adverse events of the last subjects missing",
    "warning",
    "adae.USUBJID",
    expected="events among the last subjects as among the others",
    do="find out whether the table was cut off: no row means no event",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def ends_early(tables: Tables) -> Iterator[Hits]:
    """The last subjects by identifier have no event, too many in a row for chance (1 in 10,000)."""
    order = np.argsort(tables.subjects.to_numpy(dtype=object), kind="stable")
    with_event = np.isin(order, tables.subject("adae"))
    if not with_event.any():
        return
    last = int(np.flatnonzero(with_event)[-1])
    without = len(order) - 1 - last
    before = with_event[: last + 1]
    if without and chance_of_none(without, before.sum(), len(before)) < RARE:
        share = per_cent(before.mean())
        found = f"none of the last {without} subjects, {share} of the {len(before)} before"
        yield Hits(None, found)
