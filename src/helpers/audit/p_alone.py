"""A P that stands alone goes in; whether so many patients can print it, and what that takes, comes out.

Check `p-possible`. Within an arm a P needs a mean change of so many SDs (paired t), so few changes
the other way (sign test), or so small a sum of their ranks (signed-rank). The last two have a
smallest P, 2/2^n: with few patients it can be too large for what is printed. A P of a comparison of
which nothing else is printed stays not checkable.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from helpers.audit.findings import Check, worst
from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, span
from helpers.audit.tables import cells
from helpers.audit.wording import allowed
from helpers.rounding import plain, to_decimals

NAME = "p-possible"
PART = "P"
SAME = 1e-12  # relative rounding error of a tail
MOST = 400  # patients up to whom the exact distribution of the rank sum is made


def unsupported(result: Result, why: str, asks: str) -> Check:
    """Return the check of a P beside which nothing is printed to hold it against."""
    return Check(result.id, "p-from-means", "not checkable", part=PART, why=why, asks=asks)


def check_alone(result: Result, report: Report, p: list[Printed | None]) -> Check:
    """Return the check of the P of changes within arms of which no spread is printed."""
    asks = f"What are the mean changes and their SDs of “{result.id}”, and by which test?"
    said = "no spread of the change is printed, so its P cannot be computed again"
    ways = report.readings.rounding
    found = [_arm(result, report.arm(cell.arm).label, cell.size, number, ways)
             for cell, number in zip(cells(result, report), p, strict=True)
             if number is not None and cell.size and cell.size > 1]  # fmt: skip
    if not found:
        return unsupported(result, said, asks)
    verdict = worst(verdict for verdict, *_ in found)
    alike: dict[str, list[str]] = {}
    for _, label, text, _ in found:
        if text:
            alike.setdefault(text, []).append(label)
    parts = [f"{', '.join(labels)}: {text}" for text, labels in alike.items()]
    asked = "; ".join(parts) or "a P that is not significant takes no change at all"
    always = all(free for *_, free in found)
    return Check(
        result.id, NAME, verdict, (), {"arms": parts}, "smallest change that prints the P",
        f"{said}; {asked}", PART, asks,
        power="some patients print any P: a random one would always have passed" if always else "",
        passes=1.0 if always else None,
    )  # fmt: skip


def _arm(
    result: Result, label: str, n: int, number: Printed, ways: tuple[str, ...]
) -> tuple[str, str, str, bool]:
    """Verdict of one arm, its label, what its P takes, and whether any P could be printed."""
    methods = allowed(result, ("paired t", "ranks")) or ("paired t", "ranks")
    free = "paired t" in methods
    limit = float(number)
    if number.sign in (">", "≥") or not 0 < limit < 1:
        return "compatible", label, "", free
    least = smallest_rank_p(n)
    if not free and least > max(span(number, rounding)[1] for rounding in ways):
        return (
            "questioned",
            label,
            f"no ranks of {n} print P {number.text}, the smallest is {plain(least, 2)}",
            False,
        )
    shown = f"P {number.sign or '= '}{number.text.lstrip('<>≤≥ ')}"
    takes = _takes(n, limit, "at least " if number.sign in ("<", "≤") else "about ", mean=free)
    return "compatible", label, f"{shown} in {n} takes {', or '.join(takes)}", free


def _takes(n: int, limit: float, bound: str, *, mean: bool) -> list[str]:
    """Return what a P of at most `limit` takes by each test, in words; by the paired t test if `mean`."""
    takes = []
    if mean:
        change = f"{to_decimals(standardised(n, limit), 2):.2f}"
        takes.append(f"a mean change of {bound}{change} SD (paired t test)")
    if smallest_rank_p(n) <= limit:
        rises, total = most_against(n, limit), n * (n + 1) // 2
        takes.append(f"{bound}{n - rises} of {n} changing alike (sign test)")
        if n <= MOST:
            sum_ = rank_sum(n, limit)
            takes.append(
                f"ranks against it that add up to at most {sum_} of {total} (signed-rank test)"
            )
    return takes


def standardised(n: int, p: float) -> float:
    """Return the mean change, in SDs of the change, at which a paired t test of n gives this P."""
    return float(special.stdtrit(n - 1, 1 - p / 2)) / math.sqrt(n)


def smallest_rank_p(n: int) -> float:
    """Return the smallest two-sided P of the sign and signed-rank tests of n changes."""
    return 2.0 ** (1 - n)


def most_against(n: int, p: float) -> int:
    """Return the most of n changes against the others at which the sign test gives at most this P."""
    low, high = -1, n // 2  # P of `low` is at most p, that of `high` above it
    while high - low > 1:
        middle = (low + high) // 2
        at_most = 2 * float(special.bdtr(middle, n, 0.5)) <= p * (1 + SAME)
        low, high = (middle, high) if at_most else (low, middle)
    return low


def rank_sum(n: int, p: float) -> int:
    """Return the largest sum of ranks against the change with an exact signed-rank P of at most p."""
    ways = np.ones(1)
    for rank in range(1, n + 1):
        longer = np.zeros(len(ways) + rank)
        longer[: len(ways)] += ways
        longer[rank:] += ways
        ways = longer / 2
    return int(np.searchsorted(2 * np.cumsum(ways), p * (1 + 1e-12), side="right")) - 1
