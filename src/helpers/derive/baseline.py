"""A `Study` in, what its subjects were like before any effect out: characteristics at baseline."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from helpers.derive import frames
from helpers.study import Study

LEVELS = 8  # of a column that is shown level by level


def baseline_values(study: Study) -> pd.DataFrame:
    """The numeric baseline characteristics, one row a subject and characteristic that it has.

    Columns: ROLE ("age", the numbers among the plan's covariates, "cd4", "cd8", "cd4cd8", "hivrna" and
    the other measures; those that the study has), LABEL, UNIT, ARM, VALUE, BELOW (True: below the
    limit of quantification, VALUE is
    the limit). The CD4/CD8 ratio is computed where both counts are there and the study gives no
    ratio of its own.
    """
    parts = []
    if "AGE" in study.adsl:
        age = study.adsl[study.adsl["AGE"].notna()]
        parts.append(_long(age, "age", "Age", "years", age["AGE"]))
    for name in study.config.analysis.covariates:
        if name != "AGE" and pd.api.types.is_numeric_dtype(study.adsl[name]):
            known = study.adsl[study.adsl[name].notna()]
            parts.append(_long(known, name.lower(), name, "", known[name].astype(float)))
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


def baseline_shares(study: Study, *, few: Callable[[int], bool] | None = None) -> pd.DataFrame:
    """The baseline characteristics that are shares, one row a characteristic and arm.

    Columns: ROLE ("female", "below", the levels of the plan's strata and factors), LABEL, ARM, X
    (subjects with it), N (subjects of whom it is known). "Female" is SEX = F of those with F or M;
    "below" counts HIV RNA below the limit. The levels of a column add up to everybody: all of
    them stand there, or none where so `few` of an arm have one (1 to threshold - 1, of hidden subjects).
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
    parts += [part for name in _factors(study) for part in _levels(study, name, few)]
    columns = ["ROLE", "LABEL", "ARM", "X", "N"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _factors(study: Study) -> list[str]:
    """Strata of the plan, and those of its covariates that are no numbers; not SEX, which has its row."""
    plan = study.config.analysis
    texts = [c for c in plan.covariates if not pd.api.types.is_numeric_dtype(study.adsl[c])]
    return [name for name in dict.fromkeys((*plan.strata, *texts)) if name != "SEX"]


def _levels(study: Study, name: str, few: Callable[[int], bool] | None) -> list[pd.DataFrame]:
    """A share a level of a column of adsl; none where that would show a few subjects."""
    known = study.adsl[study.adsl[name].notna() & study.adsl[name].ne("")]
    levels = sorted(known[name].unique())
    shares = [_share(known, known[name] == level, f"{name.lower()}-{i}", f"{name}: {_said(level)}")
              for i, level in enumerate(levels, 1)]  # fmt: skip
    few = few or (lambda count: 0 < count < study.config.least)
    rare = [x for share in shares for x in share["X"] if few(int(x))]
    return [] if rare or len(levels) > LEVELS else shares


def _said(level: object) -> str:
    return f"{level:g}" if isinstance(level, float) else str(level)


def _share(rows: pd.DataFrame, flag: pd.Series, role: str, label: str) -> pd.DataFrame:
    counts = flag.groupby(rows["ARM"], observed=False).agg(["sum", "size"]).reset_index()
    counts = counts.rename(columns={"sum": "X", "size": "N"}).astype({"X": int, "N": int})
    return counts.assign(ROLE=role, LABEL=label)[["ROLE", "LABEL", "ARM", "X", "N"]]
