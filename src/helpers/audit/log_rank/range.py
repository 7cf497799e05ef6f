"""Arms, what they may end with and a printed P go in; where the P can lie comes out (`log-rank-range`).

Two arms compared by log-rank get proven ends by `paths`, whatever their size. Shares are exact
where all trials can be gone through, and from independent draws with their standard error where
not. With more arms, other weights, or lost patients whose curves must end as printed, the ends of
the trials gone through are given too: exact when these are all, else as seen among the draws.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from helpers.audit.effort import spend
from helpers.audit.log_rank.ends import Ends, ends
from helpers.audit.log_rank.paths import History, make_paths
from helpers.audit.log_rank.statistic import TESTS
from helpers.audit.log_rank.tally import Tally, halves, statistics
from helpers.audit.log_rank.trials import (
    DRAWS,
    ArmTrials,
    all_trials,
    chunk,
    drawn_trials,
    independent,
    number,
)
from helpers.audit.printed import Printed, parse, span
from helpers.audit.progress import Progress
from helpers.errors import AnalysisError

ENUMERATED = 5_000_000  # trials that are gone through one by one
LISTS = 120_000_000  # histories of two arms without loss that are counted by halves
WORK = 400_000_000  # additions of one longest path for which the ends are proven


@dataclass(frozen=True)
class LogRankRange:
    """Where the P of a comparison of curves can lie, over all trials that the numbers allow.

    `trials`: how many, None where unknown; `enumerated` whether all were gone through. `p_min`,
    `p_max`: ends over all, `proven` whether they are proven or only seen; `p_min_first` over those
    in which the first arm has the event more than expected, `p_min_reverse` the others (None where
    there is none); `p_max_upper` no P is larger. Shares (0 to 1), each trial counted once and
    weighted by its assignments of patients, with standard errors (0 where exact): `printing` those
    that print the P, by rounding; `first` those in which the first arm has the event more often
    than expected; `printing_first` that among the printing ones, None where there are none.
    `histogram`: shares, once, of P by `EDGES`. `witnesses`: trials at the ends, and one that prints.
    """

    test: str
    sizes: tuple[int, ...]
    visits: int
    trials: int | None
    enumerated: bool
    draws: int
    proven: bool
    p_min: float
    p_max: float
    p_max_upper: float
    p_min_first: float | None
    p_min_reverse: float | None
    printing: dict[str, float]
    printing_error: dict[str, float]
    printing_weighted: dict[str, float]
    printing_weighted_error: dict[str, float]
    first: float | None
    printing_first: float | None
    histogram: tuple[float, ...]
    witnesses: dict[str, History] = field(default_factory=dict)
    method: str = ""


def log_rank_range(
    *,
    arms: Sequence[ArmTrials],
    p: str | Printed = "",
    roundings: Sequence[str] = ("half-up",),
    test: str = "log-rank",
    draws: int = DRAWS,
    seed: int = 1,
) -> LogRankRange:
    """Return where the P can lie; see `LogRankRange`.

    `arms` as `trials.ArmTrials`, two or more, with the same visits; `p` two-sided, as printed, "" where it
    is not; `test` one of log-rank, Wilcoxon-Breslow and Peto. Raises ImpossibleError where an arm has
    no history that prints its percentage, AnalysisError for an unknown test, fewer than two arms,
    or percentages that almost no drawn history prints.
    """
    if test not in TESTS or len(arms) < 2:
        raise AnalysisError(
            f"log-rank range: expected one of {', '.join(TESTS)} and two arms or more, found {test} "
            f"and {len(arms)} arms; correct the call"
        )
    wanted = parse(p) if isinstance(p, str) and p else p or None
    spans = _spans(wanted, roundings)
    total = number(arms)
    if total is not None and total <= ENUMERATED and all(arm.listed is not None for arm in arms):
        once, weighted = _enumerate(arms, test, spans, total)
        used, enumerated = total, True
    elif _by_halves(arms, test, total):
        once, weighted = halves(arms, spans)
        used, enumerated = total, True
    else:
        once, weighted = _sample(arms, test, spans, draws, seed)
        used, enumerated = -(-draws // chunk(arms)) * chunk(arms), False
    return _range(arms, test, spans, once, weighted, total, used, enumerated)


def _spans(wanted: Printed | None, roundings: Sequence[str]) -> dict[str, tuple[float, float]]:
    return {} if wanted is None else {r: span(wanted, r) for r in roundings}


def _by_halves(arms: Sequence[ArmTrials], test: str, total: int | None) -> bool:
    """Return whether halves of histories count all trials: two arms, log-rank, one count, no loss."""
    plain = all(len(arm.pairs) == 1 and arm.pairs[0][1] == 0 for arm in arms)
    return len(arms) == 2 and test == "log-rank" and plain and total <= LISTS


def _enumerate(arms, test, spans, total) -> tuple[Tally, Tally]:
    once, weighted = Tally(spans), Tally(spans)
    with Progress("going through the trials", total) as progress:
        for events, risk, weight in all_trials(arms):
            found = statistics(events, risk, test)
            once.add(*found, events, risk)
            weighted.add(*found, events, risk, weight)
            progress.step(len(events))
    return once, weighted


def _sample(arms, test, spans, draws, seed) -> tuple[Tally, Tally]:
    found = []
    for arm in arms:
        arm.within_reach(seed, weighted=True)
    spend(draws * (len(arms) * arms[0].visits) ** 2 // 8000)  # many visits: fewer proposals fit
    with Progress("drawing trials", 2 * draws) as progress:
        for weighted in (False, True):
            tally = Tally(spans)
            for events, risk in drawn_trials(arms, draws=draws, seed=seed, weighted=weighted):
                tally.add(*statistics(events, risk, test), events, risk)
                progress.step(len(events))
            found.append(tally)
    return tuple(found)


def _proven(arms: Sequence[ArmTrials], test: str, once: Tally) -> Ends | None:
    if len(arms) != 2 or test != "log-rank":
        return None
    paths = make_paths(sizes=[a.size for a in arms], pairs=[a.pairs for a in arms],
                       visits=arms[0].visits)  # fmt: skip
    if paths.work * min(arms[0].visits, 12) > WORK:
        return None
    return ends(paths, seen=_history(once.witnesses["high"], arms))


def _history(witness, arms: Sequence[ArmTrials]) -> History:
    """Return a trial of the arrays as events and losses by visit."""
    events, risk = witness
    lost = []
    for arm in range(len(arms)):
        left = np.append(risk[arm], risk[arm][-1] - events[arm][-1])
        gone = left[:-1] - left[1:] - events[arm]
        gone[-1] = 0  # who is there at the last visit is not lost
        lost.append(tuple(int(c) for c in gone))
    return History(tuple(tuple(int(d) for d in arm) for arm in events), tuple(lost))


def _range(arms, test, spans, once, weighted, total, used, enumerated) -> LogRankRange:
    proven = None if enumerated else _proven(arms, test, once)
    witnesses = {name: _history(found, arms) for name, found in once.witnesses.items()}
    directions = (
        {s: once.directed.get(s) for s in (1, -1)} if len(arms) == 2 else {1: None, -1: None}
    )
    low, high, upper = once.low, once.high, once.high if enumerated else 1.0
    if proven is not None:
        directions = {1: proven.p_min, -1: proven.p_min_reverse}
        sides = [p for p in directions.values() if p is not None]
        low, high, upper = min(sides, default=1.0), max(high, proven.p_max), proven.p_max_upper
        witnesses |= {"high": proven.witness_high}
        witnesses |= {"low": proven.witness_low or proven.witness_reverse or witnesses["low"]}
    alone = independent(arms, used)
    shares, errors = _shares(once, spans, alone, enumerated)
    shares_w, errors_w = _shares(weighted, spans, alone, enumerated)
    pointed = len(arms) == 2
    return LogRankRange(
        test=test, sizes=tuple(arm.size for arm in arms), visits=arms[0].visits, trials=total,
        enumerated=enumerated, draws=0 if enumerated else used,
        proven=enumerated or proven is not None, p_min=low, p_max=high, p_max_upper=upper,
        p_min_first=directions[1], p_min_reverse=directions[-1],
        printing=shares, printing_error=errors,
        printing_weighted=shares_w, printing_weighted_error=errors_w,
        first=once.first / once.seen if pointed else None,
        printing_first=once.prints_first / once.prints_any if once.prints_any else None,
        histogram=tuple((once.bins / once.seen).tolist()), witnesses=witnesses,
        method=_method(arms, test, enumerated, proven is not None, (used, alone)),
    )  # fmt: skip


def _shares(tally: Tally, spans, used: int, enumerated: bool) -> tuple[dict, dict]:
    shares = {name: tally.prints.get(name, 0.0) / tally.seen for name in spans}
    errors = {name: 0.0 if enumerated else math.sqrt(max(s * (1 - s), 1 / used) / used)
              for name, s in shares.items()}  # fmt: skip
    return shares, errors


def _method(arms, test: str, enumerated: bool, proven: bool, used: tuple[int, int]) -> str:
    if enumerated:
        return f"{test}: every trial gone through"
    drawn = f"shares from {used[0]:,} independent draws"
    if used[1] < used[0]:
        drawn = f"shares from {used[0]:,} trials of {used[1]:,} independent draws of each arm"
    if not proven:
        return f"{test}: {drawn}; ends as seen among them"
    lost = any(c for arm in arms for _, c in arm.pairs)
    outer = ", which enclose those of the trials that print the percentages" if lost else ""
    return f"{test}: ends by longest paths over the hull of (O − E, V){outer}; {drawn}"
