"""The running process in, the folder of the study that it names out; no table is read here.

An analysis of the published book runs in `book/studies/<id>`, and that folder names its study: two
synthetic cohorts, and ACTG 175, real patients whose data ship with lifelines. An edition has one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from helpers import actg175
from helpers.context import ROOT, current_context
from helpers.errors import ChapterError

ANALYSED = ("hucmsc", "aait", "actg175")  # in the order of the contents


@contextmanager
def run_study() -> Iterator[Path]:
    """The folder of the study that this run names, for as long as it is read.

    Errors: `ChapterError` where the run names none.
    """
    context, here = current_context(), Path.cwd()
    named = here.name if here.parent.name == "studies" else ""
    if not context.published and len(context.studies) == 1:
        yield Path(*context.studies.values())
    elif named in ANALYSED:
        with published_study(named) as folder:
            yield folder
    else:
        raise ChapterError(
            "open_study(): expected a run that names a study, found none: write "
            'open_study("my_study") with the folder of your study'
        )


@contextmanager
def published_study(name: str) -> Iterator[Path]:
    """The study folder of one of `ANALYSED`; that of ACTG 175 is written anew and removed again."""
    if name != "actg175":
        yield ROOT / "data" / name
        return
    with TemporaryDirectory() as work:
        yield actg175.write_study(Path(work) / name, subject_level="shown")
