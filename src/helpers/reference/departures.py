"""Stored data sets in, what a usual call gives and what this book gives out; nothing is judged here.

Each departure is a place where a library or R is deliberately not followed. Both numbers are
computed on the spot, so that a library that has caught up is noticed (tests/test_reference.py).
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from helpers.analyse import groups, paired, power, proportions, survival
from helpers.analyse.estimate import Estimate
from helpers.reference.method import MODEL, Z
from helpers.reference.stored import data, stored_values

COX = {"time": "time", "event": "event", "covariates": ["x"], **MODEL}


@dataclass(frozen=True)
class Departure:
    """`what` on which data; `call` is the usual call and `usual` its number; `ours` from `source`.

    `r_call` and `r` are R's word for ours ("" and NaN where ours follows from a definition alone).
    """

    key: str
    what: str
    call: str
    usual: float
    ours: float
    source: str
    r_call: str = ""
    r: float = math.nan
    digits: int | None = None


def _changes(name: str) -> np.ndarray:
    rows = data("changes")
    return rows.loc[rows["dataset"] == name, "value"].to_numpy()


def _survival(name: str) -> pd.DataFrame:
    rows = data("survival")
    return rows[rows["dataset"] == name].reset_index(drop=True)


def _arms(name: str) -> list[np.ndarray]:
    rows = data("two_groups")
    return [g["value"].to_numpy() for _, g in rows[rows["dataset"] == name].groupby("group")]


def _stored(estimator: str, dataset: str, quantity: str) -> tuple[str, float]:
    rows = stored_values().set_index(["estimator", "dataset", "quantity"]).sort_index()
    row = rows.loc[(estimator, dataset, quantity)]
    return str(row["r_call"]), float(row["r"])


def _by_default(key: str) -> tuple[str, float]:
    """What R prints of its own accord: (call, value)."""
    row = data("departures").set_index("departure").loc[key]
    return str(row["r_call"]), float(row["value"])


def quartile() -> Departure:
    """numpy and R interpolate between values; a median or quartile here is a value or a midpoint."""
    x = _changes("plain")
    ours = paired.quartiles(x).lower
    return Departure(
        "quartile", "Lower quartile of 12 changes", "numpy.quantile", float(np.quantile(x, 0.25)),
        ours, "helpers.analyse.paired:quartiles", *_stored("quartiles", "plain", "lower"),
    )  # fmt: skip


def median_time() -> Departure:
    """Four events, survival exactly 1/2 after the second: R takes the middle of the step."""
    usual = _by_default("median")[1]
    ours = survival.median_survival([12, 24, 48, 72], [1, 1, 1, 1]).value
    source = "helpers.analyse.survival:median_survival"
    return Departure(
        "median",
        "Median time, events at 12, 24, 48, 72",
        "R quantile(survfit)",
        usual,
        ours,
        source,
    )


def signed_rank() -> Departure:
    """scipy leaves the exact distribution with ties or zeros, but for very few subjects."""
    from scipy.stats import wilcoxon

    x = _changes("ties_zeros")
    usual = float(wilcoxon(x).pvalue)
    ours = paired.signed_rank(x, zeros="wilcoxon").p_value
    stored = _stored("signed_rank", "ties_zeros", "p_value wilcoxon")
    source = "helpers.analyse.paired:signed_rank"
    what = "Signed-rank P, ties and zeros"
    return Departure("signed-rank", what, "scipy.stats.wilcoxon", usual, ours, source, *stored, 4)


def rank_sum() -> Departure:
    """scipy and R leave the exact distribution as soon as there is a tie."""
    from scipy.stats import mannwhitneyu

    a, b = _arms("ties")
    ours = groups.two_sample_hodges_lehmann(a, b).p_value
    return Departure(
        "rank-sum", "Rank-sum P, ties", "scipy.stats.mannwhitneyu", float(mannwhitneyu(a, b).pvalue),
        ours, "helpers.analyse.groups:two_sample_hodges_lehmann",
        *_stored("two_sample_hodges_lehmann", "ties", "p_value"), 4,
    )  # fmt: skip


def spearman() -> Departure:
    """scipy takes the t approximation at any size."""
    from scipy.stats import spearmanr

    rows = data("pairs").query("dataset == 'nine'")
    ours = groups.correlation(rows["x"], rows["y"]).p_value
    return Departure(
        "spearman", "Spearman P, nine pairs", "scipy.stats.spearmanr",
        float(spearmanr(rows["x"], rows["y"]).pvalue), ours, "helpers.analyse.groups:correlation",
        *_stored("correlation spearman", "nine", "p_value"), 4,
    )  # fmt: skip


def score_interval() -> Departure:
    """statsmodels' limits for two equal groups are not mirror images of each other."""
    from statsmodels.stats.proportion import confint_proportions_2indep

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of its cubic's arc cosine
        usual = confint_proportions_2indep(5, 10, 5, 10, method="score", compare="diff")[0]
    ours = proportions.miettinen_nurminen_difference(5, 10, 5, 10).lower
    return Departure(
        "score", "Lower score limit of 5/10 minus 5/10", "statsmodels confint_proportions_2indep",
        float(usual), ours, "helpers.analyse.two_proportions:miettinen_nurminen_difference",
        *_stored("miettinen_nurminen_difference", "5 10 5 10", "lower"), 4,
    )  # fmt: skip


