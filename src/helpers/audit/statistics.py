"""A printed statistic, its degrees of freedom and P go in; whether they agree comes out.

Check `p-from-statistic`, by statcheck's rules: the statistic stands for all values that print so,
P is two-sided unless the words say one-sided, and a printed limit ("<0.001") only needs to hold.
Nuijten & others 2016, Behav Res Methods 48:1205.
"""

from __future__ import annotations

import math

from scipy import special

from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import (
    p_computed,
    p_text,
    parse,
    prints,
    roundings_that_print,
    span,
    words,
)
from helpers.audit.scale import reach
from helpers.audit.tables import cells
from helpers.audit.wording import level, one_sided
from helpers.rounding import plain

NAME, FISHER = "p-from-statistic", "correlation-interval"
FAR = 2.0  # times as wide or narrow as Fisher's: beyond intervals of ranks and by bootstrap
TOP = 1 - 1e-9


def statistic_p(name: str, value: float, df: tuple[float, ...]) -> float:
    """Return the two-sided P (upper tail for F and chi-square) of a statistic; NaN for none.

    `df`: one number for t, r (n - 2) and chi-square, two for F, none for z.
    """
    if name == "z":
        return 2 * float(special.ndtr(-abs(value)))
    if name == "t" and df:
        return 2 * float(special.stdtr(df[0], -abs(value)))
    if name == "r" and df and abs(value) < 1:
        t = value * math.sqrt(df[0] / (1 - value * value))
        return 2 * float(special.stdtr(df[0], -abs(t)))
    if name == "chi-square" and df:
        return float(special.chdtrc(df[0], max(value, 0.0)))
    if name == "F" and len(df) == 2:
        return float(special.fdtrc(*df, max(value, 0.0)))
    return math.nan


def degrees(result: Result, report: Report) -> tuple[float, ...]:
    """Return the degrees of freedom: those printed, or for r the patients less 2."""
    printed = tuple(float(parse(text)) for text in result.df if text)
    if printed or result.statistic not in ("r", "t"):
        return printed
    sizes = [int(parse(n).value) for n in result.n if n] or [c.size for c in cells(result, report)]
    arms = 2 if result.statistic == "r" else max(len(sizes), 1)
    return (float(sum(sizes) - arms),) if sizes and None not in sizes else ()


def correlation_interval(r: float, n: float, level: float) -> tuple[float, float]:
    """Return Fisher's interval of a correlation of `n` pairs: arctanh(r) with standard error 1/sqrt(n - 3).

    `level` 0 to 1. Fisher 1921, Metron 1:3.
    """
    half = reach(level) / math.sqrt(n - 3)
    return math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def check_correlation_interval(result: Result, report: Report) -> list[Check]:
    """Return the check of a correlation's interval by Fisher's transformation; none where none is printed.

    Intervals of ranks and by bootstrap are others: one that is not Fisher's is open, but for a
    correlation outside its own.
    """
    value, ends = parse(result.value), [parse(text) if text else None for text in result.ci]
    if result.statistic != "r" or len(ends) != 2 or None in ends or abs(value.value) >= 1:
        return []
    low, high, box = (span(one, "half-up") for one in (*ends, value))
    shown = f"{result.ci[0]} to {result.ci[1]}"
    if box[1] < low[0] or box[0] > high[1]:
        why = f"the correlation {result.value} lies outside its own interval, {shown}"
        return [Check(result.id, FISHER, "impossible", why=why, part="interval")]
    n = (degrees(result, report) or (0.0,))[0] + 2
    if n <= 3 or max(map(abs, box)) >= 1:
        return []
    exact = correlation_interval(float(value), n, level(result))
    corners = [correlation_interval(r, n, level(result)) for r in box]
    fits = all(a <= end[1] and end[0] <= b for a, b, end in zip(*corners, (low, high), strict=True))
    found = f"of {n:g} pairs Fisher's interval is {plain(exact[0], 3)} to {plain(exact[1], 3)}"
    why = f"{found}, printed {shown}"
    given = all(prints(v, e, "half-up") for v, e in zip(exact, ends, strict=True))
    verdict = "reproduced" if given else "compatible" if fits else _unlike(corners, (low, high))
    asks = "" if fits else f"By which method is the interval of “{result.id}”?"
    readings = ("interval: Fisher's transformation",) if fits else ()
    return [Check(result.id, FISHER, verdict, readings, {"interval": list(exact)},
                  "Fisher's transformation of r", why, "interval", asks)]  # fmt: skip


def _unlike(corners: list[tuple[float, float]], printed: tuple[tuple, tuple]) -> str:
    """Return the verdict on an interval that is not Fisher's: open, unless `FAR` times as wide or narrow."""
    widths = [math.atanh(high) - math.atanh(low) for low, high in corners]
    (a, b), (c, d) = (tuple(math.atanh(max(-TOP, min(TOP, v))) for v in pair) for pair in printed)
    far = d - a < min(widths) / FAR or c - b > FAR * max(widths)
    return "questioned" if far else "not checkable"


def check_statistic(result: Result, report: Report) -> list[Check]:
    """Return the check of a statistic against its P."""
    number, df = parse(result.value), degrees(result, report)
    part = "P"
    if result.statistic == "r" and abs(number.value) > 1:
        why = f"a correlation of {result.value} is outside -1 to 1"
        return [Check(result.id, NAME, "impossible", why=why, part="r")]
    if not result.p or not result.p[0]:
        return [Check(result.id, NAME, "not checkable", why="no P is printed", part=part)]
    p = statistic_p(result.statistic, float(number), df)
    if p != p:
        why = f"no P follows from {result.statistic} without its degrees of freedom"
        return [
            Check(
                result.id,
                NAME,
                "not checkable",
                why=why,
                part=part,
                asks=f"How many degrees of freedom has the test of “{result.id}”?",
            )
        ]
    return [_verdict(result, report, number, df, p)]


def _verdict(result: Result, report: Report, number, df, p: float) -> Check:
    wanted, ways = parse(result.p[0]), report.readings.rounding
    first, last = span(number, "half-up")
    values = (first, last, 0.0) if first < 0 < last else (first, last)  # P is largest at 0
    ends = [statistic_p(result.statistic, v, df) for v in values]
    ends = [e for e in ends if e == e] or [p]
    low, high = min(ends), max(ends)
    one = one_sided(result)
    factor = 0.5 if one and result.statistic in ("t", "z", "r") else 1.0
    exact = roundings_that_print(p * factor, wanted, ways)
    room = tuple(r for r in ways if low * factor <= span(wanted, r)[1]
                 and span(wanted, r)[0] <= high * factor)  # fmt: skip
    found = exact or room
    side = "one-sided" if one else "two-sided"
    shown = ", ".join(f"{d:g}" for d in df)
    given = p_computed(p * factor, (low * factor, high * factor))
    why = f"{result.statistic}({shown}) = {result.value} gives {given}, printed {result.p[0]}"
    verdict = "reproduced" if exact else "compatible" if room else "questioned"
    if not found and factor == 1.0 and roundings_that_print(p / 2, wanted, ways):
        why += "; it would be the one-sided P"
    readings = (f"P: {side}, {words(found, ways)}",) if found else ()
    computed = {"p": p * factor, "range": [low * factor, high * factor], "df": list(df)}
    asks = "" if found else f"Which test gave {p_text(result.p[0])} for “{result.id}”?"
    return Check(
        result.id, NAME, verdict, readings, computed, "tail of the distribution", why, "P", asks
    )
