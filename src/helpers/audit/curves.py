"""A curve's printed percentage and an arm's size go in; events and losses that print it come out.

Check `kaplan-meier-counts`. A patient lost was at risk at a visit and gone before the next, so
nobody is lost after the last one. The Kaplan-Meier end depends only on how many events came before
each loss: between losses the product telescopes. So for a number of events and of losses the end
lies between 1 - x/(n - c), all lost first, and 1 - x/n, all lost last.
"""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.model import Readings, Report, Result
from helpers.audit.percentages import all_sizes
from helpers.audit.printed import Printed, parse, prints, span, words
from helpers.audit.tables import MOST, cells, counts_that_print

NAME = "kaplan-meier-counts"
PART = "percentages"
ORDERS = 200_000  # orders of losses that are gone through one by one
MOST_LISTED = 8  # pairs of events and losses that are named one by one
AXES = {"survival": "percentages of those without the event",
        "cumulative": "percentages of those with the event"}  # fmt: skip

Pairs = dict[tuple[int, int], tuple[str, ...]]


def km_end(size: int, events: int, before: tuple[int, ...]) -> Fraction:
    """Return the Kaplan-Meier end of an arm; `before`: events before each loss, in order."""
    survival, risk, done = Fraction(1), size, 0
    for place in (*before, events):
        if place > done:
            survival *= Fraction(risk - (place - done), risk)
        risk -= place - done
        done = place
        risk -= 1  # the loss; after the last events it no longer matters
    return survival


def orders(events: int, lost: int, visits: int) -> Iterator[tuple[int, ...]]:
    """Yield the ways to put losses between events that so many visits permit, simplest first.

    Losses at m places need m + 1 visits.
    """
    for places in range(1, min(lost, visits - 1, events + 1) + 1):
        for chosen in itertools.combinations(range(events + 1), places):
            for cuts in itertools.combinations(range(1, lost), places - 1):
                ends = (0, *cuts, lost)
                repeats = [b - a for a, b in itertools.pairwise(ends)]
                yield tuple(j for j, k in zip(chosen, repeats, strict=True) for _ in range(k))


def _shown(survival: Fraction, axis: str) -> Fraction:
    return 100 * (survival if axis == "survival" else 1 - survival)


def km_pairs(percent: Printed, size: int, readings: Readings, *, axis: str) -> Pairs:
    """Return every (events, lost) that some order prints as `percent`, with the roundings that do.

    `axis`: "survival" where the percentage is of those without the event, "cumulative" of those
    with it. Events that print it with all lost first, or all last, are two runs of whole numbers; between
    the runs, if they leave a gap, the orders of the losses are gone through.
    """
    cap = min(readings.lost_at_most, size) if readings.visits > 1 else 0
    out: dict[tuple[int, int], list[str]] = {}
    for lost in range(cap + 1):
        for rounding in readings.rounding:
            # where all are lost nobody has the event, and no order differs
            first, last = (_events(percent, n or size, rounding, axis) for n in (size - lost, size))
            most = size - lost + 1
            gap = range(first.stop, min(last.start, most))
            found = [x for x in gap if _between(percent, size, x, lost, readings, rounding, axis)]
            runs = (range(run.start, min(run.stop, most)) for run in (first, last))
            every = dict.fromkeys(itertools.chain(*runs, found))
            spend(len(every))
            for events in every:
                out.setdefault((events, lost), []).append(rounding)
    return {pair: tuple(ways) for pair, ways in sorted(out.items())}


def _events(percent: Printed, n: int, rounding: str, axis: str) -> range:
    """Return the events of `n` patients, nobody of whom is lost, that print the percentage."""
    found = counts_that_print(percent, n, rounding)
    return found if axis == "cumulative" else range(n - found.stop + 1, n - found.start + 1)


