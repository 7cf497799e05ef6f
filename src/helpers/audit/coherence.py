"""The typed parts of a report go in, every contradiction between them comes out; it mends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction

from helpers.audit.field_forms import MOST
from helpers.audit.fields import Faults
from helpers.audit.model import OTHER_DIFFERENCE, OTHER_RATIO, Arm, Result, Statement, Trial
from helpers.audit.printed import parse, parts
from helpers.audit.ratio_methods import NNT
from helpers.audit.scale import scale


def check_ids(kind: str, ids: Iterable[str], faults: Faults) -> None:
    """Report ids that occur twice."""
    for name, count in Counter(ids).items():
        if count > 1:
            faults.add(f"{kind} {name}", "an id occurs twice", "every id once", f"{count} times",
                       "rename one")  # fmt: skip


def check_arms(arms: tuple[Arm, ...], trial: Trial, faults: Faults) -> None:
    """Report arms that the trial cannot have."""
    for arm in arms:
        if arm.n and trial.enrolled and arm.n > trial.enrolled:
            expected = f"at most the {trial.enrolled} enrolled"
            faults.add(f"arm {arm.id}.n", "an arm larger than the trial", expected, arm.n,
                       "correct n or enrolled")  # fmt: skip
    if sum(arm.reference for arm in arms) > 1:
        faults.add("arm", "several reference arms", "one at most",
                   [a.id for a in arms if a.reference], "keep one")  # fmt: skip


def check_result(
    result: Result, arms: dict[str, Arm], trial: Trial, where: str, faults: Faults
) -> None:
    """Report what one result says against itself, its arms or the trial."""
    sizes = [_size(result, arms, place) for place in range(len(result.arms))]
    for place, text in enumerate(result.percent):
        number = parse(text) if text else None
        if number and not 0 <= number.value <= 100:
            faults.add(f"{where}.percent[{place + 1}]", "a percentage outside 0 to 100", "0 to 100",
                       text, "copy it as printed; a change in per cent is a mean")  # fmt: skip
    owns = [arms[name].n for name in result.arms]
    if result.across:
        owns = [_everybody(arms, trial)] * len(owns)
        if not (result.of and all(result.of)):
            faults.add(f"{where}.of", "denominators across arms that are not there", "of for each",
                       list(result.of) or "nothing", "add of, or leave out across")  # fmt: skip
    several = [None] * len(sizes)  # a patient may have several events
    _check_counts("of", result, owns, where, faults)
    repeated = (
        result.kind == "rate" or result.measure in ("rate ratio", "rate difference") or result.time
    )
    _check_counts("count", result, several if repeated else sizes, where, faults)
    _check_counts("at_risk", result, sizes, where, faults)
    _check_counts("events", result, sizes if result.kind == "km-curve" else several, where, faults)
    _check_rate(result, where, faults)
    _check_p(result, where, faults)
    _check_degrees(result, sizes, where, faults)
    _check_spread(result, where, faults)
    if result.kind == "ratio":
        _check_compared(result, arms, where, faults)


def _check_compared(result: Result, arms: dict[str, Arm], where: str, faults: Faults) -> None:
    """Report a comparison of other than two arms, the reference last; a measure that no check computes
    again, such as a difference of two areas under curves, may be of one arm's patients."""
    single = result.measure in (OTHER_RATIO, OTHER_DIFFERENCE) and len(result.arms) == 1
    if len(result.arms) != 2 and not single:
        faults.add(f"{where}.arms", "a ratio of other than two arms", "two arms, the reference last",
                   list(result.arms), "name the two arms of the comparison")  # fmt: skip
    elif arms[result.arms[0]].reference:
        faults.add(f"{where}.arms", "the reference stands first", "the reference arm last",
                   list(result.arms), "turn the arms, and all lists of this result, around")  # fmt: skip


def _size(result: Result, arms: dict[str, Arm], place: int) -> int | None:
    of = result.of[place] if place < len(result.of) else ""
    return int(parse(of).value) if of else arms[result.arms[place]].n


