"""The name of a stored data set in, our value of every quantity that R has for it out.

One call an estimator, which repeats what the R script did; `methods` gives each its place. Nothing
is compared here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

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
from helpers.analyse.estimate import Estimate
from helpers.reference.stored import data, inputs

Call = Callable[[str], dict[str, float]]
Z = 1.959963984540054
MODEL = {"arm": "arm", "reference": "control"}
P_VALUES = [0.001, 0.04, 0.03, 0.2, 0.008, 0.04, 0.9]
PRINTED = {"alphas": [0.001, 0.001, 0.05], "rises": [True, True, False]}


def fields(estimate: Estimate) -> dict[str, float]:
    """An estimate's numbers by the names under which R's are stored."""
    return {name: getattr(estimate, name) for name in ("value", "lower", "upper", "p_value")}


def call_counts(function: Callable, separator: str | None = None) -> Call:
    """`function` of the counts in a name such as "23/24" or "23 24 17 24"."""
    return lambda name: fields(function(*map(int, name.split(separator))))


def call_rate(name: str) -> dict[str, float]:
    """So many events in 10.5 units of observation."""
    return fields(proportions.incidence_rate(int(name), 10.5))


def _set(table: str, name: str):
    rows = data(table)
    return rows[rows["dataset"] == name].reset_index(drop=True)


def call_change(function: Callable) -> Call:
    """`function` of one set of changes."""
    return lambda name: fields(function(_set("changes", name)["value"].to_numpy()))


def call_signed_rank(name: str) -> dict[str, float]:
    """The statistic, and P by both ways to treat a zero."""
    x = _set("changes", name)["value"].to_numpy()
    out = {f"p_value {z}": paired.signed_rank(x, zeros=z).p_value for z in ("wilcoxon", "pratt")}
    return {"value": paired.signed_rank(x).value, **out}


def call_two(function: Callable) -> Call:
    """`function` of the two groups of a set."""

    def call(name):
        a, b = (rows["value"] for _, rows in _set("two_groups", name).groupby("group"))
        return fields(function(a, b))

    return call


def call_kruskal(name: str) -> dict[str, float]:
    """Two groups of a set, or the three arms."""
    if name == "arms":
        return fields(groups.kruskal(data("arms")["y"], data("arms")["arm"]))
    rows = _set("two_groups", name)
    return fields(groups.kruskal(rows["value"], rows["group"]))


def call_ancova(name: str) -> dict[str, float]:
    """One arm against control, adjusted for baseline."""
    return fields(groups.ancova(data("arms"), outcome="y", baseline="base", **MODEL)[name])


def call_ancova_f(name: str) -> dict[str, float]:
    """All arms at once, adjusted for baseline."""
    return fields(groups.ancova_f_test(data("arms"), outcome="y", baseline="base", **MODEL))


def call_correlation(method: str) -> Call:
    """Correlation by `method` of the pairs of a set."""

    def call(name):
        rows = _set("pairs", name)
        return fields(groups.correlation(rows["x"], rows["y"], method=method))

    return call


@cache
def _mixed_model() -> dict:
    columns = {"outcome": "y", "subject": "subject", "visit": "visit", "baseline": "base"}
    return mixed.mmrm(data("mixed"), **columns, **MODEL)


def call_mmrm(name: str) -> dict[str, float]:
    """One arm at one visit of the one fitted model: "low 48"."""
    arm, visit = name.split()
    return fields(_mixed_model()[arm, int(visit)])


def call_kaplan_meier(name: str) -> dict[str, float]:
    """The curve, its limits and the numbers at risk at every time."""
    rows = _set("survival", name)
    curve = survival.kaplan_meier(rows["time"], rows["event"])
    return {
        f"{column} at {row.time:g}": getattr(row, column)
        for row in curve.itertuples()
        for column in ("survival", "lower", "upper", "at_risk")
    }


def call_median(name: str) -> dict[str, float]:
    """Median time of all subjects of a set."""
    rows = _set("survival", name)
    return fields(survival.median_survival(rows["time"], rows["event"]))


def call_rmst(name: str) -> dict[str, float]:
    """Restricted mean and standard error of one arm or "all", to R's horizon."""
    table, arm = name.split()
    rows = _set("survival", table)
    rows = rows if arm == "all" else rows[rows["arm"] == arm]
    found = survival.rmst(rows["time"], rows["event"], **inputs("rmst", name))
    return {"value": found.value, "se": (found.upper - found.lower) / 2 / Z}


def call_log_rank(function: Callable, *columns: str) -> Call:
    """`function` of times, events and the named columns."""

    def call(name):
        rows = _set("survival", name)
        return fields(function(rows["time"], rows["event"], *(rows[c] for c in columns)))

    return call


def call_pairwise(name: str) -> dict[str, float]:
    """One arm against control: "visits low"."""
    table, arm = name.split()
    rows = _set("survival", table)
    core = rows["time"], rows["event"], rows["arm"]
    return fields(survival.log_rank_pairwise(*core, reference="control")[arm])


def call_cox(function: Callable) -> Call:
    """`function` of the model arm + x, one term: "visits low"."""

    def call(name):
        table, term = name.split()
        model = {"time": "time", "event": "event", "covariates": ["x"], **MODEL}
        return fields(function(_set("survival", table), **model)[term])

    return call


