"""A column of dates in, the first and last day that each can mean out; none is completed.

Partial dates are usual ("2015-03", "2015"): such a date means every day of its month or year.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.cells import is_blank

SAS_EPOCH = np.datetime64("1960-01-01", "D")
_ISO = re.compile(r"^(\d{4})(?:-(\d\d|-{1,2}|UN|UNK)(?:-(\d\d|-{1,2}|UN))?)?(?:[T ].*)?$")
_NAMED = re.compile(r"^(\d{1,2}|UN|UNK)[- ]?([A-Z]{3})[- ]?(\d{4})(?:[: ].*)?$")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")


@dataclass(frozen=True)
class Dates:
    """`first` and `last` day that each cell can mean (NaT: none), and where a cell is no date."""

    first: np.ndarray
    last: np.ndarray
    unreadable: np.ndarray


def read_dates(column: pd.Series) -> Dates:
    """The days that the cells of a date column mean; numbers are SAS days, or seconds, since 1960.

    Read: 2015, 2015-03, 2015-03-01 with or without a time, 01MAR2015, 20150301, SAS numbers.
    """
    codes, found = pd.factorize(column.to_numpy() if column.dtype == object else column)
    values = pd.Series(found)
    if pd.api.types.is_datetime64_any_dtype(values):
        days = values.to_numpy().astype("datetime64[D]")
        pairs = list(zip(days, days, strict=True))
    elif pd.api.types.is_numeric_dtype(values):
        pairs = [_sas(float(value)) for value in values]
    else:
        texts = values.astype(object).where(~is_blank(values), "").astype(str).str.strip()
        pairs = [_from_text(text) for text in texts]
    blank = np.append(is_blank(values.astype(object)).to_numpy(dtype=bool), True)
    nat = np.datetime64("NaT", "D")
    first = np.array([p[0] if p else nat for p in pairs] + [nat], dtype="datetime64[D]")
    last = np.array([p[1] if p else nat for p in pairs] + [nat], dtype="datetime64[D]")
    return Dates(first[codes], last[codes], (np.isnat(first) & ~blank)[codes])


def _sas(value: float) -> tuple | None:
    if not np.isfinite(value):
        return None
    days = value / 86400 if abs(value) > 1e6 else value
    return (SAS_EPOCH + int(days // 1),) * 2


def _from_text(text: str) -> tuple | None:
    for pattern, read in _FORMS:
        match = pattern.match(text.upper())
        if match:
            try:
                return read(match)
            except ValueError:
                return None
    return None


def _span(year: int, month: int | None, day: int | None) -> tuple:
    first = datetime.date(year, month or 1, day or 1)
    if day:
        last = first
    elif month:
        last = datetime.date(year + month // 12, month % 12 + 1, 1) - datetime.timedelta(days=1)
    else:
        last = datetime.date(year, 12, 31)
    return np.datetime64(first, "D"), np.datetime64(last, "D")


def _part(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None


def _named(match: re.Match) -> tuple:
    month = _MONTHS.index(match[2]) + 1 if match[2] in _MONTHS else None
    if month is None and match[2] != "UNK":
        raise ValueError(match[2])
    return _span(int(match[3]), month, _part(match[1]) if month else None)


def _digits(match: re.Match) -> tuple | None:
    text = match[0]
    if len(text) == 8:
        return _span(int(text[:4]), int(text[4:6]), int(text[6:]))
    return _sas(float(text))


_FORMS: list[tuple[re.Pattern, Callable]] = [
    (_ISO, lambda m: _span(int(m[1]), _part(m[2]), _part(m[3]) if _part(m[2]) else None)),
    (_NAMED, _named),
    (re.compile(r"^-?\d{1,12}(?:\.0+)?$"), _digits),
]
