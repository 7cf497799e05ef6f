"""Count tables of trials of two arms go in; hazard ratios of the first arm and their errors come out.

Cox's score for b = log hazard ratio is a sum over events of 1 or 0 less q = n1 e^b / (n1 e^b + n2).
Efron's ties take d terms a visit with both n lowered step by step, Breslow's the same term d times;
Efron's sum has a closed form by digamma functions. The score falls in b, so an estimate lies between
two values where the score changes its sign. Pike's estimate is (O1/E1)/(O2/E2) with error
(1/E1 + 1/E2)^½, Peto's exp((O - E)/V) with error V^-½. Efron 1977, JASA 72:557; Breslow 1974,
Biometrics 30:89; Pike 1972, Biometrics 28:581; Peto & Peto 1972, JRSS A 135:185.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.audit.log_rank.statistic import two_arms

EFRON, BRESLOW, PIKE, PETO = "Cox with Efron's ties", "Cox with Breslow's ties", "Pike", "Peto"
METHODS = (EFRON, BRESLOW, PIKE, PETO)
SLACK = 1e-9  # of the log hazard ratio: rounding error of a computed one
ROUNDS = 40
FAR = 30.0  # log hazard ratios beyond which one counts as infinite


def score(
    events: np.ndarray, risk: np.ndarray, b: np.ndarray | float, *, efron: bool, sign: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Return (score, information) of Cox's likelihood at `b`, one a trial; arrays (trials, 2, visits).

    `sign`: the score alone is wanted, and no information (0) with Efron's ties.
    """
    ratio = np.exp(np.asarray(b, dtype=float))[..., None]
    d, x = events.sum(axis=1).astype(float), risk[:, 0] * ratio
    all_, there = x + risk[:, 1], events.sum(axis=1) > 0
    all_ = np.where(there, all_, 1.0)
    if not efron:
        q = x / all_
        return (events[:, 0] - d * q).sum(axis=-1), (d * q * (1 - q)).sum(axis=-1)
    d = np.where(there, d, 1.0)
    first = events[:, 0] * ratio / d  # what a step takes of x, and of both together
    both = np.where(there, first + events[:, 1] / d, 1.0)
    top, even = all_ / both, first / both
    # q of step j is even + rest / (top - j), j = 0 to d - 1
    rest = (x - even * all_) / both
    one = special.digamma(top + 1) - special.digamma(top - d + 1)
    q = d * even + rest * one
    gap = np.where(there, events[:, 0] - q, 0.0).sum(axis=-1)
    if sign:
        return gap, np.zeros_like(gap)
    two = special.zeta(2, top - d + 1) - special.zeta(2, top + 1)
    squares = d * even**2 + 2 * even * rest * one + rest**2 * two
    return gap, np.where(there, q - squares, 0.0).sum(axis=-1)


def log_ratios(
    events: np.ndarray, risk: np.ndarray, method: str, *, low: float = -FAR, high: float = FAR
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return (places, log hazard ratios, standard errors) of the trials whose estimate lies within.

    `low`, `high` are of the log hazard ratio, both included; trials without an estimate are left out.
    """
    if method in (PIKE, PETO):
        value, error = _one_step(events, risk, method)
        inside = np.isfinite(value) & (value >= low - SLACK) & (value <= high + SLACK)
        return np.flatnonzero(inside), value[inside], error[inside]
    efron = method == EFRON
    places = np.flatnonzero((events.sum(axis=2) > 0).all(axis=1))
    for end, side in ((low - SLACK, 1), (high + SLACK, -1)):
        gap = score(events[places], risk[places], end, efron=efron, sign=True)[0]
        places = places[side * gap >= 0]
    return (places, *_newton(events[places], risk[places], low, high, efron))


def _newton(events, risk, low: float, high: float, efron: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return (estimates, errors) between two ends, which close in on the change of sign."""
    below, above = np.full(len(events), low - SLACK), np.full(len(events), high + SLACK)
    b = (below + above) / 2
    for _ in range(ROUNDS):
        gap, information = score(events, risk, b, efron=efron)
        below, above = np.where(gap >= 0, b, below), np.where(gap <= 0, b, above)
        step = b + gap / np.maximum(information, 1e-300)
        inside = (step > below) & (step < above)
        last, b = b, np.where(inside, step, (below + above) / 2)
        if np.abs(b - last).max(initial=0.0) < 1e-11:
            break
    information = score(events, risk, b, efron=efron)[1]
    return b, 1 / np.sqrt(np.maximum(information, 1e-300))


def _one_step(events, risk, method: str) -> tuple[np.ndarray, np.ndarray]:
    """Return Pike's or Peto's log hazard ratio and its error; NaN or infinity where there is none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == PETO:
            excess, variance = two_arms(events, risk)
            return excess / variance, 1 / np.sqrt(variance)
        d = events.sum(axis=1)
        expected = d * risk[:, 0] / np.maximum(risk.sum(axis=1), 1)
        e1 = expected.sum(axis=-1)
        e2 = d.sum(axis=-1) - e1
        o1, o2 = events.sum(axis=2).T
        return np.log(o1 / e1) - np.log(o2 / e2), np.sqrt(1 / e1 + 1 / e2)


def extremes(
    sizes: Sequence[int], pairs: Sequence[Sequence[tuple[int, int]]], method: str
) -> tuple:
    """Return (smallest, largest) log hazard ratio over all times of events and losses, tied or not.

    `pairs`: the (events, lost) of both arms. It is largest where the first arm's lost leave before
    all events, its events come next one by one, then the second arm's, and its lost after them:
    every q is then as small as it can be, which raises Cox's score at every b and lowers Pike's E1.
    The second arm's come one by one for Efron's ties, where ties lie between the orders they stand
    for, and at once for the others, where a tie keeps all n2. Not for Peto's, which has V below it.
    """
    (n1, n2), (one, two) = sizes, pairs
    high = _largest((n1, n2), one, two, method)
    return -_largest((n2, n1), two, one, method), high


def _largest(sizes, one, two, method: str) -> float:
    most = {lost: max(x for x, c in one if c == lost) for lost in {c for _, c in one}}
    fewest = min(x for x, _ in two)
    found = []
    for lost, events in most.items():
        if not fewest:
            return np.inf if events else -np.inf
        last = np.ones(fewest, dtype=int) if method == EFRON else np.array([fewest])
        dead = np.zeros((1, 2, events + len(last)), dtype=int)
        dead[0, 0, :events], dead[0, 1, events:] = 1, last
        left = np.array([[sizes[0] - lost], [sizes[1]]]) - np.cumsum(dead[0], axis=1) + dead[0]
        found.append(_single(dead, left[None], method))
    return max(found)


def _single(dead: np.ndarray, risk: np.ndarray, method: str) -> float:
    """Return the estimate of one trial; infinite where the likelihood has no top."""
    places, value, _ = log_ratios(dead, risk, method)
    if len(places):
        return float(value[0])
    return np.inf if dead[:, 0].sum() else -np.inf
