"""A Python program's name in, that program run; it never outlives the process that started it.

Its standard input is a pipe that nobody writes to: when the process at the other end is gone, however
it ended, the pipe closes, and the program ends with all that it started. `child` starts it.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
from collections.abc import Sequence


def main(argv: Sequence[str]) -> None:
    """Run a module (or, where it is a path, a script) with its arguments, as `python -m` would."""
    threading.Thread(target=_watch, args=(os.dup(0),), daemon=True).start()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    run(argv)


def run(argv: Sequence[str]) -> None:
    """Run a module or script with its arguments in this process."""
    program = argv[0]
    sys.argv = list(argv)
    if os.path.isabs(program):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _watch(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)  # all in its session, which is new


if __name__ == "__main__":
    main(sys.argv[1:])
