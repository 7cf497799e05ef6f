"""Records in, the analyses that they are results of out: what ARS and the data set share.

An analysis is what one name of a page is bound to, for one parameter, method and statistic; its
records differ by arm, comparator and visit. Records that do not differ by these (in the wording of a
row, say) are analyses of their own, so that what a result belongs to names it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.present.markup import slug
from helpers.present.text import number_text, p_of, record_text
from helpers.present.words import level_text
from helpers.results import Record

ROLES = ("value", "lower", "upper", "p_value", "n")


@dataclass(frozen=True)
class Result:
    """One number of a record: its `role` (of ROLES), `raw` (None: withheld, open or words) and as shown."""

    role: str
    raw: float | None
    shown: str


@dataclass(frozen=True)
class Analysis:
    """Records of one `name` of a `page` ("02_safety"), alike but for arm, comparator and visit."""

    id: str
    page: str
    name: str
    records: tuple[Record, ...]

    @property
    def first(self) -> Record:
        """The record that says what all have in common."""
        return self.records[0]

    @property
    def method(self) -> str:
        """The id of its method."""
        return method_id(self.first)

    @property
    def title(self) -> str:
        """What it is in words: "CD4+ T cells: mean difference (paired t)"."""
        what = (
            f"{self.first.statistic} ({self.first.method})"
            if self.first.method
            else self.first.statistic
        )
        return ": ".join(filter(None, (self.first.parameter, what))) or self.name


def method_id(record: Record) -> str:
    """The id of the method that gave a record."""
    return "MT." + ".".join(slug(word) for word in (record.method, record.statistic) if word)


def operation_id(record: Record, role: str) -> str:
    """The id of the operation that gave one of its numbers."""
    return f"{method_id(record)}.{role}"


def operation_name(record: Record, role: str) -> str:
    """An operation in words; what `quartiles` give beside the median is no interval."""
    level = f"{level_text(record.level)} " if record.level else ""  # said where it is not the usual
    ends = ("first quartile", "third quartile") if record.method == "quartiles" else (
        f"lower limit of the {level}interval", f"upper limit of the {level}interval")  # fmt: skip
    words = {"value": record.statistic or "value", "lower": ends[0], "upper": ends[1],
             "p_value": "P value", "n": "number of subjects"}  # fmt: skip
    return words[role]


def results_of(record: Record) -> list[Result]:
    """The numbers of a record; one that is not shown gives the words that stand in its place."""
    shown = {"value": lambda: record_text(record, "bare"), "p_value": lambda: p_of(record),
             "lower": lambda: number_text(record, record.lower), "n": lambda: f"{record.n:,}",
             "upper": lambda: number_text(record, record.upper)}  # fmt: skip
    out = []
    for role in ROLES:
        raw = getattr(record, role)
        if raw is None and not (role == "value" and record.text):
            continue
        finite = raw is not None and math.isfinite(raw)
        out.append(Result(role, float(raw) if finite else None, shown[role]()))
    return out


def analyses_of(records: Iterable[Record]) -> list[Analysis]:
    """The analyses of a study's records, in the order of the pages; each record is in one."""
    layers: dict[tuple, list[dict[tuple, Record]]] = {}
    for record in records:
        name = record.key.partition(".")[0]
        of = (record.chapter, name, record.study, record.parameter, record.method,
              record.statistic, record.unit)  # fmt: skip
        groups = (record.arm, record.comparator, record.visit)
        known = layers.setdefault(of, [])
        free = next((layer for layer in known if groups not in layer), None)
        if free is None:
            known.append(free := {})
        free[groups] = record
    counted: dict[tuple[str, str], int] = {}
    out = []
    for (chapter, name, *_), parts in layers.items():
        page = chapter.rpartition("/")[2]
        for part in parts:
            number = counted[page, name] = counted.get((page, name), 0) + 1
            out.append(Analysis(f"AN.{page}.{name}.{number}", page, name, tuple(part.values())))
    return out
