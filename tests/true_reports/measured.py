"""A drawn trial in; results of measured or scored patients, with tests of scipy, out."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from true_reports.printing import number, p_value


def _scores(draw, sizes, low, high):
    """Whole numbers on a scale, one array an arm."""
    rng = np.random.default_rng(draw.randrange(2**32))
    out = []
    for n in sizes:
        a, b = draw.uniform(0.5, 4), draw.uniform(0.5, 4)
        out.append(low + np.round(rng.beta(a, b, n) * (high - low)).astype(int))
    return out


def _measures(draw, sizes):
    """Continuous values, one array an arm."""
    rng = np.random.default_rng(draw.randrange(2**32))
    centre, spread = draw.choice(((500, 150), (7.2, 1.1), (0.8, 0.3), (65, 12)))
    return [rng.normal(centre + spread * draw.uniform(-0.8, 0.8), spread * draw.uniform(0.7, 1.4), n)
            for n in sizes]  # fmt: skip


def _test_of(draw, values):
    if len(values) > 2:
        return draw.choice(("", "one-way ANOVA")), float(stats.f_oneway(*values).pvalue)
    welch = draw.random() < 0.4
    p = float(stats.ttest_ind(*values, equal_var=not welch).pvalue)
    return draw.choice(("", "Welch's t test" if welch else "t test")), p


def _interval(values, decimals, rule):
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return [number(values.mean() + s * half, decimals, rule) for s in (-1, 1)]


def means(draw, trial):
    """Means with SD, standard error or interval; whole-number scores or measures."""
    arms, sizes = trial.some_arms(draw)
    if min(sizes) < 3:
        return None
    scored = draw.random() < 0.5
    low, high = draw.choice(((0, 10), (1, 5), (1, 7), (0, 3)))
    values = _scores(draw, sizes, low, high) if scored else _measures(draw, sizes)
    decimals, rule = draw.choice((1, 2, 2)), draw.choice(("half-up", "half-even"))
    out = {"kind": "mean", "arms": arms}
    if scored:
        out |= {"items": 1, "scale": [low, high]}
        out["mean"] = [number(_exact_mean(v), decimals, rule) for v in values]
    else:
        out["mean"] = [number(v.mean(), decimals, rule) for v in values]
    spread = draw.random()
    if spread < 0.6:
        out["sd"] = [number(v.std(ddof=1), decimals, rule) for v in values]
    elif spread < 0.8:
        out["se"] = [number(v.std(ddof=1) / math.sqrt(len(v)), decimals + 1, rule) for v in values]
    else:
        out["ci"] = [_interval(v, decimals, rule) for v in values]
    if len(arms) > 1 and draw.random() < 0.8 and min(v.std() for v in values) > 0:
        name, p = _test_of(draw, values)
        out |= {"p": p_value(p, draw), "test": name}
    return out


def _exact_mean(values):
    from fractions import Fraction

    return Fraction(int(values.sum()), len(values))


def medians(draw, trial):
    """Medians of whole numbers, with range or quartiles, of scipy's Mann-Whitney test."""
    arms, sizes = trial.some_arms(draw)
    values = _scores(draw, sizes, 0, draw.choice((10, 100, 1000)))
    text = lambda v: number(float(v), 1 if float(v) % 1 else 0)  # noqa: E731
    out = {
        "kind": "median",
        "arms": arms,
        "whole": True,
        "median": [text(np.median(v)) for v in values],
    }
    if draw.random() < 0.5:
        out["range"] = [[str(v.min()), str(v.max())] for v in values]
    else:
        out["iqr"] = [[number(float(np.quantile(v, q)), 2) for q in (0.25, 0.75)] for v in values]
    if len(arms) == 2 and draw.random() < 0.5:
        p = float(stats.mannwhitneyu(*values).pvalue)
        out |= {"p": p_value(p, draw), "test": draw.choice(("", "Mann-Whitney U test"))}
    return out


