"""Printed percentages go in; which whole numbers of patients, and of how many, print them comes out.

Checks `percent-from-count`, `percent-from-whole-patients` and `sizes`. Brown & Heathers 2017,
Soc Psychol Personal Sci 8:363, for the share of percentages that would pass by chance.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterator

import numpy as np

from helpers.audit.findings import Check
from helpers.audit.model import SHARED, Report, Result
from helpers.audit.printed import ROUNDINGS, words
from helpers.audit.tables import (
    Cell,
    all_tables,
    allocations,
    arm_counts,
    cells,
    denominators,
    passing_share,
)
from helpers.rounding import per_cent, plain

LISTED = 12  # counts or sizes that are named in a sentence
PAIRS = 100_000  # patients times steps of a per cent: above, random pairs are not gone through
PART = "percentages"


def check_percentages(result: Result, report: Report) -> list[Check]:
    """Return the checks of a result's percentages; none where it prints no percentage or count."""
    printed = cells(result, report)
    if all(cell.percent is None and cell.count is None for cell in printed):
        return []
    if any(cell.size is None for cell in printed):
        return _sizes(result, report, printed)
    out = []
    for name, counted in (("percent-from-count", True), ("percent-from-whole-patients", False)):
        group = [c for c in printed if (c.count is not None) == counted and c.percent is not None]
        if group:
            out.append(_check(name, result, report, group))
    return out or [_only_counts(result, printed)]


def _only_counts(result: Result, printed: tuple[Cell, ...]) -> Check:
    """Counts without percentages: nothing to hold them against, so this decides nothing."""
    shown = ", ".join(f"{c.count} of {c.size}" for c in printed if c.count is not None)
    why = f"{shown}; no percentage is printed beside the counts"
    return Check(result.id, "percent-from-count", "not checkable", (), {"counts": shown}, why=why)


def fitting(cell: Cell, size: int, roundings: tuple[str, ...]) -> dict[str, list[int]]:
    """Return the counts that print a cell, by rounding, without the roundings that have none."""
    found = {r: arm_counts(cell, size, r) for r in roundings}
    return {r: counts for r, counts in found.items() if counts}


def _check(name: str, result: Result, report: Report, group: list[Cell]) -> Check:
    allowed = report.readings.rounding
    by_arm = {cell.arm: fitting(cell, cell.size, allowed) for cell in group}
    shared = tuple(r for r in allowed if all(r in found for found in by_arm.values()))
    if not shared:
        return _impossible(name, result, report, group, by_arm)
    counted = name == "percent-from-count"
    counts = {arm: sorted({x for r in shared for x in found[r]}) for arm, found in by_arm.items()}
    shown = "; ".join(
        f"{cell.percent.text} of {cell.size}: {_listed(counts[cell.arm])}" for cell in group
    )
    computed = {
        "counts": {arm: found[:1000] for arm, found in counts.items()},
        "by_rounding": {r: {arm: found[r][:1000] for arm, found in by_arm.items()} for r in shared},
        "power": _power(group),
    }
    readings = (f"percentages: {words(shared, allowed)}",)
    why = f"{shown}" + ("" if counted else "; the counts come from the percentages themselves")
    verdict = "reproduced" if counted else "compatible"
    passes = math.prod(1 - power for power in computed["power"].values())
    tried = "pairs of such percentages" if len(group) == 2 else "percentages with these decimals"
    share = "all" if passes == 1 else f"{plain(100 * passes, 2)}%"
    power = f"of random {tried} {share} would have passed"
    return Check(result.id, name, verdict, readings, computed, "exact fractions", why, PART,
                 power=power, passes=passes)  # fmt: skip


def _listed(counts: list[int]) -> str:
    if len(counts) == 1:
        return str(counts[0])
    if counts == list(range(counts[0], counts[-1] + 1)):
        return f"{counts[0]} to {counts[-1]}"
    return ", ".join(map(str, counts[:LISTED])) + (", ..." if len(counts) > LISTED else "")


