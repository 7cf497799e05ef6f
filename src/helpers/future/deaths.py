"""A plan for trials in which patients die goes in, how often each analysis succeeds comes out.

Who dies has no count at the end. An analysis of survivors' counts leaves the dead out; a worst-rank
analysis (Lachin 1999, Controlled Clinical Trials 20:408) puts them below every survivor, all alike.
Trials are simulated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.power import rejected_outcomes
from helpers.analyse.proportions import wilson
from helpers.analyse.sample_size import fewest_simulated
from helpers.analyse.threshold_crossing import log_sd

MOST_FOR_FISHER = 500  # patients an arm; its table of outcomes grows with their square


@dataclass(frozen=True)
class Course:
    """A year of patients with very low counts on standard treatment; counts in cells/µL.

    `start`, `start_log_sd`: median of the true count at the start, SD of its natural logarithm;
    `gain`, `gain_log_sd`: the same of the year's gain; `cv`: of one count within a patient;
    `deaths`: share that dies in the year; `frailty`: correlation between gaining little and dying,
    0 to below 1.
    """

    start: float
    start_log_sd: float
    gain: float
    gain_log_sd: float
    cv: float
    deaths: float
    frailty: float


@dataclass(frozen=True)
class Effect:
    """What the added treatment does: `cells` more at the end (cells/µL), and the share of `deaths`
    that it prevents (0 to 1).
    """

    cells: float = 0.0
    deaths: float = 0.0


def arm(
    course: Course, effect: Effect, *, shape: tuple[int, ...], rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Counts at the end and who has died, both of `shape`; the dead have a count nobody took."""
    luck = rng.standard_normal(shape)
    gain = course.gain * np.exp(course.gain_log_sd * luck)
    start = course.start * np.exp(course.start_log_sd * rng.standard_normal(shape))
    true = np.maximum(start + gain + effect.cells, 1.0)  # a harm takes no more than all cells
    count = true * np.exp(log_sd(course.cv) * rng.standard_normal(shape))
    weak = -course.frailty * luck + math.sqrt(1 - course.frailty**2) * rng.standard_normal(shape)
    died = weak > -special.ndtri(course.deaths * (1 - effect.deaths))
    return count, died


def rank_sum_z(counts: np.ndarray, died: np.ndarray, *, first: int, worst: bool) -> np.ndarray:
    """Wilcoxon rank-sum z of each row, positive where the first `first` columns rank higher.

    `worst`: the dead share the lowest rank; else they are left out. Variance corrected for that
    tie, no continuity correction; survivors' counts are taken to have no ties. NaN where one arm
    has nobody.
    """
    order = np.where(died, -np.inf, counts).argsort(axis=1)
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(counts.shape[1])[None, :], axis=1)
    dead = died.sum(axis=1)
    rank = np.where(died, (dead[:, None] + 1) / 2, place + 1.0)
    here = np.ones_like(died) if worst else ~died
    rank = rank - (0 if worst else dead[:, None])
    n1, n = here[:, :first].sum(axis=1), here.sum(axis=1)
    excess = (rank * here)[:, :first].sum(axis=1) - n1 * (n + 1) / 2
    tie = (dead**3 - dead) / np.maximum(n * (n - 1), 1) if worst else 0.0
    variance = n1 * (n - n1) / 12 * (n + 1 - tie)
    return excess / np.sqrt(np.where(variance > 0, variance, np.nan))


@estimator
def success_probability(
    course: Course, effect: Effect, *, n: int, trials: int, seed: int, alpha: float = 0.05
) -> dict[str, Estimate]:
    """How often trials of `n` patients an arm come out in favour of the treatment, by analysis.

    "survivors": rank-sum test of survivors' counts; "worst rank": with the dead below them;
    "deaths": Fisher's exact test of deaths. In favour: two-sided P up to `alpha` and the treated
    ahead. Intervals (Wilson) show the Monte Carlo error. Deaths up to about 500 an arm: beyond,
    only the rank-sum analyses are made.
    """
    checks.inside(alpha, 0, 1, name="alpha")
    rng = np.random.default_rng(seed)
    arms = [arm(course, e, shape=(trials, n), rng=rng) for e in (effect, Effect())]
    counts, died = (np.concatenate(parts, axis=1) for parts in zip(*arms, strict=True))
    critical = special.ndtri(1 - alpha / 2)
    won = {
        "survivors": rank_sum_z(counts, died, first=n, worst=False) >= critical,
        "worst rank": rank_sum_z(counts, died, first=n, worst=True) >= critical,
    }
    if n <= MOST_FOR_FISHER:
        dead = [d.sum(axis=1) for _, d in arms]
        won["deaths"] = rejected_outcomes(n, n, alpha)[dead[0], dead[1]] & (dead[0] < dead[1])
    return {name: _share(name, won[name], 2 * n) for name in won}


def _share(analysis: str, won: np.ndarray, n: int) -> Estimate:
    test = "fisher exact" if analysis == "deaths" else "wilcoxon rank-sum"
    found = wilson(int(won.sum()), len(won))
    return Estimate(f"{test}, simulated", "power", found.value, found.lower, found.upper, n=n)


@estimator
def patients_for_success(
    course: Course,
    effect: Effect,
    *,
    analysis: str = "worst rank",
    power: float = 0.9,
    trials: int,
    seed: int,
    most: int = 3000,
) -> Estimate:
    """Fewest patients an arm with which a rank-sum analysis of `success_probability` has `power`.

    Bisection with one seed; the interval is where the power's Monte Carlo limits reach `power`.
    NaN where `most` an arm do not suffice.
    """

    sizes = fewest_simulated(
        lambda n: success_probability(course, effect, n=n, trials=trials, seed=seed)[analysis],
        power_wanted=power,
        least=4,
        most=most,
    )
    return Estimate("wilcoxon rank-sum, simulated", "patients per arm", *sizes)
