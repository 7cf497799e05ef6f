"""Events, person-time and rates as printed go in; whether they agree, and by which method, comes out.

Checks `rate-from-events` and `rate-interval`. Events are taken as independent (Poisson); a rate of a
model is told by its words and not redone. Garwood 1936, Biometrika 28:437; Byar in Breslow & Day
1987, Statistical methods in cancer research II, 69.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial

from helpers.analyse.proportions import incidence_rate
from helpers.audit.findings import HELD, Check, worst
from helpers.audit.mean_p import number
from helpers.audit.model import DEPENDENT, Report, Result
from helpers.audit.printed import Printed, parse, prints, span, words
from helpers.audit.scale import reach
from helpers.audit.wording import by_side, names_adjustment
from helpers.rounding import plain

RATE, INTERVAL = "rate-from-events", "rate-interval"
PER = (
    1,
    10,
    100,
    1000,
    10_000,
    100_000,
)  # person-times that a rate may be of, where none is printed
MODELS = ("negative binomial", "robust", "bootstrap", "overdispers", "quasi", "bayes", "credible")
Ends = tuple[float, float]
UNKNOWN = ("not checkable", "events or person-time are not printed", ())


def event_intervals(x: int, at: float) -> dict[str, Ends]:
    """Return, by method, the interval of the expected number of events of which `x` were seen.

    `at` is the level, 0 to 1. Methods that need an event give none without.
    """
    z = reach(at)
    exact = incidence_rate(x, 1.0, level=at)
    score = z * math.sqrt(x + z * z / 4)
    found = {"exact Poisson": (exact.lower, exact.upper),
             "score": (x + z * z / 2 - score, x + z * z / 2 + score)}  # fmt: skip
    if x:
        lower = x * (1 - 1 / (9 * x) - z / (3 * math.sqrt(x))) ** 3
        upper = (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * math.sqrt(x + 1))) ** 3
        half = z * math.sqrt(x)
        found |= {"Wald": (x - half, x + half), "Wald, not below 0": (max(x - half, 0.0), x + half),
                  "Wald of the log rate": (x * math.exp(-z / math.sqrt(x)), x * math.exp(z / math.sqrt(x))),
                  "Byar": (lower, upper)}  # fmt: skip
    else:
        found["exact Poisson, one-sided"] = 0.0, -math.log(1 - at)
    return found


@dataclass(frozen=True)
class _Arm:
    """What is printed of one arm; None where it is not."""

    label: str
    events: int | None
    time: Printed | None
    rate: Printed | None
    ends: tuple[Printed | None, Printed | None]

    @property
    def times(self) -> tuple[float, float, float] | None:
        """The person-time: as printed, and the least and largest that print so."""
        if self.time is None:
            return None
        return float(self.time), *span(self.time, "half-up")


def check_rates(result: Result, report: Report) -> list[Check]:
    """Return the checks of rates of events and of their intervals."""
    arms = [_arm(result, report, place) for place in range(len(result.arms))]
    tried = [float(parse(result.per))] if result.per else list(PER)
    found = {per: _parts(arms, per, result, report) for per in tried}
    # one unit holds for all arms: the first under which most of what is printed agrees
    per = max(tried, key=lambda one: sum(v in HELD for part in found[one] for _, v, *_ in part))
    return [_check(result, report, name, part, per)
            for name, part in zip((RATE, INTERVAL), found[per], strict=True) if part]  # fmt: skip


def _parts(arms: list[_Arm], per: float, result: Result, report: Report) -> tuple[list, list]:
    """Return what is found of the rates, and of the intervals, of the arms."""
    return ([(a.label, *_rate(a, per, report)) for a in arms],
            [(a.label, *_interval(a, per, result, report)) for a in arms if any(a.ends)])  # fmt: skip


def _arm(result: Result, report: Report, place: int) -> _Arm:
    pair = result.intervals[place] if place < len(result.intervals) else ("", "")
    events = number(result.count, place)
    return _Arm(report.arm(result.arms[place]).label, None if events is None else int(events.value),
                number(result.time, place), number(result.rate, place),
                tuple(parse(end) if end else None for end in pair))  # fmt: skip


def _check(result: Result, report: Report, name: str, found: list, per: float) -> Check:
    verdict = worst(verdict for _, verdict, *_ in found)
    if verdict in ("questioned", "impossible") and modelled(result, report):
        verdict = "not checkable"
    readings = tuple(dict.fromkeys(reading for *_, names in found for reading in names))
    settled = verdict in HELD
    shown = (f"per {per:,.0f} of person-time",) if settled and not result.per else ()
    why = "; ".join(f"{label}: {said}" for label, _, said, _ in found)
    asks = "" if settled else f"How many events in how much person-time are behind “{result.id}”?"
    part, method = ("rate", "exact quotient") if name == RATE else (
        "interval", "every usual interval of a Poisson count")  # fmt: skip
    return Check(result.id, name, verdict, (*readings, *shown) if settled else (), {"per": per}, method,
                 why, part, asks)  # fmt: skip


def modelled(result: Result, report: Report) -> bool:
    """Return whether words or design say that events are not independent, or rates of a model."""
    said = f"{result.test} {result.quote}".lower()
    dependent = report.trial.design in DEPENDENT
    return names_adjustment(result) or dependent or any(word in said for word in MODELS)


def _rate(arm: _Arm, per: float, report: Report) -> tuple[str, str, tuple[str, ...]]:
    """Return whether an arm's events and person-time give its rate: verdict, words, readings."""
    if arm.rate is None or arm.events is None or arm.times is None:
        return UNKNOWN
    ways = report.readings.rounding
    exact, high, low = (per * arm.events / max(t, 1e-12) for t in arm.times)
    given = tuple(r for r in ways if prints(exact, arm.rate, r))
    room = given or tuple(r for r in ways if _meets((low, high), arm.rate, r))
    why = (f"{arm.events} events in {arm.time.text} are {plain(exact, 4)} per {per:,.0f}, "
           f"printed {arm.rate.text}")  # fmt: skip
    verdict = "reproduced" if given else "compatible" if room else "questioned"
    return verdict, why, (f"rate: {words(room, ways)}",) if room else ()


