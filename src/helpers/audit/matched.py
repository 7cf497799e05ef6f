"""Counts of two arms of matched patients and McNemar's P go in; whether some matching prints it comes out.

Check `matched-counts`. The counts fix the difference d of the discordant pairs, not their sum m: that is
d, d + 2 ... up to what the pairs hold. Each m has one P, exact, mid-P, or of d² / m with and without
correction, so that all of them are gone through. McNemar 1947, Psychometrika 12:153.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, p_text, parse, widest
from helpers.audit.tables import Table
from helpers.audit.wording import one_sided
from helpers.rounding import plain

NAME = "matched-counts"
PART = "P"
METHOD = "McNemar's test of every number of discordant pairs"


def says_matched(result: Result) -> bool:
    """Return whether the words name McNemar's test."""
    return "mcnemar" in result.test.lower() and len(result.arms) == 2


def mcnemar(first: int, second: int) -> dict[str, float]:
    """Return the two-sided P of `first` pairs discordant one way and `second` the other, by method."""
    m, least, gap = first + second, min(first, second), abs(first - second)
    if m == 0:
        return dict.fromkeys(("exact", "mid-P", "chi-square", "corrected chi-square"), 1.0)
    tail, here = special.bdtr(least, m, 0.5), special.binom(m, least) * 0.5**m
    return {
        "exact": min(1.0, 2 * float(tail)),
        "mid-P": min(1.0, 2 * float(tail - here / 2)),
        "chi-square": float(special.chdtrc(1, gap**2 / m)),
        "corrected chi-square": float(special.chdtrc(1, max(gap - 1, 0) ** 2 / m)),
    }


def discordant(table: Table) -> list[tuple[int, int]]:
    """Return every (one way, the other way) that pairs with these counts may be discordant."""
    (x, n), (y, _) = table
    both = range(max(0, x + y - n), min(x, y) + 1)
    return [(x - b, y - b) for b in both]


def check_matched(result: Result, report: Report, tables: Sequence[Table]) -> list[Check]:
    """Return the check of McNemar's P; open where the arms have not as many patients."""
    if not result.p or not result.p[0] or not tables:
        return []
    asks = f"How many patients of “{result.id}” had the event in one arm alone, and in the other alone?"
    if any(n != m for (_, n), (_, m) in tables):
        why = "the arms have not as many patients, so that it is not known who is matched"
        return [Check(result.id, NAME, "not checkable", why=why, part=PART, asks=asks)]
    half = 0.5 if one_sided(result) else 1.0
    pairs = dict.fromkeys(pair for table in tables for pair in discordant(table))
    spend(4 * len(pairs))
    found = [{name: half * p for name, p in mcnemar(*pair).items()} for pair in pairs]
    return [_check(result, report, parse(result.p[0]), found, asks)]


def _check(result: Result, report: Report, wanted: Printed, found: list[dict], asks: str) -> Check:
    low, high = widest(wanted, report.readings.rounding)
    p = {name: np.array([one[name] for one in found]) for name in found[0]}
    printing = {name: int(((low <= v) & (v <= high)).sum()) for name, v in p.items()}
    ends = {name: (float(v.min()), float(v.max())) for name, v in p.items()}
    shown = ", ".join(f"{n} {plain(a, 2)} to {plain(b, 2)}" for n, (a, b) in ends.items())
    fits = [name for name, many in printing.items() if many]
    some = f"{max(printing.values())} of {len(found)} numbers of discordant pairs print"
    why = f"{some if fits else 'no number of discordant pairs prints'} {p_text(result.p[0])} ({shown})"
    readings = tuple(f"P: McNemar, {name}" for name in fits)
    computed = {"range": {n: list(e) for n, e in ends.items()}, "printing": printing}
    verdict = "compatible" if fits else "questioned"
    return Check(result.id, NAME, verdict, readings, computed, METHOD, why, PART, asks)
