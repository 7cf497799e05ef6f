"""The parsed `study.toml` in, a list of `Problem`s out; what the file may hold stands in `KEYS`.

Nothing is corrected or filled in: a key that nobody reads is named, with the nearest one that is.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from helpers import config_plan, config_sets
from helpers.config_plan import CODES, MARGIN, NUMBER, PAIRS
from helpers.errors import Problem
from helpers.printable import has_control, shown

TABLES = ("adsl", "adlb", "adae", "adtte")
DESIGNS = ("single-arm", "randomised")
UNITS = ("day", "week", "month")
BETTER = ("higher", "lower", "none")
SCALES = ("linear", "log10", "already log10")
RESPONSES_OF = ("value", "change", "percent change")
NOT_KNOWN = ("no response", "left out")  # what a subject is whose response is not known
ROLES = ("parameters", "endpoints", "responses", "counts")  # blocks that are one a role or name
LEAST_THRESHOLD = 3  # of two subjects, each knows the other
MOST = 1e15  # no dose, limit, time or count is larger; its square is still far from infinite
LONGEST_TEXT = 2000  # characters of a title, label or source
ROLE = re.compile(r"[A-Za-z0-9_-]+")  # it becomes a part of keys and of a page's addresses
TEXT = (str,)
# every key that study.toml may hold, by block, with its type; data/README.md explains each
KEYS: Mapping[str, Mapping[str, tuple[type, ...]]] = {
    "": {
        "id": TEXT, "title": TEXT, "short": TEXT, "design": TEXT, "data": TEXT, "source": TEXT,
        "subject_level": TEXT, "identifiers": TEXT, "arms": (list,), "visits": (dict,),
        "parameters": (dict,), "endpoints": (dict,), "columns": (dict,), "disclosure": (dict,),
        "analysis": (dict,), "populations": (dict,), "responses": (dict,),
        "counts": (dict,),
    },
    "arms": {"value": (str, list), "label": TEXT, "dose": NUMBER, "reference": (bool,)},
    "visits": {"unit": TEXT, "baseline": NUMBER, "main": NUMBER},
    "disclosure": {"threshold": NUMBER, "rounding": (bool,)},
    "parameters": {
        "paramcd": TEXT, "label": TEXT, "unit": TEXT, "lloq": NUMBER, "uloq": NUMBER, "scale": TEXT,
        "group": TEXT, "better": TEXT, "range": (list,), "baseline": (bool,),
        "levels": (list,), "margin": MARGIN,
    },
    "endpoints": {
        "paramcd": TEXT, "label": TEXT, "unit": TEXT, "event": TEXT, "horizon": NUMBER,
        "events": CODES, "competing": CODES, "censored": CODES, "margin": MARGIN,
    },
    "responses": {
        "parameter": TEXT, "of": TEXT, "visit": NUMBER, "at_least": NUMBER, "above": NUMBER,
        "at_most": NUMBER, "below": NUMBER, "scale": TEXT, "label": TEXT, "missing": TEXT,
        "family": TEXT, "margin": MARGIN, "odds_margin": MARGIN,
    },
    "counts": {"term": (str, list), "class": (str, list), "label": TEXT},
    "analysis": config_plan.KEYS,
    "populations": config_sets.KEYS,
}  # fmt: skip
TYPES = {
    TEXT: "a text in quotes",
    (str, list): "a text in quotes, or a list of them",
    NUMBER: "a number",
    (bool,): "true or false",
    (list,): "a list",
    CODES: 'a list of numbers (CNSR) and texts (EVNTDESC), such as [2, "Death"]',
    MARGIN: "a number, or a list of two",
    PAIRS: 'labels of arms, such as ["High dose", ["High dose", "Low dose"]]',
    (dict,): "a block",
}


def problem(rule: str, expected: str, found: object, do: str, column: str = "") -> Problem:
    """One fault of study.toml; `column` is the key, with its block."""
    said = found if isinstance(found, str) else shown(found)
    return Problem(
        file="study.toml", column=column, rule=rule, expected=expected, found=said, do=do
    )


NAMES = ("id", "title", "value", "paramcd", "parameter")  # texts that may not be blank
# what two spellings of one text may differ in
PUNCTUATION = re.compile(r"""\s|(?<!\d)[-_‐‑–−.,;:()'"%=]|[-_‐‑–−.,;:()'"%=](?!\d)""")
REFERENCE_HINT = "write reference = true in the [[arms]] block of the reference arm"


def spelling(text: str) -> str:
    """A text without case, blanks and punctuation: what two spellings of it share.

    A sign between two digits stays: "1.5 mg" is not "15 mg". So does a text of nothing else.
    """
    return PUNCTUATION.sub("", text.casefold()) or text


