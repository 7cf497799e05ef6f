"""One estimate over strata and the results of these strata go in; whether pooling gives it comes out.

Check `pooled`. Of counts: Mantel and Haenszel's odds ratio (variance of Robins, Breslow and Greenland
1986), risk ratio and difference (Greenland and Robins 1985), and the Cochran-Mantel-Haenszel test with
and without correction. Of estimates and intervals, or counts: weights by the inverse of the variance. An
estimate over strata lies among those of the strata, whatever the method.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy import special

from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import ends_text, p_text, parse, roundings_that_print, span
from helpers.audit.ratio_methods import estimates
from helpers.audit.scale import reach, scale, unit
from helpers.audit.tables import Table, cells
from helpers.audit.wording import level, one_sided
from helpers.rounding import plain

NAME = "pooled"
MANTEL_HAENSZEL = "Mantel-Haenszel"
MH = ("odds ratio", "risk ratio", "risk difference")
METHOD = "Mantel-Haenszel and inverse-variance weights"
NAMES_IT = ("mantel", "cmh", "inverse variance", "inverse-variance", "fixed effect", "fixed-effect")
Estimate = tuple[
    float, float
]  # on the scale of the interval: log of a ratio; and its standard error


def check_pooled(result: Result, report: Report) -> list[Check]:
    """Return the checks of an estimate over strata: its value, interval and P; none where none are named."""
    strata = [report.result(name) for name in result.strata]
    if not strata or any(s.kind != "ratio" or s.measure != result.measure for s in strata):
        return []
    tables = [table(s, result.arms, report) for s in strata]
    counted = None not in tables and result.measure in MH
    found = {MANTEL_HAENSZEL: mantel_haenszel(tables, result.measure)} if counted else {}
    each = [_estimate(s) for s in strata]
    if None not in each:
        found["inverse variance"] = inverse_variance(each)
    out = [_among(result, strata, tables if counted else None, report)]
    out += [_estimated(result, found, report)] if found else []
    out += [_tested(result, tables, report)] if counted and any(result.p) else []
    return [check for check in out if check is not None]


def table(result: Result, arms: Sequence[str], report: Report) -> Table | None:
    """Return the counts and sizes of a stratum; None where one is not printed, or nobody had it or all."""
    by_arm = {cell.arm: cell for cell in cells(result, report)}
    found = [by_arm[name] for name in arms]
    if any(cell.count is None or not cell.size or cell.count > cell.size for cell in found):
        return None
    return tuple((cell.count, cell.size) for cell in found)


def _estimate(result: Result) -> Estimate | None:
    """Return a stratum's printed estimate and its standard error; None where they are not printed."""
    if not result.value or len(result.ci) != 2 or not all(result.ci):
        return None
    numbers = [float(parse(text)) for text in (result.value, *result.ci)]
    if scale(result).null != 0 and min(numbers) <= 0:
        return None
    value, low, high = map(scale(result).even, numbers)
    error = (high - low) / (2 * reach(level(result)))
    return (value, error) if error > 0 else None


def inverse_variance(each: Sequence[Estimate]) -> Estimate:
    """Return the estimate weighted by the inverse of its variance, and its standard error."""
    weights = [1 / error**2 for _, error in each]
    return sum(w * v for w, (v, _) in zip(weights, each, strict=True)) / sum(weights), sum(
        weights
    ) ** -0.5


def mantel_haenszel(tables: Sequence[Table], measure: str) -> Estimate:
    """Return Mantel and Haenszel's estimate over tables of counts and its standard error.

    Of ratios both are of the logarithm. NaN where no stratum tells.
    """
    rows = [(a, n1, b, n2, n1 + n2) for (a, n1), (b, n2) in tables]
    try:
        return {"odds ratio": _odds, "risk ratio": _risks, "risk difference": _difference}[measure](
            rows
        )
    except (ZeroDivisionError, ValueError):
        return math.nan, math.nan


def _odds(rows) -> Estimate:
    r = [a * (n2 - b) / n for a, _, b, n2, n in rows]
    s = [b * (n1 - a) / n for a, n1, b, _, n in rows]
    p = [(a + n2 - b) / n for a, _, b, n2, n in rows]
    q = [(b + n1 - a) / n for a, n1, b, _, n in rows]
    R, S = sum(r), sum(s)
    variance = (
        sum(x * y for x, y in zip(p, r, strict=True)) / (2 * R**2)
        + sum(x * y + z * w for x, y, z, w in zip(p, s, q, r, strict=True)) / (2 * R * S)
        + sum(x * y for x, y in zip(q, s, strict=True)) / (2 * S**2)
    )
    return math.log(R / S), math.sqrt(variance)


def _risks(rows) -> Estimate:
    first = sum(a * n2 / n for a, _, _, n2, n in rows)
    second = sum(b * n1 / n for _, n1, b, _, n in rows)
    spread = sum((n1 * n2 * (a + b) - a * b * n) / n**2 for a, n1, b, n2, n in rows)
    return math.log(first / second), math.sqrt(spread / (first * second))


def _difference(rows) -> Estimate:
    weight = sum(n1 * n2 / n for _, n1, _, n2, n in rows)
    value = sum((a * n2 - b * n1) / n for a, n1, b, n2, n in rows) / weight
    spread = sum((a * (n1 - a) * n2**3 + b * (n2 - b) * n1**3) / (n1 * n2 * n**2)
                 for a, n1, b, n2, n in rows)  # fmt: skip
    return value, math.sqrt(spread) / weight


