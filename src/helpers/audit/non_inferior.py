"""A statement that an arm is not inferior, or as good, and printed intervals go in; what they say comes out.

Not inferior: the whole interval lies on the good side of the margin (ICH E9, E10). Which end counts
follows from the margin (a ratio above 1 asks for the upper end, a difference below 0 for the lower)
or is said by `end`; where neither tells, both readings are given. Whether the margin is a sound one
is not asked.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from helpers.audit.findings import HELD, Under, worst
from helpers.audit.model import Report, Result, Statement
from helpers.audit.printed import Printed, parse, parts, span
from helpers.audit.scale import EFFICACY, LINEAR, SHARES, scale, unit

Found = tuple[str, str]


def non_inferior(
    statement: Statement, rests: list[Result], report: Report, verdict: Callable[[Result], str]
) -> tuple[str, str, tuple[Under, ...]]:
    """Return (verdict, reason, live readings) of a statement that an arm is not inferior.

    `rests`: the results it rests on; `verdict` gives that of a result whose interval supports it.
    """
    margin = parse(statement.margin) if statement.margin else None
    with_interval = [r for r in rests if r.kind in ("ratio", "km-curve") and any(r.ci)]
    if margin is None:
        return "not checkable", "no margin is printed", ()
    if not with_interval:
        return (
            "not checkable",
            "no interval of a difference or ratio between the arms is printed",
            (),
        )
    out: list[tuple[str, Found]] = []
    for result in with_interval:
        for end, limit in _limits(result, margin, statement.end):
            out.append((_reading(end, limit, margin), _held(result, end, limit, verdict)))
    verdicts = {found[0] for _, found in out}
    why = "; ".join(dict.fromkeys(said for _, (_, said) in out))
    under = tuple(Under(reading, found[0]) for reading, found in out) if len(out) > 1 else ()
    if len(verdicts) == 1 or verdicts <= set(HELD):
        return worst(verdicts), why, under
    if len({end for end, _ in _limits(with_interval[0], margin, statement.end)}) > 1:
        return "not checkable", f"{why}; which end counts is not said", under
    return worst(verdicts), why, under


def equivalent(
    statement: Statement, rests: list[Result], verdict: Callable[[Result], str]
) -> tuple[str, str, tuple[Under, ...]]:
    """Return (verdict, reason, live readings) of a statement that two arms are equivalent.

    Both ends of every printed interval must lie within the margins: two, or one to either side.
    """
    margins = [parse(part) for part in parts(statement.margin)] if statement.margin else []
    rests = [r for r in rests if r.kind in ("ratio", "km-curve") and any(r.ci)]
    if not margins or None in margins or not rests:
        return "not checkable", "no margin, or no interval of the comparison, is printed", ()
    found = [_held(result, end, limit, verdict) for result in rests
             for end, limit in zip(("lower", "upper"), _both(result, margins), strict=True)]  # fmt: skip
    why = "; ".join(said for _, said in found)
    return worst(held for held, _ in found), why, ()


def _both(result: Result, margins: list[Printed]) -> tuple[Fraction, Fraction]:
    """Return the limits of both ends, on the scale of the printed interval."""
    values = sorted(margin.value * _unit(result, margin) for margin in margins)
    if len(values) == 2:
        return values[0], values[1]
    (one,) = values
    if result.measure in LINEAR or result.measure == EFFICACY:
        return -abs(one), abs(one)
    null = scale(result).null
    low, high = sorted((one, Fraction(null**2) / one))
    return low, high


def _limits(result: Result, margin: Printed, end: str) -> list[tuple[str, Fraction]]:
    """Return the ends that may count and the limit of each, on the scale of the printed interval."""
    if result.measure == EFFICACY:
        return [(end or "lower", margin.value * _unit(result, margin))]
    if result.measure not in LINEAR:
        limit = margin.value * _unit(result, margin)
        return [(end or ("upper" if limit > scale(result).null else "lower"), limit)]
    size = abs(margin.value) * _unit(result, margin)
    if end:
        return [(end, size if end == "upper" else -size)]
    if margin.value < 0:
        return [("lower", -size)]
    both = [("lower", -size), ("upper", size)]
    # where one end alone is printed it is the one that counts
    return [pair for pair, text in zip(both, result.ci, strict=True) if text]


def _unit(result: Result, margin: Printed) -> Fraction:
    """Return what a margin of a difference is multiplied with to be in the interval's unit."""
    if result.measure not in SHARES:
        return Fraction(1)
    above = result.measure in ("risk difference", EFFICACY) and abs(margin.value) >= 1
    in_percent = "%" in margin.text or above
    return Fraction(round(unit(result)), 100 if in_percent else 1)


def _reading(end: str, limit: Fraction, margin: Printed) -> str:
    return f"margin {margin.text}: the {end} end must stay {_side(end)} {_text(limit)}"


def _side(end: str) -> str:
    return "below" if end == "upper" else "above"


def _text(limit: Fraction) -> str:
    return f"{float(limit):g}".replace("-", "−")


def _held(result: Result, end: str, limit: Fraction, verdict) -> Found:
    """Return whether the printed end stays on the good side of its limit, as far as it is rounded."""
    text = result.ci[1 if end == "upper" else 0]
    number = parse(text) if text else None
    if number is None or number.sign:
        return "not checkable", f"the {end} end of “{result.id}” is not printed"
    low, high = (Fraction(v).limit_denominator(10**9) for v in span(number, "half-up"))
    said = f"the {end} end of the {result.level} interval of “{result.id}” is {text}"
    good = number.value < limit if end == "upper" else number.value > limit
    if low < limit < high:
        return "not checkable", f"{said}, which as rounded may lie on either side of {_text(limit)}"
    if good:
        return verdict(result), f"{said}, {_side(end)} the margin of {_text(limit)}"
    return "questioned", f"{said}, which is not {_side(end)} the margin of {_text(limit)}"
