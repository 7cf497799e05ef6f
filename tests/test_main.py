"""The command line's last word: one message, no longer than a screen, and an exit code."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from helpers.__main__ import main
from helpers.edition import build
from helpers.errors import LINES, WIDTH, EditionError, Problem, StudyError, screenful


def test_a_message_that_fits_a_screen_is_whole():
    text = "\n".join(["x" * WIDTH] * LINES)
    assert screenful(text) == text


def test_a_long_message_keeps_its_beginning_and_its_end():
    lines = [f"{i} {'x' * 1000} end of {i}" for i in range(500)]
    shown = screenful("\n".join(lines), rest="see there").splitlines()
    assert len(shown) == LINES
    assert max(map(len, shown)) == WIDTH
    assert shown[0].startswith("0 x")
    assert shown[0].endswith("end of 0")
    assert shown[-1].endswith("end of 499")
    numbers = [int(line.split()[0]) for line in shown if line[0].isdigit()]
    assert shown[LINES - 6] == f"[{500 - len(numbers)} lines left out: see there]"


@pytest.mark.parametrize(
    "error",
    [
        EditionError("line\n" * 3000),
        OSError(28, "No space left on device " + "x" * 70_000),
        StudyError("study", [Problem("adsl.csv", "", "r", "e", "f", "d")] * 900),
        ZeroDivisionError("z" * 70_000),
        RecursionError("\n" * 5000),
    ],
    ids=lambda error: type(error).__name__,
)
def test_no_message_is_longer_than_a_screen(error, tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise error

    monkeypatch.setattr(build, "build_published", fail)
    assert main(["book", "--site", str(tmp_path / "site")]) == 1
    said = capsys.readouterr().err.splitlines()
    assert 0 < len(said) <= LINES
    assert max(map(len, said)) <= WIDTH


def test_a_report_that_is_cut_says_where_it_is_whole(tmp_path, monkeypatch, capsys):
    def fail(*_):
        raise StudyError("study", [Problem("adsl.csv", "", "r", "e", "f", "d")] * 900)

    monkeypatch.setattr(build, "build_published", fail)
    main(["book", "--site", str(tmp_path / "site")])
    assert (
        "3,582 lines left out: python -m helpers check prints them all]" in capsys.readouterr().err
    )


def test_a_fault_of_the_program_says_that_it_is_one(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "build_published", lambda *_: 1 / 0)
    assert main(["book", "--site", str(tmp_path / "site")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("a fault of this program, please report it:\n")
    assert "ZeroDivisionError: division by zero" in said


def command_of(process):
    """Its command in one text; "" where it has ended meanwhile."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def build_is_running(pid):
    """Wait until a process has a child that builds pages."""
    for _ in range(1200):
        if any("watched" in command_of(child) for child in psutil.Process(pid).children()):
            return
        time.sleep(0.05)
    raise AssertionError("no page is being built after a minute")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_build_says_one_line_and_leaves_nothing(tmp_path, number, code):
    site = tmp_path / "place/site"
    command = [sys.executable, "-m", "helpers", "book", "--site", str(site)]
    process = subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"}
    )
    build_is_running(process.pid)
    time.sleep(1)  # somewhere within
    process.send_signal(number)
    said = process.communicate()[1]
    assert said in ("stopped by Ctrl-C\n", "stopped by SIGTERM\n")
    assert process.returncode == code
    assert list(tmp_path.iterdir()) == []
