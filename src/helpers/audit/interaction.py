"""Estimates with intervals in two or more subgroups and a P of interaction go in; whether they agree out.

Check `interaction-p`: each interval gives a standard error on its even scale, and the differences of
the estimates a chi-square (Cochran's Q; of two, Altman & Bland 2003, BMJ 326:219). A test within
one model may differ somewhat (`MODELS`); one farther off is questioned.
"""

from __future__ import annotations

import itertools
import math

from scipy import special

from helpers.audit.findings import Check
from helpers.audit.mean_p import held
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, p_computed, parse, span, widest, words
from helpers.audit.scale import TINY, reach, scale
from helpers.audit.tables import cells
from helpers.audit.wording import level
from helpers.rounding import plain

NAME = "interaction-p"
METHOD = "Cochran's Q of estimates and their intervals"
MOST = 5  # subgroups of which every corner of the rounding is gone through
# The root of the chi-square of a test within one model lies from `least` times that of the subgroups'
# less `room` to `most` times it and `room`. Simulated (benchmarks/bands.py), 99% of trials: ratios by
# likelihood ratio or one Cox model for both subgroups; means with a common SD; risk ratios and
# differences by a test of odds ratios, of which subgroups of other risks have quite others.
MODELS = {"mean difference": (0.6, 1.6, 0.3), "mean ratio": (0.6, 1.6, 0.3),
          "risk ratio": (0.0, 1.2, 1.4), "risk difference": (0.0, 1.2, 1.4),
          "median difference": (0.0, 1.2, 1.4)}  # fmt: skip
MODEL = (0.65, 1.35, 0.3)  # odds, hazard and rate ratios
Point = tuple[float, float]  # estimate and standard error on the even scale


def interaction_p(points: list[Point]) -> float:
    """Return the P of no difference between independent estimates with standard errors (Cochran's Q)."""
    weights = [1 / error**2 for _, error in points]
    middle = sum(w * value for w, (value, _) in zip(weights, points, strict=True)) / sum(weights)
    q = sum(w * (value - middle) ** 2 for w, (value, _) in zip(weights, points, strict=True))
    return float(special.chdtrc(len(points) - 1, q))


def check_interaction(result: Result, report: Report) -> list[Check]:
    """Return the check of a P of interaction against the subgroups' estimates and intervals."""
    groups = [report.result(name) for name in result.between]
    found = [_points(group) for group in groups]
    if None in found:
        missing = ", ".join(f"“{g.id}”" for g, f in zip(groups, found, strict=True) if f is None)
        return [Check(result.id, NAME, "not checkable", part="P", method=METHOD,
                      why=f"no estimate with an interval is printed for {missing}",
                      asks=f"What are estimates and intervals of {missing}?")]  # fmt: skip
    return [_check(result, report, groups, found, of_counts(groups, report))]


def of_counts(groups: list[Result], report: Report) -> dict[str, float]:
    """Return the P of no interaction by measure, from the groups' counts; {} where some are not printed.

    Odds ratios, risk ratios and risk differences with their usual variances (Woolf, Katz, Wald):
    a model may be of any of them, whatever the subgroups' estimates are.
    """
    tables = []
    for group in groups:
        own = cells(group, report) if group.count else []
        if len(own) != 2 or any(
            c.count is None or not c.size or not 0 < c.count < c.size for c in own
        ):
            return {}
        tables.append([(c.count, c.size) for c in own])
    return {
        name: interaction_p([point(*table) for table in tables])
        for name, point in OF_COUNTS.items()
    }


def _log_odds(a: tuple[int, int], b: tuple[int, int]) -> Point:
    (x, n), (y, m) = a, b
    value = math.log(x * (m - y) / (y * (n - x)))
    return value, math.sqrt(1 / x + 1 / (n - x) + 1 / y + 1 / (m - y))


