"""Tables of whole patients and a printed P go in; which tests print it comes out (`p-from-counts`)."""

from __future__ import annotations

import re
from dataclasses import replace

from helpers.audit.count_tests import SLOW, methods, one_sided, p_values, trend
from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.percentages import fitting, other_sizes
from helpers.audit.printed import p_text, parse, roundings_that_print, words
from helpers.audit.progress import Progress
from helpers.audit.tables import Table, arm_counts, cells
from helpers.audit.wording import COUNT_TESTS, TREND, TRENDS, allowed, names_adjustment
from helpers.audit.wording import one_sided as says_one_sided
from helpers.rounding import plain

PART = "P"
DOSE = re.compile(r"\d+(?:\.\d+)?")
NO_DOSE = re.compile(r"placebo|control|sham|vehicle|none|no ", re.IGNORECASE)
EXACT = 2000  # tables for which the exact tests are computed one by one
UNKNOWN = "a trend over doses that no label names"
PATIENTS = 20_000_000  # of all tables together, for which they are


def check_p(
    result: Result, report: Report, tables: list[Table], *, reading: str = ""
) -> list[Check]:
    """Return the check of a printed P against these tables; none where no P is printed.

    `reading` names the reading under which the tables hold, such as "nobody lost".
    """
    text = result.p[0] if result.p else ""
    if not text or len(result.arms) < 2:
        return []
    if names_adjustment(result):
        why = "the words name an adjustment, which cannot be redone from printed counts"
        return [
            Check(
                result.id,
                "p-from-counts",
                "not checkable",
                part=PART,
                why=why,
                asks=f"What is the unadjusted P of “{result.id}”, and by which test?",
            )
        ]
    if not tables:
        return [_other_denominators(result, report, text)] if reading == "" else []
    return [_verdict(result, report, text, tables, reading)]


def _printing(text: str, found: dict[str, float], report: Report) -> dict[str, tuple[str, ...]]:
    """Return, for each test, the roundings under which its P is printed as `text`."""
    wanted, ways = parse(text), report.readings.rounding
    shown = {name: roundings_that_print(float(p), wanted, ways) for name, p in found.items()}
    return {name: roundings for name, roundings in shown.items() if roundings}


def _names(result: Result, tables: list[Table]) -> tuple[str, ...]:
    names = methods(len(result.arms), len(tables))
    if len(tables) > EXACT or len(tables) * max(sum(n for _, n in t) for t in tables) > PATIENTS:
        names = tuple(n for n in names if n not in ("Fisher", "Fisher mid-P"))
    return tuple(n for n in names if n not in SLOW) if says_one_sided(result) else names


def trend_scores(result: Result, report: Report) -> dict[str, list[float]]:
    """Return the scores of the arms for a trend, where words name one: equal steps, and the labels' doses."""
    if not TREND.search(result.test.lower()) or len(result.arms) < 3:
        return {}
    found = {"trend in equal steps": [float(k) for k in range(len(result.arms))]}
    labels = [report.arm(name).label for name in result.arms]
    doses = [DOSE.search(label) for label in labels]
    if all(d or NO_DOSE.search(label) for d, label in zip(doses, labels, strict=True)):
        found["trend by dose"] = [float(d[0]) if d else 0.0 for d in doses]
    return found


def _tally(result, report, text, tables):
    """Return (P values of the first table, tables by (test, rounding), range of P by test)."""
    names, scores = _names(result, tables), trend_scores(result, report)
    hits, ranges, first = {}, {}, None
    with Progress(f"{result.id}: P of tables", len(tables)) as progress:
        for table in tables:
            spend(20)
            found = p_values(table, names) | {name: trend(table, s) for name, s in scores.items()}
            found = one_sided(table, found) if found and says_one_sided(result) else found
            first = first or found
            for name, p in found.items():
                low, high = ranges.get(name, (p, p))
                ranges[name] = min(low, p), max(high, p)
            for name, roundings in _printing(text, found, report).items():
                for rounding in roundings:
                    hits.setdefault(name, {}).setdefault(rounding, set()).add(table)
            progress.step()
    return first or {}, hits, ranges


