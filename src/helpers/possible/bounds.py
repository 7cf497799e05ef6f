"""A trial with too many histories to enumerate goes in; exact ends of its P values come out.

Nothing here samples. Three arguments carry it.

*Smallest P.* The chi-square E²/V (E = O - E of the first arm) is convex in (E, V) for V > 0, and
0 at the origin, so over the finite set of histories with the origin added its maximum lies at a
vertex of the convex hull; where E > 0 it grows with E and falls with V, so the vertex maximises
E - mu V for some mu >= 0. E and V are sums over visits of terms that depend only on the patients
at risk and responding, so for a given mu the best history is a longest path over the states
(responders so far in either arm). Chords between known vertices give every further vertex
(Eisner & Severance 1976, J ACM 23:619-635). The reverse direction is the same with -E.

*Embedding.* A visit at which nobody responds adds nothing to E or V. So whatever P a few visits
can give, more visits can give too, and more visits than responders add nothing.

*Largest P.* A history with E = 0 has P = 1, which nothing exceeds; fewer visits usually give one.
Where all histories point one way, branch and bound finds it (`slowest`). In the case left over,
both ways possible and E = 0 not met, the largest P is bracketed by a witness (near 1) and 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from helpers.possible.count_table import Witness
from helpers.possible.grid import TIE
from helpers.possible.histories import HistoryRange, enumerate_histories
from helpers.possible.log_rank_terms import (
    check_trial,
    chi_square_p,
    history_p,
    logrank_exact,
    number_of_histories,
)
from helpers.possible.smallest_chi_square import lower_limit, smallest_chi_square
from helpers.possible.visit_grid import Steps, make_steps

EMBEDDED = 20_000_000
GAIN = 1e-10  # a vertex must beat its chord by this; rounding error is about 1e-13


@dataclass(frozen=True)
class BoundedRange:
    """Exact ends of P over all histories; the meaning of P and ends is that of `HistoryRange`.

    `p_max` is attained by `witness_high`; `p_max_upper` is a proven upper limit of P, equal to
    `p_max` wherever the largest P is known exactly.
    """

    sizes: tuple[int, int]
    responders: tuple[int, int]
    visits: int
    histories: int
    p_min: float | None
    p_max: float
    p_max_upper: float
    p_min_reverse: float | None
    witness_low: Witness | None
    witness_high: Witness
    witness_reverse: Witness | None
    method: str


def largest_chi_square(steps: Steps, *, sign: int) -> Witness | None:
    """Return a history with the largest E²/V among those with sign E > 0; None if there is none."""
    start = steps.best(sign=sign, mu=0.0)
    top = steps.terms(start)
    if sign * top[0] <= math.sqrt(TIE):
        return None
    found = [(top, start)]
    chords = [((0.0, 0.0), top)]
    while chords:
        low, high = chords.pop()
        if high[1] - low[1] < GAIN:
            continue
        mu = sign * (high[0] - low[0]) / (high[1] - low[1])
        history = steps.best(sign=sign, mu=mu)
        middle = steps.terms(history)
        if sign * (middle[0] - low[0]) - mu * (middle[1] - low[1]) > GAIN:
            found.append((middle, history))
            chords += [(low, middle), (middle, high)]
    return max(found, key=lambda item: item[0][0] ** 2 / item[0][1])[1]


def few_visits(responders: Sequence[int], visits: int, most: int) -> int:
    """Return the most visits, up to `visits`, whose histories number at most `most`."""
    fits = [v for v in range(1, visits + 1) if number_of_histories(responders, v) <= most]
    return max(fits, default=1)


def pad(history: Witness | None, visits: int) -> Witness | None:
    """Return the history with empty visits at its end, which change neither E nor V."""
    return history and tuple(arm + (0,) * (visits - len(arm)) for arm in history)


def bounded_range(*, sizes: Sequence[int], responders: Sequence[int], visits: int) -> BoundedRange:
    """Return exact ends of P over all histories without enumerating them; see the module.

    Raises ImpossibleError where no trial can be like this, AnalysisError where it is too large.
    """
    check_trial(sizes=sizes, responders=responders, visits=visits)
    steps = make_steps(sizes=sizes, responders=responders, visits=visits)
    low, reverse = (largest_chi_square(steps, sign=sign) for sign in (1, -1))
    small = _embedded(sizes, responders, visits)
    if low is None:  # where only histories with E = 0 are not slower, P is 1
        low = small.witness_low
    high, upper = _largest_p(steps, small, low, reverse)
    low, high, reverse = (pad(history, visits) for history in (low, high, reverse))

    p_min, p_max, p_min_reverse = (_p(history, sizes) for history in (low, high, reverse))
    return BoundedRange(
        sizes=tuple(sizes),
        responders=tuple(responders),
        visits=visits,
        histories=number_of_histories(responders, visits),
        p_min=p_min,
        p_max=p_max,
        p_max_upper=max(p_max, upper),
        p_min_reverse=p_min_reverse,
        witness_low=low,
        witness_high=high,
        witness_reverse=reverse,
        method="longest paths over the convex hull of (O - E, V); embedding of "
        f"{small.visits} visits or branch and bound for the largest P",
    )


def _p(history: Witness | None, sizes: Sequence[int]) -> float | None:
    return None if history is None else history_p(*history, sizes=sizes)


def _embedded(sizes: Sequence[int], responders: Sequence[int], visits: int) -> HistoryRange:
    """Return the enumeration at as many visits as 20 million histories permit."""
    few = few_visits(responders, visits, EMBEDDED)
    return enumerate_histories(
        sizes=sizes, responders=responders, visits=few, weeks=None, reported_p=None
    )


def _largest_p(
    steps: Steps, small: HistoryRange, low: Witness | None, reverse: Witness | None
) -> tuple[Witness, float]:
    """Return the history with the largest P found and a proven upper limit of P."""
    high = small.witness_high
    if small.visits >= steps.visits or logrank_exact(*high, sizes=steps.sizes)[0] == 0:
        return high, small.p_max
    if low is not None and reverse is not None:
        return high, 1.0
    sign = 1 if reverse is None else -1
    limit, _, hull = lower_limit(steps, sign=sign)
    high = min(high, hull, key=lambda history: _chi_square(steps, history))
    known = _chi_square(steps, high)
    high, proven = smallest_chi_square(steps, sign=sign, known=known, candidate=high)
    return high, 0.0 if proven else chi_square_p(limit)


def _chi_square(steps: Steps, history: Witness) -> float:
    excess, variance = steps.terms(history)
    return excess**2 / variance if variance else 0.0
