"""A trial whose histories all point one way goes in; its largest P, exactly, comes out.

Nothing here samples. For every a > 0, E²/V >= 2aE - a²V, and the right side is a sum over visits,
so its least value over all ways to go on from a state is a shortest path. A partial history
that can't come below the smallest chi-square known is dropped; all others are kept, visit by
visit. When none is left, the smallest known is the smallest there is (branch and bound).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.possible.count_table import Witness
from helpers.possible.visit_grid import Steps

FRONTIER = 4_000_000
MARGIN = 1e-11  # a drop of chi-square below this is rounding


@dataclass
class Layer:
    """Partial histories after some visit: state, E, V (E with the common sign) and their parent."""

    state: np.ndarray
    excess: np.ndarray
    variance: np.ndarray
    parent: np.ndarray


def lower_limit(steps: Steps, *, sign: int) -> tuple[float, float, Witness]:
    """Return (limit, a, witness): a lower limit of E²/V, the a that gives it, its history.

    Every history has sign E > 0. The limit is concave in a, so a ternary search finds its top.
    """

    def limit(a: float) -> float:
        excess, variance = steps.terms(history(a))
        return 2 * a * sign * excess - a * a * variance

    def history(a: float) -> Witness:
        # the least 2aE - a²V is at the most -E + (a/2) V
        return steps.best(sign=-sign, mu=-a / 2)

    high = 1.0
    while limit(2 * high) > limit(high):
        high *= 2
    low, high = 0.0, 2 * high
    for _ in range(60):
        third = (high - low) / 3
        rises = limit(low + third) < limit(high - third)
        low, high = (low + third, high) if rises else (low, high - third)
    a = (low + high) / 2
    return max(0.0, limit(a)), a, history(a)


def _rest(steps: Steps, cost: np.ndarray) -> list[np.ndarray]:
    """Return the least cost from every state to the last one, by visits still to come."""
    value = np.full(len(cost), np.inf)
    value[-1] = 0.0
    rest = [value]
    for _ in range(steps.visits):
        rest.append((cost + rest[-1][None, :]).min(axis=1))
    return rest


def smallest_chi_square(
    steps: Steps, *, sign: int, known: float, candidate: Witness
) -> tuple[Witness, bool]:
    """Return a history with the smallest E²/V and whether it is proven to be the smallest.

    `candidate` has E²/V = `known`; it comes back where nothing is smaller. Unproven where more
    than 4,000,000 partial histories stay open.
    """
    _, a, _ = lower_limit(steps, sign=sign)
    costs = [
        (m, np.where(steps.possible, 2 * m * sign * steps.excess - m * m * steps.variance, np.inf))
        for m in (a, a * 0.9, a * 1.1)
    ]
    limits = [(m, _rest(steps, cost)) for m, cost in costs]
    origin = np.zeros(1)
    layers = [Layer(np.zeros(1, np.intp), origin, origin, np.zeros(1, np.intp))]
    for left in range(steps.visits - 1, -1, -1):
        after = _expand(steps, layers[-1], sign, [(m, rest[left]) for m, rest in limits], known)
        if after is None or not after.state.size:
            return candidate, after is not None
        layers.append(after)
    chi_square = layers[-1].excess ** 2 / np.maximum(layers[-1].variance, 1e-300)
    if chi_square.min() >= known - MARGIN:
        return candidate, True
    return _path(steps, layers, int(chi_square.argmin())), True


def _expand(steps: Steps, layer: Layer, sign: int, limits, known: float) -> Layer | None:
    """Return the partial histories one visit later that may still come below `known`."""
    kept, size = [], 0
    for state in np.unique(layer.state):
        here = np.flatnonzero(layer.state == state)
        to = np.flatnonzero(steps.possible[state])
        for part in np.array_split(here, max(1, here.size * to.size // FRONTIER)):
            excess = np.add.outer(layer.excess[part], sign * steps.excess[state, to])
            variance = np.add.outer(layer.variance[part], steps.variance[state, to])
            best = [2 * m * excess - m * m * variance + rest[to] for m, rest in limits]
            i, j = np.nonzero(np.max(best, axis=0) < known - MARGIN)
            kept.append((to[j], excess[i, j], variance[i, j], part[i]))
            size += i.size
            if size > FRONTIER:
                return None
    return _distinct(Layer(*(np.concatenate(field) for field in zip(*kept, strict=True))))


def _distinct(layer: Layer) -> Layer:
    """Keep one partial history of those with the same state, E and V (to 11 decimals)."""
    if not layer.state.size:
        return layer
    keys = np.stack([layer.state, layer.excess.round(11), layer.variance.round(11)])
    _, first = np.unique(keys, axis=1, return_index=True)
    fields = (layer.state, layer.excess, layer.variance, layer.parent)
    return Layer(*(field[first] for field in fields))


def _path(steps: Steps, layers: list[Layer], at: int) -> Witness:
    states = []
    for layer in reversed(layers):
        states.append(int(layer.state[at]))
        at = int(layer.parent[at])
    return steps.history(states[::-1])
