"""`data/published/assumptions.toml` in, assumptions and readings by id out, each read one noted.

An assumption is whatever neither an abstract nor a registry gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter
from typing import Any

from helpers import trail
from helpers.errors import ClaimsError
from helpers.published import (
    PUBLISHED,
    Items,
    field_faults,
    frozen,
    is_number,
    items_of,
    raise_all,
    where_of,
    word_faults,
)

KINDS = ("patients", "reading", "computing")


@dataclass(frozen=True)
class Assumption:
    """One thing that no source of the trials gives.

    `name` is what a reader calls it, no two alike. `value` is a number, a text, a tuple or a tuple
    of rows (mappings, to be read only), in `unit`; `low` and `high` bound its plausible range, None
    when none makes sense (what moves with it: `data/published/provenance.csv`); `source` is "" for a
    choice of ours. `kind`: "patients" (how patients are or fare; a number that used it is simulated),
    "reading" (one way to understand a printed sentence; it leaves a number derived and is named with
    it) or "computing" (a seed). `reads` is the value in words, a format string with a place for each
    of its numbers; "" where number and unit say it.
    """

    id: str
    name: str
    value: Any
    unit: str
    reason: str
    source: str
    low: float | None = None
    high: float | None = None
    kind: str = "patients"
    reads: str = ""

    @property
    def numbers(self) -> tuple:
        """The entries of the value; a single one is the only entry."""
        return self.value if isinstance(self.value, tuple) else (self.value,)


def load_assumptions(path: Path | None = None) -> Mapping[str, Assumption]:
    """All assumptions by id (default `data/published/assumptions.toml`)."""
    path = path or PUBLISHED / "assumptions.toml"
    items = items_of(path, "assumption")
    faults = [*field_faults(items, Assumption), *_range_faults(items), *_name_faults(items)]
    faults += _reads_faults(items)
    raise_all(path, [*faults, *word_faults(items, "kind", KINDS)])
    return _Noted({item["id"]: Assumption(**frozen(item)) for item in items})


class _Noted(dict):
    """Assumptions by id; each one that is read is put on the trail of the running cell."""

    def __getitem__(self, key: str) -> Assumption:
        trail.note(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        trail.note(key)
        return super().get(key, default)


def assume(key: str) -> Assumption:
    """One assumption or reading by its id; what is computed from it carries the id on its trail.

    Errors: `ClaimsError` for an unknown id.
    """
    known = load_assumptions()
    if key not in known:
        raise ClaimsError(
            f"assume({key!r}): expected an id of data/published/assumptions.toml, found none like it: "
            "add it there with reason and range, or correct the spelling"
        )
    return known[key]


def _name_faults(items: Items) -> list[str]:
    names = [item.get("name") for item in items]
    return [
        f"{where_of(item, number)}: expected a name of its own, found {name!r} again: tell them apart"
        for number, (item, name) in enumerate(zip(items, names, strict=True), start=1)
        if name in names[: number - 1]
    ]


def _reads_faults(items: Items) -> list[str]:
    """The words of a value have one place a number, and nothing but numbers stands in them."""
    out = []
    for number, item in enumerate(items, start=1):
        value = item.get("value")
        numbers = value if isinstance(value, list) else [value]
        places = [
            field for _, field, _, _ in Formatter().parse(item.get("reads", "")) if field == ""
        ]
        if "reads" in item and not (len(places) == len(numbers) and all(map(is_number, numbers))):
            out.append(
                f"{where_of(item, number)}: expected a place {{}} in `reads` for each number of "
                f"{value!r}, found {len(places)}: correct it"
            )
    return out


def _range_faults(items: Items) -> list[str]:
    out = []
    for number, item in enumerate(items, start=1):
        low, value, high = (item.get(key) for key in ("low", "value", "high"))
        if (low is None) != (high is None):
            out.append(f"{where_of(item, number)}: expected low and high, found one: add the other")
        elif low is not None and not (is_number(value) and low <= value <= high):
            found = f"{low!r}, {value!r}, {high!r}"
            out.append(
                f"{where_of(item, number)}: expected low <= value <= high, found {found}: correct it"
            )
    return out