def _verdict(result, report, text, tables, reading) -> Check:
    first, hits, ranges = _tally(result, report, text, tables)
    fits = allowed(result, (*COUNT_TESTS, *TRENDS))
    inside = {name: found for name, found in hits.items() if name in fits}
    ways = report.readings.rounding
    printing = set().union(*(ts for found in inside.values() for ts in found.values()))
    readings = _readings(inside, ranges, ways)
    readings += (reading,) if reading and readings else ()
    readings += ("P: one-sided",) if says_one_sided(result) and readings else ()
    computed = {
        "tables": len(tables),
        "printing": len(printing),
        "p": first if len(tables) == 1 else {},
        "range": {name: list(ends) for name, ends in ranges.items()},
        "tests": {name: [r for r in ways if r in found] for name, found in hits.items()},
    }
    untried = _untried(result, fits, tables, ranges)
    verdict = _word(result, fits, printing, tables)
    if verdict == "questioned" and untried:
        verdict = "not checkable"
    asks = (
        ""
        if printing
        else f"Which test gave {p_text(text)} for “{result.id}”, and on which counts?"
    )
    why = _why(result, text, first, hits, inside, printing, tables, ranges)
    if verdict == "not checkable" and untried:
        many = [name for name in untried if name != UNKNOWN]
        why += (
            f"; {_list(many)} not computed for so many tables" if many else f"; {UNKNOWN} is open"
        )
    return Check(result.id, "p-from-counts", verdict, readings, computed,
                 "tests of a table of counts", why, PART, asks)  # fmt: skip


def _untried(result: Result, fits: tuple[str, ...], tables: list[Table], scores) -> list[str]:
    """Return the tests that the words allow and that are not computed for so many tables."""
    known, tried = methods(len(result.arms), 1), _names(result, tables)
    known = tuple(n for n in known if n not in SLOW) if says_one_sided(result) else known
    more = [UNKNOWN] if TREND.search(result.test.lower()) and "trend by dose" not in scores else []
    return [*(name for name in fits if name in known and name not in tried), *more]


def _readings(inside: dict[str, dict], ranges: dict, ways: tuple[str, ...]) -> tuple[str, ...]:
    """Return the tests and roundings that print it; one phrase where all of them do."""
    shown = {
        name: words(tuple(r for r in ways if r in found), ways) for name, found in inside.items()
    }
    if len(shown) > 1 and set(shown) == set(ranges) and set(shown.values()) == {"any rounding"}:
        return ("P: any test of the counts, any rounding",)
    return tuple(f"P: {name}, {how}" for name, how in shown.items())


def _word(result: Result, fits: tuple[str, ...], printing: set, tables: list[Table]) -> str:
    if printing:
        return "reproduced" if len(tables) == 1 else "compatible"
    return "questioned" if fits or not result.test.strip() else "not checkable"


def _why(result, text, first, hits, inside, printing, tables, ranges) -> str:
    where = "" if len(tables) == 1 else f" in {len(printing):,} of {len(tables):,} tables"
    if inside:
        return f"{p_text(text)} is that of {_list(inside)}{where}" + _shown(first, tables, ranges)
    other = f"; {_list(hits)} would print it, but the report names {result.test}" if hits else ""
    if result.test.strip() and not allowed(result, (*COUNT_TESTS, *TRENDS)):
        return f"{result.test} cannot be computed from counts{other}" + _shown(
            first, tables, ranges
        )
    return f"no test of the counts prints {p_text(text)}{other}" + _shown(first, tables, ranges)


def _list(names) -> str:
    names = list(names)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _shown(first: dict[str, float], tables, ranges) -> str:
    if len(tables) == 1:
        return " (" + ", ".join(f"{name} {plain(p, 3)}" for name, p in first.items()) + ")"
    return (
        " ("
        + ", ".join(f"{n} {plain(a, 3)} to {plain(b, 3)}" for n, (a, b) in ranges.items())
        + ")"
    )


def _other_denominators(result: Result, report: Report, text: str) -> Check:
    """Return what the P would be were the percentages of the nearest other sizes that print them."""
    table = []
    for cell in cells(result, report):
        if cell.size is None or cell.percent is None:
            break
        found = fitting(cell, cell.size, report.readings.rounding)
        others = other_sizes(cell, report, result)
        if found:
            table.append((next(iter(found.values()))[0], cell.size))
        elif others:
            table.append((arm_counts(cell, others[0], "half-up")[0], others[0]))
    if len(table) < len(result.arms):
        why = f"no counts print the percentages, so {p_text(text)} has nothing to come from"
        return Check(result.id, "p-from-counts", "not checkable", why=why)
    shown = " and ".join(f"{x} of {n}" for x, n in table)
    check = _verdict(result, report, text, [tuple(table)], f"of other denominators: {shown}")
    computed = {**check.computed, "table": [list(pair) for pair in table]}
    verdict = "compatible" if check.verdict == "reproduced" else check.verdict
    return replace(check, part="", asks="", verdict=verdict, computed=computed,
                   why=f"were it {shown}: {check.why}")  # fmt: skip
