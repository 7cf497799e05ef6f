"""Requests for kernels in, kernels out: forked from one process that has imported what chapters use.

Most of a short chapter's time is Python's start and its imports; here they are paid once a command.
`start` runs this module as a program: it imports, then forks a kernel for each `ask` that connects,
or a program that needs much of the same (`run`: the pages' builder).
It ends when its standard input closes, so with the process that started it, and its kernels with
it; a kernel also ends with its `ask`. One thread, so that forking is safe. Linux only (elsewhere a
fork after such imports is not): there `start` returns "" and kernels start as they always did.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback
from functools import cache
from pathlib import Path

from helpers.edition import child, watched
from helpers.edition.machine import ENVIRONMENT, without_grammars

ASK = Path(__file__).with_name("ask.py")
PROGRAM = "--program"
LENGTH = struct.Struct("!I")
# libraries start no thread of their own while they are imported (arrow's allocator would start one)
ALONE = {**ENVIRONMENT, "JE_ARROW_MALLOC_CONF": "background_thread:false"}
TICK = 0.05  # seconds between two looks at whether a kernel has ended
_ONE = threading.Lock()


def start() -> str:
    """Start the process that forks (once); the name of its socket, "" where there is none.

    It imports for seconds: who will need it starts it before work of its own.
    """
    with _ONE:  # two chapters ask for their first kernels at once
        return _started()


def runs() -> bool:
    """Whether the process that forks was started."""
    return _started.cache_info().currsize > 0 and bool(_started())


@cache
def _started() -> str:
    if sys.platform != "linux":
        return ""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind("")  # Linux chooses a name that no file carries
    listener.listen(16)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__, str(listener.fileno())], stdin=child.lifeline(),
        pass_fds=[listener.fileno()], start_new_session=True, env={**os.environ, **ALONE},
    )  # fmt: skip
    atexit.register(_end, process)
    name = listener.getsockname()[1:].decode()
    listener.close()
    return name


def asking(*arguments: str) -> list[str]:
    """The command of what stands for a kernel with these arguments; for a program after `PROGRAM`."""
    return [sys.executable, "-E", "-S", str(ASK), start(), *arguments]


def run(program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """`child.run`, forked where the process that forks runs already."""
    if not runs():
        return child.run(program, *arguments, cwd=cwd)
    return child.finished(asking(PROGRAM, program, *arguments), cwd)


def _end(process: subprocess.Popen) -> None:
    process.terminate()
    process.wait()


def main(number: str) -> None:
    """Import, then serve the listening socket with this file descriptor until stdin closes."""
    listener = socket.socket(fileno=int(number))
    os.set_inheritable(listener.fileno(), False)
    without_grammars()
    _imports()
    kernels: dict[int, socket.socket] = {}  # process -> the connection of its `ask`
    while True:
        waits = [0, listener, *kernels.values()]
        ready = select.select(waits, [], [], TICK if kernels else None)[0]
        if 0 in ready:
            _kill(kernels)
            return
        _kill([pid for pid, asked in kernels.items() if asked in ready])
        _reap(kernels)
        if listener in ready:
            _serve(listener, kernels)


def _imports() -> None:
    """What every chapter imports, and the kernel itself with what it imports when it starts."""
    import ipykernel.debugger
    import ipykernel.ipkernel
    import ipykernel.kernelapp
    import ipykernel.zmqshell
    import IPython.core.completerlib
    import IPython.extensions.storemagic
    import lifelines
    import scipy.stats
    import statsmodels.genmod.generalized_linear_model

    import helpers.literate
    import helpers.present.ahead

    assert all((ipykernel, IPython, lifelines, scipy, statsmodels, helpers))
    gc.freeze()  # the children share these pages


def _serve(listener: socket.socket, kernels: dict[int, socket.socket]) -> None:
    """Take one request (of this user's processes only) and fork its kernel."""
    asked, _ = listener.accept()
    _, user, _ = struct.unpack("3i", asked.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    try:
        wanted, outputs = _request(asked) if user == os.getuid() else ({}, [])
    except (OSError, ValueError):  # it is gone already
        wanted, outputs = {}, []
    if not wanted:
        asked.close()
        return
    ours = os.getpid()
    if pid := os.fork():
        kernels[pid] = asked
        for output in outputs:
            os.close(output)
        return
    for other in (listener, asked, *kernels.values()):
        other.close()
    _be_kernel(wanted, outputs, ours)


def _request(asked: socket.socket) -> tuple[dict, list[int]]:
    """What `ask` sends: arguments, environment and folder as JSON; its stdout and stderr."""
    head, outputs, _, _ = socket.recv_fds(asked, LENGTH.size, 2)
    left, text = LENGTH.unpack(head)[0], b""
    while len(text) < left and (more := asked.recv(left - len(text))):
        text += more
    return json.loads(text), list(outputs)


def _be_kernel(wanted: dict, outputs: list[int], parent: int) -> None:
    """Be an ipykernel, or the program asked for, in a session of its own; never returns."""
    from helpers.present.ahead import die_with

    status = 1
    try:
        os.setsid()
        die_with(parent)
        for number, output in zip((1, 2), outputs, strict=True):
            os.dup2(output, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.environ.clear()
        os.environ.update(wanted["env"])
        os.chdir(wanted["folder"])
        status = _run(wanted["arguments"], parent)
    except SystemExit as ended:
        status = _exit_status(ended)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _exit_status(ended: SystemExit) -> int:
    """As Python has it: None is 0, and words are said and are 1."""
    if ended.code is None or isinstance(ended.code, int):
        return ended.code or 0
    print(ended.code, file=sys.stderr)
    return 1


def _run(arguments: list[str], parent: int) -> int:
    if arguments[0] != PROGRAM:
        return _run_kernel(arguments, parent)
    watched.run(arguments[1:])
    return 0


def _run_kernel(arguments: list[str], parent: int) -> int:
    from ipykernel.kernelapp import IPKernelApp

    from helpers.literate import recording

    app = IPKernelApp.instance(parent_handle=parent)
    app.initialize(arguments)
    recording.start()  # what the chapter's own import does where the kernel is a new Python
    app.start()
    return 0


def _kill(kernels: object) -> None:
    for pid in kernels:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _reap(kernels: dict[int, socket.socket]) -> None:
    """Tell each `ask` whose kernel has ended how it ended."""
    for pid in list(kernels):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            asked = kernels.pop(pid)
            with contextlib.suppress(OSError):
                asked.sendall(bytes([os.waitstatus_to_exitcode(status) & 0xFF]))
            asked.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
