"""The block [populations] of `study.toml` in, which flag of adsl says who is in which analysis out.

An analysis without a flag takes every subject of the study. What the flags of a table say is for
`study.Study.of`; whether adsl has them, for `conformance.populations`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.config_plan import TEXTS, listed

# key of [populations] -> what it is about, in words; `also` names further sets
ANALYSES: Mapping[str, str] = {
    "safety": "adverse events",
    "changes": "measurements",
    "times": "times to event",
}
KEYS: Mapping[str, tuple[type, ...]] = {**dict.fromkeys(ANALYSES, (str,)), "also": TEXTS}


@dataclass(frozen=True)
class Populations:
    """For each kind of analysis the flag of adsl that a subject in it has as Y; "" for all subjects.

    `also`: flags of further sets (per protocol, say) in which planned differences are asked again.
    """

    safety: str = ""
    changes: str = ""
    times: str = ""
    also: tuple[str, ...] = ()

    def flags(self) -> list[tuple[str, str]]:
        """Every (key, flag) that is declared, in the order of `KEYS`."""
        named = [(key, getattr(self, key)) for key in ANALYSES]
        return [*((k, f) for k, f in named if f), *(("also", flag) for flag in self.also)]

    def words(self) -> str:
        """What is declared, for a page: "adverse events SAFFL = Y; times to event ITTFL = Y"."""
        said = [f"{words} {getattr(self, key)} = Y" for key, words in ANALYSES.items()
                if getattr(self, key)]  # fmt: skip
        return "; ".join([*said, *(f"again {flag} = Y" for flag in self.also)])


def populations(item: Mapping[str, Any]) -> Populations:
    """The block as parsed; names of columns in upper case."""
    named = {key: item[key].strip().upper() for key in ANALYSES if key in item}
    return Populations(**named, also=tuple(_upper(listed(item.get("also", [])))))


def _upper(names: Iterable[str]) -> list[str]:
    return [name.strip().upper() for name in names]
