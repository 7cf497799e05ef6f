"""A printed estimate, interval and P go in; whether they agree with one another comes out.

Check `ratio-ci-p`. A Wald interval of a ratio is symmetric on the log scale; its width gives the
standard error and, with the estimate, the P. Every printed number stands for all values that print
so. Altman & Bland 2011, BMJ 343:d2304.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

from scipy import special

from helpers.audit.findings import HELD, Check
from helpers.audit.model import CLUSTERED, OTHER_DIFFERENCE, OTHER_RATIO, Report, Result
from helpers.audit.other_p import correction, counted, near, other_test
from helpers.audit.printed import (
    ROUNDINGS,
    as_rounded,
    ends_text,
    p_computed,
    p_text,
    parse,
    prints,
    span,
    words,
)
from helpers.audit.ratio_methods import NNT
from helpers.audit.scale import EFFECT, EFFICACY, LINEAR, Scale, reach, scale, unit
from helpers.audit.tables import cells
from helpers.audit.wording import (
    bayesian,
    level,
    one_sided,
)

NAME = "ratio-ci-p"
OTHERS = ("exact", "profile", "bootstrap", "bayes", "credible", "conditional", "fisher", "newcombe",
          "miettinen", "score", "agresti")  # fmt: skip
# How much longer one half of an exact, score or corrected interval may be than the other. Simulated, not
# proven (benchmarks/bands.py, 1,500 tables, seed 15): at most 2.08, 2.65 and 3.90 were met.
LONGER = {"odds ratio": 2.1, "risk ratio": 2.8, "risk difference": 4.7,
          # of a noncentral t, and of profiles and bootstraps of measures that no check knows
          EFFECT: 1.5, OTHER_RATIO: 2.0, OTHER_DIFFERENCE: 2.0}  # fmt: skip
# The same of rates, whose exact intervals are the most uneven: 2.14 is met, from one event on.
RATES = {"rate ratio": 2.2, EFFICACY: 2.8}
OF_T = ("mean difference", "mean ratio", EFFECT, OTHER_RATIO, OTHER_DIFFERENCE)
FEW = (5, 20)  # degrees of freedom of a t where no sizes are printed
CLUSTERS = (
    2  # the fewest degrees of freedom of a t whose patients come in clusters: of four of them
)
UNEVEN = (
    "hodges",
    "median",
    "quantile",
)  # names of measures whose interval has its middle anywhere
WHICH = "What are the estimate and the interval of “{}”?"
RANKS = "median difference"  # Hodges and Lehmann's interval has its middle anywhere


def check_interval(result: Result, report: Report) -> list[Check]:
    """Return the checks of estimate against interval, and of both against P."""
    if result.kind != "ratio" or not result.value or len(result.ci) != 2 or not any(result.ci):
        return []
    if not all(result.ci) or result.measure == NNT:
        return _one_end(result)
    numbers = [parse(text) for text in (result.value, *result.ci)]
    if any(n.sign for n in numbers):
        return []
    if result.measure not in (*LINEAR, EFFICACY) and min(n.value for n in numbers[:2]) <= 0:
        return []
    if result.measure == EFFICACY and max(float(n) for n in numbers) >= unit(result):
        return []
    checks = [_symmetry(result, report, numbers, scale(result))]
    if result.p and result.p[0] and checks[0].verdict != "impossible" and result.measure != RANKS:
        checks.append(_p(result, report, numbers, scale(result)))
    return checks


def _one_end(result: Result) -> list[Check]:
    """Return the check of an estimate beside one end, or of one whose interval has no middle."""
    value, *ends = (parse(text) if text else None for text in (result.value, *result.ci))
    if any(n is not None and n.sign for n in (value, *ends)):
        return []
    low, high = (span(n, "half-up") if n else None for n in ends)
    here = span(value, "half-up")
    through = low and high and low[0] > 0 > high[0]  # numbers needed to treat: 9 to -74
    if not through and ((low and here[1] < low[0]) or (high and here[0] > high[1])):
        why = f"the estimate {result.value} lies outside its own interval, {ends_text(result.ci)}"
        asks = WHICH.format(result.id)
        return [Check(result.id, NAME, "impossible", why=why, part="interval", asks=asks)]
    why = ("an interval of numbers needed to treat has no middle" if result.measure == NNT
           else "one end of an interval tells nothing of its middle")  # fmt: skip
    return [Check(result.id, NAME, "not checkable", why=why)]


def even(result: Result, report: Report) -> bool:
    """Return whether the printed estimate is the middle of its interval, as that of a model is."""
    checks = check_interval(replace(result, p=(), test=""), report)
    return all(check.verdict in HELD for check in checks)


def _box(numbers, rounding: str, on: Scale) -> list[tuple[float, float]]:
    """Return, on the scale of the interval, what each printed number may be."""
    return [tuple(map(on.even, span(n, rounding))) for n in numbers]


def _symmetry(result: Result, report: Report, numbers, on: Scale) -> Check:
    """Return whether the estimate is the middle of its interval, and within it at all."""
    ways = report.readings.rounding
    boxes = {r: _box(numbers, r, on) for r in ways}
    fits = tuple(r for r, (value, low, high) in boxes.items()
                 if _overlaps(((low[0] + high[0]) / 2, (low[1] + high[1]) / 2), value))  # fmt: skip
    outside = all(value[1] < low[0] or value[0] > high[1] for value, low, high in boxes.values())
    middle = on.back(sum(on.even(float(n)) for n in numbers[1:]) / 2)
    _, low, high = _box(numbers, "half-up", on)
    room = tuple(sorted(on.back((a + b) / 2) for a, b in zip(low, high, strict=True)))
    common = {"part": "interval", "method": f"symmetry of a Wald interval{on.name}",
              "computed": {"middle": middle}}  # fmt: skip
    uneven_ranks = any(word in result.name.lower() for word in UNEVEN)
    if not outside and not fits and uneven_ranks:
        why = f"{result.name} need not lie in the middle of its interval"
        return Check(result.id, NAME, "not checkable", why=why, **common)
    if outside:
        why, asks = (
            f"the estimate {result.value} lies outside its own interval",
            WHICH.format(result.id),
        )
        return Check(result.id, NAME, "impossible", why=why, asks=asks, **common)
    if fits:
        why = f"{result.value} is the middle of {result.ci[0]} to {result.ci[1]}{on.name}"
        verdict = "reproduced" if any(prints(middle, numbers[0], r) for r in fits) else "compatible"
        readings = (f"interval: Wald, {words(fits, ways)}",)
        return Check(result.id, NAME, verdict, readings, why=why, **common)
    halves = [_halves(box) for box in boxes.values()]
    uneven = min(a for a, _ in halves), max(b for _, b in halves)
    return _unlike(
        result, f"the middle of the interval{on.name} is {as_rounded(middle, room)}", uneven, common
    )


def _halves(box) -> tuple[float, float]:
    """Return the least and largest quotient of the upper and lower half of an interval."""
    value, low, high = box
    ends = [(high[h] - v) / max(v - low[k], 1e-12)
            for h, v, k in ((0, value[1], 0), (1, value[0], 1))]  # fmt: skip
    return max(ends[0], 0.0), ends[1]


def _unlike(result: Result, found: str, uneven: tuple[float, float], common: dict) -> Check:
    """Return the check of an estimate that is not the middle of its interval.

    Where no words name the method, an interval as uneven as exact ones can be is none to question.
    """
    why = f"{found}, not {result.value}; an exact or profile interval need not be symmetric"
    most = (
        1.0
        if result.test.strip() and not counted(result)
        else (LONGER | RATES).get(result.measure, 1.0)
    )
    most = math.inf if result.measure == RANKS else most
    other = uneven[0] <= most and uneven[1] >= 1 / most and most > 1
    asks = f"By which method is the interval of “{result.id}”?"
    if bayesian(result):
        asks = f"Which model and prior gave “{result.id}”?"
        return Check(result.id, NAME, "not checkable", why=why, asks=asks, **common)
    if other or any(word in f"{result.test} {result.quote}".lower() for word in OTHERS):
        asks = asks if result.measure in (OTHER_RATIO, OTHER_DIFFERENCE) else ""
        return Check(result.id, NAME, "not checkable", why=why, asks=asks, **common)
    return Check(result.id, NAME, "questioned", why=why, asks=asks, **common)


def wald_p(value: float, low: float, high: float, *, level: float, df: float = math.inf) -> float:
    """Return the two-sided P of an estimate and its interval, all on the interval's scale.

    `df`: degrees of freedom where interval and P are of t; infinite for a Wald interval.
    """
    if high <= low:
        return math.nan
    if df == math.inf:
        error = (high - low) / (2 * reach(level))
        return 2 * float(special.ndtr(-abs(value) / error))
    error = (high - low) / (2 * float(special.stdtrit(df, (1 + level) / 2)))
    return 2 * float(special.stdtr(df, -abs(value) / error))


def _range(box, at: float, df: float) -> tuple[float, float]:
    """Return the smallest and largest P over a box of estimate, lower and upper end.

    P grows with the width of the interval and falls with the distance of the estimate from 0.
    """
    corners = [wald_p(*corner, level=at, df=df) for corner in itertools.product(*box)]
    corners = [p for p in corners if p == p]
    if box[0][0] <= 0 <= box[0][1]:
        corners.append(1.0)
    return min(corners), max(corners)


def _degrees(result: Result, report: Report) -> list[float]:
    """Return the degrees of freedom of t that an interval of means may have; infinite ones are z's.

    From two arms pooled, to those of the smaller alone (paired, Welch's) or a dozen covariates less. Of
    clusters it is their number that counts, of whatever measure.
    """
    if report.trial.design == CLUSTERED:
        return [math.inf, CLUSTERS]
    if result.measure not in OF_T:
        return [math.inf]
    sizes = [cell.size for cell in cells(result, report)]
    if None in sizes or min(sizes) < 2:
        return [math.inf, *FEW]
    most = sum(sizes) - 2
    return [math.inf, most, max(1, min(min(sizes) - 1, most - 12))]


def _p(result: Result, report: Report, numbers, on: Scale) -> Check:
    wanted, at, ways = parse(result.p[0]), level(result), report.readings.rounding
    freedom = _degrees(result, report)
    half = 0.5 if one_sided(result) else 1.0  # a one-sided P, in the direction seen
    exacts = [
        half * wald_p(*(on.even(float(n)) for n in numbers), level=at, df=df) for df in freedom
    ]
    ends = [_range(_box(numbers, r, on), at, df)
            for r in ROUNDINGS if r != "cut-off" for df in freedom]  # fmt: skip
    low, high = half * min(a for a, _ in ends), half * max(b for _, b in ends)
    p = exacts[0]
    exact = [r for r in ways if any(prints(one, wanted, r) for one in exacts)]
    found = exact or [r for r in ways if _overlaps((low, high), span(wanted, r))]
    why = f"estimate and interval give {p_computed(p, (low, high))}"
    common = {"method": "Wald test from estimate and interval", "part": "P",
              "computed": {"p": p, "range": [low, high]}}  # fmt: skip
    if not found:
        return _other_p(
            result,
            near(wanted, (low, high), ways, correction(result, report, numbers)),
            f"{why}, not {result.p[0]}",
            common,
        )
    few = freedom[1:] == [CLUSTERS] and not _overlaps(ends[0], span(wanted, found[0]))
    readings = (f"P: {'t of few clusters' if few else 'Wald'}, {words(tuple(found), ways)}",)
    return Check(result.id, NAME, "reproduced" if exact else "compatible", readings,
                 why=f"{why}, printed {result.p[0]}", **common)  # fmt: skip


def _other_p(result: Result, near: bool, why: str, common: dict) -> Check:
    """Return the check of a P that is not Wald's; `near`: as far from it as other tests' are."""
    if other_test(result) and near:
        why += f"; {result.test or 'a test of another kind, such as log-rank,'} need not agree with them"
        return Check(result.id, NAME, "not checkable", why=why, **common)
    asks = f"Which test gave {p_text(result.p[0])} for “{result.id}”?"
    return Check(result.id, NAME, "questioned", why=why, asks=asks, **common)


def _overlaps(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
