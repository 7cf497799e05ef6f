"""A stored case of multiplicity, power or noise in, our value of R's every quantity out."""

from __future__ import annotations

from collections.abc import Callable

from helpers.analyse import (
    assurance,
    multiplicity,
    noise,
    panel,
    power,
    repeated,
    sample_size,
    significance_pattern,
    threshold_crossing,
)
from helpers.reference.method import RANDOM, Method, fields, numbers

P_VALUES = [0.001, 0.04, 0.03, 0.2, 0.008, 0.04, 0.9]
PRINTED = {"alphas": [0.001, 0.001, 0.05], "rises": [True, True, False]}


def adjust(kind: str, title: str) -> Method:
    """The seven P values, adjusted by `kind`."""

    def call(name):
        adjusted = multiplicity.adjust(P_VALUES, method=kind)
        return {str(i): float(p) for i, p in enumerate(adjusted, 1)}

    return Method(title, multiplicity.adjust, call)


def false_positives(name: str) -> dict[str, float]:
    """Probability of at least j false alarms among so many tests, by j."""
    found = multiplicity.expected_false_positives(int(name))["probability"]
    return {str(j): float(p) for j, p in enumerate(found)}


def detectable_mean(name: str) -> dict[str, float]:
    """Detectable difference at 80% and at 90% power, by power."""
    n1, n2 = map(int, name.split())
    found = {p: power.detectable_difference_mean(n1, n2, power=p, sd=1) for p in (0.8, 0.9)}
    return {str(p): e.value for p, e in found.items()}


def detectable_proportion(name: str) -> dict[str, float]:
    """Detectable rise of a proportion: "n1 n2 p2"."""
    n1, n2, p2 = numbers(name)
    return fields(power.detectable_difference_proportion(int(n1), int(n2), p2))


def power_mean(name: str) -> dict[str, float]:
    """Power at a difference of 0.7 standard deviations."""
    return fields(power.power_mean(*map(int, name.split()), difference=0.7, sd=1))


def power_fisher(name: str) -> dict[str, float]:
    """Power at two proportions and sizes: "0.9 0.4 9 11"."""
    p1, p2, n1, n2 = numbers(name)
    return fields(power.power_proportions_fisher(p1, p2, int(n1), int(n2)))


def detectable_fold(name: str) -> dict[str, float]:
    """Detectable ratio: "n/SD/power/alpha"."""
    n, sd, wanted, alpha = map(float, name.split("/"))
    return fields(panel.detectable_fold(int(n), log_sd=sd, power=wanted, alpha=alpha))


def regression_to_the_mean(name: str) -> dict[str, float]:
    """Expected rise: "law cv lower threshold mean sd"."""
    law, rest = name.split(maxsplit=1)
    names = ("cv", "lower", "threshold", "population_mean", "population_sd")
    model = dict(zip(names, numbers(rest), strict=True))
    return fields(threshold_crossing.regression_to_the_mean(**model, distribution=law))


def ever_crossing(title: str, tolerance: float) -> Method:
    """Probability to cross at least once: "cv rise visits"."""

    def call(name):
        cv, rise, visits = numbers(name)
        return fields(
            threshold_crossing.ever_crossing_probability(cv=cv, rise=rise, visits=int(visits))
        )

    return Method(title, threshold_crossing.ever_crossing_probability, call, tolerance)


def cv_for_crossing(name: str) -> dict[str, float]:
    """The variability behind a share of ever-responders: "share rise visits"."""
    share, rise, visits = numbers(name)
    return fields(noise.cv_for_ever_crossing(share=share, rise=rise, visits=int(visits)))


def crossing_after_entry(name: str) -> dict[str, float]:
    """Ever-responding after a low baseline: "cv rise visits lower upper median SD"."""
    cv, rise, visits, *window = numbers(name)
    names = ("lower", "upper", "median", "between_log_sd")
    known = dict(zip(names, window, strict=True))
    return fields(noise.ever_crossing_after_entry(cv=cv, rise=rise, visits=int(visits), **known))


def difference_in_significance(name: str) -> dict[str, float]:
    """Probability of unlike verdicts: "n effect arms"."""
    n, effect, arms = numbers(name)
    return fields(
        threshold_crossing.difference_in_significance(n=int(n), effect=effect, arms=int(arms))
    )


def pattern(name: str) -> dict[str, float]:
    """Probability of the pattern of P values that `PRINTED` names: "n effect"."""
    n, effect = numbers(name)
    return fields(significance_pattern.pattern_probability(n=int(n), effect=effect, **PRINTED))


def significant_change(name: str) -> dict[str, float]:
    """Change in SD that gives P = 0.001 at this n."""
    return fields(significance_pattern.significant_change(n=int(name), alpha=0.001))


def behind_verdicts(title: str, function: Callable) -> Method:
    """What the verdicts within arms leave to the comparison between them: "n ratio"."""

    def call(name):
        n, ratio = numbers(name)
        return fields(function(n=int(n), ratio=ratio))

    return Method(title, function, call)


