"""Outcomes of those who came and a shift for those who did not in, the difference between arms out.

It never says why an outcome is missing, nor how large a shift is likely: it says how large it must
be. The model is a pattern mixture: who is missing would have had what the covariance model predicts
for her arm and baseline (missing at random), plus a shift `delta` that the reader chooses. Of an arm
with a share p missing, the mean over all its subjects is then moved by delta x p, and the difference
with it. No value is drawn, as multiple imputation does: for one fixed shift of a mean the result is
known exactly, and no Monte Carlo error is added.

Standard error: that of the observed data for the difference, and delta^2 p (1 - p) / n for the
share, which is an estimate from the n subjects of the arm. The two are uncorrelated, because the
difference is estimated given who came. With few missing the second part grows faster than the shift:
a handful of extreme patients makes a difference uncertain before it makes it significant.

White, Carpenter, Evans & Schroter 2007, Clin Trials 4:125 (difference and error of such a mixture);
Cro, Morris, Kenward & Carpenter 2020, Stat Med 39:2815 (delta-based sensitivity analysis).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import NAN, Estimate, estimator
from helpers.analyse.groups import ancova
from helpers.errors import AnalysisError, NoEstimateError


@dataclass(frozen=True)
class Tipping:
    """The shifts at which the verdict on a difference changes, in the unit of the outcome.

    `lower` and `upper` are the shifts nearest to 0, downwards and upwards, from which on the
    interval excludes 0 if it did not without a shift, or includes it if it did not; NaN where no
    shift in that direction does. `missing` of `n` subjects of the shifted arm have no outcome.
    """

    lower: float
    upper: float
    missing: int
    n: int


def tipping_shifts(
    difference: float, error: float, *, df: float, missing: int, n: int, level: float = 0.95
) -> Tipping:
    """The tipping shifts of a difference with its standard error and t interval on `df`.

    `missing` of the `n` subjects of the arm that is shifted have no outcome; the difference counts
    upwards with that arm (for the reference arm pass it with its sign turned). The ends of the
    interval are 0 where (difference + delta p)^2 = t^2 (error^2 + delta^2 p (1 - p) / n): a
    quadratic equation, solved exactly. With nobody missing both shifts are NaN.
    """
    missing, n = checks.count(missing, n, name="missing of n")
    if not error > 0 or not df > 0:
        raise NoEstimateError(
            f"difference: expected error and df above 0, found {error} and {df}; "
            "a difference without error has no interval to tip"
        )
    t = float(special.stdtrit(df, (1 + checks.inside(level, 0, 1, name="level")) / 2))
    share = missing / n
    square = share**2 - t**2 * share * (1 - share) / n
    roots = np.roots([square, 2 * difference * share, difference**2 - (t * error) ** 2])
    real = roots[np.isreal(roots)].real
    below, above = real[real <= 0], real[real >= 0]
    return Tipping(
        float(below.max()) if below.size else NAN,
        float(above.min()) if above.size else NAN,
        missing,
        n,
    )


@estimator
def shifted_differences(
    frame: pd.DataFrame,
    *,
    outcome: str,
    baseline: str,
    arm: str,
    reference: Hashable,
    shifts: Mapping[Hashable, float],
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Difference of each arm from `reference` over all its subjects, those missing shifted.

    `frame`: one row a subject of the trial; who has no `outcome` or no `baseline` (NaN) is missing.
    `shifts`: arm -> how much higher than predicted its missing subjects would have been, in the
    unit of `outcome`; 0 for an arm that is not named, `reference` included. With no shift at all the
    numbers are those of `groups.ancova` for who came, except `n`, which counts all subjects; t
    interval and test on the observed data's degrees of freedom. Raises AnalysisError for an arm
    where nobody came, and for a shift of an arm that does not exist.
    """
    observed, missing, sizes = _who_came(frame, outcome, baseline, arm)
    if unknown := [name for name in shifts if name not in sizes]:
        raise AnalysisError(
            f"shifts: expected arms of {list(sizes)}, found {unknown}; name an arm that has rows"
        )
    columns = {"outcome": outcome, "baseline": baseline, "arm": arm, "reference": reference}
    fit = ancova(observed, **columns, level=level)
    df, out = len(observed) - len(fit) - 2, {}
    t = float(special.stdtrit(df, (1 + level) / 2))
    for name, found in fit.items():
        moved = variance = 0.0
        for which, sign in ((name, 1), (reference, -1)):
            share, delta = missing[which] / sizes[which], shifts.get(which, 0.0)
            moved += sign * delta * share
            variance += delta**2 * share * (1 - share) / sizes[which]
        value = found.value + moved
        error = math.hypot(_error(found, t), math.sqrt(variance))
        p = 2 * float(special.stdtr(df, -abs(value) / error))
        out[name] = Estimate(
            "pattern mixture, ancova", "adjusted mean difference", value, value - t * error,
            value + t * error, p, len(frame), level,
        )  # fmt: skip
    return out


def tipping_points(
    frame: pd.DataFrame,
    *,
    outcome: str,
    baseline: str,
    arm: str,
    reference: Hashable,
    level: float = 0.95,
) -> dict[tuple[Hashable, Hashable], Tipping]:
    """The tipping shifts of every comparison with `reference`: those missing of one arm shifted.

    Keys: (arm that is compared with `reference`, arm whose missing subjects are shifted: itself or
    `reference`), in order of appearance; the other arm's missing stay as predicted. `frame` and
    errors as for `shifted_differences`.
    """
    observed, missing, sizes = _who_came(frame, outcome, baseline, arm)
    columns = {"outcome": outcome, "baseline": baseline, "arm": arm, "reference": reference}
    fit = ancova(observed, **columns, level=level)
    df = len(observed) - len(fit) - 2
    t = float(special.stdtrit(df, (1 + level) / 2))
    return {
        (name, which): tipping_shifts(
            sign * found.value, _error(found, t), df=df,
            missing=missing[which], n=sizes[which], level=level,
        )
        for name, found in fit.items()
        for which, sign in ((name, 1), (reference, -1))
    }  # fmt: skip


def _error(found: Estimate, t: float) -> float:
    """The standard error behind a t interval."""
    return (found.upper - found.lower) / (2 * t)


def _who_came(
    frame: pd.DataFrame, outcome: str, baseline: str, arm: str
) -> tuple[pd.DataFrame, dict[Hashable, int], dict[Hashable, int]]:
    """The rows with both values; by arm the subjects that are missing, and all of them."""
    arms = checks.labels(frame[arm], name=arm, length=len(frame))
    came = frame[[outcome, baseline]].notna().all(axis=1).to_numpy()
    sizes = {name: int((arms == name).sum()) for name in dict.fromkeys(arms)}
    missing = {name: int((arms[~came] == name).sum()) for name in sizes}
    if empty := [name for name in sizes if missing[name] == sizes[name]]:
        raise NoEstimateError(
            f"{outcome}: expected somebody with an outcome in every arm, found nobody in {empty}; "
            "no model predicts an arm that was never seen: leave it out"
        )
    return frame[came], missing, sizes
