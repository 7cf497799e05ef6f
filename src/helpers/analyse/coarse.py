"""Times, or the visits around them, and times to read at go in; those that show no small group come out.

A step of a curve is a number of subjects at a time, and a step of one subject is that subject's
time. Reading the curve at fewer times makes steps larger; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, combinations

import numpy as np
import pandas as pd

from helpers.analyse import checks, interval

MOST_ENDS = 10  # visits tried as ends of intervals: 1,023 choices of them


def readable_times(
    time: Sequence[float], event: Sequence[bool], *, among: Sequence[float], least: int
) -> list[float]:
    """Return those of the times `among` at which a curve and its number at risk can be shown.

    Between neighbours, and from the start to the first, either nobody or at least `least` subjects
    had the event, and either nobody or at least `least` left observation (with or without it). At
    each of them nobody or at least `least` are without the event so far, and as many under
    observation. The last of `among` is kept where it can be. `least` = 1 keeps all; an empty list
    where the events are too few for any. One row a subject; `among` in the unit of `time`.
    """
    time = checks.vector(time, name="time")
    event = np.asarray(event, dtype=bool)
    marks = np.unique(np.asarray(among, dtype=float))
    events = np.searchsorted(np.sort(time[event]), marks, side="right")
    left = np.searchsorted(np.sort(time), marks, side="left")  # at risk: still there at the mark
    counts = np.column_stack([events, left])
    kept = _readable(counts, np.full(2, float(len(time))), least)
    return [float(marks[i]) for i in kept]


def coarse_shares(curve: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """`curve` with its shares at as many decimals as n has digits, two at least, where they need it.

    Columns `survival`, `lower`, `upper` (0 to 1) of `n` subjects. A share that is a whole number of
    subjects stays; any other is a product of fractions, and all its digits tell how many were
    censored before it: 0.535714 of 20 is 15/20 times 10/14, one who left and no other history.
    """
    counts = curve["survival"] * n
    product = ~np.isclose(counts, counts.round(), atol=1e-6)  # NaN stays NaN
    shares = curve[["survival", "lower", "upper"]]
    rounded = shares.round(max(2, len(str(n))))
    return curve.assign(**shares.where(~product[:, None] | shares.isna(), rounded))


def readable_counts(counts: Sequence[float], *, whole: float, least: int) -> list[int]:
    """Return the places of those of the rising `counts`, of `whole` subjects, that can stand together.

    Between neighbours, from 0 to the first and from the last to `whole`, there is nobody or at
    least `least` subjects. The last count is kept where it can be.
    """
    column = np.asarray(counts, dtype=float)[:, None]
    return _readable(column, np.array([float(whole)]), least)


def shared_ends(
    left: Sequence[float],
    right: Sequence[float],
    *,
    among: Sequence[float],
    least: int,
    start: float,
) -> list[float]:
    """Return those of the times `among` to which intervals can be widened without small groups.

    One row a subject, as in `interval`: an event in (left, right], `right` infinite where it was
    never seen, `left` = `start` where nothing came before. Kept are times between which, and before
    and after which, nobody or at least `least` subjects (a) have had the event by then, (b) may
    have had it, (c) carry the mass of Turnbull's estimate from the widened intervals. Of all such
    choices the one that tells most groups of events apart, then that of most times, then of the
    latest; from among 10 times at most. `least` = 1 keeps all; an empty list where no time can
    stay. How many subjects missed a visit is no secret here.
    """
    marks = np.unique(np.asarray(among, dtype=float))
    if least == 1:
        return marks.tolist()
    if len(marks) > MOST_ENDS:
        marks = marks[np.linspace(0, len(marks) - 1, MOST_ENDS).round().astype(int)]
    rows, counts = np.unique(np.column_stack([left, right]), axis=0, return_counts=True)
    choices = _without_small_steps(rows, counts, marks, least=least, start=start)
    for kept in sorted(choices, key=choices.get, reverse=True):
        wide = np.column_stack(widened(rows[:, 0], rows[:, 1], ends=marks[[*kept]], start=start))
        groups, of = np.unique(wide, axis=0, return_inverse=True)
        _, mass = interval.distribution(groups, np.bincount(of, weights=counts))
        if not _small_steps(counts.sum() * mass, least):
            return marks[[*kept]].tolist()
    return []


def widened(
    left: Sequence[float], right: Sequence[float], *, ends: Sequence[float], start: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the left and right ends of the intervals widened to `ends`, `start` and infinity.

    Left: the last end at or before it, `start` where there is none. Right: the first end at or
    after it, infinity where there is none.
    """
    grid = np.array([start, *sorted(ends), np.inf])
    low = np.searchsorted(grid[1:-1], np.asarray(left, dtype=float), side="right")
    high = np.searchsorted(grid[1:], np.asarray(right, dtype=float), side="left") + 1
    return grid[low], grid[high]


def coarse_masses(cells: pd.DataFrame, *, n: int) -> pd.DataFrame:
    """`cells` of `interval.turnbull` with `mass` and `cumulative` of `n` subjects as `coarse_shares`."""
    out = cells.copy()
    whole = np.isclose(cells["mass"] * n, (cells["mass"] * n).round(), atol=1e-6).all()
    if not whole:
        out[["mass", "cumulative"]] = cells[["mass", "cumulative"]].round(max(2, len(str(n))))
    return out


def _without_small_steps(
    rows: np.ndarray, counts: np.ndarray, marks: np.ndarray, *, least: int, start: float
) -> dict[tuple[int, ...], tuple]:
    """The choices of `marks` (places) that keep (a) and (b) of `shared_ends`, and what ranks them."""
    n = counts.sum()
    had = np.array([counts[rows[:, 1] <= mark].sum() for mark in marks])
    may = np.array([counts[rows[:, 0] < mark].sum() for mark in marks])
    never = counts[rows[:, 0] <= start].sum()  # a share of its own, if it can be shown
    base = never if least <= never <= n - least else 0
    out = {}
    for kept in chain.from_iterable(
        combinations(range(len(marks)), k + 1) for k in range(len(marks))
    ):
        steps = np.diff([0, *had[[*kept]], n])
        if not _small_steps(np.diff([base, *may[[*kept]], n]), least) + _small_steps(steps, least):
            out[kept] = (np.count_nonzero(steps), len(kept), kept)
    return out


def _small_steps(sizes: np.ndarray, least: int) -> int:
    """How many of the steps are of somebody, yet fewer than `least`; rounding errors are nobody."""
    sizes = np.round(sizes, 4)
    return int(((sizes > 0) & (sizes < least)).sum())


def _readable(counts: np.ndarray, whole: np.ndarray, least: int) -> list[int]:
    """The rows of `counts` (rising, a column a kind of subject) that can stand together."""
    if not len(counts):
        return []
    end_fits = _fits(counts[-1], np.zeros(len(whole)), least) and _fits(whole, counts[-1], least)
    out, before = [], np.zeros(len(whole))
    for place, here in enumerate(counts):
        fits = _fits(here, before, least) and _fits(whole, here, least)
        if fits and (not end_fits or _fits(counts[-1], here, least)):
            out.append(place)
            before = here
    return out


def _fits(here: np.ndarray, before: np.ndarray, least: int) -> bool:
    step = here - before
    return bool(((step == 0) | (step >= least)).all())
