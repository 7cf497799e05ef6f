"""Times, event flags and times to read at go in; those that show no small group come out.

A step of a curve is a number of subjects at a time, and a step of one subject is that subject's
time. Reading the curve at fewer times makes steps larger; nothing is estimated here.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.analyse import checks


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
    if not len(marks):
        return []
    whole = np.full(2, len(time))
    end_fits = _fits(counts[-1], np.zeros(2), least) and _fits(whole, counts[-1], least)
    out, before = [], np.zeros(2)
    for mark, here in zip(marks, counts, strict=True):
        fits = _fits(here, before, least) and _fits(whole, here, least)
        if fits and (not end_fits or _fits(counts[-1], here, least)):
            out.append(float(mark))
            before = here
    return out


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


def _fits(here: np.ndarray, before: np.ndarray, least: int) -> bool:
    step = here - before
    return bool(((step == 0) | (step >= least)).all())
