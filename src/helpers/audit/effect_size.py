"""Two arms' means and SDs, or counts, and a printed standardised difference go in; whether they agree, out.

Check `effect-size`: Cohen's d (pooled SD), Hedges' g (d times 1 - 3 / (4 df - 1)) and Glass's delta
(SD of either arm); the variance of d is 1/n1 + 1/n2 + d² / (2 (n1 + n2)).
Cohen 1988; Hedges 1981, J Educ Stat 6:107. One of changes, or of baseline SDs, is another: what none
of them gives is open unless it lies far off.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.mean_p import held, number, spread_of
from helpers.audit.model import Report, Result
from helpers.audit.printed import (
    as_rounded,
    computed_ends,
    parse,
    roundings_that_print,
    span,
    words,
)
from helpers.audit.scale import EFFECT
from helpers.audit.tables import Table, cells
from helpers.audit.wording import names_adjustment

NAME = "effect-size"
METHOD = "standardised difference of printed means"
OF_COUNTS = "standardised difference of percentages"
WEIGHTED = ("weight", "match", "propensity")  # words of percentages that no counts give
FAR = 0.5  # times the standard error: an effect of changes or of other SDs is hardly farther off
Arms = tuple[tuple[float, float, int], tuple[float, float, int]]


def effects(arms: Arms) -> dict[str, float]:
    """Return the standardised differences, first arm less second, of (mean, SD, n) by name."""
    (m1, s1, n1), (m2, s2, n2) = arms
    df = n1 + n2 - 2
    pooled = math.sqrt(((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / df)
    d = (m1 - m2) / pooled
    return {"Cohen's d": d, "Hedges' g": d * (1 - 3 / (4 * df - 1)),
            "d of both variances alike": (m1 - m2) / math.sqrt((s1**2 + s2**2) / 2),
            "Glass's delta": (m1 - m2) / s2, "Glass's delta of the first arm": (m1 - m2) / s1}  # fmt: skip


def effect_error(d: float, sizes: tuple[int, int]) -> float:
    """Return the standard error of a standardised difference between groups of these sizes."""
    n1, n2 = sizes
    return math.sqrt(1 / n1 + 1 / n2 + d * d / (2 * (n1 + n2)))


def effects_of_counts(table: Table) -> dict[str, float]:
    """Return the standardised differences of two percentages, first less second, by name; {} for 0 and 100%.

    Of their own SD (Austin 2009, Stat Med 28:3083), Cohen's h, and Cox's of the log odds ratio.
    """
    p, q = (x / n for x, n in table)
    variance = (p * (1 - p) + q * (1 - q)) / 2
    if not variance:
        return {}
    h = 2 * (math.asin(math.sqrt(p)) - math.asin(math.sqrt(q)))
    out = {"difference over its SD": (p - q) / math.sqrt(variance), "Cohen's h": h}
    if 0 < p < 1 and 0 < q < 1:
        log_odds = math.log(p * (1 - q) / (q * (1 - p)))
        out |= {"log odds ratio over 1.65": log_odds / 1.65,
                "log odds ratio over 1.81": log_odds * math.sqrt(3) / math.pi}  # fmt: skip
    return out


def check_effect_size(result: Result, report: Report, tables: Sequence[Table] = ()) -> list[Check]:
    """Return the checks of a standardised difference against means and SDs, or counts; none without them."""
    if result.measure == EFFECT and result.value and tables and not any(result.mean):
        return _of_counts(result, report, tables)
    sizes = [cell.size for cell in cells(result, report)]
    if result.measure != EFFECT or not result.value or None in sizes or min(sizes) < 2:
        return []
    means = [number(result.mean, place) for place in range(2)]
    spreads = [spread_of(result, place, n, "half-up") for place, n in enumerate(sizes)]
    wanted = parse(result.value)
    if None in means or None in spreads or wanted.sign or min(s[1] for s in spreads) <= 0:
        return []
    arms = tuple((float(m), s[0], n) for m, s, n in zip(means, spreads, sizes, strict=True))
    boxes = [[span(m, "half-up"), s[1:]] for m, s in zip(means, spreads, strict=True)]
    return [_check(result, report, wanted, arms, boxes)]


def _of_counts(result: Result, report: Report, tables: Sequence[Table]) -> list[Check]:
    """Return the check of a standardised difference of percentages."""
    wanted, ways = parse(result.value), report.readings.rounding
    if wanted.sign:
        return []
    spend(4 * len(tables))
    fits: dict[str, dict[str, None]] = {}
    found = [effects_of_counts(table) for table in tables]
    for effect in found:
        for name, value in effect.items():
            near = math.copysign(value, float(wanted))  # printed with or without its sign
            for rounding in roundings_that_print(near, wanted, ways):
                fits.setdefault(name, {})[rounding] = None
    ends = {name: (min(e.get(name, math.inf) for e in found), max(e.get(name, -math.inf) for e in found))
            for name in next(iter(found), {})}  # fmt: skip
    shown = ", ".join(f"{name} {computed_ends(pair)}" for name, pair in ends.items())
    why, computed = f"the counts give {shown}; printed {result.value}", {"ranges": ends}
    if fits:
        readings = tuple(f"{name}, {words(tuple(some), ways)}" for name, some in fits.items())
        verdict = "reproduced" if len(tables) == 1 else "compatible"
        return [Check(result.id, NAME, verdict, readings, computed, OF_COUNTS, why, "ratio")]
    said = f"{result.test} {result.quote} {result.note}".lower()
    other = names_adjustment(result) or not shown or any(word in said for word in WEIGHTED)
    asks = f"By which formula, and of weighted percentages or not, is “{result.id}”?"
    verdict = "not checkable" if other else "questioned"
    return [Check(result.id, NAME, verdict, (), computed, OF_COUNTS, why, "ratio", asks)]


def _check(result: Result, report: Report, wanted, arms: Arms, boxes) -> Check:
    exact, ways = effects(arms), report.readings.rounding
    sizes = arms[0][2], arms[1][2]
    corners = [effects(((a, s, sizes[0]), (b, t, sizes[1])))
               for a, s, b, t in itertools.product(*boxes[0], *boxes[1])]  # fmt: skip
    ends = {name: (min(c[name] for c in corners), max(c[name] for c in corners)) for name in exact}
    found = {}
    for name, sign in itertools.product(exact, (1, -1)):
        low, high = sorted(sign * end for end in ends[name])
        verdict, rounded = held(sign * exact[name], (low, high), wanted, ways)
        if rounded:
            turned = "" if sign > 0 else ", second arm less the first"
            found[f"{name}, {words(rounded, ways)}{turned}"] = verdict
    shown = ", ".join(f"{name} {as_rounded(v, ends[name])}" for name, v in exact.items())
    why = f"means and SDs give {shown}; printed {result.value}"
    computed = {"effects": exact, "ranges": {name: list(pair) for name, pair in ends.items()}}
    if found:
        verdict = "reproduced" if "reproduced" in found.values() else "compatible"
        return Check(result.id, NAME, verdict, tuple(found), computed, METHOD, why, "ratio")
    asks = f"Which SD is “{result.id}” divided by, and is it of changes?"
    gap = min(abs(abs(float(wanted)) - abs(v)) for v in exact.values())
    far = gap > FAR * effect_error(exact["Cohen's d"], sizes)
    plainly = result.adjusted is False and not names_adjustment(result)
    verdict = "questioned" if far and plainly else "not checkable"
    return Check(result.id, NAME, verdict, (), computed, METHOD, why, "ratio", asks)
