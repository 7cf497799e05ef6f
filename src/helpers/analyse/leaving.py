"""Times, events and early leavers go in, what leaving could have changed comes out; nothing is assumed.

Three readings of the same patients. *Competing*: who left can no longer have the event, as after
death or the end of treatment (Aalen-Johansen). *Censored*: who left would have had it as often as
those who stayed (1 - Kaplan-Meier). *Event*: everybody who left had it on leaving. The first and
the last are the ends of what can be true; the middle one lies between them.
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
    level: float = 0.95,
) -> dict[str, Estimate]:
    """Probability of the event by `at` in the three readings of the module.

    One row a subject: `event` and `left` exclude each other, and who has neither was censored at
    `time` for good reason (the study ended). Keys: competing, censored, event; each with its
    log(-log) interval, none where the estimate is 0 or 1. Raises for a subject with both.
    """
    time = checks.vector(time, name="time")
    event = checks.flags(event, name="event", length=len(time))
    left = checks.flags(left, name="left", length=len(time))
    if (event & left).any():
        raise AnalysisError(
            f"left: expected nobody with an event among those who left, found {(event & left).sum()};"
            " a subject with the event did not leave before it"
        )
    found = {
        "competing": _competing(time, event, left, at, level),
        "censored": cumulative_incidence_at(time, event, at=at, level=level),
        "event": cumulative_incidence_at(time, event | left, at=at, level=level),
    }
    methods = {"competing": "aalen-johansen", "censored": "kaplan-meier"}
    return {
        key: replace(e, method=methods.get(key, "kaplan-meier, leaving counted as the event"))
        for key, e in found.items()
    }


def _competing(time, event, left, at: float, level: float) -> Estimate:
    if not event.any():
        return Estimate("aalen-johansen", "cumulative incidence", 0.0, n=len(time), level=level)
    cause = [1 if e else 2 if gone else 0 for e, gone in zip(event, left, strict=True)]
    return aalen_johansen(time, cause, at=at, level=level)[1]
