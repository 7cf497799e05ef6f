"""All levels of a scale, results of counts, and the P of their comparison in; whether they agree, out.

Check `categories`, of an `among` that names them: no arm has more patients than it has, and the P of the
whole table by chi-square, by ranks (Wilcoxon and Mann-Whitney of two arms, with and
without correction; Kruskal-Wallis) or by the correlation of level and arm (linear by linear). The levels
count in the order in which they are named.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.audit.findings import HELD, Check, worst
from helpers.audit.model import Report, Result
from helpers.audit.parts import counts_of
from helpers.audit.printed import p_text, parse, roundings_that_print, words
from helpers.audit.wording import TREND, allowed, names_adjustment, one_sided
from helpers.rounding import plain

NAME = "categories"
Levels = Sequence[Sequence[int]]  # a row an arm, a column a level


def chi_square(table: Levels) -> float:
    """Return Pearson's chi-square P of arms by levels; NaN where a single arm or level has patients."""
    x = np.asarray(table, dtype=float)
    x = x[x.sum(1) > 0][:, x.sum(0) > 0]
    df = (x.shape[0] - 1) * (x.shape[1] - 1)
    if not df:
        return math.nan
    expected = np.outer(x.sum(1), x.sum(0)) / x.sum()
    return float(special.chdtrc(df, ((x - expected) ** 2 / expected).sum()))


def ranks(table: Levels, *, corrected: bool = False) -> float:
    """Return the P of the rank sums with ties: Kruskal and Wallis's, of two arms that of Wilcoxon's z.

    `corrected`: for continuity, of two arms alone (as R's wilcox.test). NaN where all are tied.
    """
    x = np.asarray(table, dtype=float)
    level, n, total = x.sum(0), x.sum(1), x.sum()
    middle = np.cumsum(level) - level / 2 + 0.5
    spread = total + 1 - (level**3 - level).sum() / (total * (total - 1))
    gap = x @ middle - n * (total + 1) / 2
    if spread <= 0 or min(n) == 0:
        return math.nan
    if corrected:
        z = max(abs(gap[0]) - 0.5, 0) / math.sqrt(n[0] * n[1] * spread / 12)
        return 2 * float(special.ndtr(-z))
    return float(special.chdtrc(len(n) - 1, 12 / (total * spread) * (gap**2 / n).sum()))


def linear(table: Levels) -> float:
    """Return the P of (N - 1) r^2, r the correlation of level and arm in equal steps; NaN for none."""
    x = np.asarray(table, dtype=float)
    total, steps = x.sum(), [np.arange(k) for k in x.shape]
    a, b = (s - (x.sum(1 - axis) @ s) / total for axis, s in enumerate(steps))
    spread = (x.sum(1) @ a**2) * (x.sum(0) @ b**2)
    return (
        float(special.chdtrc(1, (total - 1) * (a @ x @ b) ** 2 / spread))
        if spread > 0
        else math.nan
    )


def check_categories(result: Result, report: Report) -> list[Check]:
    """Return the checks of a comparison of all levels: their patients, and the P."""
    levels = [report.result(name) for name in result.categories]
    found = [[counts_of(level, arm, report) for level in levels] for arm in result.arms]
    if not levels or any(one is None for row in found for one in row):
        return []
    checks = [_sizes(result, report, found)]
    single = all(low == high for row in found for _, (low, high) in row)
    if single and any(result.p) and not names_adjustment(result):
        checks.append(_p(result, report, [[low for _, (low, _) in row] for row in found]))
    return checks


def _sizes(result: Result, report: Report, found) -> Check:
    """Return the check that no arm has more patients in all levels than it has."""
    told = []
    for arm, row in zip(result.arms, found, strict=True):
        size = row[0][0].size
        low, high = (sum(ends[k] for _, ends in row) for k in (0, 1))
        shown = (
            f"{report.arm(arm).label}: {low if low == high else f'{low} to {high}'} in all levels"
        )
        if size is None:
            told.append(("not checkable", shown))
        elif low > size:
            told.append(("impossible", f"{shown}, of {size} patients"))
        else:
            missing = f", {size - high} in none" if high < size else ""
            told.append(
                (
                    "reproduced" if low == high == size else "compatible",
                    f"{shown}, of {size}{missing}",
                )
            )
    verdict = worst(word for word, _ in told)
    why = "; ".join(said for word, said in told if word == verdict or verdict in HELD)
    asks = f"How many patients of each arm are in every level of “{result.id}”?"
    return Check(result.id, NAME, verdict, (), {}, "sums of whole patients", why, "levels",
                 "" if verdict in HELD else asks)  # fmt: skip


def _p(result: Result, report: Report, table: Levels) -> Check:
    wanted, ways = parse(result.p[0]), report.readings.rounding
    p = {
        "chi-square": chi_square(table),
        "rank sums": ranks(table),
        "linear by linear": linear(table),
    }
    if len(table) == 2:
        p["rank sums, corrected"] = ranks(table, corrected=True)
    half = {
        name: 0.5 * v if one_sided(result) and name != "chi-square" else v for name, v in p.items()
    }
    fits = {name: roundings_that_print(v, wanted, ways) for name, v in half.items()
            if v == v and name in _named(result)}  # fmt: skip
    kept = {name: found for name, found in fits.items() if found}
    shown = ", ".join(f"{name} {plain(v, 3)}" for name, v in half.items() if v == v)
    named = result.test.strip() and bool(fits) and "fisher" not in result.test.lower()
    verdict = "reproduced" if kept else "questioned" if named else "not checkable"
    readings = tuple(f"P: {name}, {words(found, ways)}" for name, found in kept.items())
    asks = "" if kept else f"Which test gave {p_text(result.p[0])} for “{result.id}”?"
    return Check(result.id, NAME, verdict, readings, {"p": half}, "tests of arms by levels",
                 f"{p_text(result.p[0])}: {shown}", "P", asks)  # fmt: skip


def _named(result: Result) -> tuple[str, ...]:
    """Return the tests of a table that the words allow."""
    every = ("chi-square", "rank sums", "linear by linear", "rank sums, corrected")
    if not result.test.strip():
        return every
    if TREND.search(result.test.lower()):
        return ("linear by linear",)
    found = set(allowed(result, ("chi-square", "ranks")))
    return tuple(n for n in every if (n in found) or (n.startswith("rank") and "ranks" in found))
