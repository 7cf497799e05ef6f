"""A drawn trial in; results that rest on counts, with what was really counted, out.

Tests and intervals are scipy's and statsmodels's, none is ours.
"""

from __future__ import annotations

import warnings
from fractions import Fraction

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson

from true_reports.printing import number, p_value, percent


def events_of(draw, sizes):
    """Events of every arm: simulated patients, the arms alike or not."""
    base = draw.choice((0.05, 0.2, 0.4, 0.6, 0.9))
    shift = draw.choice((0, 0, 0.1, 0.3))
    rates = [min(max(base + shift * draw.uniform(-1, 1), 0.01), 0.99) for _ in sizes]
    return [
        sum(draw.random() < rate for _ in range(n)) for n, rate in zip(sizes, rates, strict=True)
    ]


def test_of(draw, events, sizes):
    """The name of a test (or "" where the report keeps it to itself) and its P."""
    table = [[x, n - x] for x, n in zip(events, sizes, strict=True)]
    if not 0 < sum(events) < sum(sizes):
        return "", float("nan")
    names = ["chi-square"]
    if len(sizes) == 2:
        names += ["Fisher", "Fisher", "chi-square with continuity correction"]
        if max(sizes) < 25:
            names += ["Barnard", "Boschloo"]
    name = draw.choice(names)
    found = {
        "Fisher": lambda: stats.fisher_exact(table)[1],
        "chi-square": lambda: stats.chi2_contingency(table, correction=False)[1],
        "chi-square with continuity correction": lambda: stats.chi2_contingency(table)[1],
        "Barnard": lambda: stats.barnard_exact(np.transpose(table), n=64).pvalue,
        "Boschloo": lambda: stats.boschloo_exact(np.transpose(table), n=64).pvalue,
    }[name]()
    shown = {"Fisher": "Fisher's exact test", "chi-square": "chi-squared test",
             "Barnard": "Barnard's test", "Boschloo": "Boschloo's test"}.get(name, name)  # fmt: skip
    return draw.choice(("", shown)), float(found)


