"""A text or value that others wrote in, a short line that a terminal and a page can carry out.

A control character of a file's name or a cell could clear a screen, forge a line of a report or
turn round the text after it. Nothing is guessed of what was meant.
"""

from __future__ import annotations

import re
import reprlib
import sys

LONGEST = 500  # characters of one field of a report
LARGEST = 10**30  # of a number that is worth printing digit by digit
# C0 and C1 controls with all line ends, what turns the direction of text, halves of code points
_SPACES = "\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029"
_OTHERS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_SPACE, _OTHER = re.compile(f"[{_SPACES}]+"), re.compile(f"[{_OTHERS}]")
_CONTROL = re.compile(f"[{_SPACES}{_OTHERS}]")


def has_control(text: str) -> bool:
    """Whether the text holds a character that no line of a report or page may hold."""
    return not text.isprintable() and _CONTROL.search(text) is not None


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """The text with control characters written as escapes, cut where it is longer than `longest`.

    A byte of a file's name that is no UTF-8 is written as that byte.
    """
    cut = text if len(text) <= longest else text[:longest]
    plain = cut if cut.isprintable() else _CONTROL.sub(_escape, cut)
    return plain if cut is text else f"{plain}… ({len(text):,} characters)"


def lines(text: str) -> str:
    """A message of several lines, each of them as `one_line` gives it."""
    return "\n".join(one_line(line, longest=10 * LONGEST) for line in text.split("\n"))


def without_controls(text: str) -> str:
    """The text of a cell: a blank for line breaks and tabs, � for every other control character."""
    return _OTHER.sub("\ufffd", _SPACE.sub(" ", text))


def shown(value: object) -> str:
    """A value as Python writes it, whatever its depth or size: long ones are cut."""
    return one_line(_SHORT.repr(value))


def survive_any_encoding() -> None:
    """Let standard output and error escape what the terminal's encoding lacks, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")


def _escape(found: re.Match) -> str:
    code = ord(found[0])
    if 0xDC80 <= code <= 0xDCFF:  # how Python keeps a byte of a name that is no UTF-8
        return f"\\x{code - 0xDC00:02x}"
    return found[0].encode("unicode_escape").decode("ascii")


class _Short(reprlib.Repr):
    """Python's repr, cut in depth and length; a huge whole number by its size."""

    def __init__(self):
        super().__init__()
        self.maxlevel, self.maxlist, self.maxdict, self.maxtuple = 4, 20, 20, 20
        self.maxstring = self.maxother = LONGEST

    def repr_int(self, x, level):
        if abs(x) < LARGEST:
            return repr(x)
        return f"a whole number of about {int(x.bit_length() * 0.30103) + 1:,} digits"


_SHORT = _Short()