def patients_for_mean(name: str) -> dict[str, float]:
    """Patients an arm: "difference SD power alpha"."""
    difference, sd, wanted, alpha = numbers(name)
    return fields(
        sample_size.patients_for_mean(
            difference=difference, sd=sd, power_wanted=wanted, alpha=alpha
        )
    )


def patients_for_proportions(name: str) -> dict[str, float]:
    """Patients an arm: "p1 p2 power alpha"."""
    p1, p2, wanted, alpha = numbers(name)
    return fields(sample_size.patients_for_proportions(p1, p2, power_wanted=wanted, alpha=alpha))


def patients_for_fisher(name: str) -> dict[str, float]:
    """Patients an arm: "p1 p2 power"."""
    p1, p2, wanted = numbers(name)
    return fields(sample_size.patients_for_fisher(p1, p2, power_wanted=wanted))


def assurance_mean(name: str) -> dict[str, float]:
    """Assurance of the t test: "n1 n2 mean SD-of-the-mean SD"."""
    n1, n2, mean, mean_sd, sd = numbers(name)
    return fields(assurance.assurance_mean(int(n1), int(n2), mean=mean, mean_sd=mean_sd, sd=sd))


def assurance_fisher(name: str) -> dict[str, float]:
    """Assurance of Fisher's test: "a1 b1 a2 b2 n1 n2"."""
    a1, b1, a2, b2, n1, n2 = numbers(name)
    return fields(assurance.assurance_fisher((a1, b1), (a2, b2), int(n1), int(n2)))


def belief_of_benefit(name: str) -> dict[str, float]:
    """That one beta-distributed proportion is above the other: "a1 b1 a2 b2"."""
    a1, b1, a2, b2 = numbers(name)
    return fields(assurance.belief_of_benefit((a1, b1), (a2, b2)))


def ancova_sd(name: str) -> dict[str, float]:
    """SD left by a baseline: "between change within baselines followups"."""
    between, change, within, baselines, followups = numbers(name)
    return fields(
        repeated.ancova_sd(between=between, change=change, within=within,
                           baselines=int(baselines), followups=int(followups))
    )  # fmt: skip


CHANCE = {
    "adjust holm": adjust("holm", "Holm's adjustment"),
    "adjust benjamini-hochberg": adjust("benjamini-hochberg", "Benjamini-Hochberg adjustment"),
    "expected_false_positives": Method(
        "False alarms among many tests", multiplicity.expected_false_positives, false_positives
    ),
    "detectable_difference_mean": Method(
        "Detectable difference of means", power.detectable_difference_mean, detectable_mean
    ),
    "power_mean": Method("Power of the t test", power.power_mean, power_mean),
    "detectable_difference_proportion": Method(
        "Detectable difference of proportions",
        power.detectable_difference_proportion,
        detectable_proportion,
    ),
    "power_proportions_fisher": Method(
        "Power of Fisher's test", power.power_proportions_fisher, power_fisher
    ),
    "detectable_fold": Method(
        "Detectable ratio to baseline", panel.detectable_fold, detectable_fold
    ),
    "regression_to_the_mean": Method(
        "Regression to the mean", threshold_crossing.regression_to_the_mean, regression_to_the_mean
    ),
    "ever_crossing_probability": ever_crossing("Ever crossing a threshold", Method.tolerance),
    "ever_crossing_probability mvn": ever_crossing("Ever crossing, by another integral", RANDOM),
    "ever_crossing_after_entry": Method(
        "Ever crossing after a low baseline", noise.ever_crossing_after_entry, crossing_after_entry
    ),
    "cv_for_ever_crossing": Method(
        "Variability behind ever-responders", noise.cv_for_ever_crossing, cv_for_crossing
    ),
    "difference_in_significance": Method(
        "Verdicts that differ by chance",
        threshold_crossing.difference_in_significance,
        difference_in_significance,
    ),
    "pattern_probability": Method(
        "Pattern of verdicts by chance", significance_pattern.pattern_probability, pattern
    ),
    "significant_change": Method(
        "Change behind a printed P", significance_pattern.significant_change, significant_change
    ),
    "largest_between_p": behind_verdicts(
        "Largest P between arms that verdicts within allow", significance_pattern.largest_between_p
    ),
    "least_control_share": behind_verdicts(
        "Least change of the control arm", significance_pattern.least_control_share
    ),
    "patients_for_mean": Method(
        "Patients for a difference of means", sample_size.patients_for_mean, patients_for_mean
    ),
    "patients_for_proportions": Method(
        "Patients for two proportions",
        sample_size.patients_for_proportions,
        patients_for_proportions,
    ),
    "patients_for_fisher": Method(
        "Patients for Fisher's test", sample_size.patients_for_fisher, patients_for_fisher
    ),
    "assurance_mean": Method("Assurance of the t test", assurance.assurance_mean, assurance_mean),
    "assurance_fisher": Method(
        "Assurance of Fisher's test", assurance.assurance_fisher, assurance_fisher
    ),
    "belief_of_benefit": Method(
        "Belief that one proportion is higher", assurance.belief_of_benefit, belief_of_benefit
    ),
    "ancova_sd": Method("SD that baselines leave", repeated.ancova_sd, ancova_sd),
}
