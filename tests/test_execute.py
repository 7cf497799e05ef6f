"""Chapters executed: a study is read once, and a kernel that dies says so."""

import nbformat
import pytest
from nbclient.exceptions import DeadKernelError

from helpers.context import ROOT, Context
from helpers.edition import execute, plan
from helpers.errors import ChapterError
from helpers.study import load_study


def test_a_killed_kernel_is_named_with_its_chapter(tmp_path, monkeypatch):
    def killed(self):
        raise DeadKernelError("Kernel died")

    monkeypatch.setattr("nbclient.NotebookClient.execute", killed)
    chapter = plan.Chapter("02_safety", nbformat.v4.new_notebook(), "2")
    with pytest.raises(ChapterError, match=r"02_safety\.md: .*memory"):
        execute.execute([chapter], tmp_path)


def test_a_study_that_was_read_is_not_read_again(tmp_path):
    study = load_study(ROOT / "data" / "aait", check=False)
    gone = Context(published=False, studies={"single-arm": str(tmp_path / "gone")}, book="")
    there = Context(published=False, studies={"single-arm": str(study.folder)}, book="")
    found, left_out = plan.edition_chapters(gone, {"single-arm": study})
    expected, also_out = plan.edition_chapters(there)
    assert [(c.name, c.notebook) for c in found] == [(c.name, c.notebook) for c in expected]
    assert left_out == also_out
