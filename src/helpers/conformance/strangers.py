"""Tables in, values and rows that stand under another subject's identifier out; none is moved back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.shifts import ranks
from helpers.conformance.spikes import others_median
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

LEAST, LEVELS = 20, 5  # subjects at a visit; different values of theirs
NONE, HALF, FAR = 0.25, 0.5, 4.9  # correlations; standard errors (1 in a million, one-sided)
OFF, ABOVE, FIT = (
    4.0,
    1.3,
    0.4,
)  # of two subjects: spreads off, times all others; of that, exchanged
MANY = 0.05  # share of the subjects of a visit, or of a table's rows: more are no slip of a few


def _series(tables: Tables) -> Iterator[tuple[int, pd.DataFrame]]:
    """Each parameter (position) but HIV RNA, with its values: a row a subject, a column a visit."""
    for i, parameter in enumerate(tables.parameters):
        mine = tables.measured[tables.measured["PARAMETER"] == i]
        if parameter.role != "hivrna" and mine["VISIT"].nunique() > 2:
            yield i, mine.pivot(index="SUBJECT", columns="VISIT", values="AVAL")


def _rank_correlation(one: pd.Series, other: pd.Series) -> tuple[float, int]:
    """Spearman's correlation of two columns and of how many subjects; NaN where there are few values."""
    both = np.array([one, other])
    both = both[:, ~np.isnan(both).any(axis=0)]
    if both.shape[1] < LEAST or min(len(np.unique(values)) for values in both) < LEVELS:
        return np.nan, both.shape[1]
    return float(np.corrcoef([ranks(values) for values in both])[0, 1]), both.shape[1]


@rule(
    "visit with the values of other subjects",
    "warning",
    "adlb.AVAL",
    expected="values that go with the subject's others, as at the other visits",
    do="export this visit again: its values stand beside other subjects, or are of another parameter",
    needs=LAB,
)
def of_others(tables: Tables) -> Iterator[Hits]:
    """The values of a visit do not go with the subjects' others, though those of all other visits do.

    By rank correlations of 20 subjects or more: below 0.25 here, below half of that of the others,
    and by chance in 1 of a million. HIV RNA is passed over.
    """
    for i, table in _series(tables):
        usual_of = others_median(table)
        for visit in table:
            here, n = _rank_correlation(table[visit], usual_of[visit])
            rest = table.drop(columns=visit)
            without = others_median(rest) if here < NONE else ()
            others = [_rank_correlation(rest[w], without[w])[0] for w in without]
            usual = min((r for r in others if r == r), default=np.nan)  # not those of few subjects
            far = (np.arctanh(usual) - np.arctanh(here)) / np.sqrt(2 / (n - 3)) if usual < 1 else 0
            if here < HALF * usual and far > FAR:
                yield Hits(None, f"{tables.parameters[i].label} at {visit:g}: correlation {here:.2f} "
                           f"with the subjects' other values, {usual:.2f} or more elsewhere")  # fmt: skip


@rule(
    "values of two subjects exchanged",
    "warning",
    "adlb.AVAL",
    expected="values near the subject's own at the other visits",
    do="find out whether the two samples, or rows, of this visit were exchanged",
    needs=LAB,
)
def exchanged(tables: Tables) -> Iterator[Hits]:
    """At one visit two subjects are far off their own other values, and each near the other's.

    By values and by their logarithms: four times the usual spread off, and 1.3 times as far as all
    others at any visit; at most 0.4 of that once exchanged. Parameters are looked at singly, and all
    together. HIV RNA is passed over.
    """
    tables_of = dict(_series(tables))
    together = [tuple(tables_of)] if len(tables_of) > 1 else []
    said = set()
    for wanted in (*together, *((i,) for i in tables_of)):
        mine = [tables_of[i] for i in wanted]
        found = _pair([_standardised(table) for table in mine])
        if found and all(table.min().min() > 0 for table in mine):
            found &= _pair([_standardised(np.log(table)) for table in mine])
        for visit, one, other in sorted(found - said):
            said.add((visit, one, other))
            yield _line(tables, wanted, visit, one, other)


def _line(tables: Tables, wanted: tuple[int, ...], visit: float, one: int, other: int) -> Hits:
    lab = tables.measured
    mine = (lab["PARAMETER"] == wanted[0]) & (lab["VISIT"] == visit)
    rows = lab.loc[mine & lab["SUBJECT"].isin((one, other)), "ROW"].to_numpy()
    names = " and ".join(repr(str(tables.subjects[s])) for s in (one, other))
    labels = ", ".join(tables.parameters[i].label for i in wanted)
    return Hits(np.sort(rows), lambda row: f"{tables.said_of('adlb.AVAL')(row)}: {labels} of {names} "
                f"at visit {visit:g} fit each other's")  # fmt: skip


