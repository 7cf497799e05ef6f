"""A study with margins in, what its planned comparisons say of them out: not inferior, equivalent or neither.

The margins stand in study.toml (`config_margins`); each holds for every planned comparison of its
parameter, response or endpoint. The verdict and P are those of the numbers before hidden subjects are
thought of, so that no rounding turns one; what is printed beside them is as on the other pages. Only
comparisons are judged that may be shown. A result that is not significant is never called equivalence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers.analyse.against_margin import larger_p, shifted_p, wald_p
from helpers.analyse.estimate import NAN, Estimate
from helpers.config_margins import RATIO, SHARES, Margin
from helpers.derive import main_visit
from helpers.literate import planned_counts, planned_odds, planned_times
from helpers.literate.changes import Changes
from helpers.literate.harms import distinct_keys
from helpers.literate.outcome import Result, Results, Without
from helpers.literate.planned_changes import planned_differences, planned_repeated, stood_in
from helpers.literate.rows import Charts, visit_words
from helpers.literate.trial import Trial
from helpers.present import charts_margins
from helpers.present.text import after_number, interval_text, record_text
from helpers.present.words import level_text, printed, with_minus
from helpers.rounding import short

NONE = "no planned comparison that can be made and shown"
BY_LOT = (
    "Where counts are rounded no comparison is judged against a margin: it would tell of counts."
)
JUDGED = ", against the margin"  # behind a method
Find = Callable[[Any], Results]


def against_margins(trial: Trial) -> Results:
    """Every planned comparison that has a margin; rows kind.key.role.arm[.other].

    `p_value` is one-sided, of the test shifted to the margin (of two, the larger).
    """
    config, found = trial.study.config, {}
    if config.rounding and not config.show_subjects:
        return Results({}, caption=BY_LOT)
    without = Without()
    for margin in config.margins:
        mine = {f"{margin.kind}.{margin.key}.{key}": r for key, r in _judged(trial, margin)}
        found |= mine
        if not mine:
            without.add(_label(trial, margin), NONE)
    return Results(found, caption=_said(trial) if found else "", without=without)


def _label(trial: Trial, margin: Margin) -> str:
    """What a margin is of, in words."""
    label = getattr(trial.study.config, margin.kind)[margin.role].label
    return f"{label}, odds ratio" if margin.key == "odds_margin" else label


def _said(trial: Trial) -> str:
    alpha = level_text((1 - trial.study.level) / 2)
    return (
        f"Intervals are two-sided, at {level_text(trial.study.level)}: that one lies on the good side of "
        f"a margin is a one-sided test at {alpha}. P: one-sided, of the test shifted to the margin (of two "
        "margins, the larger P), not corrected for the number of comparisons; Newcombe's interval of a "
        "difference of shares has no such test."
    )


def _judged(trial: Trial, margin: Margin) -> Iterator[tuple[str, Result]]:
    """The comparisons of one margin by key, those that may be shown."""
    if margin.kind == "parameters":
        yield from _of_changes(trial, margin)
    elif margin.kind == "endpoints":
        yield from _each(trial.times(), planned_times.ratios, margin, _stem(trial, margin))
    else:
        find = (
            planned_odds.odds_ratios if margin.of == RATIO else planned_counts.planned_differences
        )
        yield from _each(trial.responses(), find, margin, _stem(trial, margin))


def _stem(trial: Trial, margin: Margin) -> str:
    """How the keys of its comparisons begin where they are found."""
    if margin.kind != "responses":
        return margin.role
    return distinct_keys(pd.Series(list(trial.study.config.responses)))[margin.role]


def _of_changes(trial: Trial, margin: Margin) -> Iterator[tuple[str, Result]]:
    if margin.role not in trial.study.measures:
        return
    measure, find = trial.measure(margin.role), planned_differences
    if trial.study.config.analysis.primary == "mmrm":
        changes, find = measure.changes_by_visit(), _of_all_visits
    else:
        changes = stood_in(measure.changes())
        # imputed values stand in already
        changes = replace(changes, study=replace(changes.study, imputed=None))

    def p_of(key: str, known: Result) -> float:
        def one(at: float, above: bool) -> float:
            own = changes.frame["ARM"] == known.about.arm
            frame = changes.frame.assign(CHG=changes.frame["CHG"] - at * own)
            moved = find(_opened(replace(changes, frame=frame)))[key]
            return shifted_p(moved.estimate, above=above)

        return larger_p(margin.low, margin.high, one)

    for key, result in _compared(changes, find, margin, p_of):
        yield f"{margin.role}.{key}", result


def _of_all_visits(changes: Changes) -> Results:
    """The planned pairs at the main visit, from the mixed model of all visits; rows as at one visit."""
    visit = main_visit(changes.study, changes.role)
    words, end = visit_words(changes.study, visit), f".{visit:g}"
    return Results({key.removesuffix(end): result for key, result in planned_repeated(changes).items()
                    if result.about.visit == words})  # fmt: skip


def _each(rows: Any, find: Find, margin: Margin, stem: str) -> Iterator[tuple[str, Result]]:
    """The comparisons of an endpoint or a response: of those that `find` gives, its own."""

    def p_of(key: str, known: Result) -> float:
        if margin.of == SHARES:
            return NAN
        return larger_p(margin.low, margin.high,
                        lambda at, above: wald_p(known.estimate, at, above=above))  # fmt: skip

    for key, result in _compared(rows, find, margin, p_of):
        if key.startswith(f"{stem}."):
            yield key, result


def _compared(
    rows: Any, find: Find, margin: Margin, p_of: Callable[[str, Result], float]
) -> Iterator[tuple[str, Result]]:
    """What `find` shows of these rows, judged by its numbers before anything is held back."""
    shown = find(rows)
    known = shown if rows.study.config.show_subjects else find(_opened(rows))
    for key, result in shown.items():
        if key in known and not math.isnan(result.value):
            yield key, _result(rows, margin, known[key], p_of(key, known[key]))


def _opened(rows: Any) -> Any:
    """The same rows as if their subjects were shown: for numbers that nobody is shown."""
    config = replace(rows.study.config, show_subjects=True)
    return replace(rows, study=replace(rows.study, config=config))


def _result(rows: Any, margin: Margin, known: Result, p: float) -> Result:
    made, about = known.estimate, known.about
    judged = replace(made, method=f"{made.method}{JUDGED}", p_value=p)
    shown = rows.shown(judged, about)
    # of -9.8% whole per cent would say that the interval reaches the margin
    digits = 1 if margin.of == SHARES and about.digits == 0 else shown.about.digits
    shown = replace(shown, about=replace(shown.about, digits=digits))
    value = record_text(shown.record("it"), "value")
    words = f"{verdict(made, margin)}: {value} ({_margin_words(margin, about.unit)})"
    return replace(shown, about=replace(shown.about, text=words))


def verdict(found: Estimate, margin: Margin) -> str:
    """What the interval of a difference or ratio says of a margin, in words."""
    inside = margin.low < found.lower and found.upper < margin.high
    outside = found.upper < margin.low or found.lower > margin.high
    if math.isnan(found.lower) or math.isnan(found.upper):
        return "not judged, no interval"
    if margin.both:
        return "equivalent" if inside else "different" if outside else "equivalence not shown"
    return "not inferior" if inside else "inferior" if outside else "non-inferiority not shown"


def _margin_words(margin: Margin, unit: str) -> str:
    shares = margin.of == SHARES
    ends = " and ".join(short(100 * x if shares else x, 4) for x in margin.ends)
    unit = (
        " percentage points"
        if shares
        else after_number(unit)
        if margin.of != RATIO and unit
        else ""
    )
    return with_minus(f"margin{'s' * margin.both} {ends}{unit}")


def charts(trial: Trial, found: Results) -> Charts:
    """The intervals with their margins as dashed lines, one chart a margin; none where no row is shown."""
    out = Charts()
    for margin in trial.study.config.margins:
        stem = f"{margin.kind}.{margin.key}.{_stem(trial, margin)}."
        rows = [r for key, r in found.items() if key.startswith(stem) and _finite(r)]
        if rows:
            times = 100.0 if margin.of == SHARES else 1.0
            chart = charts_margins.chart_margins(
                pd.DataFrame([_row(r, times) for r in rows]), ends=[times * x for x in margin.ends],
                x_title=_title(rows[0], margin), ratio=margin.of == RATIO,
            )  # fmt: skip
            about = {"study": trial.study.short, "endpoint": rows[0].about.parameter}
            out[f"{margin.kind}-{margin.role}-{margin.key}"] = chart.properties(usermeta=about)
    return out


def _finite(result: Result) -> bool:
    return all(math.isfinite(x) for x in (result.estimate.lower, result.estimate.upper))


def _row(result: Result, times: float) -> dict[str, Any]:
    record = result.record("it")
    ends = {k: times * getattr(record, k) for k in ("lower", "value", "upper")}
    says = result.about.text.partition(":")[0]  # the margin itself is a line
    name = f"{result.about.arm} vs {result.about.comparator}"
    return {"row": name, "says": says, "low": ends["lower"], "high": ends["upper"], "value": ends["value"],
            "text": interval_text(record)}  # fmt: skip


def _title(result: Result, margin: Margin) -> str:
    unit = "percentage points" if margin.of == SHARES else result.about.unit
    return printed(result.estimate.statistic) + (f", {unit}" if unit else "")
