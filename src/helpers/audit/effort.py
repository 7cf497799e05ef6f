"""How much work one result may take goes in; an error once it is used up comes out.

Steps are counted, some 5 microseconds each, and no clock is asked: a verdict is the same on every
computer. A check that runs out says so and decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from helpers.errors import AnalysisError

STEPS = 1_000_000  # of one result, all its checks together
_left: ContextVar[int | None] = ContextVar("steps left", default=None)


class TooMuchError(AnalysisError):
    """A result whose possibilities are too many to go through."""


@contextmanager
def limited(steps: int = STEPS) -> Iterator[None]:
    """Allow so many steps within; outside of any such block work is not limited."""
    token = _left.set(steps)
    try:
        yield
    finally:
        _left.reset(token)


def spend(steps: int = 1) -> None:
    """Count steps as done; raise TooMuchError once more are needed than are left."""
    left = _left.get()
    if left is None:
        return
    _left.set(left - steps)
    if left < steps:
        raise TooMuchError(
            "the numbers printed leave too many possibilities to go through them all"
        )
