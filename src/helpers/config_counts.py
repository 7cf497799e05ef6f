"""The blocks [counts.NAME] of `study.toml` in, planned counts of adverse events and their `Problem`s out.

A count is the number of a subject's treatment-emergent events of some terms or classes, or of all. Every key
is known and typed before (`config_check`). Whether such events are in the data is for `conformance.counted`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.config_check import problem
from helpers.config_plan import listed
from helpers.errors import Problem

BLOCK = "counts"
ALL = "All events"


@dataclass(frozen=True)
class Count:
    """One planned count: events of these `terms` (AEDECOD) or `classes` (AEBODSYS); neither: all events."""

    name: str
    label: str
    terms: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()

    @property
    def column(self) -> str:
        """The column of adae that says which events count; "" for all events."""
        return "AEDECOD" if self.terms else "AEBODSYS" if self.classes else ""

    @property
    def words(self) -> tuple[str, ...]:
        """The texts of that column that count, in lower case."""
        return tuple(word.strip().casefold() for word in self.terms or self.classes)


def counts(raw: Mapping[str, Any]) -> dict[str, Count]:
    """The counts of a `study.toml` without problems, by name, in its order."""
    out = {}
    for name, item in raw.get(BLOCK, {}).items():
        terms, classes = (listed(item.get(key, [])) for key in ("term", "class"))
        label = item.get("label", ", ".join(terms or classes) or ALL)
        out[name] = Count(name, label, terms, classes)
    return out


def count_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the counts: terms beside classes, then labels said twice."""
    both = [problem("terms beside classes", "term or class", "both", "keep one of them",
                    f"{BLOCK}.{name}")
            for name, item in raw.get(BLOCK, {}).items() if {"term", "class"} <= set(item)]  # fmt: skip
    return both or [*_twice(raw)]


def _twice(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Counts that a page could not tell apart."""
    first: dict[str, str] = {}
    for name, count in counts(raw).items():
        other = first.setdefault(count.label.casefold(), name)
        if other != name:
            yield problem("duplicate count", f"another label than {BLOCK}.{other} has", count.label,
                          "write label, or remove the block", f"{BLOCK}.{name}.label")  # fmt: skip
