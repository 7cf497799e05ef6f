"""Several tables of measurements in (laboratory, vital signs, questionnaires), one table out.

They have one structure, a row a subject, parameter and visit, so they are analysed alike. A parameter
that stands in two tables is taken from the first: read twice, it would count twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from helpers.cells import text
from helpers.errors import Problem, Rule

STEP = 10**9  # between the row numbers of two files; no file has so many rows
BETWEEN = " + "  # between the names of files that were read as one
STRUCTURE = ("USUBJID", "PARAMCD", "AVAL")
TWICE = Rule(
    "parameter in two tables",
    "warning",
    "Two tables of measurements (adlb, adlbc, advs, adqs and the like are read as one) have the same "
    "PARAMCD. Its rows are taken from the first of them.",
    "take the parameter out of the other table, or give it another PARAMCD there",
)
OTHER = Rule(
    "table without measurements",
    "note",
    "A table whose name says measurements has no PARAMCD or AVAL; it is not read.",
    "nothing, or name its columns as in adlb",
)


def joined(parts: Mapping[str, pd.DataFrame]) -> tuple[pd.DataFrame, str, list[Problem]]:
    """The frames by file name as one, the files in words, and what was left out.

    The index is a row's number in its file and `STEP` for each file before. One frame comes back as
    it is.
    """
    if len(parts) == 1:
        ((file, frame),) = parts.items()
        return frame, file, []
    kept, problems, seen = [], [], set()
    for number, (file, frame) in enumerate(parts.items()):
        lacks = [column for column in STRUCTURE if column not in frame]
        if lacks:
            found = f"no {', '.join(lacks)}"
            problems.append(OTHER.problem(file, "", expected=", ".join(STRUCTURE), found=found))
            continue
        codes = text(frame["PARAMCD"])
        again = codes.isin(seen - {""})
        seen |= set(codes.unique())
        problems += [_twice(file, codes[again])] if again.any() else []
        kept.append(frame.set_axis(frame.index + number * STEP, axis=0)[~again.to_numpy()])
    whole = pd.concat(kept, sort=False) if kept else next(iter(parts.values()))
    return whole, BETWEEN.join(parts), problems


def _twice(file: str, codes: pd.Series) -> Problem:
    few = ", ".join(sorted(codes.unique())[:5])
    return TWICE.problem(file, "PARAMCD", expected="each parameter in one table",
                         found=f"{few}: {len(codes):,} row(s) left out")  # fmt: skip


def at_their_files(problems: list[Problem], file: str) -> list[Problem]:
    """Problems of `file`, which may name several, with the one file and the row there of each."""
    parts = file.split(BETWEEN)
    return [
        replace(p, file=parts[p.row // STEP], row=p.row % STEP)
        if len(parts) > 1 and p.file == file and p.row is not None
        else p
        for p in problems
    ]
