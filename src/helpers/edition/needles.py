"""A study's tables in, the values that no published byte may hold out; it never looks at a page.

Four kinds, each searched for as `Needles` says:

- **identifiers** of subjects (USUBJID, SUBJID and the like, and any extra column of adsl that tells
  every subject apart). One with a letter and a digit, or seven digits and more, is searched for
  wherever its words follow each other, whatever stands between them. A shorter one ("P12", "007")
  must be a whole cell, attribute or value. One of a word that the pages print and a number (study
  EXAMPLE, subject EXAMPLE-62) is searched for as written, a sign and no blank between: "Example: 62
  patients enrolled" names nobody. A plain number ("12") is everywhere; of these only a list
  that holds nearly all of them gives an alarm (of fewer than 30: a column that holds them all and
  nothing else), and a column that is headed by the identifier's name.
- **free text**: values of text columns that no chapter prints (comments, verbatim terms, EVNTDESC)
  which fewer than the threshold's number of subjects share and which have two words or more, or one
  word of letters and digits. A single plain word (a town) cannot be told from the book's own words.
- **dates**: full dates in text, as dates, or as SAS day and second counts in columns called ...DT.
- what the book's own sources hold is no evidence, and neither is a label that `study.toml` or a
  printed column holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import schema
from helpers.full_dates import dates_in, sas_dates
from helpers.readers import find_tables, read_table
from helpers.study import Study

WORD = re.compile(r"[^\W_]+")
IDENTIFIER = re.compile(
    r"U?SUBJI?D?|SUBJECT\w*|PAT(IENT)?(ID|NO|NUM)?|SCR(N|EEN)\w*|RAND(NO|ID)|MRN"
)
UNPRINTED = ("USUBJID", "EVNTDESC")  # columns of the schema whose values no chapter prints
LONGEST = 8  # words of a text that are compared: a page may cut it off there


@dataclass
class Needles:
    """What to search for. `words`: kind -> word sequences, lower case; `cells`: short identifiers;
    `joined`: identifiers of a printed word and a number; `numbers`: plain numbers that are
    identifiers; `dates`; `headers`: names of identifier columns.
    """

    words: dict[str, set[tuple[str, ...]]] = field(
        default_factory=lambda: {"identifier": set(), "free text": set()}
    )
    cells: set[str] = field(default_factory=set)
    joined: set[tuple[str, ...]] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    dates: set[dt.date] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in lower case: what is compared, whatever stands between them."""
    return tuple(WORD.findall(text.lower()))


def study_needles(study: Study) -> Needles:
    """The values of the study's own files that an edition of hidden subjects may not hold.

    Reads the files once more, as they are: columns that the study renames or ignores count too.
    """
    out, printed = Needles(), _printed(study)
    for name in schema.COLUMNS:
        ours = {v.strip().upper(): k for k, v in study.config.columns.get(name, {}).items()}
        for path in find_tables(study.folder, name):
            for column, values, subjects in _columns(path, ours, name):
                _add_column(out, name, column, values, subjects, study.config.least)
    out.words["free text"] -= printed
    out.joined = _joined(out.words["identifier"], {word for text in printed for word in text})
    out.words["identifier"] -= out.joined
    return out


def _joined(identifiers: set[tuple[str, ...]], printed: set[str]) -> set[tuple[str, ...]]:
    """Those of two words, a printed one and a number: in prose the two follow each other by chance."""
    return {i for i in identifiers if len(i) == 2 and i[0] in printed and i[1].isdigit()}


def _printed(study: Study) -> set[tuple[str, ...]]:
    """Labels of `study.toml` and terms of the columns that chapters print."""
    config = study.config
    texts = {config.title, config.short, config.id, config.source, *study.arms}
    texts |= {value for arm in config.arms for value in arm.values}
    for item in (*config.parameters.values(), *config.endpoints.values()):
        texts |= {item.label, item.paramcd, item.unit}
    for name in ("adsl", "adae"):
        table = getattr(study, name)
        for column, spec in schema.COLUMNS[name].items():
            if table is not None and spec.kind == "text" and column not in UNPRINTED:
                texts |= set(table[column].dropna().unique()) if column in table else set()
    return {words_of(str(text))[:LONGEST] for text in texts}


