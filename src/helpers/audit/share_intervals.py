"""Printed percentages and their intervals go in; which usual method gives the intervals comes out.

Check `percent-interval`: every count that prints the percentage is tried with every method. Wilson
1927, JASA 22:209; Clopper & Pearson 1934, Biometrika 26:404; Agresti & Coull 1998, Am Stat 52:119;
with correction for continuity Newcombe 1998, Stat Med 17:857. Which method is best is not asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import special

from helpers.analyse.proportions import clopper_pearson, jeffreys, wilson, zero_event_upper
from helpers.audit.findings import HELD, Check, worst
from helpers.audit.intervals import OTHERS
from helpers.audit.model import DEPENDENT, Report, Result
from helpers.audit.percentages import fitting
from helpers.audit.printed import Printed, parse, prints, span, words
from helpers.audit.scale import reach
from helpers.audit.tables import MOST, Cell, cells
from helpers.audit.wording import by_side, level, names_adjustment
from helpers.rounding import plain

NAME = "percent-interval"
PART = "interval"
METHOD = "every usual interval of a proportion"
NAMED = ("bootstrap", "bayes", "credible", "profile", "cluster", "weighted")
Ends = tuple[float, float]


def _wald(x: int, n: int, at: float, *, corrected: float = 0.0) -> Ends:
    p = x / n
    half = reach(at) * math.sqrt(p * (1 - p) / n) + corrected / (2 * n)
    return p - half, p + half


def _agresti_coull(x: int, n: int, at: float) -> Ends:
    z2 = reach(at) ** 2
    p = (x + z2 / 2) / (n + z2)
    half = math.sqrt(z2 * p * (1 - p) / (n + z2))
    return p - half, p + half


def _wilson_corrected(x: int, n: int, at: float) -> Ends:
    z, p = reach(at), x / n
    parts = [(2 * x + z * z + s * (1 + z * math.sqrt(max(z * z + s * 2 - 1 / n
                                                     + 4 * p * (n * (1 - p) - s), 0.0))))
             / (2 * (n + z * z)) for s in (-1, 1)]  # fmt: skip
    return (parts[0] if x else 0.0), (parts[1] if x < n else 1.0)


def _logit(x: int, n: int, at: float) -> Ends:
    if x in (0, n):
        return math.nan, math.nan
    middle, half = math.log(x / (n - x)), reach(at) * math.sqrt(n / (x * (n - x)))
    return float(special.expit(middle - half)), float(special.expit(middle + half))


def _jeffreys_tails(x: int, n: int, at: float) -> Ends:
    """Return the two tails of Jeffreys' posterior, for none and for all too."""
    tail = (1 - at) / 2
    low, high = (special.betaincinv(x + 0.5, n - x + 0.5, q) for q in (tail, 1 - tail))
    return float(low), float(high)


def _one_sided(x: int, n: int, at: float) -> Ends:
    """Return the exact one-sided limit of none or of all; it has no other end."""
    if x not in (0, n):
        return math.nan, math.nan
    limit = zero_event_upper(n, level=at).upper
    return (0.0, limit) if x == 0 else (1 - limit, 1.0)


def _rule_of_three(x: int, n: int, at: float) -> Ends:
    """Return 3/n as the one-sided 95% limit of none; no other event or level has it (Hanley 1983)."""
    return (0.0, 3 / n) if x == 0 and n >= 3 and abs(at - 0.95) < 1e-9 else (math.nan, math.nan)


def _estimated(estimate: Callable) -> Callable[[int, int, float], Ends]:
    def ends(x: int, n: int, at: float) -> Ends:
        found = estimate(x, n, level=at)
        return found.lower, found.upper

    return ends


METHODS: dict[str, Callable[[int, int, float], Ends]] = {
    "Wald": _wald,
    "Wilson": _estimated(wilson),
    "Clopper-Pearson": _estimated(clopper_pearson),
    "Agresti-Coull": _agresti_coull,
    "Wilson corrected for continuity": _wilson_corrected,
    "Wald corrected for continuity": lambda x, n, at: _wald(x, n, at, corrected=1.0),
    "Jeffreys": _estimated(jeffreys),
    "Jeffreys, both tails": _jeffreys_tails,
    "logit": _logit,
    "exact, one-sided": _one_sided,
    "rule of three": _rule_of_three,
}


def share_interval(method: str, x: int, n: int, at: float) -> tuple[Ends, ...]:
    """Return the interval of x of n by a method of `METHODS`, 0 to 1: as it is, and cut at 0 and 1.

    `at` is the level, 0 to 1. NaN where the method gives none.
    """
    ends = METHODS[method](x, n, at)
    return ends, (max(ends[0], 0.0), min(ends[1], 1.0))


