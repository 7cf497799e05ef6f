"""A `Record` in, its printed form out: the one rounding rule of the book. It never emits markup.

Decimals come from the record's `digits`; P values have two significant figures and "< 0.001"
below that; proportions print as per cent; an interval is "a to b".
"""

from __future__ import annotations

import math

from helpers.results import Record

MINUS = "\u2212"
PARTS = ("full", "value", "ci", "p", "n", "estimate", "bare", "upper", "lower")


def decimal_text(value: float, digits: int | None) -> str:
    """`value` with `digits` decimals (None: three significant figures), a true minus sign."""
    if math.isinf(value):
        return "not reached" if value > 0 else f"{MINUS}∞"
    if digits is None:
        magnitude = math.floor(math.log10(abs(value))) if value else 0
        digits = max(0, 2 - magnitude)
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def p_text(p: float) -> str:
    """ "P = 0.0042" with two significant figures, "P < 0.001" below 0.001."""
    if p < 0.001:
        return "P < 0.001"
    if p > 0.9949:
        return "P > 0.99"
    digits = 1 - math.floor(math.log10(p)) if p > 0 else 3
    return f"P = {p:.{digits}f}"


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
    return f" {record.unit}"


def interval_text(record: Record) -> str:
    """ "160 to 244" or "" when the record has no interval."""
    if record.lower is None and record.upper is None:
        return ""
    if record.lower is None:
        return f"at most {number_text(record, record.upper)}"
    upper = "∞" if record.upper is not None and math.isinf(record.upper) else None
    return f"{number_text(record, record.lower)} to {upper or number_text(record, record.upper)}"


def record_text(record: Record, part: str = "full") -> str:
    """The record in words.

    `part`: "full" = value, unit, 95% interval and n; "estimate" = without n; "value" = value and
    unit; "bare" = the number alone; "ci", "p", "n", "lower", "upper" = that part alone.
    """
    if part not in PARTS:
        raise ValueError(f"record {record.key!r}: expected a part among {PARTS}, found {part!r}")
    if record.value is None and record.text and record.lower is None and part != "n":
        return record.text  # words in place of a number, whichever part is asked for
    if part == "p":
        return "no P" if record.p_value is None else p_text(record.p_value)
    if part == "n":
        return "–" if record.n is None else f"{record.n:,}"
    if part in ("lower", "upper"):
        return number_text(record, getattr(record, part)) + unit_text(record)
    if part == "ci":
        return interval_text(record)
    if record.text:
        return record.text
    value = number_text(record, record.value)
    if part == "bare" or (record.value is not None and math.isinf(record.value)):
        return value
    value += unit_text(record)
    if part == "value":
        return value
    spread = "Q1, Q3" if record.method == "quartiles" else "95% CI"
    inside = [f"{spread} {interval_text(record)}"] if interval_text(record) else []
    if part == "full" and record.n is not None:
        inside.append(f"n = {record.n:,}")
    return f"{value} ({'; '.join(inside)})" if inside else value
