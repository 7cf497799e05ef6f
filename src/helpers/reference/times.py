"""A stored set of times to an event in, our value of every quantity that R has for it out."""

from __future__ import annotations

from collections.abc import Callable

from helpers.analyse import competing, grouped, landmarks, survival
from helpers.reference.method import ITERATIVE, MODEL, Method, fields, rows_of, with_se
from helpers.reference.stored import data, inputs


def _times(name: str, arm: str = "all"):
    rows = rows_of(name, "survival")
    rows = rows if arm == "all" else rows[rows["arm"] == arm]
    return rows["time"], rows["event"]


def kaplan_meier(name: str) -> dict[str, float]:
    """The curve, its limits and the numbers at risk at every time."""
    curve = survival.kaplan_meier(*_times(name))
    return {
        f"{column} at {row.time:g}": getattr(row, column)
        for row in curve.itertuples()
        for column in ("survival", "lower", "upper", "at_risk")
    }


def median(name: str) -> dict[str, float]:
    """Median time of all subjects of a set."""
    return fields(survival.median_survival(*_times(name)))


def at_time(title: str, function: Callable) -> Method:
    """`function` of all subjects of a set at one time: "visits 24"."""

    def call(name):
        table, at = name.split()
        return fields(function(*_times(table), at=float(at)))

    return Method(title, function, call)


def rmst(name: str) -> dict[str, float]:
    """Restricted mean and standard error of one arm or "all", to R's horizon."""
    return with_se(survival.rmst(*_times(*name.split()), **inputs("rmst", name)))


def rmst_gap(name: str) -> dict[str, float]:
    """One arm less control, to R's horizon: "visits low"."""
    table, arm = name.split()
    both = (*_times(table, arm), *_times(table, "control"))
    return fields(survival.rmst_difference(*both, **inputs("rmst_difference", name)))


def log_rank(title: str, function: Callable, *columns: str) -> Method:
    """`function` of times, events and the named columns."""

    def call(name):
        rows = rows_of(name, "survival", "trials_data")
        return fields(function(rows["time"], rows["event"], *(rows[c] for c in columns)))

    return Method(title, function, call)


def pairwise(name: str) -> dict[str, float]:
    """One arm against control: "visits low"."""
    table, arm = name.split()
    found = survival.log_rank_pairwise(
        *_times(table), rows_of(table, "survival")["arm"], reference="control"
    )
    return fields(found[arm])


def cox(title: str, function: Callable) -> Method:
    """`function` of the model arm + x, one term: "visits low"."""

    def call(name):
        table, term = name.split()
        model = {"time": "time", "event": "event", "covariates": ["x"], **MODEL}
        return fields(function(rows_of(table, "survival"), **model)[term])

    return Method(title, function, call, ITERATIVE)


def from_visits(name: str) -> dict[str, float]:
    """One arm against A: "B", or "one_event B"."""
    table, _, arm = name.rpartition(" ")
    rows = rows_of(table, "edge_times") if table else data("grouped_hazard_data")
    columns = rows["time"], rows["event"], rows["arm"]
    return fields(grouped.grouped_hazard_ratio(*columns, reference="A")[arm])


def by_cause(name: str) -> dict[str, float]:
    """Incidence of one cause by one time: "visits 1 48"."""
    table, cause, at = name.split()
    rows = rows_of(table, "competing_data")
    found = competing.aalen_johansen(rows["time"], rows["cause"], at=float(at))
    return fields(found[int(cause)])


TIMES = {
    "kaplan_meier": Method(
        "Kaplan-Meier curve, numbers at risk", survival.kaplan_meier, kaplan_meier
    ),
    "survival_at": at_time("Survival at one time", survival.survival_at),
    "cumulative_incidence_at": at_time(
        "Cumulative incidence at one time", landmarks.cumulative_incidence_at
    ),
    "median_survival": Method("Median time to event", survival.median_survival, median),
    "rmst": Method("Restricted mean survival time", survival.rmst, rmst),
    "rmst_difference": Method("Difference of restricted means", survival.rmst_difference, rmst_gap),
    "log_rank": log_rank("Log-rank test", survival.log_rank, "arm"),
    "log_rank_pairwise": Method("Log-rank test of two arms", survival.log_rank_pairwise, pairwise),
    "log_rank_trend": log_rank("Log-rank test for trend", survival.log_rank_trend, "dose"),
    "log_rank_stratified": log_rank(
        "Stratified log-rank test", survival.log_rank_stratified, "arm", "stratum"
    ),
    "cox": cox("Cox hazard ratio", survival.cox),
    "cox_ph_check": cox("Check of proportional hazards", survival.cox_ph_check),
    "grouped_hazard_ratio": Method(
        "Hazard ratio from visits", grouped.grouped_hazard_ratio, from_visits, ITERATIVE
    ),
    "aalen_johansen": Method(
        "Aalen-Johansen incidence by cause", competing.aalen_johansen, by_cause
    ),
}
