"""The real trial ACTG 175 as a study folder in, its description, draft, faults and report out.

What a researcher does to a folder of her own is shown on it; the folder is a temporary one, and the
files that ship with the library stay as they are.
"""

from __future__ import annotations

import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp

import pandas as pd

from helpers import actg175
from helpers.present import markup
from helpers.present.html import Html
from helpers.scaffold import write_first_description
from helpers.validation import all_rules, check_folder

UNSURE = "could not tell"


class ExampleFolder:
    """A study folder of ACTG 175 that may be changed; it is removed with the object."""

    def __init__(self):
        work = mkdtemp()
        weakref.finalize(self, shutil.rmtree, work, ignore_errors=True)
        self.path = actg175.write_study(Path(work) / "my_study")

    @property
    def description(self) -> str:
        """The text of study.toml."""
        return (self.path / "study.toml").read_text(encoding="utf-8")

    def draft(self) -> list[str]:
        """Write study.toml anew from guesses, and return its lines that need a person."""
        (self.path / "study.toml").unlink()
        write_first_description(self.path)
        return [line for line in self.description.splitlines() if UNSURE in line]

    def change(self, table: str, row: int, **cells: str) -> None:
        """Write other texts into the cells of one row (counted from 0) of a table."""
        frame = self._read(table)
        frame.loc[row, list(cells)] = list(cells.values())
        self._write(table, frame)

    def swap(self, table: str, column: str, one: str, other: str) -> None:
        """Exchange two texts in a whole column of a table."""
        frame = self._read(table)
        frame[column] = frame[column].replace({one: other, other: one})
        self._write(table, frame)

    def faults(self) -> str:
        """The report of `make check`: every fault, the most serious first."""
        return "\n".join(str(problem) for problem in check_folder(self.path).problems)

    def _read(self, table: str) -> pd.DataFrame:
        return pd.read_csv(self.path / f"{table}.csv", dtype=str, keep_default_na=False)

    def _write(self, table: str, frame: pd.DataFrame) -> None:
        frame.to_csv(self.path / f"{table}.csv", index=False)


def rules_table(severity: str) -> Html:
    """Every rule of a severity ("error", "warning", "note"): name, meaning and remedy."""
    rules = [rule for rule in all_rules() if rule.severity == severity]
    frame = pd.DataFrame({"Rule": [rule.name for rule in rules],
                          "What it means": [rule.about for rule in rules],
                          "What to do": [rule.do for rule in rules]})  # fmt: skip
    caption = f"{severity.capitalize()}s"
    return Html(
        markup.frame_html(frame, caption=caption), f"{caption}\n{frame.to_string(index=False)}"
    )
