"""A way to draw and a condition in, the first draw that meets it out; it never edits a draw."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from helpers.errors import ClaimsError

TRIES = 5000
T = TypeVar("T")


def first_draw(draw: Callable[[], T], holds: Callable[[T], bool], *, what: str) -> T:
    """Rejection sampling: the first of at most `TRIES` draws for which `holds`.

    Errors: `ClaimsError`, naming the draw as `what`, when none does.
    """
    for _ in range(TRIES):
        drawn = draw()
        if holds(drawn):
            return drawn
    raise ClaimsError(
        f"{what}: expected a draw that meets the claims, found none in {TRIES}: "
        "move the assumptions that feed it towards the reported values"
    )
