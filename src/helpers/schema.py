"""Raw ADaM-style tables in, a list of `Problem`s out; it never changes a table.

The columns, their types, units, ranges and the meaning of a missing value stand in `COLUMNS`,
and each wrong cell becomes a line of the report. What one table alone cannot show
(orphans, duplicates, arms) is for `conformance`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from helpers.cells import flags, is_blank, numbers, text
from helpers.config_check import MOST
from helpers.errors import Problem

SHOWN = 5  # rows shown for one rule in one column; the rest is counted


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


# names that are no measurement, whatever numbers stand under them
_NO_MEASUREMENT = re.compile(
    r"id$|^id|_id|visit|week|woche|day|tag$|month|monat|date|datum|dtm?$|dy$|age$|seq|site|num|time"
    r"|stud(y|ie)|event|instance|year|jahr", re.I)  # fmt: skip
_RESULT = r"[<>]?\s*\d+(?:[.,]\d+)?"


def wide_columns(frame: pd.DataFrame) -> list[str]:
    """Columns of an adlb that look like parameters or visits with a column each; [] if it is long.

    Two or more columns of numbers (or results such as <50) in a table without PARAMCD and AVAL,
    under names that are not those of subjects, visits and dates.
    """
    if {"PARAMCD", "AVAL"} & set(frame.columns):
        return []
    free = [
        name for name in frame if name not in COLUMNS["adlb"] and not _NO_MEASUREMENT.search(name)
    ]
    found = []
    for name in free:
        words = text(frame[name].drop_duplicates())
        words = words[words != ""]
        if len(words) > 1 and words.str.fullmatch(_RESULT).mean() > 0.5:
            found.append(name)
    return found if len(found) > 1 else []


def wide_advice(columns: list[str]) -> str:
    """What to do with a wide table."""
    few = ", ".join(columns[:4]) + (", ..." if len(columns) > 4 else "")
    return (
        f"the table looks wide, with a column each for {few}: make it long, one row a subject, "
        "parameter and visit, with the code in PARAMCD and the number in AVAL (melt in pandas, "
        "pivot_longer in R, PROC TRANSPOSE in SAS)"
    )


class _Cells:
    """A raw column, parsed once for all rules."""

    def __init__(self, values: pd.Series):
        self.values = values

    @cached_property
    def blank(self) -> pd.Series:
        return is_blank(self.values)

    @cached_property
    def number(self) -> pd.Series:
        return numbers(self.values)

    @cached_property
    def no_number(self) -> pd.Series:
        return self.number.isna()

    @cached_property
    def is_flag(self) -> pd.Series:
        return flags(self.values).notna()


Rule = tuple[Callable[[_Cells], pd.Series], str, str]  # test, what was expected, what to do
_NO_WORD = "; None, NA and NULL mean no value: a name is written in other words"
_MISSING: Rule = (lambda c: ~c.blank, "a value", f"fill it in or remove the row{_NO_WORD}")
_NO_TREATMENT = (
    "fill it in or remove the subject from every table; to analyse as randomised, with those who "
    'were never treated, write TRT01A = "TRT01P" under [columns.adsl] of study.toml' + _NO_WORD
)
_NUMBER: dict[str, Rule] = {
    "not a number": (
        lambda c: c.blank | ~c.no_number,
        "a number",
        "correct it (decimal point, no unit); a value below the limit is the limit with BLQFL = Y",
    ),
    "not finite": (
        lambda c: c.no_number | np.isfinite(c.number),
        "a finite number",
        "correct it or leave it blank",
    ),
    "too large a number": (
        lambda c: c.no_number | ~np.isfinite(c.number) | (c.number.abs() <= MOST),
        f"a number from -{MOST:.0e} to {MOST:.0e}",
        "correct it or leave it blank; a code for a missing value has to be a blank",
    ),
}
_TIME: Rule = (
    lambda c: c.no_number | ((c.number >= 0) & np.isfinite(c.number)),
    "a time of 0 or more",
    "check the start date",
)
_CODE: Rule = (
    lambda c: c.no_number | ((c.number >= 0) & (c.number % 1 == 0)),
    "a whole number: 0 = event, 1 or more = censored",
    "recode CNSR; note that it is the opposite of an event flag",
)
_IS_FLAG: Rule = (lambda c: c.is_flag, "Y, N or blank", "recode it")


def _rules(column: Column) -> dict[str, Rule]:
    """Rule -> test, expectation and remedy, for one column."""
    rules: dict[str, Rule] = {}
    if not column.missing:
        rules["missing value"] = _MISSING
    if column.kind in ("number", "time", "code"):
        rules |= _NUMBER
    if column.kind == "time":
        rules["negative or infinite time"] = _TIME
    if column.kind == "code":
        rules["not a censoring code"] = _CODE
    if column.kind == "flag":
        rules["not a flag"] = _IS_FLAG
    if np.isfinite(column.minimum):
        low, high = column.minimum, column.maximum
        rules["out of range"] = (
            lambda c: c.no_number | c.number.between(low, high),
            f"{low:g} to {high:g}" if np.isfinite(high) else f"{low:g} or more",
            "correct it or leave it blank",
        )
    return rules


def check_table(name: str, frame: pd.DataFrame, file: str) -> list[Problem]:
    """Every fault of one raw table against `COLUMNS`; the frame's index numbers the file's rows."""
    out = []
    for column, spec in COLUMNS[name].items():
        if column not in frame:
            out += [_missing_column(name, column, frame, file)] if spec.required else []
            continue
        cells = _Cells(frame[column])
        rules = _rules(spec)
        if column == "TRT01A" and "TRT01P" in frame:
            test, expected, _ = _MISSING
            rules["missing value"] = test, expected, _NO_TREATMENT
        for rule, (test, expected, do) in rules.items():
            wrong = frame[column][~test(cells).to_numpy(dtype=bool)]
            out += rows_as_problems(file, column, rule, expected, do, wrong)
    return out


def _missing_column(name: str, column: str, frame: pd.DataFrame, file: str) -> Problem:
    do = f'add it, or map yours in study.toml: {column} = "YOUR NAME" under [columns.{name}]'
    wide = wide_columns(frame) if name == "adlb" else []
    if wide and column in ("PARAMCD", "AVAL"):
        do = wide_advice(wide)
    return Problem(file, column, "missing column", column, ", ".join(frame.columns), do)


def rows_as_problems(
    file: str, column: str, rule: str, expected: str, do: str, wrong: pd.Series
) -> list[Problem]:
    """One `Problem` a cell of `wrong` (index: row of the file) for the first rows, the last one
    counting those left out."""
    out = []
    for i, (row, value) in enumerate(wrong.iloc[:SHOWN].items()):
        count = 1 if i < SHOWN - 1 else len(wrong) - i
        shown = "nothing" if pd.isna(value) or str(value).strip() == "" else repr(value)
        out.append(Problem(file, column, rule, expected, shown, do, int(row), count=count))
    return out
