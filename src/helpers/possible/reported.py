"""Two arms and a P as printed go in; every history that prints it comes out, and what they share.

`enumerate_histories` counts these histories and keeps their range; here they are kept themselves,
so that distributions over them can be had. The log-rank test sees only the order of responses, so
one set of histories serves every calendar of as many visits. Nothing is sampled, and none of the
shares is the probability that the trial went so.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.count_table import CHUNK, signed_statistic
from helpers.possible.log_rank_terms import check_trial, number_of_histories, p_chi_square
from helpers.possible.meet_in_the_middle import Half, make_half
from helpers.possible.printed import p_interval

LIMIT = 500_000_000
SAME = 9  # decimals to which two gains are the same number


@dataclass(frozen=True)
class ReportedHistories:
    """All histories whose log-rank P prints as reported.

    `first` and `second`: responders per visit of either arm, shape (histories, visits). `weight`:
    the probability of each when every responder's visit is equally likely; its sum is the share of
    all assignments that print. `total`: how many histories there are, printing or not.
    """

    sizes: tuple[int, int]
    first: np.ndarray
    second: np.ndarray
    weight: np.ndarray
    total: int


def reported_histories(
    *, sizes: Sequence[int], responders: Sequence[int], visits: int, reported_p: str
) -> ReportedHistories:
    """Return every history of two arms without dropout whose two-sided P prints as `reported_p`.

    Raises ImpossibleError where there is none or no trial can be like this, AnalysisError above
    5 x 10^8 histories.
    """
    check_trial(sizes=sizes, responders=responders, visits=visits)
    total = number_of_histories(responders, visits)
    if total > LIMIT:
        raise AnalysisError(
            f"histories: expected at most {LIMIT:,} to list, found {total:,}; use fewer visits or "
            "helpers.possible.dropout.sample_trials"
        )
    chi = p_chi_square(np.array(p_interval(reported_p))[::-1])
    parts = [part for part in _parts(sizes, responders, visits, chi) if len(part[2])]
    if not parts:
        raise ImpossibleError(
            f"reported P {reported_p}: expected a history that prints it, found none of {total:,}; "
            "see enumerate_histories for the smallest and largest P"
        )
    first, second, weight = (np.concatenate(part) for part in zip(*parts, strict=True))
    return ReportedHistories(tuple(sizes), first, second, weight, total)


def _parts(sizes, responders, visits: int, chi: np.ndarray) -> Iterator[tuple[np.ndarray, ...]]:
    """Yield (first, second, weight) of the printing histories through each middle state."""
    cut = visits // 2
    for done in product(*(range(x + 1) for x in responders)):
        if cut == 0 and any(done):
            continue
        middle = [n - r for n, r in zip(sizes, done, strict=True)]
        rest = [x - r for x, r in zip(responders, done, strict=True)]
        ends = ((sizes, done, cut), (middle, rest, visits - cut))
        left, right = (
            make_half(at_risk=n, responders=x, weeks=np.arange(1.0, v + 1), sizes=sizes, base=1)
            for n, x, v in ends
        )
        hits = _hits(left, right, chi)
        arms, log_weight = [], 0.0
        for arm, count in enumerate(responders):
            ways = _ways((left, right), hits, arm)
            arms.append(ways.astype(np.int16))
            log_weight = log_weight + _log_multinomial(ways) - count * np.log(visits)
        yield *arms, np.exp(log_weight)


def _hits(left: Half, right: Half, chi: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the flat indices of the pairs of halves whose statistic lies in the interval `chi`."""
    rows, found = max(1, CHUNK // len(right.excess)), []
    for row in range(0, len(left.excess), rows):
        part = slice(row, row + rows)
        size = np.add.outer(left.excess[part], right.excess)
        size = np.abs(signed_statistic(size, np.add.outer(left.variance[part], right.variance)))
        i, j = np.nonzero((size >= chi[0]) & (size <= chi[1]))
        found.append((i + row, j))
    first, second = zip(*found, strict=True)
    return np.concatenate(first), np.concatenate(second)


def _ways(halves, hits, arm: int) -> np.ndarray:
    """Return responders per visit of one arm for pairs of flat indices, shape (pairs, visits)."""
    found = []
    for half, index in zip(halves, hits, strict=True):
        i, j = np.divmod(index, len(half.second))
        found.append(half.second[j] if arm else half.first[i])
    return np.hstack(found)


def _log_multinomial(ways: np.ndarray) -> np.ndarray:
    """Return the log of the number of assignments of the responders behind each row."""
    from scipy.special import gammaln

    return gammaln(ways.sum(axis=1) + 1) - gammaln(ways + 1).sum(axis=1)


def reported_gains(found: ReportedHistories, *, weeks: Sequence[float]) -> pd.DataFrame:
    """Distribution of the difference in mean wait among the histories that print the P.

    One row a possible `gain` (first arm minus second, unit of `weeks`, restricted to the last
    visit), ascending: `share` of these histories, each counted once, and `share_weighted` by the
    assignments behind each. Raises ImpossibleError unless `weeks` are as many increasing times.
    """
    times = _calendar(found, weeks)
    waits = [
        (counts @ times + (n - counts.sum(axis=1)) * times[-1]) / n
        for n, counts in zip(found.sizes, (found.first, found.second), strict=True)
    ]
    frame = pd.DataFrame({"gain": np.round(waits[0] - waits[1], SAME) + 0.0})  # no minus zero
    return _shares(frame, found.weight)


def reported_medians(found: ReportedHistories, *, weeks: Sequence[float]) -> pd.DataFrame:
    """Joint distribution of both arms' median times among the histories that print the P.

    One row a pair `median_first`, `median_second` (first visit at which half of the arm has
    responded, infinite where it never has) with `share` and `share_weighted`.
    """
    times = np.append(_calendar(found, weeks), np.inf)
    medians = {
        f"median_{name}": times[(2 * counts.cumsum(axis=1) < n).sum(axis=1)]
        for name, n, counts in zip(
            ("first", "second"), found.sizes, (found.first, found.second), strict=True
        )
    }
    return _shares(pd.DataFrame(medians), found.weight)


def gain_quantile(gains: pd.DataFrame, *, q: float, by: str = "share") -> float:
    """Return the smallest `gain` up to which at least a share `q` of the histories lies.

    `gains` as `reported_gains` or `spread.gain_distribution` return them; `by` is the share to use.
    """
    reached = gains[by].cumsum().to_numpy() >= q - 1e-12
    return float(gains["gain"].to_numpy()[reached.argmax()])


def _calendar(found: ReportedHistories, weeks: Sequence[float]) -> np.ndarray:
    responders = [int(counts[0].sum()) for counts in (found.first, found.second)]
    visits = found.first.shape[1]
    return np.array(
        check_trial(sizes=found.sizes, responders=responders, visits=visits, weeks=weeks)
    )


def _shares(frame: pd.DataFrame, weight: np.ndarray) -> pd.DataFrame:
    by = list(frame.columns)
    rows = frame.assign(share=1 / len(frame), share_weighted=weight / weight.sum())
    return rows.groupby(by, as_index=False)[["share", "share_weighted"]].sum()
