"""A study folder in, its raw tables and every problem of reading them out; it judges no value."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.config_check import TABLES
from helpers.errors import Problem
from helpers.file_kinds import kind_of_file
from helpers.ingest.measurements import joined
from helpers.readers import (
    READERS,
    ending_of,
    find_table,
    find_tables,
    holds_table,
    one_spelling,
    read_table,
    stem_of,
)
from helpers.readers.faults import not_a_file, unreadable
from helpers.schema import COLUMNS

UNMAPPED = "unknown column mapping"
FIRST = 2  # number of the first row of data, below the header


def raw_tables(
    folder: Path, columns: Mapping[str, Mapping[str, str]]
) -> tuple[dict[str, pd.DataFrame], dict[str, str], list[Problem]]:
    """Table name -> raw frame, table name -> file name(s), and what reading found or changed.

    A frame's index is the number of each row in its file, as a text editor counts (header: 1); of
    several files `measurements.at_their_files` tells the file from it.

    `columns` maps table -> our column name -> theirs, as `study.toml` does. A table that cannot be
    read or has a column twice is left out and is a problem.
    """
    raw: dict[str, pd.DataFrame] = {}
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for name in TABLES:
        parts: dict[str, pd.DataFrame] = {}
        paths, found = find_tables(folder, name), []
        for path in paths:
            frame, more = _one_table(folder, name, path, columns.get(name, {}))
            found += more
            if frame is not None:
                parts[path.name] = frame
        problems += _unmapped_in_all(found, len(paths))
        if parts:
            raw[name], files[name], more = joined(parts)
            problems += more
    if "adsl" in raw:
        problems += _unread(folder)
    elif not any(p.file.lower().startswith("adsl") for p in problems):
        problems.append(_missing_adsl(folder))
    return raw, files, problems


def _one_table(
    folder: Path, name: str, path: Path, mapping: Mapping[str, str]
) -> tuple[pd.DataFrame | None, list[Problem]]:
    """One file's frame, None where it cannot be used, and what was found."""
    twins = _twins(folder, name, path)
    if kind_of_file(path):
        return None, [*twins, not_a_file(path, kind_of_file(path))]
    try:
        frame, notes = _read(path, name, mapping)
    except Exception as error:  # whatever a reader raises, the report names the file
        return None, [*twins, unreadable(path, error)]
    faults = _shape_problems(frame, name, path)
    usable = not any(p.rule == "duplicate column" for p in faults)
    return frame if usable else None, twins + notes + faults


def _twins(folder: Path, name: str, path: Path) -> list[Problem]:
    """The table in a second format, or in a second spelling of its name."""
    twins = sorted(
        p.name
        for p in folder.iterdir()
        if p != path and stem_of(p) == stem_of(path) and holds_table(p, name)
    )
    do = "keep the one to use, move the other out of the folder"
    rule, expected = "two files of one table", f"one file of {stem_of(path)}"
    found = f"{path.name}, {', '.join(twins)}"
    return [Problem(path.name, "", rule, expected, found, do)] if twins else []


def _read(path: Path, name: str, mapping: Mapping[str, str]) -> tuple[pd.DataFrame, list[Problem]]:
    """One table under our column names, its values in one spelling."""
    frame, notes = read_table(path)
    texts = [column for column, spec in COLUMNS[name].items() if spec.kind == "text"]
    notes = notes + _bad_mappings(frame, mapping, name, path.name)
    here = {o: t for o, t in mapping.items() if t.strip().upper() in frame.columns}
    frame, more = one_spelling(renamed(frame, here), path.name, texts=texts)
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


def _unmapped_in_all(found: list[Problem], files: int) -> list[Problem]:
    """The problems without a mapping that one of the files of a table can follow."""
    bad = [p.column for p in found if p.rule == UNMAPPED]
    return [p for p in found if p.rule != UNMAPPED or bad.count(p.column) == files]


def _bad_mappings(
    frame: pd.DataFrame, mapping: Mapping[str, str], name: str, file: str
) -> list[Problem]:
    return [
        Problem(
            "study.toml",
            f"columns.{name}.{ours}",
            UNMAPPED,
            f"a column of {file}: {', '.join(frame.columns)}",
            repr(theirs),
            "spell it as the table does, or remove the line",
        )
        for ours, theirs in mapping.items()
        if theirs.strip().upper() not in frame.columns
    ]
