"""Drawn ahead: the same results as drawn here, errors too, from a process that may be lost."""

import os
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from helpers.present import ahead, picture

# a process of its own: this one has threads, which do not live through a fork
SCRIPT = """
import os, signal
from helpers.present import ahead
{body}
ahead.end()
print("ended", *ahead._ASKED)
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is made ahead")


def _run(body: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", SCRIPT.format(body=body)],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    *said, ended = done.stdout.splitlines()
    assert ended == "ended"
    return said


@LINUX
def test_what_is_asked_for_is_made_by_another_process_once():
    said = _run("""
ahead.ask(os.path.basename, "a/b")
first = ahead._ASKED[os.path.basename, "a/b"]
ahead.ask(os.path.basename, "a/b")
print(len(ahead._ASKED), ahead.get(os.path.basename, "a/b"), len(ahead._ASKED))
ahead.ask(os.system, "exit $(( $PPID == %d ))" % os.getpid())
print(ahead.get(os.system, "exit $(( $PPID == %d ))" % os.getpid()))
""")
    assert said == ["1 b 0", "0"]  # the shell's parent is another process than this one


@LINUX
def test_what_it_raises_is_raised_here_and_what_nobody_gets_is_dropped():
    said = _run("""
ahead.ask(int, "x")
ahead.ask(os.path.basename, "never/got")
try:
    ahead.get(int, "x")
except ValueError as error:
    print(error)
""")
    assert said == ["invalid literal for int() with base 10: 'x'"]


@LINUX
def test_a_process_that_is_killed_costs_time_and_no_result():
    said = _run("""
import time
ahead.ask(eval, "__import__('time').sleep(60)")
ahead.ask(os.path.basename, "a/b")
os.kill(next(iter(ahead._maker()._processes)), signal.SIGKILL)
print(ahead.get(os.path.basename, "a/b"), ahead.get(os.path.basename, "c/d"))
""")
    assert said == ["b d"]


@LINUX
def test_the_other_process_dies_with_the_one_that_asks():
    script = (
        "import os, signal; from helpers.present import ahead;"
        "ahead.ask(eval, \"__import__('time').sleep(600)\");"
        "print(next(iter(ahead._maker()._processes)), flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    maker = int(done.communicate(timeout=60)[0])
    assert done.returncode == -9
    ends = time.monotonic() + 10
    while _lives(maker):
        assert time.monotonic() < ends
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"  # a zombie waits for init only


def test_what_nobody_asked_for_is_made_here(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)  # loaded: no fork any more
    ahead.end()
    ahead.ask(os.path.basename, "a/b")
    assert not ahead._ASKED
    assert ahead.get(os.path.basename, "a/b") == "b"
    ahead.end()


@LINUX
def test_a_picture_asked_for_is_the_one_that_is_made_here():
    drawn = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h5v7"/></svg>'
    )
    said = _run(f"""
from hashlib import sha256
from helpers.present import picture
ahead.ask(picture.png, {drawn!r})
print(sha256(ahead.get(picture.png, {drawn!r})).hexdigest(), "vl_convert" in __import__("sys").modules)
""")
    assert said == [f"{sha256(picture.png(drawn)).hexdigest()} False"]
