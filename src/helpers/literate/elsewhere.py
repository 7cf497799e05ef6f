"""The id of a number that another paper prints in, the number as a `Result` out.

They stand in `data/published/elsewhere.toml`, each with DOI and sentence. A count of patients comes
with its exact interval and is derived; a number as printed is reported.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from helpers.analyse.proportions import clopper_pearson
from helpers.claims import PUBLISHED
from helpers.errors import ClaimsError
from helpers.literate.outcome import About, Result, Results, made

FILE = PUBLISHED / "elsewhere.toml"


@cache
def findings() -> Mapping[str, Mapping[str, Any]]:
    """All entries by id. Errors: `ClaimsError` for an id that stands twice."""
    entries = tomllib.loads(FILE.read_text(encoding="utf-8"))["finding"]
    known = {entry["id"]: entry for entry in entries}
    if len(known) < len(entries):
        raise ClaimsError(f"{FILE}: expected every id once, found one twice: rename it")
    return known


def elsewhere(*ids: str) -> Results:
    """These numbers of other papers, by id. Errors: `ClaimsError` for an id that is not there."""
    unknown = [i for i in ids if i not in findings()]
    if unknown:
        raise ClaimsError(
            f"elsewhere({unknown[0]!r}): expected one of {sorted(findings())}: correct it, or add the "
            f"number to {FILE.name} with its DOI and sentence"
        )
    return Results({name: _result(findings()[name]) for name in ids})


def _result(found: Mapping[str, Any]) -> Result:
    sentence = f"{found['doi']}, sentence {found['sentence']}"
    about = About(parameter=found["what"], unit=found.get("unit", "proportion"), sentence=sentence)
    if "counted" in found:
        return Result(clopper_pearson(found["counted"], found["of"]), about)
    estimate = made(elsewhere, found["value"], method="as printed", statistic=found["statistic"],
                    n=found["of"])  # fmt: skip
    return Result(estimate, About(**{**vars(about), "label": "reported"}))
