"""An edition's chapters and built files in, the same with what each must say of its patients out.

Where single patients show it is a warning, where they are hidden how the numbers are to be read. A
file is passed on without the page that it hung on. So both are a cell of each notebook (its page has
its own, so there the cell is left out), and the warning is the last column of each table. The columns
before it stay as they are: what reads them by name reads on.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import nbformat

from helpers.edition.plan import Chapter
from helpers.study import Study

BANNER = (
    "These pages show single patients: the study's settings allow it. "
    "Mind who may see them before passing them on."
)
COLUMN = "note"  # of a csv file; what it says of each row
HIDDEN = "How to read numbers of hidden patients"


def banner(study: Study) -> str:
    """What each page and file of a study's edition must say; "" where no patient is shown."""
    return BANNER if study.config.show_subjects and study.config.observed else ""


def hidden(study: Study) -> list[str]:
    """What a reader of an edition that hides its patients must know of its numbers: title, sentences."""
    config = study.config
    if config.show_subjects:
        return []
    counts = (
        "Numbers of patients are rounded to multiples of 5, and up to 7 none is given. "
        if config.rounding
        else ""
    )
    return [
        HIDDEN,
        f"“Too few to show”: fewer than {config.threshold} patients stand behind the number, or it "
        "would tell of so few together with the other numbers. A dash in place of a number of "
        f"patients, and “not shown”, are withheld for the same reason. {counts}".strip(),
        f"A median or a quartile is the middle of a step that at least {config.threshold} patients "
        "share, not a patient’s own value: a median and its quartiles can be one number. Its interval "
        "runs to the outer ends of such steps: wider than computed, never narrower.",
        "Other numbers have fewer digits than were computed, and some P values stand as the line that "
        "they lie above or below. What is printed is coarser; it is computed from the values as "
        "measured.",
    ]


def in_notebook(chapter: Chapter, study: Study) -> Chapter:
    """The chapter with these words as a first cell, in its notebook and text but not on its page.

    How numbers are to be read stands where patients' numbers do, in the analyses.
    """
    words = f"**{found}**" if (found := banner(study)) else ""
    if chapter.name.startswith("studies/") and (said := hidden(study)):
        words = "\n".join([f"**{said[0]}.**", "", *(f"- {line}" for line in said[1:])])
    if not words:
        return chapter
    notebook = nbformat.from_dict({**chapter.notebook, "cells": list(chapter.notebook.cells)})
    cell = nbformat.v4.new_markdown_cell(words, metadata={"tags": ["remove-cell"]})
    cell.id = f"{notebook.cells[0].id.rpartition('-')[0]}-note"
    notebook.cells.insert(0, cell)
    return replace(chapter, notebook=notebook)


def in_tables(site: Path, words: str) -> int:
    """Give every csv file under `site` a last column with `words` in each row; how many there are.

    A table without a row has them in its header.
    """
    paths = sorted(site.rglob("*.csv"))
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        with path.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow([*header, COLUMN if rows else words])
            out.writerows([*row, words] for row in rows)
    return len(paths)
