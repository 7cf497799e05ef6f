"""A `Record` in, its printed form out: the one rounding rule of the book. It never emits markup.

Decimals come from the record's `digits`, without them three significant figures (per cent: one
decimal); P values have two significant figures and "< 0.001" below that; proportions print as per
cent; an interval is "a to b", quartiles are "[Q1, Q3: a, b]", a count is "5 (41.7%)". Ties round away
from zero (`helpers.rounding`).
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from helpers.present.words import MINUS, interval_words
from helpers.results import NUMBERS, SIGNIFICANT, TOLERANCE, Record, number
from helpers.rounding import to_decimals, to_figures

PARTS = ("full", "value", "ci", "p", "n", "estimate", "bare", "upper", "lower", "count", "round")


def _magnitude(value: float, figures: int) -> int:
    """The power of ten of `value` once rounded to so many significant figures: 0.0999 -> -1 (two)."""
    rounded = to_figures(abs(value), figures)
    return int(f"{rounded:.{figures - 1}e}".partition("e")[2]) if value else 0


def decimal_text(value: float, digits: int | None) -> str:
    """`value` with `digits` decimals (None: three significant figures), a true minus sign."""
    if math.isinf(value):
        return "not reached" if value > 0 else f"{MINUS}∞"
    if abs(value) < sys.float_info.min:
        value = 0.0  # an end that is open at 0 is the number next to it
    if digits is None:
        digits = max(0, 2 - _magnitude(value, 3))
    text = f"{to_decimals(value, digits):,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def p_text(p: float) -> str:
    """ "P = 0.0042" with two significant figures, "P < 0.001" below 0.001."""
    p = number(p, significant=SIGNIFICANT)
    if p < 0.001:
        return "P < 0.001"
    if p > 0.9949:
        return "P > 0.99"
    decimals = 1 - _magnitude(p, 2)
    return f"P = {to_decimals(p, decimals):.{decimals}f}"


def p_of(record: Record) -> str:
    """The P of a record, which has one: in the words of a line above it where that is all.

    Of a test whose statistic is withheld these words stand in the place of its value.
    """
    said = record.text if record.value is None and record.text.startswith("P ") else ""
    return record.p_words or said or p_text(record.p_value)


def number_text(record: Record, value: float | None) -> str:
    """One of the record's numbers in its unit's scale, without the unit (per cent keeps its %)."""
    if value is None:
        return "–"
    if record.unit == "proportion":
        return decimal_text(100 * value, 1 if record.digits is None else record.digits) + "%"
    return decimal_text(value, record.digits)


def unit_text(record: Record) -> str:
    """The unit as printed after a number, with its leading space; plural for times."""
    if record.unit in ("", "proportion", "ratio"):
        return ""
    if record.unit in ("day", "week", "month"):
        return f" {record.unit}" if record.value == 1 else f" {record.unit}s"
    return after_number(record.unit)


def after_number(unit: str) -> str:
    """A unit with the space that separates it from its number; "%" has none."""
    return unit if unit.startswith("%") else f" {unit}"


def interval_text(record: Record) -> str:
    """ "160 to 244" or "" when the record has no interval."""
    if record.lower is None and record.upper is None:
        return ""
    if record.lower is None:
        return f"at most {number_text(record, record.upper)}"
    upper = "∞" if record.upper is not None and math.isinf(record.upper) else None
    return f"{number_text(record, record.lower)} to {upper or number_text(record, record.upper)}"


def quartiles_text(record: Record) -> str:
    """ "[Q1, Q3: 4.0, 20.0]": a spread, told apart from an interval by its brackets."""
    return f"[Q1, Q3: {number_text(record, record.lower)}, {number_text(record, record.upper)}]"


def count_text(record: Record) -> str:
    """ "5 (41.7%)" of a proportion among n subjects; `ValueError` for anything else."""
    if record.unit != "proportion" or record.n is None or record.value is None:
        raise ValueError(
            f"record {record.key!r}: expected a proportion with n for the part 'count', found the unit "
            f"{record.unit!r} and n = {record.n}: choose another part"
        )
    return f"{decimal_text(record.value * record.n, 0)} ({number_text(record, record.value)})"


def record_text(record: Record, part: str = "full") -> str:
    """The record in words.

    `part`: "full" = value, unit, interval with its level and n; "estimate" = without n; "value" = value and
    unit; "bare" = the number alone; "ci", "p", "n", "lower", "upper" = that part alone; "count" = a
    proportion as count and per cent; "round" = value and unit without decimals.
    """
    if part not in PARTS:
        raise ValueError(f"record {record.key!r}: expected a part among {PARTS}, found {part!r}")
    if record.value is None and record.text and record.lower is None and part != "n":
        return record.text  # words in place of a number, whichever part is asked for
    if part in ALONE:
        return ALONE[part](record)
    if record.text:
        return record.text
    if record.value is None:
        return _ends_text(record) if part in ("full", "estimate") else "–"
    if is_p(record):
        return p_of(record).removeprefix("P = ").removeprefix("P ")
    if part == "count":
        return count_text(record)
    if part == "round":
        return number_text(replace(record, digits=0), record.value) + unit_text(record)
    value = number_text(record, record.value)
    if part == "bare" or math.isinf(record.value):
        return value
    value += unit_text(record)
    return value if part == "value" else _with_its_interval(record, value, part)


def _with_its_interval(record: Record, value: str, part: str) -> str:
    if record.method == "quartiles" and interval_text(record):
        value, inside = f"{value} {quartiles_text(record)}", []
    else:
        ends, words = interval_text(record), interval_words(record)[1]
        inside = [f"{words} {ends}"] if ends else []
    if part == "full" and record.n is not None:
        inside.append(f"n = {record.n:,}")
    return f"{value} ({'; '.join(inside)})" if inside else value


def _end_text(record: Record, end: str) -> str:
    return number_text(record, getattr(record, end)) + unit_text(record)


ALONE: dict[str, Callable[[Record], str]] = {  # parts that stand without the value
    "p": lambda record: "no P" if record.p_value is None else p_of(record),
    "n": lambda record: "–" if record.n is None else f"{record.n:,}",
    "lower": partial(_end_text, end="lower"),
    "upper": partial(_end_text, end="upper"),
    "ci": interval_text,
}


def is_p(record: Record) -> bool:
    """Whether the record's value is itself a P value, which has no interval.

    A ratio of 1.0 beside a P of 1.0, as rounded editions have them, is none.
    """
    same = record.p_value is not None and record.p_value == record.value
    return same and not record.unit and record.lower is None


def _ends_text(record: Record) -> str:
    """A record that has two ends and no value between them: "−46 to 298 cells/µL"."""
    return interval_text(record) + unit_text(record) if interval_text(record) else "–"


def on_an_edge(record: Record) -> str:
    """The field of the record whose printed text another machine's last bits could turn, or "".

    A number may be `TOLERANCE` off on another machine. Where both ends of that range print alike,
    nothing can happen; nor where the ten digits are exactly a half, which every machine then has.
    """
    for name in NUMBERS:
        value = getattr(record, name)
        if value is None or not math.isfinite(value):
            continue
        p = name == "p_value"
        forms = (
            [p_text]
            if p
            else [partial(number_text, r) for r in (record, replace(record, digits=0))]
        )
        ends = [value * (1 + side * TOLERANCE) for side in (-1, 0, 1)]
        scale = 100 if record.unit == "proportion" and not p else 1
        alike = all(len({form(end) for end in ends}) == 1 for form in forms)
        if not alike and not _is_half(scale * number(value, significant=SIGNIFICANT)):
            return name
    return ""


def _is_half(value: float) -> bool:
    """Whether ten digits of the value end in 5 where fewer than ten are written: 0.125, 10.5."""
    digits = f"{value:.{SIGNIFICANT - 1}e}".partition("e")[0].rstrip("0").replace(".", "")
    return digits.endswith("5") and len(digits.lstrip("-")) < SIGNIFICANT
