"""No event in n patients goes in; what that leaves open comes out (`zero-events`); no verdict on safety."""

from __future__ import annotations

from dataclasses import replace

from helpers.analyse.proportions import clopper_pearson, zero_event_upper
from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse
from helpers.audit.share_intervals import check_share_intervals
from helpers.rounding import per_cent, plain

NAME = "zero-events"


def patients(result: Result, report: Report) -> int | None:
    """Return of how many patients none had the event: as printed, or all of the arms named."""
    printed = [parse(text) for text in (*result.n, *result.of) if text]
    if printed:
        return sum(int(number.value) for number in printed)
    sizes = [report.arm(name).n for name in result.arms]
    if None not in sizes:
        return sum(sizes)
    return report.trial.enrolled if len(sizes) == len(report.groups) else None


def _limit(share: float) -> str:
    """Return a limit in per cent, with two figures where one decimal would say little of it."""
    return per_cent(share, 1) if share >= 0.01 else f"{plain(100 * share, 2)}%"


def _intervals(result: Result, report: Report) -> list[Check]:
    """Return the check of printed limits, by arm; those of a single pair are of all patients together."""
    sizes = result.n or result.of or tuple(str(report.arm(name).n or "") for name in result.arms)
    none = ("0",) * len(result.arms)
    if len(sizes) != len(none):
        return []
    return check_share_intervals(replace(result, count=none, of=sizes), report)


def check_zero(result: Result, report: Report) -> list[Check]:
    """Return the check of a zero: the limits of a risk of which no event was seen."""
    n = patients(result, report)
    if not n:
        why = "of how many patients is not printed"
        asks = f"Of how many patients had none the event of “{result.id}”?"
        return [Check(result.id, NAME, "not checkable", why=why, part="zero", asks=asks)]
    one, two = zero_event_upper(n).upper, clopper_pearson(0, n).upper
    why = (f"0 of {n}: the true risk may be up to {_limit(one)} (one-sided 95% limit; "
           f"{_limit(two)} as the upper end of a two-sided interval)")  # fmt: skip
    computed = {"n": n, "upper": one, "upper_two_sided": two}
    asks = f"How was the event of “{result.id}” looked for, and when?"
    return [
        *_intervals(result, report),
        Check(
            result.id,
            NAME,
            "not checkable",
            (),
            computed,
            "exact binomial limits",
            why,
            "zero",
            asks,
        ),
    ]