def _between(percent, size, events, lost, readings: Readings, rounding, axis) -> bool:
    """Return whether some order of the losses prints what lies between the ends of all orders."""
    spend(5)
    low, high = span(percent, rounding)
    least = low if axis == "survival" else 100 - high
    near = _near_ends(size, events, lost, readings.visits, least)
    between = itertools.islice(orders(events, lost, readings.visits), ORDERS)
    ends = (_counted_end(size, events, before) for before in between)
    return any(prints(_shown(end, axis), percent, rounding)
               for end in itertools.chain(near, ends))  # fmt: skip


def _near_ends(size: int, events: int, lost: int, visits: int, least: float) -> Iterator[Fraction]:
    """Yield ends next to `least` per cent: of those lost, one leaves after i events, the others after j
    or j + 1.

    The later they leave the higher is the end: bisection for j, for how many leave after j + 1, and
    for i. Of long curves one of these prints, and no other order need be gone through.
    """

    def at(i: int, j: int, later: int) -> Fraction:
        spend(3)
        left, here = size - j - (lost - later), j + (later > 0)
        end = Fraction(size - i, size) * Fraction(size - 1 - j, size - 1 - i)
        if later:
            end *= Fraction(left - 1, left)
        return end * (Fraction(size - events - lost, size - here - lost) if here < events else 1)

    wanted = least / 100
    j = _last_below(size, events, lost, wanted)
    while j > 0 and at(j, j, 0) >= wanted:
        j -= 1
    while j + 1 < events and at(j + 1, j + 1, 0) < wanted:
        j += 1
    yield from (at(k, k, 0) for k in (j, min(j + 1, events - 1)))
    if visits > 2:
        later = bisect.bisect_left(range(lost), wanted, key=lambda k: at(j, j, k))
        yield from (at(j, j, k) for k in range(max(0, later - 1), min(lost - 1, later + 1) + 1))
        if visits > 3 and 0 < later < lost:
            first = bisect.bisect_left(range(j), wanted, key=lambda i: at(i, j, later))
            yield from (at(i, j, later) for i in (max(0, first - 1), first))


def _last_below(size: int, events: int, lost: int, wanted: float) -> int:
    """Return, to a unit or so, after how many events all must be lost at once for an end just below `wanted`.

    After j the end is (n - j) (n - x - c) / (n (n - j - c)): solved for n - j.
    """
    left = size - events - lost
    factor = wanted * size / left if left else math.inf
    at_risk = lost / (1 - 1 / factor) if factor > 1 else math.inf
    return min(max(math.ceil(size - at_risk) - 1 if at_risk < size else 0, 0), max(events - 1, 0))


def _counted_end(size: int, events: int, before: tuple[int, ...]) -> Fraction:
    spend(2 + len(before))
    return km_end(size, events, before)


def axes(result: Result) -> tuple[str, ...]:
    """Return the readings of what a curve's percentage counts: one where the report says it.

    Else both, those without the event first, unless all percentages are below one half.
    """
    if result.y_axis:
        return (result.y_axis,)
    numbers = [parse(text) for text in result.percent if text]
    few = bool(numbers) and all(number.value < 50 for number in numbers)
    return ("cumulative", "survival") if few else ("survival", "cumulative")


def curve_sizes(result: Result, report: Report) -> list[tuple[int, ...]]:
    """Return the arm sizes to go through: those printed, or those that whole patients allow.

    At most `tables.MOST` and one more.
    """
    printed = cells(result, report)
    if all(cell.size is not None for cell in printed):
        return [tuple(cell.size for cell in printed)]
    return list(itertools.islice(all_sizes(result, report), MOST + 1))


