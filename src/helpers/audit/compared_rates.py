"""Events, person-time and a ratio or difference of two rates go in; which methods print it comes out.

Checks `rates-compared` (estimate and interval) and `p-from-rates`. Events are taken as independent
(Poisson); where events cluster in patients, intervals and P are wider, and words that name a model
are not redone. Given their sum, the events of the first arm are binomial: Przyborowski & Wilenski
1940, Biometrika 31:313; Rothman & Greenland 1998, Modern epidemiology, ch. 14.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial

from helpers.audit.event_rates import modelled
from helpers.audit.findings import HELD, Check
from helpers.audit.intervals import even
from helpers.audit.mean_p import number
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, ends_text, p_text, parse, prints, span, words
from helpers.audit.rate_methods import estimate, intervals, one_sided, p_values
from helpers.audit.ratio_methods import intervals as of_patients
from helpers.audit.scale import EFFICACY, scale
from helpers.audit.tables import cells
from helpers.audit.wording import by_side
from helpers.audit.wording import one_sided as says_one_sided
from helpers.rounding import plain

RATES, P = "rates-compared", "p-from-rates"
COMPARED = ("rate ratio", "rate difference", EFFICACY)
INDEPENDENT = ("poisson", "exact", "binomial", "fisher", "chi", "score", "mid-p")
ALIKE = "followed alike: patients instead of person-time"
Rates = tuple[tuple[int, float], tuple[int, float]]


@dataclass(frozen=True)
class Found:
    """Two arms' events and person-time: as printed, and where the times as rounded may lie."""

    middle: Rates
    corners: tuple[Rates, ...]
    reading: str = ""


def rates_of(result: Result, report: Report) -> Found | None:
    """Return events and person-time of two arms; None where they are not settled.

    Person-time that is not printed follows from the rate; without rates it is taken as alike, so
    that patients stand for it.
    """
    printed = cells(result, report)
    if len(printed) != 2 or any(cell.count is None for cell in printed):
        return None
    times = [_time(result, place, cell.count) for place, cell in enumerate(printed)]
    reading = ""
    if times == [None, None] and all(cell.size for cell in printed):
        times, reading = [(float(c.size),) * 3 for c in printed], ALIKE
    if None in times or min(t[1] for t in times) <= 0:
        return None
    counts = [cell.count for cell in printed]
    boxes = itertools.product(*(sorted({low, high}) for _, low, high in times))
    middle, *corners = [tuple(zip(counts, t, strict=True))
                        for t in ([t[0] for t in times], *boxes)]  # fmt: skip
    return Found(middle, tuple(corners), reading)


def _time(result: Result, place: int, events: int) -> tuple[float, float, float] | None:
    """Return an arm's person-time, and the least and largest that are printed so, in units of `per`."""
    time, rate = number(result.time, place), number(result.rate, place)
    per = float(parse(result.per)) if result.per else 1.0
    if time is not None:
        return tuple(v / per for v in (float(time), *span(time, "half-up")))
    if rate is None or rate.sign or not events or float(rate) <= 0:
        return None
    low, high = span(rate, "half-up")
    return events / float(rate), events / high, events / low if low > 0 else math.inf


def check_compared_rates(result: Result, report: Report) -> list[Check]:
    """Return the checks of estimate and interval, and of P, of two arms' rates; none without a pair."""
    found = rates_of(result, report)
    if found is None:
        why = "events or person-time of two arms are not printed"
        asks = f"How many events in how much person-time are behind “{result.id}”?"
        return [Check(result.id, RATES, "not checkable", why=why, part="ratio", asks=asks)]
    check, p = _ratio(result, report, found), check_p_of_rates(result, report, found)
    if check.verdict in HELD or result.measure == EFFICACY:
        return [check, *p]
    turned = replace(
        found, middle=found.middle[::-1], corners=tuple(c[::-1] for c in found.corners)
    )
    other = _ratio(result, report, turned)
    if other.verdict not in HELD:
        return [check, *p]
    readings = (*other.readings, "second arm against the first")
    return [replace(other, readings=readings), *p]


def _ratio(result: Result, report: Report, found: Found) -> Check:
    """Return the check of the estimate and of its interval: one method must give both ends."""
    ways, shown = report.readings.rounding, scale(result).shown
    of = _estimate(result)
    middle, corners = shown(of(found.middle)), [shown(of(c)) for c in found.corners]
    value = parse(result.value) if result.value else None
    fits = _ways([middle], value, ways) or _ways([middle, *corners], value, ways)
    by_method = _intervals(result, found, ways)
    computed = {"estimate": middle, "intervals": {m: list(e) for m, (e, _) in by_method.items()}}
    given = {m: rs for m, (_, rs) in by_method.items() if rs}
    wanted = any(result.ci)
    (x1, t1), (x2, t2) = found.middle
    said = f"{x1} events in {plain(t1, 5)} against {x2} in {plain(t2, 5)} are {plain(middle, 4)}"
    if not fits or (wanted and not given):
        return _other(result, report, found, said, by_method, bool(fits), computed)
    readings = [f"{result.measure}: {words(fits, ways)}"] if value is not None else []
    readings += [f"interval: {m}, {words(rs, ways)}" for m, rs in given.items()] if wanted else []
    exact = _ways([middle], value, ways) and found.reading == ""
    methods = " or ".join(given)
    why = (
        f"{said}, printed {result.value}{f'; its interval is that of {methods}' if wanted else ''}"
    )
    return Check(result.id, RATES, "reproduced" if exact else "compatible",
                 (*readings, *filter(None, [found.reading])), computed,
                 "intervals of a quotient of Poisson counts", why, "ratio")  # fmt: skip


def _estimate(result: Result) -> Callable[[Rates], float]:
    return lambda rates: estimate(result.measure, rates)


