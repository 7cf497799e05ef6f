"""The path of a study folder in, one report of all that was found out; it mends nothing.

The report is for the person who holds the data: it quotes cells, subjects' identifiers among them
where an identifier is at fault. It is printed and goes nowhere else.
"""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers import conformance
from helpers.config import load_config
from helpers.errors import (
    SEVERITIES,
    Problem,
    Rule,
    StudyError,
    most_serious_first,
    report_head,
    severity_counts,
)
from helpers.ingest import lloq, population, visit_words, visits
from helpers.printable import one_line
from helpers.readers.note import NOTES
from helpers.study import read_study
from helpers.validation.rules import CONFIG, READING

VERSION = 1  # of the JSON form; raised when a key changes its meaning or goes
EXIT_CODES = {"error": 1, "warning": 3, "note": 0}  # 2 is argparse's, for wrong arguments


@dataclass(frozen=True)
class Report:
    """What was found in `folder`, most serious first.

    `study` is the id of its study.toml (None if that could not be read); `subjects` is their
    number, None when an error kept the tables from being read.
    """

    folder: str
    study: str | None
    subjects: int | None
    problems: list[Problem]

    @property
    def exit_code(self) -> int:
        """1 with an error, 3 with warnings but no error, 0 with neither (notes are neither)."""
        found = severity_counts(self.problems)
        return next((EXIT_CODES[severity] for severity in SEVERITIES if found[severity]), 0)

    def as_text(self) -> str:
        """The report for people: a head, one paragraph a line of it, and what comes next."""
        lines = [report_head(self.folder, self.problems), *map(str, self.problems)]
        if any(problem.row is not None for problem in self.problems):
            lines.append("This report quotes cells of your tables: keep it where the data are.")
        if self.subjects is None:
            lines.append("Nothing is built while there is an error.")
        else:
            build = f"make book DATA={one_line(shlex.quote(self.folder))}"
            lines.append(f"{self.subjects:,} subjects. To build: {build}")
        return "\n".join(lines)

    def as_json(self) -> str:
        """The report for machines: version, folder, study, subjects, counts and problems.

        `problems` has one object a line of the report with the fields of `Problem`; `row` is null
        where the fault is in no single row; `count` is how many cells the line stands for.
        """
        content = {
            "version": VERSION,
            "folder": one_line(self.folder),
            "study": self.study,
            "subjects": self.subjects,
            "exit_code": self.exit_code,
            "counts": severity_counts(self.problems),
            "problems": [asdict(problem) for problem in self.problems],
        }
        return json.dumps(content, ensure_ascii=False, indent=1)


def check_folder(folder: Path | str) -> Report:
    """Read the study folder `folder` and run every rule over it; raises nothing about its content."""
    folder = Path(folder)
    try:
        study, problems = read_study(folder)
    except StudyError as error:
        config = load_config(folder)[0]
        return Report(str(folder), config.id if config else None, None, error.problems)
    return Report(str(folder), study.id, len(study.adsl), most_serious_first(problems))


def all_rules() -> list[Rule]:
    """Every rule that a report can name, most serious first, each with its meaning and remedy."""
    rules = [*CONFIG, *READING, *(check.rule for check in conformance.CHECKS)]
    rules += [
        visits.NOTE,
        visit_words.NOTE,
        visits.CARRIED,
        visits.STAND_IN,
        population.NOTE,
        lloq.MARKED,
        lloq.FILLED,
    ]
    rules += NOTES.values()
    return sorted(rules, key=lambda rule: SEVERITIES.index(rule.severity))