def _power(group: list[Cell]) -> dict[str, float]:
    """Return, by arm, the share of all percentages with these decimals that would not pass."""
    return {c.arm: 1 - passing_share(c.size, c.percent.decimals) for c in group}


def _impossible(name, result, report, group, by_arm) -> Check:
    """Return the check of percentages that no whole number of these patients prints."""
    failing = [cell for cell in group if not by_arm[cell.arm]]
    others = {cell.arm: other_sizes(cell, report, result) for cell in failing}
    parts = [_cannot(cell, others[cell.arm]) for cell in failing]
    parts += [_only_cut_off(cell, by_arm[cell.arm], report.readings.rounding)
              for cell in group if by_arm[cell.arm]]  # fmt: skip
    if not failing:
        parts.append("no one way of rounding prints them all")
    computed = {"denominators": others, "power": _power(group),
                "counts": {arm: sorted({x for xs in found.values() for x in xs})
                           for arm, found in by_arm.items()}}  # fmt: skip
    asks = ("Of how many patients are the percentages of "
            f"“{result.id}” ({', '.join(c.percent.text for c in group)})?")  # fmt: skip
    why = "; ".join(part for part in parts if part)
    return Check(result.id, name, "impossible", (), computed, "exact fractions", why, PART, asks)


def other_sizes(cell: Cell, report: Report, result: Result) -> list[int]:
    """Return the sizes below that of the arm which print the cell, nearest first.

    First those that print every percentage of the arm that its own size does not: the likeliest
    other denominator is one that explains them all.
    """
    alone = denominators(cell, cell.size, "half-up")
    shared = set(alone)
    for other in report.results:
        if other.kind != result.kind or cell.arm not in other.arms:
            continue
        twin = next(c for c in cells(other, report) if c.arm == cell.arm)
        if twin.percent is None or twin.size != cell.size:
            continue
        if not fitting(twin, twin.size, report.readings.rounding):
            shared &= set(denominators(twin, cell.size, "half-up"))
    return sorted(shared, reverse=True) + sorted(set(alone) - shared, reverse=True)


def _cannot(cell: Cell, others: list[int]) -> str:
    exact = f"{cell.count} of {cell.size}" if cell.count is not None else f"{cell.size} patients"
    if not others:
        if cell.count is not None:
            return (
                f"{exact} does not print {cell.percent.text}, nor do {cell.count} of fewer patients"
            )
        return f"{cell.percent.text} is no whole number of {exact}, nor of fewer patients"
    near = ", ".join(f"{n} ({', '.join(map(str, arm_counts(cell, n, 'half-up')))})"
                     for n in others[:3])  # fmt: skip
    if cell.count is not None:
        return f"{exact} does not print {cell.percent.text}; of these patients it would: {near}"
    return f"{cell.percent.text} is no whole number of {exact}; it would be of {near}"


def _only_cut_off(cell: Cell, found: dict[str, list[int]], allowed: tuple[str, ...]) -> str:
    if set(found) == set(allowed):
        return ""
    counts = _listed(sorted({x for xs in found.values() for x in xs}))
    return f"{cell.percent.text} of {cell.size} ({counts}) only if {words(tuple(found), ROUNDINGS)}"


def _sizes(result: Result, report: Report, printed: tuple[Cell, ...]) -> list[Check]:
    """Return the check of which arm sizes print everything, where some are not printed."""
    found, complete = all_tables(result, report)
    splits = sorted({tuple(n for _, n in table) for table in found})
    arms = [cell.arm for cell in printed]
    unknown = [cell.arm for cell in printed if cell.size is None]
    asks = f"How many patients were in {', '.join(unknown)}?"
    enrolled = report.trial.enrolled
    among = f"of the {enrolled} enrolled " if enrolled else "up to 1,000 patients an arm "
    computed = {"arms": arms, "splits": splits[:1000], "number": len(splits), "complete": complete,
                "tables": [list(map(list, table)) for table in list(found)[:1000]],
                "roundings": sorted({r for rs in found.values() for r in rs})}  # fmt: skip
    method = "exhaustive search over sizes and counts"
    if not splits:
        why = f"no sizes {among}print all percentages"
        return [Check(result.id, "sizes", "impossible", (), computed, method, why, PART, asks)]
    shown = "; ".join(" + ".join(map(str, split)) for split in splits[:5])
    more = "" if complete else " or more"
    number = f"one way to size the arms {among}prints" if len(splits) == 1 else (
        f"{len(splits):,}{more} ways to size the arms {among}print")  # fmt: skip
    why = f"{number} all percentages: {shown}{', ...' if len(splits) > 5 else ''}"
    readings = tuple(r for r in report.readings.rounding if any(r in rs for rs in found.values()))
    shown = (f"percentages: {words(readings, report.readings.rounding)}", "nobody lost")
    power, passes = size_power(printed, report, splits)
    return [Check(result.id, "sizes", "compatible", shown, computed, method, why, PART,
                  asks if len(splits) > 1 else "", power, passes)]  # fmt: skip


