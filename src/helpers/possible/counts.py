"""Printed percentages go in; the integers and the arm sizes that they allow come out.

Brute force over every pair (x, n), in exact fractions; nothing is assumed about rounding of a
half, which may have gone either way. Nothing here says which of the allowed pairs is true.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

import pandas as pd

from helpers.errors import ImpossibleError
from helpers.possible.printed import printed_interval


def _prints_as(x: int, n: int, interval: tuple[Fraction, Fraction]) -> bool:
    return interval[0] <= Fraction(100 * x, n) <= interval[1]


def possible_counts(percent: str, *, sizes: Iterable[int]) -> pd.DataFrame:
    """Return every (x, n) with 100 x / n printed as `percent`: columns n, x, percent (unrounded).

    `percent` is the text of the report ("95.8"): its decimals matter. No row: impossible.
    """
    interval = printed_interval(percent)
    rows = [(n, x, 100 * x / n) for n in sizes for x in range(n + 1) if _prints_as(x, n, interval)]
    return pd.DataFrame(rows, columns=["n", "x", "percent"])


def responders_for(percent: str, *, size: int) -> tuple[int, ...]:
    """Return every number of responders among `size` patients that prints as `percent`.

    Raises ImpossibleError where there is none, naming the nearest percentages that `size` can
    give and the nearest sizes that can give `percent`.
    """
    found = possible_counts(percent, sizes=[size])["x"]
    if len(found):
        return tuple(int(x) for x in found)
    low, high = printed_interval(percent)
    middle = (low + high) / 2
    order = sorted(range(size + 1), key=lambda x: abs(Fraction(100 * x, size) - middle))
    near = ", ".join(f"{x}/{size} = {100 * x / size:.2f}%" for x in sorted(order[:2]))
    fits = possible_counts(percent, sizes=range(1, 4 * size + 1))["n"].unique()
    nearest = sorted(sorted(fits, key=lambda n: (abs(n - size), n))[:3])
    sizes = f"sizes that can: {', '.join(map(str, nearest))}" if nearest else "no size near can"
    raise ImpossibleError(
        f"percentage {percent} of {size} patients: expected x/{size} to print so for a whole x, "
        f"found none; the nearest possible are {near}; {sizes}"
    )


def allocations(
    *, total: int = 72, first: str = "95.8", second: str = "70.8", third_at_least: int = 1
) -> pd.DataFrame:
    """Return every split of `total` patients in three arms that both percentages allow.

    One row a combination: n_first, x_first, n_second, x_second, n_third (the arm of which
    nothing is printed) and spread, the largest arm minus the smallest.
    Raises ImpossibleError where no split will do.
    """
    sizes = range(1, total)
    one, two = (possible_counts(p, sizes=sizes)[["n", "x"]] for p in (first, second))
    both = one.merge(two, how="cross", suffixes=("_first", "_second"))
    both["n_third"] = total - both["n_first"] - both["n_second"]
    both = both[both["n_third"] >= third_at_least].reset_index(drop=True)
    if both.empty:
        raise ImpossibleError(
            f"allocation: expected three arms of {total} patients with {first}% and {second}%, "
            f"found none; smallest arms that print so: {_smallest(one)} and {_smallest(two)}"
        )
    arms = both[["n_first", "n_second", "n_third"]]
    return both.assign(spread=arms.max(axis=1) - arms.min(axis=1)).sort_values(
        ["spread", "n_first", "n_second", "x_first", "x_second"], ignore_index=True
    )


def _smallest(pairs: pd.DataFrame) -> str:
    return "none" if pairs.empty else f"{pairs['x'].iloc[0]}/{pairs['n'].iloc[0]}"


def censored_counts(percent: str, *, size: int, visits: int, censored_at_most: int) -> pd.DataFrame:
    """Return which responders and dropouts give a Kaplan-Meier response printed as `percent`.

    One row a pair that some history gives: events, censored, and percent_low, percent_high, the
    range of 100 (1 - KM) over those histories that print so. A patient censored at a visit was at
    risk at it and left before the next; one seen at the last visit did not drop out. All orders
    over `visits` are tried, in exact fractions.
    """
    low, high = printed_interval(percent)
    ends = {}
    for (at_risk, censored), survivals in _km_ends(size, visits, censored_at_most).items():
        shown = [100 * (1 - s) for s in survivals]
        fits = [value for value in shown if low <= value <= high]
        if fits:
            ends[size - at_risk - censored, censored] = fits
    rows = [(*key, float(min(v)), float(max(v))) for key, v in sorted(ends.items())]
    return pd.DataFrame(rows, columns=["events", "censored", "percent_low", "percent_high"])


def _km_ends(size: int, visits: int, cap: int) -> dict[tuple[int, int], set[Fraction]]:
    """Return every Kaplan-Meier end, keyed by (patients left at the end, censored before it)."""
    states = {(size, 0): {Fraction(1)}}
    for visit in range(visits):
        room = cap if visit < visits - 1 else 0
        after: dict[tuple[int, int], set[Fraction]] = {}
        for (n, censored), survivals in states.items():
            for events in range(n + 1):
                factor = Fraction(n - events, n) if n else Fraction(1)
                values = {s * factor for s in survivals}
                for leave in range(max(0, min(room - censored, n - events)) + 1):
                    key = (n - events - leave, censored + leave)
                    after.setdefault(key, set()).update(values)
        states = after
    return states
