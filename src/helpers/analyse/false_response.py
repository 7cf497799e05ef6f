"""Response rules and a noise model go in, how often nothing passes them comes out; no data is used.

Companions of `lessons.ever_crossing_probability` for two questions it leaves open: what a rule that
asks for several visits running would let through, and what errors that hang on from one visit to
the next change. Log counts have normal errors of the same SD at every visit; the true count stays.
"""

from __future__ import annotations

import functools
import math

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.threshold_crossing import log_sd
from helpers.errors import AnalysisError

NODES = 120

_hermite = functools.cache(np.polynomial.hermite_e.hermegauss)  # never changed in place


def _threshold(cv: float, rise: float) -> float:
    """Return how far above its baseline a log count must be, in SDs of its error."""
    return math.log1p(checks.inside(rise, -1, math.inf, name="rise")) / log_sd(cv)


def _visits(visits: int, least: int) -> int:
    if visits != int(visits) or visits < least:
        raise AnalysisError(f"visits: expected a whole number from {least} up, found {visits}")
    return int(visits)


@estimator
def ever_confirmed_probability(
    *, cv: float, rise: float, visits: int, running: int = 2
) -> Estimate:
    """Probability that an unchanged person is `rise` above baseline at `running` visits in a row.

    `rise` 0.3 for 30%; `visits` later measurements after one baseline, with independent errors of
    coefficient of variation `cv`. Given the baseline's error the visits are independent, so runs
    are counted by a recursion over the visits; Gauss-Hermite integration over the baseline.
    `running` 1 is `lessons.ever_crossing_probability`.
    """
    visits = _visits(visits, 1)
    if running != int(running) or not 1 <= running <= visits:
        raise AnalysisError(
            f"running: expected a whole number from 1 to {visits} (the visits), found {running}"
        )
    nodes, weights = _hermite(NODES)
    above = special.ndtr(-nodes - _threshold(cv, rise))
    state = np.zeros((int(running), NODES))  # the run so far; a full run leaves the table
    state[0] = 1.0
    for _ in range(visits):
        state = np.vstack([state.sum(axis=0) * (1 - above), state[:-1] * above])
    share = 1 - state.sum(axis=0) @ weights / weights.sum()
    return Estimate("log-normal within-person model, confirmed", "probability", float(share))


@estimator
def ever_crossing_correlated(
    *, cv: float, rise: float, visits: int, correlation: float
) -> Estimate:
    """Probability to be once `rise` above baseline with no change, errors correlated in time.

    The errors of successive measurements, baseline included, have `correlation` (0 to below 1) and
    form a first-order autoregression: two apart it is squared, and so on. 0 is
    `lessons.ever_crossing_probability`. Quadrature over the baseline and, given it, over the
    visits one after the other.
    """
    visits = _visits(visits, 1)
    if not 0 <= correlation < 1:
        raise AnalysisError(f"correlation: expected 0 to below 1, found {correlation}")
    distance, spread = _threshold(cv, rise), math.sqrt(1 - correlation**2)
    base, base_weights = _hermite(NODES)
    unit, unit_weights = np.polynomial.legendre.leggauss(NODES)
    quiet = np.empty(NODES)
    for i, start in enumerate(base):
        top = start + distance  # errors below it stay below the threshold
        low = min(-9.0, top - 1.0)
        grid = low + (unit + 1) * (top - low) / 2
        weights = unit_weights * (top - low) / 2
        density = _normal((grid - correlation * start) / spread) / spread
        step = _normal((grid[:, None] - correlation * grid) / spread) / spread
        for _ in range(visits - 1):
            density = step @ (weights * density)
        quiet[i] = min(1.0, weights @ density)
    share = 1 - quiet @ base_weights / base_weights.sum()
    return Estimate("log-normal within-person model, autoregressive", "probability", float(share))


def _normal(z: np.ndarray) -> np.ndarray:
    return np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
