"""What a command starts ends with it, whatever ends it; a signal says one line."""

import json
import os
import signal
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest

from helpers.edition import child, watched

# a parent that starts one of these and waits: it tells when all is up
SLEEP = "import time; print('up', flush=True); time.sleep(600)"
FAMILY = """
import pathlib, subprocess, sys
sys.stdout.write(str(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid))
sys.stdout.flush()
pathlib.Path(sys.argv[1]).write_text("up")
import time
time.sleep(600)
"""
PARENT = """
import sys
from pathlib import Path
from helpers.edition import child
child.end_on_signals()
with child.undone(lambda: Path(sys.argv[2]).unlink()):
    child.run(sys.argv[1], sys.argv[3], cwd=Path("/"))
"""
KERNEL = """
import asyncio, sys, time
from helpers.edition import child, warm
from helpers.edition.kernels import Kernels
child.end_on_signals()
if sys.argv[2] == "new":
    warm.start = lambda: ""
async def start():
    manager = Kernels()
    await manager.start_kernel()
    if sys.argv[1] == "ready":
        client = manager.client()
        client.start_channels()
        await client.wait_for_ready(timeout=60)
asyncio.run(start())
print("up", flush=True)
time.sleep(600)
"""


def until(true, seconds=30):
    """Wait for something that comes; fail when it does not."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def family(process):
    return psutil.Process(process.pid).children(recursive=True)


def gone(processes):
    return not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes)


@pytest.fixture
def running(tmp_path):
    """A command that waits for a program of two processes, and a file that it removes at the end."""
    (tmp_path / "program.py").write_text(FAMILY)
    (tmp_path / "half-done").touch()
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "program.py"), str(tmp_path / "half-done"),
         str(tmp_path / "up")],
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    until((tmp_path / "up").exists)
    yield process
    process.kill()
    process.wait()
    process.stderr.close()


def test_a_program_gives_its_output_and_its_exit_code(tmp_path):
    script = tmp_path / "program.py"
    script.write_text(
        "import sys, os\nprint(sys.argv[1:], __name__, os.getcwd(), repr(sys.stdin.read()))\n"
        "print('ü', file=sys.stderr)\nsys.exit(7)\n"
    )
    done = child.run(str(script), "a b", "-x", cwd=tmp_path)
    assert done.returncode == 7
    assert done.stdout == f"['a b', '-x'] __main__ {tmp_path} ''\n"
    assert done.stderr == "ü\n"


def test_a_module_is_run_as_python_would(tmp_path):
    done = child.run("json.tool", "--compact", str(tmp_path / "in.json"), cwd=tmp_path)
    assert done.returncode != 0
    (tmp_path / "in.json").write_text('{"a": [1, 2]}')
    done = child.run("json.tool", "--compact", str(tmp_path / "in.json"), cwd=tmp_path)
    assert json.loads(done.stdout) == {"a": [1, 2]}


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        (signal.SIGINT, 130, "stopped by Ctrl-C"),
        (signal.SIGTERM, 143, "stopped by SIGTERM"),
        (signal.SIGHUP, 129, "stopped by a closed terminal"),
    ],
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_signal_ends_the_family_and_says_one_line(running, tmp_path, number, code, said, times):
    children = family(running)
    assert len(children) == 2
    for _ in range(times):  # a terminal and make both pass it on
        os.killpg(running.pid, number)
    assert running.communicate()[1] == said + "\n"
    assert running.returncode == code
    assert gone(children)
    assert not (tmp_path / "half-done").exists()


def test_a_killed_parent_leaves_no_child(running):
    children = family(running)
    assert len(children) == 2
    running.kill()
    until(partial(gone, children))


FORKS = sys.platform == "linux"
# how a kernel comes into being, and the processes that are there for it: one that is `watched`; the
# one that forks, the one that asks it, and, once it has imported, the kernel
KINDS = [("new", "starting", 1), ("new", "ready", 1)]
KINDS += [("forked", "starting", 2), ("forked", "ready", 3)] * FORKS


@pytest.mark.parametrize(("kind", "state", "processes"), KINDS)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_kernel_ends_with_its_parent(kind, state, processes, number):
    process = subprocess.Popen(
        [sys.executable, "-c", KERNEL, state, kind], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout.readline() == b"up\n"
    children = family(process)
    assert len(children) == processes
    assert (watched.__name__ in children[0].cmdline()) == (kind == "new")
    process.send_signal(number)
    process.communicate()
    until(partial(gone, children))


@pytest.mark.skipif(not FORKS, reason="kernels are forked on Linux only")
def test_a_forked_kernel_ends_with_the_process_that_stands_for_it():
    process = subprocess.Popen(
        [sys.executable, "-c", KERNEL, "ready", "forked"], stdout=subprocess.PIPE
    )
    assert process.stdout.readline() == b"up\n"
    server, ask, kernel = family(process)
    assert kernel.ppid() == server.pid
    ask.kill()
    until(partial(gone, [kernel]))
    assert not gone([server])
    process.kill()
    process.communicate()
    until(partial(gone, [server]))


def test_a_signal_that_is_ignored_already_stays_so():
    code = (
        "import signal\nfrom helpers.edition import child\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\nchild.end_on_signals()\n"
        "print(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_a_command_ends_with_the_make_that_runs_it(tmp_path):
    code = "from helpers.edition import child; child.end_on_signals();" + SLEEP
    (tmp_path / "Makefile").write_text(
        f'all:\n\t@HELPERS_MAKE=$$PPID exec {sys.executable} -c "$$CODE"\n'
    )
    process = subprocess.Popen(
        ["make", "-s", "-C", tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"CODE": code},
    )  # fmt: skip
    assert process.stdout.readline() == "up\n"
    children = family(process)
    process.kill()
    until(partial(gone, children))
    assert process.communicate()[1] == "stopped by SIGTERM\n"


def test_what_is_half_done_is_undone_once_the_block_ends_however_it_ends():
    done = []
    with child.undone(partial(done.append, "first")):
        assert done == []
    with pytest.raises(ZeroDivisionError), child.undone(partial(done.append, "second")):
        raise ZeroDivisionError
    assert done == ["first", "second"]
    assert child._HALF_DONE == []


def test_the_reasons_of_a_failure_are_told_from_the_rest():
    trace = "Traceback (most recent call last):\n" + '  File "x.py", line 1, in f\n    g()\n' * 50
    err = (
        "\x1b[91mbook/a.md:3: WARNING: no such page\x1b[39;49;00m\n" * 2
        + trace
        + "OSError: [Errno 28] No space left on device\n"
        + "The above exception was the direct cause of the following exception:\n"
        + trace
        + "sphinx.errors.SphinxError: failed\n====\nLook above for the cause.\n"
    )
    done = subprocess.CompletedProcess([], 2, stdout="reading a.md\n", stderr=err)
    assert child.reasons(done).splitlines() == [
        "book/a.md:3: WARNING: no such page",
        "OSError: [Errno 28] No space left on device",
        "sphinx.errors.SphinxError: failed",
    ]
    done = subprocess.CompletedProcess([], 2, stdout="1\n\n2\n", stderr="\x1b[1m3\n")
    assert child.reasons(done, lines=2) == "2\n3"
