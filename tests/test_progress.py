"""How far work is, on a terminal; nothing of it, and no escape code, anywhere else."""

import os
import pty
import re
import subprocess
import sys

import pytest

from helpers.edition import progress

POSSIBLE = ["-m", "helpers", "possible", "--arms", "24", "24", "--responders", "23", "17",
            "--visits", "4", "--reported-p", "0.004"]  # fmt: skip
WORK = """
import time
from helpers.edition import progress
with progress.Line("executing chapters", 3) as line:
    line.step(note="last: 02_safety")
    progress.say("a line that stays")
    line.step(2)
    time.sleep({pause})
for item in progress.counted("ab", "sampling histories", 2):
    progress.say(item)
"""


def on_terminal(*arguments, columns=80, term="xterm"):
    """The exit code of a Python command, its stdout and what a terminal as its stderr gets."""
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": term, "COLUMNS": str(columns)}
    with subprocess.Popen(
        [sys.executable, *arguments], stdout=subprocess.PIPE, stderr=theirs, env=env
    ) as process:
        os.close(theirs)
        seen = b""
        while chunk := _read(ours):
            seen += chunk
        out = process.stdout.read().decode()
    os.close(ours)
    return process.returncode, out, seen.decode()


def _read(descriptor):
    try:
        return os.read(descriptor, 4096)
    except OSError:  # Linux: the other end is closed
        return b""


def screen(seen):
    """What stands on the screen in the end: carriage return and erasing carried out."""
    return [line.rpartition("\r\x1b[K")[2] for line in seen.replace("\r\n", "\n").split("\n")]


def test_on_a_terminal_a_line_says_how_many_of_how_many_and_the_time_so_far():
    code, _, seen = on_terminal("-c", WORK.format(pause=1.2))
    assert code == 0
    drawn = re.findall(r"executing chapters: (\d) of 3 · (\d+:\d\d)", seen)
    assert [count for count, _ in drawn][:2] == ["0", "1"]
    assert drawn[-1] == ("3", "0:01")
    assert "1 of 3 · 0:00 · last: 02_safety" in seen
    assert "sampling histories: 2 of 2" in seen
    assert screen(seen) == ["a line that stays", "a", "b", ""]


def test_where_stderr_is_no_terminal_there_is_no_line_and_no_escape_code():
    done = subprocess.run(
        [sys.executable, "-c", WORK.format(pause=0)], capture_output=True, text=True, check=True
    )
    assert done.stderr == "a line that stays\na\nb\n"


@pytest.mark.parametrize("term", ["dumb", ""])
def test_a_terminal_that_cannot_redraw_gets_no_line(term):
    _, _, seen = on_terminal("-c", WORK.format(pause=0), term=term)
    assert seen == "a line that stays\r\na\r\nb\r\n"


def test_the_line_is_not_longer_than_the_terminal_is_wide():
    _, _, seen = on_terminal("-c", WORK.format(pause=0), columns=20)
    drawn = re.split(r"\r\x1b\[K|\r\n", seen)
    assert max(map(len, drawn)) == 19
    assert "  executing chapter" in drawn


def test_quiet_takes_away_line_and_words():
    work = f"from helpers.edition import progress\nprogress.be_quiet()\n{WORK.format(pause=0)}"
    assert on_terminal("-c", work)[2] == ""


def test_possible_counts_the_parts_of_its_work_and_prints_the_same_answer():
    code, out, seen = on_terminal(*POSSIBLE)
    assert code == 0
    counts = re.findall(r"enumerating histories: (\d+) of (\d+) · 0:", seen)
    assert {total for _, total in counts} == {"24"}
    assert counts[-1][0] == "24"
    assert on_terminal(*POSSIBLE, "--quiet")[1:] == (out, "")
    done = subprocess.run([sys.executable, *POSSIBLE], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == (out, "")


def test_an_error_ends_the_line():
    work = WORK.replace('progress.say("a line that stays")', "raise SystemExit('stopped')")
    code, _, seen = on_terminal("-c", work.format(pause=0))
    assert code == 1
    assert screen(seen) == ["stopped", ""]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (9.99, "0:09"), (75.2, "1:15"), (3599, "59:59"), (3675, "1:01:15")],
)
def test_durations_are_minutes_and_seconds(seconds, text):
    assert progress.duration(seconds) == text


def test_a_line_that_looks_asks_each_time():
    states = iter([(1, "2 read"), (2, "3 read")])
    line = progress.Line("building pages", 12, look=lambda: next(states))
    assert line.text() == "  building pages: 1 of 12 · 0:00 · 2 read"
    assert line.text() == "  building pages: 2 of 12 · 0:00 · 3 read"


def test_every_command_can_be_quiet():
    from helpers.__main__ import parser

    (commands,) = (a for a in parser()._actions if hasattr(a, "choices") and a.choices)
    for name, sub in commands.choices.items():
        assert "--quiet" in sub.format_help(), name
    assert len(commands.choices) >= 10
