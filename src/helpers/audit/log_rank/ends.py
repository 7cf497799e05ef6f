"""The paths of two arms go in; the proven ends of their log-rank P come out.

*Smallest P.* E²/V (E = O - E of the first arm) is convex in (E, V), so its largest value over all
histories lies at a vertex of their convex hull, found by longest paths (as in `possible.bounds`). A
chord of the hull is left alone once the tip between the support lines of its ends falls short.
*Largest P.* For every a > 0, E²/V >= 2aE - a²V, whose least value over all histories is a shortest
path: a lower limit of chi-square. Where some histories point each way, P comes near 1 and only the
largest one seen is given. Where patients are lost, that the curves also end at the printed
percentages is left out: the ends then enclose those of the trials that print them. Nothing here
samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from helpers.audit.log_rank.paths import History, Paths, log_rank_terms
from helpers.possible.log_rank_terms import chi_square_p

GAIN = 1e-10  # a vertex must beat its chord by this; rounding error is about 1e-13
ZERO = 1e-11  # O - E nearer to 0 points nowhere
ROUNDS = 60


@dataclass(frozen=True)
class Ends:
    """The proven ends of P of two arms.

    `p_min` over the histories that favour the first arm's event (O - E above 0), `p_min_reverse`
    over the others; None where there is no such. `p_max_upper` is a proven upper limit of P,
    1 where histories point both ways; `p_max` is attained by `witness_high`.
    """

    p_min: float | None
    p_min_reverse: float | None
    p_max: float
    p_max_upper: float
    witness_low: History | None
    witness_reverse: History | None
    witness_high: History | None


@dataclass(frozen=True)
class Vertex:
    """A corner of the hull: V, sign E, the slope of the line that found it, and its history."""

    v: float
    e: float
    mu: float
    history: History

    @property
    def chi(self) -> float:
        """Its chi-square."""
        return self.e * self.e / self.v if self.v > 0 else 0.0


def _vertex(paths: Paths, sign: int, mu: float) -> Vertex:
    history = paths.best(sign=sign, mu=mu)
    e, v = paths.terms(history)
    return Vertex(v, sign * e, mu, history)


def largest_chi_square(paths: Paths, *, sign: int) -> History | None:
    """Return a history with the largest E²/V among those with sign E > 0; None if there is none."""
    top = _vertex(paths, sign, 0.0)
    if top.e <= ZERO:
        return None
    best, chords = top, [(None, top)]
    while chords:
        low, high = chords.pop()
        start = (low.v, low.e) if low else (0.0, 0.0)
        if high.v - start[0] < GAIN or (low and _tip(low, high) <= best.chi * (1 + 1e-12)):
            continue
        mu = (high.e - start[1]) / (high.v - start[0])
        middle = _vertex(paths, sign, mu)
        if middle.e - start[1] - mu * (middle.v - start[0]) > GAIN:
            best = max(best, middle, key=lambda vertex: vertex.chi)
            chords += [(low, middle), (middle, high)]
    return best.history


def _tip(low: Vertex, high: Vertex) -> float:
    """Return an upper limit of E²/V between two vertices: its largest at the corners of the gap.

    The gap is the triangle of the chord and of the support lines at its ends.
    """
    if low.mu - high.mu < 1e-15:
        return max(low.chi, high.chi)
    v = ((low.mu * low.v - low.e) - (high.mu * high.v - high.e)) / (low.mu - high.mu)
    e = low.e + low.mu * (v - low.v)
    return max(low.chi, high.chi, e * e / v if v > 0 else math.inf)


def lower_limit(paths: Paths, *, sign: int) -> tuple[float, History]:
    """Return (a proven lower limit of E²/V, the history with the smallest seen); all sign E > 0.

    The limit is concave in a; each path gives a parabola above it, and the next a is where the
    lowest of these is highest.
    """
    a, seen, limit = 1.0, [], 0.0
    for _ in range(ROUNDS):
        vertex = _vertex(paths, -sign, -a / 2)
        e, v = -vertex.e, vertex.v
        limit = max(limit, 2 * a * e - a * a * v)
        seen.append((e, v, vertex.history))
        a_next, upper = _highest(seen)
        if upper - limit < 1e-9 * max(1.0, upper) or abs(a_next - a) < 1e-12:
            break
        a = a_next
    least = min(seen, key=lambda item: item[0] ** 2 / item[1] if item[1] > 0 else 0.0)
    chi, history = (least[0] ** 2 / least[1] if least[1] > 0 else 0.0), least[2]
    return min(limit, chi), history


def _highest(seen: list[tuple[float, float, History]]) -> tuple[float, float]:
    """Return (a, height) where the lowest of the parabolas 2aE - a²V is highest."""

    def lowest(at: float) -> float:
        return min(2 * at * e - at * at * v for e, v, _ in seen)

    low, high = 0.0, max(2 * e / v if v > 0 else 100.0 for e, v, _ in seen) + 1.0
    for _ in range(200):
        third = (high - low) / 3
        rises = lowest(low + third) < lowest(high - third)
        low, high = (low + third, high) if rises else (low, high - third)
    middle = (low + high) / 2
    return middle, lowest(middle)


def ends(paths: Paths, *, seen: History | None = None) -> Ends:
    """Return the ends of P over all histories; `seen` is a history with a large P, if one is known."""
    low, reverse = (largest_chi_square(paths, sign=sign) for sign in (1, -1))
    known = [history for history in (seen, low, reverse) if history is not None]
    upper = 1.0
    if (low is None) != (reverse is None):
        sign = 1 if reverse is None else -1
        limit, history = lower_limit(paths, sign=sign)
        known.append(history)
        upper = chi_square_p(max(limit, 0.0))
    elif low is None:
        known.append(paths.best(sign=1, mu=0.0))  # every history has O = E
    p_values = [_p(history, paths) for history in known]
    high = int(np.argmax(p_values))
    return Ends(
        p_min=None if low is None else _p(low, paths),
        p_min_reverse=None if reverse is None else _p(reverse, paths),
        p_max=p_values[high],
        p_max_upper=max(p_values[high], upper),
        witness_low=low,
        witness_reverse=reverse,
        witness_high=known[high],
    )


def _p(history: History, paths: Paths) -> float:
    excess, variance = log_rank_terms(history, paths.sizes)
    return chi_square_p(float(excess * excess / variance)) if variance else 1.0
