"""Raw tables in, typed tables joined with the arm out, and notes on what typing changed.

Text becomes stripped text, numbers floats, flags and CNSR truth values. Columns that `schema` does
not know are floats where every value is a number, else text, so that a study is the same in each
format. No row is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers import schema
from helpers.cells import (
    BLANKS,
    CODES,
    FALSE,
    SUBNORMAL,
    TINY,
    TRUE,
    flags,
    is_subnormal,
    numbers,
    text,
)
from helpers.config import StudyConfig
from helpers.errors import Problem
from helpers.readers.note import note

UNCLASSED = "Not classified"  # body system of an event without one
_NUMBER = re.compile(r"[+-]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][+-]?\d+)?")


def arms_by_subject(config: StudyConfig, adsl: pd.DataFrame) -> pd.Series:
    """The arm's label (categories in dose order) by USUBJID."""
    labels = {value: arm.label for arm in config.arms for value in arm.values}
    arms = pd.Categorical(
        text(adsl["TRT01A"]).map(labels),
        categories=[arm.label for arm in config.arms],
        ordered=True,
    )
    return pd.Series(arms, index=text(adsl["USUBJID"]))


def typed_table(name: str, frame: pd.DataFrame, arm_of: pd.Series) -> pd.DataFrame:
    """Table `name` typed, with ARM, the arm's label, as its second column (in place of its own ARM).

    A blank is NaN among numbers, "" among texts and False among flags; adae gets AEBODSYS and adlb
    BLQFL (False) where they are absent.
    """
    # SDTM's ARM, which adsl often carries, is the planned treatment; ours is the one analysed
    theirs = (item for item in frame.items() if item[0] != "ARM")
    first, *others = ((column, _typed(name, column, values)) for column, values in theirs)
    out = dict([first, ("ARM", None), *others])
    # all at once: pandas warns of a column that is put into a frame of a hundred and more
    out["ARM"] = arm_of.reindex(out["USUBJID"]).array
    if name == "adae" and "AEBODSYS" not in out:
        out["AEBODSYS"] = UNCLASSED
    if name == "adlb" and "BLQFL" not in out:
        out["BLQFL"] = np.zeros(len(frame), dtype=bool)
    # without a copy: three copies of a large adlb at once would be the peak of the whole build
    typed = pd.DataFrame(out, index=frame.index, copy=False)
    typed.index = pd.RangeIndex(len(typed))  # the file's row numbers end here
    return typed


def _typed(name: str, column: str, values: pd.Series) -> pd.Series:
    spec = schema.COLUMNS[name].get(column)
    if spec is None:
        return _unknown(values)
    if spec.kind in ("number", "time"):
        return numbers(values)
    if spec.kind == "flag":
        return flags(values).eq(True)
    if spec.kind == "code":
        return numbers(values) != 0
    return text(values)


def _unknown(values: pd.Series) -> pd.Series:
    """Floats where every value is a number without a leading zero ("02" is a code), else text."""
    words = text(values)
    distinct = [word for word in words.unique() if word]
    if distinct and all(_NUMBER.fullmatch(word) for word in distinct):
        return numbers(values)
    return words


def notes_on_typing(name: str, frame: pd.DataFrame, file: str) -> list[Problem]:
    """What `typed_table` will make of cells that are not spelled as it spells them."""
    out = []
    for column, values in frame.items():
        spec = schema.COLUMNS[name].get(column)
        out += _column_notes(file, str(column), values, spec.kind if spec else "")
    if name == "adae" and "AEBODSYS" not in frame:
        made = f"every event is in the body system {UNCLASSED!r}"
        out.append(note(file, "AEBODSYS", "no body system", "no such column", made, len(frame)))
    return out


def _column_notes(file: str, column: str, values: pd.Series, kind: str) -> list[Problem]:
    if pd.api.types.is_numeric_dtype(values) and kind not in ("text", "flag"):
        codes, uniques = None, values[(values.abs() < TINY) & (values != 0)]
    else:
        codes, uniques = pd.factorize(values)
    out = []
    for rule, (differs, made) in _changes(column, kind).items():
        hits = [i for i, value in enumerate(uniques) if differs(value)]
        if hits:
            count = len(hits) if codes is None else int(np.isin(codes, hits).sum())
            found = repr(uniques.iloc[0] if codes is None else uniques[hits[0]])
            out.append(note(file, column, rule, found, made, count))
    return out


def _changes(column: str, kind: str) -> dict[str, tuple[Callable[[object], bool], str]]:
    """Rule -> (whether a value is changed by it, what it is read as), for a kind of column."""
    is_text = kind in ("", "text", "flag")
    rules: dict[str, tuple[Callable[[object], bool], str]] = {}
    if column not in CODES:
        rules["word for missing"] = (_is_word_for_missing, "read as missing")
    if is_text:
        rules["padded text"] = (lambda v: str(v) != str(v).strip(), "read without outer blanks")
    if kind in ("number", "time", "code", ""):
        made = "a missing value as some SAS readers return it, read as missing"
        rules["missing in disguise"] = (is_subnormal, made)
        rules["zero in disguise"] = (_is_tiny, "a zero as some SAS readers return it, read as 0")
    if kind == "flag":
        rules["flag in other words"] = (_is_other_flag, "read as Y or N")
    if kind == "text":
        rules["text as a number"] = (lambda v: isinstance(v, int | float), "made text")
    return rules


def _is_word_for_missing(value: object) -> bool:
    return isinstance(value, str) and value.strip() in BLANKS - {""}


def _is_tiny(value: object) -> bool:
    try:
        return SUBNORMAL <= abs(float(value)) < TINY
    except (TypeError, ValueError):
        return False


def _is_other_flag(value: object) -> bool:
    word = str(value).strip()
    return word not in ("Y", "N") and word.upper() in TRUE | FALSE
