"""One arm's curve and numbers at risk in, patients that print them out: times and event flags.

The reconstruction of Guyot and others 2012, BMC Med Res Methodol 12:9: between two numbers at risk,
the events follow the drops of the curve and the losses make up the rest. Losses are spread evenly,
or as `places` say. After the last number at risk the size of the drops tells how many were left: were
too many taken to be at risk, deaths would be invented. So the losses there are those whose curve lies
nearest to the points, and, where these tell little, nearest to the earlier rate of loss; a printed
total of events decides instead where there is one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.audit.km_curve.points import ArmCurve
from helpers.errors import ImpossibleError

OFF = 0.02  # of an arm: numbers at risk that the curve misses by more cannot be its own
PRIOR = 0.001  # of the axis: what a doubling of the earlier rate of loss weighs against the points
ROOM = 0.005  # of the axis: a curve this much further from the points than the nearest still fits
ALONE = 0.8  # of earlier drops that are one event each: times are not tied
POINT = 0.0015  # of the axis: what a single drop may be off
PLACES = ("even", "early", "late")


@dataclass(frozen=True)
class Patients:
    """One row a patient: `time` and whether the event was seen."""

    time: np.ndarray
    event: np.ndarray


@dataclass
class _State:
    """Where a reconstruction stands: at risk, and the Kaplan-Meier estimate so far."""

    risk: int
    survival: float = 1.0


def _losses(number: int, low: float, high: float, place: str) -> np.ndarray:
    """Return the times of so many losses between two times."""
    if place == "early":
        return np.full(number, low)
    if place == "late":
        return np.full(number, np.nextafter(high, low))
    return low + (high - low) * (np.arange(number) + 0.5) / max(number, 1)


def _segment(state: _State, time, survival, lost: np.ndarray) -> tuple[_State, np.ndarray, float]:
    """Return the state after a stretch, the events at its points, and the largest miss of the curve."""
    left, gone, miss = state.survival, 0, 0.0
    events = np.zeros(len(time), dtype=int)
    before = np.searchsorted(np.sort(lost), time, side="left").tolist()
    for k, target in enumerate(survival.tolist()):
        at_risk = state.risk - gone - before[k]
        if at_risk > 0 and left > 0:
            dead = min(max(int(at_risk * (1 - target / left) + 0.5), 0), at_risk)
            events[k], gone = dead, gone + dead
            left *= 1 - dead / at_risk
        miss = max(miss, abs(left - target))
    return _State(state.risk - gone - len(lost), left), events, miss


def _fit(state: _State, time, survival, low: float, high: float, goal: int, place: str):
    """Return the stretch with as many losses as lead to `goal` at risk at its end."""
    best = None
    first = max(0, state.risk - goal - round(state.risk * (1 - survival[-1] / state.survival))
                if len(survival) and state.survival > 0 else state.risk - goal)  # fmt: skip
    order = sorted(range(max(0, state.risk - goal) + 1), key=lambda c: abs(c - first))
    for number in order:
        lost = _losses(number, low, high, place)
        after, events, _ = _segment(state, time, survival, lost)
        miss = abs(after.risk - goal)
        if best is None or miss < best[0]:
            best = miss, after, events, lost
        if miss == 0:
            break
    return best


def reconstruct(
    curve: ArmCurve, *, size: int | None, events: int | None = None, places: tuple[str, ...] = (),
    shift: np.ndarray | None = None, tail: float | None = None,
) -> Patients:  # fmt: skip
    """Return patients whose curve and numbers at risk are those of `curve`.

    `size`: the arm's patients where no number at risk at the start is given; `events`: the printed
    total; `places`: how losses are spread in each stretch; `shift`: added to the survival of each
    stretch (digitising error); `tail`: 0 to 1, which of the numbers of losses after the last number
    at risk to take among those that fit, the likeliest where left out. Raises ImpossibleError where
    the numbers at risk cannot be the curve's own.
    """
    build = _Build(curve, *_risks(curve, size), events, places, shift, tail)
    for k in range(len(build.risk_time)):
        build.stretch(k)
    return build.patients()


class _Build:
    """A reconstruction under way, stretch by stretch between numbers at risk."""

    def __init__(self, curve: ArmCurve, risk_time, risk, events, places, shift, tail):
        self.curve, self.risk_time, self.risk = curve, risk_time, risk
        self.events, self.places, self.shift, self.tail = events, places, shift, tail
        self.state = _State(int(risk[0]))
        self.dead: list[np.ndarray] = []
        self.lost: list[np.ndarray] = []
        self.tied: list[int] = []  # events at each drop so far

    def stretch(self, k: int) -> None:
        """Add the stretch from the k-th number at risk to the next, or to the end."""
        last, low = k == len(self.risk_time) - 1, float(self.risk_time[k])
        high = max(self.curve.time.max(), low) if last else float(self.risk_time[k + 1])
        time, survival = self._points(k, low, high, last)
        place = self.places[k % len(self.places)] if self.places else "even"
        add = self._last if last else self._between
        self.state, found, gone = add(k, time, survival, (low, high), place)
        self.dead.append(np.repeat(time, found))
        self.lost.append(gone)
        self.tied += [d for d in found.tolist() if d]

    def _points(self, k: int, low: float, high: float, last: bool):
        time = self.curve.time
        inside = (time >= low) if k == 0 else (time > low)
        inside &= (time <= high) if last else (time < high)
        moved = 0.0 if self.shift is None or k == 0 else float(self.shift[k % len(self.shift)])
        return time[inside], np.clip(self.curve.survival[inside] + moved, 0, 1)

    def _between(self, k: int, time, survival, ends, place: str):
        goal = int(self.risk[k + 1])
        miss, after, found, gone = _fit(self.state, time, survival, *ends, goal, place)
        if miss > max(2, OFF * self.risk[0]):
            raise ImpossibleError(
                f"arm {self.curve.arm}: expected {goal} at risk at {ends[1]:g}, found that the curve "
                f"leaves {after.risk} even without a loss; correct the numbers at risk"
            )
        exact = None if self.places else _inner(self.state, time, survival, ends, goal, len(gone))
        return exact or (_State(goal, after.survival), found, gone)

    def _last(self, k: int, time, survival, ends, place: str):
        left = None if self.events is None else self.events - sum(map(len, self.dead))
        followed = float(np.mean(self.risk) * max(ends[0], 1e-9))
        rate = sum(map(len, self.lost)) / max(1e-9, followed)
        alone = bool(self.tied) and self.tied.count(1) >= ALONE * len(self.tied)
        return _tail(self.state, time, survival, ends, place, left, rate, self.tail, alone)

    def patients(self) -> Patients:
        """Return what was built; who is left is followed to the end of the curve."""
        end = max(self.curve.time.max(), self.risk_time[-1])
        times = np.concatenate([*self.dead, *self.lost, np.full(max(self.state.risk, 0), end)])
        return Patients(times, np.arange(len(times)) < sum(map(len, self.dead)))


def _risks(curve: ArmCurve, size: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Return times and numbers at risk, the arm's size first where the start is not given."""
    if len(curve.risk) and curve.risk_time[0] <= curve.time.min():
        return curve.risk_time, curve.risk.astype(int)
    if size is None:
        raise ImpossibleError(
            f"arm {curve.arm}: expected its size or a first number at risk, found none; give n"
        )
    return np.append(0.0, curve.risk_time), np.append(size, curve.risk).astype(int)


