"""Printed means, spreads and a P go in; which test of them prints the P comes out (`p-from-means`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from scipy import special

from helpers.audit.findings import Check
from helpers.audit.mean_tests import TESTS, p_range, tests_for
from helpers.audit.model import Report, Result
from helpers.audit.printed import (
    Printed,
    as_rounded,
    p_text,
    parse,
    prints,
    roundings_that_print,
    span,
    words,
)
from helpers.audit.tables import cells
from helpers.audit.wording import allowed, level, names_adjustment, one_sided

NAME = "p-from-means"
METHOD = "tests of printed means and SDs"


def number(values: tuple[str, ...], place: int) -> Printed | None:
    """Return the printed number of one arm; None where nothing is printed."""
    text = values[place] if place < len(values) else ""
    return parse(text) if text else None


def spread_of(
    result: Result, place: int, n: int, rounding: str
) -> tuple[float, float, float] | None:
    """Return (SD, low, high) of an arm from its printed SD, standard error or interval."""
    sd, se = number(result.sd, place), number(result.se, place)
    if sd is not None:
        return (float(sd), *span(sd, rounding))
    if se is not None:
        return tuple(math.sqrt(n) * v for v in (float(se), *span(se, rounding)))
    if place < len(result.intervals) and all(result.intervals[place]):
        low, high = (parse(end) for end in result.intervals[place])
        at = level(result)
        factor = math.sqrt(n) / (2 * float(special.stdtrit(n - 1, (1 + at) / 2)))
        room = float(low.unit + high.unit) / 2
        width = float(high.value - low.value)
        return tuple(factor * max(0.0, w) for w in (width, width - room, width + room))
    return None


def between(
    means: Sequence[float], rooms: Sequence[float], sizes: Sequence[int]
) -> tuple[float, float]:
    """Return bounds of the root of the sum of squares between arms, of means that are up to `rooms` off.

    It is a norm: means moved by r move it by at most r's norm.
    """
    grand = sum(m * n for m, n in zip(means, sizes, strict=True)) / sum(sizes)
    root = math.sqrt(sum(n * (m - grand) ** 2 for m, n in zip(means, sizes, strict=True)))
    room = math.sqrt(sum(n * r**2 for r, n in zip(rooms, sizes, strict=True)))
    return max(0.0, root - room), root + room


def check_p_of_means(result: Result, report: Report) -> list[Check]:
    """Return the check of a printed P against t tests, or analysis of variance, of printed means."""
    if not result.p or not result.p[0]:
        return []
    sizes = [cell.size for cell in cells(result, report)]
    means = [number(result.mean, place) for place in range(len(sizes))]
    geometric = is_geometric(result)
    spread = _log_spread if geometric else partial(spread_of, rounding="half-up")
    spreads = [spread(result, k, n) if n and n > 1 else None for k, n in enumerate(sizes)]
    anova = "anova" in result.test.lower()
    tests = tests_for(len(sizes)) if anova else allowed(result, tests_for(len(sizes)))
    if names_adjustment(result) and not anova:
        return [_not_checkable(result, "the words name an adjustment, which cannot be redone")]
    if any(v is None for v in (*means, *spreads)):
        asks = f"What are the SDs and numbers of patients of “{result.id}”?"
        return [_not_checkable(result, "no spread or size of an arm is printed", asks)]
    if not tests:
        return [_not_checkable(result, f"{result.test} cannot be computed from means and SDs")]
    to = math.log if geometric else float
    arms = [(to(float(m)), s[0], n) for m, s, n in zip(means, spreads, sizes, strict=True)]
    boxes = [tuple(map(to, span(m, "half-up"))) for m in means], [s[1:] for s in spreads]
    half = 0.5 if one_sided(result) else 1.0  # a one-sided P, in the direction seen
    exact = {t: half * TESTS[t](arms) for t in tests}
    ranges = {t: tuple(half * end for end in p_range(t, *boxes, sizes)) for t in tests}
    found = _p_verdict(result, report.readings.rounding, exact, ranges)
    if geometric:
        found = replace(found, why=f"{found.why}; of logarithms, as the means are geometric")
    return [found]


def is_geometric(result: Result) -> bool:
    """Return whether means are said to be geometric, or are the middle of their intervals only as logs."""
    said = f"{result.test} {result.quote} {result.note} {result.name} {result.id}".lower()
    if "geometric" in said or "gmt" in said or "gmc" in said:
        return all(n is None or span(n, "half-up")[0] > 0
                   for n in (number(result.mean, k) for k in range(len(result.mean))))  # fmt: skip
    return any(_log_only(result, place) for place in range(len(result.intervals)))


def _log_only(result: Result, place: int) -> bool:
    """Return whether an arm's mean is the middle of its interval on the log scale and on no other."""
    mean, pair = number(result.mean, place), result.intervals[place]
    ends = [parse(end) if end else None for end in pair]
    if mean is None or None in ends or any(n.sign for n in (mean, *ends)):
        return False
    value, low, high = (span(n, "half-up") for n in (mean, *ends))
    plainly = value[1] >= (low[0] + high[0]) / 2 and value[0] <= (low[1] + high[1]) / 2
    even = low[0] > 0 and value[1] ** 2 >= low[0] * high[0] and value[0] ** 2 <= low[1] * high[1]
    return even and not plainly


