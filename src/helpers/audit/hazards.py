"""A comparison of curves with hazard ratios or medians goes in; which trials print it all comes out.

Check `trials-that-print`: of the trials that print the percentages, those whose hazard ratio and
interval, by Cox with Efron's or Breslow's ties, Pike's or (where it is named) Peto's estimate, and
whose medians, at visits of known times, are the printed ones; the log-rank P that remain, and
whether the printed P is one that the same trials print. Of three or more arms the hazard ratios are
results of two arms each that name the curves as `beside`, and one trial must print them all. A
hazard ratio beyond the ends over all times of events, whatever the visits, is questioned; one that
no trial gone through prints is questioned at visits of known times and stays open at others.
"""

from __future__ import annotations

import math

from helpers.audit.curves import AXES, axes, curve_sizes
from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.log_rank.hazard import METHODS, PETO, SLACK, extremes
from helpers.audit.log_rank.kept import WALD, Kept, PrintedP, Ratio, Wanted, keep
from helpers.audit.log_rank.trials import ArmTrials, all_trials, drawn_trials, number
from helpers.audit.model import Report, Result
from helpers.audit.printed import doubled, parse, words
from helpers.audit.scale import reach
from helpers.audit.survival import loss_readings
from helpers.audit.tables import cells
from helpers.audit.wording import TIME_TESTS, allowed, level, levels, names_adjustment, one_sided
from helpers.errors import AnalysisError, ImpossibleError
from helpers.rounding import plain

NAME = "trials-that-print"
ENUMERATED = 600_000  # trials of which the hazard ratio is computed one by one
DRAWS = 100_000
SEED = 1
NOT_REDONE = "the words name an adjustment, which cannot be redone from printed numbers"


def _hazard(result: Result) -> bool:
    return result.kind == "ratio" and result.measure == "hazard ratio" and len(result.arms) == 2


def _beside(result: Result, report: Report) -> list[Result]:
    """Return the hazard ratios of the result's curves: its own, or those that name it as beside."""
    if _hazard(result):
        return [result]
    return [r for r in report.results if r.beside == result.id and _hazard(r)
            and set(r.arms) <= set(result.arms)]  # fmt: skip


def _ratio(result: Result, arms: tuple[str, ...]) -> Ratio | None:
    """Return a printed hazard ratio; None where nothing can be held."""
    two_sided = len(levels(result, result.ci)) == 1 and len(result.ci) == 2
    texts = (
        result.value,
        *(result.ci if two_sided else ("", "")),
    )  # of a one-sided one none is held
    value, *ends = (parse(text) if text else None for text in texts)
    if any(n is not None and (n.sign or n.value < 0) for n in (value, *ends)):
        return None
    places = arms.index(result.arms[0]), arms.index(result.arms[1])
    z = reach(level(result))
    return Ratio(value, tuple(ends), z, places) if any((value, *ends)) else None


def _printed_p(result: Result, arms: tuple[str, ...]) -> PrintedP | None:
    """Return a printed P and the tests that its words allow; None where it cannot be redone."""
    number_ = parse(result.p[0]) if result.p and result.p[0] else None
    tests = allowed(result, (*TIME_TESTS, WALD))
    if number_ is None or not tests or names_adjustment(result):
        return None
    number_ = doubled(number_) if one_sided(result) else number_  # in the direction seen
    return PrintedP(number_, tests, tuple(arms.index(a) for a in result.arms))


def wanted_of(result: Result, report: Report) -> Wanted | None:
    """Return what is printed of curves beside percentages; None where nothing can be held."""
    if not (_hazard(result) or result.kind == "km-percent") or len(result.arms) < 2:
        return None
    beside = [r for r in _beside(result, report) if not names_adjustment(r)]
    ratios = tuple(r for r in (_ratio(one, result.arms) for one in beside) if r is not None)
    times = report.readings.times
    medians = tuple(parse(text) if text else None for text in result.median) if times else ()
    if not ratios and not any(medians):
        return None
    own = [result, *(r for r in beside if r is not result)]
    found = tuple(p for p in (_printed_p(one, result.arms) for one in own) if p is not None)
    return Wanted(ratios, medians, times, found)


def check_trials(result: Result, report: Report) -> list[Check]:
    """Return the checks of hazard ratios and of medians, one a reading, until one prints them."""
    if any(cell.percent is None and cell.count is None for cell in cells(result, report)):
        return []
    if _hazard(result) and names_adjustment(result):
        return [Check(result.id, NAME, "not checkable", why=NOT_REDONE, part="ratio")]
    wanted, sizes = wanted_of(result, report), curve_sizes(result, report)
    if wanted is None or len(sizes) != 1:
        return []
    out: list[Check] = []
    for axis in axes(result):
        for reading, arms in loss_readings(result, report, sizes[0], axis):
            out.append(_check(result, report, wanted, arms, (reading, AXES[axis])))
            if out[-1].verdict == "compatible":
                return out
    return out


def _check(result, report, wanted: Wanted, arms: list[ArmTrials], readings) -> Check:
    methods = _methods([result, *_beside(result, report)])
    computed: dict = {}
    beyond = _beyond(wanted, arms, methods, result, report.readings.rounding, computed)
    part, asks = "ratio" if wanted.ratios else "medians", _asks(result)
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
    verdict, why = _verdict(kept, every, wanted)
    part = "" if verdict == "not checkable" else part  # a search that met none decides nothing
    method = "every trial gone through" if every else f"{kept.seen:,} trials drawn at random"
    return Check(result.id, NAME, verdict, (*named, *readings),
                 computed | _plain(kept, every, wanted), method, why, part, asks)  # fmt: skip


