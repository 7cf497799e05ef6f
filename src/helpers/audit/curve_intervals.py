"""A curve's printed percentage, its interval and the arm's size go in; whether they go together comes out.

Check `curve-interval`. Greenwood's variance of log S is the sum of d / (n (n - d)) over the events,
d / n of 1/S for every step of it. Of N patients with c lost, n lies between N S - c and N S: a loss
takes one from n, and events do not widen the gap. So the variance is never below (1 - S) / (S N),
which nobody lost gives, and never above log((N - c) / (N - c / S)) / c.
Plain, log, log-log, logit and arc sine: Kalbfleisch & Prentice 2002, ch. 1.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from scipy import special

from helpers.audit.findings import Check, worst
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, parse, span
from helpers.audit.scale import reach
from helpers.audit.tables import Cell, cells
from helpers.audit.wording import level, names_adjustment

NAME = "curve-interval"
PART = "interval"
METHOD = "ends of Greenwood's variance"
OTHERS = ("bootstrap", "bayes", "credible", "cumulative incidence", "competing", "weighted")
STEPS = 24  # values of the curve tried between the ends of what its percentage may be
SLACK = 1e-6  # relative rounding error of a variance
Ends = tuple[float, float]


@dataclass(frozen=True)
class Method:
    """A scale on which an interval of survival is even, its slope against log survival, and back."""

    to: Callable[[float], float]
    slope: Callable[[float], float]


# as R's survfit(conf.type = "plain", "log", "log-log", "logit", "arcsin")
METHODS = {
    "plain": Method(lambda s: s, lambda s: s),
    "log": Method(lambda s: _finite(math.log, s), lambda s: 1.0),
    "log-log": Method(
        lambda s: -_finite(lambda v: math.log(-math.log(v)), s), lambda s: -1 / math.log(s)
    ),
    "logit": Method(lambda s: _finite(special.logit, s), lambda s: 1 / (1 - s)),
    "arc sine": Method(lambda s: math.asin(math.sqrt(s)), lambda s: math.sqrt(s / (1 - s)) / 2),
}


def _finite(to: Callable[[float], float], survival: float) -> float:
    """Return the scale's value, that of a survival just above 0 or below 1 at these ends."""
    return float(to(min(max(survival, 1e-12), 1 - 1e-12)))


def log_error(s: float, n: float) -> float:
    """Return Greenwood's standard error of log S where nobody of `n` is lost."""
    return math.sqrt((1 - s) / (s * n))


def check_curve_intervals(result: Result, report: Report) -> list[Check]:
    """Return the check of the intervals of a curve's percentages; none where none is printed."""
    found = []
    for place, cell in enumerate(cells(result, report)):
        pair = result.intervals[place] if place < len(result.intervals) else ("", "")
        ends = [parse(end) if end else None for end in pair]
        if None not in ends and cell.percent is not None and not cell.percent.sign:
            said = _of_arm(result, report, cell, ends)
            found.append((report.arm(cell.arm).label, *said))
    if not found:
        return []
    verdict = worst(verdict for _, verdict, *_ in found)
    said = f"{result.test} {result.quote}".lower()
    if verdict == "questioned" and (names_adjustment(result) or any(w in said for w in OTHERS)):
        verdict = "not checkable"
    settled = verdict == "compatible"
    readings = tuple(dict.fromkeys(r for *_, names in found for r in names)) if settled else ()
    asks = (
        ""
        if settled
        else f"How many were at risk and lost before “{result.id}”, and how is its interval made?"
    )
    why = "; ".join(f"{label}: {said}" for label, _, said, _ in found)
    return [Check(result.id, NAME, verdict, readings, {}, METHOD, why, PART, asks)]


def fewest_lost(variance: float, s: float, n: int) -> int | None:
    """Return how many of `n` must at least be lost for this variance of log S; None for too small a one."""
    if variance < log_error(s, n) ** 2 * (1 - SLACK):
        return None
    lost = 0
    while variance > _most(lost, s, n) * (1 + SLACK):
        lost += 1
    return lost


