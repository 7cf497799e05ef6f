"""One value a subject and its group go in, rank tests of several groups at once come out.

Kruskal-Wallis asks whether any group differs, Jonckheere-Terpstra whether values rise or fall with
the groups' order. Ties get midranks, and their part of the variance.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence

import numpy as np
from scipy import special

from helpers.analyse import checks, ranks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import NoEstimateError

STATES_UP_TO = 2_000_000  # rank sums by group followed at once: some 100 MB, some seconds


@estimator
def kruskal(
    values: Sequence[float], groups: Sequence[Hashable], *, exact: bool = False
) -> Estimate:
    """Kruskal-Wallis test that all groups share one distribution, corrected for ties.

    `value` is H; P from chi-square with groups - 1 degrees of freedom (an approximation that is
    good from about five subjects a group), or `exact` over all ways to deal the observed midranks
    out to the groups, as SAS's EXACT WILCOXON; that raises where there are too many. P is 1 when all
    values are equal. Kruskal & Wallis 1952, JASA 47:583.
    """
    values = checks.vector(values, name="values", least=2)
    groups = checks.labels(groups, name="groups", length=len(values))
    names = list(dict.fromkeys(groups))
    if len(names) < 2:
        raise NoEstimateError(f"groups: expected at least two, found {names}; nothing to compare")
    method = "kruskal-wallis, exact" if exact else "kruskal-wallis"
    if np.ptp(values) == 0:
        return Estimate(method, "H", 0.0, p_value=1.0, n=len(values))
    from scipy.stats import kruskal as test

    result = test(*(values[groups == g] for g in names))
    p = _exact_kruskal(values, groups, names) if exact else float(result.pvalue)
    return Estimate(method, "H", float(result.statistic), p_value=p, n=len(values))


def _exact_kruskal(values: np.ndarray, groups: np.ndarray, names: list) -> float:
    """Return P(H at least as large) over all ways to deal the midranks out."""
    doubled = np.rint(2 * ranks.midranks(values)).astype(np.int64)
    sizes = np.array([(groups == g).sum() for g in names])
    own = np.array([doubled[groups == g].sum() for g in names])
    states, ways = _dealt(np.sort(doubled), sizes)
    sums = np.column_stack([states, doubled.sum() - states.sum(axis=1)])
    spread, observed = (sums**2 / sizes).sum(axis=1), float((own**2 / sizes).sum())
    return float(ways[spread >= observed * (1 - 1e-12)].sum() / ways.sum())


def _dealt(doubled: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the doubled rank sums of all groups but the last, a row a state, and in how many ways."""
    k = len(sizes) - 1
    states, ways = np.zeros((1, 2 * k), dtype=np.int64), np.ones(1)  # counts, then sums
    for seen, rank in enumerate(doubled):
        taken = states[:, :k].sum(axis=1)
        grown, of = [states[seen - taken < sizes[-1]]], [ways[seen - taken < sizes[-1]]]
        for g in range(k):
            room = states[:, g] < sizes[g]
            more = states[room].copy()
            more[:, g] += 1
            more[:, k + g] += rank
            grown.append(more)
            of.append(ways[room])
        states, ways = _merged(np.concatenate(grown), np.concatenate(of))
    return states[:, k:], ways


def _merged(states: np.ndarray, ways: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if len(states) > STATES_UP_TO:
        raise NoEstimateError(
            f"kruskal: expected few enough subjects and groups for an exact P, found over "
            f"{STATES_UP_TO:,} combinations of rank sums; use exact=False"
        )
    spans = states.max(axis=0) + 1
    if math.prod(int(s) for s in spans) >= 2**63:
        raise NoEstimateError("kruskal: too many groups for an exact P; use exact=False")
    key = np.ravel_multi_index(tuple(states.T), tuple(spans))
    _, first, at = np.unique(key, return_index=True, return_inverse=True)
    return states[first], np.bincount(at, weights=ways)


@estimator
def jonckheere(values: Sequence[float], groups: Sequence[float]) -> Estimate:
    """Jonckheere-Terpstra test that values neither rise nor fall with the groups' order.

    `groups`: one number a subject, such as its dose; only the order counts. `value` is J: over all
    pairs from two groups, how many have the larger value in the later group, ties by half. Two-sided
    P from the normal law with the variance given the ties, without continuity correction (SAS PROC
    FREQ, JT). P is 1 when all values are equal. Hollander & Wolfe 1999, section 6.2.
    """
    values = checks.vector(values, name="values", least=2)
    groups = checks.vector(groups, name="groups")
    if len(groups) != len(values) or np.ptp(groups) == 0:
        raise checks.error(no_estimate=len(groups) == len(values))(
            f"groups: expected one number a value, of at least two groups, found {len(groups)} for "
            f"{len(values)} values; nothing to compare"
        )
    parts = [values[groups == g] for g in np.unique(groups)]
    j = sum(
        float((np.sign(np.subtract.outer(later, earlier)) + 1).sum() / 2)
        for i, earlier in enumerate(parts)
        for later in parts[i + 1 :]
    )
    sizes = np.array([len(part) for part in parts], dtype=float)
    mean, variance = (len(values) ** 2 - (sizes**2).sum()) / 4, _variance(values, sizes)
    p = 2 * float(special.ndtr(-abs(j - mean) / math.sqrt(variance))) if variance > 0 else 1.0
    return Estimate("jonckheere-terpstra", "J", j, p_value=p, n=len(values))


def _variance(values: np.ndarray, sizes: np.ndarray) -> float:
    """Return the variance of J given the ties: both margins of the table of values by groups."""
    n = float(len(values))
    ties = np.unique(values, return_counts=True)[1].astype(float)

    def cubes(m):
        return m * (m - 1) * (2 * m + 5)

    def triples(m):
        return float((m * (m - 1) * (m - 2)).sum())

    def pairs(m):
        return float((m * (m - 1)).sum())

    first = (cubes(n) - cubes(sizes).sum() - cubes(ties).sum()) / 72
    second = triples(sizes) * triples(ties) / (36 * n * (n - 1) * (n - 2)) if n > 2 else 0.0
    return float(first + second + pairs(sizes) * pairs(ties) / (8 * n * (n - 1)))
