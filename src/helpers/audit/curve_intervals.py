"""A curve's printed percentage, its interval and the arm's size go in; whether they go together comes out.

Check `curve-interval`. Greenwood's variance is the sum of d / (n (n - d)) over the events. For a
curve that ends at S it is least where nobody is lost, (1 - S) / (S N), and largest where all who are
lost leave first: N less the lost in place of N. So an interval has a smallest width of any curve,
and a largest for so many lost. Plain, log, log-log, logit and arc sine: Kalbfleisch & Prentice 2002, ch. 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import special

from helpers.audit.findings import Check, worst
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, parse, span
from helpers.audit.ratios import level
from helpers.audit.tables import Cell, cells
from helpers.audit.wording import names_adjustment

NAME = "curve-interval"
PART = "interval"
METHOD = "Greenwood's variance, nobody lost to all lost first"
OTHERS = ("bootstrap", "bayes", "credible", "cumulative incidence", "competing", "weighted")
STEPS = 8  # values of the curve tried between the ends of what its percentage may be
SLACK = 1e-6  # of a patient
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
    """Return Greenwood's standard error of log S where `n` are at risk throughout but for events."""
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


def _of_arm(result: Result, report: Report, cell: Cell, ends: list[Printed]):
    """Return (verdict, words, readings) of one arm's interval."""
    shown, n = f"{ends[0].text} to {ends[1].text}", cell.size
    low, high = (tuple(v / 100 for v in span(end, "half-up")) for end in ends)
    value = tuple(v / 100 for v in span(cell.percent, "half-up"))
    if value[1] < low[0] or value[0] > high[1]:
        return "impossible", f"the percentage lies outside its own interval, {shown}", ()
    if not n:
        return "not checkable", f"of how many patients {shown} is an interval is not printed", ()
    by_method = {
        name: at_risk(method, value, (low, high), level(result)) for name, method in METHODS.items()
    }
    found = {name: ends for name, ends in by_method.items() if ends is not None}
    if not found:
        return "questioned", f"{shown} is no usual interval of a curve at {cell.percent.text}", ()
    if min(a for a, _ in found.values()) > n:
        alone = math.ceil(min(a for a, _ in found.values()))
        why = f"{shown} is as narrow as of {alone} patients with nobody lost; the arm has {n}"
        return "questioned", why, ()
    fewest = {
        name: max(0, math.ceil(n - b - SLACK)) for name, (a, b) in found.items() if a <= n + SLACK
    }
    least = min(fewest.values())
    if least > report.readings.lost_at_most:
        why = (f"{shown} needs at least {least} of {n} lost before; the readings allow "
               f"{report.readings.lost_at_most} (lost_at_most)")  # fmt: skip
        return "not checkable", why, ()
    names = [m for m, lost in fewest.items() if lost <= report.readings.lost_at_most]
    more = f", at least {least} of {n} lost before" if least else ""
    why = f"{shown} is an interval of Greenwood's variance: {' or '.join(names)}{more}"
    return "compatible", why, tuple(f"interval: {m}" for m in names)


def at_risk(method: Method, value: Ends, ends: tuple[Ends, Ends], at: float) -> Ends | None:
    """Return the fewest and most, at risk throughout but for events, whose interval prints so; None for none.

    `value` and `ends`: where survival and the ends of its interval, as rounded, may lie, 0 to 1; `at`
    the level. An end at 0 or 1 may be one that was cut there.
    """
    z, found = float(special.ndtri((1 + at) / 2)), []
    for k in range(STEPS + 1):
        s = value[0] + (value[1] - value[0]) * k / STEPS
        if not 0 < s < 1:
            continue
        room = [_errors(method, s, end, sign, z) for end, sign in zip(ends, (-1, 1), strict=True)]
        least, most = max(a for a, _ in room), min(b for _, b in room)
        if least <= most and most > 0:
            found.append(tuple((1 - s) / (s * max(e, 1e-9) ** 2) for e in (most, least)))
    return (min(a for a, _ in found), max(b for _, b in found)) if found else None


def _errors(method: Method, s: float, end: Ends, sign: int, z: float) -> Ends:
    """Return the least and largest error of log survival that put an end of the interval so."""
    inside = [min(max(v, 0.0), 1.0) for v in end]
    found = [sign * (method.to(v) - method.to(s)) / (z * method.slope(s)) for v in inside]
    cut = inside[0] <= 0 if sign < 0 else inside[1] >= 1
    return max(min(found), 0.0), math.inf if cut else max(found)
