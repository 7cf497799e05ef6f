"""A study folder in, its raw tables and every problem of reading them out; it judges no value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.config_check import TABLES
from helpers.errors import Problem
from helpers.file_kinds import kind_of_file
from helpers.readers import (
    READERS,
    ending_of,
    find_table,
    holds_table,
    one_spelling,
    read_table,
)
from helpers.readers.faults import not_a_file, unreadable
from helpers.schema import COLUMNS

FIRST = 2  # number of the first row of data, below the header


def raw_tables(
    folder: Path, columns: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, pd.DataFrame], dict[str, str], list[Problem]]:
    """Table name -> raw frame, table name -> file name, and what reading found or changed.

    A frame's index is the number of each row in its file, as a text editor counts (header: 1).

    `columns` maps table -> our column name -> theirs, as `study.toml` does. A table that cannot be
    read or has a column twice is left out and is a problem.
    """
    raw: dict[str, pd.DataFrame] = {}
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for name in TABLES:
        path = find_table(folder, name)
        if path is None:
            continue
        problems += _twins(folder, name, path)
        if kind_of_file(path):
            problems.append(not_a_file(path, kind_of_file(path)))
            continue
        try:
            frame, notes = _read(path, name, columns.get(name, {}))
        except Exception as error:  # whatever a reader raises, the report names the file
            problems.append(unreadable(path, error))
            continue
        faults = _shape_problems(frame, name, path)
        problems += notes + faults
        if not any(p.rule == "duplicate column" for p in faults):
            raw[name], files[name] = frame, path.name
    if "adsl" in raw:
        problems += _unread(folder)
    elif not any(p.file.lower().startswith("adsl") for p in problems):
        problems.append(_missing_adsl(folder))
    return raw, files, problems


def _twins(folder: Path, name: str, path: Path) -> list[Problem]:
    """The table in a second format, or in a second spelling of its name."""
    twins = sorted(p.name for p in folder.iterdir() if p != path and holds_table(p, name))
    do = "keep the one to use, move the other out of the folder"
    rule, expected = "two files of one table", f"one file of {name}"
    found = f"{path.name}, {', '.join(twins)}"
    return [Problem(path.name, "", rule, expected, found, do)] if twins else []


def _read(path: Path, name: str, mapping: Mapping[str, str]) -> tuple[pd.DataFrame, list[Problem]]:
    """One table under our column names, its values in one spelling."""
    frame, notes = read_table(path)
    notes = notes + _bad_mappings(frame, mapping, name, path.name)
    texts = [column for column, spec in COLUMNS[name].items() if spec.kind == "text"]
    frame, more = one_spelling(renamed(frame, mapping), path.name, texts=texts)
    frame.index = pd.RangeIndex(FIRST, FIRST + len(frame))
    return frame, notes + more


def _unread(folder: Path) -> list[Problem]:
    """Table files under other names: a part of a table that is missing, or what the book has no use for."""
    others = sorted(
        path.name
        for path in folder.iterdir()
        if path.is_file()
        and ending_of(path)
        and not any(holds_table(path, name) for name in TABLES)
    )
    missing = [name for name in TABLES[1:] if find_table(folder, name) is None]
    out = []
    for name in missing:
        parts = [other for other in others if other.lower().startswith(name)]
        if parts:
            others = [other for other in others if other not in parts]
            out.append(_part(name, parts))
    if others:
        found = ", ".join(others[:20]) + (", ..." if len(others) > 20 else "")
        expected = f"tables named {', '.join(TABLES)}"
        do = "nothing, or move what belongs to one of these tables into it"
        rule = "table that is not read"
        out.append(Problem(str(folder), "", rule, expected, found, do, severity="note"))
    return out


def _part(name: str, parts: list[str]) -> Problem:
    do = f"put their rows together in one file named {name}"
    if len(parts) == 1:
        do = f"rename it to {name} with the same ending, if it is the whole table"
    found = ", ".join(parts)
    return Problem(
        name, "", "table under another name", f"one file {name}", found, do, severity="warning"
    )


def _missing_adsl(folder: Path) -> Problem:
    found = ", ".join(sorted(p.name for p in folder.iterdir())) or "an empty folder"
    expected = "adsl" + ", adsl".join(READERS)
    do = (
        "add the subject-level table: one row a subject with USUBJID and TRT01A (of a table with a row a "
        "visit, the columns of the subject; its measurements are adlb)"
    )
    return Problem("adsl", "", "missing table", expected, found, do)


def _shape_problems(frame: pd.DataFrame, name: str, path: Path) -> list[Problem]:
    """A column twice, an adsl without rows."""
    out = []
    for column in sorted(set(frame.columns[frame.columns.duplicated()])):
        do = "keep one (names are compared without case) or correct the mapping"
        out.append(Problem(path.name, column, "duplicate column", "each once", column, do))
    if name == "adsl" and frame.empty:
        out.append(
            Problem(path.name, "", "no rows", "one row a subject", "none", "add the subjects")
        )
    return out


def renamed(frame: pd.DataFrame, mapping: Mapping[str, str]) -> pd.DataFrame:
    """The frame under our column names; `mapping` is ours -> theirs. A column that ours replaces goes."""
    back = {theirs.strip().upper(): ours for ours, theirs in mapping.items()}
    keep = [c for c in frame.columns if c not in mapping or mapping[c].strip().upper() == c]
    kept = frame if len(keep) == len(frame.columns) else frame[keep]
    out = kept.copy(deep=False)  # selecting and renaming would copy a large table twice
    out.columns = [back.get(c, c) for c in out.columns]
    return out


def _bad_mappings(
    frame: pd.DataFrame, mapping: Mapping[str, str], name: str, file: str
) -> list[Problem]:
    return [
        Problem(
            "study.toml",
            f"columns.{name}.{ours}",
            "unknown column mapping",
            f"a column of {file}: {', '.join(frame.columns)}",
            repr(theirs),
            "spell it as the table does, or remove the line",
        )
        for ours, theirs in mapping.items()
        if theirs.strip().upper() not in frame.columns
    ]
