"""A table of events and patients by arm in, its P by one named test out; two arms or more.

Fisher, mid-P, Boschloo and Barnard are those of `helpers.analyse.two_proportions`; with more than
two arms Fisher's is the Freeman-Halton extension. Nothing here knows what was printed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from scipy import special

from helpers.analyse import two_proportions
from helpers.audit.tables import Table

SAME = 1 + 1e-7
LARGE = 60_000  # product of two sizes above which the unconditional tests take seconds
FREEMAN_HALTON = 2_000_000  # tables with the same margins that are gone through


def chi_square(table: Table) -> float:
    """Pearson's chi-square P of the arms by 2 table, k - 1 degrees of freedom."""
    return float(special.chdtrc(len(table) - 1, _pearson(table)))


def _pearson(table: Table) -> float:
    """Pearson's chi-square: whole numbers, divided once."""
    total, events = sum(n for _, n in table), sum(x for x, _ in table)
    if events in (0, total):
        return 0.0
    patients = math.prod(n for _, n in table)
    gaps = sum((x * total - n * events) ** 2 * (patients // n) for x, n in table)
    return gaps / (patients * events * (total - events))


def yates(table: Table) -> float:
    """Chi-square P of two arms with Yates's correction, never below 0 (as R's chisq.test)."""
    (x1, n1), (x2, n2) = table
    total, events = n1 + n2, x1 + x2
    if events in (0, total):
        return 1.0
    gap = abs(x1 * (n2 - x2) - x2 * (n1 - x1))
    doubled = max(0, 2 * gap - total)
    return float(special.chdtrc(1, total * doubled**2 / (4 * n1 * n2 * events * (total - events))))


def score(table: Table) -> float:
    """Score-test P of Miettinen and Nurminen: Pearson's chi-square times (N - 1)/N."""
    total = sum(n for _, n in table)
    if total < 2:
        return 1.0
    return float(special.chdtrc(1, _pearson(table) * (total - 1) / total))


def trend(table: Table, scores: Sequence[float]) -> float:
    """Two-sided P of Cochran and Armitage's test for trend over the arms' scores (as R's prop.trend.test).

    NaN where no arm's score differs or all patients had the same outcome.
    """
    total, events = sum(n for _, n in table), sum(x for x, _ in table)
    middle = sum(n * s for (_, n), s in zip(table, scores, strict=True)) / total
    spread = sum(n * (s - middle) ** 2 for (_, n), s in zip(table, scores, strict=True))
    gap = sum(x * (s - middle) for (x, _), s in zip(table, scores, strict=True))
    variance = events / total * (1 - events / total) * spread
    return float(special.chdtrc(1, gap**2 / variance)) if variance > 0 else math.nan


def fisher(table: Table) -> float:
    """Two-sided exact P, by small probabilities; Freeman-Halton with more than two arms."""
    if len(table) > 2:
        return freeman_halton(table)
    (x1, n1), (x2, n2) = table
    values, _, p = two_proportions.fisher_p_values(x1 + x2, n1, n2)
    return float(p[np.searchsorted(values, x1)])


def mid_p(table: Table) -> float:
    """Fisher's P minus half the probability of the observed table."""
    (x1, n1), (x2, n2) = table
    return float(two_proportions.fisher_mid_p(x1, n1, x2, n2).p_value)


def boschloo(table: Table) -> float:
    """Boschloo's P; NaN where it would take more than seconds."""
    (x1, n1), (x2, n2) = table
    return math.nan if n1 * n2 > LARGE else two_proportions.boschloo(x1, n1, x2, n2).p_value


def barnard(table: Table) -> float:
    """Barnard's P, ordered by the pooled score; NaN where it would take more than seconds."""
    (x1, n1), (x2, n2) = table
    return math.nan if n1 * n2 > LARGE else two_proportions.barnard(x1, n1, x2, n2).p_value


def freeman_halton(table: Table) -> float:
    """Exact P of k arms given all margins; NaN above 2 million tables.

    The summed probability of all tables with these margins that are no more likely.
    """
    events = sum(x for x, _ in table)
    sizes = [n for _, n in table]
    if math.prod(min(n, events) + 1 for n in sizes[:-1]) > FREEMAN_HALTON:
        return math.nan
    logs, sums = np.zeros(1), np.zeros(1, dtype=int)
    for n in sizes[:-1]:
        x = np.arange(min(n, events) + 1)
        sums = np.add.outer(sums, x).ravel()
        logs = np.add.outer(logs, _log_choose(n, x)).ravel()
        logs, sums = logs[sums <= events], sums[sums <= events]
    last = events - sums
    fits = last <= sizes[-1]
    logs = logs[fits] + _log_choose(sizes[-1], last[fits]) - _log_choose(sum(sizes), events)
    here = sum(_log_choose(n, x) for x, n in table) - _log_choose(sum(sizes), events)
    return min(1.0, float(np.exp(logs[logs <= here + math.log(SAME)]).sum()))


def _log_choose(n, k):
    return special.gammaln(n + 1) - special.gammaln(np.add(k, 1)) - special.gammaln(n - k + 1)


TESTS: dict[str, Callable[[Table], float]] = {
    "Fisher": fisher,
    "Fisher mid-P": mid_p,
    "chi-square": chi_square,
    "chi-square with Yates's correction": yates,
    "score (N − 1)": score,
    "Boschloo": boschloo,
    "Barnard": barnard,
}
MANY_ARMS = ("Fisher", "chi-square")
SLOW = ("Boschloo", "Barnard")


def methods(arms: int, tables: int) -> tuple[str, ...]:
    """Return the tests for so many arms and tables: the slow ones only for a dozen tables."""
    names = tuple(TESTS) if arms == 2 else MANY_ARMS
    return names if tables <= 12 else tuple(name for name in names if name not in SLOW)


def p_values(table: Table, names: tuple[str, ...]) -> dict[str, float]:
    """Return the P of one table by each of the tests named, without those that give none."""
    if len(table) > 1 and sum(n for _, n in table) > 0:
        found = {name: TESTS[name](table) for name in names}
        return {name: p for name, p in found.items() if p == p}
    return {}


def one_sided(table: Table, found: dict[str, float]) -> dict[str, float]:
    """Return the one-sided P, in the direction seen, of the tests of two arms that have a closed one.

    Fisher's is the tail of the hypergeometric distribution, mid-P less half the table's own
    probability; those of z are half. The others are left out.
    """
    (x1, n1), (x2, n2) = table
    events = x1 + x2
    x = np.arange(max(0, events - n2), min(n1, events) + 1)
    chances = np.exp(
        _log_choose(n1, x) + _log_choose(n2, events - x) - _log_choose(n1 + n2, events)
    )
    tail = min(float(chances[x >= x1].sum()), float(chances[x <= x1].sum()), 1.0)
    exact = {"Fisher": tail, "Fisher mid-P": tail - float(chances[x == x1][0]) / 2}
    return {name: exact.get(name, p / 2) for name, p in found.items() if name not in SLOW}
