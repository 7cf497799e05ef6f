"""Printed means and SDs go in; whether whole numbers of so many patients print them comes out.

Checks `mean-possible`, `sd-possible`, `samples`. Means and SDs are rounded, not cut off; a sum that
would print if cut off is named in words.
"""

from __future__ import annotations

import itertools
import math

from helpers.audit.findings import Check, worst
from helpers.audit.mean_ends import check_spreads
from helpers.audit.mean_p import check_p_of_means, number
from helpers.audit.mean_range import check_range
from helpers.audit.mean_trend import check_trend
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed
from helpers.audit.samples import Samples, all_samples, sums_and_squares
from helpers.audit.tables import cells
from helpers.audit.whole_numbers import ROUNDED, Score, pairs, sums
from helpers.errors import AnalysisError


def check_means(result: Result, report: Report) -> list[Check]:
    """Return the checks of a result's means, SDs and P."""
    checks: list[Check] = []
    if result.items is not None or result.scale:
        checks += [c for c in (_mean(result, report), _sd(result, report)) if c is not None]
        if not any(check.verdict == "impossible" for check in checks):
            checks += _samples(result, report)
    else:
        why = "not said to be whole numbers (items, scale), so any mean is possible"
        checks.append(Check(result.id, "mean-possible", "not checkable", why=why))
    checks += check_spreads(result, report) + check_range(result, report)
    return checks + (check_trend(result, report) or check_p_of_means(result, report))


def scores(result: Result, n: int, mean: Printed) -> list[tuple[str, Score]]:
    """Return the readings of what a score is: the mean, or the sum, of its whole-number items."""
    items, ends = result.items or 1, result.scale or (None, None)
    out = []
    if ends[1] is None or ends[0] <= mean.value <= ends[1]:
        out.append(
            (f"scores are means of {items} items" if items > 1 else "", Score(n, items, *ends))
        )
    if items > 1:
        sums_ = [None if end is None else end * items for end in ends]
        if ends[1] is None or sums_[0] <= mean.value <= sums_[1]:
            out.append((f"scores are sums of {items} items", Score(n, 1, *sums_)))
    return out or [("", Score(n, 1, *ends))]


def _arms(result: Result, report: Report):
    """Yield (label, n, mean, SD, standard error) of every arm whose size and mean are printed."""
    for place, cell in enumerate(cells(result, report)):
        mean = number(result.mean, place)
        if cell.size and mean is not None:
            spreads = number(result.sd, place), number(result.se, place)
            yield report.arm(cell.arm).label, cell.size, mean, *spreads


def _mean(result: Result, report: Report) -> Check | None:
    """GRIM: whether whole numbers of so many patients have the printed means."""
    parts, readings, computed, verdicts = [], [], {}, []
    for label, n, mean, *_ in _arms(result, report):
        found = {r: [t for way in ROUNDED for t in (sums(mean, s, way),) if t]
                 for r, s in scores(result, n, mean)}  # fmt: skip
        holds = [reading for reading, totals in found.items() if totals]
        totals = sorted({t for r in holds for way in found[r] for t in (*way[:50], way[-1])})
        computed[label] = {"n": n, "mean": mean.text, "sums": totals[:50]}
        verdicts.append("compatible" if holds else "impossible")
        readings += holds
        no_mean = f"is no mean of {n} whole numbers{_near(mean, scores(result, n, mean)[0][1])}"
        parts.append(
            f"{label}: {mean.text} of {n} {f'(sum {_some(totals)})' if holds else no_mean}"
        )
    if not parts:
        return None
    asks = f"From how many patients are the means of “{result.id}”?"
    return Check(result.id, "mean-possible", worst(verdicts), tuple(dict.fromkeys(filter(None, readings))),
                 computed, "GRIM, exact fractions", "; ".join(parts), "mean",
                 asks if "impossible" in verdicts else "")  # fmt: skip


def _some(totals: list[int]) -> str:
    return f"{totals[0]}" if len(totals) == 1 else f"{totals[0]} to {totals[-1]}"


