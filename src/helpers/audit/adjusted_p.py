"""P values beside those corrected for several comparisons go in; whether a correction gives them, out.

Check `corrected-p`. A family are the results of one `correction` and number of comparisons. Every
correction here grows with each P, so that the ends of a corrected P lie where all P are smallest or
largest; comparisons that are not printed have a P anywhere. With more comparisons none gets smaller,
but Benjamini and Hochberg's, down to the P itself.
A P that is printed only corrected is no smaller than the one computed, and at most so many times it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from helpers.analyse.multiplicity import adjust
from helpers.audit.findings import HELD, Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse, prints, widest
from helpers.audit.wording import corrections, names_correction
from helpers.rounding import plain

NAME = "corrected-p"
PART = "corrected P"
METHOD = "adjusted P values"
MOST = 1000  # comparisons that may have been made, where their number is not printed
ALONE = ("Bonferroni", "Šidák")  # each P by itself, so that one number of comparisons serves all
FALSE_RATE = "Benjamini-Hochberg"
Ends = tuple[float, float]
Correct = Callable[[Sequence[float]], Sequence[float]]


def sidak(p: Sequence[float]) -> list[float]:
    """Return P values corrected by Šidák's rule: the chance of one so small among as many."""
    return [-math.expm1(len(p) * math.log1p(-v)) if v < 1 else 1.0 for v in p]


CORRECTIONS: dict[str, Correct] = {
    "Bonferroni": lambda p: adjust(p, method="bonferroni"),
    "Šidák": sidak,
    "Holm": lambda p: adjust(p, method="holm"),
    "Hochberg": lambda p: adjust(p, method="hochberg"),
    FALSE_RATE: lambda p: adjust(p, method="benjamini-hochberg"),
}


def check_corrected(report: Report) -> list[Check]:
    """Return the checks of corrected P values, one a result that prints both."""
    families: dict[tuple[str, int | None], list[Result]] = {}
    for result in report.results:
        if result.p_adjusted and any(result.p):
            key = " ".join(result.correction.lower().split()), result.comparisons
            families.setdefault(key, []).append(result)
    return [check for family in families.values() for check in _family(family, report)]


def _family(family: list[Result], report: Report) -> list[Check]:
    """Return the checks of one family: by the method that gives all of it, else by each that may be."""
    named = corrections(family[0].correction)
    said = family[0].correction.strip()
    first: list[Check] = []
    for method in named if said else tuple(CORRECTIONS):
        for many in _numbers(family, method):
            checks = [_one(r, method, ends, middle, report)
                      for r, ends, middle in _computed(family, method, many, report)]  # fmt: skip
            if all(check.verdict in HELD for check in checks):
                return _counted(checks, many, family)
            first = first or checks
    if said and first:
        return first
    return [_unlike(result, said, report) for result in family]


def _numbers(family: list[Result], method: str) -> Iterable[int]:
    """Return the numbers of comparisons to try: all that one factor could tell, where none is printed."""
    known = max(family[0].comparisons or 0, len(family))
    alone = family[0].comparisons is None and method in ALONE
    return range(known, MOST + 1 if alone else known + 1)


def _counted(checks: list[Check], many: int, family: list[Result]) -> list[Check]:
    """Return checks that all hold, with the number of comparisons where that is no printed one."""
    if many == max(family[0].comparisons or 0, len(family)):
        return checks
    return [replace(c, verdict="compatible", readings=(*c.readings, f"{many} comparisons"))
            for c in checks]  # fmt: skip


def _boxes(result: Result, text: str, report: Report) -> Ends:
    """Return the least and largest P that is printed so."""
    low, high = widest(parse(text), report.readings.rounding)
    return max(0.0, low), min(1.0, high)


def _computed(family: list[Result], method: str, many: int, report: Report) -> Iterable[tuple]:
    """Yield every result with the ends of its corrected P, and that of the P as printed (or None)."""
    boxes = [_boxes(r, r.p[0], report) for r in family]
    known = [parse(r.p[0]) for r in family]
    more = many - len(family)
    correct = CORRECTIONS[method]
    low = correct([a for a, _ in boxes] + [0.0] * more)
    high = correct([b for _, b in boxes] + [1.0] * more)
    settled = (not more or method in ALONE) and not any(n.sign for n in known)
    middle = correct([*map(float, known), *[1.0] * more]) if settled else [None] * len(family)
    for place, result in enumerate(family):
        one = middle[place]
        yield result, (float(low[place]), float(high[place])), None if one is None else float(one)


