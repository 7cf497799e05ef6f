"""The folder of one build: alone in it, and nothing left of it or of those that were killed."""

import os
import signal
import subprocess
import sys

import pytest

from helpers.edition import work
from helpers.errors import EditionError

BUILD = """
import sys, time
from pathlib import Path
from helpers.edition import child, work
work.WORK = Path(sys.argv[1])
child.end_on_signals()
with work.work_folder() as folder:
    (folder / "book").mkdir()
    (folder / "book/patients.ipynb").write_text("{}")
    print("up", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(work, "WORK", tmp_path / "_work")
    return tmp_path / "_work"


@pytest.fixture
def other(place):
    """Another build at work in a folder of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", BUILD, place], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    process.stdout.readline()
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def folders(place):
    return [p for p in place.iterdir() if p.is_dir()]


def test_a_build_at_work_keeps_its_folder_and_a_killed_one_loses_it_to_the_next(place, other):
    (theirs,) = folders(place)
    with work.work_folder() as mine:
        assert set(folders(place)) == {theirs, mine}
    assert (theirs / "book/patients.ipynb").exists()
    other.kill()
    other.wait()
    assert theirs.exists()
    with work.work_folder() as mine:
        assert folders(place) == [mine]
    assert folders(place) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_build_leaves_no_folder(place, other, number):
    assert len(folders(place)) == 1
    other.send_signal(number)
    other.wait()
    assert folders(place) == []


def test_a_folder_is_removed_when_the_build_fails_and_nobody_else_reads_it(place):
    def fail():
        with work.work_folder() as folder:
            assert folder.stat().st_mode & 0o077 == 0
            raise EditionError("a chapter fails")

    with pytest.raises(EditionError, match="a chapter fails"):
        fail()
    assert folders(place) == []


def test_what_a_build_of_an_earlier_version_left_goes_and_what_is_somebodys_stays(place):
    (place / "12345-abc_de12").mkdir(parents=True)
    (place / "notes").mkdir()
    (place / "build-link").symlink_to(place / "notes")
    (place / "notes/mine.txt").write_text("years of work")
    with work.work_folder():
        assert not (place / "12345-abc_de12").exists()
    assert (place / "notes/mine.txt").exists()
    assert (place / "build-link").is_symlink()


def test_kernels_write_how_to_connect_to_them_into_the_folder(place, monkeypatch):
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/theirs")
    with work.work_folder() as folder:
        assert os.environ["JUPYTER_RUNTIME_DIR"] == str(folder)
    assert os.environ["JUPYTER_RUNTIME_DIR"] == "/theirs"
    monkeypatch.delenv("JUPYTER_RUNTIME_DIR")
    with work.work_folder():
        pass
    assert "JUPYTER_RUNTIME_DIR" not in os.environ


def test_cleaning_removes_all_but_a_build_at_work(place, other):
    work.remove_left()
    assert len(folders(place)) == 1
    other.kill()
    other.wait()
    work.remove_left()
    assert not place.exists()
    work.remove_left()
