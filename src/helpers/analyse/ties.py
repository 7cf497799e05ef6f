"""Times go in, their distinct values with those that differ by rounding alone made one come out.

Times that were computed (days over 30.4375, a difference of two decimals) can differ in the last
bits though they are one time. R's survival takes them as tied (`timefix`), and so do we: an event
and a censoring of one day must not fall apart into two. Nothing else is changed.
"""

from __future__ import annotations

import numpy as np

TOLERANCE = 2.0**-26  # the root of a double's spacing at 1, as R's aeqSurv


def distinct(time: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct times, ascending, and the position of each of `time` among them.

    A time that follows the next smaller one by 1.5e-8 or less, as it is or over the mean of the
    distinct times, takes that one's place.
    """
    times, index = np.unique(time, return_inverse=True)
    gaps = np.diff(times)
    same = (gaps <= TOLERANCE) | (gaps <= TOLERANCE * np.abs(times).mean())
    if not same.any():
        return times, index
    first = np.concatenate([[True], ~same])
    return times[first], (np.cumsum(first) - 1)[index]


def as_one(time: np.ndarray) -> np.ndarray:
    """Return `time` with the times that `distinct` takes as one made equal."""
    times, index = distinct(time)
    return times[index]
