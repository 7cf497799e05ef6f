"""A folder for one build in; nothing of it is left, a study's numbers least of all, when that ends."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from filelock import FileLock, Timeout

from helpers.context import ROOT
from helpers.edition import child

WORK = ROOT / "_work"
OURS = re.compile(r"(build|\d+)-\w+")  # \d+: of an earlier version
RUNTIME = "JUPYTER_RUNTIME_DIR"
LOCK = "lock"  # in a build's folder: held as long as that build lives


@contextmanager
def work_folder() -> Iterator[Path]:
    """A new folder for this build alone. What killed builds left goes first.

    It goes when the block ends, or when a signal ends the process. Kernels connect by files in it.
    """
    WORK.mkdir(exist_ok=True)
    folder = WORK / f"build-{secrets.token_hex(4)}"
    lock = FileLock(folder / LOCK)
    with child.undone(partial(_remove, folder)):
        with FileLock(WORK / LOCK):  # nobody takes a folder for a dead one before its lock is held
            _sweep()
            folder.mkdir(mode=0o700)
            lock.acquire()
        try:
            with _connections_in(folder):
                yield folder
        finally:
            lock.release()


def remove_left() -> None:
    """Remove what killed builds left in `_work`, and the folder itself when nothing else is in it."""
    if WORK.is_dir():
        with FileLock(WORK / LOCK):
            _sweep()
            if os.listdir(WORK) == [LOCK]:
                shutil.rmtree(WORK)


@contextmanager
def _connections_in(folder: Path) -> Iterator[None]:
    """Kernels' connection files go there, and not into the user's home, where a kill leaves them."""
    before = os.environ.get(RUNTIME)
    os.environ[RUNTIME] = str(folder)
    try:
        yield
    finally:
        del os.environ[RUNTIME]
        if before is not None:
            os.environ[RUNTIME] = before


def _sweep() -> None:
    for left in WORK.iterdir():
        if OURS.fullmatch(left.name) and left.is_dir() and not left.is_symlink():
            try:
                with FileLock(left / LOCK, timeout=0):
                    _remove(left)
            except Timeout:
                continue  # its build lives


def _remove(folder: Path) -> None:
    """Remove a folder in which a thread of ours, about to end, may still write a file."""
    for _ in range(10):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
