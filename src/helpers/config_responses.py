"""The blocks [responses.NAME] of `study.toml` in, planned binary responses and the `Problem`s of these out.

A response is a value of one parameter at one visit, or its change since baseline, on the right side of a
threshold. Every key is known and typed before (`config_check`). Whether the visit is in the data is for
`conformance.responses`, who responded for `derive.responders`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.config_check import problem
from helpers.errors import Problem

# keys that say on which side of their number a response lies, in words
SIDES: Mapping[str, str] = {
    "at_least": "at least",
    "above": "above",
    "at_most": "at most",
    "below": "below",
}
BLOCK = "responses"


@dataclass(frozen=True)
class Response:
    """One planned response; `parameter` is a PARAMCD, `visit` in the unit of AVISITN.

    `of`: "value", "change" or "percent change"; `side`: a key of `SIDES`, on which side of `threshold`
    a response lies; `scale`: "linear" or "log10", on which the threshold is meant; `missing`: "no
    response" or "left out", what a subject is of whom it is not known; `family`: responses of one family
    have their P values corrected together, "" for one alone.
    """

    name: str
    parameter: str
    label: str
    of: str
    visit: float
    side: str
    threshold: float
    scale: str = "linear"
    missing: str = "no response"
    family: str = ""


def responses(raw: Mapping[str, Any]) -> dict[str, Response]:
    """The responses of a `study.toml` without problems, by name, in its order."""
    return {name: _response(raw, name, item) for name, item in raw.get(BLOCK, {}).items()}


def _response(raw: Mapping[str, Any], name: str, item: Mapping[str, Any]) -> Response:
    side = next(key for key in SIDES if key in item)
    known = {key: item[key] for key in ("scale", "missing", "family") if key in item}
    return Response(name, item["parameter"], _label(raw, item), item.get("of", "value"),
                    float(item["visit"]), side, float(item[side]), **known)  # fmt: skip


def _label(raw: Mapping[str, Any], item: Mapping[str, Any]) -> str:
    """The label, or the rule in words."""
    if "label" in item:
        return item["label"]
    parameter = next(p for p in raw["parameters"].values() if p["paramcd"] == item["parameter"])
    side = next(key for key in SIDES if key in item)
    return in_words(item.get("of", "value"), side, item[side], item.get("scale", "linear"),
                    parameter.get("unit", ""))  # fmt: skip


def in_words(of: str, side: str, threshold: float, scale: str, unit: str) -> str:
    """A rule: "change at least 100 cells/µL", "value below 1.7 (log10)"."""
    unit = "%" if of == "percent change" else "(log10)" if scale == "log10" else unit
    return " ".join(filter(None, [of, SIDES[side], f"{threshold:g}", unit]))


def response_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with the responses: each fault that its own block shows, then labels said twice."""
    known = {p["paramcd"]: p for p in raw.get("parameters", {}).values() if "paramcd" in p}
    found = [p for name, item in raw.get(BLOCK, {}).items()
             for p in (*_incomplete(name, item), *_parameter(name, item, known),
                       *_visit(name, item, raw))]  # fmt: skip
    return found or [*_twice(raw)]


def _incomplete(name: str, item: Mapping[str, Any]) -> Iterator[Problem]:
    for key, what in (("parameter", "the PARAMCD of the data"), ("visit", "AVISITN of its visit")):
        if key not in item:
            yield problem("missing key", what, "nothing", "add it", f"{BLOCK}.{name}.{key}")
    sides = [key for key in SIDES if key in item]
    if len(sides) != 1:
        expected = f"one of {', '.join(SIDES)}, with its number"
        do = "add one" if not sides else "keep one; a response between two thresholds is none here"
        rule = "two thresholds" if sides else "missing key"
        yield problem(rule, expected, ", ".join(sides) or "nothing", do, f"{BLOCK}.{name}")


def _parameter(
    name: str, item: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    """That the parameter has a block, and that threshold and kind of response are clear on its scale."""
    place, code = f"{BLOCK}.{name}", item.get("parameter")
    if code is None:
        return
    if code not in known:
        near = difflib.get_close_matches(str(code).upper(), known, n=1)
        do = f"did you mean {near[0]!r}? else" if near else "name one of them, or"
        yield problem("unknown parameter", f"the PARAMCD of a block [parameters.ROLE]: "
                      f"{', '.join(known) or 'none is there'}", repr(code),
                      f"{do} add the block of {code!r}", f"{place}.parameter")  # fmt: skip
        return
    yield from _scale(place, item, known[code])
    of = item.get("of", "value")
    if of != "value" and not known[code].get("baseline", True):
        do = 'write of = "value"'
        yield problem("change without a baseline", f"the value of {code}, which has no baseline",
                      of, do, f"{place}.of")  # fmt: skip


def _scale(place: str, item: Mapping[str, Any], parameter: Mapping[str, Any]) -> Iterator[Problem]:
    """That it is clear on which scale the threshold is, and that per cent are those of a value."""
    code = parameter["paramcd"]
    logs = parameter.get("scale", "linear") != "linear"
    logs = logs or parameter.get("unit", "").strip().lower().startswith("log10")
    if logs != ("scale" in item):
        expected = f'scale = "linear" or "log10": on which the threshold of {code} is meant'
        do = "add it: 50 copies and 1.7 log10 copies are one threshold"
        if not logs:
            expected, do = f"no scale, as {code} is on one scale only", "leave it out"
        yield problem("ambiguous scale", expected, item.get("scale", "nothing"), do,
                      f"{place}.scale")  # fmt: skip
    if item.get("of") == "percent change" and item.get("scale") == "log10":
        do = 'write of = "change", or scale = "linear"'
        yield problem("ambiguous scale", "per cent of a value, not of its logarithm",
                      "percent change of log10", do, f"{place}.of")  # fmt: skip


def _visit(name: str, item: Mapping[str, Any], raw: Mapping[str, Any]) -> Iterator[Problem]:
    baseline = raw.get("visits", {}).get("baseline", 0)
    if item.get("visit", baseline + 1) <= baseline:
        yield problem("visit not after baseline", f"a visit after {baseline:g}",
                      f"{item['visit']:g}", "correct visit", f"{BLOCK}.{name}.visit")  # fmt: skip


def _twice(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """Responses that a page could not tell apart: one label at one visit."""
    first: dict[tuple[str, float], str] = {}
    for name, r in responses(raw).items():
        other = first.setdefault((r.label.casefold(), r.visit), name)
        if other != name:
            expected = f"another label, or another visit, than {BLOCK}.{other} has"
            yield problem("duplicate response", expected, r.label, "write label, or remove the block",
                          f"{BLOCK}.{name}.label")  # fmt: skip
