"""Two arm sizes and responder counts go in; the exact range of every result comes out.

Every history (multiset of responders over the scheduled visits, in either arm; nobody leaves
early) is evaluated: none is sampled, none left out. Shares come in two kinds. *Once*: each
history counts once, which says how much room the printed numbers leave. *Weighted*: a history
counts as often as there are assignments of the responders, told apart, to visits, which is its
probability if every responder's visit were equally likely (exchangeable patients). The two
differ because an even spread has many assignments and a bunched one few.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import AnalysisError
from helpers.possible.count_table import Tally, Witness, add_halves, empty_tally
from helpers.possible.grid import P_EDGES, TIE, Grid, in_p_interval, make_grid, p_shares
from helpers.possible.log_rank_terms import check_trial, history_p, number_of_histories
from helpers.possible.meet_in_the_middle import make_half
from helpers.possible.parallel import Counted, run_all
from helpers.possible.printed import p_interval

LIMIT = 3_000_000_000
NEVER = math.inf


@dataclass(frozen=True)
class HistoryRange:
    """What all trials with these arms, responders and visits have in common, and where they differ.

    P is the two-sided log-rank P (survdiff's), 1 where a history holds no information. `p_min`
    is the smallest over the histories in which the first arm is not slower (O - E >= 0),
    `p_min_reverse` over those in which it is slower, `p_max` the largest over all; None where no
    history is such. Witnesses are (first arm, second arm), each responders per visit.
    Shares are 0 to 1. RMST gain is the mean time to response, restricted to the last visit, of
    the first arm minus the second, in the unit of `weeks` (negative: the first arm is faster).
    Medians are visit times, infinite where half of the arm never responds. `..._reported` is
    over the histories whose P prints as `reported_p`, None where there is none.
    `p_histogram` has one row a P bin: p_low, p_high, share, share_weighted.
    """

    sizes: tuple[int, int]
    responders: tuple[int, int]
    visits: int
    weeks: tuple[float, ...]
    reported_p: str | None
    histories: int
    p_min: float | None
    p_max: float
    p_min_reverse: float | None
    witness_low: Witness | None
    witness_high: Witness
    witness_reverse: Witness | None
    share_rounding_to_reported: float | None
    share_rounding_to_reported_weighted: float | None
    share_first_faster: float
    share_first_faster_weighted: float
    share_tied: float
    share_tied_weighted: float
    rmst_gain: tuple[float, float]
    rmst_gain_reported: tuple[float, float] | None
    median_first: tuple[float, float]
    median_second: tuple[float, float]
    medians_reported: tuple[tuple[float, float], ...]
    p_histogram: pd.DataFrame
    method: str


def _state_share(responders: Sequence[int], done: Sequence[int], left: float) -> float:
    """Return the probability that `done` of the responders fall in the left share of visits."""
    return math.prod(
        math.comb(x, r) * left**r * (1 - left) ** (x - r)
        for x, r in zip(responders, done, strict=True)
    )


def _tally_states(
    first: int,
    *,
    sizes: Sequence[int],
    responders: Sequence[int],
    weeks: Sequence[float],
    grid: Grid,
    reported: np.ndarray,
) -> Tally:
    """Return the tally of all histories with `first` responders of arm 1 in the left half."""
    times, cut = np.asarray(weeks), len(weeks) // 2
    base = len(weeks) + 1
    tally = empty_tally(grid, codes=base * base)
    for second in range(responders[1] + 1):
        done = (first, second)
        if cut == 0 and any(done):
            continue
        left = make_half(at_risk=sizes, responders=done, weeks=times[:cut], sizes=sizes, base=base)
        right = make_half(
            at_risk=[n - r for n, r in zip(sizes, done, strict=True)],
            responders=[x - r for x, r in zip(responders, done, strict=True)],
            weeks=times[cut:],
            sizes=sizes,
            base=base,
        )
        share = _state_share(responders, done, cut / len(weeks))
        add_halves(tally, left, right, grid=grid, reported=reported, share=share)
    return tally


def enumerate_histories(
    *,
    sizes: Sequence[int] = (24, 24),
    responders: Sequence[int] = (23, 17),
    visits: int = 5,
    weeks: Sequence[float] | None = (12, 24, 48, 72, 96),
    reported_p: str | None = "0.004",
    jobs: int = 1,
    counted: Counted | None = None,
) -> HistoryRange:
    """Return the exact range of results over all histories; see `HistoryRange`.

    `weeks` are the visit times (1, 2, ... where None); `reported_p` is the P as printed, its
    decimals say how it was rounded. `jobs` processes share the work through joblib, whose
    backend the caller may set; the result does not depend on either. `counted` as in `parallel`.
    Raises ImpossibleError where no trial can be like this, AnalysisError above 3 x 10^9 histories.
    """
    times = check_trial(sizes=sizes, responders=responders, visits=visits, weeks=weeks)
    low, high = p_interval(reported_p) if reported_p is not None else (2.0, 2.0)
    between = [(low, high)] if reported_p is not None else []
    tally, grid = tally_histories(
        sizes=sizes, responders=responders, weeks=times, between=between, jobs=jobs, counted=counted
    )
    reported = in_p_interval(grid, low, high) if reported_p is not None else _none(grid)
    return _summary(tally, sizes, responders, times, reported_p, grid, reported)


def tally_histories(
    *,
    sizes: Sequence[int],
    responders: Sequence[int],
    weeks: Sequence[float],
    between: Sequence[tuple[float, float]],
    jobs: int = 1,
    counted: Counted | None = None,
) -> tuple[Tally, Grid]:
    """Return the tally of all histories, and the grid of its bins, with edges at the P `between`.

    The arguments of a trial are those of `enumerate_histories`, already checked. What a tally holds
    of reported histories is over all the intervals of P together. AnalysisError above 3 x 10^9.
    """
    from joblib import delayed

    count = number_of_histories(responders, len(weeks))
    if count > LIMIT:
        raise AnalysisError(
            f"histories: expected at most {LIMIT:,} to enumerate, found {count:,}; "
            "use helpers.possible.bounds.bounded_range, which needs no enumeration"
        )
    grid = make_grid(*(end for interval in between for end in interval))
    reported = _none(grid)
    for low, high in between:
        reported |= in_p_interval(grid, low, high)
    work = delayed(_tally_states)
    common = {"sizes": sizes, "responders": responders, "weeks": weeks}
    tasks = [work(r, **common, grid=grid, reported=reported) for r in range(responders[0] + 1)]
    parts = run_all(tasks, jobs=jobs, counted=counted)
    tally = parts[0]
    for part in parts[1:]:
        tally.merge(part)
    return tally, grid


def _none(grid: Grid) -> np.ndarray:
    return np.zeros(grid.edges.size + 1, dtype=bool)


def _summary(tally, sizes, responders, times, reported_p, grid, reported) -> HistoryRange:
    hits = tally.once[reported].sum() > 0
    return HistoryRange(
        sizes=tuple(sizes),
        responders=tuple(responders),
        visits=len(times),
        weeks=times,
        reported_p=reported_p,
        histories=int(tally.once.sum()),
        **_ends(tally, sizes),
        **_shares(tally, grid, None if reported_p is None else reported),
        rmst_gain=gain_range(sizes=sizes, responders=responders, weeks=times),
        rmst_gain_reported=_gain(tally, sizes, responders, times) if hits else None,
        median_first=median_range(size=sizes[0], responders=responders[0], weeks=times),
        median_second=median_range(size=sizes[1], responders=responders[1], weeks=times),
        medians_reported=_medians(tally, times) if hits else (),
        p_histogram=p_histogram(grid, tally),
        method="exact enumeration of all histories",
    )


def _ends(tally: Tally, sizes: Sequence[int]) -> dict:
    low, high, reverse = (_end(x, sizes) for x in (tally.fastest, tally.flattest, tally.slowest))
    if tally.fastest[0] < -TIE:
        low = None, None
    if tally.slowest[0] > -TIE:
        reverse = None, None
    return {
        "p_min": low[0],
        "witness_low": low[1],
        "p_max": high[0],
        "witness_high": high[1],
        "p_min_reverse": reverse[0],
        "witness_reverse": reverse[1],
    }


def _shares(tally: Tally, grid: Grid, reported: np.ndarray | None) -> dict:
    """Return the shares of `HistoryRange`, once and weighted, by field name."""
    middles = grid.middles()
    bins = {
        "share_rounding_to_reported": reported,
        "share_first_faster": middles > TIE,
        "share_tied": np.abs(middles) < TIE,
    }
    shares = {}
    for name, where in bins.items():
        for end, counts in (("", tally.once), ("_weighted", tally.weighted)):
            known = where is not None
            shares[name + end] = float(counts[where].sum() / counts.sum()) if known else None
    return shares


def _end(extreme: tuple[float, Witness], sizes: Sequence[int]) -> tuple[float, Witness]:
    """Return an extreme's P, recomputed in exact fractions from its witness."""
    return history_p(*extreme[1], sizes=sizes), extreme[1]


def _tail(sizes, responders, times) -> float:
    """Return what those who never respond add to the RMST gain: they wait until the last visit."""
    rest = [(n - x) / n for n, x in zip(sizes, responders, strict=True)]
    return (rest[0] - rest[1]) * times[-1]


def _gain(tally: Tally, sizes, responders, times) -> tuple[float, float]:
    tail = _tail(sizes, responders, times)
    return float(tally.gain[0] + tail), float(tally.gain[1] + tail)


def _medians(tally: Tally, times: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Return the range of the median of either arm among the histories that print as reported."""
    base = len(times) + 1
    seen = np.divmod(np.flatnonzero(tally.late), base)
    later = (*times, NEVER)
    return tuple((later[arm.min()], later[arm.max()]) for arm in seen)


def gain_range(
    *, sizes: Sequence[int], responders: Sequence[int], weeks: Sequence[float]
) -> tuple[float, float]:
    """Return the smallest and largest RMST gain: one arm all at the first visit, one at last."""
    tail = _tail(sizes, responders, weeks)
    early = [x / n * weeks[0] for n, x in zip(sizes, responders, strict=True)]
    late = [x / n * weeks[-1] for n, x in zip(sizes, responders, strict=True)]
    return early[0] - late[1] + tail, late[0] - early[1] + tail


def median_range(*, size: int, responders: int, weeks: Sequence[float]) -> tuple[float, float]:
    """Return the range of an arm's median response time: the visit by which half have responded."""
    if 2 * responders < size:
        return NEVER, NEVER
    return weeks[0], weeks[-1]


def p_histogram(grid: Grid, tally: Tally) -> pd.DataFrame:
    """Return the distribution of P, 20 bins a decade: p_low, p_high, share, share_weighted."""
    return pd.DataFrame(
        {
            "p_low": np.concatenate([[0.0], P_EDGES[:-1]]),
            "p_high": P_EDGES,
            "share": p_shares(grid, tally.once),
            "share_weighted": p_shares(grid, tally.weighted),
        }
    )
