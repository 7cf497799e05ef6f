"""A typed report in, its audit out: every check of every result, verdicts by kind, questions.

Which checks a kind of result gets stands here; what they compute is theirs. Nothing here knows a
particular trial.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from helpers.audit.adjusted_p import as_corrected, check_corrected
from helpers.audit.agreement import check_agreement
from helpers.audit.among import check_among
from helpers.audit.as_read import as_designed, one_p
from helpers.audit.change import check_change
from helpers.audit.common_odds import check_common
from helpers.audit.compared_rates import COMPARED, check_compared_rates, check_p_of_rates, rates_of
from helpers.audit.consistency import check_report
from helpers.audit.curve_intervals import NAME as CURVE_INTERVAL
from helpers.audit.curve_intervals import check_curve_intervals
from helpers.audit.curves import AXES, NAME, check_curve
from helpers.audit.degrees import check_degrees
from helpers.audit.differences import check_difference
from helpers.audit.effect_size import check_effect_size
from helpers.audit.effort import TooMuchError, limited
from helpers.audit.event_rates import check_rates
from helpers.audit.findings import HELD, Audit, Check, ResultVerdict, result_verdict
from helpers.audit.hazards import check_trials
from helpers.audit.interaction import check_interaction
from helpers.audit.intervals import NAME as INTERVAL
from helpers.audit.intervals import check_interval
from helpers.audit.km_curve.check import check_km_curve
from helpers.audit.left_open import (
    against,
    as_against,
    as_far_as_listed,
    as_posterior,
    as_with_fewer_lost,
    fewer_losses,
)
from helpers.audit.matched import check_matched, says_matched
from helpers.audit.mean_p import check_p_of_means
from helpers.audit.means import check_means
from helpers.audit.medians import check_medians
from helpers.audit.model import Report, Result
from helpers.audit.narrow import check_narrow
from helpers.audit.one_sample import check_one_sample
from helpers.audit.p_values import check_p
from helpers.audit.parts import check_parts
from helpers.audit.percentages import check_percentages, implied_sizes
from helpers.audit.pooled import check_pooled
from helpers.audit.questions import questions
from helpers.audit.ratio_methods import COUNTED
from helpers.audit.ratios import check_ratio
from helpers.audit.share_intervals import check_share_intervals
from helpers.audit.statements import statement_verdicts
from helpers.audit.statistics import check_correlation_interval, check_statistic
from helpers.audit.survival import check_log_rank, concerns_times
from helpers.audit.tables import all_tables
from helpers.audit.totals import check_totals, compared
from helpers.audit.unsaid import as_unsaid
from helpers.audit.welch import check_f, check_t
from helpers.audit.wording import COUNT_TESTS, allowed, bayesian
from helpers.audit.zero import check_zero

SMALL = 200  # patients of an arm up to which curves that are too much are tried with fewer lost
Checker = Callable[[Result, Report], list[Check]]


def _percent(result: Result, report: Report) -> list[Check]:
    checks = check_percentages(result, report) + check_share_intervals(result, report)
    if concerns_times(result) and not allowed(result, COUNT_TESTS):
        return checks + check_log_rank(result, report)
    tables, complete = all_tables(result, report)
    return checks + as_far_as_listed(_p(result, report, list(tables)), complete)


def _p(result: Result, report: Report, tables: list) -> list[Check]:
    """The checks of a P of counts: of matched patients, of one arm, or of arms that are compared."""
    if says_matched(result):
        return check_matched(result, report, tables)
    one = len(result.arms) == 1
    return (check_one_sample if one else check_p)(result, report, tables)


def _curve(result: Result, report: Report) -> list[Check]:
    checks = check_percentages(result, report) + check_curve(result, report)
    checks += check_curve_intervals(result, report)
    tables, complete = all_tables(result, report)
    plain = check_p(result, report, list(tables), reading="simple percentages, nobody lost")
    plain = as_far_as_listed(plain, complete)
    times = check_log_rank(result, report)
    if any(c.part == "P" for c in times) and not allowed(result, COUNT_TESTS):
        plain = [replace(c, part="") for c in plain]  # a test of curves is named
    return _one_axis(checks, times) + plain + times + check_trials(result, report)


def _one_axis(checks: list[Check], times: list[Check]) -> list[Check]:
    """Put the counts that go with the curves whose P prints first: one reading holds for all parts."""
    found = next((c for c in times if c.verdict == "compatible"), None)
    if found is None:
        return checks
    return sorted(
        checks,
        key=lambda c: (
            c.check == NAME and not set(AXES.values()) & set(c.readings) & set(found.readings)
        ),
    )


def _ratio(result: Result, report: Report) -> list[Check]:
    """The checks of a comparison; what estimate and interval make of a P goes before what is not redone."""
    pooled = check_pooled(result, report)
    told = any(c.verdict != "not checkable" for c in pooled)
    checks = _compared(result, report) + check_narrow(result, report)
    checks = (_pooled(checks) if told else checks) + pooled
    if not any(
        c.check == INTERVAL and c.part == "P" and c.verdict != "not checkable" for c in checks
    ):
        return checks
    return [replace(c, part="") if c.part == "P" and c.verdict == "not checkable" and c.check != INTERVAL
            else c for c in checks]  # fmt: skip


def _pooled(checks: list[Check]) -> list[Check]:
    """Return the checks of a comparison over strata: their tables added up are no table of it."""
    return [replace(c, part="", asks="") if c.part in ("ratio", "P") and c.check != INTERVAL else c
            for c in checks]  # fmt: skip


def _compared(result: Result, report: Report) -> list[Check]:
    if result.measure in COMPARED:
        return _rates(result, report)
    checks = check_percentages(result, report)
    found, complete = all_tables(result, report) if checks else ({}, True)
    tables = list(found)
    if result.measure == "hazard ratio":
        checks += check_curve(result, report) if checks else []
        named = result.test.strip() and allowed(result, COUNT_TESTS)
        plain = check_p(result, report, tables) if named else []
        checks += as_far_as_listed(plain, complete)
        times = check_log_rank(result, report)
        checks = _one_axis(checks, times) + check_interval(result, report) + times
        return checks + check_trials(result, report)
    ratio, kept = check_ratio(result, report, tables)
    p = _p(result, report, kept) if checks and result.measure in COUNTED else []
    ratio, p = as_far_as_listed(ratio, complete), as_far_as_listed(p, complete)
    ratio += check_difference(result, report) + check_effect_size(result, report, tables)
    ratio += check_common(result, report)
    return checks + ratio + p + _interval(check_interval(result, report), ratio)


def _rates(result: Result, report: Report) -> list[Check]:
    """The checks of a ratio or difference of rates, or an efficacy; without events of its interval alone."""
    if not any(result.count):
        return check_interval(result, report)
    shares = check_percentages(result, report) if any(result.percent) else []
    rates = check_rates(result, report) if any(result.rate) else []
    found = check_compared_rates(result, report)
    return [*shares, *rates, *found, *_interval(check_interval(result, report), found)]


def _rate(result: Result, report: Report) -> list[Check]:
    pair = rates_of(result, report) if len(result.arms) == 2 and any(result.count) else None
    return check_rates(result, report) + check_p_of_rates(result, report, pair)


def _interval(checks: list[Check], ratio: list[Check]) -> list[Check]:
    """Where the counts give the interval, its symmetry on the log scale decides nothing."""
    given = any(check.verdict in HELD for check in ratio)
    return [replace(check, part="", asks="")
            if given and check.part == "interval" and check.verdict != "impossible" else check
            for check in checks]  # fmt: skip


def _change(result: Result, report: Report) -> list[Check]:
    """Changes within arms; sizes that are not printed are those that the percentages imply."""
    implied = implied_sizes(report)
    arms = tuple(replace(arm, n=arm.n or implied.get(arm.id)) for arm in report.arms)
    checks = check_change(result, replace(report, arms=arms))
    sizes = {n: [report.arm(a).label for a in result.arms if implied.get(a) == n]
             for a, n in implied.items() if a in result.arms}  # fmt: skip
    named = tuple(
        f"{n} patients with {', '.join(arms)}, if nobody was lost" for n, arms in sizes.items()
    )
    return [replace(check, readings=(*check.readings, *named)) for check in checks]


def _statistic(result: Result, report: Report) -> list[Check]:
    return [
        *check_statistic(result, report),
        *check_correlation_interval(result, report),
        *check_degrees(result, report),
        *check_t(result, report),
        *check_f(result, report),
    ]


CHECKS: dict[str, Checker] = {
    "percent": _percent,
    "km-percent": _curve,
    "ratio": _ratio,
    "mean": check_means,
    "median": check_medians,
    "change": _change,
    "among": check_among,
    "zero": check_zero,
    "rate": _rate,
    "interaction": check_interaction,
    "agreement": check_agreement,
    "correlation": _statistic,
    "statistic": _statistic,
    "km-curve": check_km_curve,
}


def _within_reach(result: Result, report: Report) -> list[Check]:
    """Return the checks of a result; where its possibilities are too many, those of fewer losses.

    What some trial with few losses prints, some trial with up to many prints too; what none of
    these prints is open. Where even those are too many, what needs none of them is checked.
    """
    most = report.readings.lost_at_most
    for lost in fewer_losses(most) if _of_curves(result, report) else (None,):
        fewer = report if lost is None else replace(
            report, readings=replace(report.readings, lost_at_most=lost))  # fmt: skip
        with limited():
            try:
                checks = as_corrected(CHECKS[result.kind](result, fewer), result, fewer)
            except TooMuchError as error:
                why = str(error)
                continue
        checks = as_unsaid(checks, result)
        if lost is not None:
            own = [c for c in checks if c.check != CURVE_INTERVAL]
            checks = as_with_fewer_lost(own, lost, most)
            checks += check_curve_intervals(result, report) if result.kind == "km-percent" else []
        checks = as_posterior(checks) if bayesian(result) else checks
        return as_against(checks) if against(result) else checks
    light = _light(result, report)
    part = "P" if any(result.p) or not any(check.part for check in light) else ""
    beyond = Check(result.id, "reach", "not checkable", why=why, part=part,
                   asks=f"What are the counts behind “{result.id}”, arm by arm?")  # fmt: skip
    return [beyond, *light]


def _of_curves(result: Result, report: Report) -> bool:
    """Return whether a result is of curves, and trying again is soon done: of small arms, or without a P."""
    curves = result.kind == "km-percent" or result.measure == "hazard ratio"
    alone = result.kind == "km-percent" and not any(result.p)
    return alone or (
        curves and all((report.arm(arm).n or SMALL + 1) <= SMALL for arm in result.arms)
    )


def _light(result: Result, report: Report) -> list[Check]:
    """Return the checks that look at printed numbers alone, each as far as it is within reach."""
    out: list[Check] = []
    for check in (_light_percentages, check_interval, check_p_of_means, check_curve_intervals):
        if check is check_p_of_means and result.kind != "mean":
            continue
        if check is check_curve_intervals and result.kind != "km-percent":
            continue
        with limited(), suppress(TooMuchError):
            out += check(result, report)
    return out


def _light_percentages(result: Result, report: Report) -> list[Check]:
    """Return the checks of percentages; those beside a hazard ratio may be a curve's."""
    if result.kind not in ("percent", "ratio"):
        return []
    checks = check_percentages(result, report)
    curve = checks and result.measure == "hazard ratio"
    return checks + (check_curve(result, report) if curve else [])


