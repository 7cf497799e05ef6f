"""The files of `data/published` in, frozen claims, facts and assumptions out; never a verdict.

A claim is a statement of an abstract, a fact one of a trial registry, an assumption whatever
neither gives. Only short quotations are stored; `quotations` holds them against the abstracts.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import trail
from helpers.errors import ClaimsError

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT / "data" / "published"
LABELS = ("reported",)
KINDS = ("quantitative", "inferential")
ASSUMED = ("patients", "reading", "computing")
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


@dataclass(frozen=True)
class Assumption:
    """One thing that no source of the trials gives.

    `value` is a number, a text, a tuple or a tuple of rows (mappings, to be read only), in `unit`;
    `low` and `high` bound its plausible range, None when no range makes sense (what moves with it:
    `data/published/provenance.csv`); `source` is "" for a choice of ours. `kind`: "patients" (how
    patients are or fare; a number that used it is simulated), "reading" (one way to understand a
    printed sentence; it leaves a number derived and is named with it) or "computing" (a seed).
    """

    id: str
    value: Any
    unit: str
    reason: str
    source: str
    low: float | None = None
    high: float | None = None
    kind: str = "patients"


def load_claims(path: Path | None = None) -> tuple[Claim, ...]:
    """All claims, in the order of the file.

    `path` defaults to `data/published/claims.toml`. Errors: `ClaimsError` naming every fault.
    """
    path = path or PUBLISHED / "claims.toml"
    items = _items(path, "claim")
    _raise_all(path, [*_faults(items, Claim), *_claim_faults(items)])
    return tuple(Claim(**_frozen(item)) for item in items)


def load_registry(path: Path | None = None) -> tuple[Fact, ...]:
    """All registry facts, in the order of the file (default `data/published/registry.toml`)."""
    path = path or PUBLISHED / "registry.toml"
    items = _items(path, "fact")
    _raise_all(path, [*_faults(items, Fact), *_word_faults(items, "label", LABELS)])
    return tuple(Fact(**_frozen(item)) for item in items)


def load_assumptions(path: Path | None = None) -> Mapping[str, Assumption]:
    """All assumptions by id (default `data/published/assumptions.toml`)."""
    path = path or PUBLISHED / "assumptions.toml"
    items = _items(path, "assumption")
    faults = [*_faults(items, Assumption), *_range_faults(items)]
    _raise_all(path, [*faults, *_word_faults(items, "kind", ASSUMED)])
    return _Noted({item["id"]: Assumption(**_frozen(item)) for item in items})


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


def _items(path: Path, kind: str) -> list[dict[str, Any]]:
    try:
        items = tomllib.loads(path.read_text(encoding="utf-8")).get(kind, [])
    except FileNotFoundError:
        found = "no such file: restore it from the repository"
        raise ClaimsError(f"{path}: expected [[{kind}]] blocks, found {found}") from None
    except tomllib.TOMLDecodeError as error:
        raise ClaimsError(f"{path}: expected TOML, found {error}: mend that line") from None
    if not items:
        raise ClaimsError(f"{path}: expected [[{kind}]] blocks, found none: restore the file")
    return items


def _frozen(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in item.items()}


def _faults(items: list[dict[str, Any]], kind: type) -> list[str]:
    """Missing and unknown fields, and ids that occur twice."""
    fields = kind.__dataclass_fields__
    required = [name for name in fields if not hasattr(kind, name)]
    out = []
    for number, item in enumerate(items, start=1):
        where = _where(item, number)
        missing = [name for name in required if name not in item]
        unknown = [name for name in item if name not in fields]
        if missing:
            out.append(f"{where}: expected {', '.join(missing)}, found nothing: add it")
        if unknown:
            out.append(f"{where}: found {', '.join(unknown)}, expected {', '.join(fields)}: rename")
    counts = Counter(item.get("id") for item in items)
    twice = [str(name) for name, count in counts.items() if name is not None and count > 1]
    return out + [f"{name}: expected the id once, found it again: rename one" for name in twice]


def _where(item: Mapping[str, Any], number: int) -> str:
    return str(item.get("id", f"block {number}"))


def _word_faults(items: list[dict[str, Any]], key: str, allowed: tuple[str, ...]) -> list[str]:
    return [
        f"{_where(item, i)}: expected {key} {' or '.join(allowed)}, found {item[key]!r}: correct it"
        for i, item in enumerate(items, start=1)
        if key in item and item[key] not in allowed
    ]


def _form_faults(
    items: list[dict[str, Any]], key: str, sound: Callable[[Any], bool], expected: str
) -> list[str]:
    return [
        f"{_where(item, i)}: expected {key} to be {expected}, found {item[key]!r}: correct it"
        for i, item in enumerate(items, start=1)
        if key in item and not sound(item[key])
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _claim_faults(items: list[dict[str, Any]]) -> list[str]:
    return [
        *_word_faults(items, "study", STUDIES),
        *_word_faults(items, "kind", KINDS),
        *_word_faults(items, "label", LABELS),
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
            lambda v: isinstance(v, list) and all(map(_is_number, v)),
            "a list of numbers",
        ),
    ]


def _range_faults(items: list[dict[str, Any]]) -> list[str]:
    out = []
    for number, item in enumerate(items, start=1):
        low, value, high = (item.get(key) for key in ("low", "value", "high"))
        if (low is None) != (high is None):
            out.append(f"{_where(item, number)}: expected low and high, found one: add the other")
        elif low is not None and not (_is_number(value) and low <= value <= high):
            found = f"{low!r}, {value!r}, {high!r}"
            out.append(
                f"{_where(item, number)}: expected low <= value <= high, found {found}: correct it"
            )
    return out


def _raise_all(path: Path, faults: list[str]) -> None:
    if faults:
        raise ClaimsError("\n".join([f"{path}: {len(faults)} fault(s)", *faults]))
