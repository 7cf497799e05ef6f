"""A comparison of two curves with a hazard ratio or medians goes in; which trials print it all comes out.

Check `trials-that-print`: of the trials that print the percentages, those whose hazard ratio and
interval, by Cox with Efron's or Breslow's ties, Pike's or (where it is named) Peto's estimate, and
whose medians, at visits of known times, are the printed ones; and the log-rank P that remain. A
hazard ratio beyond the ends over all times of events, whatever the visits, is questioned; one that
no trial gone through prints is questioned at visits of known times and stays open at others.
"""

from __future__ import annotations

import math

from scipy import special

from helpers.audit.curves import AXES, axes, curve_sizes
from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.log_rank.hazard import METHODS, PETO, SLACK, extremes
from helpers.audit.log_rank.kept import Kept, Wanted, keep
from helpers.audit.log_rank.trials import ArmTrials, all_trials, drawn_trials, number
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse, words
from helpers.audit.ratios import level
from helpers.audit.survival import loss_readings
from helpers.audit.tables import cells
from helpers.audit.wording import names_adjustment
from helpers.errors import AnalysisError, ImpossibleError
from helpers.rounding import plain

NAME = "trials-that-print"
ENUMERATED = 600_000  # trials of which the hazard ratio is computed one by one
DRAWS = 100_000
SEED = 1


def wanted_of(result: Result, report: Report) -> Wanted | None:
    """Return what is printed of two curves beside percentages and P; None where nothing can be held."""
    hazard = result.kind == "ratio" and result.measure == "hazard ratio"
    if not (hazard or result.kind == "km-percent") or len(result.arms) != 2:
        return None
    texts = (
        (result.value, *(result.ci if len(result.ci) == 2 else ("", ""))) if hazard else ("",) * 3
    )
    value, *ends = (parse(text) if text else None for text in texts)
    if any(n is not None and (n.sign or n.value < 0) for n in (value, *ends)):
        return None
    times = report.readings.times
    medians = tuple(parse(text) if text else None for text in result.median) if times else ()
    wanted = Wanted(
        value, tuple(ends), float(special.ndtri((1 + level(result)) / 2)), medians, times
    )
    return wanted if wanted.ratio or any(medians) else None


def check_trials(result: Result, report: Report) -> list[Check]:
    """Return the checks of a hazard ratio and of medians, one a reading, until one prints them."""
    wanted = wanted_of(result, report)
    if wanted is None or names_adjustment(result):
        return []
    if any(cell.percent is None and cell.count is None for cell in cells(result, report)):
        return []
    sizes = curve_sizes(result, report)
    if len(sizes) != 1:
        return []
    out: list[Check] = []
    for axis in axes(result):
        for reading, arms in loss_readings(result, report, sizes[0], axis):
            out.append(_check(result, report, wanted, arms, (reading, AXES[axis])))
            if out[-1].verdict == "compatible":
                return out
    return out


def _check(result, report, wanted: Wanted, arms: list[ArmTrials], readings) -> Check:
    methods = _methods(result)
    computed: dict = {"hazard_ratio_ends": {m: _ends(arms, m) for m in methods if m != PETO}}
    beyond = _beyond(wanted, arms, methods, report.readings.rounding, computed)
    part, asks = "ratio" if wanted.ratio else "medians", _asks(result)
    if beyond:
        named = (f"hazard ratio: {', '.join(methods)}", *readings)
        return Check(result.id, NAME, "questioned", named, computed,
                     "ends over all times of events and losses", beyond, part, asks)  # fmt: skip
    readings = (f"{report.readings.visits} visits", *readings)
    try:
        kept, every = _kept(wanted, arms, methods, report.readings.rounding)
    except (AnalysisError, ImpossibleError) as error:
        return Check(result.id, NAME, "not checkable", readings, computed, "", str(error), part)
    ways = {m: tuple(r for r in report.readings.rounding if kept.by_reading.get((m, r)))
            for m in methods}  # fmt: skip
    named = [
        f"hazard ratio: {m}, {words(rs, report.readings.rounding)}" for m, rs in ways.items() if rs
    ]
    verdict, why = _verdict(kept, every, bool(wanted.times))
    part = "" if verdict == "not checkable" else part  # a search that met none decides nothing
    method = "every trial gone through" if every else f"{kept.seen:,} trials drawn at random"
    return Check(result.id, NAME, verdict, (*named, *readings), computed | _plain(kept, every), method,
                 why, part, asks)  # fmt: skip


