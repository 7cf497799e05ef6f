"""Claims and registry facts of `data/published` in, frozen claims and facts out; never a verdict.

A claim is a statement of an abstract, a fact one of a trial registry. Only short quotations are
stored; `quotations` holds them against the abstracts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

LABELS = ("reported",)
KINDS = ("quantitative", "inferential")
STUDIES = ("aait", "hucmsc")
LONGEST_QUOTE = 25  # words; a quotation is evidence, not a copy of the abstract


@dataclass(frozen=True)
class Claim:
    """One statement of an abstract.

    `sentence` counts from 1 within the abstract of `doi`; `quote` is verbatim; `values` are the
    printed numbers in the order that `quantity` names and in `unit` (per cent as per cent), empty
    when the statement has none, and then `text` says what is stated; `parameter` and `statistic`
    name the numbers as results.csv does; `shows` are keys of the records that show the work, of the
    claim's chapter or as "chapter/key".
    """

    id: str
    study: str
    doi: str
    sentence: int
    quote: str
    quantity: str
    unit: str
    values: tuple[float, ...]
    text: str
    kind: str
    label: str
    chapter: str
    note: str = ""
    parameter: str = ""
    statistic: str = ""
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fact:
    """One entry of a trial registry; `source` names the record, the rest is as in `Claim`."""

    id: str
    study: str
    quantity: str
    unit: str
    values: tuple[float, ...]
    text: str
    label: str
    source: str
    note: str = ""


def load_claims(path: Path | None = None) -> tuple[Claim, ...]:
    """All claims, in the order of the file.

    `path` defaults to `data/published/claims.toml`. Errors: `ClaimsError` naming every fault.
    """
    path = path or PUBLISHED / "claims.toml"
    items = items_of(path, "claim")
    raise_all(path, [*field_faults(items, Claim), *_claim_faults(items)])
    return tuple(Claim(**frozen(item)) for item in items)


def load_registry(path: Path | None = None) -> tuple[Fact, ...]:
    """All registry facts, in the order of the file (default `data/published/registry.toml`)."""
    path = path or PUBLISHED / "registry.toml"
    items = items_of(path, "fact")
    raise_all(path, [*field_faults(items, Fact), *word_faults(items, "label", LABELS)])
    return tuple(Fact(**frozen(item)) for item in items)


def _form_faults(items: Items, key: str, sound: Callable[[Any], bool], expected: str) -> list[str]:
    return [
        f"{where_of(item, i)}: expected {key} to be {expected}, found {item[key]!r}: correct it"
        for i, item in enumerate(items, start=1)
        if key in item and not sound(item[key])
    ]


def _claim_faults(items: Items) -> list[str]:
    return [
        *word_faults(items, "study", STUDIES),
        *word_faults(items, "kind", KINDS),
        *word_faults(items, "label", LABELS),
        *_form_faults(items, "sentence", lambda v: type(v) is int and v > 0, "1 or more"),
        *_form_faults(
            items,
            "quote",
            lambda v: isinstance(v, str) and 0 < len(v.split()) <= LONGEST_QUOTE,
            f"1 to {LONGEST_QUOTE} words",
        ),
        *_form_faults(
            items,
            "values",
            lambda v: isinstance(v, list) and all(map(is_number, v)),
            "a list of numbers",
        ),
    ]
