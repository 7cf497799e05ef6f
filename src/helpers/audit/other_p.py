"""A P beside an estimate and its interval goes in; whether it may be of another test than Wald's comes out.

Log-rank, score and Fisher tests of the same data give a z near to Wald's, not the same.
"""

from __future__ import annotations

import math

from scipy import special

from helpers.audit.model import Report, Result
from helpers.audit.printed import Printed, widest
from helpers.audit.scale import EFFECT, reach, unit
from helpers.audit.tables import cells
from helpers.audit.wording import COUNT_TESTS, MEAN_TESTS, allowed, level, names_adjustment

# z of log-rank and Fisher tests: from 0.85 Wald's less 0.15 to 1.6 times it; simulated there too.
SCORE = (0.85, 1.6, 0.15)


def counted(result: Result) -> bool:
    """Return whether the words name a test of counts: they say nothing of the interval's method."""
    return bool(allowed(result, COUNT_TESTS))


def other_test(result: Result) -> bool:
    """Return whether the P may be of another test than the interval is: words name one, or none do.

    The interval of a mean difference is t's, so is its P where no words say else.
    """
    if result.measure in ("mean difference", EFFECT):
        return not allowed(result, MEAN_TESTS) and not names_adjustment(result)
    return not (result.test.strip() and allowed(result, ("Wald",))) and not names_adjustment(result)


def correction(result: Result, report: Report, numbers) -> float:
    """Return by how much a correction for continuity, Yates's or Fisher's, may lower z.

    It takes half a patient off: (1/n1 + 1/n2) / 2 of a difference, which is half the standard error
    of a log odds ratio, and as much as that of a log risk ratio where half have the event.
    """
    low, high = (float(n) for n in numbers[1:])
    width = 2 * reach(level(result))
    if not counted(result) or low >= high or (len(result.count) == 2 and all(result.count)):
        return 0.0  # of printed counts every test is computed
    if result.measure == "risk difference":
        sizes = [cell.size for cell in cells(result, report)]
        half = sum(1 / n for n in sizes) / 2 if all(sizes) else 0.0
        return half * unit(result) * width / (high - low)
    share = {"odds ratio": 0.5, "risk ratio": 1.0}.get(result.measure, 0.0)
    return share * math.log(high / low) / width if low > 0 else 0.0


def near(wanted: Printed, ends: tuple[float, float], ways: tuple[str, ...], less: float) -> bool:
    """Return whether a P lies as near to Wald's as other tests of the same data do (`SCORE`).

    `less`: by how much their z may be lower still.
    """
    least, most, room = SCORE
    z = [float(-special.ndtri(p / 2)) for p in ends[::-1]]
    low, high = widest(wanted, ways)
    found = [float(-special.ndtri(p / 2)) for p in (min(high, 1.0), max(low, 0.0))]
    return found[0] <= most * z[1] + room and found[1] >= least * z[0] - room - less
