"""Tables in, what `study.toml` says of them and their own words deny out; neither is corrected.

A swapped code, a wrong unit or a direction the wrong way round changes every number of a chapter,
and no estimator notices. So the words of PARAM and AVISIT are held against study.toml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.wording import polarity, role_of
from helpers.ingest.visit_words import in_words

KINDS = (("parameters", "adlb"), ("endpoints", "adtte"))
MEASURED = ("cd4", "cd8", "cd4cd8", "hivrna", "chimerism")
HABIT = {"cd4": "higher", "cd4cd8": "higher", "hivrna": "lower"}
# words that many names share, so that they tell no two of them apart
COMMON = {"time", "to", "first", "of", "the", "or", "and", "in", "from", "until", "days", "day",
          "weeks", "week", "months", "month", "cells", "cell", "count", "counts", "level", "event",
          "ml", "pg", "ul", "µl", "μl"}  # fmt: skip
TIMES = ["adsl.USUBJID", "adtte.USUBJID", "adtte.PARAMCD"]


def _name(tables: Tables, table: str, code: str) -> str:
    """The commonest PARAM beside a PARAMCD; "" where there is none."""
    if not tables.has(f"{table}.PARAMCD", f"{table}.PARAM"):
        return ""
    texts = tables.text(f"{table}.PARAM")
    mine = texts.codes[np.asarray(tables.text(f"{table}.PARAMCD") == code)]
    counts = np.bincount(mine[mine >= 0], minlength=1)
    return str(texts.categories[counts.argmax()]) if counts.any() else ""


def _first_row(tables: Tables, table: str, code: str) -> np.ndarray:
    return np.flatnonzero(np.asarray(tables.text(f"{table}.PARAMCD") == code))[:1]


def _words(text: str) -> set[str]:
    """The telling words of a name: "IL-6 (pg/mL)" and "Interleukin 6" both hold il6."""
    plain = re.sub(r"interleukin", "il", text.casefold())
    plain = re.sub(r"(?<=[a-z])[- ](?=\d)", "", plain)
    return set(re.findall(r"[^\W_]{2,}", plain)) - COMMON


def _swapped(blocks: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Roles whose label fits the PARAM of another block, and the other's label that of theirs.

    `blocks`: role -> (label and role, PARAM). Out: role -> the role it was exchanged with.
    """

    def fit(label_of: str, name_of: str) -> int:
        return len(_words(blocks[label_of][0]) & _words(blocks[name_of][1]))

    return {
        one: other
        for one in blocks
        for other in blocks
        if fit(one, other) > fit(one, one) and fit(other, one) > fit(other, other)
    }


@rule(
    "PARAMCD of something else",
    "error",
    "adlb.PARAM",
    expected="the PARAM of what study.toml names",
    do="correct paramcd in study.toml: the numbers would stand under another name",
)
def something_else(tables: Tables) -> Iterator[Hits]:
    """PARAM says that a block of study.toml took the PARAMCD of something else (CD8 for CD4, say).

    Told by the role or the label of the block; or two blocks have each other's PARAM.
    """
    for kind, table in KINDS:
        items = getattr(tables.config, kind)
        named = {role: _name(tables, table, item.paramcd) for role, item in items.items()}
        blocks = {r: (f"{items[r].label} {r}", name) for r, name in named.items() if name}
        exchanged = _swapped(blocks)
        for role, name in named.items():
            wanted = _wanted(role, items[role].label) if kind == "parameters" else ""
            is_role = role_of("", name) if name else role_of(items[role].paramcd, "")
            other = {wanted, is_role} <= set(MEASURED) and wanted != is_role
            rows = _first_row(tables, table, items[role].paramcd) if table in tables.frames else []
            if (other or role in exchanged) and len(rows):
                column = "PARAM" if name else "PARAMCD"
                yield Hits(
                    rows,
                    f"{(name or items[role].paramcd)!r} in the rows of {items[role].paramcd}",
                    expected=f"{items[role].label!r}, as {kind}.{role} says",
                    at=f"{table}.{column}",
                )


def _wanted(role: str, label: str) -> str:
    """What a block measures: its role where the book knows it, else what its label says."""
    return role if role in MEASURED else role_of("", label)


@rule(
    "visit in another unit than study.toml",
    "error",
    "adlb.AVISIT",
    expected="AVISIT in the unit of [visits]",
    do="correct unit under [visits], or AVISIT: slopes and charts go by it",
    needs=["adsl.USUBJID", "adlb.AVISIT", "adlb.AVISITN"],
)
def other_unit(tables: Tables) -> Iterator[Hits]:
    """AVISIT names another unit of time beside the very number of AVISITN ("Month 6" beside 6)."""
    names, numbers = tables.text("adlb.AVISIT"), tables.number("adlb.AVISITN")
    said = [in_words(str(name)) for name in names.categories]
    units = np.array([*(found[0] if found else "" for found in said), ""], dtype=object)
    counts = np.array([*(found[1] if found else np.nan for found in said), np.nan])
    same = tables.scheduled & (counts[names.codes] == numbers) & (numbers > 0)
    visits = {(names.codes[row], numbers[row]) for row in np.flatnonzero(same)}
    units_said = Counter(units[code] for code, _ in visits)
    unit = tables.config.visits.unit
    told, number = units_said.most_common(1)[0] if units_said else (unit, 0)
    if told != unit and number > units_said[unit]:
        rows = np.flatnonzero(same & (units[names.codes] == told))
        found = f"{tables.said('adlb.AVISIT', rows[0])} beside AVISITN {numbers[rows[0]]:g}"
        yield Hits(rows[:1], found, expected=f"{unit}s, the unit under [visits]")


@rule(
    "good or bad event",
    "warning",
    "study.endpoints",
    expected='event = "response" for a good event, "failure" for a bad one',
    do="correct event: it turns the curves and the direction of the comparison round",
    needs=TIMES,
)
def wrong_way_round(tables: Tables) -> Iterator[Hits]:
    """PARAM speaks of a bad event where study.toml says "response", or of a good one for "failure".

    Where the words speak of both or of neither, nothing is concluded.
    """
    for role, endpoint in tables.config.endpoints.items():
        name = _name(tables, "adtte", endpoint.paramcd)
        told = polarity(name) or polarity(f"{endpoint.label} {endpoint.paramcd}")
        if told and told != endpoint.event and len(_first_row(tables, "adtte", endpoint.paramcd)):
            found = f'event = "{endpoint.event}" for {name or endpoint.label!r}'
            place = f"study.endpoints.{role}.event"
            yield Hits(None, found, expected=f'"{told}", as the words say', at=place)


@rule(
    "better against the habit of the parameter",
    "warning",
    "study.parameters",
    expected="the direction in which a change is good",
    do="write better under the parameter: without a line it is higher",
)
def worse(tables: Tables) -> Iterator[Hits]:
    """More CD4 cells and a higher CD4/CD8 ratio are good, more HIV RNA is bad; study.toml says not."""
    for role, parameter in tables.config.parameters.items():
        name = _name(tables, "adlb", parameter.paramcd)
        habit = HABIT.get(_wanted(role, parameter.label) or role_of(parameter.paramcd, name))
        if habit and habit != parameter.better != "none":
            yield Hits(
                None,
                f'better = "{parameter.better}" for {parameter.label}',
                expected=f'better = "{habit}"',
                at=f"study.parameters.{role}.better",
            )
