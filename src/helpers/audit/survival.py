"""A result about curves and its printed P go in; where a log-rank P can lie comes out.

Check `log-rank-range`: all trials whose events, losses and curve ends print the percentages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.audit.curves import AXES, Pairs, arm_pairs, axes, curve_sizes, primary, under
from helpers.audit.findings import Check
from helpers.audit.log_rank.range import LogRankRange, log_rank_range
from helpers.audit.log_rank.seek import between
from helpers.audit.log_rank.trials import DRAWS, ArmTrials
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, doubled, interval, parse, prints, words
from helpers.audit.tables import MOST, cells
from helpers.audit.wording import TIME_TESTS, allowed, names_adjustment, one_sided
from helpers.errors import AnalysisError, ImpossibleError
from helpers.rounding import plain

NAME = "log-rank-range"
PART = "P"
DRAWN = 8_000_000  # counts drawn, over all arms and visits: some seconds
OPEN_END = 2e-9  # of a per cent: keeps an end that does not belong out of a closed interval


def concerns_times(result: Result) -> bool:
    """Return whether a result's P may be that of a comparison of curves."""
    if len(result.arms) < 2 or not any((*result.percent, *result.count)):
        return False
    hazard = result.kind == "ratio" and result.measure == "hazard ratio"
    named = bool(result.test.strip()) and bool(allowed(result, TIME_TESTS))
    return result.kind == "km-percent" or hazard or (result.kind == "percent" and named)


def check_log_rank(result: Result, report: Report) -> list[Check]:
    """Return the checks of the P of curves, one a reading, until one prints it; none without a P."""
    tests = allowed(result, TIME_TESTS)
    if not concerns_times(result) or not (result.p and result.p[0]) or not tests:
        return []
    if names_adjustment(result):
        why = "the words name an adjustment, which cannot be redone from printed numbers"
        return [Check(result.id, NAME, "not checkable", part=PART, why=why)]
    if _two_sided(result).value > 1:
        why = "a one-sided P above 0.5 is that of the direction not seen"
        return [Check(result.id, NAME, "not checkable", part=PART, why=why)]
    sizes = curve_sizes(result, report)
    if len(sizes) != 1:
        many = f"{len(sizes):,}" if len(sizes) <= MOST else f"more than {MOST:,}"
        number = f"{many} ways to size the arms" if sizes else "no way to size the arms"
        return [
            Check(result.id, NAME, "not checkable", why=f"{number}", part=PART if sizes else "")
        ]
    out: list[Check] = []
    for axis in axes(result):
        for reading, arms in loss_readings(result, report, sizes[0], axis):
            for test in tests:
                check = _check(result, report, arms, (reading, AXES[axis]), test)
                out.append(check)
                if check.verdict == "compatible":
                    return out
    return out


def loss_readings(
    result: Result, report: Report, sizes: tuple[int, ...], axis: str
) -> Iterator[tuple[str, list[ArmTrials]]]:
    """Yield (reading, arms): first nobody lost, then some, each where the percentages allow it."""
    found = arm_pairs(result, report, sizes, axis)
    losses = result.kind != "percent" and report.readings.lost_at_most > 0
    for lost in (False, True) if losses else (False,):
        kept = [{pair: r for pair, r in pairs.items() if lost or pair[1] == 0} for pairs in found]
        ways = primary(kept, report.readings)
        if ways:
            most = report.readings.lost_at_most
            words_ = f"at most {most} lost an arm" if lost else "nobody lost"
            yield words_, _arms(result, report, sizes, kept, ways, axis)


def _arms(result, report, sizes, found: Sequence[Pairs], ways, axis) -> list[ArmTrials]:
    out = []
    for cell, size, pairs in zip(cells(result, report), sizes, found, strict=True):
        ends = None if cell.percent is None else _ends(cell.percent, ways, axis)
        out.append(ArmTrials(size, tuple(under(pairs, ways)), ends, report.readings.visits))
    return out


def _ends(percent: Printed, ways: tuple[str, ...], axis: str) -> tuple[float, float] | None:
    """Return the closed interval, in per cent of patients with the event, that prints so."""
    if percent.sign:
        return None
    low, high, low_in, high_in = interval(percent, ways[0])
    ends = float(low) + (0 if low_in else OPEN_END), float(high) - (0 if high_in else OPEN_END)
    return ends if axis == "cumulative" else (100 - ends[1], 100 - ends[0])


def _two_sided(result: Result) -> Printed:
    """Return the printed P; twice a one-sided one, in the direction seen."""
    number = parse(result.p[0])
    return doubled(number) if one_sided(result) else number