def _most(lost: int, s: float, n: int) -> float:
    """Return what Greenwood's variance of log S is at most, with so many of `n` lost."""
    if lost >= n * s:
        return math.inf
    return math.log((n - lost) / (n - lost / s)) / lost if lost else log_error(s, n) ** 2


def _of_arm(result: Result, report: Report, cell: Cell, ends: list[Printed]):
    """Return (verdict, words, readings) of one arm's interval."""
    shown, n = f"{ends[0].text} to {ends[1].text}", cell.size
    low, high = (tuple(v / 100 for v in span(end, "half-up")) for end in ends)
    value = tuple(v / 100 for v in span(cell.percent, "half-up"))
    if value[1] < low[0] or value[0] > high[1]:
        return "impossible", f"the percentage lies outside its own interval, {shown}", ()
    if not n:
        return "not checkable", f"of how many patients {shown} is an interval is not printed", ()
    at, points = level(result), _points(value, n)
    found = {name: list(errors(one, points, (low, high), at)) for name, one in METHODS.items()}
    found = {name: fits for name, fits in found.items() if fits}
    if not found:
        return "questioned", f"{shown} is no usual interval of a curve at {cell.percent.text}", ()
    fewest = {name: _fewest(fits, n) for name, fits in found.items()}
    fewest = {name: lost for name, lost in fewest.items() if lost is not None}
    if not fewest:
        alone = math.ceil(
            min((1 - s) / (s * most**2) for fits in found.values() for s, _, most in fits)
        )
        why = f"{shown} is as narrow as of {alone} patients with nobody lost; the arm has {n}"
        return "questioned", why, ()
    return _with_losses(shown, fewest, n, report.readings.lost_at_most)


def _points(value: Ends, n: int) -> list[float]:
    """Return values of survival between two ends, and those of whole patients of whom nobody is lost."""
    whole = range(math.ceil(value[0] * n - SLACK), math.floor(value[1] * n + SLACK) + 1)
    steps = (value[0] + (value[1] - value[0]) * k / STEPS for k in range(STEPS + 1))
    return [*steps, *(x / n for x in itertools.islice(whole, STEPS))]


def _fewest(fits: list[tuple[float, float, float]], n: int) -> int | None:
    """Return how many must be lost for one of these errors; None where all are too small."""
    found = [
        fewest_lost(max(least, min(most, log_error(s, n))) ** 2, s, n) for s, least, most in fits
    ]
    return min((lost for lost in found if lost is not None), default=None)


def _with_losses(shown: str, fewest: dict[str, int], n: int, most: int):
    """Return the verdict on an interval that needs so many lost, by method; `most` is allowed."""
    least = min(fewest.values())
    if least > most:
        why = f"{shown} needs at least {least} of {n} lost before; the readings allow {most} (lost_at_most)"
        return "not checkable", why, ()
    names = [method for method, lost in fewest.items() if lost <= most]
    more = f", at least {least} of {n} lost before" if least else ""
    why = f"{shown} is an interval of Greenwood's variance: {' or '.join(names)}{more}"
    return "compatible", why, tuple(f"interval: {m}" for m in names)


def errors(
    method: Method, points: Iterable[float], ends: tuple[Ends, Ends], at: float
) -> Iterator[tuple[float, float, float]]:
    """Yield survival, and the least and largest error of its log that print the interval's ends so.

    `points`: values of survival that are tried; `ends`: where those of its interval, as rounded, may
    lie, 0 to 1; `at` the level. An end at 0 or 1 may be one that was cut there.
    """
    z = reach(at)
    for s in points:
        if 0 < s < 1:
            room = [
                _errors(method, s, end, sign, z) for end, sign in zip(ends, (-1, 1), strict=True)
            ]
            least, most = max(a for a, _ in room), min(b for _, b in room)
            if least <= most and most > 0:
                yield s, least, most


def _errors(method: Method, s: float, end: Ends, sign: int, z: float) -> Ends:
    """Return the least and largest error of log survival that put an end of the interval so."""
    inside = [min(max(v, 0.0), 1.0) for v in end]
    found = [sign * (method.to(v) - method.to(s)) / (z * method.slope(s)) for v in inside]
    cut = inside[0] <= 0 if sign < 0 else inside[1] >= 1
    return max(min(found), 0.0), math.inf if cut else max(found)
