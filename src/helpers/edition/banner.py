"""An edition's chapters and built files in, the same with a warning in each out: single patients show.

A file is passed on without the page that it hung on. So the warning is a cell of each notebook (its
page has its own, so there the cell is left out), and the last column of each table. The columns
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


def banner(study: Study) -> str:
    """What each page and file of a study's edition must say; "" where no patient is shown."""
    return BANNER if study.config.show_subjects and study.config.observed else ""


def in_notebook(chapter: Chapter, words: str) -> Chapter:
    """The chapter with a first cell that says `words`, in its notebook and text but not on its page."""
    notebook = nbformat.from_dict({**chapter.notebook, "cells": list(chapter.notebook.cells)})
    cell = nbformat.v4.new_markdown_cell(f"**{words}**", metadata={"tags": ["remove-cell"]})
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
