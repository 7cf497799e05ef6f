"""What every arm may end with goes in; all its histories, or random ones, come out as count tables.

An arm ends with one of its (events, lost) pairs, and its Kaplan-Meier end lies in a printed
interval, if one is given. *Once* every history is equally likely; *weighted* every assignment of
the patients, told apart. Arms are independent, so drawing each alone is drawing the trial.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy import special

from helpers.audit.effort import spend
from helpers.audit.log_rank.conditioned import Table, conditioned, sample_ending
from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.batched import at_risk
from helpers.possible.dropout import Arm, ends_as_printed, sample_arm
from helpers.possible.leavers import arm_histories

PILOT, RARE = 20_000, 0.05  # histories drawn first, and the share of them that must end as printed
LISTED = 300_000  # histories of an arm that are listed; above, they are drawn
DRAWS = 400_000
OWN = 100_000  # histories of an arm whose curve must end as printed: trials put them together anew
CHUNK = 50_000  # trials at a time, fewer where they have many visits
BARS = 30  # places up to which bars are drawn between events
CROWDED = 6  # squared bars a slot: above, fewer than 1 in 20 draws stand apart
CELLS = 5_000_000  # counts of a chunk


@dataclass(frozen=True)
class ArmTrials:
    """One arm of `size`: the (events, lost) it may end with, and where its event curve must end.

    `percent`: the interval in per cent for 100 (1 - Kaplan-Meier), None for no condition.
    """

    size: int
    pairs: tuple[tuple[int, int], ...]
    percent: tuple[float, float] | None
    visits: int

    @cached_property
    def proposals(self) -> int:
        """How many histories the pairs have, before the condition on the curve's end."""
        return sum(self._ways(*pair, weighted=False) for pair in self.pairs)

    @cached_property
    def exact(self) -> bool:
        """Whether the condition on the curve's end leaves nothing out: nobody is lost."""
        return self.percent is None or all(c == 0 for _, c in self.pairs)

    @property
    def at_once(self) -> bool:
        """Whether all draws are best made together: their tables are built once."""
        return self.listed is None and not self.exact

    @cached_property
    def listed(self) -> Table | None:
        """All histories; None where they are too many to list."""
        if self.proposals > LISTED:
            return None
        found = arm_histories(self._arm(), visits=self.visits)
        if not len(found[0]):
            raise ImpossibleError(
                "an arm: expected a history that prints its percentage, found none"
            )
        return found

    def _arm(self) -> Arm:
        return Arm(self.size, self.pairs, None if self.exact else self.percent)

    @cached_property
    def histories(self) -> int | None:
        """The number of histories; None where only drawing would tell."""
        if self.listed is not None:
            return len(self.listed[0])
        return self.proposals if self.exact else None

    @cached_property
    def weight(self) -> np.ndarray:
        """The number of assignments of patients behind every listed history, as shares."""
        events, lost = self.listed
        rest = self.size - events.sum(axis=1) - lost.sum(axis=1)
        logs = -(special.gammaln(events + 1).sum(axis=1) + special.gammaln(lost + 1).sum(axis=1))
        logs -= special.gammaln(rest + 1)
        shares = np.exp(logs - logs.max())
        return shares / shares.sum()

    def draw(self, rng: np.random.Generator, draws: int, *, weighted: bool) -> Table:
        """Return `draws` independent histories."""
        if self.listed is not None:
            size = len(self.listed[0])
            places = (rng.choice(size, size=draws, p=self.weight) if weighted
                      else rng.integers(size, size=draws))  # fmt: skip
            return tuple(part[places] for part in self.listed)
        if not self.exact:
            return self._draw_ending(rng, draws, weighted)
        return self._draw_pairs(rng, draws, weighted)

    def _draw_ending(self, rng: np.random.Generator, draws: int, weighted: bool) -> Table:
        """Return histories whose curves end as printed, which the order decides."""
        arm = self._arm()
        pairs = conditioned(arm, visits=self.visits, weighted=weighted)
        if pairs is None:
            return sample_arm(rng, arm, visits=self.visits, draws=draws, weighted=weighted)
        ways = [self._ways(*pair, weighted=weighted) for pair in self.pairs]
        return sample_ending(rng, arm, pairs, ways, draws)

    def within_reach(self, seed: int, *, weighted: bool) -> None:
        """Raise AnalysisError where so few histories end as printed that drawing them takes minutes."""
        arm = self._arm()
        if not self.at_once or conditioned(arm, visits=self.visits, weighted=weighted) is not None:
            return
        found = self._draw_pairs(np.random.default_rng(seed), PILOT, weighted)
        if ends_as_printed(arm, *found).mean() < RARE:
            raise AnalysisError(
                f"almost no history with up to {max(c for _, c in self.pairs)} lost ends in the printed "
                "percentage, too few to draw; a smaller lost_at_most, or numbers at risk, would settle it"
            )

    @cached_property
    def _chances(self) -> tuple[np.ndarray, np.ndarray]:
        """The chance of every pair, its histories counted once and weighted."""
        spend(len(self.pairs) * (1 + self.size // 20))
        out = []
        for weighted in (False, True):
            ways = [self._ways(*pair, weighted=weighted) for pair in self.pairs]
            total = sum(ways)
            chances = np.array([way / total for way in ways])
            out.append(chances / chances.sum())
        return tuple(out)

    def _draw_pairs(self, rng: np.random.Generator, draws: int, weighted: bool) -> Table:
        """Return histories whose curves may end anywhere, or end as printed whatever the order."""
        numbers = rng.multinomial(draws, self._chances[weighted])
        parts = []
        for (events, lost), k in zip(self.pairs, numbers, strict=True):
            gone = np.zeros((k, self.visits), dtype=np.int64)
            gone[:, :-1] = _spread(rng, lost, self.visits - 1, k, weighted)
            parts.append((_spread(rng, events, self.visits, k, weighted), gone))
        order = rng.permutation(draws)
        return tuple(np.concatenate(part)[order] for part in zip(*parts, strict=True))

    def _ways(self, events: int, lost: int, weighted: bool) -> int:
        """Return the number of histories, or of assignments of patients, of one pair."""
        gaps = self.visits - 1
        if weighted:
            people = math.comb(self.size, events) * math.comb(self.size - events, lost)
            return people * self.visits**events * max(gaps, 1) ** lost
        places = math.comb(lost + gaps - 1, lost) if gaps else int(lost == 0)
        return math.comb(events + gaps, events) * places


def _spread(rng, total: int, parts: int, draws: int, weighted: bool) -> np.ndarray:
    """Return `draws` ways to spread a total over so many places, equally likely or multinomial.

    Chances drawn evenly from all that add up to 1 make all ways of spreading equally likely (Bose
    and Einstein's statistics); where places are few, bars between them are drawn instead.
    """
    if parts == 0 or total == 0 or draws == 0:
        return np.zeros((draws, parts), dtype=np.int64)
    if weighted:
        return rng.multinomial(total, [1 / parts] * parts, size=draws)
    slots = total + parts - 1
    if parts > BARS or (parts - 1) ** 2 > CROWDED * slots:  # bars would hardly ever stand apart
        return rng.multinomial(total, rng.dirichlet(np.ones(parts), size=draws))
    bars = np.sort(rng.integers(slots, size=(draws, parts - 1)), axis=1)
    while (again := (np.diff(bars, axis=1) == 0).any(axis=1)).any():  # bars stand apart
        bars[again] = np.sort(rng.integers(slots, size=(int(again.sum()), parts - 1)), axis=1)
    edges = np.hstack([np.full((draws, 1), -1), bars, np.full((draws, 1), slots)])
    return np.diff(edges, axis=1) - 1


def count_tables(parts: Sequence[Table], sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return (events, at risk), shape (trials, arms, visits), of one table an arm."""
    events = np.stack([events for events, _ in parts], axis=1)
    lost = np.stack([lost for _, lost in parts], axis=1)
    return events, at_risk(events, lost, sizes=sizes)


def number(arms: Sequence[ArmTrials]) -> int | None:
    """Return how many trials there are; None where only drawing would tell."""
    counts = [arm.histories for arm in arms]
    return None if None in counts else math.prod(counts)


def chunk(arms: Sequence[ArmTrials]) -> int:
    """Return how many trials are held at a time."""
    return max(1, min(CHUNK, CELLS // (len(arms) * arms[0].visits)))


def all_trials(arms: Sequence[ArmTrials]):
    """Yield (events, at risk, weight) of every trial in chunks; the arms must be listed."""
    lengths = [len(arm.listed[0]) for arm in arms]
    total = math.prod(lengths)
    size = chunk(arms)
    for start in range(0, total, size):
        flat = np.arange(start, min(start + size, total))
        places = np.unravel_index(flat, lengths)
        parts = [tuple(part[p] for part in arm.listed) for arm, p in zip(arms, places, strict=True)]
        weight = math.prod(arm.weight[p] for arm, p in zip(arms, places, strict=True))
        yield *count_tables(parts, [arm.size for arm in arms]), weight


def drawn_trials(arms: Sequence[ArmTrials], *, draws: int, seed: int, weighted: bool):
    """Yield (events, at risk) of independent random trials in chunks, the same for the same seed.

    Raises AnalysisError where almost no proposal ends as printed.
    """
    for arm in arms:
        arm.within_reach(seed, weighted=weighted)
    size = chunk(arms)
    chunks = -(-draws // size)
    *children, whole = map(np.random.default_rng, np.random.SeedSequence(seed).spawn(chunks + 1))
    own = min(OWN, chunks * size)
    once = {a: _ending(arm, seed, a, own, weighted) for a, arm in enumerate(arms) if arm.at_once}
    rounds = -(-chunks * size // own)
    order = {a: np.concatenate([whole.permutation(own) for _ in range(rounds)]) for a in once}
    for k, rng in enumerate(children):
        here = slice(k * size, (k + 1) * size)
        parts = [tuple(part[order[a][here]] for part in once[a]) if a in once
                 else arm.draw(rng, size, weighted=weighted) for a, arm in enumerate(arms)]  # fmt: skip
        yield count_tables(parts, [arm.size for arm in arms])


@lru_cache(maxsize=16)
def _ending(arm: ArmTrials, seed: int, place: int, draws: int, weighted: bool) -> Table:
    """Return independent histories of an arm whose curve ends as printed; asked again, the same."""
    rng = np.random.default_rng([seed, place, int(weighted)])
    return arm.draw(rng, draws, weighted=weighted)


def independent(arms: Sequence[ArmTrials], draws: int) -> int:
    """Return how many of so many drawn trials are independent at least.

    Histories that are costly to draw are put together anew with those of other arms, up to `OWN` of
    them; a share of such trials varies no more than one of `OWN` independent trials.
    """
    return min(draws, OWN) if any(arm.at_once for arm in arms) else draws


__all__ = [
    "AnalysisError",
    "ArmTrials",
    "all_trials",
    "chunk",
    "count_tables",
    "drawn_trials",
    "independent",
    "number",
]
