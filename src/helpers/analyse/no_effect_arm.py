"""An entry threshold and noise go in, how often an unchanged arm "rises significantly" comes out.

Regression to the mean as a test sees it: a companion of `lessons.regression_to_the_mean`, which
gives the mean rise. The changes of people entered by a low reading are skewed, so that a non-central
t would promise too much: arms are simulated, with a Monte Carlo interval. No data.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.proportions import clopper_pearson
from helpers.analyse.threshold_crossing import log_sd
from helpers.errors import AnalysisError


@dataclass(frozen=True)
class Entry:
    """Who is screened and who may enter, in one unit (cells/µL).

    True levels are log-normal (`median`, SD `between_log_sd` of the natural logarithm); only people
    read above `lower` and at most `upper` enter; all of `low_counts` readings must be so, the last of
    which is the first of the trial.
    """

    lower: float
    upper: float
    median: float
    between_log_sd: float
    low_counts: int = 1


def entry_readings(
    entry: Entry, *, cv: float, shape: tuple[int, ...], rng: np.random.Generator
) -> tuple[np.ndarray, float, float, float]:
    """The readings with which people enter, standardised, and the law behind: median, SD, share.

    Median and SD are those of the natural logarithm of a reading of all screened; the share is how
    much of a reading's distance from the median is true. Drawn from the truncated distribution:
    nobody is drawn in vain.
    """
    if not 0 <= entry.lower < entry.upper:
        raise AnalysisError(
            f"entry: expected 0 <= lower < upper, found {entry.lower} and {entry.upper}"
        )
    middle = math.log(checks.inside(entry.median, 0, math.inf, name="median"))
    between = checks.inside(entry.between_log_sd, 0, math.inf, name="between_log_sd")
    total = math.hypot(log_sd(cv), between)
    ends = [(math.log(c) - middle) / total if c > 0 else -math.inf
            for c in (entry.lower, entry.upper)]  # fmt: skip
    low, high = special.ndtr(ends)
    first = special.ndtri(low + (high - low) * rng.random(shape))
    return first, middle, total, (between / total) ** 2


def unchanged_readings(entry: Entry, *, cv: float, shape: tuple[int, ...], seed: int) -> np.ndarray:
    """First and second reading (leading axis) of people who entered and whose level is constant.

    In the entry's unit; log-normal errors of coefficient of variation `cv`, median 1. The first is
    that of `entry_readings`, the second is drawn given the first. Where further readings had to be
    low, people are drawn and kept with the chance that theirs were.
    """
    rng = np.random.default_rng(seed)
    checks.count(entry.low_counts, max(entry.low_counts, 1), name="low_counts")
    if entry.low_counts > 1:
        kept = list(_confirmed(entry, cv, math.prod(shape), rng))
        return np.concatenate(kept, axis=1)[:, : math.prod(shape)].reshape(2, *shape)
    first, middle, total, kept = entry_readings(entry, cv=cv, shape=shape, rng=rng)
    second = kept * first + math.sqrt(1 - kept**2) * rng.standard_normal(shape)
    return np.exp(middle + total * np.stack([first, second]))


def _confirmed(entry: Entry, cv: float, people: int, rng: np.random.Generator):
    """Blocks of first and second readings of those let in, until there are `people`."""
    error, found = log_sd(cv), 0
    while found < people:
        first, middle, total, kept = entry_readings(entry, cv=cv, shape=(people,), rng=rng)
        true = kept * first * total + error * math.sqrt(kept) * rng.standard_normal(people)
        low, high = (
            special.ndtr((math.log(c) - middle - true) / error) if c > 0 else 0.0
            for c in (entry.lower, entry.upper)
        )
        let_in = rng.random(people) < (high - low) ** (entry.low_counts - 1)
        second = true + error * rng.standard_normal(people)
        found += int(let_in.sum())
        yield np.exp(middle + np.stack([total * first, second])[:, let_in])


@estimator
def false_rise_probability(
    entry: Entry, *, cv: float, n: int, trials: int, seed: int, alpha: float = 0.05
) -> Estimate:
    """Probability that the paired t test against baseline finds a rise in `n` who did not change.

    A rise: mean above zero and two-sided P below `alpha`. `value` is the share of `trials` arms, its
    interval the exact one for Monte Carlo error. Readings as `unchanged_readings`.
    """
    n, _ = checks.count(n, max(n, 1), name="n")
    checks.inside(alpha, 0, 1, name="alpha")
    if n < 2:
        raise AnalysisError(f"n: expected at least 2 patients, found {n}")
    first, second = unchanged_readings(entry, cv=cv, shape=(trials, n), seed=seed)
    change = second - first
    t = change.mean(axis=1) / change.std(axis=1, ddof=1) * math.sqrt(n)
    risen = int((t > special.stdtrit(n - 1, 1 - alpha / 2)).sum())
    share = clopper_pearson(risen, trials)
    return Estimate("paired t", "probability", share.value, share.lower, share.upper, n=n)
