"""The path of a text that somebody wrote in, its content out, or the one problem why there is none.

For study.toml, report.toml and what lies beside them: a pipe is never opened, a file of megabytes,
another encoding, and what would cost a parser its memory are refused. No key is judged here.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from helpers.errors import Problem
from helpers.file_kinds import SAVE, kind_of_file, not_utf8

MOST_BYTES, MOST_DOTS = 1_000_000, 100  # of the file, on a line of it
RULE = "not TOML"
SLIPS = {
    "Cannot overwrite a value": "the key stands twice in its table: take one out",
    "Cannot declare": "the table stands twice: join them (several [[...]] may stand, each with its id)",
    "Unclosed array": "add the comma or the ] that is missing in the list",
    "Invalid value": 'put a text in quotation marks, such as "<0.001"',
}  # what the parser says of common slips


def read_toml(path: Path, *, missing: str) -> tuple[dict[str, Any] | None, Problem | None]:
    """The parsed file and None, or None and what is wrong; `missing` says what to do without it."""
    text, fault = read_text(path, RULE, missing=missing)
    if text is None:
        return None, fault
    row, do = None, "mend the line that is named, or look for it"
    try:
        return _parsed(text), None
    except RecursionError:
        expected, found = "few lists or blocks in each other", "hundreds in each other"
    except ValueError as error:
        row, expected, found = _line_of(error), "valid TOML 1.0", str(error)
        line = text.split("\n")[row - 1].strip() if row else ""
        found, do = f"{found}: {line}" if line else found, _advice(text, line, found) or do
        if "int_max_str_digits" in found:
            expected, found = "numbers of a few digits", "a whole number of thousands of digits"
    return None, Problem(path.name, "", RULE, expected, found, do, row)


def _line_of(error: ValueError) -> int | None:
    """The line, from 1, that a parser's message names."""
    named = re.search(r"\(at line (\d+), column \d+\)", str(error))
    return int(named[1]) if named else None


def _advice(text: str, line: str, found: str) -> str:
    """What to do about a line that is no TOML, where a common slip explains it; else ""."""
    if text.lstrip()[:1] == "{":
        return "this is JSON; write key = value, and [table] or [[table]] above them"
    if set(line) & set("“”„«»‘’"):
        return 'put straight quotation marks (") around the text'
    if line.count('"') % 2:
        return 'add the quotation mark (") that is missing'
    if re.match(r"[\w-]+\s*:", line):
        return "write = instead of :"
    return next((do for part, do in SLIPS.items() if part in found), "")


def read_text(path: Path, rule: str, *, missing: str = "") -> tuple[str | None, Problem | None]:
    """The text of a small file in UTF-8 and None, or None and what is wrong, under the name `rule`."""
    fault = _no_file(path, missing) or _no_text(path, rule)
    if fault:
        return None, fault
    try:
        return path.read_bytes().decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        row = error.object.count(b"\n", 0, error.start) + 1
        found = f"a byte {error.object[error.start]:#x}"
        return None, Problem(path.name, "", rule, "text in UTF-8", found, SAVE, row)


def _no_file(path: Path, missing: str) -> Problem | None:
    kind = kind_of_file(path)
    if not kind:
        return None
    if path.exists() or path.is_symlink():
        do = "move it away, and put the file there"
        return Problem(path.name, "", "missing file", f"a file {path}", kind, do)
    found = "a folder without it" if path.parent.is_dir() else "no such folder"
    return Problem(path.name, "", "missing file", str(path), found, missing)


def _no_text(path: Path, rule: str) -> Problem | None:
    size = path.stat().st_size
    if size > MOST_BYTES:
        expected, found = f"at most {MOST_BYTES:,} bytes", f"{size:,} bytes"
        return Problem(path.name, "", rule, expected, found, "is it the right file?")
    with path.open("rb") as file:
        other = not_utf8(file.read(200))
    return Problem(path.name, "", rule, "text in UTF-8", other, SAVE) if other else None


def _parsed(text: str) -> dict[str, Any]:
    """The parsed TOML; the memory that the parser needs for a key grows with the square of its dots."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.count(".") > MOST_DOTS and not line.lstrip().startswith("#"):
            raise ValueError(f"line {number} has more than {MOST_DOTS} dots")
    return tomllib.loads(text)