def _blocks(raw: Mapping[str, Any]):
    """Every block of the file as (its name, the kind in `KEYS`, its content)."""
    yield "", "", raw
    arms = raw.get("arms", [])
    for i, arm in enumerate(arms if isinstance(arms, list) else [], 1):
        yield f"arms {i}", "arms", arm
    for name in ("visits", "disclosure", "analysis", "populations"):
        if isinstance(raw.get(name), dict):
            yield name, name, raw[name]
    for kind in ROLES:
        items = raw.get(kind, {})
        for role, item in (items if isinstance(items, dict) else {}).items():
            yield f"{kind}.{role}", kind, item


def key_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """Keys nobody reads, values of another type, texts that no page can carry, odd numbers."""
    out = []
    for name, kind, block in _blocks(raw):
        if not isinstance(block, dict):
            out.append(problem("wrong type", "a block", shown(block), "write it as a block", name))
            continue
        role = name.partition(".")[2] if kind in ROLES else "a"
        if not ROLE.fullmatch(role):
            do = "rename it; label holds the name that the book prints"
            out.append(problem("wrong form", "letters, digits, - and _", shown(role), do, name))
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
        near = difflib.get_close_matches(key[:LONGEST_TEXT], known, n=1)
        do = f"did you mean {near[0]!r}? else remove it" if near else "remove it or spell it right"
        do = REFERENCE_HINT if key.startswith("reference") and "reference" not in known else do
        return [problem("unknown key", ", ".join(known), key, do, where)]
    kinds = known[key]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        return [problem("wrong type", TYPES[kinds], shown(value), "write it so", where)]
    if kinds == CODES:
        do = "write numbers as CNSR has them, and texts as EVNTDESC spells them"
        return [problem("wrong form", TYPES[CODES], shown(code), do, where)
                for code in config_plan.wrong_codes(value)[:1]]  # fmt: skip
    if kinds == PAIRS and (wrong := config_plan.wrong_pairs(value)):
        do = "write an arm that is compared with the reference, or a list of two arms"
        return [problem("wrong form", TYPES[PAIRS], shown(wrong[0]), do, where)]
    if isinstance(value, list) and str in kinds:
        return _list_problems(where, key, value)
    if isinstance(value, str) and not is_carried(value):
        expected = f"a line of plain text of at most {LONGEST_TEXT:,} characters"
        do = "leave out braces, line breaks and control characters"
        return [problem("unprintable text", expected, shown(value), do, where)]
    if key in NAMES and isinstance(value, str) and not value.strip():
        return [problem("empty text", "a text", shown(value), "fill it in", where)]
    return _number_problems(where, value) or _size_problems(where, key, value)


def is_carried(text: str) -> bool:
    """Whether `study.toml` may hold this text: no page can carry braces or control characters."""
    return len(text) <= LONGEST_TEXT and not has_control(text) and not set(text) & set("{}")


def carried(text: str) -> str:
    """What of a text `study.toml` may hold, without outer blanks."""
    return "".join(c for c in text if is_carried(c)).strip()[:LONGEST_TEXT]


def _number_problems(where: str, value: Any) -> list[Problem]:
    """Numbers that no analysis can bear, one by one or in a list."""
    listed = value if isinstance(value, list) else [value]
    for number in listed:
        if isinstance(number, float) and not math.isfinite(number):
            return [problem("not finite", "a finite number", value, "correct it", where)]
        if isinstance(number, NUMBER) and abs(number) > MOST:
            expected = f"a number from -{MOST:.0e} to {MOST:.0e}"
            return [problem("out of range", expected, value, "correct it", where)]
    return []


def _list_problems(where: str, key: str, texts: list) -> list[Problem]:
    """The faults of each text of a list (treatments pooled into one arm, columns, arms)."""
    if not texts:
        return [problem("empty text", "a text, or several", "[]", "fill it in", where)]
    single = [t for text in texts for t in (text if isinstance(text, list) else [text])]
    return [fault for text in single for fault in _value_problems(where, key, text, {key: TEXT})]


def _size_problems(where: str, key: str, value: Any) -> list[Problem]:
    """Numbers of the right type that the key cannot have."""
    if key in ("lloq", "uloq", "horizon") and value <= 0:
        what = "a time" if key == "horizon" else "a limit"
        return [problem("out of range", f"{what} above 0", value, "correct it", where)]
    if key == "confidence" and (do := config_plan.wrong_level(value)):
        low, high = config_plan.LEVELS
        expected = f"a level of two-sided intervals from {low:g} to {high:g}"
        return [problem("out of range", expected, value, do, where)]
    if key == "dose" and value < 0:
        return [problem("out of range", "a dose of 0 or more", value, "correct it", where)]
    if key == "threshold" and (value != int(value) or value < LEAST_THRESHOLD):
        expected = f"a whole number of subjects from {LEAST_THRESHOLD} up"
        do = 'choose 5, 10 or 11; to show single subjects write subject_level = "shown"'
        return [problem("out of range", expected, value, do, where)]
    if key == "range" and not _is_range(value):
        return [problem("wrong form", "[lowest, highest]", value, "two numbers, low first", where)]
    if key == "levels" and not _is_rising(value, least=3):
        return [
            problem("wrong form", "[0, 10, 20, 40]", value, "three numbers or more, rising", where)
        ]
    return []


