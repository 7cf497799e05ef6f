"""A report and its audit in, what is printed, what is settled and what is open in words out.

Nothing is judged here: every sentence says what a verdict or a check of the audit holds.
"""

from __future__ import annotations

from helpers.audit.findings import Audit, Check, ResultVerdict
from helpers.audit.mean_p import is_geometric
from helpers.audit.model import Report, Result
from helpers.audit.printed import p_text
from helpers.rounding import per_cent, plain, short

BY_ARM = {
    "percent": "{}", "count": "{} patients", "of": "of {}", "mean": "mean {}", "sd": "SD {}",
    "se": "SE {}", "median": "median {}", "before": "before {}", "after": "after {}",
    "events": "{} events", "at_risk": "{} at risk", "intervals": "interval {}", "range": "range {}",
    "iqr": "quartiles {}", "time": "person-time {}", "rate": "rate {}",
}  # fmt: skip


MADE_OF = {
    "between": "between",
    "sum_of": "sum of",
    "any_of": "any of",
    "strata": "over",
    "categories": "of",
}


def number(value: float) -> str:
    """A P value with two figures, as `rounding.plain` writes it."""
    return plain(value, 2)


def share(value: float) -> str:
    """A share as per cent, with as many figures as tell it from none and from all."""
    percent = 100 * value
    if 0 < percent < 0.01:
        return "less than 0.01%"
    if 99.99 < percent < 100:
        return "more than 99.99%"
    return f"{short(percent, 3)}%" if percent < 1 else per_cent(value, 1)


def printed_lines(result: Result, report: Report) -> list[str]:
    """What is printed of a result, a line an arm and a line for what is common to them."""
    lines = []
    for place, arm in enumerate(result.arms):
        events = result.kind == "rate" or any(result.time) or any(result.rate)
        forms = BY_ARM | ({"count": "{} events"} if events else {})
        forms |= {"mean": "geometric mean {}"} if any(result.mean) and is_geometric(result) else {}
        shown = [form.format(_shown(name, getattr(result, name)[place])) for name, form in forms.items()
                 if place < len(getattr(result, name)) and any(getattr(result, name)[place])]  # fmt: skip
        if result.kind == "change" and place < len(result.p) and result.p[place]:
            shown.append(p_text(result.p[place]))
        if shown:
            lines.append(f"{report.arm(arm).label}: {', '.join(shown)}")
    return [*lines, *filter(None, [_common(result)])]


def _shown(name: str, value: str | tuple[str, str]) -> str:
    """Return a printed value; a percentage has its sign, as a cell such as 23 (38.3) lacks it."""
    if name == "percent" and value[-1:].isdigit():
        return f"{value}%"
    return _pair(value)


def _pair(value: str | tuple[str, str]) -> str:
    return " to ".join(value) if isinstance(value, tuple) else value


def _common(result: Result) -> str:
    estimate = (
        f"{_measure(result) or _statistic(result)} {result.value}".strip() if result.value else ""
    )
    p = [] if result.kind == "change" else [p_text(text) for text in result.p if text]
    shown = [
        estimate,
        *(
            f"{words} {_listed(list(getattr(result, name)), 'and')}"
            for name, words in MADE_OF.items()
            if getattr(result, name)
        ),
        f"part of {result.part_of}" if result.part_of else "",
        f"table {'; '.join(' '.join(row) for row in result.table)}" if result.table else "",
        f"{result.level} interval {' to '.join(result.ci)}" if any(result.ci) else "",
        f"{', '.join(result.df)} degrees of freedom" if any(result.df) else "",
        f"per {result.per} of person-time" if result.per else "",
        f"n = {', '.join(result.n)}" if any(result.n) else "",
        *p,
        f"corrected {p_text(result.p_adjusted)}" if result.p_adjusted else "",
        result.correction,
        result.test,
        f"at {result.at}" if result.at else "",
        f"{result.name}: {result.printed}" if result.printed else "",
        f"from the {result.source}" if result.source else "",
        f"curve in {result.curve}" if result.curve else "",
    ]
    return ", ".join(filter(None, shown))


def _statistic(result: Result) -> str:
    """Return what a value is called that has no measure."""
    return f"{result.weights} kappa".strip() if result.kind == "agreement" else result.statistic


def _measure(result: Result) -> str:
    """Return the measure as the report calls it."""
    return result.name if result.kind == "ratio" and result.name else result.measure


def settled(found: Audit) -> list[str]:
    """What the printed numbers settle, a sentence each."""
    out = [f"“{r.id}” can be worked out from the other printed numbers."
           for r in found.results if r.verdict == "reproduced"]  # fmt: skip
    out += [f"“{r.id}” cannot be as printed, under any reading listed: {_end(r.why)}"
            for r in found.results if r.verdict == "impossible"]  # fmt: skip
    for check in found.checks:
        if _leads(check, found) and one_direction(check):
            out.append(
                f"In every trial that prints “{check.result}” the difference points the same way."
            )
    return out


def still_open(found: Audit) -> list[str]:
    """What the printed numbers leave open, a sentence each."""
    out = [f"“{r.id}” is questioned: {_end(r.why)}"
           for r in found.results if r.verdict == "questioned"]  # fmt: skip
    out += [_possible(r, found) for r in found.results if r.verdict == "compatible"]
    unsettled = [r for r in found.results if r.verdict == "not checkable"]
    out += [f"“{r.id}” stays open: {_end(r.why)}" for r in unsettled if _tried(r, found)]
    nothing = [f"“{r.id}”" for r in unsettled if not _tried(r, found)]
    if nothing:
        out.append(f"Nothing printed can confirm or exclude {_listed(nothing)}.")
    return out


def _tried(result: ResultVerdict, found: Audit) -> bool:
    """Whether something was computed that a result which stays open does not print."""
    return any(c.part and c.verdict == "not checkable" and c.computed and c.why in result.why
               for c in found.checks_of(result.id))  # fmt: skip


def one_direction(check: Check) -> bool:
    """Whether all trials of a comparison of curves were gone through and point the same way."""
    held = check.computed
    return bool(check.verdict == "compatible" and held.get("enumerated")
                and held.get("share_first") in (0, 1))  # fmt: skip


def _leads(check: Check, found: Audit) -> bool:
    """Whether a check of curves is the one under whose readings the result's verdict holds."""
    if check.check != "log-rank-range" or check.verdict != "compatible":
        return False
    first = next(c for c in found.checks_of(check.result, check.check) if c.verdict == "compatible")
    return first is check and found.result(check.result).verdict == "compatible"


def _possible(result: ResultVerdict, found: Audit) -> str:
    for check in found.checks_of(result.id, "log-rank-range"):
        shares = check.computed.get("share_once")
        if _leads(check, found) and shares:
            held = share(float(max(shares.values())))
            ends = " to ".join(number(float(check.computed[end])) for end in ("p_min", "p_max"))
            same = "" if one_direction(check) else ", and which arm did better is not settled"
            return (f"“{result.id}” is true of some trials: {held} of those with these percentages print "
                    f"the P, which can be {ends}{same}.")  # fmt: skip
    always = " A random figure would always have passed." if (result.passes or 0) > 0.999 else ""
    return f"“{result.id}” is true of some trials; that does not confirm it.{always}"


def _listed(items: list[str], last: str = "or") -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {last} {items[-1]}"


def _end(text: str) -> str:
    return text if text.endswith(".") else text + "."
