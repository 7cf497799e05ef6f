"""A drawn trial in; results as abstracts print them that leave words out, or say one-sided, out."""

from __future__ import annotations

import math

import numpy as np
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.multitest import multipletests

from true_reports.printing import number, p_value

METHODS = {"Bonferroni": "bonferroni", "Holm": "holm", "Hochberg": "simes-hochberg", "Šidák": "sidak",
           "Benjamini-Hochberg": "fdr_bh"}  # fmt: skip


def adjusted_differences(draw, trial):
    """Plain means and SDs beside a difference of an analysis of covariance; no word says adjusted."""
    arms, sizes = trial.two_arms(draw)
    if min(sizes) < 20:
        return None
    rng = np.random.default_rng(draw.randrange(2**32))
    arm, base = np.repeat([1.0, 0.0], sizes), rng.normal(0, 1, sum(sizes))
    change = (
        20
        - draw.choice((0, 2, 4)) * arm
        + draw.choice((1, 3, 5)) * base
        + rng.normal(0, 4, len(arm))
    )
    fit = sm.OLS(change, sm.add_constant(np.stack([arm, base], 1))).fit()
    values = [change[arm == k] for k in (1, 0)]
    return {"kind": "ratio", "measure": "mean difference", "arms": arms,
            "mean": [number(v.mean(), 1) for v in values], "sd": [number(v.std(ddof=1), 1) for v in values],
            "value": number(fit.params[1], 1), "ci": [number(e, 1) for e in fit.conf_int()[1]],
            "p": p_value(float(fit.pvalues[1]), draw)}  # fmt: skip


def adjusted_odds(draw, trial):
    """Counts beside an odds ratio of a logistic model with a covariate; no word says adjusted."""
    arms, sizes = trial.two_arms(draw)
    if min(sizes) < 80:
        return None
    rng = np.random.default_rng(draw.randrange(2**32))
    arm, base = np.repeat([1.0, 0.0], sizes), rng.normal(0, 1, sum(sizes))
    risk = 1 / (1 + np.exp(0.4 + draw.choice((0, 0.6, 0.9)) * arm - draw.choice((0.5, 1.0)) * base))
    event = (rng.random(len(arm)) < risk).astype(float)
    fit = sm.Logit(event, sm.add_constant(np.stack([arm, base], 1))).fit(disp=0)
    ends = np.exp(fit.conf_int()[1])
    return {"kind": "ratio", "measure": "odds ratio", "arms": arms,
            "count": [str(int(event[arm == k].sum())) for k in (1, 0)],
            "value": number(math.exp(fit.params[1]), 2), "ci": [number(e, 2) for e in ends],
            "p": p_value(float(fit.pvalues[1]), draw)}  # fmt: skip


def one_sided(draw, trial):
    """Counts, or means and SDs, with a one-sided P."""
    arms, sizes = trial.two_arms(draw)
    rng = np.random.default_rng(draw.randrange(2**32))
    if draw.random() < 0.5:
        x = [int(rng.binomial(n, risk)) for n, risk in zip(sizes, (0.5, 0.3), strict=True)]
        p = stats.fisher_exact(
            [[x[k], sizes[k] - x[k]] for k in (0, 1)], alternative="greater"
        ).pvalue
        if x[0] * sizes[1] <= x[1] * sizes[0]:
            return None
        return {"kind": "percent", "arms": arms, "count": [str(v) for v in x],
                "p": p_value(float(p), draw), "test": "one-sided Fisher's exact test"}  # fmt: skip
    a, b = rng.normal(24, 6, sizes[0]), rng.normal(20, 6, sizes[1])
    if a.mean() <= b.mean():
        return None
    p = stats.ttest_ind(a, b, alternative="greater").pvalue
    return {"kind": "mean", "arms": arms, "mean": [number(v.mean(), 2) for v in (a, b)],
            "sd": [number(v.std(ddof=1), 2) for v in (a, b)], "p": p_value(float(p), draw),
            "test": "t test (one-tailed)"}  # fmt: skip


def corrected(draw, trial):
    """P values of three outcomes, plain and corrected; returned is the last, the others stand before it."""
    arms, _ = trial.two_arms(draw)
    if trial.results or not trial.known:
        return None
    rng = np.random.default_rng(draw.randrange(2**32))
    raw = [float(p) for p in rng.uniform(0.002, 0.2, 3)]
    name = draw.choice(sorted(METHODS))
    every = multipletests(raw, method=METHODS[name])[1]
    for p, q in zip(raw, every, strict=True):
        trial.results.append({"kind": "among", "arms": arms, "p": number(p, 4),
                              "p_adjusted": number(min(float(q), 1.0), 3)})  # fmt: skip
    said = draw.choice((name, ""))
    for result in trial.results:
        result["correction"] = said
    return trial.results.pop()


def t_statistics(draw, trial):
    """t of two arms with its degrees of freedom, Student's or Welch's, means and SDs."""
    arms, sizes = trial.two_arms(draw)
    rng = np.random.default_rng(draw.randrange(2**32))
    a = rng.normal(24, draw.choice((3, 6, 9)), sizes[0])
    b = rng.normal(20, 6, sizes[1])
    equal = draw.random() < 0.4
    found = stats.ttest_ind(a, b, equal_var=equal)
    return {"kind": "statistic", "arms": arms, "t": number(found.statistic, 2),
            "df": number(float(found.df), 0 if equal else draw.choice((0, 1))),
            "mean": [number(v.mean(), 1) for v in (a, b)], "sd": [number(v.std(ddof=1), 1) for v in (a, b)],
            "p": p_value(float(found.pvalue), draw), "test": "t test"}  # fmt: skip