def _is_range(value: list) -> bool:
    return len(value) == 2 and _is_rising(value, least=2)


def _is_rising(value: list, *, least: int) -> bool:
    numbers = all(isinstance(v, NUMBER) and not isinstance(v, bool) for v in value)
    return len(value) >= least and numbers and all(a < b for a, b in pairwise(value))


def content_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """What is missing, said in unknown words or said twice, once every key is known and typed."""
    return [*_missing_keys(raw), *_unknown_words(raw), *_visit_order(raw), *_level_of_rounded(raw)]


def _missing_keys(raw: Mapping[str, Any]) -> list[Problem]:
    out = [
        problem("missing key", f"a value for {key}", "nothing", f"add {key} = ...", key)
        for key in ("id", "title", "design")
        if key not in raw
    ]
    if not raw.get("arms"):  # an empty list is none
        do = "add an [[arms]] block an arm"
        out.append(problem("missing key", "a value for arms", "nothing", do, "arms"))
    for kind in ("parameters", "endpoints"):
        for role, item in raw.get(kind, {}).items():
            if "paramcd" not in item:
                where = f"{kind}.{role}.paramcd"
                out.append(
                    problem("missing key", "the PARAMCD of the data", "nothing", "add it", where)
                )
    return out


def _unknown_words(raw: Mapping[str, Any]) -> list[Problem]:
    return [
        problem("unknown word", " or ".join(allowed), found, config_plan.instead(key, found), key)
        for key, found, allowed in _chosen(raw)
        if found not in allowed
    ]


def _chosen(raw: Mapping[str, Any]) -> Iterator[tuple[str, Any, Sequence[str]]]:
    """Each key that takes one of a few words: its name, its word, and these."""
    yield "design", raw.get("design", DESIGNS[0]), DESIGNS
    yield "data", raw.get("data", "observed"), ("observed", "simulated")
    for key in ("subject_level", "identifiers"):
        yield key, raw.get(key, "hidden"), ("hidden", "shown")
    yield "visits.unit", raw.get("visits", {}).get("unit", "week"), UNITS
    for table in raw.get("columns", {}):
        yield f"columns.{table}", table, TABLES
    for role, item in raw.get("endpoints", {}).items():
        yield f"endpoints.{role}.event", item.get("event", "failure"), ("response", "failure")
        yield f"endpoints.{role}.unit", item.get("unit", "day"), UNITS
    for role, item in raw.get("parameters", {}).items():
        yield f"parameters.{role}.scale", item.get("scale", "linear"), SCALES
        yield f"parameters.{role}.better", item.get("better", "higher"), BETTER
    for name, item in raw.get("responses", {}).items():
        yield f"responses.{name}.of", item.get("of", "value"), RESPONSES_OF
        yield f"responses.{name}.missing", item.get("missing", NOT_KNOWN[0]), NOT_KNOWN
        yield f"responses.{name}.scale", item.get("scale", "linear"), SCALES[:2]
    plan = raw.get("analysis", {})
    if "measure" in plan:
        yield "analysis.measure", plan["measure"], tuple(raw.get("parameters", {}))
    for key, words in config_plan.CHOICES.items():
        yield f"analysis.{key}", plan.get(key, words[0]), words


def _visit_order(raw: Mapping[str, Any]) -> list[Problem]:
    visits = raw.get("visits", {})
    baseline, main = visits.get("baseline", 0), visits.get("main")
    if main is None or main > baseline:
        return []
    expected, do = f"a visit after {baseline:g}", "correct main or baseline"
    return [problem("main visit not after baseline", expected, f"{main:g}", do, "visits.main")]


def _level_of_rounded(raw: Mapping[str, Any]) -> list[Problem]:
    """Rounded counts with another level than the usual: their steps are proven for that one."""
    level = raw.get("analysis", {}).get("confidence", config_plan.USUAL)
    if level == config_plan.USUAL or not raw.get("disclosure", {}).get("rounding", False):
        return []
    expected = f"{config_plan.USUAL:g} where disclosure.rounding is true"
    do = "leave out one of the two: the steps of rounded numbers are proven for 95% intervals"
    return [problem("level of rounded numbers", expected, level, do, "analysis.confidence")]
