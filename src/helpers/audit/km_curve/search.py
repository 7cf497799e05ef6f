"""Two arms' curves in; the smallest and largest hazard ratio and log-rank statistic that fit, out.

The ends are sought, coordinate by coordinate, over the ways in which patients can fit the curves:
where in its band each stretch lies, when patients are lost, how many after the last number at risk.
What a search has not met may lie beyond.
"""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from helpers.audit.km_curve.measures import cox, log_rank_z
from helpers.audit.km_curve.patients import Patients, Way, reconstruct, risks, with_events
from helpers.audit.km_curve.points import ArmCurve
from helpers.audit.km_curve.walk import EARLY, EVEN, LATE
from helpers.audit.progress import Progress
from helpers.errors import ImpossibleError

PARTS = 3  # parts of the time after the last number at risk
ALL_PARTS = 6  # the same where there is none after the start
PLACES = (EARLY, EVEN, LATE)
LEANS = (-1.0, 0.0, 1.0)
SHARES = (0.0, 0.1, 0.3, 0.6, 0.9)
KNOWN, UNKNOWN = (0.1,), (0.0, 0.1, 0.3)  # shares lost to begin with, numbers at risk known or not
FIRST = (1.0, 0.5, 0.0)  # how far curves lean to begin with
SWEEPS = 2
FEW, TURNED = 2, 0.03  # events, or share of them, that may turn to meet the total
SPARE = 0.3  # share of patients lost for a shift of 1
DRAWS, SEED = 60, 1
MOST_LOST = 0.4  # share lost in a stretch of a random way
HALVINGS = 7  # of how far a curve leans, until its events are those printed


@dataclass(frozen=True)
class Fitted:
    """One arm: its curve, its patients where printed, its total of events where printed."""

    curve: ArmCurve
    size: int | None
    events: int | None = None

    def stretches(self) -> tuple[int, int]:
        """Return how many stretches lie between numbers at risk, and in how many what follows falls."""
        between = len(risks(self.curve, self.size)[0]) - 1
        return between, PARTS if between else ALL_PARTS

    def likeliest(self) -> Patients:
        """Return the patients in the middle, with the printed events where they are within reach."""
        found = reconstruct(self.curve, size=self.size, events=self.events)
        with contextlib.suppress(ImpossibleError):
            return self._met(found)
        between, late = self.stretches()
        every = between + late
        return self.patients(Way((0.0,) * every, (EVEN,) * every, (SHARES[1],) * late)) or found

    def _met(self, found: Patients) -> Patients:
        """Return the patients with the printed events; ImpossibleError where too many would have to turn."""
        if self.events is None:
            return found
        return with_events(found, self.events, max(FEW, int(TURNED * self.events)))

    def patients(self, way: Way) -> Patients | None:
        """Return the patients of a way; None where none fit so.

        Where events are printed, the curve leans up and losses come earlier, or the reverse, until
        they are nearly met.
        """
        low, high, shift = -2.0, 2.0, 0.0
        for _ in range(HALVINGS):
            found = None  # too few are left for the drops: fewer losses
            try:
                found = reconstruct(self.curve, size=self.size, way=_shifted(way, shift))
                many = self.events is not None and int(found.event.sum()) > self.events
                return self._met(found)
            except ImpossibleError:
                if self.events is None:
                    return None
                low, high = (shift, high) if found is not None and many else (low, shift)
                shift = (low + high) / 2
        return None


def _shifted(way: Way, shift: float) -> Way:
    """Return the way with fewer events, or for a `shift` below 0 more."""
    return replace(
        way,
        lean=tuple(max(-1.0, min(1.0, v + shift)) for v in way.lean),
        place=tuple(max(EARLY, min(LATE, v - shift / 2)) for v in way.place),
        lost=tuple(max(SHARES[0], min(SHARES[-1], v + SPARE * shift)) for v in way.lost),
    )


@dataclass(frozen=True)
class Effect:
    """What two arms' patients say: log hazard ratio of the first, its error, log-rank statistic."""

    log_ratio: float
    error: float
    z: float


def effect(arms: tuple[Patients, Patients]) -> Effect:
    """Return the effect between two arms' patients."""
    return Effect(*cox(arms), log_rank_z(arms))


