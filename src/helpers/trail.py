"""Ids of what is read while a cell computes in, the same ids out; it keeps no value and no number.

Assumptions and readings are put here by `assumptions` as they are looked up. `literate.recording` empties
the list before a cell runs and reads it afterwards: so what a number used is seen, never typed.
"""

from __future__ import annotations

_READ: list[str] = []


def note(key: str) -> None:
    """Remember that an assumption or reading was looked up."""
    if key not in _READ:
        _READ.append(key)


def looked_up() -> list[str]:
    """What was looked up since the last `taken`, in order; the list stays."""
    return list(_READ)


def taken() -> list[str]:
    """What was looked up since the last call, in order; the list is empty afterwards."""
    found = list(_READ)
    _READ.clear()
    return found
