"""Tables in, columns sorted by themselves and tables that end too early out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.special import gammaln

from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.rounding import per_cent

ROWS, CHANCE = 20, 1e-9  # of a column; chance that its values stand in order by themselves
RARE = 1e-4  # chance of so many subjects in a row without an event


def _in_order(values: np.ndarray) -> bool:
    """Whether values stand in ascending or descending order that chance would hardly give them."""
    values = values[~np.isnan(values)]
    steps = np.diff(values)
    if len(values) < ROWS or not ((steps >= 0).all() or (steps <= 0).all()):
        return False
    return bool(_log_orders(values) > np.log(2 / CHANCE))  # of so many, two are sorted


def _log_orders(values: np.ndarray) -> float:
    """The logarithm of the number of orders in which these values can stand (multinomial)."""
    times = np.unique(values, return_counts=True)[1]
    return float(gammaln(len(values) + 1) - gammaln(times + 1).sum())


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


@rule(
    "words sorted by themselves",
    "error",
    "adae.AESEV",
    expected="words beside the subject they belong to, in no order of their own",
    do="export the table again: one column was sorted without the others, so that all words belong "
    "to other rows",
    needs=["adsl.USUBJID"],
)
def words_sorted(tables: Tables) -> Iterator[Hits]:
    """Sex, censoring, or the severity, seriousness or relation of events stand in order, by identifier.

    Of 20 rows or more, and where an order by chance is less likely than 1 in 1,000 million.
    """
    for name, rows in _words(tables):
        codes = tables.text(name).codes[rows]
        codes = codes[codes >= 0]
        levels = np.unique(codes)
        if len(codes) < ROWS or len(levels) < 2 or (np.diff(codes) != 0).sum() >= len(levels):
            continue
        if _log_orders(codes) - gammaln(len(levels) + 1) > -np.log(CHANCE):  # orders of the blocks
            yield Hits(rows[:1], f"{len(codes):,} words in {len(levels)} blocks", at=name)


def _words(tables: Tables) -> Iterator[tuple[str, np.ndarray]]:
    """Each column of words with its rows in the order of identifiers; censoring by endpoint."""
    for name in ("adsl.SEX", "adae.AESEV", "adae.AESER", "adae.AEREL"):
        table = name.partition(".")[0]
        if tables.has(name, f"{table}.USUBJID"):
            yield name, _by_subject(tables, table, np.arange(len(tables.frames[table])))
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"):
        for _, rows, _ in tables.endpoints:
            yield "adtte.CNSR", _by_subject(tables, "adtte", rows)


def _by_subject(tables: Tables, table: str, rows: np.ndarray) -> np.ndarray:
    ids = np.asarray(tables.text(f"{table}.USUBJID"), object)[rows].astype(str)
    return rows[np.argsort(ids, kind="stable")]


def _columns(tables: Tables) -> Iterator[tuple[str, np.ndarray]]:
    """Each column of measurements with its rows of one row a subject, in the order of identifiers."""
    for name in ("adsl.AGE", "adsl.TRTDURD"):
        if tables.has(name):
            yield name, _by_subject(tables, "adsl", np.arange(len(tables.frames["adsl"])))
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL"):
        for endpoint in tables.config.endpoints.values():
            mine = tables.where("adtte.PARAMCD", endpoint.paramcd.__eq__)
            yield "adtte.AVAL", _by_subject(tables, "adtte", np.flatnonzero(mine))
    if tables.has(*LAB):
        known = tables.lab[tables.lab["AVAL"].notna() & tables.lab["VISIT"].notna()]
        for _, rows in known.groupby(["PARAMETER", "VISIT"])["ROW"]:
            yield "adlb.AVAL", _by_subject(tables, "adlb", rows.to_numpy())


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
