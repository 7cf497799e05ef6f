"""A mean, its SD and the smallest and largest value go in; whether values have them all comes out.

Check `sd-from-range`. With both ends attained, the squares about the mean are least where all other
values are equal, and never more than n (high - mean)(mean - low) (Bhatia & Davis 2000, Am Math
Monthly 107:353). Every printed number stands for all values that print so; nothing else is assumed.
"""

from __future__ import annotations

import itertools
import math

from helpers.audit.findings import Check, worst
from helpers.audit.mean_p import number, spread_of
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse, span
from helpers.audit.tables import cells
from helpers.rounding import plain

NAME = "sd-from-range"
PART = "range"
Box = tuple[float, float]


def sd_ends(mean: float, low: float, high: float, n: int) -> Box:
    """Return the least and largest SD of n values, 2 or more, with this mean, smallest and largest value.

    NaN where the mean lies outside, or no n values have it.
    """
    rest = n * mean - low - high
    other = rest / (n - 2) if n > 2 else 0.0
    room = 1e-9 * max(1.0, high - low)
    if not low - room <= mean <= high + room or (n > 2 and not low - room <= other <= high + room):
        return math.nan, math.nan
    least = (low - mean) ** 2 + (high - mean) ** 2 + max(n - 2, 0) * (other - mean) ** 2
    most = max(n * (high - mean) * (mean - low), 0.0)
    return math.sqrt(least / (n - 1)), math.sqrt(most / (n - 1))


def check_range(result: Result, report: Report) -> list[Check]:
    """Return the check of means and SDs against the printed range of values; none without a range."""
    found = []
    for place, cell in enumerate(cells(result, report)):
        pair = result.range[place] if place < len(result.range) else ("", "")
        mean, ends = number(result.mean, place), [parse(end) if end else None for end in pair]
        if mean is None or None in ends or any(one.sign for one in (mean, *ends)):
            continue
        spread = spread_of(result, place, cell.size, "half-up") if (cell.size or 0) > 1 else None
        shown = f"{mean.text} within {pair[0]} to {pair[1]}"
        verdict, why = _arm(
            [span(one, "half-up") for one in (mean, *ends)], spread, cell.size, shown
        )
        found.append((verdict, f"{report.arm(cell.arm).label}: {why}"))
    if not found:
        return []
    verdict = worst(verdict for verdict, _ in found)
    asks = f"What are the single values of “{result.id}”?" if verdict == "impossible" else ""
    return [Check(result.id, NAME, verdict, method="least and largest sum of squares", part=PART,
                  why="; ".join(why for _, why in found), asks=asks)]  # fmt: skip


def _arm(boxes: list[Box], spread, n: int | None, shown: str) -> tuple[str, str]:
    mean, low, high = boxes
    if mean[1] < low[0] or mean[0] > high[1]:
        return "impossible", f"the mean lies outside its own range: no {shown}"
    if spread is None or not n:
        return "compatible", f"a mean of {shown} is possible"
    # the ends of SD lie at corners of what is printed, or where the mean is the middle of the range
    middle = sorted((mean[0], (low[0] + high[1]) / 2, mean[1]))[1]
    corners = [sd_ends(m, a, b, n) for m, a, b in itertools.product((*mean, middle), low, high)]
    corners = [ends for ends in corners if ends[0] == ends[0]]
    if not corners:
        return "impossible", f"no {n} values have a mean of {shown}"
    least, most = min(a for a, _ in corners), max(b for _, b in corners)
    said = f"{n} values with a mean of {shown} have an SD of {plain(least, 3)} to {plain(most, 3)}"
    fits = spread[1] <= most * (1 + 1e-9) and least * (1 - 1e-9) <= spread[2]
    return "compatible" if fits else "impossible", f"{said}, printed {plain(spread[0], 3)}"