def _ways(values: Iterable[float], wanted: Printed | None, ways) -> tuple[str, ...]:
    """Return the roundings under which some value between the smallest and largest prints as wanted."""
    values = [v for v in values if v == v]
    if wanted is None or not values:
        return ways if wanted is None else ()
    low, high = min(values), max(values)
    if low == high:
        return tuple(r for r in ways if prints(float(low), wanted, r))
    spans = {r: span(wanted, r) for r in ways}
    return tuple(r for r, (a, b) in spans.items() if low <= b and a <= high)


def _intervals(result: Result, found: Found, ways) -> dict[str, tuple[tuple, tuple[str, ...]]]:
    """Return, by method, its interval as printed and the roundings under which it prints both ends."""
    shown = scale(result).shown
    ends = [parse(text) if text else None for text in result.ci] or [None, None]
    out = {}
    every = [by_side(result, result.ci, partial(_by_method, result.measure, rates, found.reading))
             for rates in (found.middle, *found.corners)]  # fmt: skip
    for method in every[0]:
        tried = [sorted(map(shown, one[method])) for one in every]
        kept = set(ways)
        for place, end in enumerate(ends):
            kept &= set(_ways([pair[place] for pair in tried], end, ways))
        out[method] = tuple(tried[0]), tuple(r for r in ways if r in kept)
    return out


def _by_method(measure: str, rates: Rates, alike: str, at: float) -> dict[str, tuple[float, float]]:
    """Return the intervals of two rates; where patients stand for person-time, those of their risks too."""
    found = intervals(measure, rates, at)
    if alike and measure != "rate difference":
        table = tuple((x, int(t)) for x, t in rates)
        if all(0 < x < n for x, n in table):
            risks = of_patients("risk ratio", table, at)
            found |= {f"{name} of risks": ends() for name, ends in risks.items()}
    return found


def _other(result, report, found: Found, said: str, by_method, fits: bool, computed) -> Check:
    """Return the check of an estimate or interval that no method gives."""
    shown = "; ".join(f"{m} {plain(a, 3)} to {plain(b, 3)}" for m, ((a, b), _) in by_method.items())
    printed = result.value + (f" ({ends_text(result.ci)})" if any(result.ci) else "")
    why = f"{said} ({shown}), printed {printed}"
    verdict = "questioned"
    if modelled(result, report) or found.reading:
        verdict, why = "not checkable", f"{why}; {found.reading or 'the words name a model'}"
    elif fits and not _independent(result) and _wider(result, by_method) and even(result, report):
        verdict, why = "not checkable", f"{why}: wider, as where events cluster in patients"
    asks = f"By which method, from which events and person-time, is “{result.id}”?"
    return Check(result.id, RATES, verdict, (), computed,
                 "intervals of a quotient of Poisson counts", why, "ratio", asks)  # fmt: skip


def _independent(result: Result) -> bool:
    """Return whether the words name a method of independent events."""
    return any(word in result.test.lower() for word in INDEPENDENT)


def _wider(result: Result, by_method) -> bool:
    """Return whether the printed interval is wider than that of every method."""
    if not all(result.ci) or len(result.ci) != 2:
        return False
    to = scale(result).even
    low, high = (to(float(parse(end))) for end in result.ci)
    widths = [to(b) - to(a) for (a, b), _ in by_method.values() if a == a and b < math.inf]
    return bool(widths) and high - low > max(widths)


def check_p_of_rates(result: Result, report: Report, found: Found | None) -> list[Check]:
    """Return the check of a printed P of two rates; none where none is printed."""
    text = result.p[0] if result.p else ""
    if not text:
        return []
    if found is None or modelled(result, report):
        why = ("the words name a model, which cannot be redone from printed events" if found
               else "a P of rates needs the events and person-time of two arms")  # fmt: skip
        return [Check(result.id, P, "not checkable", why=why, part="P")]
    ways, wanted = report.readings.rounding, parse(text)
    one = says_one_sided(result)
    tests = one_sided if one else p_values
    exact = tests(found.middle)
    ranges = {m: [tests(c)[m] for c in (found.middle, *found.corners)] for m in exact}
    given = {m: _ways([p], wanted, ways) for m, p in exact.items()}
    room = {m: _ways(ps, wanted, ways) for m, ps in ranges.items()}
    hold = {m: r for m, r in given.items() if r} or {m: r for m, r in room.items() if r}
    shown = ", ".join(f"{m} {plain(p, 3)}" for m, p in exact.items())
    why = f"printed {text}, computed {shown}"
    computed = {"p": exact}
    if hold:
        verdict = "reproduced" if any(given.values()) and not found.reading else "compatible"
        readings = (*(f"P: {m}, {words(r, ways)}" for m, r in hold.items()),
                    *filter(None, ["P: one-sided" if one else "", found.reading]))  # fmt: skip
        return [
            Check(
                result.id, P, verdict, readings, computed, "tests of two Poisson counts", why, "P"
            )
        ]
    return [_other_p(result, found, wanted, ranges, why, computed)]


def _other_p(result: Result, found: Found, wanted: Printed, ranges, why: str, computed) -> Check:
    """Return the check of a P that no test of independent events gives."""
    larger = span(wanted, "half-up")[0] > max(max(ps) for ps in ranges.values())
    verdict = "questioned"
    if found.reading:
        verdict, why = "not checkable", f"{why}; {found.reading}"
    elif larger and not _independent(result):
        verdict, why = "not checkable", f"{why}: larger, as where events cluster in patients"
    asks = f"Which test of which events gave {p_text(wanted.text)} for “{result.id}”?"
    return Check(result.id, P, verdict, (), computed, "tests of two Poisson counts", why, "P", asks)
