"""The keys `margin` of `study.toml` in, margins of its planned comparisons and their `Problem`s out.

A margin is a value of the difference, or ratio, of two arms as the page has it: how much worse is still
acceptable (one number, on the worse side of no difference), or within what two arms count as equivalent
(two numbers, one on either side). Which side is worse follows from `better` of the parameter, from the
side of a response's threshold, and from whether an event is a response or a failure.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from helpers.config_check import problem
from helpers.config_plan import NUMBER
from helpers.errors import Problem

DIFFERENCE, SHARES, RATIO = "difference", "difference of shares", "ratio"
# block, key -> what the margin is one of
OF: Mapping[tuple[str, str], str] = {
    ("parameters", "margin"): DIFFERENCE,
    ("responses", "margin"): SHARES,
    ("responses", "odds_margin"): RATIO,
    ("endpoints", "margin"): RATIO,
}
ALONE = ("hivrna", "chimerism")  # parameters that no planned difference of means is about


@dataclass(frozen=True)
class Margin:
    """The margins of one parameter, response or endpoint (`role` of the block `kind`): low and high.

    An interval has to lie above `low` and below `high`; of non-inferiority one of them is infinite.
    """

    kind: str
    role: str
    key: str
    low: float
    high: float

    @property
    def of(self) -> str:
        """A value of `OF`."""
        return OF[self.kind, self.key]

    @property
    def both(self) -> bool:
        """Whether it is one of equivalence."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def ends(self) -> tuple[float, ...]:
        """The numbers that study.toml gives."""
        return tuple(x for x in (self.low, self.high) if math.isfinite(x))


def margins(raw: Mapping[str, Any]) -> tuple[Margin, ...]:
    """The margins of a `study.toml` without problems, in its order."""
    return tuple(_margin(raw, kind, role, key, item) for kind, role, key, item in _said(raw))


def _said(raw: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Mapping[str, Any]]]:
    for kind, key in OF:
        for role, item in raw.get(kind, {}).items():
            if key in item:
                yield kind, role, key, item


def _margin(raw, kind: str, role: str, key: str, item: Mapping[str, Any]) -> Margin:
    value = item[key]
    if isinstance(value, list):
        return Margin(kind, role, key, float(value[0]), float(value[1]))
    if _better(raw, kind, item) == "higher":
        return Margin(kind, role, key, float(value), math.inf)
    return Margin(kind, role, key, -math.inf, float(value))


def _better(raw: Mapping[str, Any], kind: str, item: Mapping[str, Any]) -> str:
    """Which direction of the difference or ratio is good: "higher", "lower" or "none"."""
    if kind == "endpoints":
        return "higher" if item.get("event", "failure") == "response" else "lower"
    if kind == "parameters":
        return item.get("better", "higher")
    mine = next(p for p in raw["parameters"].values() if p["paramcd"] == item["parameter"])
    good = mine.get("better", "higher")
    if good == "none" or {"at_least", "above"} & set(item):
        return good
    return "lower" if good == "higher" else "higher"


def margin_problems(raw: Mapping[str, Any]) -> Iterator[Problem]:
    """What contradicts itself: a margin of no comparison, no number, on the wrong side of no difference."""
    for kind, role, key, item in _said(raw):
        place, value = f"{kind}.{role}.{key}", item[key]
        numbers = value if isinstance(value, list) else [value]
        if fault := _without_comparison(raw, kind, role, item):
            yield problem("margin of no comparison", *fault, place)
        elif not all(isinstance(x, NUMBER) and not isinstance(x, bool) for x in numbers):
            do = "write numbers without quotes"
            yield problem("wrong type", "a number, or a list of two", value, do, place)
        elif fault := _wrong_number(OF[kind, key], numbers) or _wrong_side(raw, kind, key, item):
            yield problem("wrong margin", fault[0], value, fault[1], place)


def _without_comparison(raw, kind: str, role: str, item) -> tuple[str, str, str] | None:
    """Expected, found and what to do where the analyses compare no arms by it."""
    do = "leave the margin out"
    if raw.get("design") == "single-arm":
        return "a margin in a randomised study", "a single arm", do
    alone = role in ALONE or item.get("group") == "cytokine"
    if kind == "parameters" and alone and raw.get("analysis", {}).get("measure") != role:
        return ("a margin of a parameter whose mean changes are compared", f"{role!r}, compared otherwise",
                f"{do}, or give it to a response of this parameter")  # fmt: skip
    return None


def _wrong_number(of: str, numbers: list[float]) -> tuple[str, str] | None:
    """What is expected, and what to do, where no margin of that kind has these numbers."""
    if of == RATIO and min(numbers, default=1) <= 0:
        return (
            "a ratio, above 0",
            "write the ratio itself (1.25), not its logarithm or a difference",
        )
    if of == SHARES and max(map(abs, numbers), default=0) >= 1:
        return "a difference of shares, between -1 and 1", "write 10 percentage points as 0.1"
    return None


def _wrong_side(raw, kind: str, key: str, item: Mapping[str, Any]) -> tuple[str, str] | None:
    """The same where numbers lie on the wrong side of no difference, or the direction is not known."""
    value, null = item[key], 1.0 if OF[kind, key] == RATIO else 0.0
    if isinstance(value, list):
        if len(value) == 2 and value[0] < null < value[1]:
            return None
        return (
            f"two numbers for equivalence, one on either side of {null:g}, low first",
            "correct it",
        )
    better = _better(raw, kind, item)
    if better == "none":
        return ('two numbers, as no direction is good (better = "none")',
                "write [low, high] for equivalence, or say which direction is good")  # fmt: skip
    worse = value < null if better == "higher" else value > null
    if worse:
        return None
    side, other = ("below", "above") if better == "higher" else ("above", "below")
    why = f"of these arms {better} is better"
    return (f"a number {side} {null:g}: {why}, and a margin says how much worse is acceptable",
            f"write a number {side} {null:g}; one {other} it would ask for superiority")  # fmt: skip
