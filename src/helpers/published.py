"""A file of `data/published` in, its blocks as mappings, or every fault of them at once, out.

What the blocks mean: claims and registry facts `audit.claims`, assumptions `assumptions`.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from pathlib import Path
from typing import Any

from helpers.errors import ClaimsError

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "data" / "published"

Items = list[dict[str, Any]]  # the blocks of one kind, in the order of the file


def items_of(path: Path, kind: str) -> Items:
    """The `[[kind]]` blocks of a file. Errors: `ClaimsError` if it holds none, or is no TOML."""
    try:
        items = deepcopy(_parsed(path.read_text(encoding="utf-8")).get(kind, []))
    except FileNotFoundError:
        found = "no such file: restore it from the repository"
        raise ClaimsError(f"{path}: expected [[{kind}]] blocks, found {found}") from None
    except tomllib.TOMLDecodeError as error:
        raise ClaimsError(f"{path}: expected TOML, found {error}: mend that line") from None
    if not items:
        raise ClaimsError(f"{path}: expected [[{kind}]] blocks, found none: restore the file")
    return items


@lru_cache(maxsize=8)
def _parsed(text: str) -> dict[str, Any]:
    """A file's TOML, parsed once: a page asks for the assumptions a hundred times."""
    return tomllib.loads(text)


def frozen(item: Mapping[str, Any]) -> dict[str, Any]:
    """A block whose lists are tuples."""
    return {key: tuple(v) if isinstance(v, list) else v for key, v in item.items()}


def field_faults(items: Items, kind: type) -> list[str]:
    """Missing and unknown fields, and ids that occur twice."""
    fields = kind.__dataclass_fields__
    required = [name for name in fields if not hasattr(kind, name)]
    out = []
    for number, item in enumerate(items, start=1):
        where = where_of(item, number)
        missing = [name for name in required if name not in item]
        unknown = [name for name in item if name not in fields]
        if missing:
            out.append(f"{where}: expected {', '.join(missing)}, found nothing: add it")
        if unknown:
            out.append(f"{where}: found {', '.join(unknown)}, expected {', '.join(fields)}: rename")
    counts = Counter(item.get("id") for item in items)
    twice = [str(name) for name, count in counts.items() if name is not None and count > 1]
    return out + [f"{name}: expected the id once, found it again: rename one" for name in twice]


def where_of(item: Mapping[str, Any], number: int) -> str:
    """The name of the `number`th block in a message: its id, or its place in the file."""
    return str(item.get("id", f"block {number}"))


def word_faults(items: Items, key: str, allowed: tuple[str, ...]) -> list[str]:
    """One message a block whose `key` is none of the words allowed."""
    return [
        f"{where_of(item, i)}: expected {key} {' or '.join(allowed)}, found {item[key]!r}: correct it"
        for i, item in enumerate(items, start=1)
        if key in item and item[key] not in allowed
    ]


def is_number(value: Any) -> bool:
    """Whether TOML read a number (true and false are none)."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def raise_all(path: Path, faults: list[str]) -> None:
    """Raise one `ClaimsError` with every fault of a file, if there is any."""
    if faults:
        raise ClaimsError("\n".join([f"{path}: {len(faults)} fault(s)", *faults]))
