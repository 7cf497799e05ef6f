"""The authors' statements and the verdicts on what they rest on go in; verdicts on statements come out.

One rule for each kind of statement. A statement stands no better than what it rests on; and no
yardstick of ours decides what is safe, better or worth another trial.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from helpers.analyse.proportions import zero_event_upper
from helpers.audit.among import no_change_under
from helpers.audit.change import ALPHA, significant
from helpers.audit.findings import Check, ResultVerdict, StatementVerdict, Under, worst
from helpers.audit.model import Report, Result, Statement
from helpers.audit.non_inferior import equivalent, non_inferior
from helpers.audit.percentages import implied_sizes
from helpers.audit.printed import parse
from helpers.audit.scale import scale
from helpers.audit.turned import turned_if_lost
from helpers.audit.wording import names_adjustment
from helpers.rounding import per_cent, plain

Verdicts = dict[str, ResultVerdict]
Ruled = tuple[str, str] | tuple[str, str, tuple[Under, ...]]  # verdict, reason, live readings
BETWEEN = ("percent", "km-percent", "ratio", "mean", "median", "among", "km-curve", "statistic")


def statement_verdicts(
    report: Report, verdicts: Verdicts, checks: Iterable[Check]
) -> tuple[StatementVerdict, ...]:
    """Return the verdict on every statement, in their order."""
    checks = list(checks)
    return tuple(
        StatementVerdict(s.id, *RULES[s.kind](s, report, verdicts, checks))
        for s in report.statements
    )


def _rests(statement: Statement, report: Report) -> list[Result]:
    return [report.result(name) for name in statement.rests_on]


def _comparing(results: Iterable[Result]) -> list[Result]:
    return [r for r in results if r.kind in BETWEEN and len(r.arms) > 1]


def _shaky(results: Iterable[Result], verdicts: Verdicts) -> str:
    """Name what a statement rests on and is impossible or questioned; "" for nothing."""
    bad = [f"“{r.id}” is {verdicts[r.id].verdict}" for r in results
           if verdicts[r.id].verdict in ("impossible", "questioned")]  # fmt: skip
    return "it rests on numbers of which " + " and ".join(bad) if bad else ""


def _printed_p(results: Iterable[Result]) -> list[tuple[Result, object]]:
    return [(r, parse(text)) for r in results for text in r.p if text]


def _excludes_none(result: Result) -> bool | None:
    """Return whether a printed interval excludes no difference; None where none is printed."""
    if len(result.ci) != 2 or not all(result.ci):
        return None
    null = scale(result).null
    low, high = (parse(end).value for end in result.ci)
    return not low <= null <= high


def _superior(statement, report, verdicts: Verdicts, checks) -> Ruled:
    rests = _rests(statement, report)
    between = _comparing(rests)
    if not rests:
        return "not checkable", "no printed result is named on which it rests"
    if not between:
        if report.trial.design == "single-arm" or len(report.arms) == 1:
            return "questioned", "a single arm has nothing to be better than"
        return "questioned", "it rests on changes within arms, which compare no arm with another"
    if shaky := _shaky(rests, verdicts):
        return "questioned", shaky
    known = _printed_p(between)
    if known and not any(significant(p) for _, p in known):
        return "questioned", "no printed P of a comparison between arms is below 0.05"
    intervals = [_excludes_none(r) for r in between]
    if not known and intervals and all(found is False for found in intervals):
        return "questioned", "the printed interval includes no difference"
    if not known and not any(intervals):
        return "not checkable", "no P or interval of the comparison is printed"
    if turned := _turned(between, checks):
        return turned
    verdict = worst(verdicts[r.id].verdict for r in between)
    adjusted = any(names_adjustment(r) for r in between)
    shown = "; ".join(f"“{r.id}” is {verdicts[r.id].verdict}" for r in between)
    more = "; the adjustment cannot be redone" if adjusted else ""
    why = f"{shown}{more}, and its P or interval speaks against no difference"
    lost = (turned_if_lost(r, report) for r in between) if verdict == "compatible" else ()
    return verdict, why, (*_beyond_chance(between, verdict, report, checks), *filter(None, lost))


def _beyond_chance(between, verdict: str, report: Report, checks) -> tuple[Under, ...]:
    """Whether the difference is beyond chance: by the printed P, by the counts, for one or k comparisons."""
    out, others = [], len(report.arms) - 1
    for result, p in _printed_p(between):
        out.append(Under(f"by the printed P ({p.text})", verdict))
        if others > 1:
            word = verdict if significant(p) and float(p) * others < ALPHA else "questioned"
            out.append(Under(f"by the printed P as one of {others} comparisons", word))
        tested = [c.computed.get("p", {}) for c in checks
                  if c.result == result.id and c.check == "p-from-counts"]  # fmt: skip
        for found in tested if verdict == "compatible" else ():
            out += [u for k in dict.fromkeys((1, others)) for u in _by_counts(found, k)]
    return tuple(dict.fromkeys(out))


def _by_counts(found: dict[str, float], comparisons: int) -> list[Under]:
    """The tests of the end counts, those below 0.05 and the others, as one of so many comparisons."""
    out, as_one = [], f" as one of {comparisons} comparisons" if comparisons > 1 else ""
    values = {test: min(1.0, p * comparisons) for test, p in found.items() if p is not None}
    for word, sort in (("compatible", lambda p: p < ALPHA), ("questioned", lambda p: p >= ALPHA)):
        kept = {test: p for test, p in values.items() if sort(p)}
        if kept:
            shown = " to ".join(
                dict.fromkeys(plain(p, 2) for p in (min(kept.values()), max(kept.values())))
            )
            out.append(Under(f"by the end counts{as_one}: {', '.join(kept)} (P {shown})", word))
    return out


def _turned(between: list[Result], checks: list[Check]) -> tuple[str, str] | None:
    """A trial that prints the P but points the other way leaves the direction open."""
    for result in between:
        for check in checks:
            share = check.computed.get("share_printing_first")
            found = check.result == result.id and check.check == "log-rank-range"
            if found and check.verdict == "compatible" and share is not None and 0 < share < 1:
                return "compatible", f"trials that print “{result.id}” point either way"
    return None


def _non_inferior(statement, report, verdicts: Verdicts, checks) -> Ruled:
    rests = _rests(statement, report)
    if shaky := _shaky(rests, verdicts):
        return "questioned", shaky
    if statement.kind == "equivalent":
        return equivalent(statement, rests, lambda result: verdicts[result.id].verdict)
    return non_inferior(statement, rests, report, lambda result: verdicts[result.id].verdict)


def _no_difference(statement, report, verdicts: Verdicts, checks) -> tuple[str, str]:
    rests = _comparing(_rests(statement, report))
    if any(significant(p) for _, p in _printed_p(rests)):
        return "questioned", "a printed P of what it rests on is below 0.05"
    if shaky := _shaky(rests, verdicts):
        return "questioned", shaky
    room = [f"{r.ci[0]} to {r.ci[1]} in “{r.id}”" for r in rests if len(r.ci) == 2 and all(r.ci)]
    if room:
        return (
            "compatible",
            f"not significant is not equal: the interval reaches from {'; '.join(room)}",
        )
    known = _printed_p(rests)
    if any(not p.sign for _, p in known):
        return (
            "compatible",
            "the printed P is not below 0.05, which is not the same as no difference",
        )
    if known:
        why = "only that P is not below 0.05 is printed, which is not the same as no difference"
        return "not checkable", why
    return "not checkable", "no estimate, interval or P of the comparison is printed"


def _beside(change: Result, rests: list[Result], report: Report) -> tuple[Under, ...]:
    """The readings of "no change" where a comparison among the arms stands beside it."""
    among = next((r for r in rests if r.kind == "among"), None)
    return no_change_under(change, among, report) if among else ()


def _no_change(statement, report, verdicts: Verdicts, checks) -> Ruled:
    rests = _rests(statement, report)
    for result in rests:
        for check in checks:
            if (
                check.result == result.id
                and check.check == "nominal-significance"
                and result.kind == "change"
            ):
                why = f"no significant change is not no change; {check.why}"
                return "questioned", why, _beside(result, rests, report)
    named = set(statement.arms)
    for result in rests:
        pairs = zip(result.arms, result.p, strict=False)
        if any(text and arm in named and significant(parse(text)) for arm, text in pairs):
            return "questioned", "the printed P of that change is below 0.05"
    return "not checkable", "no estimate or interval of the change is printed"


def _treated(statement: Statement, report: Report) -> int:
    """Of how many patients a statement speaks: its arms, printed or implied, or all enrolled."""
    implied = implied_sizes(report)
    sizes = [report.arm(name).n or implied.get(name) for name in statement.arms]
    if len(statement.arms) < len(report.arms) and all(sizes):
        return sum(sizes)
    return report.trial.enrolled or sum(arm.n or 0 for arm in report.arms)


def _safe(statement, report, verdicts: Verdicts, checks) -> tuple[str, str]:
    rests = _rests(statement, report)
    if shaky := _shaky(rests, verdicts):
        return "questioned", shaky
    limits = dict.fromkeys(
        c.why
        for c in checks
        if c.result in statement.rests_on and c.check == "zero-events" and c.computed
    )
    if limits:
        return (
            "not checkable",
            f"which harm, and how much of it, would not be safe is not said; {'; '.join(limits)}",
        )
    n = _treated(statement, report)
    if not n:
        return "not checkable", "no harm is named or counted"
    limit = zero_event_upper(n).upper
    room = f"even if none of {n} had a given harm, its risk could be up to {per_cent(limit, 1)}"
    return "not checkable", f"no harm is named or counted; {room} (one-sided 95% limit)"


def _recommends(statement, report, verdicts, checks) -> tuple[str, str]:
    return "not checkable", "; ".join(
        filter(None, ("a recommendation, not a result", statement.note))
    )


def _background(statement, report, verdicts, checks) -> tuple[str, str]:
    return "not checkable", statement.note or "it is not about this trial's numbers"


def _finding(statement, report, verdicts, checks) -> tuple[str, str]:
    return "not checkable", statement.note or "no number is printed with it"


Rule = Callable[[Statement, Report, Verdicts, list[Check]], Ruled]
RULES: dict[str, Rule] = {
    "superior": _superior,
    "non-inferior": _non_inferior,
    "equivalent": _non_inferior,
    "no-difference": _no_difference,
    "no-change": _no_change,
    "safe": _safe,
    "recommends-trial": _recommends,
    "background": _background,
    "finding": _finding,
}
