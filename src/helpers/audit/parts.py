"""Results that are parts of one another go in; whether their numbers add up comes out (check `parts`).

`sum_of`: the patients of the results named, each in one of them (subgroups, worst grades). `any_of`:
patients with any of several events, of which one may have more. `part_of`: they are among the patients
of another result (complete among all responses, per protocol among all, alive at five years among alive
at two). `events`: no fewer than the patients who had them. `at_risk`: no more than the curve leaves.
Where no count is printed, every one that prints the percentage is allowed.
"""

from __future__ import annotations

from collections.abc import Callable

from helpers.audit.findings import HELD, Check, worst
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse, whole_ends, widest
from helpers.audit.tables import Cell, cells, count_ends
from helpers.rounding import plain

NAME = "parts"
METHOD = "sums of whole patients"
Ends = tuple[int, int]
Found = tuple[str, str]  # verdict, why
Rule = Callable[[Result, int, Report], Found | None]


def check_parts(result: Result, report: Report) -> list[Check]:
    """Return the checks of a result against those it is made of, or is part of, one a relation."""
    out = []
    for field, (rule, asks) in RULES.items():
        if not any(getattr(result, field)) or result.kind == "km-curve":
            continue
        found = [(arm, rule(result, k, report)) for k, arm in enumerate(result.arms)]
        told = [(report.arm(arm).label, *one) for arm, one in found if one is not None]
        if told:
            out.append(_check(result, field, told, asks))
    return out


def _check(result: Result, field: str, told: list[tuple[str, str, str]], asks: str) -> Check:
    """Return the check of one relation; of one that does not hold, the arms where it does not."""
    verdict = worst(word for _, word, _ in told)
    kept = [one for one in told if one[1] == verdict] if verdict not in HELD else told
    why = "; ".join(f"{label}: {said}" for label, _, said in kept)
    computed = {"by_arm": {label: [word, said] for label, word, said in told}}
    asks = "" if verdict in HELD else asks.format(result.id)
    return Check(result.id, NAME, verdict, (), computed, METHOD, why, field.replace("_", " "), asks)


def counts_of(result: Result, name: str, report: Report) -> tuple[Cell, Ends] | None:
    """Return an arm's printed cell and the least and most patients that print it; None: nobody knows.

    A cell that no patients print is told of by its own check.
    """
    cell = cells(result, report)[result.arms.index(name)]
    if cell.count is None and result.kind == "km-percent":
        return None
    ends = count_ends(cell, report.readings.rounding)
    return None if ends is None else (cell, ends)


def _others(result: Result, field: str, place: int, report: Report):
    """Return the (cell, ends) of the results that a field names, in one arm; None where one has none."""
    named = getattr(result, field)
    names = (named,) if isinstance(named, str) else named
    arm = result.arms[place]
    found = [counts_of(report.result(one), arm, report) for one in names]
    own = counts_of(result, arm, report)
    return None if own is None or None in found else (*own, found)


def _sum(result: Result, place: int, report: Report) -> Found | None:
    """Whether an arm's patients are those of the parts; those of whom no part is may have it or not."""
    known = _others(result, "sum_of", place, report)
    if known is None:
        return None
    cell, own, others = known
    sizes = [other.size for other, _ in others]
    low, high = (sum(ends[k] for _, ends in others) for k in (0, 1))
    shown = f"{' + '.join(whole_ends(ends) for _, ends in others)} = {whole_ends((low, high))}"
    missing = 0
    if cell.size is not None and None not in sizes and any(n != cell.size for n in sizes):
        missing = cell.size - sum(sizes)
        if missing < 0:
            shown = " + ".join(map(str, sizes))
            return "impossible", f"the parts have {shown} patients, more than {cell.size}"
    more = f", and {missing} patients in no part" if missing else ""
    if own[0] > high + missing or own[1] < low:
        return "impossible", f"{shown}{more}, printed {whole_ends(own)}"
    exact = low == high and own == (low, low)
    return "reproduced" if exact and not missing else "compatible", f"{shown}{more}"


