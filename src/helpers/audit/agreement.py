"""The table of two readers, a printed kappa and its interval go in; whether one gives the other comes out.

Check `kappa`: Cohen's, or weighted by linear or squared distance, with the variance of Fleiss, Cohen and
Everitt 1969 (Psychol Bull 72:323) or Cohen's own of 1960. Without a table an estimate is held against its
interval alone; it is no larger than 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse, roundings_that_print, span, words
from helpers.audit.scale import reach
from helpers.audit.wording import level
from helpers.rounding import plain

NAME = "kappa"
METHOD = "kappa of the printed table"
WEIGHTS = ("unweighted", "linear", "quadratic")


def kappa(
    table: Sequence[Sequence[int]], weights: str = "unweighted"
) -> tuple[float, float, float]:
    """Return kappa of a square table of counts, its standard error, and Cohen's simpler one.

    `weights`: one of `WEIGHTS`. NaN where chance alone makes all agree. The simpler error is that of an
    unweighted kappa.
    """
    p = np.asarray(table, dtype=float)
    n, k = p.sum(), len(p)
    p = p / n
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k)))
    power = {"unweighted": None, "linear": 1, "quadratic": 2}[weights]
    w = (apart == 0).astype(float) if power is None else 1 - (apart / (k - 1)) ** power
    rows, columns = p.sum(1), p.sum(0)
    seen, chance = (w * p).sum(), rows @ w @ columns
    if chance >= 1:
        return math.nan, math.nan, math.nan
    value = (seen - chance) / (1 - chance)
    of_rows, of_columns = w @ columns, rows @ w
    spread = (p * (w - np.add.outer(of_rows, of_columns) * (1 - value)) ** 2).sum()
    error = math.sqrt(max(spread - (value - chance * (1 - value)) ** 2, 0) / n) / (1 - chance)
    return value, error, math.sqrt(seen * (1 - seen) / n) / (1 - chance)


def check_agreement(result: Result, report: Report) -> list[Check]:
    """Return the checks of a kappa: within its interval, and that of its table."""
    ends = [parse(text) if text else None for text in result.ci]
    box = span(parse(result.value), "half-up")
    low, high = (span(end, "half-up") if end else box for end in (*ends, None, None)[:2])
    if box[0] > 1 or box[1] < low[0] or box[0] > high[1]:
        fault = "is larger than 1" if box[0] > 1 else "lies outside its own interval"
        why = f"the kappa {result.value} {fault}"
        return [Check(result.id, NAME, "impossible", why=why, part="kappa")]
    if not result.table:
        asks = f"What is the table of both readers behind “{result.id}”?"
        why = "no table of both readers is printed"
        return [Check(result.id, NAME, "not checkable", why=why, part="kappa", asks=asks)]
    return _of_table(result, report)


def _of_table(result: Result, report: Report) -> list[Check]:
    ways, table = (
        report.readings.rounding,
        [[int(parse(t).value) for t in row] for row in result.table],
    )
    named = [result.weights] if result.weights else WEIGHTS[: 1 if len(table) == 2 else 3]
    found = {name: kappa(table, name) for name in named}
    kept = {
        name: roundings_that_print(v, parse(result.value), ways) for name, (v, *_) in found.items()
    }
    kept = {name: how for name, how in kept.items() if how}
    shown = ", ".join(f"{name} {plain(v, 3)}" for name, (v, *_) in found.items())
    readings = tuple(f"kappa: {name}, {words(how, ways)}" for name, how in kept.items())
    asks = f"Of which table is the kappa of “{result.id}”, and with which weights?"
    why = f"the table gives {shown}; printed {result.value}"
    computed = {name: list(map(float, values)) for name, values in found.items()}
    checks = [Check(result.id, NAME, "reproduced" if kept else "impossible", readings, computed, METHOD, why,
                    "kappa", "" if kept else asks)]  # fmt: skip
    if kept and len(result.ci) == 2 and all(result.ci):
        checks.append(_interval(result, report, {name: found[name] for name in kept}))
    return checks


def _interval(
    result: Result, report: Report, found: dict[str, tuple[float, float, float]]
) -> Check:
    """Return the check of an interval; one that neither variance gives, such as a bootstrap's, is open."""
    z, ways = reach(level(result)), report.readings.rounding
    given, shown = [], []
    for weights, (value, *errors) in found.items():
        for name, error in zip(("Fleiss, Cohen and Everitt", "Cohen 1960"), errors, strict=True):
            if name == "Cohen 1960" and weights != WEIGHTS[0]:
                continue
            ends = value - z * error, min(1.0, value + z * error), value + z * error
            shown.append(f"{name} {plain(ends[0], 3)} to {plain(ends[2], 3)}")
            low, high = (parse(text) for text in result.ci)
            if roundings_that_print(ends[0], low, ways) and any(
                    roundings_that_print(end, high, ways) for end in ends[1:]):  # fmt: skip
                given.append(name)
    why = f"{', '.join(shown)}; printed {result.ci[0]} to {result.ci[1]}"
    asks = "" if given else f"By which method is the interval of “{result.id}”?"
    return Check(result.id, NAME, "reproduced" if given else "not checkable",
                 tuple(f"interval: {name}" for name in given), {}, METHOD, why, "interval", asks)  # fmt: skip
