"""A model of counts that drift and waver goes in, what each endpoint sees of a true rise comes out.

One large population a set of assumptions is simulated, never a trial of one size: an endpoint's
difference and spread, or its chances of response by visit, follow from it, and sample sizes from
those. All counts are natural logarithms of cells/µL.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.no_effect_arm import Entry, entry_readings
from helpers.analyse.threshold_crossing import log_sd
from helpers.errors import AnalysisError


@dataclass(frozen=True)
class Recovery:
    """Patients who entered by a low count and what becomes of their counts without the treatment.

    `entry`: who is screened and may enter (cells/µL); `cv`: of one count within a patient; `gain`,
    `gain_sd`: mean and SD among patients of the true change by the last week (natural log); `pace`:
    time constant in weeks, of the gain as of the treatment's effect; `weeks`: of the follow-up
    counts, ascending; `baselines`: fresh counts before treatment (their mean is the baseline), 0
    if the count that let the patient in is the baseline.
    """

    entry: Entry
    cv: float
    gain: float
    gain_sd: float
    pace: float
    weeks: tuple[float, ...]
    baselines: int = 1


def log_counts(
    model: Recovery,
    *,
    rise: float,
    patients: int,
    seed: int,
    helped: float = 1.0,
    error_correlation: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Baselines (patients,) and follow-up counts (patients, visits) of an arm, natural logarithms.

    `rise`: what the treatment adds to the mean true logarithm by the last week, as a share (0.1 =
    10%; 0 for the control arm). `helped`: share of patients who share it out among themselves, the
    others having none. `error_correlation`: of the noise of one follow-up count with that of the
    next, 0 to below 1. The same seed gives the same patients, treated or not.
    """
    if not 0 < helped <= 1:
        raise AnalysisError(f"helped: expected a share above 0, at most 1, found {helped}")
    if not 0 <= error_correlation < 1:
        raise AnalysisError(f"error_correlation: expected 0 to below 1, found {error_correlation}")
    if not model.weeks or model.weeks[0] <= 0 or (np.diff(model.weeks) <= 0).any():
        raise AnalysisError(f"weeks: expected ascending weeks above 0, found {model.weeks}")
    rng = np.random.default_rng(seed)
    noise = log_sd(model.cv)
    first, middle, total, kept = entry_readings(
        model.entry, cv=model.cv, shape=(patients,), rng=rng
    )
    screened = middle + total * first
    level = middle + kept * (screened - middle)
    level += math.sqrt(kept) * noise * rng.standard_normal(patients)
    baseline = screened
    if model.baselines:
        baseline = level + noise / math.sqrt(model.baselines) * rng.standard_normal(patients)
    own = model.gain + model.gain_sd * rng.standard_normal(patients)
    own += np.where(rng.random(patients) < helped, math.log1p(rise) / helped, 0.0)
    reached = np.expm1(-np.asarray(model.weeks) / model.pace)
    follow = level[:, None] + own[:, None] * (reached / reached[-1])
    errors = rng.standard_normal(follow.shape)
    for k in range(1, len(model.weeks) if error_correlation else 0):
        new = math.sqrt(1 - error_correlation**2) * errors[:, k]
        errors[:, k] = error_correlation * errors[:, k - 1] + new
    return baseline, follow + noise * errors


def first_responses(
    baseline: np.ndarray, follow: np.ndarray, *, rise: float, confirmed: bool = False
) -> np.ndarray:
    """Share of patients whose first response is at each visit, shape (visits,).

    A response is a count at least `rise` (a share) over the baseline; with `confirmed` one that the
    next count repeats, noticed at the first of the two.
    """
    over = follow >= (baseline + math.log1p(rise))[:, None]
    if confirmed:
        over = np.pad(over[:, :-1] & over[:, 1:], ((0, 0), (0, 1)))
    first = over & (over.cumsum(axis=1) == 1)
    return first.mean(axis=0)


@estimator
def adjusted_gap(
    treated: tuple[np.ndarray, np.ndarray], control: tuple[np.ndarray, np.ndarray]
) -> dict[str, Estimate]:
    """Difference of two arms in an outcome, adjusted for baseline, and the SD that is left.

    Each arm is (baseline, outcome), one value a patient: analysis of covariance with one slope. As
    `groups.ancova` and `design.adjusted_sd`, in one pass, for arms of hundreds of thousands.
    """
    centred = [[x - x.mean() for x in arm] for arm in (treated, control)]
    base, outcome = (np.concatenate(parts) for parts in zip(*centred, strict=True))
    slope = float(base @ outcome / (base @ base))
    means = [[float(x.mean()) for x in arm] for arm in (treated, control)]
    gap = means[0][1] - means[1][1] - slope * (means[0][0] - means[1][0])
    left = outcome - slope * base
    sd = math.sqrt(float(left @ left) / (len(left) - 3))
    n = len(left)
    return {
        "difference": Estimate("ancova", "adjusted mean difference", gap, n=n),
        "sd": Estimate("ancova", "standard deviation", sd, n=n),
    }
