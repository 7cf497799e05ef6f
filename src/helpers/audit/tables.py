"""Printed percentages, counts and arm sizes in, every table of whole patients that prints them out.

A *table* is one (events, patients) an arm. Exact integer arithmetic; nothing is assumed about which
table is the true one, and no test is computed here.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from helpers.audit.effort import spend
from helpers.audit.model import SHARED, Report, Result, everybody
from helpers.audit.printed import Printed, interval, parse, prints, roundings_that_print
from helpers.audit.sizes import Sizes

MOST = 20_000  # tables of a result that are listed one by one
LARGE = 10**11  # numerators above which a million patients need more than 64 bits
DENOMINATORS = 1000  # where a size is not printed and nothing bounds it

Table = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Cell:
    """What is printed of one arm: percentage, count, and the size it is of; None where it is not."""

    arm: str
    percent: Printed | None
    count: int | None
    size: int | None


def cells(result: Result, report: Report) -> tuple[Cell, ...]:
    """Return the printed cell of every arm of a result; `of` goes before the arm's own size."""

    def get(values: Sequence[str], place: int) -> Printed | None:
        text = values[place] if place < len(values) else ""
        return parse(text) if text else None

    out = []
    for place, name in enumerate(result.arms):
        count, of = get(result.count, place), get(result.of, place)
        size = int(of.value) if of else report.arm(name).n
        count = None if count is None else int(count.value)
        out.append(Cell(name, get(result.percent, place), count, size))
    return tuple(out)


def counts_that_print(percent: Printed, size: int, rounding: str) -> range:
    """Return the range of x for which 100 x / size is printed as `percent`."""
    first, last = _ends(percent, size, rounding)
    return range(max(0, first), min(size, last) + 1)


def _ends(percent: Printed, size, rounding: str) -> tuple:
    """Return the first and last whole x for which 100 x / size is printed so, below 0 and above size too.

    `size` is a whole number or an array of them; whole-number arithmetic decides.
    """
    if percent.sign in ("<", "≤"):
        return 0 * size, _last(percent.value, size, closed=percent.sign == "≤")
    if percent.sign in (">", "≥"):
        return _first(percent.value, size, closed=percent.sign == "≥"), size
    low, high, low_in, high_in = interval(percent, rounding)
    return _first(low, size, closed=low_in), _last(high, size, closed=high_in)


def _first(limit: Fraction, size, *, closed: bool):
    """Return the smallest x with 100 x / size at or (not `closed`) above a limit."""
    parts, whole = limit.numerator * size, 100 * limit.denominator
    return -(-parts // whole) if closed else parts // whole + 1


def _last(limit: Fraction, size, *, closed: bool):
    """Return the largest x with 100 x / size at or (not `closed`) below a limit."""
    parts, whole = limit.numerator * size, 100 * limit.denominator
    return parts // whole if closed else -(-parts // whole) - 1


def arm_counts(cell: Cell, size: int, rounding: str) -> list[int]:
    """Return the counts of an arm of `size` that its printed cell allows."""
    if cell.count is not None:
        if cell.count > size:
            return []
        fits = cell.percent is None or prints(
            Fraction(100 * cell.count, size), cell.percent, rounding
        )
        return [cell.count] if fits else []
    if cell.percent is None:
        return list(range(size + 1))
    return list(counts_that_print(cell.percent, size, rounding))


def count_ends(cell: Cell, roundings: Iterable[str]) -> tuple[int, int] | None:
    """Return the least and most patients that a cell means: its count, else those that print its percentage.

    None where nobody knows, or none prints it.
    """
    if cell.count is not None:
        return cell.count, cell.count
    if cell.percent is None or cell.size is None:
        return None
    found = [x for r in roundings for x in arm_counts(cell, cell.size, r)]
    return (min(found), max(found)) if found else None


def denominators(cell: Cell, most: int, rounding: str) -> list[int]:
    """Return every size up to `most` of which the printed cell is a whole number of patients."""
    least = max(1, cell.count or 0)
    if cell.percent is None:
        return list(range(least, most + 1))
    wide = abs(cell.percent.value.numerator) + 100 * 10**cell.percent.decimals > LARGE
    sizes = np.arange(least, most + 1, dtype=object if wide else np.int64)
    first, last = _ends(cell.percent, sizes, rounding)
    first, last = np.maximum(first, 0), np.minimum(last, sizes)
    fits = first <= last if cell.count is None else (first <= cell.count) & (cell.count <= last)
    return sizes[fits.astype(bool)].tolist()


def allocations(cells_: Sequence[Cell], report: Report, rounding: str) -> Sizes:
    """Return the sizes, one an arm of the result, that its cells and the enrolled number allow.

    Sizes that are printed stay; the others, and at least one patient for each arm outside the
    result whose size is not printed, add up to the enrolled. Without an enrolled number, sizes up
    to 1,000 are tried, up to the enrolled where a patient stands in several arms.
    """
    named = {cell.arm for cell in cells_}
    others = [arm for arm in report.groups if arm.id not in named]
    rest, slack = everybody(report), sum(arm.n is None for arm in others)
    tried = DENOMINATORS
    if report.trial.design in SHARED or any(report.arm(cell.arm).total for cell in cells_):
        rest, tried = None, rest or DENOMINATORS
    if rest is not None:
        rest -= sum(arm.n or 0 for arm in others)
    unknown = [cell for cell in cells_ if cell.size is None]
    known = sum(cell.size for cell in cells_ if cell.size is not None)
    most = tried if rest is None else max(0, rest - known - slack - len(unknown) + 1)
    ways = tuple(
        (cell.size,) if cell.size is not None else tuple(denominators(cell, most, rounding))
        for cell in cells_
    )
    bound = None if not unknown or rest is None else max(0, rest - slack)
    return Sizes(ways, bound, exact=slack == 0)


def tables(
    result: Result, report: Report, rounding: str, most: int = MOST
) -> tuple[list[Table], bool]:
    """Return the tables that print all cells of a result, and whether these are all.

    At most `most` are listed. A cell of which nothing is printed allows every count.
    """
    found: list[Table] = []
    printed = cells(result, report)
    for sizes in allocations(printed, report, rounding):
        ways = [arm_counts(cell, n, rounding) for cell, n in zip(printed, sizes, strict=True)]
        spend(len(ways))
        for counts in itertools.product(*ways):
            found.append(tuple(zip(counts, sizes, strict=True)))
            if len(found) > most:
                return found[:most], False
    return found, True


def by_rounding(result: Result, report: Report) -> dict[str, tuple[list[Table], bool]]:
    """Return the tables of a result under each reading of the rounding."""
    return {r: tables(result, report, r) for r in report.readings.rounding}


def all_tables(result: Result, report: Report) -> tuple[dict[Table, tuple[str, ...]], bool]:
    """Return every table that some rounding allows, with the roundings that do; and whether all."""
    out: dict[Table, tuple[str, ...]] = {}
    complete = True
    for rounding, (found, whole) in by_rounding(result, report).items():
        complete &= whole
        for table in found:
            out[table] = (*out.get(table, ()), rounding)
    return out, complete


def passing_share(size: int, decimals: int) -> float:
    """Return the share of all percentages with these decimals that some x of `size` prints.

    Of fewer patients than there are steps, two counts lie more than a step apart, so that each
    prints a percentage of its own, however it is rounded.
    """
    steps = 100 * 10**decimals
    return 1.0 if size >= steps else (size + 1) / (steps + 1)


__all__ = ["Cell", "Table", "all_tables", "arm_counts", "by_rounding", "cells", "denominators",
           "passing_share", "roundings_that_print", "tables"]  # fmt: skip
