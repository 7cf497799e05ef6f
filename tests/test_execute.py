"""Chapters executed: a study is read once, and a kernel that dies says so."""

import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import DeadKernelError

from helpers.context import ROOT, Context
from helpers.edition import build, execute, plan, warm
from helpers.errors import ChapterError
from helpers.study import load_study


def test_a_killed_kernel_is_named_with_its_chapter(tmp_path, monkeypatch):
    async def killed(self):
        raise DeadKernelError("Kernel died")

    monkeypatch.setattr("nbclient.NotebookClient.async_execute", killed)
    chapter = plan.Chapter("02_safety", nbformat.v4.new_notebook(), "2")
    with pytest.raises(ChapterError, match=r"02_safety\.md: .*memory"):
        execute.execute([chapter], tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")
@pytest.mark.parametrize("fails", [1, execute.STARTS])
def test_a_kernel_that_cannot_start_is_started_again_and_named_where_none_does(
    tmp_path, monkeypatch, fails
):
    real, starts = warm.asking, []

    def asking(*arguments):
        starts.append(arguments)
        return (
            [sys.executable, "-c", "raise SystemExit(1)"]
            if len(starts) <= fails
            else real(*arguments)
        )

    monkeypatch.setattr(warm, "asking", asking)
    cells = [nbformat.v4.new_code_cell("print(6 * 7)")]
    chapter = plan.Chapter("02_safety", nbformat.v4.new_notebook(cells=cells), "2")
    if fails == execute.STARTS:
        with pytest.raises(ChapterError, match=r"02_safety\.md: expected a kernel .* 3 starts"):
            execute.execute([chapter], tmp_path)
    else:
        execute.execute([chapter], tmp_path)
        written = nbformat.read(tmp_path / chapter.place, 4)
        assert written.cells[0].outputs[0].text == "42\n"
    assert len(starts) == min(fails + 1, execute.STARTS)


def test_without_an_edition_before_the_chapters_that_the_book_has_longest_run_first(
    tmp_path, monkeypatch
):
    begun = []

    def seen(chapter, book):
        begun.append(chapter.name)

    monkeypatch.setattr(execute, "_execute_one", seen)
    monkeypatch.setattr(execute, "ThreadPoolExecutor", lambda max_workers: ThreadPoolExecutor(1))
    names = ["index", "studies/own/01_design", "studies/own/03_cd4_cd8_viral_load", "11_methods"]
    chapters = [plan.Chapter(name, nbformat.v4.new_notebook(), "") for name in names]
    execute.execute(chapters, tmp_path)
    assert begun == names[::-1]


RUN = """
import sys
from pathlib import Path
import nbformat
from helpers.edition import child, execute, plan
child.end_on_signals()
cell = "import os, signal, time; os.kill(int(os.environ['JPY_PARENT_PID']), signal.SIGTERM); time.sleep(60)"
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)])
execute.execute([plan.Chapter(sys.argv[1], notebook, "")], Path(sys.argv[2]))
"""


def test_a_signal_while_a_chapter_runs_ends_all_in_one_line(tmp_path):
    command = [sys.executable, "-c", RUN, "02_safety", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == "stopped by SIGTERM\n"
    assert done.returncode == 143


def test_a_notebook_that_no_chapter_made_stays_and_one_whose_chapter_is_gone_goes(
    tmp_path, monkeypatch
):
    book = Path(shutil.copytree(ROOT / "book", tmp_path / "book"))
    for name in ("12_notes", "13_notes", "14_notes"):  # written in Jupyter, empty, broken off
        (book / f"chapters/{name}.ipynb").write_text('{"cells": [')
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("years_of_work()")])
    nbformat.write(notebook, book / "chapters/12_notes.ipynb")
    nbformat.write(nbformat.v4.new_notebook(), book / "chapters/13_notes.ipynb")
    gone = (book / "chapters/02_safety.ipynb").read_text().replace("02-safety-", "12-gone-")
    (book / "chapters/12_gone.ipynb").write_text(gone)
    before = {p.name for p in book.glob("chapters/*.ipynb")}
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build.execute, "execute", lambda *_, **__: [])
    build.execute_published()
    assert before - {p.name for p in book.glob("chapters/*.ipynb")} == {"12_gone.ipynb"}


def test_a_study_that_was_read_is_not_read_again(tmp_path):
    study = load_study(ROOT / "data" / "aait", check=False)
    gone = Context(published=False, studies={"single-arm": str(tmp_path / "gone")})
    there = Context(published=False, studies={"single-arm": str(study.folder)})
    found, left_out = plan.edition_chapters(gone, {"single-arm": study})
    expected, also_out = plan.edition_chapters(there)
    assert [(c.name, c.notebook) for c in found] == [(c.name, c.notebook) for c in expected]
    assert left_out == also_out
