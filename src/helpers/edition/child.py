"""Programs to start in, their output out; whatever way this process ends, none of them is left.

A signal that ends a command (Ctrl-C, a closed terminal, `kill`) ends its children, undoes what
was half done and says one line. Nothing is undone after SIGKILL: the children end by themselves,
and the next build removes what was left.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import psutil

SIGNALS = {signal.SIGINT: "Ctrl-C", signal.SIGTERM: "SIGTERM", signal.SIGHUP: "a closed terminal"}
PARENT = "HELPERS_MAKE"  # the process id of the make that runs this command: they end together
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
REASON = re.compile(r"\b(WARNING|ERROR|CRITICAL)\b|^\w*(\.\w+)*(Error|Exception|Interrupt)\b")
_HALF_DONE: list[Callable[[], None]] = []


@cache
def lifeline() -> int:
    """The reading end of a pipe that closes when this process ends: stdin of what is `watched`."""
    reading, _ = os.pipe()  # the other end stays open, and no child inherits it
    return reading


def watched(program: str, *arguments: str) -> list[str]:
    """The command that runs a Python module (or a script, by its absolute path) and ends with us.

    It needs `lifeline()` as its stdin and a session of its own.
    """
    return [sys.executable, "-P", "-m", "helpers.edition.watched", program, *arguments]


def run(program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a Python module or script (see `watched`) to its end; its output as text, nothing raised."""
    return finished(watched(program, *arguments), cwd)


def finished(command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command that ends with `lifeline()`, its stdin, to its end."""
    return subprocess.run(
        command, stdin=lifeline(), capture_output=True, encoding="utf-8",
        errors="replace", cwd=cwd, check=False, start_new_session=True,
    )  # fmt: skip


def reasons(done: subprocess.CompletedProcess[str], lines: int = 15) -> str:
    """The lines of a program's output that say why it failed, or its last ones, in plain text."""
    said = [COLOUR.sub("", line).rstrip() for line in (done.stdout + done.stderr).splitlines()]
    why = [line for line in dict.fromkeys(said) if REASON.search(line)]
    return "\n".join((why or [line for line in said if line])[-lines:])


@contextmanager
def undone(undo: Callable[[], None]) -> Iterator[None]:
    """Call `undo` when the block ends, or when a signal ends the process within it.

    It may be called twice, and while the block is at work.
    """
    _HALF_DONE.append(undo)
    try:
        yield
    finally:
        try:
            undo()
        finally:
            _HALF_DONE.remove(undo)


def end_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and SIGHUP end this process as the module says; exit 128 + signal.

    One that is ignored already (nohup, a job in the background) stays so.
    """
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)
    if pid := os.environ.pop(PARENT, ""):
        threading.Thread(target=_end_with, args=(int(pid),), daemon=True).start()


def _end(number: int, _frame: object) -> None:
    for other in SIGNALS:
        signal.signal(other, signal.SIG_IGN)  # make and the terminal both send one
    _end_children()
    for undo in reversed(_HALF_DONE):
        with suppress(Exception):  # what cannot be removed now is removed by the next build
            undo()
    _end_children()  # a thread may have started one meanwhile
    with suppress(OSError):
        print(f"stopped by {SIGNALS[signal.Signals(number)]}", file=sys.stderr, flush=True)
    os._exit(128 + number)  # not by way of the threads that wait for their kernels


def _end_children() -> None:
    found = psutil.Process().children(recursive=True)
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(found, timeout=5)


def _end_with(parent: int) -> None:
    """End this process as soon as its parent is gone (looked at ten times a second)."""
    while os.getppid() == parent:
        time.sleep(0.1)
    os.kill(os.getpid(), signal.SIGTERM)