def _any(result: Result, place: int, report: Report) -> Found | None:
    """Whether patients with any event are no fewer than with the commonest, and no more than all together."""
    known = _others(result, "any_of", place, report)
    if known is None:
        return None
    _, own, others = known
    least, most = max(ends[0] for _, ends in others), sum(ends[1] for _, ends in others)
    if own[1] < least:
        return "impossible", f"{whole_ends(own)} had any, but {least} had one of them"
    if own[0] > most:
        return "impossible", f"{whole_ends(own)} had any, but all together are {most}"
    return "compatible", f"{whole_ends(own)} lies between {least} and {most}"


def _part(result: Result, place: int, report: Report) -> Found | None:
    """Whether patients, and those without the event among fewer patients, are no more than the whole has."""
    known = _others(result, "part_of", place, report)
    if known is None:
        return _part_of_curve(result, place, report)
    cell, own, [(whole, ends)] = known
    if cell.size and whole.size and cell.size > whole.size:
        return "impossible", f"a part of {cell.size} patients among {whole.size}"
    if own[0] > ends[1]:
        return (
            "impossible",
            f"{whole_ends(own)} are more than {whole_ends(ends)}, of whom they are part",
        )
    if cell.size and whole.size and cell.size < whole.size:
        without, all_without = cell.size - own[1], whole.size - ends[0]
        if without > all_without:
            return (
                "impossible",
                f"{without} without the event are more than all {all_without} without it",
            )
    return "compatible", f"{whole_ends(own)} are no more than {whole_ends(ends)}"


def _part_of_curve(result: Result, place: int, report: Report) -> Found | None:
    """Whether a percentage is no larger than that of which it is a part; two curves may cross by losses."""
    other = report.result(result.part_of)
    mine, whole = (cells(r, report)[r.arms.index(result.arms[place])] for r in (result, other))
    if mine.percent is None or whole.percent is None:
        return None
    least = widest(mine.percent, report.readings.rounding)[0]
    most = widest(whole.percent, report.readings.rounding)[1]
    shown = f"{mine.percent.text} of “{result.id}”", f"{whole.percent.text} of “{other.id}”"
    if least <= most:
        return "compatible", f"{shown[0]} is no more than {shown[1]}"
    one_curve = result.kind == other.kind == "km-percent" and result.at != other.at
    why = f"{shown[0]} is more than {shown[1]}, of which it is part"
    return ("impossible" if one_curve else "questioned"), why


def _events(result: Result, place: int, report: Report) -> Found | None:
    """Whether events are no fewer than the patients who had them, and none where nobody had one."""
    known, text = counts_of(result, result.arms[place], report), result.events[place]
    if known is None or not text:
        return None
    events, (least, most) = int(parse(text).value), known[1]
    if events < least:
        return "impossible", f"{events} events in {whole_ends(known[1])} patients"
    if most == 0 < events:
        return "impossible", f"{events} events, and no patient who had one"
    each = f", {plain(events / most, 3)} each" if least == most and most else ""
    return "compatible", f"{events} events in {whole_ends(known[1])} patients{each}"


def _at_risk(result: Result, place: int, report: Report) -> Found | None:
    """Whether a curve leaves at least the share of patients still at risk.

    Who is lost only raises it above that share; so do events at that very time, which are few.
    """
    cell, text = cells(result, report)[place], result.at_risk[place]
    if cell.percent is None or not cell.size or not text:
        return None
    left = int(parse(text).value)
    share = f"{left} of {cell.size} at risk are {plain(100 * left / cell.size, 3)}%"
    low, high = widest(cell.percent, report.readings.rounding)
    most = {"survival": high, "cumulative": 100 - low}
    alive = most.get(result.y_axis, max(most.values()))
    if 100 * left / cell.size > alive * (1 + 1e-12):
        return "questioned", f"{share}, more than the curve leaves ({cell.percent.text})"
    return "compatible", share


RULES: dict[str, tuple[Rule, str]] = {
    "sum_of": (_sum, "Do the parts of “{}” add up, and of how many patients are they?"),
    "any_of": (_any, "How many patients had any of the events of “{}”, and how many each?"),
    "part_of": (_part, "Which patients of “{}” are not among those of whom they are part?"),
    "events": (_events, "How many events of “{}” were there, and in how many patients?"),
    "at_risk": (_at_risk, "How many patients were at risk at the time of “{}”?"),
}