def changes(draw, trial):
    """Changes within arms: means with SD and paired t, or medians before and after with signed ranks."""
    arms, sizes = trial.some_arms(draw)
    if min(sizes) < 6:
        return None
    before = _scores(draw, sizes, 0, 40)
    rng = np.random.default_rng(draw.randrange(2**32))
    after = [v + rng.integers(-4, 12 if draw.random() < 0.5 else 6, len(v)) + 4 for v in before]
    gains = [b - a for a, b in zip(before, after, strict=True)]
    if min(g.std() for g in gains) == 0:
        return None
    if draw.random() < 0.5:
        decimals = draw.choice((1, 2))
        p = [float(stats.ttest_1samp(g, 0).pvalue) for g in gains]
        return {"kind": "change", "arms": arms, "mean": [number(g.mean(), decimals) for g in gains],
                "sd": [number(g.std(ddof=1), decimals) for g in gains],
                "p": [p_value(v, draw) for v in p], "test": draw.choice(("", "paired t test"))}  # fmt: skip
    p = [float(stats.wilcoxon(g).pvalue) for g in gains]
    text = lambda v: number(float(np.median(v)), 1 if float(np.median(v)) % 1 else 0)  # noqa: E731
    out = {"kind": "change", "arms": arms, "before": [text(v) for v in before],
           "after": [text(v) for v in after], "p": [p_value(v, draw) for v in p],
           "test": draw.choice(("", "Wilcoxon signed-rank test"))}  # fmt: skip
    if draw.random() < 0.4:
        out["count"] = [str(int((g > 0).sum())) for g in gains]
    return out


def changes_with_intervals(draw, trial):
    """Mean changes with t intervals, some with SD or standard error too."""
    arms, sizes = trial.some_arms(draw)
    if min(sizes) < 4:
        return None
    gains = [v - w for v, w in zip(_measures(draw, sizes), _measures(draw, sizes), strict=True)]
    decimals, rule = draw.choice((1, 2)), draw.choice(("half-up", "half-even"))
    out = {"kind": "change", "arms": arms, "mean": [number(g.mean(), decimals, rule) for g in gains],
           "ci": [_interval(g, decimals, rule) for g in gains]}  # fmt: skip
    more = draw.random()
    if more < 0.4:
        out["sd"] = [number(g.std(ddof=1), decimals, rule) for g in gains]
    elif more < 0.7:
        out["se"] = [number(g.std(ddof=1) / math.sqrt(len(g)), decimals + 1, rule) for g in gains]
    if draw.random() < 0.7:
        out["p"] = [p_value(float(stats.ttest_1samp(g, 0).pvalue), draw) for g in gains]
    return out


def statistics(draw, trial):
    """A t, F, chi-square, z or r with its degrees of freedom and P."""
    arms, sizes = trial.two_arms(draw)
    n, decimals = sum(sizes), draw.choice((2, 2, 3))
    name, rng = (
        draw.choice(("t", "F", "chi-square", "z", "r")),
        np.random.default_rng(draw.randrange(2**32)),
    )
    z = float(rng.normal(draw.choice((0, 2)), 1))
    if name == "z":
        return {"kind": "statistic", "arms": arms, "z": number(z, decimals),
                "p": p_value(2 * stats.norm.sf(abs(z)), draw)}  # fmt: skip
    if name == "chi-square":
        df = draw.randint(1, 4)
        value = float(rng.chisquare(df) * draw.choice((1, 3)))
        return {"kind": "statistic", "arms": arms, "chi-square": number(value, decimals), "df": str(df),
                "p": p_value(stats.chi2.sf(value, df), draw)}  # fmt: skip
    if name == "F":
        df = max(n - 3, 1)
        value = float(rng.f(2, df) * draw.choice((1, 3)))
        return {"kind": "statistic", "arms": arms, "F": number(value, decimals), "df": ["2", str(df)],
                "p": p_value(stats.f.sf(value, 2, df), draw)}  # fmt: skip
    t, df = float(rng.standard_t(n - 2)) * draw.choice((1, 2)), n - 2
    if name == "t":
        return {"kind": "statistic", "arms": arms, "t": number(t, decimals), "df": str(df),
                "p": p_value(2 * stats.t.sf(abs(t), df), draw)}  # fmt: skip
    return {"kind": "correlation", "arms": arms, "r": number(t / math.sqrt(df + t * t), decimals),
            "n": str(n), "p": p_value(2 * stats.t.sf(abs(t), df), draw)}  # fmt: skip


