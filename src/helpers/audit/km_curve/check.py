"""A result with a digitised curve in; reconstructed patients, and what others that fit would say, out.

Check `km-curve`: one reconstruction in the middle, and the range over patients that fit within the
digitising error, which is a reading. The ends of medians and restricted means are exact (`band`);
those of hazard ratio, interval and log-rank P are the farthest that a search met (`search`).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from helpers.audit.findings import Check
from helpers.audit.km_curve.band import mean_ends, median_ends
from helpers.audit.km_curve.measures import Measures, Z, measures, median, two_sided
from helpers.audit.km_curve.patients import Patients
from helpers.audit.km_curve.points import ERROR, POINT, load_curves
from helpers.audit.km_curve.search import FEW, Effect, Fitted, at_random, effect, effects
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, parse, span
from helpers.audit.progress import Progress
from helpers.audit.scale import reach
from helpers.audit.wording import levels, one_sided
from helpers.errors import AnalysisError, ImpossibleError
from helpers.rounding import per_cent, plain

NAME = "km-curve"
WIDE = 1.02  # factor by which ends may differ from the middle before that is said
FAR = 0.05  # of the printed events: so many more or fewer are not the curve's


def check_km_curve(result: Result, report: Report) -> list[Check]:
    """Return the check of a curve; what is printed beside it is held against the range."""
    folder = report.folder or Path()
    n_risk = folder / result.n_risk if result.n_risk else None
    try:
        curves = load_curves(folder / result.curve, n_risk, arms=result.arms, y_axis=result.y_axis)
        arms = [Fitted(c, **_printed_of(result, report, k)) for k, c in enumerate(curves)]
        middle = [arm.likeliest() for arm in arms]
    except ImpossibleError as error:
        return [Check(result.id, NAME, "impossible", why=str(error), part="curve",
                      method="reconstruction after Guyot 2012")]  # fmt: skip
    except AnalysisError as error:
        return [Check(result.id, NAME, "not checkable", why=str(error), part="curve")]
    events = _events_checks(result, arms, middle)
    met = [arm if int(p.event.sum()) == arm.events else replace(arm, events=None)
           for arm, p in zip(arms, middle, strict=True)]  # fmt: skip
    drawn = at_random(tuple(met)) if len(arms) == 2 else []
    seen = [*_seen(result, met, middle), *drawn] if len(arms) == 2 else []
    centre = drawn if any(a.curve.drop > POINT for a in arms) else []
    return [_curve_check(result, arms, middle, seen, centre), *events, *_printed(result, seen)]


def _printed_of(result: Result, report: Report, place: int) -> dict:
    text = result.events[place] if place < len(result.events) else ""
    size = report.arm(result.arms[place]).n
    return {"size": size, "events": int(parse(text).value) if text else None}


def _events_checks(result: Result, arms: list[Fitted], middle: list[Patients]) -> list[Check]:
    """Return what is said of printed totals of events that no patients met have."""
    out = []
    for arm, found in zip(arms, middle, strict=True):
        made = int(found.event.sum())
        if arm.events in (None, made):
            continue
        far = abs(made - arm.events) > max(FEW, FAR * arm.events)
        why = (f"arm {arm.curve.arm}: {arm.events} events printed, of the patients met that fit the "
               f"curve {made} have the event")  # fmt: skip
        asks = f"How many of {arm.curve.arm} had the event by the end of the curve “{result.id}”?"
        out.append(Check(result.id, NAME, "questioned" if far else "not checkable", (),
                         {"printed": arm.events, "events": made}, "reconstruction after Guyot 2012",
                         why, "events" if far else "", asks))  # fmt: skip
    return out


def _seen(result: Result, arms: list[Fitted], middle: list[Patients]) -> list[Effect]:
    """Return the effects of the middle reconstruction, first, and of those met in the search."""
    steps = sum(2 * sum(a.stretches()) + a.stretches()[1] for a in arms) * 6
    with Progress(f"{result.id}: patients that fit", steps) as progress:
        return [effect(tuple(middle)), *effects(tuple(arms), progress)]


def _range(seen: list[Effect], value: Callable[[Effect], float]) -> list[float]:
    found = [v for v in map(value, seen) if v == v]
    return [min(found), max(found)] if found else []


def _ratio(e: Effect) -> float:
    return math.exp(e.log_ratio)


def _p_range(seen: list[Effect]) -> list[float]:
    """Return the ends of P; between a statistic below 0 and one above, some patients give 1."""
    low, high = _range(seen, lambda e: e.z)
    ends = sorted((two_sided(low), two_sided(high)))
    return [ends[0], 1.0] if low < 0 < high else ends


def _curve_check(result: Result, arms, middle, seen: list[Effect], centre: list[Effect]) -> Check:
    error, slip = max(a.curve.error for a in arms), per_cent(ERROR, 1)
    readings = (f"digitising error {per_cent(error, 1)} of the axis, {slip} of the time",)
    asks = f"How many were at risk, lost and had the event by “{result.id}”, at each time?"
    medians = [median_ends(a.curve) for a in arms]
    computed: dict = {"medians": [median(p) for p in middle], "median_ranges": medians}
    why = "patients that fit the curve and its numbers at risk exist"
    method = "reconstruction after Guyot 2012; ends of medians and means exact"
    if seen:
        computed |= _compared(arms, middle, seen, centre)
        method += f"; of hazard ratio and P by search, {len(seen):,} trials that fit met"
        low, high = computed["hazard_ratio_range"] or (math.nan, math.nan)
        why = (f"hazard ratio {plain(computed['hazard_ratio'], 3)} ({plain(low, 3)} to "
               f"{plain(high, 3)} over patients that fit), log-rank P {plain(computed['p'], 2)} "
               f"({plain(computed['p_range'][0], 2)} to {plain(computed['p_range'][1], 2)})")  # fmt: skip
        if high > low * WIDE**2:
            why += ("; these points and numbers at risk settle the hazard ratio to within "
                    f"{per_cent(math.sqrt(high / low) - 1, 0)} and no nearer")  # fmt: skip
    without = [a.curve.arm for a in arms if len(a.curve.risk) < 2]
    if without:
        why += f"; no numbers at risk for {', '.join(without)}, so losses are unknown"
    return Check(result.id, NAME, "compatible", readings, computed, method, why, "curve", asks)


def _compared(arms: list[Fitted], middle, seen: list[Effect], centre: list[Effect]) -> dict:
    """Return what is compared between two arms: the middle and the ranges.

    The middle of coarse points is the mean over random patients that fit (`centre`); of fine ones,
    which tell single events apart, that of the reconstruction.
    """
    found = _mean(measures(tuple(middle)), centre)
    until = min(float(a.curve.time.max()) for a in arms)
    (low1, high1), (low2, high2) = (mean_ends(a.curve, until) for a in arms)
    return {
        "hazard_ratio": found.hazard_ratio, "ci": [found.low, found.high], "p": found.p,
        "rmst_gain": found.rmst_gain, "rmst_until": until,
        "hazard_ratio_range": _range(seen, _ratio), "p_range": _p_range(seen),
        "rmst_gain_range": [low1 - high2, high1 - low2],
    }  # fmt: skip


def _mean(found: Measures, centre: list[Effect]) -> Measures:
    """Return the measures with hazard ratio, interval and P of the mean effect; as they are without one."""
    if not centre:
        return found
    value, error, z = (sum(part) / len(centre) for part in
                       zip(*((e.log_ratio, e.error, e.z) for e in centre), strict=True))  # fmt: skip
    low, high = (math.exp(value + sign * Z * error) for sign in (-1, 1))
    return replace(found, hazard_ratio=math.exp(value), low=low, high=high, p=two_sided(z))


def _printed(result: Result, seen: list[Effect]) -> list[Check]:
    """Hold a printed hazard ratio, each end of its interval and P against the range."""
    if not seen:
        return []
    wanted = [("hazard ratio", result.value, _range(seen, _ratio), "ratio")]
    ends = zip(result.ci, (-1, 1), ("lower end", "upper end"), strict=False)
    wanted += [(f"{end} of the interval", text, _end_range(result, seen, sign), end)
               for text, sign, end in ends]  # fmt: skip
    half = 0.5 if one_sided(result) else 1.0  # in the direction seen
    wanted += [("P", result.p[0] if result.p else "", [half * p for p in _p_range(seen)], "P")]
    return [_held(result, name, text, ends, part) for name, text, ends, part in wanted if text]


def _end_range(result: Result, seen: list[Effect], sign: int) -> list[float]:
    """Return the least and largest end of an interval, of the level printed or one-sided."""
    ends = []
    for at in levels(result, result.ci):
        z = reach(at)
        ends += _range(seen, lambda e, z=z: math.exp(e.log_ratio + sign * z * e.error))
    return [min(ends), max(ends)] if ends else []


def _held(result: Result, name: str, text: str, ends: list[float], part: str) -> Check:
    number = parse(text)
    inside = bool(ends) and _meets(number, ends)
    shown = f"{plain(ends[0], 3)} to {plain(ends[1], 3)}" if ends else "nothing"
    why = f"printed {name} {text}, patients that fit give {shown}"
    asks = "" if inside else f"How was {name} {text} of “{result.id}” computed?"
    return Check(result.id, NAME, "compatible" if inside else "questioned", (), {"range": ends},
                 "Cox regression and log-rank test of reconstructed patients", why, part, asks)  # fmt: skip


def _meets(number: Printed, ends: list[float]) -> bool:
    found = [span(number, r) for r in ("half-up", "cut-off")]
    return any(
        low <= ends[1] and ends[0] <= (high if high < math.inf else 1e9) for low, high in found
    )