def _meets(ends: Ends, wanted: Printed, rounding: str) -> bool:
    low, high = span(wanted, rounding)
    return ends[0] <= high + 1e-12 and low - 1e-12 <= ends[1]


def _factors(arm: _Arm, per: float) -> tuple[float, float, float] | None:
    """Return what a number of events is multiplied with to be a rate: middle, least, largest.

    From the person-time; where none is printed, from the rate itself and its events.
    """
    if arm.times is not None:
        middle, low, high = (per / max(t, 1e-12) for t in arm.times)
        return middle, high, low
    if arm.rate is None or not arm.events or arm.rate.sign:
        return None
    return tuple(v / arm.events for v in (float(arm.rate), *span(arm.rate, "half-up")))


def _interval(arm: _Arm, per: float, result: Result, report: Report):
    """Return whether a usual method gives an arm's interval: verdict, words, readings."""
    factors = _factors(arm, per)
    if arm.events is None or factors is None:
        return UNKNOWN
    ways = report.readings.rounding
    texts = tuple(end.text if end else "" for end in arm.ends)
    found = by_side(result, texts, partial(event_intervals, arm.events))
    exact = _giving(arm, found, factors[:1] * 2, ways)
    room = exact or _giving(arm, found, factors[1:], ways)
    low, high = (factors[0] * v for v in found["exact Poisson"])
    shown = " to ".join(end.text if end else "?" for end in arm.ends)
    if not room:
        why = (f"{shown} is no usual interval of {arm.events} events "
               f"(exact Poisson: {plain(low, 3)} to {plain(high, 3)})")  # fmt: skip
        return "questioned", why, ()
    readings = tuple(f"interval: {name}, {words(rs, ways)}" for name, rs in room.items())
    why = f"{shown} is the interval of {arm.events} events by {' or '.join(room)}"
    return "reproduced" if exact else "compatible", why, readings


def _giving(arm: _Arm, found: dict[str, Ends], factors: Ends, ways) -> dict[str, tuple[str, ...]]:
    """Return, by method, the roundings under which it prints both ends for some factor of the two."""
    out = {}
    for name, pair in found.items():
        boxes = [sorted(factor * value for factor in factors) for value in pair]
        both = [(box, end) for box, end in zip(boxes, arm.ends, strict=True) if end is not None]
        kept = tuple(r for r in ways if all(_meets(box, end, r) for box, end in both))
        if kept:
            out[name] = kept
    return out
