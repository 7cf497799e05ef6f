"""Medians, quartiles and ranges of arms and a rank-sum P go in; which P such values can have comes out.

Check `rank-sum-range`. Printed quantiles bound every ordered value of an arm from both sides; Wilcoxon's
and Mann and Whitney's W grows with each value of one arm and falls with each of the other, so that its
ends lie where one arm is as low and the other as high as may be. Quartiles may be any of the usual
definitions. Ties and exact tests move a P by less than `ROOM` allows (simulated, tests/reference/ranks.R).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from scipy import special

from helpers.audit.findings import Check
from helpers.audit.mean_p import number
from helpers.audit.model import DEPENDENT, Report, Result
from helpers.audit.printed import Printed, p_text, parse, span, widest
from helpers.audit.tables import cells
from helpers.audit.wording import allowed, names_adjustment, one_sided
from helpers.rounding import plain

NAME = "rank-sum-range"
PART = "P"
ROOM = (1.2, 0.3)  # z of ties and of exact tests: at most so many times, and so much, off
SMALL = 0.0005  # below it a least P says nothing that is ever printed
DISTINCT = 3  # different quantiles of an arm: with fewer most values may be tied
Ends = tuple[float, float]
Order = tuple[
    int, int, Ends
]  # two places, and what bounds the first from above, the second from below


def check_rank_p(result: Result, report: Report) -> Check | None:
    """Return the check of a rank-sum P of arms against medians and quartiles; None where none is held."""
    sizes = [cell.size for cell in cells(result, report)]
    named = (
        result.test.strip() and allowed(result, ("ranks",)) and "sign" not in result.test.lower()
    )
    if len(sizes) < 2 or None in sizes or not named or report.trial.design in DEPENDENT:
        return None
    orders = [
        list(_orders(result, place, n, report.readings.rounding)) for place, n in enumerate(sizes)
    ]
    if any(len({ends for *_, ends in one}) < DISTINCT for one in orders) or names_adjustment(
        result
    ):
        return None
    wanted = parse(result.p[0])
    arms = [envelope(o, n) for o, n in zip(orders, sizes, strict=True)]
    least, most = (
        p_ends(w_ends(*arms), *sizes) if len(arms) == 2 else p_of_h(h_ends(arms), len(arms))
    )
    half = 0.5 if one_sided(result) else 1.0
    ends = half * least, half * most
    spans = [span(wanted, r) for r in report.readings.rounding]
    fits = any(low <= ends[1] and ends[0] <= min(high, 1.0) for low, high in spans)
    shown = _words(ends)
    name = "rank-sum" if len(arms) == 2 else "Kruskal-Wallis"
    why = f"values with these quantiles have a {name} {shown}, printed {result.p[0]}"
    asks = "" if fits else f"Which test gave {p_text(result.p[0])} for “{result.id}”?"
    always = f"a {shown} would have passed" if fits else ""
    verdict, readings = ("compatible", (f"P: {name} test",)) if fits else ("questioned", ())
    return Check(result.id, NAME, verdict, readings, {"p": list(ends)}, "least and largest rank sum", why,
                 PART, asks, power=always)  # fmt: skip


def _words(ends: Ends) -> str:
    """Return the ends of a P in words; those that are as good as 0 or 1 go without saying."""
    low, high = ends[0] >= SMALL, ends[1] < 1
    texts = [f"of at least {plain(ends[0], 2)}"] * low + [f"of at most {plain(ends[1], 2)}"] * high
    return f"P {' and '.join(texts)}" if texts else "P anywhere between 0 and 1"


def _orders(result: Result, place: int, n: int, roundings: tuple[str, ...]) -> Iterable[Order]:
    """Yield what printed quantiles say of an arm's ordered values; nothing where no median is printed."""
    median = number(result.median, place)
    if median is None:
        return
    known = [(median, ((n + 1) // 2, n // 2 + 1))]
    for printed, spots in ((result.iqr, quartiles(n)), (result.range, ((1, 1), (n, n)))):
        texts = printed[place] if place < len(printed) else ("", "")
        known += [(parse(text), spot) for text, spot in zip(texts, spots, strict=True) if text]
    for value, (first, last) in known:
        if not value.sign:
            yield first, last, _box(value, roundings, whole=result.whole)


def _box(value: Printed, roundings: tuple[str, ...], *, whole: bool) -> Ends:
    """Return the least and largest value that a quantile printed so leaves at its places.

    Of whole numbers the nearest from within: 6.5, which prints 7, lies between a 6 and a 7.
    """
    low, high = widest(value, roundings)
    return (float(math.ceil(low)), float(math.ceil(high) - 1)) if whole else (low, high)


def quartiles(n: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the places between which the usual definitions of both quartiles of `n` values lie.

    Hyndman and Fan 1996 (nine of them), and hinges: from p n to p n + 1.
    """
    return tuple((max(1, math.floor(p * n)), min(n, math.ceil(p * n + 1))) for p in (0.25, 0.75))


def envelope(orders: Iterable[Order], n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and the largest value at each of `n` places in order that the quantiles allow."""
    low, high = np.full(n, -np.inf), np.full(n, np.inf)
    for first, last, (a, b) in orders:
        high[:first] = np.minimum(high[:first], b)
        low[last - 1 :] = np.maximum(low[last - 1 :], a)
    return low, high


def w_ends(one: tuple[np.ndarray, np.ndarray], other: tuple[np.ndarray, np.ndarray]) -> Ends:
    """Return the least and largest W: pairs in which the other arm's value is higher, ties as halves."""
    return _w(one[1], other[0]), _w(one[0], other[1])


def _w(x: np.ndarray, y: np.ndarray) -> float:
    below = np.searchsorted(x, y, side="left") + np.searchsorted(x, y, side="right")
    return float(below.sum()) / 2


def h_ends(arms: Sequence[tuple[np.ndarray, np.ndarray]]) -> Ends:
    """Return bounds of Kruskal and Wallis's H without ties, of arms whose values lie between these.

    The rank sum of an arm is least where it is as low and all others are as high as may be. H is the
    weighted squares of the mean ranks about their middle: each is taken at its nearest and farthest,
    though not all can be there at once, so that the bounds are none too narrow.
    """
    total = sum(len(low) for low, _ in arms)
    least = most = 0.0
    for place, own in enumerate(arms):
        n, others = len(own[0]), [one for k, one in enumerate(arms) if k != place]
        ends = [n * (n + 1) / 2 + sum(w_ends(one, own)[k] for one in others) for k in (0, 1)]
        off = [end / n - (total + 1) / 2 for end in ends]
        least += n * max(off[0], -off[1], 0.0) ** 2
        most += n * max(-off[0], off[1]) ** 2
    return tuple(12 / (total * (total + 1)) * one for one in (least, most))


def p_of_h(h: Ends, arms: int) -> Ends:
    """Return bounds of the P of H between two ends, ties allowed for.

    Where median and quartiles differ no value is that of more than half the patients, and ties make H at
    most 1 / (1 - 2 / 8) times as large; `ROOM` is a little more of its root.
    """
    times, room = ROOM
    least, most = max(0.0, math.sqrt(h[0]) - room), times * math.sqrt(h[1]) + room
    return float(special.chdtrc(arms - 1, most**2)), float(special.chdtrc(arms - 1, least**2))


def p_ends(w: Ends, n1: int, n2: int) -> Ends:
    """Return bounds of the two-sided P of all W between two ends, ties and exact tests allowed for."""
    middle, sd = n1 * n2 / 2, math.sqrt(n1 * n2 * (n1 + n2 + 1) / 12)
    near = max(w[0] - middle, middle - w[1], 0.0)
    far = max(w[1] - middle, middle - w[0])
    times, room = ROOM
    least, most = max(0.0, (near - 0.5) / sd - room), times * far / sd + room
    return 2 * float(special.ndtr(-most)), min(1.0, 2 * float(special.ndtr(-least)))
