"""Raw ADaM-style tables in, a list of `Problem`s out; it never changes a table.

The columns, their types, units, ranges and the meaning of a missing value stand in `COLUMNS`;
pandera checks them, and its failures become one readable report. What one table alone cannot show
(orphans, duplicates, arms) is for `relations`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.errors import Problem

SHOWN = 5  # rows shown for one rule in one column; the rest is counted
BLANKS = ("", ".", "NA", "NaN", "nan", "None", "<NA>")


@dataclass(frozen=True)
class Column:
    """One column of a table: what it holds and what it may hold."""

    kind: str  # text | number | time | code | flag
    meaning: str
    required: bool = False
    missing: bool = True
    minimum: float = -np.inf
    maximum: float = np.inf


_SUBJECT = Column("text", "unique subject identifier", required=True, missing=False)
_FLAG = Column("flag", "Y or N; blank = N")
COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "adsl": {
        "USUBJID": _SUBJECT,
        "TRT01A": Column("text", "actual treatment", required=True, missing=False),
        "AGE": Column("number", "age, years", minimum=0, maximum=120),
        "SEX": Column("text", "F, M or as recorded"),
        "SAFFL": _FLAG,
        "ITTFL": _FLAG,
        "TRTDURD": Column("number", "days under observation", minimum=0),
    },
    "adlb": {
        "USUBJID": _SUBJECT,
        "PARAMCD": Column("text", "parameter code", required=True, missing=False),
        "AVISITN": Column("number", "visit, in the unit of study.toml", required=True),
        "AVAL": Column("number", "value; at the limit when BLQFL is Y", required=True),
        "ADY": Column("number", "study day"),
        "BASE": Column("number", "value at baseline"),
        "CHG": Column("number", "AVAL minus BASE"),
        "ABLFL": _FLAG,
        "BLQFL": _FLAG,
    },
    "adae": {
        "USUBJID": _SUBJECT,
        "AEDECOD": Column("text", "preferred term", required=True, missing=False),
        "AEBODSYS": Column("text", "system organ class"),
        "AESEV": Column("text", "severity"),
        "AESER": _FLAG,
        "TRTEMFL": _FLAG,
        "ASTDY": Column("number", "study day of onset"),
    },
    "adtte": {
        "USUBJID": _SUBJECT,
        "PARAMCD": Column("text", "parameter code", required=True, missing=False),
        "AVAL": Column("time", "time to event or censoring", required=True, missing=False),
        "CNSR": Column("code", "0 = event, positive = censored", required=True, missing=False),
        "EVNTDESC": Column("text", "what happened"),
    },
}


def is_blank(values: pd.Series) -> pd.Series:
    """True where a value is missing: absent, blank, or a lone dot as SAS writes it."""
    if values.dtype != object and not isinstance(values.dtype, pd.StringDtype):
        return values.isna()
    return values.isna() | values.astype(str).str.strip().isin(BLANKS)


def numbers(values: pd.Series) -> pd.Series:
    """The values as floats; NaN where missing or not a number."""
    if pd.api.types.is_numeric_dtype(values):
        return values.astype(float)
    return pd.to_numeric(values.astype(str).str.strip(), errors="coerce").astype(float)


def text(values: pd.Series) -> pd.Series:
    """The values as stripped text, "" where missing; whole floats lose their ".0"."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        values = values.astype("Int64")
    return values.astype(str).str.strip().where(~is_blank(values), "")


def censor_codes(values: pd.Series) -> pd.Series:
    """CNSR as floats; 5e-79, a SAS missing value in disguise in some exports, counts as 0."""
    codes = numbers(values)
    return codes.mask(codes.abs() < 1e-70, 0.0)


# rule -> (test on the raw series, expected, what to do)
def _rules(column: Column) -> dict[str, tuple]:
    rules: dict[str, tuple] = {}
    if not column.missing:
        rules["missing value"] = (lambda s: ~is_blank(s), "a value", "fill it in or remove the row")
    if column.kind in ("number", "time", "code"):
        rules["not a number"] = (
            lambda s: is_blank(s) | numbers(s).notna(),
            "a number",
            "correct it (decimal point, no unit); a value below the limit is the limit with BLQFL = Y",
        )
        rules["not finite"] = (
            lambda s: numbers(s).isna() | np.isfinite(numbers(s)),
            "a finite number",
            "correct it or leave it blank",
        )
    if column.kind == "time":
        rules["negative or infinite time"] = (
            lambda s: numbers(s).isna() | ((numbers(s) >= 0) & np.isfinite(numbers(s))),
            "a time of 0 or more",
            "check the start date",
        )
    if column.kind == "code":
        rules["not a censoring code"] = (
            lambda s: numbers(s).isna() | ((censor_codes(s) >= 0) & (censor_codes(s) % 1 == 0)),
            "a whole number: 0 = event, 1 or more = censored",
            "recode CNSR; note that it is the opposite of an event flag",
        )
    if column.kind == "flag":
        rules["not a flag"] = (
            lambda s: is_blank(s) | text(s).isin(["Y", "N"]),
            "Y, N or blank",
            "recode it",
        )
    if np.isfinite(column.minimum):
        rules["out of range"] = (
            lambda s: numbers(s).isna() | numbers(s).between(column.minimum, column.maximum),
            f"{column.minimum:g} to {column.maximum:g}",
            "correct it or leave it blank",
        )
    return rules


def check_table(name: str, frame: pd.DataFrame, file: str) -> list[Problem]:
    """Every fault of one table against `COLUMNS`, by pandera, all at once."""
    import pandera.pandas as pa

    rules = {column: _rules(spec) for column, spec in COLUMNS[name].items()}
    schema = pa.DataFrameSchema(
        {
            column: pa.Column(
                None,
                [pa.Check(test, name=rule) for rule, (test, _, _) in rules[column].items()],
                required=spec.required,
                nullable=True,
            )
            for column, spec in COLUMNS[name].items()
        }
    )
    try:
        # pandera drops missing values before a check unless told otherwise; blanks must be seen
        for column in schema.columns.values():
            for check in column.checks:
                check.ignore_na = False
        schema.validate(frame.reset_index(drop=True), lazy=True)
    except pa.errors.SchemaErrors as failed:
        return _readable(failed.failure_cases, rules, frame, file)
    return []


def _readable(cases: pd.DataFrame, rules: dict, frame: pd.DataFrame, file: str) -> list[Problem]:
    out = []
    for (check, column), group in cases.groupby(["check", "column"], dropna=False, sort=False):
        if check == "column_in_dataframe":
            for missing in group["failure_case"]:
                do = f'add it, or map it in study.toml: {missing} = "YOUR NAME"'
                found = ", ".join(frame.columns)
                out.append(Problem(file, missing, "missing column", missing, found, do))
            continue
        _, expected, do = rules[column][check]
        rows = group.sort_values("index")
        out += rows_as_problems(
            file, column, check, expected, do, rows["index"], rows["failure_case"]
        )
    return out


def rows_as_problems(file, column, rule, expected, do, rows, found, severity="error"):
    """One `Problem` a row for the first rows, the last one counting those left out."""
    rows, found = list(rows), list(found)
    out = []
    for i, (row, value) in enumerate(zip(rows[:SHOWN], found[:SHOWN], strict=True)):
        count = 1 if i < SHOWN - 1 else len(rows) - i
        shown = "nothing" if pd.isna(value) or str(value).strip() == "" else repr(value)
        out.append(Problem(file, column, rule, expected, shown, do, int(row) + 2, severity, count))
    return out