def call_grouped(name: str) -> dict[str, float]:
    """One arm against A."""
    rows = data("grouped_hazard_data")
    columns = rows["time"], rows["event"], rows["arm"]
    return fields(grouped.grouped_hazard_ratio(*columns, reference="A")[name])


def call_competing(name: str) -> dict[str, float]:
    """Incidence of one cause by one time: "visits 1 48"."""
    table, cause, at = name.split()
    rows = _set("competing_data", table)
    found = competing.aalen_johansen(rows["time"], rows["cause"], at=float(at))
    return fields(found[int(cause)])


def call_turnbull(name: str) -> dict[str, float]:
    """Cumulative probability at the end of each cell that has any."""
    rows = data(name)
    found = interval.turnbull(rows["left"], rows["right"])
    names = [f"cumulative at {right:g}".replace("inf", "Inf") for right in found["right"]]
    return dict(zip(names, found["cumulative"], strict=True))


def call_tobit_mean(name: str) -> dict[str, float]:
    """Mean of a sample with values below the limit."""
    rows = _set("left_censored", name)
    return fields(censored.tobit_mean(rows["y"], rows["censored"]))


def call_tobit_regression(name: str) -> dict[str, float]:
    """Intercept, slope and their standard errors."""
    rows = _set("left_censored", name)
    design = {"ones": [1.0] * len(rows), "time": rows["time"]}
    found = censored.tobit_regression(rows["y"], design, rows["censored"])
    values = {f"value {k}": e.value for k, e in found.items()}
    return values | {f"se {k}": (e.upper - e.lower) / 2 / Z for k, e in found.items()}


def call_half_life(name: str) -> dict[str, float]:
    """Half-life by the common slope of all subjects."""
    columns = (_set("left_censored", name)[c] for c in ("time", "y", "subject", "censored"))
    return fields(censored.censored_slope(*columns))


def call_paired_tobit(name: str) -> dict[str, float]:
    """Mean change with either value below the limit."""
    rows = _set("panel_pairs", name)
    columns = ("before", "after", "before_below", "after_below")
    return fields(paired_censored.paired_tobit(*(rows[c].to_numpy() for c in columns)))


def call_adjust(method: str) -> Call:
    """The seven P values, adjusted by `method`."""

    def call(name):
        adjusted = multiplicity.adjust(P_VALUES, method=method)
        return {str(i): float(p) for i, p in enumerate(adjusted, 1)}

    return call


def call_false_positives(name: str) -> dict[str, float]:
    """Probability of at least j false alarms among so many tests, by j."""
    found = multiplicity.expected_false_positives(int(name))["probability"]
    return {str(j): float(p) for j, p in enumerate(found)}


def call_detectable_mean(name: str) -> dict[str, float]:
    """Detectable difference at 80% and at 90% power, by power."""
    n1, n2 = map(int, name.split())
    found = {p: power.detectable_difference_mean(n1, n2, power=p, sd=1) for p in (0.8, 0.9)}
    return {str(p): e.value for p, e in found.items()}


def call_power_mean(name: str) -> dict[str, float]:
    """Power at a difference of 0.7 standard deviations."""
    return fields(power.power_mean(*map(int, name.split()), difference=0.7, sd=1))


def call_power_fisher(name: str) -> dict[str, float]:
    """Power at two proportions and sizes: "0.9 0.4 9 11"."""
    p1, p2, n1, n2 = map(float, name.split())
    return fields(power.power_proportions_fisher(p1, p2, int(n1), int(n2)))


def call_detectable_fold(name: str) -> dict[str, float]:
    """Detectable ratio: "n/SD/power/alpha"."""
    n, sd, wanted, alpha = map(float, name.split("/"))
    return fields(panel.detectable_fold(int(n), log_sd=sd, power=wanted, alpha=alpha))


def call_regression_to_the_mean(name: str) -> dict[str, float]:
    """Expected rise: "law cv lower threshold mean sd"."""
    law, *numbers = name.split()
    names = ("cv", "lower", "threshold", "population_mean", "population_sd")
    model = dict(zip(names, map(float, numbers), strict=True))
    return fields(lessons.regression_to_the_mean(**model, distribution=law))


def call_ever_crossing(name: str) -> dict[str, float]:
    """Probability to cross at least once: "cv rise visits"."""
    cv, rise, visits = name.split()
    found = lessons.ever_crossing_probability(cv=float(cv), rise=float(rise), visits=int(visits))
    return fields(found)


def call_difference_in_significance(name: str) -> dict[str, float]:
    """Probability of unlike verdicts: "n effect arms"."""
    n, effect, arms = map(float, name.split())
    return fields(lessons.difference_in_significance(n=int(n), effect=effect, arms=int(arms)))


def call_pattern(name: str) -> dict[str, float]:
    """Probability of the pattern of P values that `PRINTED` names: "n effect"."""
    n, effect = map(float, name.split())
    return fields(nominal.pattern_probability(n=int(n), effect=effect, **PRINTED))


def call_significant_change(name: str) -> dict[str, float]:
    """Change in SD that gives P = 0.001 at this n."""
    return fields(nominal.significant_change(n=int(name), alpha=0.001))
