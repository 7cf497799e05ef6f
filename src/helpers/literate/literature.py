"""Ids of dated facts of other papers and registry records in, `Results` out.

They stand in `data/published/literature.toml`, each with its source and the day on which it was read.
A number as printed is reported; a count of patients comes with its exact interval and is derived.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from helpers.analyse.estimate import NAN, Estimate
from helpers.analyse.proportions import clopper_pearson
from helpers.errors import ClaimsError
from helpers.literate.outcome import About, Result, Results
from helpers.published import PUBLISHED

SEEN = ("registry mirrors", "abstract")
NUMBERS = ("value", "lower", "upper", "p_value")
PRINTED = re.compile(r"-?\d+(\.\d+)?")
HERE = "helpers.literate.literature:literature"


@dataclass(frozen=True)
class Found:
    """One fact as it was read; the fields are explained in the file, numbers are texts as printed."""

    id: str
    about: str
    what: str
    statistic: str
    source: str
    seen: str
    looked: date
    note: str
    value: str = ""
    lower: str = ""
    upper: str = ""
    p_value: str = ""
    counted: int | None = None
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
    if sum(kind in item for kind in ("value", "text", "counted")) != 1:
        out.append(f"{where}: expected one of value, text, counted, found another number: keep one")
    numbers = {k: item[k] for k in NUMBERS if k in item}
    out += [f"{where}: expected {k} as it is printed, in quotes, found {v!r}"
            for k, v in numbers.items() if not isinstance(v, str) or not PRINTED.fullmatch(v)]  # fmt: skip
    if "counted" in item and not 0 <= item["counted"] <= item.get("n", -1):
        out.append(
            f"{where}: expected counted of n patients, found {item['counted']} of {item.get('n')}"
        )
    return out


@cache
def _known() -> Mapping[str, Found]:
    return load_literature()


def literature(*groups: str) -> Results:
    """The facts of these groups (the part of an id before its dot).

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
    value, lower, upper, p = (
        float(getattr(found, k)) if getattr(found, k) else NAN for k in NUMBERS
    )
    estimate = Estimate("as printed", found.statistic, value, lower, upper, p_value=p, n=found.n,
                        source=HERE)  # fmt: skip
    if found.counted is not None:
        estimate = clopper_pearson(found.counted, found.n)
    sentence = f"{found.source}; {found.seen}, read {found.looked}"
    of = f"{found.about}: " if found.about.startswith("NCT") else ""
    label = "reported" if found.counted is None else "derived"
    digits = len(found.value.partition(".")[2]) if found.value else None
    about = About(label=label, digits=digits, parameter=f"{of}{found.what}", unit=found.unit,
                  arm=found.about, sentence=sentence, text=found.text)  # fmt: skip
    return Result(estimate, about)
