"""Printed medians go in; whether whole numbers of so many patients can have them comes out.

Check `median-possible`: a half needs an even number of patients, and range and quartiles hold the
median. Nothing is assumed about how quartiles were computed.
"""

from __future__ import annotations

from helpers.audit.findings import Check, worst
from helpers.audit.mean_p import number
from helpers.audit.model import Report, Result
from helpers.audit.p_alone import unsupported
from helpers.audit.printed import Printed, parse
from helpers.audit.rank_range import check_rank_p
from helpers.audit.tables import cells

ALWAYS = "at an even number of patients every whole or half median would have passed"


def check_medians(result: Result, report: Report) -> list[Check]:
    """Return the check of medians: halves need an even n, and range and quartiles hold the median."""
    parts, verdicts, computed, sizes = [], [], {}, []
    for place, cell in enumerate(cells(result, report)):
        median = number(result.median, place)
        if median is None:
            continue
        label = report.arm(cell.arm).label
        verdict, why = _median(result, place, cell.size, median)
        parts.append(f"{label}: {why}")
        verdicts.append(verdict)
        sizes.append(cell.size)
        computed[label] = {"n": cell.size, "median": median.text}
    always = verdicts and set(verdicts) == {"compatible"} and not any(n and n % 2 for n in sizes)
    verdict = worst(verdicts) if any(v != "not checkable" for v in verdicts) else "not checkable"
    power, passes = (ALWAYS, 1.0) if always else ("", None)
    asks = "" if verdict != "impossible" else (
        f"What are the medians of “{result.id}”, and what stands beside them?")  # fmt: skip
    checks = [Check(result.id, "median-possible", verdict, (), computed, "order statistics of whole numbers",
                    "; ".join(parts), "median", asks, power=power, passes=passes)]  # fmt: skip
    if result.p and result.p[0]:
        asks = f"What are the single values of “{result.id}”?"
        ranks = check_rank_p(result, report)
        checks.append(ranks or unsupported(result, "a P of medians needs the single values", asks))
    return checks


def _median(result: Result, place: int, n: int | None, median: Printed) -> tuple[str, str]:
    for name, field in (("range", "range"), ("iqr", "iqr"), ("interval", "intervals")):
        pair = getattr(result, field)
        low, high = (
            parse(e) if e else None for e in (pair[place] if place < len(pair) else ("", ""))
        )
        if (low and low.value > median.value) or (high and high.value < median.value):
            return "impossible", f"{median.text} lies outside its own {name}"
    if not result.whole:
        return "not checkable", "not said to be whole numbers, so any median is possible"
    doubled = 2 * median.value
    if doubled.denominator != 1:
        return "impossible", f"{median.text} is no median of whole numbers"
    if doubled % 2 == 0:
        return "compatible", f"{median.text} is possible for any number of patients"
    if n is None:
        return "compatible", f"{median.text} needs an even number of patients"
    if n % 2:
        return "impossible", f"{median.text} needs an even number of patients, and {n} is odd"
    return "compatible", f"{median.text} needs an even number of patients, and {n} is even"