def cmh(tables: Sequence[Table], *, corrected: bool) -> float:
    """Return the two-sided P of the Cochran-Mantel-Haenszel test (as R's mantelhaen.test); NaN for none."""
    gap = variance = 0.0
    for (a, n1), (b, n2) in tables:
        n, events = n1 + n2, a + b
        gap += a - n1 * events / n
        variance += n1 * n2 * events * (n - events) / (n**2 * (n - 1)) if n > 1 else 0.0
    if variance <= 0:
        return math.nan
    less = min(0.5, abs(gap)) if corrected else 0.0
    return float(special.chdtrc(1, (abs(gap) - less) ** 2 / variance))


def _among(result: Result, strata: list[Result], tables, report: Report) -> Check | None:
    """Return the check that an estimate lies among those of its strata; None where one has none."""
    number = parse(result.value) if result.value else None
    if number is None or number.sign:
        return None
    ends = [_ends(s, t) for s, t in zip(strata, tables or [None] * len(strata), strict=True)]
    if None in ends:
        return None
    least, most = min(a for a, _ in ends), max(b for _, b in ends)
    low, high = span(number, "half-up")
    if low <= most and least <= high:
        return None
    shown = f"{plain(least, 3)} to {plain(most, 3)}"
    why = f"the strata have {shown}, and {result.value} over all of them lies beyond"
    asks = f"How was “{result.id}” pooled over its strata?"
    return Check(
        result.id, NAME, "questioned", (), {"strata": [least, most]}, METHOD, why, "strata", asks
    )


def _ends(stratum: Result, counts: Table | None) -> tuple[float, float] | None:
    if stratum.value:
        number = parse(stratum.value)
        return None if number.sign else span(number, "half-up")
    if counts is None:
        return None
    found = [v * unit(stratum) for v in estimates(stratum.measure, counts).values() if v == v]
    return (min(found), max(found)) if found else None


def _estimated(result: Result, found: dict[str, Estimate], report: Report) -> Check | None:
    """Return the check of a pooled value and interval; what no method gives is open unless one is named."""
    texts, kept, shown = (result.value, *(result.ci or ("", ""))), [], []
    for name, estimate in found.items():
        numbers, loose = _shown(result, name, estimate), name != MANTEL_HAENSZEL
        ends = f"{plain(numbers[1], 3)} to {plain(numbers[2], 3)}"
        shown.append(f"{name} {plain(numbers[0], 3)} ({ends})")
        if all(_prints(v, text, report.readings.rounding, loose=loose)
               for v, text in zip(numbers, texts, strict=True) if text):  # fmt: skip
            kept.append(name)
    printed = f"{result.value} ({ends_text(result.ci)})" if any(result.ci) else result.value
    why = f"{', '.join(shown)}; printed {printed}"
    named = any(word in f"{result.test} {result.quote}".lower() for word in NAMES_IT)
    held = "reproduced" if MANTEL_HAENSZEL in kept else "compatible"
    verdict = held if kept else "questioned" if named else "not checkable"
    asks = "" if kept else f"How was “{result.id}” pooled over its strata?"
    readings = tuple(f"over strata: {name}" for name in kept)
    computed = {name: list(pair) for name, pair in found.items()}
    return Check(result.id, NAME, verdict, readings, computed, METHOD, why, "ratio", asks)


def _shown(result: Result, name: str, estimate: Estimate) -> list[float]:
    """Return a pooled estimate and the ends of its interval as they would be printed."""
    (value, error), z = estimate, reach(level(result))
    share = name == MANTEL_HAENSZEL and result.measure == "risk difference"
    times = unit(result) if share else 1.0
    return [scale(result).back(v * times) for v in (value, value - z * error, value + z * error)]


def _prints(value: float, text: str, ways: tuple[str, ...], *, loose: bool) -> bool:
    """Whether a value prints so; of printed strata (`loose`) by two units of the last digit."""
    number = parse(text)
    if loose and not number.sign:
        return abs(value - float(number)) <= 2 * float(number.unit)
    return bool(roundings_that_print(value, number, ways))


def _tested(result: Result, tables: Sequence[Table], report: Report) -> Check:
    wanted, half = parse(result.p[0]), 0.5 if one_sided(result) else 1.0
    p = {f"Cochran-Mantel-Haenszel{', corrected' if c else ''}": half * cmh(tables, corrected=c)
         for c in (False, True)}  # fmt: skip
    kept = [
        name
        for name, v in p.items()
        if v == v and roundings_that_print(v, wanted, report.readings.rounding)
    ]
    named = any(word in result.test.lower() for word in NAMES_IT[:2])
    shown = ", ".join(f"{name} {plain(v, 3)}" for name, v in p.items())
    verdict = "reproduced" if kept else "questioned" if named else "not checkable"
    asks = "" if kept else f"Which test gave {p_text(result.p[0])} for “{result.id}”?"
    return Check(result.id, NAME, verdict, tuple(f"P: {name}" for name in kept), {"p": p}, METHOD,
                 f"{p_text(result.p[0])}: {shown}", "P", asks)  # fmt: skip
