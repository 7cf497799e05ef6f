"""Times, events and early leavers go in, what leaving could have changed comes out; nothing is assumed.

Readings of the same patients. *Censored*: who left would have had the event as often as those who
stayed (1 - Kaplan-Meier). *Competing*, where competing events such as death are declared: the same
of who left, but after a competing event there is no other (Aalen-Johansen). *Never* and *event*:
nobody who left would have had it, or everybody had it on leaving: the ends of what leaving can do.
*Competing* lies between them, *censored* never below it. A time that ended with the study is
censored in all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from helpers.analyse import checks
from helpers.analyse.competing import aalen_johansen
from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.landmarks import cumulative_incidence_at
from helpers.errors import AnalysisError


@estimator
def incidence_if_leaving(
    time: Sequence[float],
    event: Sequence[bool],
    left: Sequence[bool],
    *,
    at: float,
    competing: Sequence[bool] | None = None,
    level: float = 0.95,
) -> dict[str, Estimate]:
    """Probability of the event by `at` in the readings of the module.

    One row a subject: `event`, `left` and `competing` exclude one another, and who has none of them
    was censored at `time` for good reason (the study ended). Keys: never, competing (only where
    there is such an event), censored, event; each with its log(-log) interval, none where the
    estimate is 0 or 1. Raises for a subject with two of them.
    """
    time = checks.vector(time, name="time")
    event = checks.flags(event, name="event", length=len(time))
    left = checks.flags(left, name="left", length=len(time))
    other = [False] * len(time) if competing is None else competing
    other = checks.flags(other, name="competing", length=len(time))
    twice = int((event & left).sum() + ((event | left) & other).sum())
    if twice:
        raise AnalysisError(
            f"left: expected nobody with an event among those who left, found {twice};"
            " a subject with the event did not leave before it"
        )
    found = {
        "never": _incidence(time, event, left | other, at, level),
        "competing": _incidence(time, event, other, at, level),
        "censored": cumulative_incidence_at(time, event, at=at, level=level),
        # who left had it; who had a competing event can have had none
        "event": _incidence(time, event | left, other, at, level),
    }
    methods = {"never": "aalen-johansen, leaving counted as no event", "competing": "aalen-johansen",
               "censored": "kaplan-meier"}  # fmt: skip
    return {
        key: replace(e, method=methods.get(key, "leaving counted as the event"))
        for key, e in found.items()
        if key != "competing" or other.any()
    }


def _incidence(time, event, other, at: float, level: float) -> Estimate:
    """Incidence of the event where `other` competes; 1 - Kaplan-Meier where nothing does."""
    if not other.any():
        return cumulative_incidence_at(time, event, at=at, level=level)
    if not event.any():
        return Estimate("aalen-johansen", "cumulative incidence", 0.0, n=len(time), level=level)
    cause = [1 if e else 2 if gone else 0 for e, gone in zip(event, other, strict=True)]
    return aalen_johansen(time, cause, at=at, level=level)[1]
