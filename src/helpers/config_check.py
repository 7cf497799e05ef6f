"""The parsed `study.toml` in, a list of `Problem`s out; what the file may hold stands in `KEYS`.

Nothing is corrected or filled in: a key that nobody reads is named, with the nearest one that is.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from typing import Any

from helpers.errors import Problem

TABLES = ("adsl", "adlb", "adae", "adtte")
DESIGNS = ("single-arm", "randomised")
UNITS = ("day", "week", "month")
NUMBER, TEXT = (int, float), (str,)
# every key that study.toml may hold, by block, with its type; data/README.md explains each
KEYS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "": {
        "id": TEXT, "title": TEXT, "short": TEXT, "design": TEXT, "data": TEXT, "source": TEXT,
        "subject_level": TEXT, "arms": (list,), "visits": (dict,), "parameters": (dict,),
        "endpoints": (dict,), "columns": (dict,),
    },
    "arms": {"value": TEXT, "label": TEXT, "dose": NUMBER, "reference": (bool,)},
    "visits": {"unit": TEXT, "baseline": NUMBER, "main": NUMBER},
    "parameters": {
        "paramcd": TEXT, "label": TEXT, "unit": TEXT, "lloq": NUMBER, "scale": TEXT, "group": TEXT,
        "better": TEXT, "range": (list,),
    },
    "endpoints": {"paramcd": TEXT, "label": TEXT, "unit": TEXT, "event": TEXT, "horizon": NUMBER},
}  # fmt: skip
TYPES = {TEXT: "a text in quotes", NUMBER: "a number", (bool,): "true or false", (list,): "a list",
         (dict,): "a block"}  # fmt: skip


def problem(rule: str, expected: str, found: object, do: str, column: str = "") -> Problem:
    """One fault of study.toml; `column` is the key, with its block."""
    return Problem(
        file="study.toml", column=column, rule=rule, expected=expected, found=str(found), do=do
    )


def _blocks(raw: Mapping[str, Any]):
    """Every block of the file as (its name, the kind in `KEYS`, its content)."""
    yield "", "", raw
    arms = raw.get("arms", [])
    for i, arm in enumerate(arms if isinstance(arms, list) else [], 1):
        yield f"arms {i}", "arms", arm
    if isinstance(raw.get("visits"), dict):
        yield "visits", "visits", raw["visits"]
    for kind in ("parameters", "endpoints"):
        items = raw.get(kind, {})
        for role, item in (items if isinstance(items, dict) else {}).items():
            yield f"{kind}.{role}", kind, item


def key_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """Keys nobody reads, values of another type, texts that no page can carry, odd numbers."""
    out = []
    for name, kind, block in _blocks(raw):
        if not isinstance(block, dict):
            out.append(problem("wrong type", "a block", repr(block), "write it as a block", name))
            continue
        for key, value in block.items():
            where = f"{name}.{key}" if name else key
            out += _value_problems(where, key, value, KEYS[kind])
    tables = raw.get("columns", {})
    for table, mapping in (tables if isinstance(tables, dict) else {}).items():
        if not isinstance(mapping, dict) or not all(isinstance(v, str) for v in mapping.values()):
            do = 'write OURS = "THEIRS", one line a column'
            out.append(problem("wrong type", "texts", mapping, do, f"columns.{table}"))
    return out


def _value_problems(where: str, key: str, value: Any, known: Mapping[str, tuple]) -> list[Problem]:
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        do = f"did you mean {near[0]!r}? else remove it" if near else "remove it or spell it right"
        return [problem("unknown key", ", ".join(known), key, do, where)]
    kinds = known[key]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return [problem("wrong type", TYPES[kinds], repr(value), "write it so", where)]
    if isinstance(value, str) and any(c in "{}" or ord(c) < 32 for c in value):
        do = "leave out braces, line breaks and control characters"
        return [problem("unprintable text", "a line of plain text", repr(value), do, where)]
    if isinstance(value, float) and not math.isfinite(value):
        return [problem("not finite", "a finite number", value, "correct it", where)]
    if key == "lloq" and value <= 0:
        return [problem("out of range", "a limit above 0", value, "correct it", where)]
    if key == "range" and not _is_range(value):
        return [problem("wrong form", "[lowest, highest]", value, "two numbers, low first", where)]
    return []


def _is_range(value: list) -> bool:
    numbers = all(isinstance(v, NUMBER) and not isinstance(v, bool) for v in value)
    return len(value) == 2 and numbers and value[0] < value[1]


def content_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """What is missing, said in unknown words or said twice, once every key is known and typed."""
    return [*_missing_keys(raw), *_unknown_words(raw), *_arm_problems(raw)]


def _missing_keys(raw: Mapping[str, Any]) -> list[Problem]:
    wanted = {"id": raw, "title": raw, "design": raw, "arms": raw}
    out = [
        problem(
            "missing key",
            f"a value for {key}",
            "nothing",
            "add an [[arms]] block an arm" if key == "arms" else f"add {key} = ...",
            key,
        )
        for key, table in wanted.items()
        if key not in table
    ]
    for kind in ("parameters", "endpoints"):
        for role, item in raw.get(kind, {}).items():
            if "paramcd" not in item:
                where = f"{kind}.{role}.paramcd"
                out.append(
                    problem("missing key", "the PARAMCD of the data", "nothing", "add it", where)
                )
    return out


def _unknown_words(raw: Mapping[str, Any]) -> list[Problem]:
    visits = raw.get("visits", {})
    checks = [
        ("design", raw.get("design", DESIGNS[0]), DESIGNS),
        ("data", raw.get("data", "observed"), ("observed", "simulated")),
        ("subject_level", raw.get("subject_level", "hidden"), ("hidden", "shown")),
        ("visits.unit", visits.get("unit", "week"), UNITS),
    ]
    checks += [(f"columns.{table}", table, TABLES) for table in raw.get("columns", {})]
    for role, item in raw.get("endpoints", {}).items():
        checks.append(
            (f"endpoints.{role}.event", item.get("event", "failure"), ("response", "failure"))
        )
        checks.append((f"endpoints.{role}.unit", item.get("unit", "day"), UNITS))
    for role, item in raw.get("parameters", {}).items():
        checks.append(
            (f"parameters.{role}.scale", item.get("scale", "linear"), ("linear", "log10"))
        )
        checks.append(
            (f"parameters.{role}.better", item.get("better", "higher"), ("higher", "lower"))
        )
    return [
        problem("unknown word", " or ".join(allowed), found, "use one of the expected words", key)
        for key, found, allowed in checks
        if found not in allowed
    ]


def _arm_problems(raw: Mapping[str, Any]) -> list[Problem]:
    arms = raw.get("arms", [])
    if not arms:
        return []  # reported as a missing key
    if any("value" not in arm for arm in arms):
        do = "write one [[arms]] block an arm, each with its value"
        return [problem("wrong form", "[[arms]] with value = ...", arms, do, "arms")]
    values = [arm["value"] for arm in arms]
    labels = [arm.get("label", arm["value"]) for arm in arms]
    references = sum(bool(arm.get("reference")) for arm in arms)
    out = []
    if len(set(values)) < len(values) or len(set(labels)) < len(labels):
        out.append(
            problem(
                "duplicate arm",
                "each value and each label once",
                labels,
                "remove or rename the second block",
                "arms",
            )
        )
    if raw.get("design") == "single-arm" and len(arms) != 1:
        out.append(
            problem("arms", "exactly one arm", len(arms), 'use design = "randomised"', "arms")
        )
    if raw.get("design") == "randomised" and (len(arms) < 2 or references != 1):
        found = f"{len(arms)} arm(s), {references} with reference = true"
        do = "give every arm a block and exactly one of them reference = true"
        out.append(problem("arms", "two arms or more, one the reference", found, do, "arms"))
    return out