def _log_spread(result: Result, place: int, n: int) -> tuple[float, float, float] | None:
    """Return (SD, low, high) of the logs of an arm from the interval of its geometric mean."""
    pair = result.intervals[place] if place < len(result.intervals) else ("", "")
    ends = [parse(end) if end else None for end in pair]
    if None in ends or any(e.sign or span(e, "half-up")[0] <= 0 for e in ends):
        return None
    factor = math.sqrt(n) / (2 * float(special.stdtrit(n - 1, (1 + level(result)) / 2)))
    low, high = (tuple(map(math.log, span(end, "half-up"))) for end in ends)
    widths = math.log(float(ends[1]) / float(ends[0])), high[0] - low[1], high[1] - low[0]
    return tuple(factor * max(0.0, w) for w in widths)


def _not_checkable(result: Result, why: str, asks: str = "") -> Check:
    return Check(result.id, NAME, "not checkable", method=METHOD, why=why, part="P", asks=asks)


def _p_verdict(result: Result, ways: tuple[str, ...], exact: dict, ranges: dict) -> Check:
    text, wanted = result.p[0], parse(result.p[0])
    given = {t: roundings_that_print(p, wanted, ways) for t, p in exact.items() if p == p}
    given = {t: r for t, r in given.items() if r}
    room = {t: tuple(r for r in ways if _meets(ends, wanted, r)) for t, ends in ranges.items()}
    room = {t: r for t, r in room.items() if r}
    found = given or room
    readings = tuple(f"P: {t}, {words(r, ways)}" for t, r in found.items())
    shown = "; ".join(f"{t} {as_rounded(exact[t], ends)}" for t, ends in ranges.items())
    computed = {"p": exact, "range": {t: list(ends) for t, ends in ranges.items()}}
    verdict = "reproduced" if given else "compatible" if room else "questioned"
    why = f"printed {text}, computed {shown}"
    asks = "" if found else f"Which test gave {p_text(text)} for “{result.id}”?"
    return Check(result.id, NAME, verdict, readings, computed, METHOD, why, "P", asks)


def held(
    exact: float, ends: tuple[float, float], wanted: Printed, ways: tuple[str, ...]
) -> tuple[str, tuple[str, ...]]:
    """Return the verdict on a printed P and the roundings: of the P computed, or of one between the ends."""
    given = roundings_that_print(exact, wanted, ways)
    room = given or tuple(r for r in ways if _meets(ends, wanted, r))
    return ("reproduced" if given else "compatible" if room else "questioned"), room


def _meets(ends: tuple[float, float], wanted: Printed, rounding: str) -> bool:
    """Return whether some value between the ends prints as wanted."""
    low, high = span(wanted, rounding)
    inside = ends[0] <= high and low <= ends[1]
    return inside and (
        any(prints(e, wanted, rounding) for e in ends) or (ends[0] < high and low < ends[1])
    )
