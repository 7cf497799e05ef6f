"""One arm's curve and numbers at risk in, patients that print them out: times and event flags.

The reconstruction of Guyot and others 2012, BMC Med Res Methodol 12:9: between two numbers at risk,
the events follow the drops of the curve and the losses make up the rest, spread evenly or as a `Way`
says. After the last number at risk the size of the drops tells how many were left (`tail`): were too
many taken to be at risk, deaths would be invented.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from helpers.audit.km_curve.band import leaning
from helpers.audit.km_curve.points import ArmCurve
from helpers.audit.km_curve.tail import by_drops, last_stretch
from helpers.audit.km_curve.walk import EVEN, State, losses, thinned, walk
from helpers.errors import AnalysisError, ImpossibleError

OFF = 0.02  # of an arm: numbers at risk that the curve misses by more cannot be its own
ALONE = 0.8  # of earlier drops that are one event each: times are not tied
BETWEEN = 2.5  # events of a drop between two points: above, some may lie before a number at risk


@dataclass(frozen=True)
class Patients:
    """One row a patient: `time` and whether the event was seen."""

    time: np.ndarray
    event: np.ndarray


@dataclass(frozen=True)
class Way:
    """One of the ways in which patients can fit a curve; a value a stretch, the late ones last.

    `lean`: where in its band the curve lies (-1 to 1); `place`: when patients are lost (0 early, 1
    late); `lost`: the share of those at risk lost in each late stretch, the equal parts of the time
    after the last number at risk.
    """

    lean: tuple[float, ...]
    place: tuple[float, ...]
    lost: tuple[float, ...]


def reconstruct(
    curve: ArmCurve, *, size: int | None, events: int | None = None, way: Way | None = None
) -> Patients:
    """Return patients whose curve and numbers at risk are those of `curve`.

    `size`: the arm's patients where no number at risk at the start is given; `events`: the printed
    total; `way`: how the patients fit, the likeliest where left out. Raises ImpossibleError where
    the numbers at risk cannot be the curve's own, AnalysisError where neither size nor a first
    number at risk is given.
    """
    time, risk = risks(curve, size)
    build = _Build(joined(curve, time, risk), time, risk, events, way)
    for k in range(len(time) - 1):
        build.between(k)
    build.after()
    return build.patients()


def risks(curve: ArmCurve, size: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return times and numbers at risk, the arm's size first where the start is not given.

    Nobody is left after the curve's end, whenever that is printed.
    """
    time, risk = curve.risk_time, curve.risk.astype(int)
    if not len(risk) or time[0] > curve.time.min():
        if size is None:
            raise AnalysisError(
                f"arm {curve.arm}: expected its size or a first number at risk, found none; give n"
            )
        time, risk = np.append(0.0, time), np.append(size, risk)
    there = np.cumsum(risk == 0) <= 1
    end = np.where(risk == 0, curve.time.max(), np.inf)
    return np.minimum(time, end)[there], risk[there]


def joined(curve: ArmCurve, risk_time: np.ndarray, risk: np.ndarray) -> ArmCurve:
    """Return the curve with a point at each time of a number at risk that lies within a long drop."""
    time, survival = curve.time, curve.survival
    at = []
    for when, number in zip(risk_time.tolist(), risk.tolist(), strict=True):
        after = int(np.searchsorted(time, when, side="right"))
        if not 0 < after < len(time) or time[after - 1] >= when:
            continue
        left = survival[after - 1]
        if left > 0 and number * (1 - survival[after] / left) >= BETWEEN:
            at.append((after, np.nextafter(when, 0), np.interp(when, time, survival)))
    if not at:
        return curve
    places, times, levels = zip(*at, strict=True)
    return replace(curve, time=np.insert(time, places, times),
                   survival=np.insert(survival, places, levels))  # fmt: skip