def drawn(arm: Fitted, rng: np.random.Generator) -> list[Patients]:
    """Return the patients of `DRAWS` random ways in which one arm fits its curve, of those that do."""
    between, late = arm.stretches()
    every, out = between + late, []
    for _ in range(DRAWS):
        lean, place = rng.uniform(-1, 1, every), rng.uniform(EARLY, LATE, every)
        lost = rng.uniform(0, MOST_LOST, late)
        out.append(arm.patients(Way(*(tuple(part.tolist()) for part in (lean, place, lost)))))
    return [patients for patients in out if patients is not None]


def at_random(arms: tuple[Fitted, Fitted]) -> list[Effect]:
    """Return the effects of random patients that fit both curves, the same at every call."""
    rng = np.random.default_rng(SEED)
    pairs = zip(*(drawn(arm, rng) for arm in arms), strict=False)
    return [one for one in map(effect, pairs) if one.error == one.error]


def effects(arms: tuple[Fitted, Fitted], progress: Progress) -> list[Effect]:
    """Return the effects met on the way to the ends of the hazard ratio and of the statistic."""
    search = _Search(arms, progress)
    known = all(len(arm.curve.risk) > 1 for arm in arms)
    for sign, share in itertools.product((1, -1), KNOWN if known else UNKNOWN):
        ways = search.first(sign, share)
        ways = search.climb(ways, lambda e, sign=sign: sign * e.log_ratio, SWEEPS)
        search.climb(ways, lambda e, sign=sign: sign * e.z, 1)
    return search.seen


Ways = tuple[Way, Way]


class _Search:
    """A search under way; `seen` holds what was met."""

    def __init__(self, arms: tuple[Fitted, Fitted], progress: Progress):
        self.arms, self.progress = arms, progress
        self.seen: list[Effect] = []
        self.made: dict[tuple[int, Way], Patients | None] = {}

    def patients(self, arm: int, way: Way) -> Patients | None:
        """Return the patients of an arm's way, once made."""
        if (arm, way) not in self.made:
            self.made[arm, way] = self.arms[arm].patients(way)
        return self.made[arm, way]

    def first(self, sign: int, share: float) -> Ways | None:
        """Return ways to begin with; `sign` 1 for many events of the first arm and few of the second.

        `share`: of those at risk lost in each part of what follows the last number at risk.
        """
        found = []
        for arm, side in enumerate((sign, -sign)):
            between, late = self.arms[arm].stretches()
            place = LATE if side > 0 else EARLY
            ways = (Way((-side * lean,) * (between + late), (place,) * (between + late), (share,) * late)
                    for lean in FIRST)  # fmt: skip
            found.append(next((w for w in ways if self.patients(arm, w) is not None), None))
        return None if None in found else tuple(found)

    def value(self, ways: Ways, goal: Callable[[Effect], float]) -> float:
        """Return the goal at two ways; minus infinity where no patients fit."""
        both = tuple(self.patients(arm, way) for arm, way in enumerate(ways))
        if None in both:
            return -math.inf
        self.seen.append(effect(both))
        reached = goal(self.seen[-1])
        return reached if reached == reached else -math.inf

    def climb(self, ways: Ways | None, goal: Callable[[Effect], float], sweeps: int) -> Ways | None:
        """Return the ways that no change of one stretch betters, or those after so many sweeps."""
        if ways is None:
            return None
        best = self.value(ways, goal)
        for _ in range(sweeps):
            before = best
            for arm, name, place in self._coordinates(ways):
                for other in self._others(ways, arm, name, place):
                    if (reached := self.value(other, goal)) > best:
                        best, ways = reached, other
                self.progress.step()
            if best == before:
                break
        return ways

    @staticmethod
    def _coordinates(ways: Ways) -> Iterator[tuple[int, str, int]]:
        for arm, way in enumerate(ways):
            for name in ("lost", "place", "lean"):
                for place in range(len(getattr(way, name))):
                    yield arm, name, place

    @staticmethod
    def _others(ways: Ways, arm: int, name: str, place: int) -> Iterator[Ways]:
        """Yield the ways with another value of one coordinate."""
        values = getattr(ways[arm], name)
        for value in {"lost": SHARES, "place": PLACES, "lean": LEANS}[name]:
            if value != values[place]:
                changed = replace(
                    ways[arm], **{name: (*values[:place], value, *values[place + 1 :])}
                )
                yield (changed, ways[1]) if arm == 0 else (ways[0], changed)
