"""What a check found, and how the checks of a result make its verdict; nothing here computes.

Five words, best first: *reproduced* (the printed numbers give it), *compatible* (some or all trials
that the report allows give it), *not checkable* (nothing printed to hold it against), *questioned*
(the number can be had, the inference does not follow; or no method that the words allow prints it)
and *impossible* (no trial gives it, under any reading listed). They speak of numbers, never of
persons.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

VERDICTS = ("reproduced", "compatible", "not checkable", "questioned", "impossible")
HELD = VERDICTS[:2]  # what is printed can stand beside what is computed
LIVE = {"p-from-counts": "P of a test of the end counts"}  # a check that names no reading, in words
WHOLE_REPORT = ""  # the `result` of a check that concerns no single result


@dataclass(frozen=True)
class Check:
    """One check of one result.

    `readings` are those under which the verdict holds; `computed` plain values for machines;
    `method` the field's name of it; `part` what of the result it speaks of ("percentages", "P",
    "ratio" ...), "" where it informs and decides nothing; `asks` a question to the authors that
    would settle it, "" for none. `power` says in words what a random figure would have met here,
    `passes` how often it would have passed (a share of all figures printed alike; None where they
    cannot be counted).
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
    power: str = ""
    passes: float | None = None


@dataclass(frozen=True)
class Under:
    """One live reading of a sentence, and the verdict under it."""

    reading: str
    verdict: str


@dataclass(frozen=True)
class ResultVerdict:
    """The verdict on one result: no better than its worst printed part.

    `under` lists the live readings of its parts, each with the verdict under it; `power` and
    `passes` as in `Check`.
    """

    id: str
    verdict: str
    readings: tuple[str, ...]
    why: str
    under: tuple[Under, ...] = ()
    power: str = ""
    passes: float | None = None

    @property
    def flips(self) -> bool:
        """Whether two live readings give different verdicts."""
        return flips(self.under)


@dataclass(frozen=True)
class StatementVerdict:
    """The verdict on one statement of the authors: that of the first reading in `under`, if any."""

    id: str
    verdict: str
    why: str
    under: tuple[Under, ...] = ()

    @property
    def flips(self) -> bool:
        """Whether two live readings give different verdicts."""
        return flips(self.under)


def flips(under: Iterable[Under]) -> bool:
    """Return whether two of some readings give different verdicts."""
    return len({reading.verdict for reading in under}) > 1


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
        return as_json(self.as_dict())

    def result(self, name: str) -> ResultVerdict:
        """Return the verdict on the result of that id."""
        return next(result for result in self.results if result.id == name)

    def statement(self, name: str) -> StatementVerdict:
        """Return the verdict on the statement of that id."""
        return next(statement for statement in self.statements if statement.id == name)

    def checks_of(self, name: str, check: str | None = None) -> tuple[Check, ...]:
        """Return the checks of one result, all or those of one name."""
        return tuple(c for c in self.checks if c.result == name and check in (None, c.check))


def as_json(value: Any) -> str:
    """Return plain values as JSON; numbers that are not finite become null."""
    return json.dumps(finite(value), ensure_ascii=False, indent=1)


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
    deciding = [c for c in leading.values() if c.verdict == verdict]
    reasons = dict.fromkeys(c.why for c in deciding)
    power = "; ".join(dict.fromkeys(c.power for c in deciding if c.power))
    known = [c.passes for c in deciding]
    return ResultVerdict(name, verdict, readings, "; ".join(reasons), _live(parts), power,
                         None if None in known else math.prod(known))  # fmt: skip


def _live(parts: dict[str, list[Check]]) -> tuple[Under, ...]:
    """The readings of the parts on which several checks differ, each with its verdict."""
    out = []
    for found in parts.values():
        if len({check.verdict for check in found}) > 1:
            out += [Under("; ".join(c.readings) or LIVE.get(c.check, c.check), c.verdict)
                    for c in sorted(found, key=lambda c: VERDICTS.index(c.verdict))]  # fmt: skip
    return tuple(out)