def check_share_intervals(result: Result, report: Report) -> list[Check]:
    """Return the check of the intervals of a result's percentages; none where none is printed."""
    found = []
    for place, cell in enumerate(cells(result, report)):
        pair = result.intervals[place] if place < len(result.intervals) else ("", "")
        ends = [parse(end) if end else None for end in pair]
        if any(ends) and (cell.percent is not None or cell.count is not None):
            found.append((report.arm(cell.arm).label, *_of_arm(result, report, cell, ends)))
    if not found:
        return []
    verdict = worst(verdict for _, verdict, *_ in found)
    if verdict == "questioned" and _another(result, report):
        verdict = "not checkable"
    why = "; ".join(f"{label}: {said}" for label, _, said, _ in found)
    readings = tuple(dict.fromkeys(reading for *_, names in found for reading in names))
    computed = {label: list(names) for label, *_, names in found}
    asks = f"By which method, of how many patients, are the intervals of “{result.id}”?"
    settled = verdict in HELD
    return [Check(result.id, NAME, verdict, readings if settled else (), computed, METHOD, why, PART,
                  "" if settled else asks)]  # fmt: skip


def _another(result: Result, report: Report) -> bool:
    """Return whether the words, or the design, name a method that cannot be redone from counts."""
    said = f"{result.test} {result.quote}".lower()
    return (names_adjustment(result) or report.trial.design in DEPENDENT
            or any(word in said for word in (*NAMED, *OTHERS) if word not in _REDONE))  # fmt: skip


_REDONE = ("exact", "score", "agresti", "fisher", "conditional", "newcombe", "miettinen")


def _of_arm(result: Result, report: Report, cell: Cell, ends: list[Printed | None]):
    """Return (verdict, words, readings) of one arm's interval."""
    shown = f"{ends[0].text if ends[0] else '?'} to {ends[1].text if ends[1] else '?'}"
    ways = report.readings.rounding
    if cell.size is None:
        return "not checkable", f"of how many patients {shown} is an interval is not printed", ()
    counts = _counts(cell, ways)
    if not counts or len(counts) > MOST // 20:
        return "not checkable", f"no count behind {shown} is known", ()
    texts = tuple(end.text if end else "" for end in ends)

    def of(at: float) -> dict[str, tuple[str, ...]]:
        return {name: _roundings(name, counts, cell.size, at, ends, ways) for name in METHODS}

    by_method = by_side(result, texts, of)
    given = {name: found for name, found in by_method.items() if found}
    if not given and _outside(cell, counts, ends, ways):
        return "impossible", f"the percentage lies outside its own interval, {shown}", ()
    if not given:
        return (
            "questioned",
            f"{shown} is no usual interval of {_nearest(counts, cell.size, result)}",
            (),
        )
    readings = tuple(f"interval: {name}, {words(found, ways)}" for name, found in given.items())
    why = f"{shown} is the interval of {_said(counts, cell.size)} by {' or '.join(given)}"
    return "reproduced" if cell.count is not None else "compatible", why, readings


def _counts(cell: Cell, ways: tuple[str, ...]) -> list[int]:
    if cell.count is not None:
        return [cell.count] if cell.count <= cell.size else []
    return sorted({x for found in fitting(cell, cell.size, ways).values() for x in found})


def _said(counts: list[int], n: int) -> str:
    return f"{counts[0]}{f' to {counts[-1]}' if len(counts) > 1 else ''} of {n}"


def _outside(cell: Cell, counts: list[int], ends: list[Printed | None], ways) -> bool:
    """Return whether every count lies beyond an end, however that is rounded."""
    low = min(span(ends[0], r)[0] for r in ways) if ends[0] else -math.inf
    high = max(span(ends[1], r)[1] for r in ways) if ends[1] else math.inf
    room = 1e-9  # of a per cent
    return all(not low - room <= 100 * x / cell.size <= high + room for x in counts)


def _roundings(method: str, counts, n: int, at: float, ends, ways) -> tuple[str, ...]:
    """Return the roundings under which some count's interval, by one method, prints both ends."""
    computed = [found for x in counts for found in share_interval(method, x, n, at)]
    return tuple(r for r in ways if any(
        all(end is None or prints(100 * float(value), end, r)
            for end, value in zip(ends, found, strict=True)) for found in computed))  # fmt: skip


def _nearest(counts: list[int], n: int, result: Result) -> str:
    """Return the count in the middle with its Wilson and exact intervals, in words."""
    x = counts[len(counts) // 2]
    parts = []
    for name in ("Wilson", "Clopper-Pearson"):
        low, high = (100 * v for v in share_interval(name, x, n, level(result))[0])
        parts.append(f"{plain(low, 3)}% to {plain(high, 3)}% by {name}")
    return f"{_said(counts, n)} ({x} of {n} has {', '.join(parts)})"
