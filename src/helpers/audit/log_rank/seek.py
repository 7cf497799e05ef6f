"""Two histories and a printed P go in; a history between them that prints it comes out, if one is met.

One patient at a time is moved from where the first history has it to where the second has it, so P
changes in small steps. Meeting none proves nothing. Nothing here samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from helpers.audit.log_rank.paths import History, log_rank_terms
from helpers.possible.log_rank_terms import chi_square_p


def history_p(history: History, sizes: Sequence[int]) -> float:
    """Return the log-rank P of a history of two arms; 1 where it holds no information."""
    excess, variance = log_rank_terms(history, sizes)
    return chi_square_p(float(excess * excess / variance)) if variance else 1.0


def between(
    start: History, goal: History, *, sizes: Sequence[int], prints: Callable[[float], bool]
) -> History | None:
    """Return the first history on the way from `start` to `goal` whose P prints; None for none.

    Both must have the same events in each arm and lose nobody; else only they themselves are tried.
    """
    for history in (start, goal):
        if prints(history_p(history, sizes)):
            return history
    lost = any(any(arm) for history in (start, goal) for arm in history.lost)
    if lost or [sum(a) for a in start.events] != [sum(a) for a in goal.events]:
        return None
    rows = [list(arm) for arm in start.events]
    for arm, wanted in enumerate(goal.events):
        while tuple(rows[arm]) != tuple(wanted):
            give = next(v for v, (a, b) in enumerate(zip(rows[arm], wanted, strict=True)) if a > b)
            take = next(v for v, (a, b) in enumerate(zip(rows[arm], wanted, strict=True)) if a < b)
            rows[arm][give] -= 1
            rows[arm][take] += 1
            history = History(tuple(map(tuple, rows)), start.lost)
            if prints(history_p(history, sizes)):
                return history
    return None
