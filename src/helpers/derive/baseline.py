"""A `Study` in, what its subjects were like before any effect out: characteristics at baseline."""

from __future__ import annotations

import pandas as pd

from helpers.derive import frames
from helpers.study import Study


def baseline_values(study: Study) -> pd.DataFrame:
    """The numeric baseline characteristics, one row a subject and characteristic that it has.

    Columns: ROLE ("age", "cd4", "cd8", "cd4cd8", "hivrna" and the other measures; those that the
    study has), LABEL, UNIT, ARM, VALUE, BELOW (True: below the limit of quantification, VALUE is
    the limit). The CD4/CD8 ratio is computed where both counts are there and the study gives no
    ratio of its own.
    """
    parts = []
    if "AGE" in study.adsl:
        age = study.adsl[study.adsl["AGE"].notna()]
        parts.append(_long(age, "age", "Age", "years", age["AGE"]))
    for role in dict.fromkeys(("cd4", "cd8", "cd4cd8", "hivrna", *study.measures)):
        if role in study.config.parameters:
            at = frames.at_visit(study, role, study.config.visits.baseline)
            parameter = study.parameter(role)
            parts.append(_long(at, role, parameter.label, parameter.unit, at["AVAL"], at["BLQFL"]))
        elif role == "cd4cd8" and {"cd4", "cd8"} <= set(study.config.parameters):
            parts.append(_ratio(study))
    columns = ["ROLE", "LABEL", "UNIT", "ARM", "VALUE", "BELOW"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _long(rows, role: str, label: str, unit: str, value, below=False) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "ROLE": role,
            "LABEL": label,
            "UNIT": unit,
            "ARM": rows["ARM"],
            "VALUE": value,
            "BELOW": below,
        }
    )


def _ratio(study: Study) -> pd.DataFrame:
    baseline = study.config.visits.baseline
    cd8 = frames.at_visit(study, "cd8", baseline).drop(columns="ARM")
    both = frames.at_visit(study, "cd4", baseline).merge(cd8, on="USUBJID", suffixes=("", "_8"))
    both = both[both["AVAL_8"] > 0]
    return _long(both, "cd4cd8", "CD4/CD8 ratio", "ratio", both["AVAL"] / both["AVAL_8"])


def baseline_shares(study: Study) -> pd.DataFrame:
    """The baseline characteristics that are shares, one row a characteristic and arm.

    Columns: ROLE ("female", "below"), LABEL, ARM, X (subjects with it), N (subjects of whom it is
    known). "Female" is SEX = F of those with F or M; "below" counts HIV RNA below the limit.
    """
    parts = []
    if "SEX" in study.adsl:
        known = study.adsl[study.adsl["SEX"].isin(["F", "M"])]
        parts.append(_share(known, known["SEX"] == "F", "female", "Female"))
    if "hivrna" in study.config.parameters and study.parameter("hivrna").lloq is not None:
        parameter = study.parameter("hivrna")
        at = frames.at_visit(study, "hivrna", study.config.visits.baseline)
        label = f"{parameter.label} below {parameter.lloq:g} {parameter.unit}"
        parts.append(_share(at, at["BLQFL"], "below", label))
    columns = ["ROLE", "LABEL", "ARM", "X", "N"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _share(rows: pd.DataFrame, flag: pd.Series, role: str, label: str) -> pd.DataFrame:
    counts = flag.groupby(rows["ARM"], observed=False).agg(["sum", "size"]).reset_index()
    counts = counts.rename(columns={"sum": "X", "size": "N"}).astype({"X": int, "N": int})
    return counts.assign(ROLE=role, LABEL=label)[["ROLE", "LABEL", "ARM", "X", "N"]]
