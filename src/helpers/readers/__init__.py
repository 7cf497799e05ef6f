"""A table file in, its raw frame and notes on what reading changed out; no row or column is dropped.

Text formats come as text (so that a report can show what was found), typed formats typed: a column
is floats, integers, or objects holding text with None or NaN for missing. Dates are ISO 8601 text
in every format once `one_spelling` has seen the frame. One module a family of formats.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from helpers.errors import Problem
from helpers.printable import without_controls
from helpers.readers import dataset_json, delimited, parquet, sas
from helpers.readers.bounded import check_texts
from helpers.readers.note import note
from helpers.readers.spelling import one_spelling

__all__ = ["READERS", "ending_of", "find_table", "find_tables", "holds_table", "one_spelling",
           "read_table", "stem_of"]  # fmt: skip

Reader = Callable[[Path], tuple[pd.DataFrame, list[Problem]]]
READERS: dict[str, Reader] = {
    ".csv": delimited.read,
    ".csv.gz": delimited.read,
    ".tsv": delimited.read,
    ".parquet": parquet.read,
    ".xpt": sas.read_xpt,
    ".sas7bdat": sas.read_sas7bdat,
    ".json": dataset_json.read,
    ".ndjson": dataset_json.read_lines,
    ".dsjc": dataset_json.read_compressed,
}
# tables of measurements, one row a subject, parameter and visit, which are read as one (adlb):
# laboratory, vital signs, questionnaires, electrocardiograms; sponsors part them by letters (adlbc)
MEASUREMENTS = re.compile(r"ad(lb|vs|qs|eg)[a-z]{0,4}")


def find_table(folder: Path, name: str) -> Path | None:
    """The first file of table `name` in `folder` (case does not matter), or None."""
    return next(iter(find_tables(folder, name)), None)


def find_tables(folder: Path, name: str) -> list[Path]:
    """The files of table `name`: one, but adlb may be several (adlbc, advs), adlb itself first.

    Of two files of one stem the first by name; the other is a twin, which the report names.
    """
    found: dict[str, Path] = {}
    for path in sorted(p for p in folder.iterdir() if holds_table(p, name)):
        found.setdefault(stem_of(path), path)
    return [found[stem] for stem in sorted(found, key=lambda stem: (stem != name, stem))]


def stem_of(path: Path) -> str:
    """The name of a table file without its ending, in lower case; "" for a file of no format."""
    ending = ending_of(path)
    return path.name.lower().removesuffix(ending) if ending else ""


def holds_table(path: Path, name: str) -> bool:
    """Whether `path` holds table `name`, or a part of it, in any of the formats."""
    stem = stem_of(path)
    return stem == name or (name == "adlb" and bool(MEASUREMENTS.fullmatch(stem)))


def ending_of(path: Path) -> str | None:
    """The ending of `path` that says its format, or None when it is no table."""
    fits = [ending for ending in READERS if path.name.lower().endswith(ending)]
    return max(fits, key=len) if fits else None


def read_table(path: Path) -> tuple[pd.DataFrame, list[Problem]]:
    """One table and the notes on reading it; row i of the frame is data row i of the file.

    Column names come in upper case without outer blanks; equal names stay, for the caller to
    report. Errors: whatever the format's library raises; `tables` turns that into a problem.
    """
    frame, notes = READERS[ending_of(path)](path)
    check_texts(frame)
    if path.is_symlink() and path.resolve().parent != path.parent.resolve():
        found = without_controls(str(path.resolve()))
        notes.append(note(path.name, "", "link", f"a link to {found}", "the file there is read", 1))
    names = [without_controls(str(name)).strip().upper() for name in frame.columns]
    changed = [old for old, new in zip(frame.columns, names, strict=True) if str(old) != new]
    if changed:
        found = ", ".join(repr(str(name)) for name in changed[:5])
        made = "names are compared in upper case without outer blanks"
        notes.append(note(path.name, "", "column name respelled", found, made, len(changed)))
    frame.columns = names
    return frame, notes
