"""Arms that may lose patients go in; sampled ranges and shares with their errors come out.

Where histories are too many to enumerate, trials are drawn independently and uniformly: *once*,
every history (responders and dropouts per visit) equally likely; *weighted*, every assignment of
the patients, told apart, equally likely. Draws whose Kaplan-Meier end does not print as reported
are rejected, which leaves the rest uniform. Ranges seen in a sample lie inside the true ones;
`bounds` gives exact ends without dropout.

A dropout is seen at a visit (and at risk at it) and leaves before the next, so nobody drops out
at the last visit. Draws being independent, the standard error is binomial; as a check, the
spread between batches is given beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.batched import at_risk, km_survival, logrank, logrank_p, rmst
from helpers.possible.counts import censored_counts
from helpers.possible.log_rank_terms import check_trial
from helpers.possible.parallel import Counted, run_all
from helpers.possible.printed import p_interval, printed_interval

BATCHES = 20
MANY = 100  # places above which bars are drawn again rather than all places sorted
ROUNDS = 2000
CELLS = 5_000_000  # visits times draws of a batch: about 1 GB of work arrays
SAME = 1e-11  # O - E nearer to 0 is a tie; see `grid.TIE`
SLACK = 1e-9  # of a per cent: rounding error of a percentage computed in floats


@dataclass(frozen=True)
class Arm:
    """One arm: its size, the (responders, dropouts) it may have, and its printed end, if any.

    `percent` is the interval, in per cent, in which 100 (1 - KM) must end; None: no condition.
    """

    size: int
    pairs: tuple[tuple[int, int], ...]
    percent: tuple[float, float] | None = None


@dataclass(frozen=True)
class Share:
    """A share (0 to 1) of sampled trials, its standard error, and that from the batches.

    The two errors agree, to within a factor of about 1.5, unless the draws were not independent.
    """

    value: float
    error: float
    batch_error: float


@dataclass(frozen=True)
class SampledRange:
    """What sampled trials say; meanings as in `HistoryRange`, P and RMST ranges as *seen*.

    `p_quantiles` holds (0.025, 0.25, 0.5, 0.75, 0.975) of P. `share_significant` is the share
    with P < 0.05 and the first arm faster.
    """

    draws: int
    weighted: bool
    share_rounding_to_reported: Share
    share_first_faster: Share
    share_significant: Share
    p_seen: tuple[float, float]
    p_quantiles: tuple[float, ...]
    rmst_gain_seen: tuple[float, float]
    method: str


def fixed_arm(*, size: int, responders: int) -> Arm:
    """Return an arm with these responders and no dropout."""
    return Arm(size, ((responders, 0),))


def printed_arm(*, size: int, percent: str, visits: int, censored_at_most: int) -> Arm:
    """Return an arm with up to so many dropouts whose Kaplan-Meier response prints as `percent`.

    Raises ImpossibleError where no history does.
    """
    found = censored_counts(percent, size=size, visits=visits, censored_at_most=censored_at_most)
    if found.empty:
        raise ImpossibleError(
            f"percentage {percent} of {size} patients: expected a history with at most "
            f"{censored_at_most} dropouts to end so, found none; allow more dropouts or "
            "see helpers.possible.counts.responders_for for the nearest percentages"
        )
    low, high = printed_interval(percent)
    pairs = tuple(zip(found["events"].tolist(), found["censored"].tolist(), strict=True))
    return Arm(size, pairs, (float(low), float(high)))


def _pair_chances(arm: Arm, visits: int, weighted: bool) -> np.ndarray:
    """Return the chance of each pair before rejection: its share of histories or assignments."""

    def log_ways(events: int, dropouts: int) -> float:
        if weighted:
            people = math.comb(arm.size, events) * math.comb(arm.size - events, dropouts)
            return math.log(people * visits**events * max(visits - 1, 1) ** dropouts)
        places = math.comb(dropouts + max(visits - 2, 0), dropouts)
        return math.log(math.comb(events + visits - 1, events) * places)

    logs = np.array([log_ways(*pair) for pair in arm.pairs])
    chances = np.exp(logs - logs.max())
    return chances / chances.sum()


def uniform_compositions(
    rng: np.random.Generator, *, total: int, parts: int, draws: int
) -> np.ndarray:
    """Return `draws` ways to write `total` as ordered counts, equally likely: (draws, parts)."""
    if parts == 0:
        return np.zeros((draws, 0), dtype=np.int64)
    slots = total + parts - 1
    if slots > MANY and parts**2 < slots:
        bars = _apart(rng, slots, parts - 1, draws)
    else:
        bars = rng.random((draws, slots)).argsort(axis=1)[:, : parts - 1]
    edges = np.full((draws, parts + 1), -1)
    edges[:, 1:-1] = np.sort(bars, axis=1)
    edges[:, -1] = slots
    return np.diff(edges, axis=1) - 1


def _apart(rng, slots: int, bars: int, draws: int) -> np.ndarray:
    """Return `draws` sets of so many different places, equally likely; drawn again where two coincide."""
    found = np.sort(rng.integers(slots, size=(draws, bars)), axis=1)
    while (again := (np.diff(found, axis=1) == 0).any(axis=1)).any():
        found[again] = np.sort(rng.integers(slots, size=(int(again.sum()), bars)), axis=1)
    return found


def _spread(rng, total: int, parts: int, draws: int, weighted: bool) -> np.ndarray:
    if weighted and parts:
        return rng.multinomial(total, [1 / parts] * parts, size=draws)
    return uniform_compositions(rng, total=total, parts=parts, draws=draws)


def _proposals(rng, arm: Arm, visits: int, draws: int, weighted: bool):
    """Return (responded, censored), shapes (draws, visits), before rejection."""
    numbers = rng.multinomial(draws, _pair_chances(arm, visits, weighted))
    responded, censored = np.zeros((2, draws, visits), dtype=np.int64)
    start = 0
    for (events, dropouts), number in zip(arm.pairs, numbers, strict=True):
        part = slice(start, start + number)
        responded[part] = _spread(rng, events, visits, number, weighted)
        censored[part, :-1] = _spread(rng, dropouts, visits - 1, number, weighted)
        start += number
    order = rng.permutation(draws)
    return responded[order], censored[order]


def ends_as_printed(arm: Arm, responded: np.ndarray, censored: np.ndarray) -> np.ndarray:
    """Return which histories of an arm, shape (histories, visits), end in its printed interval."""
    risk = at_risk(responded, censored, sizes=[arm.size] * len(responded))
    shown = 100 * (1 - km_survival(responded, risk)[:, -1])
    return (shown > arm.percent[0] - SLACK) & (shown < arm.percent[1] + SLACK)


def sample_arm(
    rng: np.random.Generator, arm: Arm, *, visits: int, draws: int, weighted: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return `draws` histories of one arm: responded and censored, shapes (draws, visits).

    Raises AnalysisError where almost every proposal is rejected.
    """
    kept: list[tuple[np.ndarray, np.ndarray]] = []
    found = 0
    for _ in range(ROUNDS):
        responded, censored = _proposals(rng, arm, visits, draws, weighted)
        if arm.percent is not None:
            fits = ends_as_printed(arm, responded, censored)
            responded, censored = responded[fits], censored[fits]
        kept.append((responded, censored))
        found += len(responded)
        if found >= draws:
            return tuple(np.concatenate(part)[:draws] for part in zip(*kept, strict=True))
    raise AnalysisError(
        f"sampling: expected {draws} histories that end in {arm.percent}%, found {found} among "
        f"{ROUNDS * draws}; allow fewer dropouts or more decimals"
    )


