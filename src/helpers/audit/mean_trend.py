"""Means and SDs of three arms or more and the P of a trend over them go in; what prints it comes out.

Check `trend-of-means`. A linear contrast over the pooled SD, the arms weighted alike or by their patients,
and the slope of a regression on the dose, whose error holds what lies off the line too. Steps are equal, or
the doses of the labels. As printed numbers are rounded, the contrast lies between exact ends, the pooled SD
too; the error of the regression between bounds. One by ranks (Jonckheere) cannot be had from means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy import special

from helpers.audit.findings import Check
from helpers.audit.mean_p import between, held, number, spread_of
from helpers.audit.model import Report, Result
from helpers.audit.p_values import UNKNOWN, trend_scores
from helpers.audit.printed import p_text, parse, span, words
from helpers.audit.tables import cells
from helpers.audit.wording import names_adjustment, one_sided
from helpers.rounding import plain

NAME = "trend-of-means"
PART = "P"
METHOD = "linear contrast of printed means"
RANKS = ("jonckheere", "terpstra", "rank", "cuzick", "williams")
Ends = tuple[float, float]


def trend_ends(
    scores: Sequence[float], means: Sequence[float], rooms: Sequence[float], sds: Sequence[Ends],
    sizes: Sequence[int],
) -> dict[str, Ends]:  # fmt: skip
    """Return, by test, bounds of the two-sided P of a trend over `scores`.

    `means` may be off by `rooms`; `sds` are (low, high); without rooms both bounds are the P itself.
    """
    df = sum(sizes) - len(sizes)
    within = [sum((n - 1) * s[k] ** 2 for n, s in zip(sizes, sds, strict=True)) for k in (0, 1)]
    arms = [1.0] * len(sizes)
    out = {}
    for name, weights in (("contrast", arms), ("contrast weighted by patients", sizes)):
        low, high, squares = _contrast(scores, means, rooms, weights, sizes)
        errors = [math.sqrt(one / df * squares) for one in within]
        out[name] = _p(low, high, errors[0], errors[1], df)
    roots = between(means, rooms, sizes)
    low, high, squares = _contrast(scores, means, rooms, sizes, sizes)
    slopes = low**2 / squares, high**2 / squares
    off = [max(0.0, roots[k] ** 2 - slopes[1 - k]) for k in (0, 1)]
    df = sum(sizes) - 2
    errors = [math.sqrt((one + more) / df * squares) for one, more in zip(within, off, strict=True)]
    return out | {"regression on the dose": _p(low, high, errors[0], errors[1], df)}


def _contrast(scores, means, rooms, weights, sizes) -> tuple[float, float, float]:
    """Return the least and largest size of a contrast, and what the variance of a value is times."""
    centre = sum(w * s for w, s in zip(weights, scores, strict=True)) / sum(weights)
    factors = [w * (s - centre) for w, s in zip(weights, scores, strict=True)]
    value = abs(sum(f * m for f, m in zip(factors, means, strict=True)))
    room = sum(abs(f) * r for f, r in zip(factors, rooms, strict=True))
    squares = sum(f * f / n for f, n in zip(factors, sizes, strict=True))
    return max(0.0, value - room), value + room, squares


def _p(low: float, high: float, least: float, most: float, df: int) -> Ends:
    """Return the least and largest P of t, its numerator and its error each between two ends."""

    def tail(t: float) -> float:
        return float(2 * special.stdtr(df, -t))

    return tail(high / least) if least > 0 else 0.0, tail(low / most) if most > 0 else 1.0


def check_trend(result: Result, report: Report) -> list[Check]:
    """Return the check of the P of a trend of means; none where no trend is named or nothing is printed."""
    scores = trend_scores(result, report)
    said = result.test.lower()
    if (
        not scores
        or not any(result.p)
        or any(word in said for word in RANKS)
        or names_adjustment(result)
    ):
        return []  # fmt: skip
    sizes = [cell.size for cell in cells(result, report)]
    means = [number(result.mean, place) for place in range(len(sizes))]
    if None in sizes or None in means or min(sizes) < 2:
        return []
    spreads = [spread_of(result, place, n, "half-up") for place, n in enumerate(sizes)]
    return [] if None in spreads else [_check(result, report, scores, means, spreads, sizes)]


def _check(result: Result, report: Report, scores, means, spreads, sizes) -> Check:
    wanted, ways = parse(result.p[0]), report.readings.rounding
    centres = [float(m) for m in means]
    rooms = [(b - a) / 2 for a, b in (span(m, "half-up") for m in means)]
    half = 0.5 if one_sided(result) else 1.0
    none, exact_sds, boxes = (
        [0.0] * len(sizes),
        [(s[0], s[0]) for s in spreads],
        [s[1:] for s in spreads],
    )
    found, shown, ranges = {}, [], {}
    for steps, values in scores.items():
        exact = trend_ends(values, centres, none, exact_sds, sizes)
        for name, ends in trend_ends(values, centres, rooms, boxes, sizes).items():
            p, ends = half * exact[name][0], (half * ends[0], half * ends[1])
            label = f"{name}, {steps.removeprefix('trend ')}"
            ranges[label] = list(ends)
            shown.append(f"{label} {plain(p, 3)} ({plain(ends[0], 3)} to {plain(ends[1], 3)})")
            verdict, rounded = held(p, ends, wanted, ways)
            if rounded:
                found[f"P: {label}, {words(rounded, ways)}"] = verdict
    doses = "trend by dose" in scores
    verdict = "questioned" if doses else "not checkable"
    if found:
        verdict = "reproduced" if "reproduced" in found.values() else "compatible"
    why = f"printed {result.p[0]}; as the numbers are rounded, {'; '.join(shown)}"
    why += "" if found or doses else f"; {UNKNOWN} is open"
    asks = (
        ""
        if found
        else f"Over which doses, and by which test, is {p_text(result.p[0])} of “{result.id}”?"
    )
    return Check(result.id, NAME, verdict, tuple(found), {"range": ranges}, METHOD, why, PART, asks)
