"""Patients of two arms in; hazard ratio, log-rank P, medians and restricted means out.

The hazard ratio is Cox's with Efron's ties (as R's coxph), first arm over second, by Newton's
method on one coefficient. Nothing here knows where the patients came from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from helpers.audit.km_curve.patients import Patients

Z = float(special.ndtri(0.975))


@dataclass(frozen=True)
class Measures:
    """What two arms' patients say; `rmst_gain` first minus second, up to the shorter follow-up."""

    hazard_ratio: float
    low: float
    high: float
    p: float
    medians: tuple[float, float]
    rmst_gain: float


def _counts(arms: tuple[Patients, Patients]):
    """Return, at each distinct event time, events and patients at risk of both arms."""
    times = np.unique(np.concatenate([a.time[a.event] for a in arms]))
    dead = [
        np.bincount(np.searchsorted(times, a.time[a.event]), minlength=len(times)) for a in arms
    ]
    risk = [len(a.time) - np.searchsorted(np.sort(a.time), times, side="left") for a in arms]
    return times, np.array(dead), np.array(risk)


def cox(arms: tuple[Patients, Patients]) -> tuple[float, float]:
    """Return (log hazard ratio of the first arm, its standard error); NaN without events in both."""
    _, dead, risk = _counts(arms)
    if dead.sum(axis=1).min() == 0:
        return math.nan, math.nan
    ties = dead.sum(axis=0)
    at = np.repeat(np.arange(len(ties)), ties)
    share = (np.arange(len(at)) - np.repeat(np.cumsum(ties) - ties, ties)) / ties[at]
    n1, n2 = (risk[k][at] - share * dead[k][at] for k in (0, 1))
    beta = 0.0
    for _ in range(50):
        q = n1 * math.exp(beta) / (n1 * math.exp(beta) + n2)
        score, information = dead[0].sum() - q.sum(), (q * (1 - q)).sum()
        step = score / information if information > 0 else 0.0
        beta += max(-2.0, min(2.0, step))
        if abs(step) < 1e-10:
            break
    return beta, 1 / math.sqrt(information) if information > 0 else math.nan


def log_rank_z(arms: tuple[Patients, Patients]) -> float:
    """Return the log-rank statistic, standard normal and positive where the first arm has more events."""
    _, dead, risk = _counts(arms)
    n, d = risk.sum(axis=0), dead.sum(axis=0)
    q = risk[0] / n
    excess = (dead[0] - d * q).sum()
    variance = (d * q * (1 - q) * (n - d) / np.maximum(n - 1, 1)).sum()
    return float(excess / math.sqrt(variance)) if variance > 0 else 0.0


def two_sided(z: float) -> float:
    """Return the two-sided P of a standard normal statistic."""
    return math.erfc(abs(z) / math.sqrt(2))


def _steps(arm: Patients) -> tuple[np.ndarray, np.ndarray]:
    times = np.unique(arm.time[arm.event])
    dead = np.bincount(np.searchsorted(times, arm.time[arm.event]), minlength=len(times))
    risk = len(arm.time) - np.searchsorted(np.sort(arm.time), times, side="left")
    return times, np.cumprod(1 - dead / risk)


def median(arm: Patients) -> float:
    """Return the first time at which survival is one half or less; infinite where it is not."""
    times, survival = _steps(arm)
    reached = survival <= 0.5 + 1e-9
    return float(times[reached.argmax()]) if reached.any() else math.inf


def restricted_mean(arm: Patients, until: float) -> float:
    """Return the area under the Kaplan-Meier curve up to `until`."""
    times, survival = _steps(arm)
    inside = times < until
    knots = np.concatenate([[0.0], times[inside], [until]])
    heights = np.concatenate([[1.0], survival[inside]])
    return float((np.diff(knots) * heights).sum())


def measures(arms: tuple[Patients, Patients]) -> Measures:
    """Return all measures of two arms."""
    beta, error = cox(arms)
    until = min(float(a.time.max()) for a in arms)
    gain = restricted_mean(arms[0], until) - restricted_mean(arms[1], until)
    return Measures(
        math.exp(beta), math.exp(beta - Z * error), math.exp(beta + Z * error),
        two_sided(log_rank_z(arms)), (median(arms[0]), median(arms[1])), gain,
    )  # fmt: skip
