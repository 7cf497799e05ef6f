"""Keys, values and reasons in, the lines of a TOML file out; a text of the data is never markup.

Quotes, backslashes and control characters of a value are escaped; a comment is one printable line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

UNKNOWN = "could not tell"
LONGEST = 320  # characters of a comment that come from the data


def quoted(text: str) -> str:
    """A TOML basic string that parses to exactly `text`."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else _escape(c) for c in escaped) + '"'


def _escape(char: str) -> str:
    return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"


def toml_value(value: str | bool | float | Sequence[str]) -> str:
    """A text, truth value, number or list of texts as TOML writes it."""
    if isinstance(value, list):
        return "[" + ", ".join(map(quoted, value)) + "]"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.12g}"


def one_line(text: str) -> str:
    """`text` for a comment: printable, on one line, not endless."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= LONGEST else plain[: LONGEST - 1] + "…"


def bare_key(text: str) -> str:
    """A role's name from a parameter code: lower case letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "parameter"


@dataclass
class Draft:
    """The file as it grows, what was guessed (block -> lines) and what could not be told."""

    lines: list[str] = field(default_factory=list)
    guessed: dict[str, list[str]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    block: str = ""

    def say(self, comment: str) -> None:
        """A comment of ours on a line of its own."""
        self.lines.append(f"# {one_line(comment)}")

    def start(self, block: str) -> None:
        """An empty line and the header of a block, such as [visits] or [[arms]]."""
        self.lines += ["", block]
        self.block = block.strip("[]")
        if self.block == "arms":
            self.block += f" {1 + sum(line == block for line in self.lines[:-1])}"

    def put(
        self, key: str, value: str | bool | float | Sequence[str], why: str, *, sure: bool = True
    ) -> None:
        """A line of the file and how its value came about; unsure ones are listed as unknown."""
        text = f"{key} = {toml_value(value)}"
        reason = one_line(why if sure else f"{UNKNOWN}: {why}")
        self.lines.append(f"{text}  # {reason}")
        if sure:
            self.guessed.setdefault(self.block, []).append(one_line(text))
        else:
            where = f"{self.block}: {text}" if self.block else text
            self.unknown.append(f"{one_line(where)} ({one_line(why)})")

    def offer(self, key: str, value: str, why: str) -> None:
        """A line that only the trial's plan can free: it stands as a comment, and in the summary."""
        text = f"{key} = {toml_value(value)}"
        self.lines.append(f"# {text}  # {one_line(why)}")
        self.unknown.append(one_line(f"{self.block}: {text} ({why})"))

    def leave_out(self, what: str) -> None:
        """A comment on what could not be told, and no value; the summary names the block as well."""
        self.lines.append(f"# ... {UNKNOWN}: {one_line(what)}")
        self.unknown.append(one_line(f"{self.block}: {what}" if self.block else what))

    def text(self) -> str:
        """The whole file."""
        return "\n".join(self.lines).strip() + "\n"
