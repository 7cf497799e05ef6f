"""Means before and after and the mean change go in; whether one is the difference of the others comes out.

Check `change-from-means`: of the same patients it is, whatever the values. Medians have no such rule,
nor have adjusted means and changes in per cent; a fall may be printed without its sign.
"""

from __future__ import annotations

from fractions import Fraction

from helpers.audit.findings import HELD, Check, worst
from helpers.audit.mean_p import number
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, prints, span
from helpers.audit.tables import cells
from helpers.audit.wording import allowed, names_adjustment
from helpers.rounding import plain

NAME = "change-from-means"
PART = "change"
OTHERS = (
    "median",
    "least square",
    "ls mean",
    "lsm",
    "imput",
    "log",
    "geometric",
    "per cent",
    "percent",
)


def check_net_change(result: Result, report: Report) -> list[Check]:
    """Return the check of mean changes against means before and after; none where one is missing."""
    found = []
    for place, cell in enumerate(cells(result, report)):
        numbers = [number(values, place) for values in (result.before, result.after, result.mean)]
        if None in numbers or any(one.sign for one in numbers):
            continue
        verdict, why = _arm(*numbers)
        found.append((verdict, f"{report.arm(cell.arm).label}: {why}"))
    if not found:
        return []
    verdict = worst(verdict for verdict, _ in found)
    if verdict == "questioned" and not _means(result):
        verdict = "not checkable"
    asks = "" if verdict in HELD else (
        f"Are before, after and change of “{result.id}” means of the same patients?")  # fmt: skip
    readings = () if asks else ("before, after and change are means of the same patients",)
    why = "; ".join(why for _, why in found)
    return [Check(result.id, NAME, verdict, readings, {}, "difference", why, PART, asks)]


def _means(result: Result) -> bool:
    """Return whether all three are unadjusted means of the same patients, as far as words say."""
    said = f"{result.test} {result.quote} {result.note}".lower()
    ends = "".join(
        (*result.before, *result.after)
    )  # of values in %, a change without it is in points
    unit = "%" in "".join(result.mean) and "%" not in ends
    ranks = result.test.strip() and not allowed(result, ("t", "paired t"))
    other = any(word in said for word in OTHERS) or any(result.of)
    return not (names_adjustment(result) or unit or ranks or other)


def _arm(before: Printed, after: Printed, change: Printed) -> tuple[str, str]:
    exact = after.value - before.value
    start, end, net = (span(one, "half-up") for one in (before, after, change))
    ends = end[0] - start[1], end[1] - start[0]
    shown = f"{before.text} to {after.text}"
    for sign, said in ((1, ""), (-1, ", printed without its sign")):
        low, high = sorted(sign * v for v in ends)
        room = 1e-9 * max(1.0, abs(high))
        if low <= net[1] + room and net[0] - room <= high:
            given = any(prints(Fraction(sign) * exact, change, r) for r in ("half-up", "half-even"))
            return (
                "reproduced" if given else "compatible",
                f"{shown} is a change of {change.text}{said}",
            )
    gap = plain(float(exact), 4)
    return "questioned", f"{shown} is a change of {gap}, printed {change.text}"
