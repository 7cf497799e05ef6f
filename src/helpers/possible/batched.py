"""Thousands of count tables go in; Kaplan-Meier, RMST, log-rank, Wilcoxon and Fisher come out.

A count table is an array (data sets, arms, visits) of responders, with one of the same shape of
patients censored at a visit (they were at risk at it). Its cost does not depend on the number of
patients. All functions work on whole arrays; `in_chunks` keeps those in a core's cache. Nothing
here sees a patient, except `rank_sum` and `signed_rank`, which take one value a patient.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np

from helpers.possible.log_rank_terms import visit_terms

CHUNK = 1000


def in_chunks(function: Callable[..., np.ndarray], *arrays: np.ndarray, size: int = CHUNK):
    """Return `function` of the arrays, `size` data sets (rows) at a time, joined again."""
    rows = range(0, len(arrays[0]), size)
    return np.concatenate([function(*(a[r : r + size] for a in arrays)) for r in rows])


def at_risk(responded: np.ndarray, censored: np.ndarray, *, sizes: Sequence[int]) -> np.ndarray:
    """Return patients at risk before each visit, shape (data sets, arms, visits)."""
    gone = responded + censored
    return np.asarray(sizes)[:, None] - gone.cumsum(axis=-1) + gone


def km_survival(responded: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Return the Kaplan-Meier estimate after each visit; it stays put where nobody is at risk."""
    return np.cumprod(1 - responded / np.maximum(risk, 1), axis=-1)


def rmst(survival: np.ndarray, *, weeks: Sequence[float]) -> np.ndarray:
    """Return the area under the Kaplan-Meier curve up to the last visit, in the unit of weeks."""
    width = np.diff(np.asarray(weeks, dtype=float), prepend=0.0)
    return width[0] + survival[..., :-1] @ width[1:]


def logrank(responded: np.ndarray, risk: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (O - E, V) of the first of two arms, as R's survdiff; one value a data set."""
    terms = visit_terms(risk[:, 0], risk[:, 1], responded[:, 0], responded[:, 1])
    return terms[0].sum(axis=-1), terms[1].sum(axis=-1)


def logrank_p(excess: np.ndarray, variance: np.ndarray) -> np.ndarray:
    """Return the two-sided log-rank P; 1 where the variance is 0 (no information)."""
    from scipy.special import erfc

    chi_square = excess**2 / np.where(variance > 0, variance, 1.0)
    return erfc(np.sqrt(chi_square / 2))


def fisher(x1: np.ndarray, x2: np.ndarray, *, sizes: tuple[int, int]) -> np.ndarray:
    """Return Fisher's exact two-sided P of x1/n1 against x2/n2.

    As in R and scipy the two-sided P adds all tables no more likely than the one seen; here
    tables are compared as whole numbers, so equal likelihood is never lost to rounding.
    """
    return _fisher_table(*sizes)[x1, x2]


@lru_cache(maxsize=16)
def _fisher_table(n1: int, n2: int) -> np.ndarray:
    table = np.empty((n1 + 1, n2 + 1))
    for total in range(n1 + n2 + 1):
        counts = range(max(0, total - n2), min(n1, total) + 1)
        ways = {x: math.comb(n1, x) * math.comb(n2, total - x) for x in counts}
        for x, here in ways.items():
            less = sum(w for w in ways.values() if w <= here)
            table[x, total - x] = less / math.comb(n1 + n2, total)
    return table


@lru_cache(maxsize=16)
def _rank_sum_tail(n1: int, n2: int) -> np.ndarray:
    """Return the exact two-sided P by U = 0 .. n1 n2, for values without ties."""
    ways = _subset_sums(tuple(range(1, n1 + n2 + 1)), n1)
    start = n1 * (n1 + 1) // 2
    lower = np.cumsum(ways[start : start + n1 * n2 + 1])
    lower = (lower / lower[-1]).astype(float)
    return np.minimum(1.0, 2 * np.minimum(lower, lower[::-1]))


def _subset_sums(scores: tuple[int, ...], size: int) -> np.ndarray:
    """Return the number of subsets of `size` of the whole-number scores with each sum (exact)."""
    ways = np.zeros((size + 1, sum(scores) + 1), dtype=object)
    ways[0, 0] = 1
    for score in scores:
        ways[1:, score:] = ways[1:, score:] + ways[:-1, : ways.shape[1] - score]
    return ways[size]


def rank_sum(values: np.ndarray, *, first_size: int) -> np.ndarray:
    """Return the exact two-sided Wilcoxon rank-sum P of each row of values.

    The first `first_size` columns are arm 1, the others arm 2; no missing values. Rows without
    ties read the P from a table; with ties the permutation distribution of the mid-rank sum is
    counted exactly, P being the share at least as far from its mean (scipy's exact method
    ignores ties, R's wilcox.test turns asymptotic).
    """
    order = values.argsort(axis=1)
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(values.shape[1])[None, :], axis=1)
    u = ranks[:, :first_size].sum(axis=1) - first_size * (first_size - 1) // 2
    p = _rank_sum_tail(first_size, values.shape[1] - first_size)[u]
    ordered = np.take_along_axis(values, order, axis=1)
    for row in np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1)):
        p[row] = _tied_rank_sum(values[row], first_size)
    return p


def _tied_rank_sum(values: np.ndarray, first_size: int) -> float:
    _, where, counts = np.unique(values, return_inverse=True, return_counts=True)
    twice = (2 * counts.cumsum() - counts + 1)[where]  # mid-ranks, doubled to be whole
    ways = _subset_sums(tuple(int(t) for t in twice), first_size)
    # distances from the mean, times n, stay whole numbers
    n = len(values)
    far = np.abs(n * np.arange(ways.size) - first_size * int(twice.sum()))
    seen = abs(n * int(twice[:first_size].sum()) - first_size * int(twice.sum()))
    return float(ways[far >= seen].sum() / ways.sum())


def signed_rank(changes: np.ndarray) -> np.ndarray:
    """Return the exact two-sided Wilcoxon signed-rank P of each row of paired changes.

    Zeros are dropped, ties get mid-ranks, and all sign patterns of the row are counted; at most
    16 columns, as their number doubles with each. P is 1 where no change differs from zero.
    """
    twice = _doubled_midranks(np.abs(changes))
    patterns = (np.arange(2 ** changes.shape[1])[:, None] >> np.arange(changes.shape[1])) & 1
    zeros = changes == 0
    # without the zeros the ranks of the others fall by the number of zeros
    twice = np.where(zeros, 0, twice - 2 * zeros.sum(axis=1, keepdims=True))
    sums = twice @ patterns.T.astype(float)
    middle = twice.sum(axis=1, keepdims=True) / 2
    seen = (twice * (changes > 0)).sum(axis=1, keepdims=True)
    return (np.abs(sums - middle) >= np.abs(seen - middle)).mean(axis=1)


def _doubled_midranks(values: np.ndarray) -> np.ndarray:
    below = (values[:, :, None] > values[:, None, :]).sum(axis=2)
    equal = (values[:, :, None] == values[:, None, :]).sum(axis=2)
    return (2 * below + equal + 1).astype(float)
