"""Vectors of one entry a subject in, how many and what share out; no interval, since nothing is inferred.

For describing who is in a study and who was seen, where every subject is known.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.analyse.estimate import NAN, Estimate, estimator


@estimator
def subjects(identifiers: Sequence[object]) -> Estimate:
    """The number of different subjects; a subject that occurs again counts once."""
    return Estimate("count", "count", float(len(set(identifiers))))


@estimator
def share(flags: Sequence[bool]) -> Estimate:
    """The share of the entries that are true, 0 to 1; NaN of none."""
    found = np.asarray(flags, dtype=bool)
    return Estimate("count", "proportion", float(found.mean()) if len(found) else NAN, n=len(found))
