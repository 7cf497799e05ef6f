"""A raw frame in, the same rows with dates, numbers, truth values and ids in one spelling out, with notes.

What a format can only say in its own way (a SAS date is a number of days) reads alike afterwards.
A value that may mean something else stays as it is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import pandas as pd

from helpers.cells import BLANKS, by_value, is_blank, numbers
from helpers.errors import Problem
from helpers.printable import has_control, without_controls
from helpers.readers.decimal_comma import with_points
from helpers.readers.note import note

IDS = ("USUBJID", "SUBJID")
# English, German (weiblich, männlich), French, Spanish; no numbers: 1 and 2 are used either way
SEXES = {
    **dict.fromkeys(("f", "female", "woman", "w", "weiblich", "frau", "femme", "mujer"), "F"),
    **dict.fromkeys(("m", "male", "man", "männlich", "maennlich", "mann", "homme", "hombre"), "M"),
}
EPOCH = np.datetime64("1960-01-01", "s")  # SAS counts days and seconds from here
DAY = 86_400
# a number is taken for a date only within these years; births reach further back
EARLIEST, LATEST = np.datetime64("1980-01-01", "s"), np.datetime64("2040-01-01", "s")
EARLIEST_BIRTH = np.datetime64("1900-01-01", "s")
_SAS_DATE = re.compile(r"(\d{1,2}[A-Za-z]{3}\d{4})(?::(\d\d:\d\d(?::\d\d)?))?")
_GRADE = re.compile(r"[0-5](\.0+)?")
_WHOLE = re.compile(r"\d+(\.0+)?")

Made = tuple[np.ndarray, str, str]  # the new values, the rule, what they were read as


def one_spelling(
    frame: pd.DataFrame, file: str, *, texts: Collection[str] = ()
) -> tuple[pd.DataFrame, list[Problem]]:
    """The frame with ISO dates, Y and N, decimal points, and ids without ".0"; a note on each.

    `texts` names columns whose commas are never decimal ones (an arm may be called "0,5").
    """
    frame, notes = frame.copy(deep=False), []
    separator = frame.attrs.get("separator", ",")
    for i, name in enumerate(frame.columns):
        before = frame.iloc[:, i]
        plain = _plain(before)
        if plain is not None:
            notes.append(_note_on_controls(before, plain, file))
            frame.isetitem(i, plain)
            before = frame.iloc[:, i]
        points = None
        if before.dtype == object and name not in texts:
            points = with_points(before, separator=separator, file=file)
        values, told = points or _respelt(before, file) or (None, None)
        if values is not None:
            frame.isetitem(i, values)
        if told is not None:
            notes.append(told)
    return frame, notes


def _respelt(before: pd.Series, file: str) -> tuple[Any, Problem | None] | None:
    """The column in the one spelling, with a note where a value changed; None where none fits."""
    name = str(before.name)
    made = _truth_values(before) or _dates(name, before) or _ids(name, before)
    made = made or _sexes(name, before) or _grades(name, before)
    if made is None:
        return None
    values, rule, what = made
    filled = np.flatnonzero(before.notna() & pd.notna(values))
    if not len(filled):
        return values, None
    cell = before.iloc[filled[0]]
    shown = f"{what}: {cell} is {values[filled[0]]}"
    found = repr(cell) if isinstance(cell, str) else str(cell)
    return values, note(file, name, rule, found, shown, len(filled))


def _plain(values: pd.Series) -> np.ndarray | None:
    """The column without control characters, which no page can carry; None where there are none."""
    if values.dtype != object:
        return None
    texts = (value for value in values.unique() if isinstance(value, str))
    if not has_control("".join(texts)):  # one search for all: most columns have none
        return None
    codes, uniques = pd.factorize(values)
    made = [without_controls(v) if isinstance(v, str) else v for v in uniques]
    return np.array([*made, None], dtype=object)[codes]


def _note_on_controls(before: pd.Series, plain: np.ndarray, file: str) -> Problem:
    hits = np.flatnonzero((before != plain) & before.notna())
    found = repr(before.iloc[hits[0]])
    made = f"read as {plain[hits[0]]!r}"
    return note(file, str(before.name), "control character", found, made, len(hits))


def _sexes(name: str, values: pd.Series) -> Made | None:
    """F and M (CDISC's codes) for SEX in words; other words stay, to be reported."""
    if name != "SEX":
        return None
    words = {word for word in _words(values) if word.casefold() in SEXES}
    if words <= {"F", "M"}:
        return None
    made = by_value(values, lambda v: SEXES.get(str(v).strip().casefold(), v), missing=None)
    return made, "sex in words", "written F or M"


def _grades(name: str, values: pd.Series) -> Made | None:
    """Grade 1 to Grade 5 for a severity that is the number of a toxicity grade (CTCAE, DAIDS)."""
    if name != "AESEV" or is_blank(values).all():
        return None
    words = {str(value).strip() for value in values[~is_blank(values)].unique()}
    if not all(_GRADE.fullmatch(word) for word in words):
        return None
    grade = by_value(values, lambda v: f"Grade {str(v).strip()[:1]}", missing=None)
    grade[is_blank(values).to_numpy()] = None
    return grade, "severity as a number", "the number of a toxicity grade"


def _truth_values(values: pd.Series) -> Made | None:
    """Y and N for a column of truth values."""
    if pd.api.types.infer_dtype(values, skipna=True) != "boolean":
        return None
    made = by_value(values, lambda value: "Y" if value else "N", missing=None)
    return made, "truth value", "written Y or N"


def _dates(name: str, values: pd.Series) -> Made | None:
    """ISO 8601 text for dates, times, SAS dates as numbers, and SAS dates as 01MAR2014."""
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    if pd.api.types.is_datetime64_any_dtype(values):
        return iso_text(values.to_numpy("datetime64[s]")), "date", "written as ISO 8601"
    if pd.api.types.infer_dtype(values, skipna=True) == "time":
        iso = by_value(values, lambda time: time.isoformat(), missing=None)
        return iso, "time", "written as ISO 8601"
    if name.endswith(("DT", "DTM")) and not is_blank(values).all():
        return _sas_numbers(name, values) or _sas_words(values)
    return None


def iso_text(moments: np.ndarray) -> np.ndarray:
    """datetime64 as text: the day alone where every time is midnight; None where missing."""
    days = moments.astype("datetime64[D]")
    missing = np.isnat(moments)
    exact = days if ((days == moments) | missing).all() else moments
    uniques, rows = np.unique(exact, return_inverse=True)
    texts = np.datetime_as_string(uniques).astype(object)
    texts[np.isnat(uniques)] = None
    return texts[rows]


def _sas_numbers(name: str, values: pd.Series) -> Made | None:
    """ADaM's --DT (days) and --DTM (seconds) as numbers without a date format."""
    numeric = numbers(values)
    if (numeric.isna() & ~is_blank(values)).any() or not np.isfinite(numeric.dropna()).all():
        return None
    seconds = numeric * (1 if name.endswith("DTM") else DAY)
    moments = np.full(len(values), np.datetime64("NaT", "s"))
    there = seconds.notna().to_numpy()
    if (seconds[there].abs() > 1e10).any():
        return None
    moments[there] = EPOCH + seconds[there].round().to_numpy().astype("timedelta64[s]")
    first = EARLIEST_BIRTH if name.startswith("BRTH") else EARLIEST
    if (moments[there] < first).any() or (moments[there] > LATEST).any():
        return None
    return iso_text(moments), "date as a number", "SAS counts days or seconds from 1960"


def _sas_words(values: pd.Series) -> Made | None:
    """Texts such as 01MAR2014 or 01MAR2014:10:20:30 (DATE9., DATETIME20.)."""
    if not all(_SAS_DATE.fullmatch(word) for word in _words(values)):
        return None
    try:
        made = by_value(values, _iso_of_word, missing=None)
    except ValueError:  # 31FEB2014: left for the report of whoever uses the column
        return None
    return made, "SAS date", "written as ISO 8601"


def _words(values: pd.Series) -> Iterator[str]:
    """The distinct texts that are there, stripped; lazily, for most columns fail on the first."""
    stripped = (str(value).strip() for value in values.unique() if not pd.isna(value))
    return (word for word in stripped if word not in BLANKS)


def _iso_of_word(value: Any) -> str | None:
    found = _SAS_DATE.fullmatch(str(value).strip())
    if not found:
        return None  # a blank
    day = datetime.datetime.strptime(found[1], "%d%b%Y").date().isoformat()
    return f"{day}T{found[2]}" if found[2] else day


def _ids(name: str, values: pd.Series) -> Made | None:
    """Ids as text: 7 and 7.0 are one subject; "007" stays."""
    if name not in IDS or values.isna().all():
        return None
    if pd.api.types.is_float_dtype(values) and not (values.dropna() % 1 == 0).all():
        return None
    if pd.api.types.is_numeric_dtype(values):
        return by_value(values, lambda v: str(int(v)), missing=None), "id as a number", "made text"
    if not all(_WHOLE.fullmatch(word) for word in _words(values)) or not any(
        "." in word for word in _words(values)
    ):
        return None
    made = by_value(values, lambda v: str(v).strip().split(".")[0], missing=None)
    return made, "id as a number", "made text"
