"""A number as a report prints it goes in; which exact values print so, by reading, comes out.

The text counts, not its value: "0.040" and "0.04" say different things. A *reading* of the rounding
is half-up (away from zero), half-even, or cut-off (the further digits dropped). Nothing here
computes a statistic or decides which reading the authors meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from helpers.rounding import plain

ROUNDINGS = ("half-up", "half-even", "cut-off")
ALPHA = Fraction(1, 20)  # what "n.s." is read against
NOT_SIGNIFICANT = re.compile(
    r"^(?:p\s*)?=?\s*(?:n\.?\s?s\.?d?\.?|(?:not|non)[- ]?(?:statistically )?signi?fi?cant(?:ly different)?"
    r"|no(?: statistically)? significan(?:t|ce)(?: (?:difference|effect|change|association)s?)?"
    r"|no (?:statistical )?differences?)$",
    re.IGNORECASE,
)
NUMBER = re.compile(
    r"^(?:p\s*)?(?P<sign>[<>≤≥=]=?)?\s*(?P<minus>-)?\s*"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+\.?)\s*%?$",
    re.IGNORECASE,
)
SCIENCE = re.compile(
    r"^(?:p\s*)?(?P<sign>[<>≤≥=]=?)?\s*(?P<digits>\d+(?:\.\d+)?)\s*(?:e|[x×*]\s*10\s*\^?)\s*\{?(?P<power>-\d{1,2})\}?$",
    re.IGNORECASE,
)  # 3.2×10−4, 3.2e-4; a power above 0 does not say which digits are printed
RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
WIDE = {
    code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)
}  # full-width signs, as Chinese texts have
WIDE |= dict.fromkeys(
    map(ord, "\u00a0\u2007\u2009\u200a\u202f\u3000"), " "
)  # narrow and other spaces
HABITS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "﹣": "-", "·": ".", "∙": ".", "⋅": ".",
                        "‧": ".", "≦": "≤", "≧": "≥", "⩽": "≤", "⩾": "≥"})  # fmt: skip
GROUPED = re.compile(r"(?<=\d)(?<!\d{4}) (?=\d{3}(?:\D|$))")  # "1 234"
PER_CENT = re.compile(r"\s*(?:per\s?cent|percent|pct\.?)$", re.IGNORECASE)
BETWEEN = re.compile(
    r"\s*[,;，；、]\s+|(?<!\d),|,(?!\d{3}(?:\D|$))|[;；、]|\s+to\s+|\s*[~～—至]\s*|\s+[-–−]\s+|(?<=[\d%])[-–−](?=[\d−-])"
)  # what stands between two ends of an interval
SLACK = 1e-12  # relative rounding error of a value that was computed in floats


@dataclass(frozen=True)
class Printed:
    """One printed number: its text, its value, its decimals and the sign before it.

    `sign` is "" for an ordinary number, "<", ">", "≤" or "≥" for a limit. `times`: the value is so
    many times that of the text (`doubled`).
    """

    text: str
    value: Fraction
    decimals: int
    sign: str = ""
    times: int = 1

    @property
    def unit(self) -> Fraction:
        """What one unit of the last printed digit changes the value by."""
        return Fraction(self.times, 10**self.decimals)

    def __float__(self) -> float:
        return float(self.value)


def parse(text: str) -> Printed | None:
    """Return the printed number, None where `text` is none; "n.s." reads as above 0.05.

    Understands "66%", "0.040", ".04", "0·04", "<0.001", "P = 0.03", "−1.5", "1,156", "1 156",
    "66 per cent" and full-width signs ("P＜0.001").
    """
    plain = GROUPED.sub("", text.translate(WIDE).strip()).translate(HABITS)
    plain = PER_CENT.sub("%", plain)
    if NOT_SIGNIFICANT.match(plain):
        return Printed(text.strip(), ALPHA, 2, "≥")
    found = NUMBER.match(plain)
    if not found:
        return _scientific(text, plain)
    digits = found["digits"].replace(",", "")
    value = Fraction(digits) * (-1 if found["minus"] else 1)
    return Printed(text.strip(), value, len(digits.partition(".")[2]), _sign(found["sign"]))


def doubled(number: Printed) -> Printed:
    """Return twice a printed number, rounded as it is: the two-sided P of a one-sided one."""
    return replace(number, value=2 * number.value, times=2 * number.times)


def _sign(text: str | None) -> str:
    return {"<=": "≤", ">=": "≥", "=": "", "==": ""}.get(text or "", text or "")


def _scientific(text: str, plain: str) -> Printed | None:
    """Return the number of a text such as "3.2×10−4"; its decimals are those of the digits."""
    found = (
        SCIENCE.match(plain.translate(RAISED)) if "10" in plain or "e" in plain.lower() else None
    )
    if not found:
        return None
    power = int(found["power"])
    decimals = len(found["digits"].partition(".")[2]) - power
    value = Fraction(found["digits"]) * Fraction(1, 10**-power)
    return Printed(text.strip(), value, decimals, _sign(found["sign"]))


@lru_cache(maxsize=4096)
def interval(printed: Printed, rounding: str) -> tuple[Fraction, Fraction, bool, bool]:
    """Return (low, high, low belongs, high belongs) of the values that print so; no "<" or ">"."""
    size, unit = abs(printed.value), printed.unit
    half = unit / 2
    if rounding == "cut-off":
        ends = size, size + unit, True, False
    elif rounding == "half-up":
        ends = size - half, size + half, True, False
    else:
        even = (size / unit) % 2 == 0
        ends = size - half, size + half, even, even
    low, high, low_in, high_in = ends
    if printed.value == 0:
        reach, belongs = high, high_in
        return -reach, reach, belongs, belongs
    if printed.value < 0:
        return -high, -low, high_in, low_in
    return low, high, low_in, high_in


def prints(value: Fraction | float, printed: Printed, rounding: str) -> bool:
    """Return whether `value` is printed so; fractions are decided exactly, floats within 1e-12."""
    if isinstance(value, float):
        if value != value:
            return False
        room = SLACK * max(1.0, abs(value))
    else:
        room = 0
    if printed.sign:
        return _beyond(value, printed, room)
    low, high, low_in, high_in = interval(printed, rounding)
    above = value >= low - room if low_in else value > low + (-room if room else 0)
    below = value <= high + room if high_in else value < high
    return bool(above and below)


def _beyond(value: Fraction | float, printed: Printed, room: float) -> bool:
    limit = printed.value
    if printed.sign == "<":
        return bool(value < limit)
    if printed.sign == ">":
        return bool(value > limit)
    return bool(value <= limit + room if printed.sign == "≤" else value >= limit - room)


def roundings_that_print(
    value: Fraction | float, printed: Printed, roundings: tuple[str, ...]
) -> tuple[str, ...]:
    """Return those of `roundings` under which `value` prints so, in their order."""
    return tuple(r for r in roundings if prints(value, printed, r))


def span(printed: Printed, rounding: str) -> tuple[float, float]:
    """Return the closed interval of floats that print so; limits reach to 0 or infinity."""
    if printed.sign in ("<", "≤"):
        return 0.0, float(printed.value)
    if printed.sign in (">", "≥"):
        return float(printed.value), float("inf")
    low, high, *_ = interval(printed, rounding)
    return float(low), float(high)


def widest(printed: Printed, roundings: Iterable[str]) -> tuple[float, float]:
    """Return the least and largest float that prints so under any of `roundings`."""
    spans = [span(printed, r) for r in roundings]
    return min(a for a, _ in spans), max(b for _, b in spans)


def whole_ends(ends: tuple[int, int]) -> str:
    """Return whole numbers from one end to the other in words: "7", "7 to 9"."""
    return f"{ends[0]}" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"


def computed_ends(ends: tuple[float, float]) -> str:
    """Return what lies between two computed ends in words: "0.04", "0.04 to 0.1"."""
    low, high = ends
    return plain(low, 3) if low == high else f"{plain(low, 3)} to {plain(high, 3)}"


def parts(value: object) -> list:
    """Return a text such as "0.30–1.28", "-3.1 to -0.7" or "2, 69" as its parts; another value alone."""
    if not isinstance(value, str):
        return [value]
    bare = value.strip().strip("()[]（）").strip()
    return [part.strip() for part in BETWEEN.split(bare, maxsplit=1)]


def ends_text(ci: tuple[str, ...]) -> str:
    """Return a printed interval in words: "0.3 to 1.2", "up to 1.2" or "from 0.3 up"."""
    low, high = (*ci, "", "")[:2]
    if low and high:
        return f"{low} to {high}"
    return f"up to {high}" if high else f"from {low} up"


def p_text(text: str) -> str:
    """Return a printed P as "P = 0.04" or, with a sign of its own or "n.s.", as "P <0.001"."""
    bare = text.strip().lstrip("Pp").strip().lstrip("=").strip()
    number = parse(text)
    return f"P {bare}" if number is not None and number.sign else f"P = {bare}"


def p_computed(p: float, ends: tuple[float, float]) -> str:
    """Return a computed P and what it may be as the numbers are rounded, in words."""
    text, low, high = (plain(v, 3) for v in (p, *ends))
    shown = f"P {text}" if text.startswith("below") else f"P = {text}"
    if text == low == high:
        return shown
    room = f"up to {high}" if low.startswith("below") else f"{low} to {high}"
    return f"{shown} ({room} as the numbers are rounded)"


def as_rounded(value: float, ends: tuple[float, float], figures: int = 3) -> str:
    """Return a computed value and what it may be as the numbers are rounded: "4.3 (4.2 to 4.4 as ...)"."""
    text, low, high = (plain(v, figures) for v in (value, *ends))
    return text if text == low == high else f"{text} ({low} to {high} as the numbers are rounded)"


def words(roundings: tuple[str, ...], allowed: tuple[str, ...]) -> str:
    """Return "any rounding" where all allowed readings hold, else their names."""
    rounded = tuple(r for r in roundings if r != "cut-off")
    if set(roundings) == set(allowed):
        return "any rounding"
    if "cut-off" in allowed and set(rounded) == set(allowed) - {"cut-off"}:
        return "rounded" if len(rounded) == len(roundings) else "any rounding"
    return " or ".join("cut off" if r == "cut-off" else r for r in roundings)
