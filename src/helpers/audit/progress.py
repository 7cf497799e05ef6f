"""How far a long computation is goes in, a line on stderr comes out; nothing in its first 2 seconds."""

from __future__ import annotations

import sys
import time

QUIET = 2.0  # seconds before the first line, and between lines


class Progress:
    """Counts steps and reports them on stderr; use it as a context."""

    def __init__(self, name: str, total: int):
        self.name, self.total, self.done = name, total, 0
        self.last = time.monotonic()
        self.shown = False

    def __enter__(self) -> Progress:
        return self

    def step(self, number: int = 1) -> None:
        """Count `number` steps as done."""
        self.done += number
        now = time.monotonic()
        if now - self.last > QUIET and self.done < self.total:
            print(f"\r{self.name}: {self.done:,} of {self.total:,}", end="", file=sys.stderr,
                  flush=True)  # fmt: skip
            self.last, self.shown = now, True

    def __exit__(self, *stopped) -> None:
        if self.shown:
            print(file=sys.stderr)
