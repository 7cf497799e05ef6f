"""A digitised curve in; where the true one may lie, and its median and restricted mean, out.

A point (t, y) with error e of the survival and s of the time says that survival before t - s is at
least y - e, and from t + s on at most y + e. The ends of medians and restricted means follow in
closed form: no patients that fit the points say anything beyond them.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from helpers.audit.km_curve.points import ArmCurve

HALF = 1e-9  # survival this near to one half is one half


def _errors(curve: ArmCurve) -> np.ndarray:
    """Return the error of every point; the curve's start, where all are without the event, has none."""
    return np.where((curve.time <= 0) & (curve.survival >= 1), 0.0, curve.error)


def median_ends(curve: ArmCurve) -> list[float]:
    """Return [smallest, largest] median survival time; infinite where it may not be reached."""
    error = _errors(curve)
    above = curve.survival - error > 0.5 + HALF
    below = curve.survival + error <= 0.5 + HALF
    low = float(curve.time[above].max()) - curve.slip if above.any() else 0.0
    high = float(curve.time[below].min()) + curve.slip if below.any() else math.inf
    reached = (curve.survival - error).min() <= 0.5 + HALF
    return [max(low, 0.0) if reached else math.inf, high]


def mean_ends(curve: ArmCurve, until: float) -> list[float]:
    """Return [smallest, largest] area under the curve up to `until`, at most the last point."""
    error = _errors(curve)
    lower = np.maximum(curve.survival - error, 0.0)
    upper = np.minimum(curve.survival + error, 1.0)
    # survival is at least lower[i] up to time[i] - slip, and upper[i] at most from time[i] + slip on
    down = np.clip(np.append(curve.time[:-1] - curve.slip, until), 0, until)
    up = np.clip(np.insert(curve.time + curve.slip, 0, 0.0), 0, until)
    least = float((np.diff(down, prepend=0.0) * lower).sum())
    most = float((np.diff(np.append(up, until)) * np.insert(upper, 0, 1.0)).sum())
    return [least, most]


def leaning(curve: ArmCurve, lean: np.ndarray) -> ArmCurve:
    """Return the curve moved within its band: `lean` of each point, 1 its upper edge, -1 its lower.

    At the lower edge events come as soon after the point before as they may, at the upper as late
    as at the point itself.
    """
    before = np.insert(curve.time[:-1], 0, curve.time[0])
    early, late = curve.time - before + curve.slip, np.full(len(before), curve.slip)
    time = curve.time + np.where(lean > 0, late, early) * lean
    time = np.maximum.accumulate(np.clip(time, 0, curve.time.max()))
    survival = np.clip(curve.survival + lean * _errors(curve), 0, 1)
    return replace(curve, time=time, survival=np.minimum.accumulate(survival))
