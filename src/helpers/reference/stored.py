"""The files of tests/reference in, one tidy frame of R's values out; R is never run here."""

from __future__ import annotations

from functools import cache

import pandas as pd

from helpers.context import ROOT

FOLDER = ROOT / "tests" / "reference"
KEY = ["estimator", "dataset", "quantity"]
TIDY = (
    "reference",
    "edge_cases",
    "competing",
    "planning",
    "trials",
    "camis",
    "adjusted_rmst",
    "logistic",
    "count_models",
    "recurrent",
)  # files of one row a value
INPUTS = {"horizon"}  # stored beside the results, but chosen, not computed
# three scripts stored R's version alone: their call and package, by estimator
CALLS = {
    "grouped_hazard_ratio": ('glm(y ~ arm + visit, binomial("cloglog"))', "stats 4.2.2"),
    "detectable_fold": ('power.t.test(type = "paired", strict = TRUE)', "stats 4.2.2"),
    "paired_tobit": ("pmvnorm(TVPACK) maximised by optim, see script", "mvtnorm 1.1.3"),
}
# no function of R returns these: the formula, sum or search is written out in the script
WRITTEN_OUT = {
    "ancova_sd", "assurance_fisher", "assurance_mean", "barnard", "bayes_upper",
    "belief_of_benefit", "boschloo", "difference_in_significance", "ever_crossing_probability",
    "fisher_mid_p", "jeffreys", "median_interval", "mmrm", "newcombe_difference",
    "miettinen_nurminen_difference", "paired_tobit", "patients_for_fisher", "pattern_probability",
    "power_mean", "power_proportions_fisher", "regression_to_the_mean", "significant_change",
    "turnbull",
}  # fmt: skip
IN_THE_CALL = "see script|uniroot|permutations"
NOMINAL = {"pattern": "pattern_probability", "change": "significant_change"}


def data(name: str) -> pd.DataFrame:
    """The data set `name`.csv that an R script wrote for itself and for us."""
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv", float_precision="round_trip")


@cache
def stored_values() -> pd.DataFrame:
    """One row a stored value: `estimator`, `dataset`, `quantity`, `r_call`, `r` (R's value), `package`,
    `direct`.

    `package` names R's package and version; every file was made with one R (`r_versions`).
    `direct`: a function of R gave the value, else it was written out in R. Numbers that went into
    R's call are left out.
    """
    tidy = [_tidy(f"{name}.csv") for name in TIDY]
    parts = [*tidy, _panel(), _nominal(), _grouped()]
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[~rows["quantity"].isin(INPUTS)].reset_index(drop=True)
    by_hand = rows["estimator"].isin(WRITTEN_OUT) | rows["r_call"].str.contains(IN_THE_CALL)
    return rows[[*KEY, "r_call", "r", "package"]].assign(direct=~by_hand)


def inputs(estimator: str, dataset: str) -> dict[str, float]:
    """What went into R's call and was stored beside its results ("horizon")."""
    rows = pd.concat([_tidy(f"{name}.csv") for name in TIDY])
    rows = rows[(rows["estimator"] == estimator) & (rows["dataset"] == dataset)]
    return {row.quantity: float(row.r) for row in rows.itertuples() if row.quantity in INPUTS}


@cache
def r_versions() -> list[str]:
    """Versions of R that made the files, such as "R 4.2.2"."""
    found = {
        version.split(",")[0]
        for name in (*TIDY, "panel", "nominal")
        for version in data(name)["r_version"]
    }
    return sorted(found)


@cache
def _tidy(name: str) -> pd.DataFrame:
    path = FOLDER / name
    rows = pd.read_csv(path, dtype={"dataset": str, "quantity": str}, float_precision="round_trip")
    package = rows["r_version"].str.split(", ").str[1]
    return rows.rename(columns={"value": "r"}).assign(package=package)


def _panel() -> pd.DataFrame:
    rows = data("panel").rename(columns={"value": "r"})
    return rows.assign(
        r_call=[CALLS[e][0] for e in rows["estimator"]],
        package=[CALLS[e][1] for e in rows["estimator"]],
    )


def _nominal() -> pd.DataFrame:
    rows = data("nominal").rename(columns={"value": "r", "case": "dataset"})
    return rows.assign(
        estimator=rows["quantity"].map(NOMINAL),
        dataset=rows["dataset"].astype(str),
        quantity="value",
        package="stats 4.2.2",
    )


def _grouped() -> pd.DataFrame:
    rows = data("grouped_hazard").melt("arm", var_name="quantity", value_name="r")
    call, package = CALLS["grouped_hazard_ratio"]
    return rows.rename(columns={"arm": "dataset"}).assign(
        estimator="grouped_hazard_ratio", r_call=call, package=package
    )