def _everybody(arms: dict[str, Arm], trial: Trial) -> int | None:
    """Return the patients of all arms; None where that is not printed."""
    sizes = [arm.n for arm in arms.values()]
    return trial.enrolled or (None if None in sizes else sum(sizes))


def _check_counts(name: str, result: Result, limits, where: str, faults: Faults) -> None:
    """Report counts that are none, or more than their limit of each arm."""
    for place, text in enumerate(getattr(result, name)):
        if not text:
            continue
        number, limit = parse(text), limits[place]
        if number.value.denominator != 1 or number.value < 0 or number.sign:
            faults.add(f"{where}.{name}[{place + 1}]", "no whole number of patients",
                       "a whole number", text, "copy the count as printed")  # fmt: skip
        elif number.value > (MOST if limit is None else limit):
            faults.add(f"{where}.{name}[{place + 1}]", "more patients than there are",
                       f"at most {MOST if limit is None else limit:,}", text,
                       "correct it, or the size of the arm")  # fmt: skip


def _check_degrees(result: Result, sizes: list[int | None], where: str, faults: Faults) -> None:
    """Report patients and degrees of freedom that no statistic has; a correlation needs 3 patients."""
    least = 3 if result.statistic == "r" else 1
    several = bool(sizes) and None not in sizes
    if not any(result.n) and not any(result.df) and several and sum(sizes) < least:
        faults.add(where, "no number of patients", f"at least {least} for this statistic",
                   sum(sizes), "correct the sizes of the arms, or give n")  # fmt: skip
    for text in filter(None, result.n):
        number = parse(text)
        if number.sign or number.value.denominator != 1 or not least <= number.value <= MOST:
            faults.add(f"{where}.n", "no number of patients", f"a whole number from {least} to {MOST:,}",
                       text, "copy it as printed")  # fmt: skip
    for text in filter(None, result.df):
        number = parse(text)
        if number.sign or not 0 < number.value <= MOST:
            faults.add(f"{where}.df", "no degrees of freedom", f"a number above 0, at most {MOST:,}",
                       text, "copy them as printed")  # fmt: skip


def _check_rate(result: Result, where: str, faults: Faults) -> None:
    """Report person-time that is none, and negative rates."""
    for name, least in (("time", "above 0"), ("per", "above 0"), ("rate", "0 or more")):
        values = getattr(result, name)
        for text in filter(None, [values] if isinstance(values, str) else values):
            number = parse(text)
            if number.sign or number.value < 0 or (number.value == 0 and name != "rate"):
                faults.add(f"{where}.{name}", f"no {'rate' if name == 'rate' else 'person-time'}",
                           f"a number {least}", text, "copy it as printed")  # fmt: skip


def _check_p(result: Result, where: str, faults: Faults) -> None:
    for name, text in [*(("p", text) for text in result.p), ("p_adjusted", result.p_adjusted)]:
        number = parse(text) if text else None
        if number and not 0 <= number.value <= 1:
            faults.add(
                f"{where}.{name}", "a P outside 0 to 1", "0 to 1", text, "copy it as printed"
            )


def _check_spread(result: Result, where: str, faults: Faults) -> None:
    """Report negative spreads and intervals whose ends are the wrong way round."""
    for name in ("sd", "se"):
        if any(text and parse(text).value < 0 for text in getattr(result, name)):
            faults.add(f"{where}.{name}", "a negative spread", "0 or more", getattr(result, name),
                       "copy it as printed")  # fmt: skip
    pairs = [("ci", result.ci)] if result.ci else []
    pairs += [("range", pair) for pair in result.range] + [("iqr", pair) for pair in result.iqr]
    pairs += [("ci", pair) for pair in result.intervals]
    for name, (low, high) in pairs:
        if result.measure == NNT and low and high and parse(low).value > 0 > parse(high).value:
            continue  # through infinity: 9 to -74
        if low and high and parse(low).value > parse(high).value:
            faults.add(f"{where}.{name}", "an interval the wrong way round", "the lower end first",
                       f"{low}, {high}", "turn it around, or correct the sign")  # fmt: skip
    if result.kind in ("percent", "km-percent"):
        for text in (end for pair in result.intervals for end in pair if end):
            if not -50 <= parse(text).value <= 150:  # the furthest that a Wald interval reaches
                faults.add(f"{where}.ci", "no interval of a percentage", "ends of about 0 to 100", text,
                           "copy it in per cent, as printed")  # fmt: skip
    level = parse(result.level)
    if level is None or not Fraction(1, 2) <= level.value / 100 < 1:
        faults.add(f"{where}.level", "no level", '"95%"', result.level, "correct it")


