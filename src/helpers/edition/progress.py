"""What is being done and how far it is in, one line on a terminal's stderr out; elsewhere nothing.

The line says how many of how many and the time so far, and is redrawn in its place, each second at
least. Where stderr is no terminal (a log, a pipe) there is neither line nor escape code. `quiet`
takes away the line and what `say` says; errors and warnings are no business of this module.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")
CLEAR = "\r\x1b[K"  # to the line's beginning, and what stood there away
PAUSE = 0.5  # seconds between two drawings

_LOCK = threading.RLock()
_shown: list[Line] = []
_quiet = False


def be_quiet(quiet: bool = True) -> None:
    """From now on show no line and say nothing (or do again)."""
    global _quiet
    _quiet = quiet


def on_terminal() -> bool:
    """Whether somebody may be watching: stderr is a terminal that can redraw a line."""
    return not _quiet and sys.stderr.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


def say(text: str) -> None:
    """A line of text on stderr that stays, above the progress if there is one; quiet: nothing."""
    if _quiet:
        return
    with _LOCK:
        print(f"{CLEAR if _shown else ''}{text}", file=sys.stderr, flush=True)
        for line in _shown:
            line.draw()


def duration(seconds: float) -> str:
    """75.2 -> "1:15", 3675 -> "1:01:15"."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


class Line:
    """The progress of one piece of work of `total` steps; a context manager.

    `look` is asked at each drawing for (steps done, a note), where nobody calls `step`.
    """

    def __init__(self, what: str, total: int, look: Callable[[], tuple[int, str]] | None = None):
        self.what, self.total, self.look = what, total, look
        self.done, self.note = 0, ""
        self._started = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._keep_drawing, daemon=True)

    def __enter__(self) -> Line:
        if on_terminal():
            _shown.append(self)
            self.draw()
            self._thread.start()
        return self

    def __exit__(self, *failure: object) -> None:
        self._over.set()
        with _LOCK:
            if self in _shown:
                _shown.remove(self)
                sys.stderr.write(CLEAR)
                sys.stderr.flush()

    def step(self, steps: int = 1, note: str = "") -> None:
        """So many more steps are done; `note` says what came last."""
        with _LOCK:
            self.done, self.note = self.done + steps, note
            self.draw()

    def text(self) -> str:
        """What the line says now."""
        if self.look is not None:
            self.done, self.note = self.look()
        parts = [f"{self.what}: {self.done} of {self.total}"]
        parts += [duration(time.monotonic() - self._started), self.note]
        return "  " + " · ".join(part for part in parts if part)

    def draw(self) -> None:
        """Draw the line anew, if it is shown."""
        with _LOCK:
            if self in _shown:
                width = shutil.get_terminal_size().columns - 1
                sys.stderr.write(CLEAR + self.text()[:width])
                sys.stderr.flush()

    def _keep_drawing(self) -> None:
        while not self._over.wait(PAUSE):
            self.draw()


def counted(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """The same items, one by one as they come, with a line that counts them."""
    with Line(what, total) as line:
        for item in items:
            line.step()
            yield item