def arm_pairs(result: Result, report: Report, sizes: tuple[int, ...], axis: str) -> list[Pairs]:
    """Return, for every arm, its (events, lost) and their roundings; a printed count restricts them."""
    out = []
    for cell, size in zip(cells(result, report), sizes, strict=True):
        if cell.percent is None:
            cap = min(report.readings.lost_at_most, size) if report.readings.visits > 1 else 0
            spend((cap + 1) * (size + 1) // 10)
            found = {(x, c): report.readings.rounding
                     for c in range(cap + 1) for x in range(size - c + 1)}  # fmt: skip
        else:
            found = km_pairs(cell.percent, size, report.readings, axis=axis)
        if cell.count is not None:
            found = {pair: r for pair, r in found.items()
                     if cell.count in (pair[0], size - pair[0] - pair[1])}  # fmt: skip
        out.append(found)
    return out


def check_curve(result: Result, report: Report) -> list[Check]:
    """Return the checks of a curve's percentages, one for each reading of what they count."""
    if not any(parse(text) for text in result.percent if text):
        return []
    choices = curve_sizes(result, report)
    if len(choices) != 1:
        return []  # `sizes` says how many ways there are to size the arms
    return [_check(result, report, choices[0], axis) for axis in axes(result)]


def primary(found: Iterable[Pairs], readings: Readings) -> tuple[str, ...]:
    """Return the roundings to list an arm's counts by: rounded where that allows all, else cut off."""
    found = list(found)
    ways = tuple(r for r in readings.rounding
                 if all(any(r in rs for rs in pairs.values()) for pairs in found))  # fmt: skip
    return tuple(r for r in ways if r != "cut-off") or ways


def under(pairs: Pairs, ways: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the (events, lost) that one of these roundings allows."""
    return [pair for pair, roundings in pairs.items() if set(roundings) & set(ways)]


def _check(result: Result, report: Report, sizes: tuple[int, ...], axis: str) -> Check:
    found = dict(zip(result.arms, arm_pairs(result, report, sizes, axis), strict=True))
    ways = primary(found.values(), report.readings)
    asks = f"How many patients were at risk, and how many were lost, by “{result.id}”?"
    method = "exhaustive enumeration"
    if not ways:
        empty = [arm for arm, pairs in found.items() if not pairs]
        which = f"of {' and '.join(empty)} " if empty else "together "
        why = (f"no events and at most {report.readings.lost_at_most} lost print the percentages "
               f"{which}at {report.readings.visits} visits")  # fmt: skip
        computed = {arm: [list(pair) for pair in pairs] for arm, pairs in found.items()}
        return Check(result.id, NAME, "impossible", (), computed, method, why, PART, asks)
    listed = {arm: under(pairs, ways) for arm, pairs in found.items()}
    kept = {arm: set(pairs) for arm, pairs in listed.items()}
    further = {arm: [list(pair) for pair in pairs if pair not in kept[arm]]
               for arm, pairs in found.items()}  # fmt: skip
    computed: dict = {arm: [list(pair) for pair in pairs] for arm, pairs in listed.items()}
    if any(further.values()):
        computed["only if cut off"] = further
    readings = (_losses(listed, report), AXES[axis],
                f"percentages: {words(ways, report.readings.rounding)}")  # fmt: skip
    why = "; ".join(_arm_words(report.arm(arm).label, pairs) for arm, pairs in listed.items())
    return Check(result.id, NAME, "compatible", readings, computed, method, why, PART, asks)


def _losses(listed: dict[str, list[tuple[int, int]]], report: Report) -> str:
    parts = []
    for arm, pairs in listed.items():
        lost = sorted({c for _, c in pairs})
        if lost[0]:
            shown = " or ".join(map(str, lost)) if len(lost) < 3 else f"{lost[0]} to {lost[-1]}"
            parts.append(f"{shown} lost before the end with {report.arm(arm).label}")
    return f"Kaplan-Meier, {'; '.join(parts) or 'nobody need be lost'}"


def _arm_words(label: str, pairs: list[tuple[int, int]]) -> str:
    if len(pairs) > MOST_LISTED:
        (few, many), (least, most) = ((min(v), max(v)) for v in zip(*pairs, strict=True))
        return f"{label}: {few} to {many} events with {least} to {most} lost, in {len(pairs)} ways"
    return f"{label}: events {', '.join(f'{x} with {c} lost' for x, c in pairs)}"