def _batch(seed, arms, weeks, draws, weighted):
    """Return (P, sign of O - E, RMST gain) of one batch of trials, shape (3, draws)."""
    rng = np.random.default_rng(seed)
    visits = len(weeks)
    sampled = [sample_arm(rng, a, visits=visits, draws=draws, weighted=weighted) for a in arms]
    responded, censored = (np.stack(part, axis=1) for part in zip(*sampled, strict=True))
    risk = at_risk(responded, censored, sizes=[arm.size for arm in arms])
    excess, variance = logrank(responded, risk)
    mean = rmst(km_survival(responded, risk), weeks=weeks)
    return np.stack([logrank_p(excess, variance), excess, mean[:, 0] - mean[:, 1]])


def _share(flags: np.ndarray) -> Share:
    """Return the share of flags, shape (batches, draws)."""
    value = float(flags.mean())
    error = math.sqrt(value * (1 - value) / flags.size)
    between = float(flags.mean(axis=1).std(ddof=1)) / math.sqrt(len(flags))
    return Share(value, error, between)


def sample_trials(
    *,
    arms: Sequence[Arm],
    visits: int,
    weeks: Sequence[float] | None = None,
    reported_p: str = "0.004",
    weighted: bool = False,
    draws: int = 200_000,
    seed: int = 1,
    jobs: int = 1,
    counted: Counted | None = None,
) -> SampledRange:
    """Return what `draws` independent trials of the two arms say; see the module.

    Cut into 20 batches with a seed each, run through joblib: neither `jobs` nor its backend
    changes the result. `draws` is rounded up to a multiple of 20. `counted` as in `parallel`.
    Raises ImpossibleError where no trial can be like this, AnalysisError for no draws or for more
    visits times draws than memory should hold.
    """
    from joblib import delayed

    times = check_trial(
        sizes=[arm.size for arm in arms],
        responders=[max(pair[0] for pair in arm.pairs) for arm in arms],
        visits=visits,
        weeks=weeks,
    )
    interval = p_interval(reported_p)
    each = _batch_size(draws, visits)
    seeds = np.random.SeedSequence(seed).spawn(BATCHES)
    tasks = [delayed(_batch)(s, arms, times, each, weighted) for s in seeds]
    parts = run_all(tasks, jobs=jobs, counted=counted)
    p, excess, gain = np.stack(parts, axis=1)
    return _sampled_range(p, excess, gain, interval, weighted=weighted, seed=seed)


def _batch_size(draws: int, visits: int) -> int:
    most = BATCHES * CELLS // visits
    if not 1 <= draws <= most:
        raise AnalysisError(
            f"draws: expected 1 to {most:,} with {visits:,} visits, found {draws:,}; "
            "change the number of draws or of visits"
        )
    return -(-draws // BATCHES)


def _sampled_range(p, excess, gain, interval, *, weighted: bool, seed: int) -> SampledRange:
    """Return the summary of sampled trials; arrays of shape (batches, draws)."""
    faster = excess > SAME
    return SampledRange(
        draws=p.size,
        weighted=weighted,
        share_rounding_to_reported=_share((p >= interval[0]) & (p <= interval[1])),
        share_first_faster=_share(faster),
        share_significant=_share(faster & (p < 0.05)),
        p_seen=(float(p.min()), float(p.max())),
        p_quantiles=tuple(np.quantile(p, [0.025, 0.25, 0.5, 0.75, 0.975]).tolist()),
        rmst_gain_seen=(float(gain.min()), float(gain.max())),
        method=f"{p.size:,} independent uniform draws, seed {seed}",
    )
