"""A result with a digitised curve in; reconstructed patients, and what others that fit would say, out.

Check `km-curve`: one reconstruction in the middle, and many in which losses fall early, late or
evenly within each stretch and the curve lies up to the digitising error away. The range is that seen
among them, not proven. The digitising error is a reading.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np

from helpers.audit.findings import Check
from helpers.audit.km_curve.measures import Measures, measures
from helpers.audit.km_curve.patients import PLACES, reconstruct
from helpers.audit.km_curve.points import ArmCurve, load_curves
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, parse, span
from helpers.audit.progress import Progress
from helpers.errors import AnalysisError, ImpossibleError
from helpers.rounding import per_cent, plain

NAME = "km-curve"
ERROR = 0.005  # of the y axis: half a per cent
TRIED = 300
SEED = 1


def check_km_curve(result: Result, report: Report) -> list[Check]:
    """Return the check of a curve; what is printed beside it is held against the range."""
    folder = report.folder or Path()
    n_risk = folder / result.n_risk if result.n_risk else None
    try:
        curves = load_curves(folder / result.curve, n_risk, arms=result.arms, y_axis=result.y_axis)
        middle, seen = _all(result, report, curves)
    except ImpossibleError as error:
        return [Check(result.id, NAME, "impossible", why=str(error), part="curve",
                      method="reconstruction after Guyot 2012")]  # fmt: skip
    except AnalysisError as error:
        return [Check(result.id, NAME, "not checkable", why=str(error), part="curve")]
    return [_curve_check(result, curves, middle, seen), *_printed(result, middle, seen)]


def _arguments(result: Result, report: Report, place: int) -> dict:
    text = result.events[place] if place < len(result.events) else ""
    return {
        "size": report.arm(result.arms[place]).n,
        "events": int(parse(text).value) if text else None,
    }


def _all(result: Result, report: Report, curves: list[ArmCurve]):
    """Return the measures of the middle reconstruction and of all tried; None of other than two arms."""
    given = [_arguments(result, report, place) for place in range(len(curves))]
    middle = [reconstruct(c, **g) for c, g in zip(curves, given, strict=True)]
    if len(curves) != 2:
        return None, []
    rng, seen = np.random.default_rng(SEED), [measures(tuple(middle))]
    with Progress(f"{result.id}: reconstructions", TRIED) as progress:
        for number in range(TRIED):
            # so far from the curve its numbers at risk may no longer fit
            with contextlib.suppress(ImpossibleError):
                both = zip(curves, given, strict=True)
                arms = [reconstruct(c, **g, **_variant(c, rng, number)) for c, g in both]
                seen.append(measures(tuple(arms)))
            progress.step()
    return seen[0], seen


def _variant(curve: ArmCurve, rng: np.random.Generator, number: int) -> dict:
    """Return where losses fall, how many late, and, every other time, how far the curve lies away."""
    stretches = len(curve.risk) + 1
    places = tuple(PLACES[k] for k in rng.integers(3, size=stretches))
    shift = rng.uniform(-ERROR, ERROR, stretches) * (number % 2)
    return {"places": places, "shift": shift, "tail": float(rng.random())}


def _range(seen: list[Measures], value: Callable[[Measures], float]) -> list[float]:
    found = [v for v in map(value, seen) if v == v]
    return [min(found), max(found)] if found else []


def _curve_check(result: Result, curves, middle: Measures | None, seen) -> Check:
    readings = (f"digitising error {per_cent(ERROR, 1)} of the axis",)
    method = f"reconstruction after Guyot 2012; range seen among {len(seen)} that fit"
    asks = f"How many were at risk, lost and had the event by “{result.id}”, at each time?"
    if middle is None:
        why = "patients that fit the curve and its numbers at risk exist"
        return Check(result.id, NAME, "compatible", readings, {}, method, why, "curve", asks)
    computed = {
        "hazard_ratio": middle.hazard_ratio, "ci": [middle.low, middle.high], "p": middle.p,
        "medians": list(middle.medians), "rmst_gain": middle.rmst_gain,
        "hazard_ratio_range": _range(seen, lambda m: m.hazard_ratio),
        "p_range": _range(seen, lambda m: m.p),
        "rmst_gain_range": _range(seen, lambda m: m.rmst_gain),
        "median_ranges": [_range(seen, lambda m, k=k: m.medians[k]) for k in (0, 1)],
    }  # fmt: skip
    low, high = computed["hazard_ratio_range"]
    why = (f"hazard ratio {plain(middle.hazard_ratio, 3)} ({plain(low, 3)} to {plain(high, 3)} over "
           f"patients that fit), log-rank P {plain(middle.p, 2)}")  # fmt: skip
    without = [c.arm for c in curves if len(c.risk) < 2]
    why += (
        f"; no numbers at risk for {', '.join(without)}, so losses are unknown" if without else ""
    )
    return Check(result.id, NAME, "compatible", readings, computed, method, why, "curve", asks)


def _printed(result: Result, middle: Measures | None, seen) -> list[Check]:
    """Hold a printed hazard ratio, its interval and P against the range."""
    if middle is None:
        return []
    wanted = [("value", result.value, lambda m: m.hazard_ratio, "ratio")]
    wanted += [("ci", text, get, "interval") for text, get in
               zip(result.ci, (lambda m: m.low, lambda m: m.high), strict=False)]  # fmt: skip
    wanted += [("p", result.p[0] if result.p else "", lambda m: m.p, "P")]
    return [
        _held(result, name, text, _range(seen, get), part)
        for name, text, get, part in wanted
        if text
    ]


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