def lost(draw, sizes):
    """The patients that were analysed: all, or some fewer, which the report then prints."""
    if draw.random() < 0.7:
        return sizes, {}
    kept = [max(2, n - draw.randint(0, max(1, n // 10))) for n in sizes]
    return kept, {"of": [str(n) for n in kept]}


def percentages(draw, trial):
    """Percentages of patients, of all arms or two of them, some with counts and a P."""
    arms, sizes = trial.some_arms(draw)
    sizes, more = lost(draw, sizes)
    events = events_of(draw, sizes)
    decimals, rule = (
        draw.choice((0, 0, 1, 1, 2)),
        draw.choice(("half-up", "half-up", "half-even", "cut-off")),
    )
    out = {"kind": "percent", "arms": arms, **more}
    out["percent"] = [
        percent(x, n, decimals, rule, draw) for x, n in zip(events, sizes, strict=True)
    ]
    if draw.random() < 0.4:
        out["count"] = [str(x) for x in events]
    if len(arms) > 1 and draw.random() < 0.7:
        name, p = test_of(draw, events, sizes)
        out |= {"p": p_value(p, draw), "test": name}
    return out


def _difference(draw, table):
    (x1, n1), (x2, n2) = table
    method = draw.choice(
        ("wald", "newcomb", "agresti-caffo")
    )  # its "score" is not that of Miettinen and Nurminen
    ends = confint_proportions_2indep(x1, n1, x2, n2, compare="diff", method=method)
    return "risk difference", Fraction(x1, n1) - Fraction(x2, n2), ends, ""


def _odds(draw, table):
    grid = np.array([[x, n - x] for x, n in table])
    if draw.random() < 0.3:
        found = stats.contingency.odds_ratio(grid)
        ends = found.confidence_interval(0.95)
        return (
            "odds ratio",
            found.statistic,
            (ends.low, ends.high),
            draw.choice(("Fisher's exact test", "")),
        )
    found = Table2x2(grid)
    return "odds ratio", found.oddsratio, found.oddsratio_confint(), ""


def _risk(draw, table):
    found = Table2x2(np.array([[x, n - x] for x, n in table]))
    return "risk ratio", found.riskratio, found.riskratio_confint(), ""


def ratios(draw, trial):
    """An odds ratio, risk ratio or difference with its interval; counts or percentages may stand beside."""
    arms, sizes = trial.two_arms(draw)
    sizes, more = lost(draw, sizes)
    events = events_of(draw, sizes)
    if any(x in (0, n) for x, n in zip(events, sizes, strict=True)):
        return None
    table = list(zip(events, sizes, strict=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        measure, value, ends, test = draw.choice((_odds, _risk, _difference))(draw, table)
    decimals, scale = draw.choice((2, 2, 1)), 1
    if measure == "risk difference":
        scale, decimals = draw.choice(((100, 1), (100, 1), (1, 3)))
    out = {
        "kind": "ratio",
        "arms": arms,
        "measure": measure,
        "test": test,
        **more,
        "value": number(value * scale, decimals),
        "ci": [number(float(e) * scale, decimals) for e in ends],
    }
    if measure == "risk difference" and scale == 100 and draw.random() < 0.7:
        out |= {"value": out["value"] + "%", "ci": [e + "%" for e in out["ci"]]}
    elif scale == 100 and max(abs(float(v)) for v in (out["value"], *out["ci"])) <= 1:
        return None
    shown = draw.random()
    if shown < 0.4:
        out["count"] = [str(x) for x in events]
    elif shown < 0.7:
        out["percent"] = [percent(x, n, draw.choice((0, 1)), "half-up", draw) for x, n in table]
    if draw.random() < 0.6:
        name, p = test_of(draw, events, sizes)
        out |= {"p": p_value(p, draw), "test": test or name}
        if test and "Fisher" not in name and name != test:
            out |= {"p": p_value(stats.fisher_exact([[x, n - x] for x, n in table])[1], draw)}
    return out


def zeros(draw, trial):
    """No event in all patients."""
    arms, sizes = trial.some_arms(draw)
    return {"kind": "zero", "arms": arms, "n": [str(sum(sizes))]}


def shares(draw, trial):
    """Percentages with their intervals by one of statsmodels's methods, some with counts."""
    arms, sizes = trial.some_arms(draw)
    sizes, more = lost(draw, sizes)
    events, decimals = events_of(draw, sizes), draw.choice((0, 1, 1, 2))
    method = draw.choice(("normal", "agresti_coull", "beta", "wilson", "jeffreys"))
    at, rule = draw.choice((0.95, 0.95, 0.95, 0.9, 0.99)), draw.choice(("half-up", "half-even"))
    out = {"kind": "percent", "arms": arms, **more, "level": f"{100 * at:g}%"}
    out["percent"] = [
        percent(x, n, decimals, rule, draw) for x, n in zip(events, sizes, strict=True)
    ]
    ends = [proportion_confint(x, n, alpha=1 - at, method=method)
            for x, n in zip(events, sizes, strict=True)]  # fmt: skip
    out["ci"] = [[number(100 * float(e), decimals, rule) for e in pair] for pair in ends]
    if draw.random() < 0.4:
        out["count"] = [str(x) for x in events]
    return out


def rates(draw, trial):
    """Events of patients who may have several, person-years, rates and Poisson intervals."""
    arms, sizes = trial.some_arms(draw)
    base, per = draw.choice((0.02, 0.3, 1.5)), draw.choice((1, 100, 1000))
    times = [n * draw.uniform(0.6, 2.5) for n in sizes]
    rng = np.random.default_rng(draw.randrange(2**32))
    events = [int(rng.poisson(base * t * draw.choice((1, 1, 0.5)))) for t in times]
    method = draw.choice(("exact-c", "exact-c", "score", "wald"))
    if method == "wald" and not all(events):
        return None
    decimals = max(0, draw.choice((1, 2)) - (per == 1000) + (per == 1))
    shown = [number(t, draw.choice((0, 1))) for t in times]
    out = {"kind": "rate", "arms": arms, "count": [str(x) for x in events]}
    out["rate"] = [number(per * x / t, decimals) for x, t in zip(events, times, strict=True)]
    ends = [confint_poisson(x, t, method=method) for x, t in zip(events, times, strict=True)]
    out["ci"] = [[number(per * float(e), decimals) for e in pair] for pair in ends]
    if not all(events) or draw.random() < 0.7:
        out["time"] = shown
    if draw.random() < 0.6:
        out["per"] = str(per)
    return out