def _columns(
    path: Path, ours: dict[str, str], name: str
) -> Iterator[tuple[str, pd.Series, pd.Series]]:
    """Each column that may hold a needle: its name as in the schema, its values, the subjects."""
    frame, _ = read_table(path)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    subject = next((c for c in frame.columns if ours.get(c, c) == "USUBJID"), None)
    subjects = frame[subject] if subject else pd.Series(range(len(frame)), frame.index)
    for column in frame.columns:
        known = ours.get(column, column)
        if known in schema.COLUMNS[name] and known not in UNPRINTED:
            continue
        if known == "USUBJID" and name != "adsl":
            continue  # every subject stands in adsl
        yield known, frame[column], subjects


def _add_column(
    out: Needles, table: str, column: str, values: pd.Series, subjects: pd.Series, least: int
) -> None:
    if IDENTIFIER.fullmatch(column) or _tells_apart(table, values):
        out.headers |= {column} if IDENTIFIER.fullmatch(column) else set()
        _add_identifiers(out, values)
    elif pd.api.types.is_datetime64_any_dtype(values):
        out.dates |= {stamp.date() for stamp in pd.DatetimeIndex(values.dropna().unique())}
    elif pd.api.types.is_numeric_dtype(values):
        if column.endswith(("DT", "DTM")):
            out.dates |= set(sas_dates(values.dropna().unique(), seconds=column.endswith("DTM")))
    else:
        _add_texts(out, column, values, subjects, least)


def _tells_apart(table: str, values: pd.Series) -> bool:
    """Whether a text column of adsl with digits in it names every subject."""
    if table != "adsl" or len(values) < 2 or pd.api.types.is_numeric_dtype(values):
        return False
    if pd.api.types.is_datetime64_any_dtype(values) or not values.is_unique:
        return False
    texts = values.astype(str)
    numbers = pd.to_numeric(texts, errors="coerce").notna().all()  # a weight tells apart as well
    dated = texts.map(dates_in).map(bool).any()
    return bool(texts.str.contains(r"\d").all()) and not (numbers or dated)


def _add_identifiers(out: Needles, values: pd.Series) -> None:
    for value in values.dropna().unique():
        text = f"{value:g}" if isinstance(value, float) else str(value).strip()
        words = words_of(text)
        joined = "".join(words)
        mixed = any(c.isdigit() for c in joined) and any(c.isalpha() for c in joined)
        if not words:
            continue
        if (mixed and len(joined) >= 5) or len(joined) >= 7:
            out.words["identifier"].add(words[:LONGEST])
        elif (mixed and len(joined) >= 3) or (joined.startswith("0") and len(joined) >= 3):
            out.cells.add(text.lower())
        elif joined.isdigit():
            out.numbers.add(text)


def _add_texts(
    out: Needles, column: str, values: pd.Series, subjects: pd.Series, least: int
) -> None:
    codes, texts = pd.factorize(values)
    who, names = pd.factorize(subjects)
    # once a subject and text, whatever the number of rows
    pairs = np.unique(codes[codes >= 0].astype(np.int64) * (len(names) + 1) + who[codes >= 0] + 1)
    shared = np.bincount(pairs // (len(names) + 1), minlength=len(texts))
    for text in map(str, texts):
        out.dates |= dates_in(text)
    if column.endswith(("DT", "DTM")):
        numbers = pd.to_numeric(pd.Series(texts), errors="coerce").dropna()
        out.dates |= set(sas_dates(numbers, seconds=column.endswith("DTM")))
    for text in map(str, texts[shared < least]):
        words = words_of(text)
        letters = "".join(words)
        coded = any(c.isdigit() for c in letters) and any(c.isalpha() for c in letters)
        several = len(words) > 1 and sum(c.isalpha() for c in letters) >= 8
        if several or (len(words) == 1 and coded and len(letters) >= 6):
            out.words["free text"].add(words[:LONGEST])
