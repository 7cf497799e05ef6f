"""Counts of one arm, a percentage that words name and a P go in; which test of one sample prints it, out.

Check `one-sample`: the exact binomial test (one tail; twice it; all counts no likelier, as R's binom.test)
and z with the variance of the named percentage, with and without correction, or with that of the counts. A
tail is taken in the direction seen. Without a percentage to test against, the P is open.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import computed_ends, p_text, parse, roundings_that_print, words
from helpers.audit.tables import Table
from helpers.audit.wording import names_adjustment, one_sided
from helpers.rounding import plain

NAME = "one-sample"
PART = "P"
METHOD = "tests of one percentage"
AGAINST = re.compile(
    r"(?:against|versus|\bvs\.?|\bnull|histor\w*|reference|benchmark|compared (?:with|to)|than|≤|≥|p0\s*=)"
    r"[^%\d]{0,40}(\d+(?:[.·]\d+)?)\s*(?:%|per\s?cent)",
    re.IGNORECASE,
)
SAME = 1e-7  # as R's binom.test: counts so little likelier count as no likelier


def named(result: Result) -> float | None:
    """Return the share, between 0 and 1, that words on the test or the quotation test against."""
    for text in (result.test, result.quote):
        found = AGAINST.search(text)
        if found and 0 < float(found[1].replace("·", ".")) < 100:
            return float(found[1].replace("·", ".")) / 100
    return None


def one_sample(x: int, n: int, share: float) -> dict[str, float]:
    """Return the P of `x` of `n` against a true share, by test; a tail is that of the direction seen."""
    counts = np.arange(n + 1)
    logs = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
    chance = np.exp(logs + counts * math.log(share) + (n - counts) * math.log1p(-share))
    tail = min(1.0, float(min(chance[x:].sum(), chance[: x + 1].sum())))
    gap, error = abs(x / n - share), math.sqrt(share * (1 - share) / n)
    own = math.sqrt(x * (n - x) / n**3)
    z = {"z": gap / error, "z with correction": max(gap - 0.5 / n, 0.0) / error}
    z |= {"z of Wald": gap / own} if own else {}
    one = {"exact binomial": tail} | {name: float(special.ndtr(-v)) for name, v in z.items()}
    likely = float(chance[chance <= chance[x] * (1 + SAME)].sum())
    return {
        **{f"{name}, one-sided": p for name, p in one.items()},
        **{f"{name}, two-sided": min(1.0, 2 * p) for name, p in one.items()},
        "exact binomial, of counts no likelier": min(1.0, likely),
    }


def check_one_sample(result: Result, report: Report, tables: Sequence[Table]) -> list[Check]:
    """Return the check of a P of one arm's percentage; none without a P or with several arms."""
    if len(result.arms) != 1 or not any(result.p) or not tables:
        return []
    share = named(result)
    if share is None or names_adjustment(result):
        why = "with which percentage that of the arm is compared is not said"
        asks = f"Against which percentage, and by which test, is the P of “{result.id}”?"
        return [Check(result.id, NAME, "not checkable", why=why, part=PART, asks=asks)]
    return [_check(result, report, share, tables)]


def _check(result: Result, report: Report, share: float, tables: Sequence[Table]) -> Check:
    wanted, ways = parse(result.p[0]), report.readings.rounding
    spend(sum(20 + n // 100 for ((_, n),) in tables))
    found = [one_sample(x, n, share) for ((x, n),) in tables]
    only = ", one-sided" if one_sided(result) else ""
    kept: dict[str, set[str]] = {}
    for p in found:
        for name, value in p.items():
            if name.endswith(only):
                kept.setdefault(name, set()).update(roundings_that_print(value, wanted, ways))
    fits = {name: tuple(r for r in ways if r in some) for name, some in kept.items() if some}
    ends = {name: (min(p.get(name, 1.0) for p in found), max(p.get(name, 1.0) for p in found))
            for name in kept}  # fmt: skip
    shown = ", ".join(f"{name} {computed_ends(pair)}" for name, pair in ends.items())
    word = ("reproduced" if len(tables) == 1 else "compatible") if fits else "questioned"
    readings = tuple(f"P: {name}, {words(some, ways)}" for name, some in fits.items())
    why = f"against {plain(100 * share, 3)}%: {shown}; printed {result.p[0]}"
    asks = "" if fits else f"Which test gave {p_text(result.p[0])} for “{result.id}”?"
    computed = {"share": share, "range": {name: list(pair) for name, pair in ends.items()}}
    return Check(result.id, NAME, word, readings, computed, METHOD, why, PART, asks)