def _methods(results: list[Result]) -> tuple[str, ...]:
    """Return the estimates of a hazard ratio that the words allow: Peto's only where he is named."""
    named = any("peto" in f"{r.test} {r.quote}".lower() for r in results)
    return tuple(m for m in METHODS if m != PETO or named)


def _asks(result: Result) -> str:
    return (
        f"When did the events of “{result.id}” happen (numbers at risk and events at each visit)?"
    )


def _ends(arms: list[ArmTrials], method: str) -> list[float]:
    sizes, pairs = [a.size for a in arms], [a.pairs for a in arms]
    spend(sum(sizes) // 20 + 20)
    return [math.exp(end) for end in extremes(sizes, pairs, method)]


def _beyond(wanted: Wanted, arms, methods, result: Result, roundings, computed: dict) -> str:
    """Return why no times of events print some hazard ratio or its interval, "" where some may."""
    for ratio in wanted.ratios:
        pair = [arms[k] for k in ratio.arms]
        ends = {m: _ends(pair, m) for m in methods if m != PETO}
        names = "" if len(arms) == 2 else " " + " v ".join(result.arms[k] for k in ratio.arms)
        computed[f"hazard_ratio_ends{names}"] = ends
        found = _value_beyond(ratio, ends, methods, roundings) or _narrow(ratio, pair, roundings)
        if found:
            return found
    return ""


def _value_beyond(ratio: Ratio, ends: dict, methods, roundings) -> str:
    if ratio.value is None or PETO in methods:
        return ""
    spans = [ratio.span(r, ratio.value) for r in roundings]
    if any(low <= math.log(b) + SLACK and math.log(max(a, 1e-300)) - SLACK <= high
           for low, high in spans for a, b in ends.values() if b > 0):  # fmt: skip
        return ""
    low, high = min(a for a, _ in ends.values()), max(b for _, b in ends.values())
    return (f"whenever the events happened, the hazard ratio is {plain(low, 3)} to {plain(high, 3)}"
            f", not {ratio.value.text}")  # fmt: skip


def _narrow(ratio: Ratio, pair: list[ArmTrials], roundings) -> str:
    """Return why an interval is narrower than its events allow, "" where it is not."""
    if None in ratio.interval:
        return ""
    events = sum(max(x for x, _ in arm.pairs) for arm in pair)
    least = 4 * ratio.z / math.sqrt(events) if events else math.inf  # each adds at most 1/4
    low, high = ratio.interval
    widest = max(ratio.span(r, high)[1] - ratio.span(r, low)[0] for r in roundings)
    if widest >= least - SLACK:
        return ""
    return (f"the interval's ends lie {plain(math.exp(widest), 3)} times apart at most; of {events} "
            f"events they lie {plain(math.exp(least), 3)} times apart at least")  # fmt: skip


def _kept(wanted: Wanted, arms, methods, roundings) -> tuple[Kept, bool]:
    """Return what the trials that print all have in common, and whether every trial was gone through."""
    total = number(arms)
    every = total is not None and total <= ENUMERATED and all(a.listed is not None for a in arms)
    spend((total if every else DRAWS) // 5)
    trials = (
        all_trials(arms) if every else drawn_trials(arms, draws=DRAWS, seed=SEED, weighted=False)
    )
    return keep(trials, wanted, methods=methods, roundings=roundings), every


def _verdict(kept: Kept, every: bool, wanted: Wanted) -> tuple[str, str]:
    of = f"{kept.seen:,} trials" if every else f"{kept.seen:,} trials drawn at random"
    timed = every and bool(wanted.times)
    if kept.kept:
        share = _share(kept.kept, kept.seen, every)
        ends = f"{plain(kept.p_min, 2)} to {plain(kept.p_max, 2)}"
        what = f"{kept.kept:,} of {of} ({share}) print all that stands beside the percentages"
        what = f"{what}; their log-rank P is {ends}"
        if not wanted.p:
            return "compatible", what
        printed = " and ".join(p.number.text for p in wanted.p)
        if kept.with_p:
            return "compatible", f"{what}; {kept.with_p:,} of them print P {printed} as well"
        # where no test is named, or Cox's, others than those tried print a P of their own
        sure = timed and all(p.tests == TIME_TESTS[:1] for p in wanted.p)
        return ("questioned" if sure else "not checkable",
                f"{what}; none of them prints P {printed} as well")  # fmt: skip
    if timed:
        return "questioned", f"none of {of} that print the percentages prints it"
    other = "events at other times may" if every else "others may"
    return "not checkable", f"none of {of} that print the percentages prints it; {other}"


def _share(kept: int, seen: int, every: bool) -> str:
    """Return a share of trials in words; of trials drawn with its error, two standard errors."""
    share = kept / seen
    error = "" if every else f" ± {plain(2 * math.sqrt(share * (1 - share) / seen), 2)}"
    return f"{plain(share, 3)}{error}"


def _plain(kept: Kept, every: bool, wanted: Wanted) -> dict:
    """Return what was kept as plain values."""
    found = {"histories": kept.seen, "enumerated": every, "printing": kept.kept,
             "by_reading": {", ".join(key): n for key, n in kept.by_reading.items() if n}}  # fmt: skip
    if kept.kept:
        found |= {"p_min": kept.p_min, "p_max": kept.p_max}
        found |= {} if kept.first is None else {"share_first": kept.first / kept.kept}
        found |= {"printing_p": kept.with_p} if wanted.p else {}
    return found
