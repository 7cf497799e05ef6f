"""Assumed falls of a panel's markers go in, what trials of that size would find of them comes out.

Many trials of n patients are drawn from one model and each is analysed as a real one would be, so
that the reader sees how far the findings of one panel scatter. It judges no data, and values below
a limit are left out of it. Changes are of logarithms, after less before.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.analyse import checks, ranks
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.proportions import clopper_pearson
from helpers.errors import AnalysisError


def drawn_changes(
    log_falls: Sequence[float],
    *,
    n: int,
    within_log_sd: float,
    correlation: float,
    trials: int,
    seed: int,
) -> np.ndarray:
    """Log changes of `trials` trials, shape (trials, n, markers).

    `log_falls`: the true mean change of each marker (0: none). Two measurements with a within-person
    SD `within_log_sd` each, so a change has sqrt(2) times that; the changes of two markers of a
    patient have `correlation` (0 to 1). A person's own level cancels.
    """
    falls = checks.vector(log_falls, name="log_falls")
    _, n = checks.count(0, n, name="n")
    _, trials = checks.count(0, trials, name="trials")
    checks.inside(within_log_sd, 0, math.inf, name="within_log_sd")
    if not 0 <= correlation <= 1:
        raise AnalysisError(f"correlation: expected 0 to 1, found {correlation}")
    random = np.random.default_rng(seed)
    shared = random.standard_normal((trials, n, 1))
    own = random.standard_normal((trials, n, len(falls)))
    noise = math.sqrt(correlation) * shared + math.sqrt(1 - correlation) * own
    return falls + within_log_sd * math.sqrt(2) * noise


def panel_findings(changes: np.ndarray, *, alpha: float = 0.05) -> pd.DataFrame:
    """How many markers each trial calls lower: by direction, unadjusted, and adjusted for number.

    `changes` (trials, n, markers) without ties or zeros. One row a trial: `lower` = markers with a
    Hodges-Lehmann estimate below 0; `unadjusted`, `benjamini-hochberg`, `holm` = those of them with
    a P (exact signed-rank, two-sided) of at most `alpha` after that adjustment.
    """
    changes = np.array(changes, dtype=float)
    if changes.ndim != 3 or 0 in changes.shape or not np.isfinite(changes).all():
        raise AnalysisError(
            f"changes: expected a finite trials x patients x markers array, found shape "
            f"{changes.shape}"
        )
    n, k = changes.shape[1:]
    order = np.abs(changes).argsort(axis=1).argsort(axis=1) + 1
    rises = np.where(changes > 0, order, 0).sum(axis=1)
    mass = ranks.signed_rank_null(np.arange(1.0, n + 1))[::2]
    tail = np.minimum(np.cumsum(mass), np.cumsum(mass[::-1])[::-1])
    p = np.minimum(1.0, 2 * tail)[rises]
    lower = rises < n * (n + 1) / 4
    steps, at = np.arange(1, k + 1), alpha * (1 + 1e-12)
    ordered = np.sort(p, axis=1)
    # step-down: up to the first that fails; step-up: up to the last that passes
    holm = np.cumprod(ordered <= at / (k + 1 - steps), axis=1).sum(axis=1)
    passed = ordered <= at * steps / k
    bh = np.where(passed, steps, 0).max(axis=1)
    rank = p.argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    return pd.DataFrame(
        {
            "lower": lower.sum(axis=1),
            "unadjusted": (lower & (p <= at)).sum(axis=1),
            "benjamini-hochberg": (lower & (rank < bh[:, None])).sum(axis=1),
            "holm": (lower & (rank < holm[:, None])).sum(axis=1),
        }
    )


@estimator
def middle_of_trials(counts: Sequence[int]) -> Estimate:
    """Median number of findings over simulated trials, with the range of the middle 95% of them.

    `counts`: one number a trial. The range says how trials scatter; it is no confidence interval.
    `n` is empty, since trials are not patients.
    """
    counts = checks.vector(counts, name="counts")
    low, mid, high = np.quantile(counts, [0.025, 0.5, 0.975], method="inverted_cdf")
    return Estimate("simulated trials", "median number of markers", mid, low, high)


def share_of_trials(hits: Sequence[bool], *, source: str = "") -> Estimate:
    """Share of simulated trials in which something happened, with its Monte Carlo 95% interval.

    Clopper-Pearson over the trials; `n` is empty, since trials are not patients. `source` names the
    function that made the trials.
    """
    hits = checks.flags(hits, name="hits", length=len(hits))
    found = clopper_pearson(int(hits.sum()), len(hits))
    return Estimate(
        "simulated trials", "probability", found.value, found.lower, found.upper, source=source
    )


@estimator
def significant_correlations(
    true: float, *, n: int, needed: float, trials: int, seed: int
) -> dict[str, Estimate]:
    """What significant rank correlations look like in trials of n patients with one true correlation.

    `true`: correlation of a bivariate normal; `needed`: smallest absolute rank correlation that
    counts as significant. Keys: "share" = trials with a significant one; "size" = median absolute
    size among these, quartiles as its ends; "wrong" = those of them with the wrong sign (of all
    significant ones). The overstatement is the type M error of Gelman & Carlin 2014, Perspect
    Psychol Sci 9:641.
    """
    _, n = checks.count(0, n, name="n")
    checks.inside(needed, 0, 1.0 + 1e-9, name="needed")
    checks.inside(true, -1, 1, name="true")
    random = np.random.default_rng(seed)
    x, noise = random.standard_normal((2, trials, n))
    y = true * x + math.sqrt(1 - true**2) * noise
    first, second = (v.argsort(axis=1).argsort(axis=1) - (n - 1) / 2 for v in (x, y))
    r = (first * second).sum(axis=1) / (n * (n**2 - 1) / 12)
    hit = np.abs(r) >= needed - 1e-9
    if not hit.any():
        raise AnalysisError(
            f"correlations: expected one of at least {needed}, found none; add trials"
        )
    low, mid, high = np.quantile(np.abs(r[hit]), [0.25, 0.5, 0.75])
    size = Estimate("quartiles", "median significant correlation", mid, low, high, level=0.5)
    wrong = share_of_trials(
        np.sign(r[hit]) != (math.copysign(1, true) if true else np.sign(r[hit]))
    )
    return {"share": share_of_trials(hit), "size": size, "wrong": wrong}
