"""A trial and a number of decimals go in; every P that could have been printed comes out.

Nothing here samples. A printed P is *attained* when some history gives it (the history is
returned), *impossible* when it lies beyond the exact ends or when all histories were enumerated,
and *open* when neither is proven. Histories of fewer visits are histories of more visits with
some empty, so that a few visits, enumerated, usually settle the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
import pandas as pd

from helpers.possible.bounds import BoundedRange, bounded_range, few_visits, pad
from helpers.possible.count_table import CHUNK, Witness, signed_statistic
from helpers.possible.meet_in_the_middle import Half, make_half

HISTORIES = 20_000_000


def attainable_p(
    *, sizes: Sequence[int], responders: Sequence[int], visits: int, decimals: int = 3
) -> pd.DataFrame:
    """Return every printable P from 0 to 1 with its status, one row a value, in order.

    Columns: printed (text), status ("attained", "impossible", "open"), first and second
    (responders per visit of a history that gives it; None where not attained).
    Raises ImpossibleError where no trial can be like this, AnalysisError where it is too large.
    """
    ends = bounded_range(sizes=sizes, responders=responders, visits=visits)
    few = few_visits(responders, visits, HISTORIES)
    scale = 10**decimals
    seen: list[Witness | None] = [None] * (scale + 1)
    found = np.zeros(scale + 1, dtype=bool)
    for left, right in _halves(sizes, responders, few):
        _mark(seen, found, left, right, scale)
    for end in (ends.witness_low, ends.witness_high, ends.witness_reverse):
        _mark_end(seen, end, ends, scale)
    known = few >= min(visits, max(sum(responders), 1))
    rows = [
        (f"{k / scale:.{decimals}f}", _status(history, k / scale, 0.5 / scale, ends, known))
        + (pad(history, visits) or (None, None))
        for k, history in enumerate(seen)
    ]
    return pd.DataFrame(rows, columns=["printed", "status", "first", "second"])


def _halves(
    sizes: Sequence[int], responders: Sequence[int], visits: int
) -> Iterator[tuple[Half, Half]]:
    weeks, cut = np.arange(1.0, visits + 1), visits // 2
    for done in product(*(range(x + 1) for x in responders)):
        if cut == 0 and any(done):
            continue
        risk = [n - r for n, r in zip(sizes, done, strict=True)]
        rest = [x - r for x, r in zip(responders, done, strict=True)]
        common = {"sizes": sizes, "base": visits + 1}
        left = make_half(at_risk=sizes, responders=done, weeks=weeks[:cut], **common)
        right = make_half(at_risk=risk, responders=rest, weeks=weeks[cut:], **common)
        yield left, right


def _mark(
    seen: list[Witness | None], found: np.ndarray, left: Half, right: Half, scale: int
) -> None:
    """Note the first history that gives each printed value not seen before."""
    from scipy.special import erfc

    width = len(right.excess)
    rows = max(1, CHUNK // width)
    for row in range(0, len(left.excess), rows):
        part = slice(row, row + rows)
        excess = np.add.outer(left.excess[part], right.excess).ravel()
        variance = np.add.outer(left.variance[part], right.variance).ravel()
        chi_square = np.abs(signed_statistic(excess, variance))
        printed = np.rint(erfc(np.sqrt(chi_square / 2)) * scale).astype(np.intp)
        fresh = np.flatnonzero(~found[printed])
        for value, at in zip(*np.unique(printed[fresh], return_index=True), strict=True):
            i, j = divmod(int(fresh[at]), width)
            ways = zip(left.pair(row + i), right.pair(j), strict=True)
            seen[value] = tuple(a + b for a, b in ways)
            found[value] = True


def _mark_end(
    seen: list[Witness | None], end: Witness | None, ends: BoundedRange, scale: int
) -> None:
    from helpers.possible.log_rank_terms import history_p

    if end is not None:
        value = round(history_p(*end, sizes=ends.sizes) * scale)
        seen[value] = seen[value] or end


def _status(
    history: Witness | None, value: float, half: float, ends: BoundedRange, known: bool
) -> str:
    if history is not None:
        return "attained"
    lowest = min(p for p in (ends.p_min, ends.p_min_reverse, 1.0) if p is not None)
    beyond = value + half < lowest or value - half > ends.p_max_upper
    return "impossible" if known or beyond else "open"
