"""Functions of one text in, their results out: made by a second process while the pages are read.

Drawing takes a third of a build's time and keeps Python waiting. Who knows early what will be drawn
asks for it (`ask`), and gets it later (`get`), made by then; who has not asked gets it all the same.
Linux only, and before anything was drawn here: elsewhere, and later, a fork is not safe.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from multiprocessing import get_context
from typing import Any

PDEATHSIG = 1  # of prctl: the signal that a process gets when its parent is gone
_ASKED: dict[tuple[Callable, str], Future] = {}


def ask(make: Callable[[str], Any], text: str) -> None:
    """Have `make(text)` made meanwhile; `make` is a module's function that depends on `text` alone."""
    if (maker := _maker()) and (make, text) not in _ASKED:
        _ASKED[make, text] = maker.submit(make, text)


def get(make: Callable[[str], Any], text: str) -> Any:
    """`make(text)`, and what it raises; made here if nobody asked or the other process is gone."""
    asked = _ASKED.pop((make, text), None)
    if asked is None:
        return make(text)
    try:
        return asked.result()
    except BrokenProcessPool:
        return make(text)


def end() -> None:
    """End the other process; what was asked for and never got is dropped."""
    _ASKED.clear()
    if _maker.cache_info().currsize and (maker := _maker()):
        maker.shutdown(cancel_futures=True)
    _maker.cache_clear()


@cache
def _maker() -> ProcessPoolExecutor | None:
    # V8, once loaded, has threads, which do not live through a fork
    if sys.platform != "linux" or "vl_convert" in sys.modules:
        return None
    return ProcessPoolExecutor(1, get_context("fork"), die_with, (os.getpid(),))


def die_with(parent: int) -> None:
    """From now on this process, just forked, is killed when its `parent` ends. Linux only."""
    ctypes.CDLL(None).prctl(PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