def _check(result, report, arms, reading: tuple[str, ...], test: str) -> Check:
    visits = f"{report.readings.visits} visits"
    try:
        found = log_rank_range(
            arms=arms,
            p=_two_sided(result),
            roundings=report.readings.rounding,
            test=test,
            draws=min(DRAWS, DRAWN // (len(arms) * arms[0].visits)),
        )
    except (AnalysisError, ImpossibleError) as error:
        return Check(
            result.id, NAME, "not checkable", (visits, *reading), {}, test, str(error), PART
        )
    return _range_check(result, report, found, (visits, *reading), test)


def _range_check(result, report, found: LogRankRange, reading: tuple[str, ...], test: str) -> Check:
    """Return the check of a printed P against the range found."""
    wanted = _two_sided(result)
    ways = tuple(r for r in report.readings.rounding if found.printing.get(r, 0) > 0)
    ways = ways or _sought(found, wanted, report.readings.rounding)
    asks = (
        f"When did the events of “{result.id}” happen (numbers at risk and events at each visit)?"
    )
    verdict, why = _verdict(found, wanted, ways, result.p[0])
    readings = (f"P: {test}, {words(ways, report.readings.rounding)}",) if ways else ()
    readings += ("P: one-sided",) if ways and wanted.times > 1 else ()
    span = (
        f"any P from {plain(found.p_min, 2)} to {plain(found.p_max, 2)} could have been printed"
        if ways
        else ""
    )
    passes = found.p_max - found.p_min if ways else None
    return Check(result.id, NAME, verdict, (*readings, *reading), computed(found), found.method, why,
                 PART, asks, span, passes)  # fmt: skip


def _sought(found: LogRankRange, wanted: Printed, roundings: tuple[str, ...]) -> tuple[str, ...]:
    """Return the roundings under which a history between the ends prints the P."""
    if len(found.sizes) != 2 or found.test != "log-rank" or found.enumerated:
        return ()
    low, high = (found.witnesses.get(name) for name in ("low", "high"))
    if low is None or high is None:
        return ()
    return tuple(
        r for r in roundings
        if between(low, high, sizes=found.sizes, prints=lambda p, r=r: prints(p, wanted, r))
    )  # fmt: skip


def _verdict(found: LogRankRange, wanted: Printed, ways, text: str) -> tuple[str, str]:
    half = wanted.times > 1
    range_ = (
        f"{'two-sided ' if half else ''}P can be {plain(found.p_min, 2)} to {plain(found.p_max, 2)}"
    )
    text += " as half of it" if half else ""
    if ways:
        share = max(found.printing[r] for r in ways)
        weighted = max(found.printing_weighted[r] for r in ways)
        errors = found.printing_error, found.printing_weighted_error
        room, heavy = (f" (± {plain(100 * e, 1)}%)" if e else ""
                       for e in (max(one[r] for r in ways) for one in errors))  # fmt: skip
        also = f"{plain(100 * weighted, 3)}%{heavy}" if weighted else "too few to be met"
        shown = (
            f"{plain(100 * share, 3)}%{room} of them print {text}, {also} weighted by assignments"
            if share
            else f"fewer than 1 in {found.draws:,} print {text}, but some do"
        )
        trials = f"{found.trials:,} trials" if found.trials else "trials drawn at random"
        return "compatible", f"{range_} over {trials}; {shown}{_direction(found)}"
    outside = not any(found.p_min <= _high(wanted, r) and _low(wanted, r) <= found.p_max_upper
                      for r in ("half-up", "cut-off"))  # fmt: skip
    if found.enumerated or (found.proven and outside):
        return "questioned", f"{range_}; no trial that prints the percentages prints {text}"
    return "not checkable", f"{range_} as far as seen; none of {found.draws:,} draws prints {text}"


def _low(wanted: Printed, rounding: str) -> float:
    return (
        0.0
        if wanted.sign in ("<", "≤")
        else float(wanted if wanted.sign else interval(wanted, rounding)[0])
    )


def _high(wanted: Printed, rounding: str) -> float:
    if wanted.sign in (">", "≥"):
        return 1.0
    return float(wanted if wanted.sign else interval(wanted, rounding)[1])


def _direction(found: LogRankRange) -> str:
    if len(found.sizes) != 2:
        return ""
    if found.p_min_first is None or found.p_min_reverse is None:
        return "; all point the same way"
    if found.printing_first in (0.0, 1.0):
        return "; those that print it all point the same way"
    return "; they do not all point the same way"


def computed(found: LogRankRange) -> dict:
    """Return a range as plain values."""
    return {
        "test": found.test, "sizes": list(found.sizes), "visits": found.visits,
        "histories": found.trials, "enumerated": found.enumerated, "draws": found.draws,
        "proven": found.proven, "p_min": found.p_min, "p_max": found.p_max,
        "p_max_upper": found.p_max_upper, "p_min_first": found.p_min_first,
        "p_min_reverse": found.p_min_reverse, "share_once": found.printing,
        "share_once_error": found.printing_error, "share_weighted": found.printing_weighted,
        "share_weighted_error": found.printing_weighted_error, "share_first": found.first,
        "share_printing_first": found.printing_first, "histogram": list(found.histogram),
        "witnesses": {name: {"events": h.events, "lost": h.lost}
                      for name, h in found.witnesses.items()},
    }  # fmt: skip
