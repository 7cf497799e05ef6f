"""The table of estimators that R was asked about: plain name, topic, tolerance and call of each.

Nothing is computed here. Who adds an estimator with R values adds its row, or the comparison stops.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from helpers.analyse import (
    censored,
    competing,
    grouped,
    groups,
    interval,
    lessons,
    mixed,
    multiplicity,
    nominal,
    paired,
    paired_censored,
    panel,
    power,
    proportions,
    survival,
)
from helpers.reference import recompute as r

CLOSED = 1e-8  # a formula or a finite sum: what differs is rounding, or R's own root search
ITERATIVE = 1e-6  # a likelihood is climbed on both sides; each stops a little before the top
RANDOM = 1e-5  # R's multivariate normal integral is itself a random one
ONE = "One proportion, one rate"
TABLES = "Two proportions"
CHANGES = "Changes within patients"
ARMS = "Differences between arms"
SURVIVAL = "Time to event"
CENSORED = "Values and times known as bounds"
MANY = "Many comparisons, power and chance"
TOPICS = (ONE, TABLES, CHANGES, ARMS, SURVIVAL, CENSORED, MANY)


@dataclass(frozen=True)
class Method:
    """`function` is the estimator, `call` gives all its quantities for a data set's name.

    `tolerance` is how far ours may lie from R's, relative to R's.
    """

    title: str
    topic: str
    function: Callable
    call: r.Call
    tolerance: float = CLOSED

    @property
    def floor(self) -> int:
        """Power of ten below which differences are not told apart: they change with the processor.

        Measured by running under four instruction sets: formulas moved by less than 1e-12, climbed
        likelihoods by up to 2e-8.
        """
        return -11 if self.tolerance == CLOSED else -7

    @property
    def source(self) -> str:
        """The estimator as records name it: "helpers.analyse.paired:sign_test"."""
        return f"{self.function.__module__}:{self.function.__qualname__}"


def _proportion(name: str, title: str) -> Method:
    function = getattr(proportions, name)
    return Method(title, ONE, function, r.call_counts(function, "/"))


def _table(name: str, title: str) -> Method:
    function = getattr(proportions, name)
    return Method(title, TABLES, function, r.call_counts(function))


def _change(name: str, title: str) -> Method:
    function = getattr(paired, name)
    return Method(title, CHANGES, function, r.call_change(function))


def _log_rank(name: str, title: str, *columns: str) -> Method:
    function = getattr(survival, name)
    return Method(title, SURVIVAL, function, r.call_log_rank(function, *columns))


def _climbed(title: str, topic: str, function: Callable, call: r.Call) -> Method:
    return Method(title, topic, function, call, ITERATIVE)


METHODS: dict[str, Method] = {
    "clopper_pearson": _proportion("clopper_pearson", "Clopper-Pearson interval"),
    "wilson": _proportion("wilson", "Wilson interval"),
    "jeffreys": _proportion("jeffreys", "Jeffreys interval"),
    "bayes_upper": _proportion("bayes_upper", "Bayesian upper limit, flat prior"),
    "incidence_rate": Method("Garwood interval of a rate", ONE, proportions.incidence_rate, r.call_rate),
    "fisher": _table("fisher", "Fisher's test and conditional odds ratio"),
    "fisher_mid_p": _table("fisher_mid_p", "Mid-p version of Fisher's test"),
    "boschloo": _table("boschloo", "Boschloo's test"),
    "barnard": _table("barnard", "Barnard's test"),
    "newcombe_difference": _table("newcombe_difference", "Newcombe interval of a difference"),
    "miettinen_nurminen_difference": _table(
        "miettinen_nurminen_difference", "Miettinen-Nurminen interval of a difference"
    ),
    "signed_rank": Method(
        "Wilcoxon signed-rank test, exact", CHANGES, paired.signed_rank, r.call_signed_rank
    ),
    "hodges_lehmann": _change("hodges_lehmann", "Hodges-Lehmann shift"),
    "sign_test": _change("sign_test", "Sign test"),
    "median_interval": _change("median_interval", "Exact interval of a median"),
    "quartiles": _change("quartiles", "Median and quartiles"),
    "mean_change": _change("mean_change", "Mean change with t interval"),
    "two_sample_hodges_lehmann": Method(
        "Rank-sum test and shift between arms",
        ARMS,
        groups.two_sample_hodges_lehmann,
        r.call_two(groups.two_sample_hodges_lehmann),
    ),
    "welch_difference": Method(
        "Welch's t test", ARMS, groups.welch_difference, r.call_two(groups.welch_difference)
    ),
    "kruskal": Method("Kruskal-Wallis test", ARMS, groups.kruskal, r.call_kruskal),
    "ancova": Method("ANCOVA", ARMS, groups.ancova, r.call_ancova),
    "ancova_f_test": Method("ANCOVA, F test of all arms", ARMS, groups.ancova_f_test, r.call_ancova_f),
    "correlation pearson": Method(
        "Pearson correlation", ARMS, groups.correlation, r.call_correlation("pearson")
    ),
    "correlation spearman": Method(
        "Spearman correlation, exact P", ARMS, groups.correlation, r.call_correlation("spearman")
    ),
    "mmrm": _climbed("Mixed model for repeated measures", ARMS, mixed.mmrm, r.call_mmrm),
    "kaplan_meier": Method(
        "Kaplan-Meier curve, numbers at risk", SURVIVAL, survival.kaplan_meier, r.call_kaplan_meier
    ),
    "median_survival": Method(
        "Median time to event", SURVIVAL, survival.median_survival, r.call_median
    ),
    "rmst": Method("Restricted mean survival time", SURVIVAL, survival.rmst, r.call_rmst),
    "log_rank": _log_rank("log_rank", "Log-rank test", "arm"),
    "log_rank_pairwise": Method(
        "Log-rank test of two arms", SURVIVAL, survival.log_rank_pairwise, r.call_pairwise
    ),
    "log_rank_trend": _log_rank("log_rank_trend", "Log-rank test for trend", "dose"),
    "log_rank_stratified": _log_rank(
        "log_rank_stratified", "Stratified log-rank test", "arm", "stratum"
    ),
    "cox": _climbed("Cox hazard ratio", SURVIVAL, survival.cox, r.call_cox(survival.cox)),
    "cox_ph_check": _climbed(
        "Check of proportional hazards", SURVIVAL, survival.cox_ph_check, r.call_cox(survival.cox_ph_check)
    ),
    "grouped_hazard_ratio": _climbed(
        "Hazard ratio from visits", SURVIVAL, grouped.grouped_hazard_ratio, r.call_grouped
    ),
    "aalen_johansen": Method(
        "Aalen-Johansen incidence by cause", SURVIVAL, competing.aalen_johansen, r.call_competing
    ),
    "turnbull": _climbed("Turnbull estimate", CENSORED, interval.turnbull, r.call_turnbull),
    "tobit_mean": _climbed("Tobit mean", CENSORED, censored.tobit_mean, r.call_tobit_mean),
    "tobit_regression": _climbed(
        "Tobit regression", CENSORED, censored.tobit_regression, r.call_tobit_regression
    ),
    "censored_slope": _climbed(
        "Half-life above a limit", CENSORED, censored.censored_slope, r.call_half_life
    ),
    "paired_tobit": _climbed(
        "Change with either value below the limit",
        CENSORED,
        paired_censored.paired_tobit,
        r.call_paired_tobit,
    ),
    "adjust holm": Method("Holm's adjustment", MANY, multiplicity.adjust, r.call_adjust("holm")),
    "adjust benjamini-hochberg": Method(
        "Benjamini-Hochberg adjustment", MANY, multiplicity.adjust, r.call_adjust("benjamini-hochberg")
    ),
    "expected_false_positives": Method(
        "False alarms among many tests", MANY, multiplicity.expected_false_positives, r.call_false_positives
    ),
    "detectable_difference_mean": Method(
        "Detectable difference of means", MANY, power.detectable_difference_mean, r.call_detectable_mean
    ),
    "power_mean": Method("Power of the t test", MANY, power.power_mean, r.call_power_mean),
    "power_proportions_fisher": Method(
        "Power of Fisher's test", MANY, power.power_proportions_fisher, r.call_power_fisher
    ),
    "detectable_fold": Method(
        "Detectable ratio to baseline", MANY, panel.detectable_fold, r.call_detectable_fold
    ),
    "regression_to_the_mean": Method(
        "Regression to the mean", MANY, lessons.regression_to_the_mean, r.call_regression_to_the_mean
    ),
    "ever_crossing_probability": Method(
        "Ever crossing a threshold", MANY, lessons.ever_crossing_probability, r.call_ever_crossing
    ),
    "ever_crossing_probability mvn": Method(
        "Ever crossing, by another integral",
        MANY,
        lessons.ever_crossing_probability,
        r.call_ever_crossing,
        RANDOM,
    ),
    "difference_in_significance": Method(
        "Verdicts that differ by chance",
        MANY,
        lessons.difference_in_significance,
        r.call_difference_in_significance,
    ),
    "pattern_probability": Method(
        "Pattern of verdicts by chance", MANY, nominal.pattern_probability, r.call_pattern
    ),
    "significant_change": Method(
        "Change behind a printed P", MANY, nominal.significant_change, r.call_significant_change
    ),
}  # fmt: skip
