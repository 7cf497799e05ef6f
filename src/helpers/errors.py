"""One error class per stage; every message says where, what was expected, what was found, what to do.

Goes in: the facts of a problem. Comes out: an exception whose text a person can act on.
Nothing here decides whether something *is* a problem; the stages do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class HelpersError(Exception):
    """Base of every error that this package raises on purpose."""


class ClaimsError(HelpersError):
    """A published claim or an assumption is malformed, or a quotation is not in its abstract."""


class AnalysisError(HelpersError):
    """An estimator was given numbers for which it has no answer."""


class ImpossibleError(HelpersError):
    """Reported numbers that no data set can produce; names the nearest possible ones."""


class ChapterError(HelpersError):
    """A chapter, its records or its executed notebook are not what the book needs."""


class EditionError(HelpersError):
    """An edition cannot be planned, executed, built or published."""


@dataclass(frozen=True)
class Problem:
    """One fault in a study folder.

    `row` is the line in the file as a text editor numbers it (the header of a csv is line 1);
    None when the fault is not in one row. `severity` is "error" (stops) or "warning".
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

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}, row {self.row}"
        if self.column:
            where += f", column {self.column}"
        more = f" (and {self.count - 1} more like it)" if self.count > 1 else ""
        return (
            f"{self.severity}: {where}: {self.rule}{more}\n"
            f"    expected: {self.expected}\n    found:    {self.found}\n    do:       {self.do}"
        )


class StudyError(HelpersError):
    """A study folder has faults; `problems` holds all of them, errors first."""

    def __init__(self, folder: str, problems: Iterable[Problem]):
        self.problems = sorted(problems, key=lambda p: (p.severity != "error", p.file, p.row or 0))
        errors = sum(p.severity == "error" for p in self.problems)
        head = f"{folder}: {errors} error(s), {len(self.problems) - errors} warning(s)"
        super().__init__("\n".join([head, *map(str, self.problems)]))
