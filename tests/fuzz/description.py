"""A parsed study.toml in, the same with a key, a value, a block or a byte changed out."""

from __future__ import annotations

import datetime
import random
from typing import Any

from fuzz.base import Spoiled

VALUES: list[Any] = [
    "", " ", "a", "x" * 3000, "{num}", "a\nb", "\x1b[31m", "\u202e", "é 免疫 🙂", "<b>",
    "CD4", "CD8", "HIVRNA",
    "Placebo", "Low dose", "TTRESP", "week", "day", "month", "log10", "linear", "cytokine", "lower",
    "higher", "value", "change", "percent change", "no response", "left out",
    "ancova", "mmrm", "kenward-roger", {"primary": "mmrm"}, {"primary": "ancova", "df": "kenward-roger"},
    "response", "failure", "single-arm", "randomised", "shown", "hidden", "observed", "simulated",
    "cells/µL", "%", "copies/mL", "10^9/L", "AVAL", "BASE", "USUBJID", "AVISITN", "TRT01A", "ARM",
    True, False, 0, 1, -1, 3, 12, 48, 96, 10**9, 10**15, 10**16, 10**400, -(10**400), 0.0, -0.0, 0.5, -2.5,
    1e-9, 1e300, float("inf"), float("-inf"), float("nan"), datetime.date(2015, 3, 2),
    datetime.datetime(2015, 3, 2, 1), datetime.time(1), [], [1], [1, 2], [2, 1], [0, 0], [0, 1e6], [[1], [2]],
    ["a"], ["a", "b"], ["Placebo", "Low dose"], [0, float("inf")], [True, False], [{}], {}, {"a": 1},
    {"value": "a"}, {"AVAL": "BASE"}, {"AVAL": "AVAL"}, {"USUBJID": "SUBJID"}, {"a": {"b": {"c": 1}}},
]  # fmt: skip
KEYS = [
    "id", "title", "short", "design", "data", "source", "subject_level", "identifiers", "arms", "visits",
    "parameters", "endpoints", "columns", "disclosure", "value", "label", "dose", "reference", "unit",
    "baseline", "main", "paramcd", "lloq", "scale", "group", "better", "range", "event", "horizon",
    "threshold", "analysis", "primary", "df", "margin", "odds_margin", "confidence", "responses", "parameter",
    "of", "visit", "at_least", "above", "at_most", "below", "missing",
    "AVAL", "adsl", "adlb", "cd4", "cd8", "hivrna", "chimerism", "x", "", "a.b",
    "a b", "é", "\x1b", "TITLE", "tilte",
]  # fmt: skip


def spoil(study: Spoiled, numbers: random.Random) -> None:
    """Spoil study.toml in one way."""
    way = numbers.choices([a_value, a_key_dropped, a_key_added, a_key_renamed, a_block_moved, bytes_],
                          [10, 4, 4, 2, 2, 4])[0]  # fmt: skip
    study.done.append(f"study.toml: {way.__name__} {way(study, numbers)}")


def _places(block: Any, path: str = "") -> list[tuple[Any, Any, str]]:
    """Every (container, key, path) of a parsed TOML."""
    items = (
        block.items()
        if isinstance(block, dict)
        else enumerate(block)
        if isinstance(block, list)
        else ()
    )
    out = []
    for key, value in items:
        here = f"{path}.{key}" if path else str(key)
        out.append((block, key, here))
        out += _places(value, here)
    return out


def _a_place(study: Spoiled, numbers: random.Random) -> tuple[Any, Any, str]:
    return numbers.choice(_places(study.toml) or [(study.toml, "x", "x")])


def a_value(study, numbers):
    block, key, path = _a_place(study, numbers)
    block[key] = numbers.choice(VALUES)
    return f"{path} = {str(block[key])[:40] if not _is_huge(block[key]) else 'huge'}"


def _is_huge(value: Any) -> bool:
    return isinstance(value, int) and abs(value) > 10**100


def a_key_dropped(study, numbers):
    block, key, path = _a_place(study, numbers)
    if isinstance(block, list) or key in block:
        del block[key]
    return path


def a_key_added(study, numbers):
    blocks = [study.toml, *(b[k] for b, k, _ in _places(study.toml) if isinstance(b[k], dict))]
    key = numbers.choice(KEYS)
    numbers.choice(blocks)[key] = numbers.choice(VALUES)
    return key


def a_key_renamed(study, numbers):
    block, key, path = _a_place(study, numbers)
    if isinstance(block, dict) and key in block:
        block[numbers.choice(KEYS)] = block.pop(key)
    return path


def a_block_moved(study, numbers):
    block, key, path = _a_place(study, numbers)
    other, name, to = _a_place(study, numbers)
    value = block[key] if isinstance(block, list) or key in block else 1
    if not to.startswith(path):  # a block within itself could not be written
        other[name] = value
    return f"{path} to {to}"


def bytes_(study, numbers):
    """Bytes of the written file changed."""
    content = bytearray(study.description())
    ways = [
        "cut",
        "flip",
        "insert",
        "utf-16",
        "latin-1",
        "bom",
        "deep",
        "digits",
        "dots",
        "twice",
        "crlf",
    ]
    way = numbers.choice(ways)
    at = numbers.randrange(len(content) + 1)
    if way == "cut":
        content = content[:at]
    elif way == "flip" and content:
        for _ in range(numbers.randint(1, 5)):
            content[numbers.randrange(len(content))] = numbers.randrange(256)
    elif way == "insert":
        more = numbers.choice(
            [b"\0", b"\xff", b"[", b'"', b"=", b"\n", b"\x1b[2J", b"'''", b"#", b"{" * 50]
        )
        content[at:at] = more
    elif way in ("utf-16", "latin-1"):
        content = content.decode("utf-8", "replace").encode(way, "replace")
    elif way == "bom":
        content[:0] = b"\xef\xbb\xbf"
    elif way == "deep":
        content[:0] = (
            b"x = " + numbers.choice([b"[", b"{a="]) * numbers.choice([50, 900, 5000]) + b"\n"
        )
    elif way == "digits":
        content[:0] = b"x = " + numbers.choice([b"9", b"0xf", b"1."]) + b"9" * 5000 + b"\n"
    elif way == "dots":
        content[:0] = b"a" + b".a" * numbers.choice([20, 99, 5000]) + b" = 1\n"
    elif way == "twice":
        content = content * 2
    elif way == "crlf":
        content = content.replace(b"\n", numbers.choice([b"\r\n", b"\r"]))
    study.raw_toml = bytes(content)
    return way


def dumps(block: dict[str, Any]) -> str:
    """TOML of a parsed one; blocks are written inline, which the format allows everywhere."""
    return "".join(f"{_text(str(key))} = {_inline(value)}\n" for key, value in block.items())


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(str(k))} = {_inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_inline, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return f"{value:#x}".replace("-0x", "0x") if _is_huge(value) else repr(value)


def _text(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in plain) + '"'