class _Build:
    """A reconstruction under way, stretch by stretch between numbers at risk."""

    def __init__(self, curve: ArmCurve, risk_time, risk, events: int | None, way: Way | None):
        self.curve, self.risk_time, self.risk = curve, risk_time, risk
        self.events, self.way = events, way
        self.end = max(float(curve.time.max()), float(risk_time[-1]))
        late = len(way.lost) if way else 1
        self.edges = [*risk_time.tolist(), *np.linspace(risk_time[-1], self.end, late + 1)[1:]]
        # a drop at the very time of a number at risk comes after it, a point there looks back
        drops = np.diff(curve.time, prepend=-np.inf) == 0
        at = np.where(drops, np.nextafter(curve.time, np.inf), curve.time)
        self.own = np.searchsorted(self.edges[1:-1], at, side="left")  # the stretch of each point
        moved = leaning(curve, np.asarray(way.lean)[self.own]) if way else curve
        self.time, self.survival = moved.time, moved.survival
        self.state = State(int(risk[0]))
        self.owed: float | None = (
            None  # survival before a number at risk whose events must follow it
        )
        self.dead: list[np.ndarray] = []
        self.lost: list[np.ndarray] = []
        self.tied: list[int] = []  # events at each drop so far

    def _points(self, k: int) -> tuple[np.ndarray, np.ndarray, float, float]:
        """Return the points of a stretch, within it, and its ends."""
        low, high = self.edges[k], self.edges[k + 1]
        inside = self.own == k
        last = high if k == len(self.edges) - 2 else np.nextafter(high, 0)
        time, survival = np.clip(self.time[inside], low, last), self.survival[inside]
        if self.owed is not None:
            time, survival = np.insert(time, 0, low), np.insert(survival, 0, self.owed)
            self.owed = None
        return time, survival, low, high

    def _place(self, k: int) -> float:
        return self.way.place[k] if self.way else EVEN

    def _add(self, state: State, time, found: np.ndarray, gone: np.ndarray) -> None:
        self.state = state
        self.dead.append(np.repeat(time, found))
        self.lost.append(gone)
        self.tied += [d for d in found.tolist() if d]

    def between(self, k: int) -> None:
        """Add the stretch from the k-th number at risk to the next."""
        time, survival, low, high = self._points(k)
        goal = int(self.risk[k + 1])
        found, gone, left = self._fit(time, survival, low, high, goal, self._place(k))
        exact = None if self.way else _singles(self.state, time, survival, (low, high), goal,
                                               len(gone), self.curve.drop)  # fmt: skip
        if exact:
            self._add(exact[0], time, *exact[1:])
        else:
            self._add(State(goal, left), time, found, gone)

    def _fit(self, time, survival, low: float, high: float, goal: int, place: float):
        """Return events at the points, times of losses and survival, so that `goal` are at risk after."""
        least, most = 0, max(0, self.state.risk - goal)
        after, found = walk(self.state, time, survival, np.empty(0))
        if after.risk < goal:  # fewer events than the drops say
            self._check(goal, high, after)
            self.owed = float(survival[-1])
            found, left = thinned(self.state, found, max(0, self.state.risk - goal))
            return found, np.empty(0), left
        gone = np.empty(0)
        while least < most:  # the most losses that leave so many
            number = (least + most + 1) // 2
            lost = losses(number, low, high, place)
            tried, events = walk(self.state, time, survival, lost)
            if tried.risk >= goal:
                least, after, found, gone = number, tried, events, lost
            else:
                most = number - 1
        seen = time[found > 0]
        spare = losses(after.risk - goal, float(seen[-1]) if len(seen) else low, high, place)
        return found, np.concatenate([gone, spare]), after.survival

    def _check(self, goal: int, at: float, after: State) -> None:
        """Raise ImpossibleError where even the upper edge of the curve leaves fewer than `goal`."""
        before = self.curve.survival[self.curve.time <= at - self.curve.slip]
        most = (float(before[-1]) if len(before) else 1.0) + self.curve.error
        need = self.state.risk * (1 - min(1.0, most / max(self.state.survival, 1e-9)))
        if self.state.risk - need < goal - max(2, OFF * self.risk[0]):
            raise ImpossibleError(
                f"arm {self.curve.arm}: expected {goal} at risk at {at:g}, found that the curve "
                f"leaves {after.risk} even without a loss; correct the numbers at risk"
            )

    def after(self) -> None:
        """Add what follows the last number at risk."""
        first = len(self.risk_time) - 1
        if self.way:
            for k, share in enumerate(self.way.lost):
                self._late(first + k, share)
            return
        time, survival, low, high = self._points(first)
        left = None if self.events is None else self.events - sum(map(len, self.dead))
        followed = float(np.mean(self.risk) * max(low, 1e-9))
        rate = sum(map(len, self.lost)) / max(1e-9, followed)
        alone = bool(self.tied) and self.tied.count(1) >= ALONE * len(self.tied)
        state, found, gone = last_stretch(self.state, time, survival, (low, high), events=left,
                                          rate=rate, alone=alone, drop=self.curve.drop)  # fmt: skip
        self._add(state, time, found, gone)

    def _late(self, k: int, share: float) -> None:
        """Add a part of the time after the last number at risk, in which a share of patients is lost."""
        time, survival, low, high = self._points(k)
        gone = losses(int(share * self.state.risk), low, high, self._place(k))
        state, found = walk(self.state, time, survival, gone)
        off = abs(state.survival - survival[-1]) if len(survival) else 0.0
        step = self.state.survival / (2 * max(1, self.state.risk - len(gone)))
        if state.risk < 0 or off > self.curve.error + step:
            raise ImpossibleError(
                f"arm {self.curve.arm}: too few are left for the drops that follow"
            )
        self._add(state, time, found, gone)

    def patients(self) -> Patients:
        """Return what was built; who is left is followed to the end of the curve."""
        left = np.full(max(self.state.risk, 0), self.end)
        dead, lost = np.concatenate(self.dead), np.concatenate([*self.lost, left])
        return Patients(np.append(dead, lost), np.arange(len(dead) + len(lost)) < len(dead))


def with_events(arm: Patients, events: int, most: int) -> Patients:
    """Return the patients with so many events: up to `most` events turned into losses, or losses into events.

    Numbers at risk stay as they are. Raises ImpossibleError where more would have to turn.
    """
    excess = int(arm.event.sum()) - events
    last = arm.time[arm.event].max(initial=0.0)
    free = np.flatnonzero(arm.event if excess > 0 else ~arm.event & (arm.time <= last))
    if abs(excess) > min(most, len(free)):
        raise ImpossibleError(f"expected {events} events, found {int(arm.event.sum())}")
    free = free[np.argsort(arm.time[free], kind="stable")]
    turned = free[((np.arange(abs(excess)) + 0.5) * len(free) / max(abs(excess), 1)).astype(int)]
    event = arm.event.copy()
    event[turned] = excess < 0
    return Patients(arm.time, event)


def _singles(state: State, time, survival, ends, goal: int, likely: int, off: float):
    """Return a stretch between two numbers at risk in which every drop is one event; None where not.

    `likely`: how many are lost in it. Those not lost before the last event are lost after it.
    """
    low, high = ends
    rate = likely / max(1e-9, state.risk * (high - low))
    after, events, gone = by_drops(state, time, survival, high, rate, alone=True, off=off)
    spare, steps = after.risk - goal, events[events > 0]
    missed = abs(after.survival - survival[-1]) if len(time) else 0.0
    if spare < 0 or (steps > 1).any() or missed > off:
        return None
    late = losses(spare, float(time[events > 0][-1]) if len(steps) else low, high)
    return State(goal, after.survival), events, np.concatenate([gone, late])