def _log_risks(a: tuple[int, int], b: tuple[int, int]) -> Point:
    (x, n), (y, m) = a, b
    return math.log(x * m / (y * n)), math.sqrt(1 / x - 1 / n + 1 / y - 1 / m)


def _risks(a: tuple[int, int], b: tuple[int, int]) -> Point:
    (x, n), (y, m) = a, b
    return x / n - y / m, math.sqrt(x * (n - x) / n**3 + y * (m - y) / m**3)


OF_COUNTS = {"odds ratios": _log_odds, "risk ratios": _log_risks, "risk differences": _risks}


def _check(
    result: Result, report: Report, groups: list[Result], found: list, counted: dict[str, float]
) -> Check:
    """Return the check of a printed P against estimates and errors, as printed and at their corners.

    `counted`: the P of other measures of the same subgroups, by name.
    """
    wanted, ways = parse(result.p[0]), report.readings.rounding
    p = interaction_p([middle for middle, _ in found])
    corners = itertools.product(*(box for _, box in found)) if len(found) <= MOST else ()
    every = [p, *(interaction_p(list(corner)) for corner in corners)]
    ends = min(every), 1.0 if _may_meet(groups) else max(every)
    verdict, rounded = held(p, ends, wanted, ways)
    names = " and ".join(f"“{group.id}”" for group in groups)
    why = f"the intervals of {names} give {p_computed(p, ends)}, printed {result.p[0]}"
    if counted:
        shown = ", ".join(f"{name} {plain(v, 3)}" for name, v in counted.items())
        why = f"{why}; the counts give {shown}"
    if not rounded and _near(groups, wanted, ends, ways, counted):
        verdict, why = "not checkable", f"{why}; a test within one model need not agree with them"
    asks = "" if rounded else f"By which test is the P of interaction “{result.id}”?"
    readings = (f"P: Wald, {words(rounded, ways)}",) if rounded else ()
    computed = {"p": p, "range": list(ends), "of_counts": counted}
    return Check(result.id, NAME, verdict, readings, computed, METHOD, why, "P", asks)


def _near(
    groups: list[Result], wanted: Printed, ends: Point, ways, counted: dict[str, float]
) -> bool:
    """Return whether a P is as near to Cochran's as tests within one model of this measure are.

    Of printed counts every measure is computed, so that none is farther off than one model's.
    """
    least, most, room = MODEL if counted else MODELS.get(groups[0].measure, MODEL)
    ends = (min(ends[0], *counted.values()), max(ends[1], *counted.values())) if counted else ends
    low, high = widest(wanted, ways)
    low, high = max(low, TINY), min(high, 1.0)
    printed, found = (
        [math.sqrt(special.chdtri(len(groups) - 1, p)) for p in (large, max(small, TINY))]
        for small, large in ((low, high), ends)
    )
    return printed[0] <= most * found[1] + room and printed[1] >= least * found[0] - room


def _points(group: Result) -> tuple[Point, list[Point]] | None:
    """Return an estimate with its standard error, as printed and at the corners of its rounding."""
    texts = (group.value, *group.ci)
    numbers = [parse(text) if text else None for text in texts]
    if len(numbers) != 3 or any(n is None or n.sign for n in numbers):
        return None
    even, z = scale(group).even, reach(level(group))
    value, low, high = (even(float(n)) for n in numbers)
    boxes = [[even(end) for end in span(n, "half-up")] for n in numbers]
    widths = boxes[2][0] - boxes[1][1], boxes[2][1] - boxes[1][0]
    if high <= low or widths[0] <= 0:
        return None
    errors = [w / (2 * z) for w in widths]
    return (value, (high - low) / (2 * z)), list(itertools.product(boxes[0], errors))


def _may_meet(groups: list[Result]) -> bool:
    """Return whether the estimates, as rounded, may be one."""
    spans = [[scale(g).even(end) for end in span(parse(g.value), "half-up")] for g in groups]
    return max(low for low, _ in spans) <= min(high for _, high in spans)