def _lifelines_cox(name: str):
    from lifelines import CoxPHFitter

    rows = _survival(name)
    arms = {a: (rows["arm"] == a).astype(float) for a in ("low", "high")}
    return CoxPHFitter().fit(rows[["time", "event", "x"]].assign(**arms), "time", "event"), rows


def proportional_hazards() -> Departure:
    """lifelines takes the covariance of the Schoenfeld residuals as the same at every event time."""
    from lifelines.statistics import proportional_hazard_test

    fit, rows = _lifelines_cox("visits")
    training = rows[["time", "event", "x"]].assign(
        low=(rows["arm"] == "low").astype(float), high=(rows["arm"] == "high").astype(float)
    )
    usual = proportional_hazard_test(fit, training, time_transform="rank").summary
    ours: Estimate = survival.cox_ph_check(rows, **COX)["high"]
    return Departure(
        "hazards", "Check of proportional hazards, chi-square, few visits",
        "lifelines proportional_hazard_test", float(usual.loc["high", "test_statistic"]),
        ours.value, "helpers.analyse.cox:cox_ph_check",
        *_stored("cox_ph_check", "visits high", "value"), 3,
    )  # fmt: skip


def hazard_ratio() -> Departure:
    """lifelines stops climbing early; its tolerance has to be tightened."""
    fit, rows = _lifelines_cox("heavy")
    return Departure(
        "cox", "Hazard ratio, heavy censoring", "lifelines CoxPHFitter",
        math.exp(fit.params_["high"]), survival.cox(rows, **COX)["high"].value,
        "helpers.analyse.cox:cox", *_stored("cox", "heavy high", "value"), 6,
    )  # fmt: skip


def restricted_mean() -> Departure:
    """lifelines' variance is that of one subject's time, not of the mean."""
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    rows = _survival("visits").query("arm == 'control'")
    fit = KaplanMeierFitter().fit(rows["time"], rows["event"])
    variance = restricted_mean_survival_time(fit, t=96, return_variance=True)[1]
    ours = survival.rmst(rows["time"], rows["event"], horizon=96)
    return Departure(
        "rmst", "Standard error of a restricted mean of 24 subjects",
        "lifelines restricted_mean_survival_time", math.sqrt(variance),
        (ours.upper - ours.lower) / 2 / Z, "helpers.analyse.survival:rmst",
        *_stored("rmst", "visits control", "se"), 2,
    )  # fmt: skip


def tail_power() -> Departure:
    """scipy's non-central t gives no number deep in a tail, and statsmodels hands that on."""
    from statsmodels.stats.power import TTestIndPower

    usual = float(TTestIndPower().power(effect_size=1.2, nobs1=530, alpha=0.05))
    ours = power.power_mean(530, 530, difference=1.2, sd=1).value
    return Departure(
        "power", "Power at 530 an arm and a large difference", "statsmodels TTestIndPower", usual,
        ours, "helpers.analyse.power:power_mean", *_by_default("power"), 2,
    )  # fmt: skip


ALL: tuple[Callable[[], Departure], ...] = (
    quartile, signed_rank, rank_sum, spearman, score_interval, median_time, restricted_mean,
    proportional_hazards, hazard_ratio, tail_power,
)  # fmt: skip


@cache
def departures() -> tuple[Departure, ...]:
    """Every departure with its numbers, in the order of the chapters."""
    return tuple(find() for find in ALL)
