"""A value picked from subjects' numbers in, the lattice cell that stands for it out; it sees no n.

An order statistic is some subject's own value: a median of 19 counts, a quartile, the limits of a
median (of 9 to 19 subjects the second smallest and the second largest), a Kaplan-Meier median,
which is a time. So one rule holds for all of them. The line is cut into *cells* of one width, from 0
on; what is printed of a value is the middle of its cell, of a limit the outer end of its cell (an
interval is never narrower than it was, and keeps its coverage), and only where the cell holds
candidates of at least t subjects.

The width is 1, 2 or 5 times a power of 10, from the number of subjects and their spread, once:
where it does not do, nothing is printed. A wider one after a first that failed would tell, by
having been taken, that few lie near. All order statistics of a sample have the same cells, so that
two of them cannot be put together to a smaller one, and a limit that cannot be printed takes the
other one with it, so that nothing is known by being between two.

No cell is narrower than four steps between neighbouring candidates, as they occur, not as they are
written (a score in fives, visits 12 weeks apart): of a score with two levels in a cell, the print of
one and the missing print of another tell where a neighbour stands. Of the means of pairs, which lie
half a level apart, that is two levels of a subject.

Proof: tests/test_disclosure_order.py goes through all samples of small n on a grid, as an outsider
who knows this rule and the levels would, and finds no place in the order whose value is left to
fewer than t. For levels at any one distance, medians and shifts alike, no place is known from both
sides. Nor is it for shifts on levels at uneven distances (titres as they are, 10, 20, 40, 80), where
`study.toml` says what levels the scale has: the step is then the largest of theirs in every sample. A
step that is taken from what occurs tells of it, and leaves single places known.

Source: quantiles as frequencies in the output-checking handbook (see
`rules`), with the subjects of a cell in the place of a least n.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise

from helpers.analyse.among import NOISE, Among, width
from helpers.analyse.estimate import NAN

LOWER, MIDDLE, UPPER = 0.0, 0.5, 1.0  # what of a cell is printed: its ends for limits


def printed(
    value: float,
    among: Among,
    *,
    threshold: int,
    part: float = MIDDLE,
    few: Callable[[int], bool] | None = None,
) -> float:
    """The `part` of the cell of `value`; NaN where fewer than `threshold` subjects lie in it.

    What is not finite stays: a limit that was not reached. With a `base` the cells are those of
    the logarithms. `few`: which numbers are too few, where a lot decides it.
    """
    if not math.isfinite(value):
        return value
    if among.base:
        at = math.log(value) / math.log(among.base) if value > 0 else -math.inf
        found = printed(at, replace(among, base=0.0), threshold=threshold, part=part, few=few)
        return among.base**found
    few, wide = few or (lambda count: count < threshold), width(among, threshold)
    if not wide:
        return NAN if few(among.subjects_between(value - NOISE, value + NOISE)) else value
    place = math.floor(value / wide + NOISE)
    low, high = (place - NOISE) * wide, (place + 1 - NOISE) * wide
    if few(among.subjects_between(low, high)):
        return NAN
    decimals = max(0, 1 - math.floor(math.log10(wide)))
    return round((place + part) * wide, decimals) + 0.0


def apart(levels: Sequence[float], *, logs: bool) -> float:
    """How far two neighbours of the levels of a scale (rising) lie apart at the most; 0 without levels.

    With `logs` it is that of the logarithms (base 10) of the levels above 0.
    """
    steps = [math.log10(level) for level in levels if level > 0] if logs else levels
    return max((b - a for a, b in pairwise(steps)), default=0.0)
