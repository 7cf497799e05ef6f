"""The worked case garg2012 as a report folder in, its tables and the report of its faults out.

It is what `python -m helpers report` writes, in a temporary place, so that it may be spoiled.
"""

from __future__ import annotations

import re
import shutil
import weakref
from pathlib import Path
from tempfile import mkdtemp

from helpers.audit import load_report
from helpers.audit.fields import FIELDS, NEEDS
from helpers.audit.scaffold import write_example
from helpers.errors import ReportError
from helpers.present import markup
from helpers.present.html import Html


class ReportFolder:
    """A report folder of garg2012 that may be changed; it is removed with the object."""

    def __init__(self):
        work = mkdtemp()
        weakref.finalize(self, shutil.rmtree, work, ignore_errors=True)
        self.path = Path(work) / "my_report"
        (self._file,) = write_example(self.path)

    @property
    def description(self) -> str:
        """The text of report.toml."""
        return self._file.read_text(encoding="utf-8")

    def table(self, name: str) -> str:
        """The lines of the [[arm]], [[result]] or [[statement]] with that id."""
        tables = re.split(r"\n\s*\n", self.description)
        return next(lines for lines in tables if f'id = "{name}"' in lines)

    def change(self, old: str, new: str) -> None:
        """Write `new` for the first `old` in report.toml. Errors: `ValueError` where it is not there."""
        text = self.description
        if old not in text:
            raise ValueError(f"report.toml: expected {old!r} to change, found it nowhere")
        self._file.write_text(text.replace(old, new, 1), encoding="utf-8")

    def faults(self) -> str:
        """The report of `python -m helpers audit` on a faulty folder; "" for a sound one."""
        try:
            load_report(self.path)
        except ReportError as error:
            return "\n".join(map(str, error.problems))
        return ""


def kinds_table() -> Html:
    """Every kind of result, the fields that it must have and those that it may have."""
    header = ["Kind", "Needs", "May have"]
    rows = []
    for kind, fields in FIELDS.items():
        needs = " and ".join(" or ".join(group) for group in NEEDS.get(kind, ()))
        rows.append([kind, needs or "nothing", ", ".join(fields)])
    caption = "Kinds of result; every kind may have id, arms, p, test, at, sentence and quote too"
    plain = "\n".join([caption, *(" | ".join(row) for row in rows)])
    return Html(markup.table_html(header, rows, caption=caption), plain)
