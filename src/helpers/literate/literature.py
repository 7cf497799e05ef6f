"""Ids of dated facts of other papers and registry records in, reported `Results` out; nothing is computed.

They stand in `data/published/literature.toml`, each with its source and the day on which it was read.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from helpers.analyse.estimate import NAN, Estimate
from helpers.claims import PUBLISHED
from helpers.errors import ClaimsError
from helpers.literate.outcome import About, Result, Results

SEEN = ("registry mirrors", "abstract")
HERE = "helpers.literate.literature:literature"


@dataclass(frozen=True)
class Found:
    """One fact as it was read; the fields are explained in the file. `value` NaN: words instead."""

    id: str
    about: str
    what: str
    statistic: str
    source: str
    seen: str
    looked: date
    note: str
    value: float = NAN
    lower: float = NAN
    upper: float = NAN
    p_value: float = NAN
    n: int = 0
    unit: str = ""
    text: str = ""


def load_literature(path: Path | None = None) -> Mapping[str, Found]:
    """All facts by id. Errors: `ClaimsError` naming every fault of the file."""
    path = path or PUBLISHED / "literature.toml"
    items = tomllib.loads(path.read_text(encoding="utf-8"))["fact"]
    faults = [fault for item in items for fault in _faults(item)]
    ids = [item.get("id") for item in items]
    faults += [f"{i}: expected the id once, found it again" for i in set(ids) if ids.count(i) > 1]
    if faults:
        raise ClaimsError("\n".join([f"{path}: {len(faults)} fault(s)", *faults]))
    return {item["id"]: Found(**item) for item in items}


def _faults(item: Mapping[str, object]) -> list[str]:
    fields = Found.__dataclass_fields__
    where, out = str(item.get("id", "a block without id")), []
    missing = [k for k in fields if not hasattr(Found, k) and k not in item]
    unknown = [k for k in item if k not in fields]
    if missing or unknown:
        out.append(f"{where}: missing {missing}, unknown {unknown}: add or rename them")
    if not isinstance(item.get("looked"), date):
        out.append(f"{where}: expected a date in looked, found {item.get('looked')!r}")
    if item.get("seen") not in SEEN:
        out.append(f"{where}: expected seen among {SEEN}, found {item.get('seen')!r}")
    if ("value" in item) == ("text" in item):
        out.append(f"{where}: expected a value or a text, found both or neither: keep one")
    return out


@cache
def _known() -> Mapping[str, Found]:
    return load_literature()


def literature(*groups: str) -> Results:
    """The facts of these groups (the part of an id before its dot), as reported.

    Errors: `ClaimsError` for a group that is not in the file.
    """
    out: dict[str, Result] = {}
    for group in groups:
        found = {k: f for k, f in _known().items() if k.partition(".")[0] == group}
        if not found:
            raise ClaimsError(
                f"literature({group!r}): expected one of {sorted({k.partition('.')[0] for k in _known()})}"
                ": correct it, or add the facts to data/published/literature.toml with their source"
            )
        out |= {k: _result(f) for k, f in found.items()}
    return Results(out)


def side_by_side(*groups: str) -> Results:
    """The same with the fact before its group in each row, so that one fact of all is a part."""
    found = literature(*groups)
    return Results({".".join(reversed(key.split(".", 1))): r for key, r in found.items()})


def last_looked(*groups: str) -> Result:
    """The earliest day on which any fact of these groups was read: all are at least as fresh."""
    days = [_known()[key].looked for key in literature(*groups)]
    day = min(days)
    estimate = Estimate("as noted", "last looked", NAN, source=f"{__name__}:last_looked")
    about = About(parameter="Registry records and papers, read on", text=f"{day.day} {day:%B %Y}")
    return Result(estimate, about)


def _result(found: Found) -> Result:
    estimate = Estimate("as printed", found.statistic, found.value, found.lower, found.upper,
                        p_value=found.p_value, n=found.n, source=HERE)  # fmt: skip
    sentence = f"{found.source}; {found.seen}, read {found.looked}"
    of = f"{found.about}: " if found.about.startswith("NCT") else ""
    about = About(label="reported", parameter=f"{of}{found.what}", unit=found.unit,
                  arm=found.about, sentence=sentence, text=found.text)  # fmt: skip
    return Result(estimate, about)
