"""A study folder that `check` accepts in, every analysis of its edition run in this process, what failed out.

The cells are those that `make book` executes, under the same recorder and in the same context; in
IPython's shell without a kernel, and without the pages' HTML, so that a folder takes seconds. What
stops a build is a failure: an error of a cell, of its output or of the recorder, and any warning.
"""

from __future__ import annotations

import io
import os
import tempfile
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import cache
from pathlib import Path
from types import ModuleType

from helpers.context import VARIABLE, Context
from helpers.edition import plan
from helpers.literate import recording
from helpers.study import read_study

SAME = "11_methods"  # rests on no study


def failures(folder: Path) -> list[str]:
    """What is wrong with the analyses of an accepted folder: chapter, cell and error, one text each."""
    study, _ = read_study(folder)
    context = Context(False, {study.config.design: str(folder.resolve())})
    chapters, left_out = plan.edition_chapters(context, {study.config.design: study})
    context.left_out.extend(left_out)
    with tempfile.TemporaryDirectory() as work:
        context.write(Path(work) / "edition.json")
        with _in_edition(Path(work) / "edition.json"):
            return [wrong for c in chapters if c.name != SAME for wrong in _chapter(c)]


@contextmanager
def _in_edition(context: Path) -> Iterator[None]:
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(context)
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def _chapter(chapter: plan.Chapter) -> list[str]:
    """What went wrong in the first cell of a chapter that fails; nothing when all run."""
    shell, errors = _shell()
    shell.reset(new_session=False)
    for cell in chapter.notebook.cells:
        if cell.cell_type != "code":
            continue
        errors.clear()
        said, printed = io.StringIO(), io.StringIO()
        with redirect_stderr(said), redirect_stdout(printed), _warnings_as_errors():
            shell.run_cell(cell.source)
        if errors or said.getvalue():
            told = "\n".join([*errors, said.getvalue()]).strip()
            return [f"{chapter.name}: {cell.source.strip()[:200]!r}\n{told}"]
    return []


@contextmanager
def _warnings_as_errors() -> Iterator[None]:
    """A kernel prints warnings, and a build refuses what is printed; it hides those for developers."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for hidden in (DeprecationWarning, PendingDeprecationWarning, ImportWarning):
            warnings.simplefilter("ignore", hidden)
        yield


@cache
def _shell():
    """IPython's shell of this process with the recorder, and the list into which its errors go.

    Its names stand in a module of their own: `__main__` stays what other processes are started from.
    """
    from IPython.core.interactiveshell import InteractiveShell

    shell, errors = InteractiveShell.instance(user_module=ModuleType("analysis")), []
    shell.showtraceback = lambda *_, **__: errors.append(traceback.format_exc(limit=-8))
    shell.showsyntaxerror = lambda *_, **__: errors.append(traceback.format_exc(limit=-1))
    shell.history_manager.enabled = False
    recording.start()
    return shell, errors