def _standardised(size: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The values and what the subject's other visits let expect, less the visit's shift, by the spread.

    The spread is the median absolute residual, as a standard deviation of normal ones.
    """
    usual = others_median(size).where(size.notna().sum(axis=1) > 2)
    size = size - (size - usual).median()
    off = np.abs((size - usual).to_numpy())
    off = off[~np.isnan(off)]
    spread = float(np.median(off)) * 1.4826 if len(off) else 0.0
    return (size / spread, usual / spread) if spread > 0 else (size * np.nan, usual)


def _pair(parts: list[tuple[pd.DataFrame, pd.DataFrame]]) -> set[tuple[float, int, int]]:
    """Visit and the two subjects furthest off in `parts` of all, if each is near once exchanged."""
    off = sum((size - usual).abs() for size, usual in parts)
    far = np.where(off.notna(), off, -np.inf).ravel()
    largest = np.argsort(-far, kind="stable")[:3]
    most = far[largest]
    few = len(most) < 3 or np.isinf(most[2])
    if few or most[1] < max(OFF * len(parts), ABOVE * most[2]):
        return set()
    row, column = np.divmod(largest, off.shape[1])
    (one, other), visit = off.index[row[:2]], off.columns[column[0]]
    if column[0] != column[1] or len(parts[0][0][visit].dropna()) < LEAST:
        return set()
    then = [sum(abs(size.at[a, visit] - usual.at[b, visit]) for size, usual in parts)
            for a, b in ((one, other), (other, one))]  # fmt: skip
    near = max(then) <= FIT * most[1]
    return {(visit, *sorted((int(one), int(other))))} if near else set()


@rule(
    "row in the place of another subject",
    "warning",
    "adae.USUBJID",
    expected="the subject whose rows stand around it",
    do="find out whose row it is: an identifier was overwritten, or two subjects exchanged",
    needs=["adsl.USUBJID"],
)
def out_of_place(tables: Tables) -> Iterator[Hits]:
    """In a table that is kept subject by subject, a row lies among those of one other subject.

    Or, by the order of identifiers, just where a subject without any row would stand. Of 20 subjects
    or more, where hardly anybody has rows in two places; rows added at the end are passed over.
    """
    for table in ("adae", "adlb"):
        name = f"{table}.USUBJID"
        if not tables.has(name):
            continue
        key = tables.subject(table)
        rows = _stray(key, tables)
        if not len(rows) and tables.has(f"{table}.PARAMCD"):
            several = len(tables.text(f"{table}.PARAMCD").categories) + 1
            rows = _stray(key * several + tables.text(f"{table}.PARAMCD").codes, None)
        yield Hits(rows, _among(tables, name), at=name)


def _among(tables: Tables, name: str):
    return lambda row: (
        f"{tables.said(name, row)} between {tables.said(name, row - 1)} and "
        f"{tables.said(name, min(row + 1, len(tables.text(name)) - 1))}"
    )


def _stray(key: np.ndarray, tables: Tables | None) -> np.ndarray:
    """First rows of the blocks of one key that stand in another's place; of keys kept together."""
    if len(key) < LEAST:
        return np.array([], dtype=int)
    starts = np.flatnonzero(np.append(True, np.diff(key) != 0))
    blocks = key[starts]
    _, which, times = np.unique(blocks, return_inverse=True, return_counts=True)
    more = len(blocks) - len(times)
    if len(times) < LEAST or not 0 < more <= max(20, MANY * len(times)):
        return np.array([], dtype=int)
    again = times[which][1:-1] > 1
    before, here, after = blocks[:-2], blocks[1:-1], blocks[2:]
    odd = again & (before == after)
    if tables is not None:
        place = np.argsort(np.argsort(tables.subjects.to_numpy(dtype=object), kind="stable"))
        seen = np.zeros(len(place) + 1, dtype=int)
        seen[1:] = np.cumsum(~np.isin(np.argsort(place), key))  # without a row, up to each place
        low, own, high = (place[b] for b in (before, here, after))
        free = (low < high) & (seen[high] > seen[np.minimum(low + 1, high)])
        odd |= again & free & ~((low < own) & (own < high)) & (min(key) >= 0)
    return starts[1:-1][odd]
