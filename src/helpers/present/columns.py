"""A table's column of texts in, where its numbers stand out: points below points, as a statistician reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

NUMBER = re.compile(r"[−–-]?\d[\d,]*(\.\d+)?(%?)")
POINT, SIGN = 0.5, 1.6  # widths of a point and of a per cent sign, in widths of a figure
EMPTY = ("", "–")


def of_numbers(texts: Sequence[str]) -> bool:
    """Whether each text is one number, or empty, and one at least a number."""
    stripped = [text.strip() for text in texts]
    found = [bool(NUMBER.fullmatch(text)) for text in stripped]
    return any(found) and all(
        f or text in EMPTY for f, text in zip(found, stripped, strict=True)
    )  # fmt: skip


def lacks(texts: Sequence[str]) -> list[float]:
    """What each number has less behind its point than the longest of them, in widths of a figure."""
    tails = [_tail(text.strip()) for text in texts]
    return [round(max(tails) - tail, 2) for tail in tails]


def attributes(texts: Sequence[str]) -> list[str]:
    """The HTML attributes of a column's cells, "" each where it is no column of numbers.

    The style sheet puts the room `--lack` behind a number that is set flush right.
    """
    if not of_numbers(texts):
        return [""] * len(texts)
    return [
        ' class="figures"' + (f' style="--lack: {lack:g}ch"' if lack else "")
        for lack in lacks(texts)
    ]


def _tail(text: str) -> float:
    found = NUMBER.fullmatch(text)
    if not found:
        return 0.0
    decimals = len(found[1]) - 1 + POINT if found[1] else 0.0
    return decimals + SIGN * bool(found[2])