def _methods(result: Result) -> tuple[str, ...]:
    """Return the estimates of a hazard ratio that the words allow: Peto's only where he is named."""
    named = "peto" in f"{result.test} {result.quote}".lower()
    return tuple(m for m in METHODS if m != PETO or named)


def _asks(result: Result) -> str:
    return (
        f"When did the events of “{result.id}” happen (numbers at risk and events at each visit)?"
    )


def _ends(arms: list[ArmTrials], method: str) -> list[float]:
    sizes, pairs = [a.size for a in arms], [a.pairs for a in arms]
    spend(sum(sizes) // 20 + 20)
    return [math.exp(end) for end in extremes(sizes, pairs, method)]


def _beyond(wanted: Wanted, arms, methods, roundings, computed: dict) -> str:
    """Return why no times of events print the hazard ratio or its interval, "" where some may."""
    if not wanted.ratio:
        return ""
    if wanted.value is not None and PETO not in methods:
        spans = [wanted.span(r, wanted.value) for r in roundings]
        ends = computed["hazard_ratio_ends"].values()
        if not any(low <= math.log(b) + SLACK and math.log(max(a, 1e-300)) - SLACK <= high
                   for low, high in spans for a, b in ends if b > 0):  # fmt: skip
            low, high = min(a for a, _ in ends), max(b for _, b in ends)
            return (f"whenever the events happened, the hazard ratio is {plain(low, 3)} to {plain(high, 3)}"
                    f", not {wanted.value.text}")  # fmt: skip
    if None in wanted.interval:
        return ""
    events = sum(max(x for x, _ in arm.pairs) for arm in arms)
    least = 4 * wanted.z / math.sqrt(events) if events else math.inf  # each adds at most 1/4
    low, high = wanted.interval
    widest = max(wanted.span(r, high)[1] - wanted.span(r, low)[0] for r in roundings)
    if widest < least - SLACK:
        return (f"the interval's ends lie {plain(math.exp(widest), 3)} times apart at most; of {events} "
                f"events they lie {plain(math.exp(least), 3)} times apart at least")  # fmt: skip
    return ""


def _kept(wanted: Wanted, arms, methods, roundings) -> tuple[Kept, bool]:
    """Return what the trials that print all have in common, and whether every trial was gone through."""
    total = number(arms)
    every = total is not None and total <= ENUMERATED and all(a.listed is not None for a in arms)
    spend((total if every else DRAWS) // 5)
    trials = (
        all_trials(arms) if every else drawn_trials(arms, draws=DRAWS, seed=SEED, weighted=False)
    )
    return keep(trials, wanted, methods=methods, roundings=roundings), every


def _verdict(kept: Kept, every: bool, timed: bool) -> tuple[str, str]:
    of = f"{kept.seen:,} trials" if every else f"{kept.seen:,} trials drawn at random"
    if kept.kept:
        share = plain(kept.kept / kept.seen, 3)
        ends = f"{plain(kept.p_min, 2)} to {plain(kept.p_max, 2)}"
        what = f"{kept.kept:,} of {of} ({share}) print all that stands beside the percentages"
        return "compatible", f"{what}; their log-rank P is {ends}"
    if every and timed:
        return "questioned", f"none of {of} that print the percentages prints it"
    other = "events at other times may" if every else "others may"
    return "not checkable", f"none of {of} that print the percentages prints it; {other}"


def _plain(kept: Kept, every: bool) -> dict:
    """Return what was kept as plain values."""
    found = {"histories": kept.seen, "enumerated": every, "printing": kept.kept,
             "by_reading": {", ".join(key): n for key, n in kept.by_reading.items() if n}}  # fmt: skip
    if kept.kept:
        found |= {"p_min": kept.p_min, "p_max": kept.p_max, "share_first": kept.first / kept.kept}
    return found
