"""Spreads between and within patients go in, what repeated counts buy comes out; no data are read.

The model: a patient's baseline counts are level + noise, the counts at follow-up level + that
patient's own true change + noise. Noise is independent from count to count. (Frison and Pocock
1992, Statistics in Medicine 11:1685; with no true change of patients it is their compound
symmetry.)
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError


@estimator
def ancova_sd(
    *, between: float, change: float, within: float, baselines: int = 1, followups: int = 1
) -> Estimate:
    """SD within an arm of the mean follow-up count, given the mean baseline count.

    `between`, `change`, `within`: SDs of the patients' levels, of their true changes and of the
    noise of one count, in one unit. It is the `sd` that a two-sample t test on the adjusted means
    works with.
    """
    for name, sd in (("between", between), ("change", change), ("within", within)):
        if not 0 <= sd < math.inf:
            raise AnalysisError(f"{name}: expected an SD from 0, found {sd}")
    for name, k in (("baselines", baselines), ("followups", followups)):
        if int(k) != k or k < 1:
            raise AnalysisError(f"{name}: expected a whole number of at least 1, found {k}")
    level, noise = between**2, within**2
    explained = level**2 / (level + noise / baselines) if level else 0.0
    left = level + change**2 + noise / followups - explained
    return Estimate("ancova", "standard deviation", math.sqrt(left))


def visit_costs(
    *,
    between: float,
    change: float,
    within: float,
    patient: float,
    most: int = 12,
    baselines: int = 1,
) -> pd.DataFrame:
    """What a trial of one power costs by its number of follow-up counts a patient.

    `patient`: the cost of a patient without counts, in costs of a count. One row a number of
    `followups`: `patients` (relative to one follow-up count) and `cost` (relative to the cheapest
    row). Patients go with the squared SD of `ancova_sd`; cost with patients x (patient + counts).
    """
    checks.inside(patient, 0, math.inf, name="patient (cost)")
    counts = np.arange(1, most + 1)
    sds = [
        ancova_sd(
            between=between, change=change, within=within, baselines=baselines, followups=int(k)
        ).value
        for k in counts
    ]
    patients = (np.array(sds) / sds[0]) ** 2
    cost = patients * (patient + baselines + counts)
    return pd.DataFrame({"followups": counts, "patients": patients, "cost": cost / cost.min()})