def audit(report: Report) -> Audit:
    """Return the audit of a report; see `findings.Audit`."""
    printed, whole = report, as_designed(one_p(report))
    report = replace(whole, results=tuple(compared(r, whole) for r in whole.results))
    checks: list[Check] = []
    for result, all_together in zip(report.results, whole.results, strict=True):
        if result.kind in CHECKS:
            own = _within_reach(result, report)
            checks += own + _beside(
                own, check_parts(result, report) + check_totals(all_together, report)
            )
    checks += check_corrected(printed) + check_report(report, checks)
    results = [
        result_verdict(r.id, [c for c in checks if c.result == r.id]) for r in report.results
    ]
    verdicts = tuple(_reading_of_losses(v, checks) for v in results)
    statements = statement_verdicts(report, {v.id: v for v in verdicts}, checks)
    return Audit(report.id, report.title, tuple(checks), verdicts, statements,
                 questions(report, checks, {v.id: v for v in verdicts}))  # fmt: skip


def _beside(own: list[Check], others: list[Check]) -> list[Check]:
    """Return what follows from other results; where it only does not contradict, what holds stays so."""
    held = any(check.part and check.verdict in HELD for check in own)
    return [replace(c, part="") if held and c.verdict == "compatible" else c for c in others]


def _reading_of_losses(verdict: ResultVerdict, checks: list[Check]) -> ResultVerdict:
    """Name the fewest lost where a curve's percentages need some."""
    for check in checks:
        if check.result == verdict.id and check.check == "kaplan-meier-counts":
            arms = [pairs for arm, pairs in check.computed.items() if arm != "only if cut off"]
            least = max((min(lost for _, lost in pairs) for pairs in arms if pairs), default=0)
            if check.verdict == "compatible" and least and verdict.verdict == "compatible":
                named = (f"Kaplan-Meier, at least {least} lost", *verdict.readings)
                return replace(verdict, readings=named)
            return verdict
    return verdict
