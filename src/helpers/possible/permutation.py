"""One trial on a visit grid goes in; its exact permutation log-rank P comes out.

Under permutation of the patients between the arms the log-rank numerator O - E is a sum of fixed
scores, one a patient: event minus Nelson-Aalen hazard at the patient's own time. On visits there
are few distinct scores, so the distribution is counted over score classes, in two halves that
meet in the middle; patients are never enumerated. The denominator of `survdiff` plays no part
(as in coin's logrank_test). Nothing here samples.
Source: Savage 1956, Ann Math Stat 27:590-615; Hothorn et al 2006, Am Stat 60:257-263.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.errors import AnalysisError

CLASSES = 20_000_000
# sums of scores nearer than this count as equal; rounding error is about 1e-14
SAME = 1e-10


def score_classes(
    responded: Sequence[Sequence[int]], censored: Sequence[Sequence[int]], *, sizes: Sequence[int]
) -> tuple[np.ndarray, np.ndarray]:
    """Return (scores, patients) of the distinct outcomes, shapes (k,) and (k, 2 arms).

    `responded` and `censored` are counts (arms, visits); those of `sizes` who are in neither
    finish without an event. Raises AnalysisError where an arm has more outcomes than patients.
    """
    events, left = np.asarray(responded, dtype=np.int64), np.asarray(censored, dtype=np.int64)
    rest = np.asarray(sizes) - events.sum(axis=1) - left.sum(axis=1)
    if events.min(initial=0) < 0 or left.min(initial=0) < 0 or rest.min() < 0:
        raise AnalysisError(
            f"count table: expected counts of at least 0 and at most {tuple(sizes)} patients, "
            f"found {events.tolist()} responding and {left.tolist()} censored; correct the table"
        )
    gone = (events + left).sum(axis=0)
    risk = sum(sizes) - gone.cumsum() + gone
    hazard = np.cumsum(events.sum(axis=0) / np.maximum(risk, 1))
    scores = np.concatenate([1 - hazard, -hazard, -hazard[-1:]])
    return scores, np.concatenate([events.T, left.T, rest[None, :]])


def _subset_sums(scores, counts, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (patients drawn, sum of scores, number of ways) of every draw of up to `size`."""
    drawn, total, ways = np.zeros(1, np.int64), np.zeros(1), np.ones(1)
    for score, count in zip(scores, counts, strict=True):
        take = np.arange(count + 1)
        binomials = np.cumprod([1.0, *((count - k) / (k + 1) for k in range(count))])
        drawn = np.add.outer(drawn, take).ravel()
        total = np.add.outer(total, score * take).ravel()
        ways = np.multiply.outer(ways, binomials).ravel()
        keep = drawn <= size
        drawn, total, ways = drawn[keep], total[keep], ways[keep]
    return drawn, total, ways


def _halve(counts: np.ndarray) -> tuple[list[int], list[int]]:
    """Return class numbers of two halves with like numbers of draws."""
    halves, sizes = ([], []), [1, 1]
    for k in np.argsort(-counts, kind="stable"):
        side = int(sizes[1] < sizes[0])
        halves[side].append(int(k))
        sizes[side] *= int(counts[k]) + 1
    if max(sizes) > CLASSES:
        raise AnalysisError(
            f"permutation: expected at most {CLASSES:,} draws in either half, found "
            f"{max(sizes):,}; group the times into fewer visits"
        )
    return halves


def permutation_logrank(
    responded: Sequence[Sequence[int]],
    censored: Sequence[Sequence[int]] | None = None,
    *,
    sizes: Sequence[int],
) -> float:
    """Return the exact two-sided permutation P of the log-rank numerator, two arms.

    P is the share of all divisions of the patients into arms of these sizes whose O - E is at
    least as far from zero as the one seen. Counts have shape (2 arms, visits).
    """
    left = np.zeros_like(np.asarray(responded)) if censored is None else censored
    scores, patients = score_classes(responded, left, sizes=sizes)
    used = patients.sum(axis=1) > 0
    scores, counts = scores[used], patients[used].sum(axis=1)
    seen = abs(float(scores @ patients[used, 0])) - SAME
    one, two = (_subset_sums(scores[h], counts[h], sizes[0]) for h in _halve(counts))
    tail = everything = 0.0
    for drawn in range(sizes[0] + 1):
        here, there = one[0] == drawn, two[0] == sizes[0] - drawn
        if not (here.any() and there.any()):
            continue
        order = np.argsort(two[1][there])
        total = two[1][there][order]
        ways = np.concatenate([[0.0], np.cumsum(two[2][there][order])])
        below = ways[np.searchsorted(total, -seen - one[1][here], side="right")]
        above = ways[-1] - ways[np.searchsorted(total, seen - one[1][here], side="left")]
        extreme = np.minimum(below + above, ways[-1])
        tail += float(one[2][here] @ extreme)
        everything += float(one[2][here].sum() * ways[-1])
    return tail / everything
