"""Limits of a harm and counts of adverse events in, their charts out; nothing is estimated."""

from __future__ import annotations

import math

import altair as alt
import pandas as pd

from helpers.analyse.proportions import zero_event_upper
from helpers.literate.harm_limits import Groups, power_by_risk
from helpers.literate.harms import Counts
from helpers.literate.outcome import Results
from helpers.present import charts_design, charts_rising, charts_safety
from helpers.rounding import per_cent, to_decimals

SIZES = range(4, 401)  # patients along the curve
POWER = 0.8  # marked by a line
MOST_RISK = 75  # per cent, at the right end of the power curves
NONE_SHOWN = "*In no class have enough patients an event for a comparison.*"


def risk_left_open(groups: Groups, needed: Results) -> alt.LayerChart:
    """The risk that no event leaves open by number of patients; the groups and the needs marked."""
    upper = [zero_event_upper(n).upper for n in SIZES]
    seen = [(n, zero_event_upper(n).upper) for n in groups.sizes]
    marks = [(int(r), int(percent) / 100) for percent, r in needed.items()]
    return charts_safety.chart_zero_events(
        pd.DataFrame({"n": SIZES, "upper": upper}),
        seen=pd.DataFrame([(n, u, f"{n} patients: {per_cent(u)} open") for n, u in seen],
                          columns=["n", "upper", "text"]),
        needed=pd.DataFrame([(n, u, f"below {per_cent(u)}: {n}") for n, u in marks],
                            columns=["n", "upper", "text"]),
        x_title="patients observed, none of them with the event",
        y_title="true risk not excluded",
    )  # fmt: skip


def chance_to_show(harms: Results, n: int) -> alt.LayerChart:
    """The chance that arms of `n` show a harm, by its risk in either arm; the doubled ones marked."""
    percents = [int(percent) for percent in dict.fromkeys(k.split(".")[0] for k in harms)]
    lines = power_by_risk(n, *percents, most=MOST_RISK)
    marks = pd.DataFrame([(2 * p, harms[f"{p}.doubled"].value, "") for p in percents],
                         columns=["risk", "power", "text"])  # fmt: skip
    named = charts_rising.names_beside(lines, x="risk", y="power", series="series")
    return charts_rising.chart_rising(
        lines, x="risk", y="power", series="series", marks=marks, percent=True, aim=POWER,
        name_at=named, x_title="true risk of the harm in the treated arm, %",
        y_title="chance that the trial shows it",
    )  # fmt: skip


def limit_by_condition(conditions: Results, base: float) -> alt.LayerChart:
    """The range of the limit over the cases of each condition; `base` is drawn through all."""
    rows = []
    for name in dict.fromkeys(k.split(".")[0] for k in conditions):
        cases = list(conditions[name].values())
        words, _, first = cases[0].about.parameter.partition(": ")
        ends = [100 * r.value for r in cases]
        last = cases[-1].about.parameter.partition(": ")[2]
        used = 100 * base if any(math.isclose(v, 100 * base) for v in ends) else math.nan
        text = f"{to_decimals(min(ends), 0):.0f}% to {to_decimals(max(ends), 0):.0f}%"
        rows.append((f"{words}: {first} … {last}", min(ends), used, max(ends), text))
    frame = pd.DataFrame(rows, columns=["row", "low", "value", "high", "text"])
    return charts_design.chart_ranges(
        frame, x_title="upper limit of the true risk, %", line=100 * base
    )


def by_class(counts: Counts, shares: Results, differences: Results) -> alt.HConcatChart:
    """Shares of patients by class and arm, beside them the differences from the reference arm."""
    study = counts.study
    empty = pd.DataFrame(columns=["parameter", "arm", "value", "lower", "upper"])
    less = differences.frame().dropna(subset=["value"]) if len(differences) else empty
    chart = charts_safety.chart_adverse_dots(
        (shares.frame() if len(shares) else empty).assign(what="Share"),
        less.assign(what=f"Difference from {study.reference}"),
        arms=study.arms, share_title="patients, %",
        difference_title=f"difference from\n{study.reference}, points",
    )  # fmt: skip
    hidden = {} if len(differences) else {"hidden": NONE_SHOWN}
    return chart.properties(usermeta={"study": study.short, **hidden})
