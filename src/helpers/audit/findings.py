"""What a check found, and how the checks of a result make its verdict; nothing here computes.

Five words, best first: *reproduced* (the printed numbers give it), *compatible* (some or all trials
that the report allows give it), *not checkable* (nothing printed to hold it against), *questioned*
(the number can be had, the inference does not follow; or no method that the words allow prints it)
and *impossible* (no trial gives it, under any reading listed). They speak of numbers, never of
persons.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

VERDICTS = ("reproduced", "compatible", "not checkable", "questioned", "impossible")
WHOLE_REPORT = ""  # the `result` of a check that concerns no single result


@dataclass(frozen=True)
class Check:
    """One check of one result.

    `readings` are those under which the verdict holds; `computed` plain values for machines;
    `method` the field's name of it; `part` what of the result it speaks of ("percentages", "P",
    "ratio" ...), "" where it informs and decides nothing; `asks` a question to the authors that
    would settle it, "" for none.
    """

    result: str
    check: str
    verdict: str
    readings: tuple[str, ...] = ()
    computed: dict[str, Any] = field(default_factory=dict)
    method: str = ""
    why: str = ""
    part: str = ""
    asks: str = ""


@dataclass(frozen=True)
class ResultVerdict:
    """The verdict on one result: no better than its worst printed part."""

    id: str
    verdict: str
    readings: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class StatementVerdict:
    """The verdict on one statement of the authors."""

    id: str
    verdict: str
    why: str


@dataclass(frozen=True)
class Audit:
    """All that an audit of one report found; `questions` are those that would settle what is open."""

    report: str
    title: str
    checks: tuple[Check, ...]
    results: tuple[ResultVerdict, ...]
    statements: tuple[StatementVerdict, ...]
    questions: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The audit as plain values, as --json prints it."""
        return {
            "report": self.report,
            "title": self.title,
            "checks": [asdict(check) for check in self.checks],
            "results": [asdict(result) for result in self.results],
            "statements": [asdict(statement) for statement in self.statements],
            "questions": list(self.questions),
        }

    def as_json(self) -> str:
        """The audit as one JSON object; numbers that are not finite become null."""
        return json.dumps(finite(self.as_dict()), ensure_ascii=False, indent=1)

    def result(self, name: str) -> ResultVerdict:
        """Return the verdict on the result of that id."""
        return next(result for result in self.results if result.id == name)

    def statement(self, name: str) -> StatementVerdict:
        """Return the verdict on the statement of that id."""
        return next(statement for statement in self.statements if statement.id == name)

    def checks_of(self, name: str, check: str | None = None) -> tuple[Check, ...]:
        """Return the checks of one result, all or those of one name."""
        return tuple(c for c in self.checks if c.result == name and check in (None, c.check))


def finite(value: Any) -> Any:
    """Return `value` with tuples as lists, numpy numbers as Python's, NaN and infinity as None."""
    if isinstance(value, dict):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def best(verdicts: Iterable[str]) -> str:
    """Return the best of some verdicts; "not checkable" for none."""
    return min(verdicts, key=VERDICTS.index, default="not checkable")


def worst(verdicts: Iterable[str]) -> str:
    """Return the worst of some verdicts; "not checkable" for none."""
    return max(verdicts, key=VERDICTS.index, default="not checkable")


def result_verdict(name: str, checks: Iterable[Check]) -> ResultVerdict:
    """Return the verdict on a result: for every part the best of its checks, of these the worst."""
    parts: dict[str, list[Check]] = {}
    for check in checks:
        if check.part:
            parts.setdefault(check.part, []).append(check)
    if not parts:
        why = "nothing else is printed against which it could be held"
        return ResultVerdict(name, "not checkable", (), why)
    leading = {part: min(found, key=lambda c: VERDICTS.index(c.verdict))
               for part, found in parts.items()}  # fmt: skip
    verdict = worst(check.verdict for check in leading.values())
    readings = tuple(dict.fromkeys(r for check in leading.values() for r in check.readings))
    reasons = dict.fromkeys(c.why for c in leading.values() if c.verdict == verdict)
    return ResultVerdict(name, verdict, readings, "; ".join(reasons))