def _tail(state, time, survival, ends, place: str, events: int | None, rate, tail, alone):
    """Return the stretch after the last number at risk; see the module."""
    low, high = ends
    likely = min(state.risk, round(rate * state.risk * (high - low) / 2))
    tried = []
    for number in range(state.risk + 1) if len(time) else (0,):
        lost = _losses(number, low, high, place)
        after, found, miss = _segment(state, time, survival, lost)
        if after.risk < 0:
            break
        off = abs(int(found.sum()) - events) if events is not None else 0
        tried.append(
            (off, miss + PRIOR * abs(number - likely) / max(likely, 1), miss, after, found, lost)
        )
    best = min(tried, key=lambda item: item[:2])
    if events is None and tail is None:
        return _by_drops(state, time, survival, high, rate, alone)
    if tail is not None:
        fits = [item for item in tried if item[0] == best[0] and item[2] <= best[2] + ROOM]
        best = fits[min(int(tail * len(fits)), len(fits) - 1)]
    return best[3:]


def _by_drops(state: _State, time, survival, high: float, rate: float, alone: bool):
    """Return the stretch in which every drop is d of n: how many were left shows in its size.

    Of the whole numbers d the one whose n = d / drop is nearest to the patients that the earlier
    rate of loss would have left; that many are kept where the points cannot tell them from n. Where
    earlier events came one by one (`alone`), d is 1.
    """
    risk, left, since = state.risk, state.survival, float(time[0]) if len(time) else high
    events, lost = np.zeros(len(time), dtype=int), []
    for k, (at, target) in enumerate(zip(time.tolist(), survival.tolist(), strict=True)):
        drop = 1 - target / left if left > 0 else 0.0
        if risk <= 0 or drop * risk < 0.5:
            continue
        likely = max(1, round(risk * (1 - min(1.0, rate * (at - since)))))
        most = 1 if alone else max(1, int(drop * risk + 0.5))
        dead = min(range(1, most + 1), key=lambda d: abs(d / drop - likely))
        n = likely if abs(left * dead / likely - left * drop) <= POINT else round(dead / drop)
        n = min(max(n, dead), risk)
        lost.append(_losses(risk - n, since, at, "even"))
        events[k], risk, left, since = dead, n - dead, left * (1 - dead / n), at
    gone = np.concatenate([*lost, np.zeros(0)])
    return _State(risk, left), events, gone


def _inner(state: _State, time, survival, ends, goal: int, likely: int):
    """Return a stretch between two numbers at risk in which every drop is one event; None where not.

    `likely`: how many are lost in it. Those not lost before the last event are lost after it.
    """
    low, high = ends
    rate = likely / max(1e-9, state.risk * (high - low))
    after, events, gone = _by_drops(state, time, survival, high, rate, alone=True)
    spare, steps = after.risk - goal, events[events > 0]
    missed = abs(after.survival - survival[-1]) if len(time) else 0.0
    if spare < 0 or (steps > 1).any() or missed > POINT:
        return None
    late = _losses(spare, float(time[events > 0][-1]) if len(steps) else low, high, "even")
    return _State(goal, after.survival), events, np.concatenate([gone, late])
