"""A stored set of values and times known as bounds in, our value of R's every quantity out."""

from __future__ import annotations

from helpers.analyse import censored, decay, interval, paired_censored
from helpers.reference.method import ITERATIVE, Method, fields, numbers, rows_of, with_se
from helpers.reference.stored import data


def _intervals(name: str):
    rows = data(name) if name == "intervals" else rows_of(name, "edge_intervals")
    return rows["left"], rows["right"]


def turnbull(name: str) -> dict[str, float]:
    """Cumulative probability at the end of each cell that has any."""
    found = interval.turnbull(*_intervals(name))
    names = [f"cumulative at {right:g}".replace("inf", "Inf") for right in found["right"]]
    return dict(zip(names, found["cumulative"], strict=True))


def quantile(name: str) -> dict[str, float]:
    """Time by which a share surely had the event; the bootstrap needs one resample to be silent."""
    found = interval.turnbull_quantile(*_intervals("intervals"), q=float(name), seed=1, resamples=1)
    return {"value": found.value}


def _censored(name: str):
    return rows_of(name, "left_censored", "edge_left_censored")


def tobit_mean(name: str) -> dict[str, float]:
    """Mean of a sample with values below the limit."""
    rows = _censored(name)
    return fields(censored.tobit_mean(rows["y"], rows["censored"]))


def tobit_regression(name: str) -> dict[str, float]:
    """Intercept, slope and their standard errors."""
    rows = _censored(name)
    design = {"ones": [1.0] * len(rows), "time": rows["time"]}
    found = censored.tobit_regression(rows["y"], design, rows["censored"])
    return {f"{field} {k}": v for k, e in found.items() for field, v in with_se(e).items()}


def substituted(name: str) -> dict[str, float]:
    """Mean with half of the limit, or all of it, put in: "heavy 0.5"."""
    table, fraction = name.split()
    rows = _censored(table)
    columns = rows["y"], rows["limit"], rows["censored"]
    return fields(censored.substituted_mean(*columns, fraction=float(fraction)))


def half_life(name: str) -> dict[str, float]:
    """Half-life by the common slope of all subjects."""
    columns = (_censored(name)[c] for c in ("time", "y", "subject", "censored"))
    return fields(censored.censored_slope(*columns))


def mean_half_life(name: str) -> dict[str, float]:
    """Half-life at the mean of the patients' rates."""
    return fields(decay.mean_half_life(numbers(name)))


def share(name: str) -> dict[str, float]:
    """Share detectable on a day: "day start SD half-life SD limit"."""
    day, *rest = numbers(name)
    names = ("start", "start_log_sd", "half_life", "half_life_log_sd", "limit")
    return fields(decay.detectable_share(day, **dict(zip(names, rest, strict=True))))


def paired_tobit(name: str) -> dict[str, float]:
    """Mean change with either value below the limit."""
    rows = rows_of(name, "panel_pairs")
    columns = ("before", "after", "before_below", "after_below")
    return fields(paired_censored.paired_tobit(*(rows[c].to_numpy() for c in columns)))


LIMITS = {
    "turnbull": Method("Turnbull estimate", interval.turnbull, turnbull, ITERATIVE),
    "turnbull_quantile": Method(
        "Quantile of interval-censored times", interval.turnbull_quantile, quantile
    ),
    "tobit_mean": Method("Tobit mean", censored.tobit_mean, tobit_mean, ITERATIVE),
    "tobit_regression": Method(
        "Tobit regression", censored.tobit_regression, tobit_regression, ITERATIVE
    ),
    "substituted_mean": Method("Mean after substitution", censored.substituted_mean, substituted),
    "censored_slope": Method(
        "Half-life above a limit", censored.censored_slope, half_life, ITERATIVE
    ),
    "mean_half_life": Method("Half-life at the mean rate", decay.mean_half_life, mean_half_life),
    "detectable_share": Method("Share still detectable", decay.detectable_share, share),
    "paired_tobit": Method(
        "Change with either value below the limit",
        paired_censored.paired_tobit,
        paired_tobit,
        ITERATIVE,
    ),
}
