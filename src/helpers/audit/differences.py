"""Two arms' means and their printed difference, or ratio, go in; whether they agree comes out.

Check `difference-of-means`: the difference is that of the means, a ratio their quotient (of geometric
means as of others), and its interval that of the SDs,
pooled, Welch's or normal; of paired values whatever their correlation. Every printed number stands
for all values that print so. An adjusted difference is told by its words and not redone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from scipy import special

from helpers.audit.findings import Check
from helpers.audit.mean_p import check_p_of_means, held, is_geometric, number, spread_of
from helpers.audit.mean_tests import standard_error
from helpers.audit.model import Report, Result
from helpers.audit.printed import as_rounded, parse, span, words
from helpers.audit.scale import reach, unit
from helpers.audit.tables import cells
from helpers.audit.wording import level, names_adjustment, paired
from helpers.rounding import plain

NAME, RATIO = "difference-of-means", "mean ratio"
METHOD = "difference of printed means; t intervals of printed SDs"
Box = tuple[float, float]
Spread = tuple[float, float, float]  # SD as printed, least, largest


def check_difference(result: Result, report: Report) -> list[Check]:
    """Return the checks of a mean difference against means and SDs; none where neither is printed."""
    if result.measure not in ("mean difference", RATIO) or not any(result.mean):
        return []
    if names_adjustment(result):
        why = "the words name an adjustment, so that it need not be that of the means"
        return [Check(result.id, NAME, "not checkable", why=why, part="ratio")]
    if result.measure == RATIO:
        return [check for check in [_quotient(result, report)] if check is not None]
    found = [_value(result, report), _interval(result, report)]
    return [check for check in found if check is not None] + check_p_of_means(result, report)


def _value(result: Result, report: Report) -> Check | None:
    """Return whether the difference is that of the printed means, with or without its sign."""
    means = [number(result.mean, place) for place in range(2)]
    wanted = parse(result.value) if result.value else None
    if wanted is None or None in means or any(n.sign for n in (wanted, *means)):
        return None
    (a, b), ways = (span(m, "half-up") for m in means), report.readings.rounding
    exact = float(means[0]) - float(means[1])
    tried = {"": (exact, (a[0] - b[1], a[1] - b[0])),
             "second mean less the first": (-exact, (b[0] - a[1], b[1] - a[0]))}  # fmt: skip
    computed = {"difference": exact, "range": list(tried[""][1])}
    said = (f"{means[0].text} less {means[1].text} is {as_rounded(exact, tried[''][1], 4)}, "
            f"printed {result.value}")  # fmt: skip
    for reading, (value, ends) in tried.items():
        verdict, rounded = held(value, ends, wanted, ways)
        if rounded:
            readings = (f"difference: {words(rounded, ways)}", *filter(None, [reading]))
            return Check(result.id, NAME, verdict, readings, computed, METHOD, said, "ratio")
    asks = f"Of how many patients, and adjusted for what, is the difference “{result.id}”?"
    return Check(result.id, NAME, "questioned", (), computed, METHOD, said, "ratio", asks)


def _quotient(result: Result, report: Report) -> Check | None:
    """Return whether a ratio is the quotient of the printed means, either way round.

    Of means that are said to be geometric, as of others; a geometric ratio beside plain means is another.
    """
    means = [number(result.mean, place) for place in range(2)]
    wanted = parse(result.value) if result.value else None
    if wanted is None or None in means or any(n.sign for n in (wanted, *means)):
        return None
    (a, b), ways, per = (span(m, "half-up") for m in means), report.readings.rounding, unit(result)
    if min(a[0], b[0]) <= 0:
        return None
    exact, ends = float(means[0].value / means[1].value), (a[0] / b[1], a[1] / b[0])
    tried = {
        "": (exact, ends),
        "second mean over the first": (1 / exact, (1 / ends[1], 1 / ends[0])),
    }
    computed = {"ratio": per * exact, "range": [per * v for v in ends]}
    said = (
        f"{means[0].text} over {means[1].text} is "
        f"{as_rounded(per * exact, computed['range'], 4)}, printed {result.value}"
    )
    for reading, (value, box) in tried.items():
        verdict, rounded = held(per * value, (per * box[0], per * box[1]), wanted, ways)
        if rounded:
            readings = (f"ratio: {words(rounded, ways)}", *filter(None, [reading]))
            return Check(result.id, NAME, verdict, readings, computed, METHOD, said, "ratio")
    geometric = "geometric" in result.name.lower() and not is_geometric(replace(result, name=""))
    asks = f"Of how many patients, and adjusted for what, is the ratio “{result.id}”?"
    verdict = "not checkable" if geometric else "questioned"
    return Check(result.id, NAME, verdict, (), computed, METHOD, said, "ratio", asks)


def half_widths(
    spreads: list[Spread], sizes: list[int], at: float, *, pairs: bool
) -> dict[str, Box]:
    """Return, by method, the least and largest half width of the interval of a difference of means.

    `at` is the level, 0 to 1. A half width grows with each SD; that of pairs depends on their
    correlation, of which every value is allowed.
    """
    lows, highs = ([s[k] for s in spreads] for k in (1, 2))
    if pairs:
        n = min(sizes)
        factor = float(special.stdtrit(n - 1, (1 + at) / 2)) / math.sqrt(n)
        least = max(lows[0] - highs[1], lows[1] - highs[0], 0.0)
        return {"t of pairs, whatever their correlation": (factor * least, factor * sum(highs))}
    small, large = dict(_methods(lows, sizes, at)), dict(_methods(highs, sizes, at))
    return {name: (small[name], large[name]) for name in small}


def _methods(sds: list[float], sizes: list[int], at: float) -> Iterator[tuple[str, float]]:
    """Yield the half widths of one pair of SDs by method."""
    (s1, s2), (n1, n2) = sds, sizes
    a, b = s1**2 / n1, s2**2 / n2
    both, pooled = (standard_error(sds, sizes, pooled=p) for p in (False, True))
    df = (a + b) ** 2 / (a**2 / (n1 - 1) + b**2 / (n2 - 1)) if a + b else n1 + n2 - 2
    z = reach(at)
    yield "pooled t", float(special.stdtrit(n1 + n2 - 2, (1 + at) / 2)) * pooled
    yield "Welch", float(special.stdtrit(df, (1 + at) / 2)) * both
    yield "normal", z * both
    yield "normal, pooled", z * pooled


def _interval(result: Result, report: Report) -> Check | None:
    """Return whether the printed interval is one of the printed SDs about the difference."""
    sizes = [cell.size for cell in cells(result, report)]
    if len(result.ci) != 2 or not all(result.ci) or any(not n or n < 2 for n in sizes):
        return None
    spreads = [spread_of(result, place, n, "half-up") for place, n in enumerate(sizes)]
    ends = [parse(end) for end in result.ci]
    if None in spreads or any(end.sign for end in ends):
        return None
    low, high = (span(end, "half-up") for end in ends)
    printed = (high[0] - low[1]) / 2, (high[1] - low[0]) / 2
    found = half_widths(spreads, sizes, level(result), pairs=paired(result))
    given = [name for name, box in found.items() if box[0] <= printed[1] and printed[0] <= box[1]]
    shown = ", ".join(f"{m} {plain(a, 3)} to {plain(b, 3)}" for m, (a, b) in found.items())
    why = (f"the interval {result.ci[0]} to {result.ci[1]} is {plain(sum(printed) / 2, 3)} to either "
           f"side; SDs and patients give {shown}")  # fmt: skip
    computed = {"half_width": list(printed), "by_method": {m: list(b) for m, b in found.items()}}
    readings = tuple(f"interval: {name}" for name in given)
    asks = "" if given else f"What are the SDs of “{result.id}”, and of how many patients?"
    return Check(result.id, NAME, "compatible" if given else "questioned", readings, computed, METHOD,
                 why, "width", asks)  # fmt: skip
