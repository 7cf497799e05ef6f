"""One error class per stage; every message says where, what was expected, what was found, what to do.

Goes in: the facts of a problem. Comes out: an exception whose text a person can act on.
Nothing here decides whether something *is* a problem; the stages do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from helpers.printable import one_line


class HelpersError(Exception):
    """Base of every error that this package raises on purpose."""


class ClaimsError(HelpersError):
    """A published claim or an assumption is malformed, or a quotation is not in its abstract."""


class AnalysisError(HelpersError):
    """An estimator was given arguments for which it has no answer."""


class NoEstimateError(AnalysisError):
    """The arguments are right, and these subjects' numbers have no estimate: too few, or too like.

    A page leaves such a group out and goes on (`helpers.literate.outcome.Without`). Any other
    `AnalysisError` is a wrong call and ends the page.
    """


class ImpossibleError(HelpersError):
    """Reported numbers that no data set can produce; names the nearest possible ones."""


class ChapterError(HelpersError):
    """A chapter, its records or its executed notebook are not what the book needs."""


class EditionError(HelpersError):
    """An edition cannot be planned, executed, built or published."""


SEVERITIES = ("error", "warning", "note")  # an error stops; a warning and a note do not
TABLE_ORDER = ("study.toml", "adsl", "adlb", "adae", "adtte")


@dataclass(frozen=True)
class Rule:
    """What one rule of the report means: its name, how serious it is, why, and what to do."""

    name: str
    severity: str
    about: str
    do: str

    def problem(self, file: str, column: str, *, expected: str, found: str) -> Problem:
        """The one line that this rule has on a whole file."""
        return Problem(file, column, self.name, expected, found, self.do, severity=self.severity)


@dataclass(frozen=True)
class Problem:
    """One line of the report on a study folder: something found, and what to do about it.

    `row` is the line in the file as a text editor numbers it (the header of a csv is line 1; in
    the other formats, one more than the number of the record); None when the fault is not in one
    row. `severity` is "error" (stops), "warning" or "note" (what was done or left unused).
    `found` may quote a cell of the table; `subject` is the USUBJID of the row, "" where it has none.
    Every text is one line without control characters and not endless, whatever a file's name or a
    cell holds.
    """

    file: str
    column: str
    rule: str
    expected: str
    found: str
    do: str
    row: int | None = None
    severity: str = "error"
    count: int = 1
    subject: str = ""

    def __post_init__(self) -> None:
        for name in ("file", "column", "rule", "expected", "found", "do", "subject"):
            object.__setattr__(self, name, one_line(getattr(self, name)))

    def __str__(self) -> str:
        row = "line" if self.file.endswith((".toml", ".txt")) else "row"  # of a table
        where = self.file if self.row is None else f"{self.file}, {row} {self.row}"
        if self.column:
            # a table has columns; a description has tables and keys, and the name says which
            where += (
                f", {self.column}" if self.file.endswith(".toml") else f", column {self.column}"
            )
        more = f" (and {self.count - 1:,} more like it)" if self.count > 1 else ""
        whose = f"    subject:  {self.subject}\n" if self.subject else ""
        return (
            f"{self.severity}: {where}: {self.rule}{more}\n{whose}"
            f"    expected: {self.expected}\n    found:    {self.found}\n    do:       {self.do}"
        )


def most_serious_first(problems: Iterable[Problem]) -> list[Problem]:
    """Errors, then warnings, then notes; within these by file (study.toml first), rule and row."""

    def place(p: Problem) -> tuple:
        table = p.file.split(".")[0].lower() if p.file != "study.toml" else p.file
        known = TABLE_ORDER.index(table) if table in TABLE_ORDER else len(TABLE_ORDER)
        return SEVERITIES.index(p.severity), known, p.file, p.column, p.rule, p.row or 0

    return sorted(problems, key=place)


def severity_counts(problems: Iterable[Problem]) -> dict[str, int]:
    """How many lines of each severity a report has, all three keys always there.

    A line "and 95 more like it" is one line: `Problem.count` says how many cells it stands for.
    """
    found = [problem.severity for problem in problems]
    return {severity: found.count(severity) for severity in SEVERITIES}


def report_head(folder: str, problems: Iterable[Problem]) -> str:
    """The first line of a report: the folder and the number of lines of each severity."""
    counts = severity_counts(problems)
    notes = f", {counts['note']} note(s)" if counts["note"] else ""
    return f"{one_line(folder)}: {counts['error']} error(s), {counts['warning']} warning(s){notes}"


class FolderError(HelpersError):
    """A folder has faults; `problems` holds all of them, most serious first."""

    def __init__(self, folder: str, problems: Iterable[Problem]):
        self.problems = most_serious_first(problems)
        super().__init__("\n".join([report_head(folder, self.problems), *map(str, self.problems)]))


class StudyError(FolderError):
    """The faults of a study folder."""


class ReportError(FolderError):
    """The faults of a report folder."""


class ReportsError(ReportError):
    """The faults of several report folders, one report after the other."""

    def __init__(self, errors: Iterable[ReportError]):
        errors = list(errors)
        self.problems = [problem for error in errors for problem in error.problems]
        Exception.__init__(self, "\n\n".join(map(str, errors)))


LINES, WIDTH = 20, 200  # what a screen holds of a message


def screenful(text: str, *, rest: str = "") -> str:
    """A message of at most `LINES` lines of `WIDTH` characters: the middle of what is longer goes.

    `rest` says where the lines left out are to be read, if anywhere.
    """
    lines = text.splitlines()
    if len(lines) > LINES:
        cut = f"[{len(lines) - LINES + 1:,} lines left out{rest and ': '}{rest}]"
        lines = [*lines[: LINES - 6], cut, *lines[-5:]]
    half = WIDTH // 2
    return "\n".join(
        line if len(line) <= WIDTH else f"{line[:half]} … {line[3 - half :]}" for line in lines
    )
