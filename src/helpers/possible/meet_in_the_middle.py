"""A middle state of a trial goes in; every half history before or after it comes out as arrays.

Splitting the visits in two at a state (responders so far in either arm) makes the log-rank terms
of a whole history a sum of one left and one right half, so that 10^8 histories need 10^8
additions and no more. Nothing here combines the halves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.possible.log_rank_terms import compositions, visit_terms


@dataclass(frozen=True)
class Half:
    """All histories of some consecutive visits, between two known states.

    `first` and `second` are responders per visit, shape (ways, visits), of either arm. The flat
    arrays have one value a pair of ways, row-major: `excess` (O - E), `variance`, `weight`
    (probability when each responder's visit is equally likely among these), `gain` (sum of
    response times over arm size, first minus second) and `late` (visits after which less than
    half of the arm has responded; first arm times `base` plus second arm).
    """

    first: np.ndarray
    second: np.ndarray
    excess: np.ndarray
    variance: np.ndarray
    weight: np.ndarray
    gain: np.ndarray
    late: np.ndarray

    def pair(self, index: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the responders per visit, first and second arm, of one flat index."""
        i, j = divmod(int(index), len(self.second))
        return tuple(map(int, self.first[i])), tuple(map(int, self.second[j]))


def multinomial_shares(ways: np.ndarray) -> np.ndarray:
    """Return the probability of each row of counts when every visit is equally likely."""
    from scipy.special import gammaln

    if ways.shape[1] == 0:
        return np.ones(len(ways))
    total = ways.sum(axis=1)
    logs = gammaln(total + 1) - gammaln(ways + 1).sum(axis=1) - total * np.log(ways.shape[1])
    return np.exp(logs)


def _at_risk(ways: np.ndarray, at_risk: int) -> np.ndarray:
    """Return patients at risk before each visit and after the last, shape (ways, visits + 1)."""
    left = np.full((len(ways), ways.shape[1] + 1), at_risk)
    left[:, 1:] -= ways.cumsum(axis=1)
    return left


def make_half(
    *,
    at_risk: Sequence[int],
    responders: Sequence[int],
    weeks: np.ndarray,
    sizes: Sequence[int],
    base: int,
) -> Half:
    """Return the half that starts with `at_risk` patients and sees `responders` respond.

    `weeks` are the times of its visits; `sizes` the whole arms, for means and medians.
    """
    ways = [compositions(x, len(weeks)) for x in responders]
    left = [_at_risk(w, n) for w, n in zip(ways, at_risk, strict=True)]
    shape = (len(ways[0]), len(ways[1]))
    excess, variance = np.zeros(shape), np.zeros(shape)
    for v in range(len(weeks)):
        risk = left[0][:, None, v], left[1][None, :, v]
        e, s = visit_terms(*risk, ways[0][:, None, v], ways[1][None, :, v])
        excess += e
        variance += s
    weight = np.multiply.outer(*map(multinomial_shares, ways))
    mean = [w @ weeks / n for w, n in zip(ways, sizes, strict=True)]
    late = [(2 * a[:, 1:] > n).sum(axis=1) for a, n in zip(left, sizes, strict=True)]
    return Half(
        first=ways[0],
        second=ways[1],
        excess=excess.ravel(),
        variance=variance.ravel(),
        weight=weight.ravel(),
        gain=np.subtract.outer(*mean).ravel(),
        late=np.add.outer(late[0] * base, late[1]).ravel(),
    )
