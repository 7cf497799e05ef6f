"""Possible trials, splits and models of noise in, the charts of the essays out; nothing is estimated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from helpers.literate.false_responses import Wavering
from helpers.literate.outcome import Result, Results
from helpers.literate.possible_trials import PossibleTrials
from helpers.literate.scenarios import lost_cases
from helpers.possible.dropout import Arm
from helpers.present import charts_noise, charts_possible, charts_survival
from helpers.present.text import p_text

RESPONDED = {"x_title": "weeks", "y_title": "responded"}


def p_of_every_history(trials: PossibleTrials) -> alt.LayerChart:
    """Shares of all histories by log-rank P, the printed one marked."""
    return charts_possible.chart_p_histogram(
        trials.p_bars(), reported=trials.p_interval, x_title="log-rank P (log scale)",
        y_title="share of all histories, per bar",
    )  # fmt: skip


def weeks_saved(trials: PossibleTrials) -> alt.LayerChart:
    """Shares of histories by weeks saved: all, those that print P, these weighted."""
    words = pd.DataFrame(
        [(-9, 0.075, "all histories", "right"), (31, 0.16, "that also print P", "left"),
         (29, 0.4, "these, weighted", "left")],
        columns=["x", "share", "text", "align"],
    )  # fmt: skip
    return charts_possible.chart_gains(
        trials.gain_bars(), words, y_title="share of histories, per bar",
        x_title="weeks the low dose saves (below zero: control waits less)",
    )  # fmt: skip


def medians(trials: PossibleTrials) -> alt.LayerChart:
    """Shares of the histories that print P by the medians of both arms."""
    return charts_possible.chart_median_pairs(
        trials.median_pairs(), x_title="median on the low dose, week",
        y_title="median in control, week",
    )  # fmt: skip


def written_out(
    trials: PossibleTrials, found: Mapping[str, Any], tests: Results, titles: Sequence[str]
) -> alt.HConcatChart:
    """Histories written out as curves, side by side, each under its title and its P."""
    named = {
        name: f"{title}|{p_text(tests[name].p_value)}"
        for name, title in zip(found, titles, strict=True)
    }
    curves = trials.curves(found, named)
    return charts_survival.chart_trials(curves, arms=list(trials.split.arms[::-1]), **RESPONDED)


def lost_to_follow_up(lost: Sequence[Arm], printed: Result) -> alt.LayerChart:
    """What the second arm's printed share can stand for, by responders and lost."""
    return charts_possible.chart_bounds(
        lost_cases(lost), printed=printed.value, printed_text="printed",
        x_title="control patients who responded",
    )  # fmt: skip


def unprinted_dose(missing: Results, *, least: int = 8) -> alt.LayerChart:
    """P values that each count of the arm without a number would give, from `least` on."""
    names = {"trend": "trend over the doses", "control": "high dose against control"}
    rows = [
        {"x": int(x), "value": r.p_value, "test": words}
        for kind, words in names.items()
        for x, r in missing[kind].items()
        if int(x) >= least
    ]
    return charts_possible.chart_missing_count(
        pd.DataFrame(rows), x_title="responders on the high dose (not printed)"
    )


def responding_by_noise(waver: Wavering, rate: Result) -> alt.LayerChart:
    """Ever over the threshold with nothing happening, by CV and visits, beside the control arm."""
    limits = (rate.estimate.lower, rate.estimate.upper)
    return charts_noise.chart_false_response(
        waver.over_cv(), rate=rate.value, limits=limits, rate_text="control arm of the trial"
    )


def passing_rules(waver: Wavering) -> alt.LayerChart:
    """Who passes, once or at two visits running, by the true change."""
    return charts_noise.chart_passing(
        waver.passing(), x_title="true change of the CD4 count, %", y_title="pass the 30% rule"
    )


def one_at_a_time(waver: Wavering, moved: Results, rate: Result) -> alt.LayerChart:
    """How far each assumption moves the share that responds by noise."""
    lines = pd.DataFrame({"value": [rate.value], "text": ["control arm"]})
    return charts_noise.chart_swings(
        waver.swings(moved), base=waver.typical().value, x_title="respond although nothing changes",
        lines=lines,
    )  # fmt: skip
