"""A drawn trial in; what compares two arms, with intervals and P of scipy, statsmodels and numpy, out."""

from __future__ import annotations

import math
import warnings

import numpy as np
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import test_poisson_2indep

from true_reports.printing import number, p_value
from true_reports.timed import followed

Z = 1.959964


def mean_differences(draw, trial):
    """A mean difference of two arms with means, SDs, its t interval and P."""
    arms, sizes = trial.two_arms(draw)
    rng = np.random.default_rng(draw.randrange(2**32))
    decimals, spread = draw.choice((1, 1, 2)), draw.choice((3.0, 8.0, 15.0))
    a = rng.normal(draw.choice((20, 23, 60)), spread, sizes[0])
    b = rng.normal(draw.choice((20, 60)), spread * draw.choice((1, 1.4)), sizes[1])
    test, equal = draw.choice((("t test", True), ("Welch's t test", False), ("", True)))
    found = stats.ttest_ind(a, b, equal_var=equal)
    ends = found.confidence_interval()
    out = {"kind": "ratio", "measure": "mean difference", "arms": arms, "test": test,
           "mean": [number(v.mean(), decimals) for v in (a, b)],
           "value": number(a.mean() - b.mean(), decimals),
           "ci": [number(e, decimals) for e in (ends.low, ends.high)]}  # fmt: skip
    if draw.random() < 0.8:
        out["sd"] = [number(v.std(ddof=1), decimals) for v in (a, b)]
    return {**out, "p": p_value(float(found.pvalue), draw)}


def rate_ratios(draw, trial):
    """Events over person-time in two arms, the ratio of rates or an efficacy, interval and P."""
    arms, sizes = trial.two_arms(draw)
    rng = np.random.default_rng(draw.randrange(2**32))
    time = [round(float(rng.uniform(0.6, 1.4, n).sum()), 1) for n in sizes]
    risk = draw.choice((0.1, 0.4, 1.2))
    x = [
        int(rng.poisson(risk * k * t))
        for k, t in zip((draw.choice((0.3, 0.7, 1)), 1), time, strict=True)
    ]
    if min(x) < 2:
        return None
    ratio = x[0] * time[1] / (x[1] * time[0])
    if draw.random() < 0.5:
        half = Z * math.sqrt(1 / x[0] + 1 / x[1])
        low, high = ratio * math.exp(-half), ratio * math.exp(half)
    else:  # Clopper-Pearson of the first arm's share of the events
        ends = proportion_confint(x[0], sum(x), method="beta")
        low, high = (e / (1 - e) * time[1] / time[0] for e in ends)
    p = test_poisson_2indep(x[0], time[0], x[1], time[1],
                            method=draw.choice(("exact-cond", "score", "cond-midp"))).pvalue  # fmt: skip
    out = {"kind": "ratio", "arms": arms, "count": [str(v) for v in x], "time": [number(t, 1) for t in time],
           "p": p_value(float(p), draw), "measure": "rate ratio"}  # fmt: skip
    if draw.random() < 0.4 and ratio < 1:
        shown = [number(100 * (1 - v), 1) for v in (ratio, high, low)]
        return {**out, "measure": "efficacy", "value": shown[0] + "%", "ci": shown[1:]}
    return {**out, "value": number(ratio, 2), "ci": [number(v, 2) for v in (low, high)]}


def curve_intervals(draw, trial):
    """Percentages of Kaplan-Meier curves with Greenwood's interval, plain or log-log."""
    arms, sizes = trial.two_arms(draw)
    time, event, arm = followed(draw, sizes, trial.visits, trial.lost_at_most)
    percent, pairs = [], []
    for k in range(2):
        here = time[arm == k], event[arm == k]
        if not here[1].any():
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = SurvfuncRight(*here)
        s, se = float(found.surv_prob[-1]), float(found.surv_prob_se[-1])
        if not 0.02 < s < 0.98:
            return None
        half = Z * se / (s * abs(math.log(s)))
        ends = {"plain": (s - Z * se, s + Z * se), "log-log": (s ** math.exp(half), s ** math.exp(-half)),
                "log": (s * math.exp(-Z * se / s), min(1.0, s * math.exp(Z * se / s)))}  # fmt: skip
        percent.append(s)
        pairs.append(ends)
    method = draw.choice(("plain", "log-log", "log"))
    decimals = draw.choice((0, 1))
    return {"kind": "km-percent", "arms": arms, "y_axis": "survival",
            "percent": [number(100 * s, decimals) + "%" for s in percent],
            "ci": [[number(100 * min(max(e, 0), 1), decimals) for e in pair[method]]
                   for pair in pairs]}  # fmt: skip


def interactions(draw, trial):
    """Hazard ratios in two subgroups; returned is the P of their interaction, the ratios stand before it."""
    arms, sizes = trial.two_arms(draw)
    if trial.results or min(sizes) < 20:
        return None
    names, z = [], []
    for k in range(2):
        time, event, arm = followed(draw, sizes, 200, 0)
        if min(event[arm == g].sum() for g in (0, 1)) < 4:
            trial.results.clear()
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = PHReg(time, (arm == 0).astype(float)[:, None], status=event, ties="efron").fit(
                disp=0
            )
        beta, error = float(found.params[0]), float(found.bse[0])
        ends = [number(np.exp(beta + s * Z * error), 2) for s in (-1, 1)]
        trial.results.append({"kind": "ratio", "measure": "hazard ratio", "arms": arms,
                              "value": number(np.exp(beta), 2), "ci": ends})  # fmt: skip
        names.append(f"r{k}")
        z.append((beta, error))
    p = 2 * stats.norm.sf(abs(z[0][0] - z[1][0]) / math.hypot(z[0][1], z[1][1]))
    return {"kind": "interaction", "arms": arms, "between": names, "p": p_value(float(p), draw)}