def size_power(printed: tuple[Cell, ...], report: Report, splits) -> tuple[str, float | None]:
    """Return how often random percentages would have passed: of these sizes, and of any sizes.

    The second only for two arms of unknown size among a known number, one patient at least in each
    arm outside the result.
    """
    if len(splits) != 1 or any(cell.percent is None for cell in printed):
        return "", None
    each = [passing_share(n, cell.percent.decimals)
            for n, cell in zip(splits[0], printed, strict=True)]  # fmt: skip
    sizes = " and ".join(dict.fromkeys(str(n) for n in splits[0]))
    shares = " and ".join(dict.fromkeys(per_cent(share, 1) for share in each))
    said = f"a random percentage of {sizes} would have passed in {shares}"
    named = {cell.arm for cell in printed}
    others = [arm for arm in report.groups if arm.id not in named]
    rest, decimals = report.trial.enrolled, printed[0].percent.decimals
    if len(printed) != 2 or not rest or any(c.size for c in printed) or any(a.n for a in others):
        return said, None
    if rest * 10**decimals > PAIRS:
        return said, None
    share = pair_share(rest - len(others), decimals, exact=not others)
    return (
        f"{said}; but no size is printed, and of random pairs {per_cent(share)} fit some sizes",
        share,
    )


def pair_share(total: int, decimals: int, *, exact: bool) -> float:
    """Return the share of pairs of percentages that two arms of together at most `total` can print.

    `exact`: of together exactly that. Rounded half up.
    """
    scale = 100 * 10**decimals
    prints = np.zeros((total, scale + 1), dtype=bool)
    for n in range(1, total):
        prints[n, [(2 * scale * x + n) // (2 * n) for x in range(n + 1)]] = True
    other = prints if exact else np.logical_or.accumulate(prints, axis=0)
    passing = np.zeros((scale + 1, scale + 1), dtype=bool)
    for n in range(1, total):
        passing[prints[n]] |= other[total - n]
    return float(passing.mean())


def all_sizes(result: Result, report: Report) -> Iterator[tuple[int, ...]]:
    """Yield the sizes of the arms that some rounding allows, in order, each once."""
    printed = cells(result, report)
    ways = (allocations(printed, report, r) for r in report.readings.rounding)
    return (sizes for sizes, _ in itertools.groupby(heapq.merge(*ways)))


def implied_sizes(report: Report) -> dict[str, int]:
    """Return the sizes of arms that are not printed and of which the percentages leave one choice.

    An arm outside the result gets what remains of the enrolled. It holds where nobody was lost.
    """
    out: dict[str, int] = {}
    for result in report.results:
        unknown = [name for name in result.arms if report.arm(name).n is None]
        if not unknown or not result.percent:
            continue
        splits = list(itertools.islice(all_sizes(result, report), 2))
        if len(splits) == 1:
            out |= dict(zip(result.arms, splits[0], strict=True))
    rest = [arm for arm in report.groups if arm.n is None and arm.id not in out]
    if out and len(rest) == 1 and report.trial.enrolled and report.trial.design not in SHARED:
        known = sum(arm.n or out.get(arm.id, 0) for arm in report.groups)
        out[rest[0].id] = report.trial.enrolled - known
    return out
