"""A raw column in, its blanks, numbers, texts or flags out; it never changes the column given.

A raw column is numeric, or objects (text, None, NaN). Texts are converted once per distinct value:
five million rows of a few thousand values cost little, and equal results share one object.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

# what statistical packages write for a missing value; SAS: a dot, .A to .Z and ._
BLANKS = frozenset(
    ["", ".", "NA", "N/A", "NaN", "nan", "None", "NULL", "NaT", "<NA>", "._"]
    + [f".{letter}" for letter in string.ascii_uppercase]
)
CODES = ("PARAMCD",)  # in a code, NA is sodium
TRUE = frozenset(["Y", "YES", "J", "JA", "TRUE", "1"])
FALSE = frozenset(["N", "NO", "NEIN", "FALSE", "0"])
TINY = 1e-70  # a zero of an xpt file, as some readers return it, is 5.4e-79
SUBNORMAL = 2.2250738585072014e-308  # below it no measurement: a missing value, as others return it


def by_value(values: pd.Series, function: Callable[[Any], Any], *, missing: Any) -> np.ndarray:
    """`function` of each distinct value, spread over the rows; `missing` where there is none."""
    codes, uniques = pd.factorize(values)
    made = np.empty(len(uniques) + 1, dtype=object)
    made[:-1] = [function(value) for value in uniques]
    made[-1] = missing  # factorize gives -1 to None and NaN
    return made[codes]


def _plain(values: pd.Series) -> bool:
    """Whether the column is numeric or truth values: nothing to parse."""
    return pd.api.types.is_numeric_dtype(values)


def _stripped(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()


def is_blank(values: pd.Series) -> pd.Series:
    """True where a value is missing: absent, blank, or a word for missing such as NA or a dot."""
    if _plain(values):
        return values.isna() | ((values != 0) & (values.abs() < SUBNORMAL))
    blanks = {"", "."} if values.name in CODES else BLANKS
    blank = by_value(values, lambda v: _stripped(v) in blanks or is_subnormal(v), missing=True)
    return pd.Series(blank.astype(bool), index=values.index, name=values.name)


def is_subnormal(value: Any) -> bool:
    """Whether a cell is a number so near to 0 that it stands for a missing value (9e-312)."""
    if isinstance(value, str) and "e-3" not in value.lower():
        return False
    return 0 < abs(_number(value)) < SUBNORMAL


def _number(value: Any) -> float:
    """The float nearest to what is written; pandas' own parser is off by a bit in long decimals."""
    plain = _stripped(value)
    try:
        return float(plain) if plain.isascii() and "_" not in plain else np.nan
    except ValueError:
        return np.nan


def numbers(values: pd.Series) -> pd.Series:
    """The values as floats; NaN where missing, no number or a reader's 9e-312, 0 where its 5e-79."""
    if _plain(values):
        out = values.astype(float)
    else:
        codes, uniques = pd.factorize(values)
        parsed = np.array([*map(_number, uniques), np.nan], dtype=float)
        out = pd.Series(parsed[codes], index=values.index, name=values.name)
    tiny = (out.abs() < TINY) & (out != 0)
    return out.mask(tiny, 0.0).mask(tiny & (out.abs() < SUBNORMAL)) if tiny.any() else out


def text(values: pd.Series) -> pd.Series:
    """The values as stripped text, "" where missing; whole floats lose their ".0"."""
    blanks = {"", "."} if values.name in CODES else BLANKS
    codes, uniques = pd.factorize(values)
    # most columns are text throughout: one method call a value, not a function of ours
    all_text = pd.api.types.infer_dtype(uniques, skipna=False) == "string"
    stripped = [v.strip() for v in uniques] if all_text else [_stripped(v) for v in uniques]
    made = np.array([*("" if v in blanks else v for v in stripped), ""], dtype=object)
    return pd.Series(made[codes], index=values.index, name=values.name)


def flags(values: pd.Series) -> pd.Series:
    """True, False (also where blank) or NaN (neither Y nor N in any spelling), as objects."""

    def truth(value: Any) -> bool | float:
        plain = _stripped(value).upper()
        known = plain in TRUE or plain in FALSE or plain in BLANKS
        return plain in TRUE if known else np.nan

    return pd.Series(by_value(values, truth, missing=False), index=values.index, name=values.name)