def settled_means(draw, trial):
    """Means with SD, standard error, range and P: more than one number settles each."""
    arms, sizes = trial.some_arms(draw)
    if min(sizes) < 3:
        return None
    values, decimals = _measures(draw, sizes), draw.choice((1, 2))
    name, p = _test_of(draw, values) if len(values) > 1 else ("", float("nan"))
    return {"kind": "mean", "arms": arms, "mean": [number(v.mean(), decimals) for v in values],
            "sd": [number(v.std(ddof=1), decimals) for v in values],
            "se": [number(v.std(ddof=1) / math.sqrt(len(v)), decimals + 1) for v in values],
            "range": [[number(v.min(), decimals), number(v.max(), decimals)] for v in values],
            "p": p_value(p, draw), "test": name}  # fmt: skip


def ranged_means(draw, trial):
    """Means with SD and range alone, of few patients or many, skewed or not."""
    arms, sizes = trial.some_arms(draw)
    if min(sizes) < 3:
        return None
    values, decimals = _measures(draw, sizes), draw.choice((1, 2))
    if draw.random() < 0.5:
        values = [np.exp(v / v.mean() * 2) for v in values]
    return {"kind": "mean", "arms": arms, "mean": [number(v.mean(), decimals) for v in values],
            "sd": [number(v.std(ddof=1), decimals) for v in values],
            "range": [[number(v.min(), decimals), number(v.max(), decimals)] for v in values]}  # fmt: skip


def settled_changes(draw, trial):
    """Means before and after, the mean change with SD and interval, and its paired t test."""
    arms, sizes = trial.some_arms(draw)
    if min(sizes) < 4:
        return None
    before = _measures(draw, sizes)
    rng = np.random.default_rng(draw.randrange(2**32))
    after = [v + rng.normal(0.3 * v.std(), v.std(), len(v)) for v in before]
    gains, decimals = [b - a for a, b in zip(before, after, strict=True)], draw.choice((1, 2))
    shown = {"before": before, "after": after, "mean": gains}
    out = {"kind": "change", "arms": arms, "test": draw.choice(("", "paired t test"))}
    out |= {k: [number(v.mean(), decimals) for v in vs] for k, vs in shown.items()}
    out["sd"] = [number(g.std(ddof=1), decimals) for g in gains]
    out["ci"] = [_interval(g, decimals, "half-up") for g in gains]
    out["p"] = [p_value(float(stats.ttest_1samp(g, 0).pvalue), draw) for g in gains]
    return out


def named_statistics(draw, trial):
    """A t, F or r of named tests, with its degrees of freedom and P; the arms' sizes are known."""
    arms, sizes = trial.some_arms(draw)
    if len(arms) < 2:
        return None
    values, decimals = _measures(draw, sizes), draw.choice((2, 2, 3))
    if len(arms) > 2:
        f, p = stats.f_oneway(*values)
        df = [str(len(arms) - 1), str(sum(sizes) - len(arms))]
        return {"kind": "statistic", "arms": arms, "F": number(float(f), decimals), "df": df,
                "test": "one-way ANOVA", "p": p_value(float(p), draw)}  # fmt: skip
    if draw.random() < 0.4:
        x = np.concatenate(values)
        r, p = stats.pearsonr(x, x + np.random.default_rng(len(x)).normal(0, 2 * x.std(), len(x)))
        return {"kind": "correlation", "arms": arms, "r": number(float(r), decimals), "n": str(len(x)),
                "df": str(len(x) - 2), "p": p_value(float(p), draw)}  # fmt: skip
    welch = draw.random() < 0.5
    found = stats.ttest_ind(*values, equal_var=not welch)
    return {"kind": "statistic", "arms": arms, "t": number(float(found.statistic), decimals),
            "df": number(float(found.df), 1 if welch else 0), "p": p_value(float(found.pvalue), draw),
            "test": "Welch's t test" if welch else "Student's t test"}  # fmt: skip
