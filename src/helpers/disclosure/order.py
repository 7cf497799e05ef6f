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

No cell is narrower than three levels, as the decimals of the numbers tell them: of a score with two
levels in a cell, the print of one and the missing print of another tell where a neighbour stands.

Proof: tests/test_disclosure_order.py goes through all samples of small n on a grid, as an outsider
who knows this rule would, and finds no place in the order whose value is left to fewer than t. That
is for numbers one level apart, and for those of more levels than a cell is wide. It is not for few
levels that lie further apart than they are written (multiples of 12 weeks), whose step only other
data would tell; and the means of pairs (a shift) are held to their own cell alone.

Source: quantiles as frequencies in the output-checking handbook (see
`rules`), with the subjects of a cell in the place of a least n.
"""

from __future__ import annotations

import math

from helpers.analyse.among import Among
from helpers.analyse.estimate import NAN

LOWER, MIDDLE, UPPER = 0.0, 0.5, 1.0  # what of a cell is printed: its ends for limits
FULL = 1.5  # times the threshold: subjects in a cell in the middle of a normal distribution
LEVELS = (
    3  # that a cell holds at the least: one of a score with two would be known by its neighbour
)
PEAK = 0.4  # height of the standard normal density
STEPS = (1, 2, 5, 10)
NOISE = 1e-9  # of a width: how far two ways to compute one number may differ


def width(among: Among, threshold: int) -> float:
    """The width of a sample's cells; 0 where all its numbers are the same.

    Of the subjects' own numbers a cell in the middle holds about 1.5 thresholds of n subjects. Where
    a candidate is made of two subjects, it holds candidates of nearly all: a cell of one to two
    partners is wide enough. No cell is narrower than three of the levels that numbers so written have.
    """
    subjects = len(among.one)
    spread = among.spread()
    if not spread or not math.isfinite(spread):
        return 0.0
    wanted = FULL * threshold if among.own else FULL
    least = max(wanted * spread / (PEAK * subjects), LEVELS * among.step())
    power = 10.0 ** math.floor(math.log10(least))
    return next(step for step in STEPS if step * power >= least * (1 - NOISE)) * power


def printed(value: float, among: Among, *, threshold: int, part: float = MIDDLE) -> float:
    """The `part` of the cell of `value`; NaN where fewer than `threshold` subjects lie in it.

    What is not finite stays: a limit that was not reached. With a `base` the cells are those of
    the logarithms.
    """
    if not math.isfinite(value):
        return value
    if among.base:
        at = math.log(value) / math.log(among.base) if value > 0 else -math.inf
        found = printed(at, Among(among.one, among.other, among.factor), threshold=threshold,
                        part=part)  # fmt: skip
        return among.base**found
    wide = width(among, threshold)
    if not wide:
        same = among.subjects_between(value - NOISE, value + NOISE)
        return value if same >= threshold else NAN
    place = math.floor(value / wide + NOISE)
    low, high = (place - NOISE) * wide, (place + 1 - NOISE) * wide
    if among.subjects_between(low, high) < threshold:
        return NAN
    decimals = max(0, 1 - math.floor(math.log10(wide)))
    return round((place + part) * wide, decimals) + 0.0
