"""A printed ratio, its interval and tables of whole patients in; which methods print it comes out.

Check `ratio-from-counts`: estimate and interval must come from the same table. Hazard ratios need
times and are not looked at here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from helpers.audit.effort import spend
from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.percentages import fitting
from helpers.audit.printed import Printed, ends_text, parse, prints, words
from helpers.audit.progress import Progress
from helpers.audit.ratio_methods import COUNTED, NNT, Ends, estimates, intervals, too_large
from helpers.audit.scale import unit
from helpers.audit.tables import Table, cells
from helpers.audit.wording import by_side, names_adjustment
from helpers.rounding import plain

FEW = 3  # ways to a number needed to treat that are named
SUPPORT = 20  # tables of the same margins a step
PART = "ratio"
NAME = "ratio-from-counts"


def by_method(result: Result, table: Table) -> dict[str, Callable[[], Ends]]:
    """Return, by method, a function that gives the interval of a table, one-sided ones where they may be."""
    return by_side(result, result.ci, lambda at: intervals(result.measure, table, at))


def _number(text: str) -> Printed | None:
    return parse(text) if text else None


def check_ratio(
    result: Result, report: Report, tables: list[Table]
) -> tuple[list[Check], list[Table]]:
    """Return the check, and the tables that print all of the ratio (all of them where none does)."""
    printed = any(cell.percent or cell.count is not None for cell in cells(result, report))
    if result.kind != "ratio" or result.measure not in COUNTED or not printed:
        return [], tables
    if names_adjustment(result):
        why = "the words name an adjustment, which cannot be redone from printed counts"
        return [Check(result.id, NAME, "not checkable", part=PART, why=why)], tables
    if not tables:
        return [_no_table(result, report)], tables
    kept, value_methods = _printing(result, report, tables)
    if kept:
        return [_check(result, report, tables, kept, value_methods)], list(kept)
    turned, _ = _printing(result, report, (table[::-1] for table in tables))
    if turned:
        return [_turned(result, report, tables, turned)], [table[::-1] for table in turned]
    return [_check(result, report, tables, {}, value_methods)], tables


def _turned(result: Result, report: Report, tables: list[Table], kept: dict) -> Check:
    """Return the check of a ratio or difference that is printed as of the second arm against the first."""
    found = _check(result, report, [table[::-1] for table in tables], kept, set())
    named = (*found.readings, "second arm against the first")
    return replace(found, readings=named, why=f"{found.why}, of the second arm against the first")


def _printing(
    result: Result, report: Report, tables: Iterable[Table]
) -> tuple[dict[Table, set[str]], set[str]]:
    """Return the tables that print the ratio, each with how; and how some table prints its estimate."""
    tables = list(tables)
    kept: dict[Table, set[str]] = {}
    value_methods: set[str] = set()
    with Progress(f"{result.id}: ratio of tables", len(tables)) as progress:
        for table in tables:
            # exact methods sum over all tables of the same margins
            spend(10 + sum(x for x, _ in table) // SUPPORT)
            shown = _value_readings(result, report, table)
            value_methods |= shown
            found = _table_readings(result, report, table, shown)
            if found:
                kept[table] = found
            progress.step()
    return kept, value_methods


def _no_table(result: Result, report: Report) -> Check:
    failing = [c for c in cells(result, report)
               if c.size and not fitting(c, c.size, report.readings.rounding)]  # fmt: skip
    names = " and ".join(cell.arm for cell in failing) or "the arms"
    why = f"no counts print the percentages of {names}, so the ratio has nothing to come from"
    return Check(result.id, NAME, "not checkable", why=why)


def _value_readings(result: Result, report: Report, table: Table) -> set[str]:
    """Return "method, rounding" for every way in which a table prints the estimate."""
    number, per = _number(result.value), unit(result)
    if number is None:
        return set()
    return {
        f"{name}|{rounding}"
        for name, value in estimates(result.measure, table).items()
        for rounding in report.readings.rounding
        if prints(value * per, number, rounding)
    }


def _table_readings(result: Result, report: Report, table: Table, values: set[str]) -> set[str]:
    """Return "estimate, interval|rounding" for every way in which a table prints all of it.

    `values`: the ways in which it prints the estimate.
    """
    if result.value and not values:
        return set()
    ends, per = [_number(text) for text in result.ci], unit(result)
    if not any(ends):
        return values
    found = set()
    for name, interval in by_method(result, table).items():
        computed = interval()
        for rounding in report.readings.rounding:
            fits = all(end is None or prints(float(value) * per, end, rounding)
                       for end, value in zip(ends, computed, strict=True))  # fmt: skip
            before = [v.split("|")[0] for v in values if v.endswith(f"|{rounding}")]
            if fits and (before or not result.value):
                found |= {f"{v}, {name} interval|{rounding}" for v in before or [""]}
    return found


def _check(result, report, tables, kept, value_methods) -> Check:
    ways = report.readings.rounding
    pairs = sorted({tuple(found.split("|")) for readings in kept.values() for found in readings})
    names = list(dict.fromkeys(name for name, _ in pairs))
    names = names[:FEW] if result.measure == NNT else names  # each rounding of it prints nearly all
    shown = tuple(
        f"{result.measure}: {name.strip(', ')}, "
        f"{words(tuple(w for w in ways if (name, w) in pairs), ways)}"
        for name in names
    )
    computed = {"tables": len(tables), "printing": len(kept)}
    if len(tables) == 1:
        computed |= _computed(result, tables[0])
    elif not kept:
        computed["one_of_them"] = _computed(result, tables[0])
    verdict = "reproduced" if len(tables) == 1 else "compatible"
    untried = not kept and any(too_large(result.measure, table) for table in tables)
    if not kept:
        verdict = "not checkable" if untried else "questioned"
    asks = (
        ""
        if kept
        else f"From which counts, and by which method, is the {result.measure} of “{result.id}”?"
    )
    why = _why(result, tables, kept, names, value_methods, computed)
    why += "; exact methods are not computed for so many patients" if untried else ""
    return Check(result.id, NAME, verdict, shown, computed,
                 "estimates and intervals of a table of counts", why, PART, asks)  # fmt: skip


def _computed(result: Result, table: Table) -> dict:
    ends = {name: list(interval()) for name, interval in by_method(result, table).items()}
    return {"table": [list(pair) for pair in table], "intervals": ends,
            "estimates": estimates(result.measure, table)}  # fmt: skip


def _why(result, tables, kept, names, value_methods, computed) -> str:
    printed = result.value + (f" ({ends_text(result.ci)})" if any(result.ci) else "")
    where = "" if len(tables) == 1 else f" in {len(kept):,} of {len(tables):,} tables"
    if kept:
        return f"{printed} is given by {'; '.join(n.strip(', ') for n in names[:3])}{where}"
    shown = ""
    if len(tables) == 1:
        values = ", ".join(f"{name} {plain(v, 4)}" for name, v in computed["estimates"].items())
        ends = ", ".join(
            f"{name} {plain(a, 4)} to {plain(b, 4)}"
            for name, (a, b) in computed["intervals"].items()
            if a == a
        )
        shown = f" (computed: {values}; {ends})"
    if value_methods:
        return f"the counts give {result.value}, but no method gives {ends_text(result.ci)}{shown}"
    what = f"{_a(result.measure)} {result.measure} of {result.value}"
    return f"no counts that the report allows give {what}{shown}"


def _a(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"
