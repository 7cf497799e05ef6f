"""A comparison of two curves and its printed P in; whether losses could turn the test's direction out.

Percentages and P do not say who was lost. One arm is taken to lose nobody and to go as much against the
printed direction as it can; of the other all histories with so many lost are gone through. A trial so
found proves that the direction is open; finding none proves nothing, and is said so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from helpers.audit.curves import axes, curve_sizes
from helpers.audit.findings import Under
from helpers.audit.log_rank.tally import statistics
from helpers.audit.log_rank.trials import ArmTrials
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse, span
from helpers.audit.survival import concerns_times, loss_readings
from helpers.audit.wording import TIME_TESTS, allowed, names_adjustment
from helpers.possible.batched import at_risk
from helpers.rounding import plain

TEST = "log-rank"
SAME = 1e-9  # no difference between observed and expected


def turned_if_lost(result: Result, report: Report) -> Under | None:
    """Return losses as a reading of a direction, with the fewest that turn the log-rank test.

    None where there is no such reading: no curve, no P, another test, other than two arms, sizes that
    are open, or arms with too many histories to go through. The verdict under it is "compatible":
    trials that point as printed are there under every reading.
    """
    p = parse(result.p[0]) if result.p and result.p[0] else None
    fits = concerns_times(result) and len(result.arms) == 2 and TEST in allowed(result, TIME_TESTS)
    sizes = curve_sizes(result, report) if fits else []
    if p is None or p.sign in (">", "≥") or names_adjustment(result) or len(sizes) != 1:
        return None
    ways = list(loss_readings(result, report, sizes[0], axes(result)[0]))
    if len(ways) < 2 or None in (arm.percent for arm in ways[1][1]):
        return None
    most = max(span(p, rounding)[1] for rounding in report.readings.rounding)
    labels = [report.arm(name).label for name in result.arms]
    return _told(ways[1][1], labels, most, report.readings.lost_at_most)


def _told(arms: list[ArmTrials], labels: list[str], most: float, limit: int) -> Under | None:
    """The fewest lost in one arm that turn a P of at most `most`, in words; None: too many to tell."""
    tried = 0
    for lost in range(1, limit + 1):
        found = [(p, labels[at]) for at in (0, 1) if (p := _smallest(arms, at, lost)) is not None]
        tried = lost if found else tried
        if found and (least := min(found))[0] <= most:
            return Under(f"with {lost} lost in {least[1]}: trials that print the percentages can point "
                         f"the other way with a P from {plain(least[0], 2)} on ({TEST})",
                         "compatible")  # fmt: skip
    words = f"with at most {tried} lost in one arm, none in the other: none found that points the other way"
    return Under(words, "compatible") if tried else None


def _smallest(arms: list[ArmTrials], at: int, lost: int) -> float | None:
    """Return the smallest P against the printed direction if arm `at` loses at most so many.

    The other arm loses nobody and has all its events at the visit that speaks most against the
    printed direction. None where an arm has no such history, or too many; 2.0 where none points so.
    """
    other = arms[1 - at]
    whole = [events for events, gone in other.pairs if gone == 0]
    pairs = tuple(pair for pair in arms[at].pairs if pair[1] <= lost)
    arm = replace(arms[at], pairs=pairs)
    if not whole or not any(gone for _, gone in pairs) or arm.listed is None:
        return None
    ahead = 0 if sum(arms[0].percent) >= sum(arms[1].percent) else 1  # more events, as printed
    history = np.zeros(other.visits, dtype=int)
    history[-1 if ahead != at else 0] = whole[0]
    table, gone = arm.listed
    beside = np.broadcast_to(history, table.shape), np.zeros_like(gone)
    ways = ((table, gone), beside) if at == 0 else (beside, (table, gone))
    events, left = (np.stack(part, axis=1) for part in zip(*ways, strict=True))
    excess, p = statistics(events, at_risk(events, left, sizes=[a.size for a in arms]), TEST)
    against = excess < -SAME if ahead == 0 else excess > SAME
    return float(np.where(against, p, 2.0).min())