def _one(result: Result, method: str, ends: Ends, middle: float | None, report: Report) -> Check:
    """Return the check of one corrected P against a method."""
    wanted, ways = parse(result.p_adjusted), report.readings.rounding
    (low, high), (itself, _) = (_boxes(result, p, report) for p in (result.p_adjusted, result.p[0]))
    shown = f"{plain(ends[0], 3)} to {plain(ends[1], 3)} as the numbers are rounded"
    why = f"printed {result.p_adjusted} for {result.p[0]}; {method}'s correction gives {shown}"
    verdict = "questioned"
    if middle is not None and any(prints(middle, wanted, r) for r in ways):
        verdict = "reproduced"
    elif low <= ends[1] and ends[0] <= high:
        verdict = "compatible"
    elif low > ends[1] and result.comparisons is None and method not in ALONE:
        verdict, why = "not checkable", f"{why}; of more comparisons it is larger"
    elif method == FALSE_RATE and result.comparisons is None and high >= itself:
        verdict, why = "not checkable", f"{why}; of more comparisons it may be smaller"
    readings = (f"corrected P: {method}",) if verdict in HELD else ()
    asks = "" if readings else _asks(result)
    return Check(result.id, NAME, verdict, readings, {"range": list(ends)}, METHOD, why, PART, asks)


def _asks(result: Result) -> str:
    return f"Of how many comparisons, and how, is the P of “{result.id}” corrected?"


def _unlike(result: Result, said: str, report: Report) -> Check:
    """Return the check of a corrected P whose method is not known here: it is no smaller than the P."""
    _, high = _boxes(result, result.p_adjusted, report)
    least, _ = _boxes(result, result.p[0], report)
    if high < least:
        why = f"the corrected P, {result.p_adjusted}, is below the P itself, {result.p[0]}"
        return Check(result.id, NAME, "questioned", (), {}, METHOD, why, PART, _asks(result))
    how = f"a correction by {said}" if said else "a correction other than the usual ones"
    why = f"{result.p_adjusted} for {result.p[0]}: {how} cannot be computed again"
    return Check(result.id, NAME, "not checkable", (), {}, METHOD, why, PART, _asks(result))


def as_corrected(checks: list[Check], result: Result, report: Report) -> list[Check]:
    """Return the checks of a result whose printed P is a corrected one: larger than computed, it is open."""
    if not names_correction(result) or not any(result.p) or result.kind == "change":
        return checks
    printed = _boxes(result, result.p[0], report)
    return [_larger(check, printed, result) if check.part == "P" and check.verdict == "questioned"
            else check for check in checks]  # fmt: skip


def _larger(check: Check, printed: Ends, result: Result) -> Check:
    """Return a check of P that questions a P, where it is corrected: not if it is so many times larger."""
    ends = _range(check.computed)
    most = result.comparisons or MOST
    if ends is None or printed[1] < ends[0] or printed[0] > min(1.0, most * ends[1]):
        return check
    why = f"{check.why}; a P corrected for several comparisons is larger, at most as many times"
    if result.comparisons is None:
        return replace(check, verdict="not checkable", why=why, asks=_asks(result))
    readings = (f"P: corrected for {result.comparisons} comparisons",)
    return replace(check, verdict="compatible", why=why, readings=readings, asks="")


def _range(computed: dict) -> Ends | None:
    """Return the least and largest P that a check computed by any test; None where it has none."""
    found = computed.get("range") or computed.get("p")
    values = found.values() if isinstance(found, dict) else [found]
    flat = [v for one in values for v in (one if isinstance(one, list | tuple) else [one])]
    flat = [float(v) for v in flat if isinstance(v, int | float) and v == v]
    return (min(flat), max(flat)) if flat else None