def check_statement(
    statement: Statement, results: dict[str, Result | None], where: str, faults: Faults
) -> None:
    """Report what a statement rests on and nobody printed, and a margin that is none."""
    for name in statement.rests_on:
        if name not in results:
            faults.add(f"{where}.rests_on", "an unknown result", ", ".join(sorted(results)), name,
                       "name a result of this report")  # fmt: skip
    if statement.kind in ("non-inferior", "equivalent"):
        _check_margin(statement, filter(None, map(results.get, statement.rests_on)), where, faults)


def _check_margin(
    statement: Statement, rests: Iterable[Result], where: str, faults: Faults
) -> None:
    if statement.end not in ("", "lower", "upper"):
        faults.add(f"{where}.end", "no end of an interval", "lower or upper", statement.end,
                   "say which end must not pass the margin, or leave it out")  # fmt: skip
    two = statement.kind == "equivalent"
    texts = parts(statement.margin) if two else [statement.margin]
    numbers = [parse(text) if text else None for text in texts]
    if any(number is None or number.sign for number in numbers):
        faults.add(f"{where}.margin", "no margin", 'digits such as "10%" or "1.25"', statement.margin,
                   "copy the margin as printed")  # fmt: skip
        return
    for result in rests:
        null = scale(result).null
        ratio = result.kind == "ratio" and null != 0
        if any(n.value == null or (ratio and n.value <= 0) for n in numbers):
            expected = "a ratio above 0 and not 1" if ratio else "a difference other than 0"
            faults.add(f"{where}.margin", "a margin that is none", expected, statement.margin,
                       f"give it on the scale of “{result.id}”")  # fmt: skip


def check_references(results: Iterable[Result], faults: Faults) -> None:
    """Report what a result is to be held against and the report does not have."""
    results = list(results)
    known = {result.id for result in results}
    for result in results:
        for field in ("within", "beside", "part_of"):
            name = getattr(result, field)
            if name and name not in known - {result.id}:
                faults.add(f"result {result.id}.{field}", "an unknown result",
                           ", ".join(sorted(known)), name, "name a result of this report")  # fmt: skip
        _check_between(result, {r.id: r for r in results}, faults)
        _check_parts(result, {r.id: r for r in results}, faults)


def _check_parts(result: Result, by_id: dict[str, Result], faults: Faults) -> None:
    """Report parts that are no results with numbers of the same arms."""
    for field in ("sum_of", "any_of", "strata", "categories", "part_of"):
        named = getattr(result, field)
        for name in (named,) if isinstance(named, str) else named:
            other = by_id.get(name)
            if other is None and field == "part_of":
                continue  # told with the references
            if other is None or other is result or not set(result.arms) <= set(other.arms):
                faults.add(f"result {result.id}.{field}", "no part of this result",
                           "ids of other results with the same arms", name, "name such results")  # fmt: skip


def _check_between(result: Result, by_id: dict[str, Result], faults: Faults) -> None:
    """Report an interaction between others than ratios or differences of one measure."""
    where = f"result {result.id}.between"
    for name in result.between:
        if name not in by_id or by_id[name].kind != "ratio":
            faults.add(where, "no estimate of a subgroup", "results of kind ratio", name,
                       "name the subgroups' results by their id")  # fmt: skip
    measures = {by_id[n].measure for n in result.between if n in by_id}
    if len(measures) > 1:
        faults.add(where, "subgroups of several measures", "one measure", ", ".join(sorted(measures)),
                   "name results of one measure")  # fmt: skip