def _near(mean: Printed, score: Score) -> str:
    count = score.n * score.items
    middle = int(mean.value * count)
    shown = ", ".join(
        f"{s}/{count} = {s / count:.{mean.decimals + 2}f}" for s in (middle, middle + 1)
    )
    cut = [
        s
        for s in (middle, middle + 1)
        if sums(mean, score, "cut-off") and s in sums(mean, score, "cut-off")
    ]
    return f" ({shown}{'; only if cut off, which is not usual for means' if cut else ''})"


def _sd(result: Result, report: Report) -> Check | None:
    """GRIMMER (DEBIT for 0/1 data): whether whole numbers have mean and SD, or standard error, as printed."""
    parts, computed, verdicts = [], {}, []
    for label, n, mean, sd, se in _arms(result, report):
        spread, name = (sd, "SD") if sd is not None else (se, "SE")
        if spread is None or n < 2 or spread.sign:
            continue
        found = [
            pair
            for _, s in scores(result, n, mean)
            for r in ROUNDED
            for pair in itertools.islice(pairs(mean, spread, s, r, of_mean=name == "SE"), 50)
        ]
        computed[label] = {"n": n, name.lower(): spread.text, "pairs": sorted(set(found))[:50]}
        verdicts.append("compatible" if found else "impossible")
        parts.append(
            f"{label}: {name} {spread.text} with mean {mean.text} of {n} "
            + ("can be" if found else "is of no whole numbers")
        )
    if not parts:
        return None
    asks = f"What are the single values of “{result.id}”?" if "impossible" in verdicts else ""
    return Check(result.id, "sd-possible", worst(verdicts), (), computed, "GRIMMER, exact integers",
                 "; ".join(parts), "SD", asks)  # fmt: skip


def _samples(result: Result, report: Report) -> list[Check]:
    """CLOSURE: every sample on the scale that prints mean and SD, and what all have in common."""
    if not result.scale:
        return []
    parts, computed, verdicts = [], {}, []
    for label, n, mean, sd, _ in _arms(result, report):
        if sd is None or n < 2 or sd.sign:
            continue
        tried = [(s, _most_samples(mean, sd, s)) for _, s in scores(result, n, mean)]
        score, found = max(tried, key=lambda one: math.inf if one[1] is None else len(one[1]))
        if found is None:
            parts.append(f"{label}: more samples than can be listed")
            computed[label] = {"samples": None}
            continue
        verdicts.append("compatible" if len(found) else "impossible")
        computed[label] = summary(found, score.items)
        parts.append(_sample_words(label, found, computed[label]))
    if not parts:
        return []
    verdict, part = (worst(verdicts), "samples") if verdicts else ("not checkable", "")
    return [Check(result.id, "samples", verdict, (), computed, "every sample on the scale",
                  "; ".join(parts), part)]  # fmt: skip


def _most_samples(mean: Printed, sd: Printed, score: Score) -> Samples | None:
    """Return the samples by the way of rounding that has more; None where they cannot be listed."""
    ways = {str(sums_and_squares(mean, sd, score, way)): way for way in reversed(ROUNDED)}
    try:
        return max((all_samples(mean, sd, score, way) for way in ways.values()), key=len)
    except AnalysisError:
        return None


def summary(found: Samples, items: int = 1) -> dict:
    """Return the number of samples, the range of the median and of the share from each value on."""
    if not len(found):
        return {"samples": 0}
    low, high = found.medians()
    return {
        "samples": len(found),
        "median": [low / items, high / items],
        "share_from": {f"{v / items:g}": list(found.shares_from(v)) for v in found.values[1:]},
    }


def _sample_words(label: str, found: Samples, shown: dict) -> str:
    if not len(found):
        return f"{label}: no sample on the scale"
    low, high = shown["median"]
    median = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    return f"{label}: {len(found):,} sample{'s' * (len(found) > 1)}, the median {median}"
