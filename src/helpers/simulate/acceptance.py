"""Simulated arrays in, P values out; used only to keep or discard a draw, never to report.

Two-sided throughout. The book's own estimators live in `helpers.analyse`; these are scipy's and a
least-squares fit, so that a cohort is not conditioned on the code that later analyses it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def within_arm(change: np.ndarray) -> tuple[float, float]:
    """P of the paired t-test and of the Wilcoxon signed-rank test of one arm's changes."""
    from scipy import stats

    return float(stats.ttest_1samp(change, 0).pvalue), float(stats.wilcoxon(change).pvalue)


def log_rank(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """P of the log-rank test of two arms whose times to response are whole visits.

    Shapes (..., subjects); inf = no response by the last visit. One P a leading index, so that a
    thousand cohorts are judged at once.
    """
    from scipy import stats

    visits = np.unique(np.concatenate([first.ravel(), second.ravel()]))
    excess, variance = 0.0, 0.0
    for visit in visits[np.isfinite(visits)]:
        at_risk = [(arm >= visit).sum(axis=-1) for arm in (first, second)]
        events = [(arm == visit).sum(axis=-1) for arm in (first, second)]
        risk, event = np.add(*at_risk), np.add(*events)
        share = at_risk[0] / np.maximum(risk, 1)
        excess = excess + events[0] - event * share
        left = (risk - event) / np.maximum(risk - 1, 1)
        variance = variance + event * share * (1 - share) * left
    return stats.chi2.sf(excess**2 / variance, 1)


def between_arms(outcome: Sequence[np.ndarray], baseline: Sequence[np.ndarray]) -> list[float]:
    """P of every comparison of the arms' `outcome` (change from baseline, one array an arm).

    ANCOVA on baseline: overall F test and each pair by t from the common fit; Kruskal-Wallis;
    each pair by Welch's t-test and by the rank-sum test.
    """
    from scipy import stats

    pairs = [(i, j) for i in range(len(outcome)) for j in range(i)]
    ranks = [
        float(test(outcome[i], outcome[j]).pvalue)
        for i, j in pairs
        for test in (_welch, stats.mannwhitneyu)
    ]
    return [*ancova(outcome, baseline), float(stats.kruskal(*outcome).pvalue), *ranks]


def overall(outcome: Sequence[np.ndarray], baseline: Sequence[np.ndarray]) -> list[float]:
    """P of the two tests of all arms at once: ANCOVA's F and Kruskal-Wallis."""
    from scipy import stats

    return [ancova(outcome, baseline)[0], float(stats.kruskal(*outcome).pvalue)]


def ancova(outcome: Sequence[np.ndarray], baseline: Sequence[np.ndarray]) -> list[float]:
    """P of the overall F test of the arms and of each pair, adjusted for baseline."""
    from scipy import stats

    arms = len(outcome)
    y, base = np.concatenate(outcome), np.concatenate(baseline)
    arm = np.repeat(np.arange(arms), [len(values) for values in outcome])
    dummies = (arm[:, None] == np.arange(arms)).astype(float)
    full = np.column_stack([dummies, base])
    beta, rss, *_ = np.linalg.lstsq(full, y, rcond=None)
    _, null_rss, *_ = np.linalg.lstsq(np.column_stack([np.ones_like(y), base]), y, rcond=None)
    df = len(y) - arms - 1
    variance = rss[0] / df
    overall = stats.f.sf((null_rss[0] - rss[0]) / (arms - 1) / variance, arms - 1, df)
    covariance = variance * np.linalg.inv(full.T @ full)
    pairs = [(i, j) for i in range(arms) for j in range(i)]
    errors = [np.sqrt(covariance[i, i] + covariance[j, j] - 2 * covariance[i, j]) for i, j in pairs]
    differences = [abs(beta[i] - beta[j]) for i, j in pairs]
    tails = 2 * stats.t.sf(np.divide(differences, errors), df)
    return [float(overall), *tails.tolist()]


def holm_count(p_values: Sequence[float], *, alpha: float = 0.05) -> int:
    """How many of the P values are significant after Holm's step-down correction."""
    ordered = np.sort(np.asarray(p_values))
    passed = ordered <= alpha / np.arange(len(ordered), 0, -1)
    return int(np.argmin(passed)) if not passed.all() else len(ordered)


def _welch(first: np.ndarray, second: np.ndarray):
    from scipy import stats

    return stats.ttest_ind(first, second, equal_var=False)
