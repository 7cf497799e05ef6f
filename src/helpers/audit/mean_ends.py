"""A mean, its SD, standard error and interval go in; whether they agree with one another comes out.

Check `spreads-agree`: a t interval has the mean in its middle, and its half width is t times the
standard error, which is the SD over the root of n. Every printed number stands for all values that
print so. The middle may be that of the log scale (a geometric mean), and a half width 1.96 standard
errors; an adjusted mean's interval need not be even. Outside its own interval no mean lies.
"""

from __future__ import annotations

from dataclasses import replace

from scipy import special

from helpers.audit.findings import Check, worst
from helpers.audit.mean_p import is_geometric, number, spread_of
from helpers.audit.model import Report, Result
from helpers.audit.printed import as_rounded, parse, span
from helpers.audit.scale import reach
from helpers.audit.tables import cells
from helpers.audit.wording import level, names_adjustment
from helpers.rounding import plain

NAME = "spreads-agree"
PART = "spread"
OTHERS = ("bootstrap", "credible", "bayes", "profile", "back-transform", "robust")
Ends = tuple[float, float]


def check_spreads(result: Result, report: Report) -> list[Check]:
    """Return the check of means in their intervals and of two spreads of one arm; none without them."""
    found = []
    for place, cell in enumerate(cells(result, report)):
        label = report.arm(cell.arm).label
        found += [(verdict, f"{label}: {why}") for verdict, why in
                  (*_middle(result, place), *_two(result, place, cell.size))]  # fmt: skip
    if not found:
        return []
    verdict = worst(verdict for verdict, _ in found)
    said = f"{result.test} {result.quote} {result.note}".lower()
    if verdict == "questioned" and (names_adjustment(result) or any(w in said for w in OTHERS)):
        verdict = "not checkable"
    shown = [why for one, why in found if one != "compatible" or verdict == "compatible"]
    asks = "" if verdict == "compatible" else f"What are the SDs and intervals of “{result.id}”?"
    return [Check(result.id, NAME, verdict, method="t interval of a mean", why="; ".join(shown),
                  part="" if verdict == "compatible" and any(result.p) else PART, asks=asks)]  # fmt: skip


def _spans(result: Result, place: int) -> tuple[Ends, Ends, Ends] | None:
    """Return what a mean and the ends of its interval may be; None where one is missing or a limit."""
    mean = number(result.mean, place)
    pair = result.intervals[place] if place < len(result.intervals) else ("", "")
    printed = [mean, *(parse(end) if end else None for end in pair)]
    if None in printed or any(n.sign for n in printed):
        return None
    return tuple(span(n, "half-up") for n in printed)


def _log_even(spans: tuple[Ends, Ends, Ends] | None) -> bool:
    """Return whether a mean may be the middle of its interval on the log scale; so where there is none."""
    if spans is None:
        return True
    value, low, high = spans
    return low[0] > 0 and value[1] ** 2 >= low[0] * high[0] and value[0] ** 2 <= low[1] * high[1]


def _middle(result: Result, place: int) -> list[tuple[str, str]]:
    """Return whether a mean is the middle of its interval, in words; nothing where one is missing.

    That of the log scale it is where those of all arms may be: one method makes them all.
    """
    spans = _spans(result, place)
    if spans is None:
        return []
    (value, low, high), pair = spans, result.intervals[place]
    text, shown = result.mean[place], f"{pair[0]} to {pair[1]}"
    if value[1] < low[0] or value[0] > high[1]:
        return [("impossible", f"the mean {text} lies outside its own interval, {shown}")]
    if value[1] >= (low[0] + high[0]) / 2 and value[0] <= (low[1] + high[1]) / 2:
        return [("compatible", f"{text} is the middle of {shown}")]
    if all(_log_even(_spans(result, one)) for one in range(len(result.arms))):
        return [("compatible", f"{text} is the middle of {shown} on the log scale")]
    middle = as_rounded(float(parse(pair[0]).value + parse(pair[1]).value) / 2,
                        ((low[0] + high[0]) / 2, (low[1] + high[1]) / 2), 4)  # fmt: skip
    return [("questioned", f"the middle of {shown} is {middle}, not {text}")]


def _two(result: Result, place: int, n: int | None) -> list[tuple[str, str]]:
    """Return whether two spreads of an arm give one SD, in words; nothing where it prints but one."""
    if not n or n < 2:
        return []
    sd, se = number(result.sd, place), number(result.se, place)
    if any(one is not None and one.sign for one in (sd, se)):
        return []
    found = {"SD": spread_of(_only(result, "sd"), place, n, "half-up"),
             "standard error": spread_of(_only(result, "se"), place, n, "half-up"),
             "interval": spread_of(_only(result, "intervals"), place, n, "half-up")}  # fmt: skip
    found = {name: one for name, one in found.items() if one is not None}
    if len(found) < 2 or is_geometric(result):
        return []
    low, high = max(one[1] for one in found.values()), min(one[2] for one in found.values())
    alike = low <= high * (1 + 1e-9) or _normal(found, n, level(result))
    words = ", ".join(f"{name} gives an SD of {plain(one[0], 3)}" for name, one in found.items())
    return [("compatible" if alike else "questioned", f"of {n} patients {words}")]


def _normal(found: dict[str, tuple[float, float, float]], n: int, at: float) -> bool:
    """Return whether an interval made with the normal's z, not with t, agrees with the other spreads."""
    if "interval" not in found:
        return False
    factor = float(special.stdtrit(n - 1, (1 + at) / 2)) / reach(at)
    ends = {
        k: (v[1] * factor, v[2] * factor) if k == "interval" else v[1:] for k, v in found.items()
    }
    return max(a for a, _ in ends.values()) <= min(b for _, b in ends.values())


def _only(result: Result, name: str) -> Result:
    """Return the result with one kind of spread alone."""
    return replace(result, **{other: () for other in ("sd", "se", "intervals") if other != name})
