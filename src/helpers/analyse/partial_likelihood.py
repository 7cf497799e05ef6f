"""Times, events and terms in, the parts of Cox's score and information by event time out; no test.

Everything follows from sums over the distinct times, added up from the last one backwards, so the
cost grows with subjects plus events and not with their product. Ties by Efron's method (the d tied
events leave the risk set one dth at a time) or Breslow's (each meets the whole of it). Efron 1977,
JASA 72:557; Breslow 1974, Biometrics 30:89.
"""

from __future__ import annotations

import numpy as np

from helpers.errors import NoEstimateError

WIDEST = 4.0  # a step may part two subjects' log hazards by so much: farther out it overshoots
STEPS = 50  # Newton's method needs about five; the likelihood is concave


def by_event_time(
    times: np.ndarray, events: np.ndarray, x: np.ndarray, beta: np.ndarray, ties: str = "efron"
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the distinct event times (m), their part of the score (m, k) and information (m, k, k).

    `times` (n), `events` (n, booleans), `x` (n, k) the terms, `beta` (k) their log hazard ratios;
    `ties` "efron" or "breslow".
    """
    x = x - x.mean(axis=0)  # changes nothing but the rounding
    distinct, index = np.unique(times, return_inverse=True)
    moments = _moments(x, np.exp(x @ beta))
    tied = _summed(index[events], moments[events], len(distinct)) * (ties == "efron")
    risk = _summed(index, moments, len(distinct))[::-1].cumsum(axis=0)[::-1]
    deaths = np.bincount(index[events], minlength=len(distinct))
    own = _summed(index[events], x[events], len(distinct))
    seen = np.flatnonzero(deaths)
    mean, variance = _over_ties(deaths[seen], risk[seen], tied[seen], x.shape[1])
    return distinct[seen], own[seen] - mean, variance


def maximum(
    times: np.ndarray,
    events: np.ndarray,
    x: np.ndarray,
    *,
    strata: np.ndarray | None = None,
    ties: str = "efron",
) -> tuple[np.ndarray, np.ndarray]:
    """Return the log hazard ratios (k) at the maximum of the likelihood and their covariance (k, k).

    Newton's method from 0. `strata` (n, whole numbers): each has a baseline hazard of its own, and
    their likelihoods multiply. Raises when it finds no maximum in `STEPS` steps.
    """
    strata = np.zeros(len(times)) if strata is None else strata
    apart = [part for part in (strata == s for s in np.unique(strata)) if events[part].any()]
    beta = np.zeros(x.shape[1])
    for _ in range(STEPS):
        score, total = np.zeros(len(beta)), np.zeros((len(beta), len(beta)))
        for part in apart:
            _, *own = by_event_time(times[part], events[part], x[part], beta, ties)
            score, total = score + own[0].sum(axis=0), total + own[1].sum(axis=0)
        if not np.isfinite(total).all() or np.linalg.matrix_rank(total) < len(beta):
            break
        covariance = np.linalg.inv(total)
        step = covariance @ score
        step = step / max(1.0, np.ptp(x @ step) / WIDEST)
        beta = beta + step
        # quadratic convergence: what is left after a step below 1e-8 standard errors is rounding
        if np.all(np.abs(step) < 1e-8 * np.sqrt(np.diag(covariance))):
            return beta, covariance
    raise NoEstimateError(
        "cox: expected a finite maximum of the likelihood, found none; leave out covariates that "
        "separate events from the rest or repeat one another"
    )


def _moments(x: np.ndarray, risk: np.ndarray) -> np.ndarray:
    """Return each subject's risk times 1, x and x x' in one row, shape (n, 1 + k + k * k)."""
    n, k = x.shape
    square = (x[:, :, None] * x[:, None, :]).reshape(n, k * k)
    return risk[:, None] * np.column_stack([np.ones(n), x, square])


def _summed(index: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray:
    return np.column_stack([np.bincount(index, column, size) for column in rows.T])


def _over_ties(deaths, risk, tied, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the summed means (m, k) and variances (m, k, k) of x over the d risk sets of each time."""
    at = np.repeat(np.arange(len(deaths)), deaths)
    gone = (np.arange(len(at)) - np.repeat(deaths.cumsum() - deaths, deaths)) / deaths[at]
    left = risk[at] - gone[:, None] * tied[at]
    left = left[:, 1:] / left[:, :1]
    mean = left[:, :k]
    variance = left[:, k:].reshape(-1, k, k) - mean[:, :, None] * mean[:, None, :]
    starts = deaths.cumsum() - deaths
    return np.add.reduceat(mean, starts, axis=0), np.add.reduceat(variance, starts, axis=0)
