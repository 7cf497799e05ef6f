"""A seed and a number in, one simulated trial whose truth is known and its printed abstract out.

Two arms of three are drawn, patient by patient; what a paper would print of them (two percentages,
one log-rank P, how many enrolled) is an `Abstract`, which the code of chapter 6 reads as it reads the
published one. Every trial has a seed of its own, so neither order nor backend changes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.assumptions import assume
from helpers.possible import batched

SIZES, ENROLLED = (24, 24), 72
ARMS, THIRD = ("First", "Second"), "Third"
RATIOS = (1.0, 1.25, 1.5, 2.0, 2.5)  # true hazard ratios of a response, first arm against second
CONTROL = (0.3, 0.5, 0.7, 0.85)  # true share of the second arm that responds by the last visit
RULES = ("once", "false", "twice")
FALSE = 0.08  # chance of a false response at a visit, in either arm, where the rule is "false"
LOST = (0.0, 0.05, 0.1, 0.15)  # chance of a patient to leave before the last visit
READS = ("end", "earlier", "simple")
SCHEDULES = ("read", "quarterly", "early", "late")
PLAIN = ("read", 0.0, "end")  # visits, losses, percentages as chapter 6 reads them


@dataclass(frozen=True)
class Setting:
    """The truth of a trial: hazard ratio, control's share, rule, visits, losses, what is printed.

    `rule`: a response at any visit ("once"), the same with false ones ("false"), or seen again at
    the next visit ("twice"). `read`: one minus Kaplan-Meier at the end or at the earlier week, or a
    simple share of all patients.
    """

    ratio: float
    control: float
    rule: str
    schedule: str
    lost: float
    read: str

    @property
    def plain(self) -> bool:
        """Whether chapter 6's readings of visits, losses and percentages are true."""
        return (self.schedule, self.lost, self.read) == PLAIN


@dataclass(frozen=True)
class Abstract:
    """What is printed of a trial, as text; it answers `claim` as a published report does."""

    percents: tuple[str, str]
    p: str
    enrolled: int = ENROLLED
    id: str = "simulated"

    def claim(self, name: str) -> SimpleNamespace:
        """The number enrolled, or the two percentages."""
        values = {"enrolled": (self.enrolled,), "response-rates": tuple(map(float, self.percents))}
        return SimpleNamespace(id=name, values=values[name], parameter="Response", quantity="")


@dataclass(frozen=True)
class KnownTrial:
    """A trial as it went: responders and leavers by arm and visit, and the truth behind it."""

    setting: Setting
    weeks: tuple[float, ...]
    responded: np.ndarray
    censored: np.ndarray
    true_saved: float

    @property
    def risk(self) -> np.ndarray:
        """Patients at risk before each visit, by arm."""
        return batched.at_risk(self.responded, self.censored, sizes=SIZES)

    @property
    def survival(self) -> np.ndarray:
        """Kaplan-Meier after each visit, by arm."""
        return batched.km_survival(self.responded, self.risk)

    @property
    def log_rank(self) -> tuple[float, float]:
        """O - E of the first arm and the two-sided P, unrounded."""
        excess, variance = batched.logrank(self.responded[None], self.risk[None])
        return float(excess[0]), float(batched.logrank_p(excess, variance)[0])

    def patients(self, arm: int) -> pd.DataFrame:
        """One row a patient of an arm: TIME, EVENT."""
        end = SIZES[arm] - self.responded[arm].sum() - self.censored[arm].sum()
        counts = [*self.responded[arm], *self.censored[arm], end]
        times = np.repeat([*self.weeks, *self.weeks, self.weeks[-1]], counts)
        return pd.DataFrame({"TIME": times, "EVENT": np.arange(len(times)) < counts_of(counts)})

    def abstract(self) -> Abstract:
        """Its abstract: percentages with one decimal, P with three or as below 0.001."""
        shares = 1 - self.survival[:, -1]
        if self.setting.read == "earlier":
            at = np.searchsorted(self.weeks, assume("hucmsc-response-week").low, side="right") - 1
            shares = 1 - self.survival[:, at]
        elif self.setting.read == "simple":
            shares = self.responded.sum(axis=1) / np.array(SIZES)
        p = self.log_rank[1]
        percents = tuple(f"{100 * share:.1f}" for share in shares)
        return Abstract(percents, "<0.001" if p < 0.001 else f"{p:.3f}")


def counts_of(counts: Sequence[int]) -> int:
    """How many of an arm's patients responded: the first of its three kinds of counts."""
    return int(sum(counts[: len(counts) // 2]))


def setting_of(number: int, rng: np.random.Generator) -> Setting:
    """The setting of trial `number`: effect, control and rule in turn, every second one as read."""
    turn, otherwise = divmod(number, 2)
    turn, ratio = divmod(turn, len(RATIOS))
    turn, control = divmod(turn, len(CONTROL))
    truth = RATIOS[ratio], CONTROL[control], RULES[turn % len(RULES)]
    while otherwise:
        at = Setting(*truth, str(rng.choice(SCHEDULES)), float(rng.choice(LOST)),
                     str(rng.choice(READS)))  # fmt: skip
        if not at.plain:
            return at
    return Setting(*truth, *PLAIN)


def visit_weeks(schedule: str) -> tuple[float, ...]:
    """The visits after the baseline: as chapter 6 reads them, quarterly, or one of its other plans."""
    if schedule == "read":
        return tuple(assume("hucmsc-visit-weeks").value[1:])
    if schedule == "quarterly":
        return tuple(range(12, 97, 12))
    plans = {plan["name"]: plan["weeks"] for plan in assume("hucmsc-visit-plans").value}
    return tuple(plans[schedule])


def visit_chances(share: float, ratio: float, rule: str, weeks: Sequence[float]) -> np.ndarray:
    """The chance to be seen responding at each visit, and never: the hazard is constant.

    `share`: who responds by the last visit at a hazard ratio of one, without false responses.
    """
    times = np.array([0.0, *weeks])
    hazard = 1 - (1 - share) ** (ratio * np.diff(times) / times[-1])
    if rule == "false":
        hazard = 1 - (1 - hazard) * (1 - FALSE)
    left = np.concatenate([[1.0], np.cumprod(1 - hazard)])
    cells = np.append(-np.diff(left), left[-1])
    if rule == "twice":  # seen again at the next visit; what is new at the last one never is
        cells = np.concatenate([[0.0], cells[:-2], [cells[-2] + cells[-1]]])
    return cells


def true_saved(first: np.ndarray, second: np.ndarray, weeks: Sequence[float]) -> float:
    """Weeks that the first arm saves in truth: difference in restricted mean, from the chances."""
    waits = [float(cells @ [*weeks, weeks[-1]]) for cells in (first, second)]
    return waits[1] - waits[0]


def known_trial(number: int, *, seed: int) -> KnownTrial:
    """Trial `number` of the run that `seed` starts."""
    rng = np.random.default_rng([seed, number])
    at = setting_of(number, rng)
    weeks = visit_weeks(at.schedule)
    chances = [visit_chances(at.control, ratio, at.rule, weeks) for ratio in (at.ratio, 1.0)]
    arms = [_arm(rng, n, cells, at.lost) for n, cells in zip(SIZES, chances, strict=True)]
    responded, censored = (np.array(part) for part in zip(*arms, strict=True))
    return KnownTrial(at, weeks, responded, censored, true_saved(*chances, weeks))


def _arm(rng: np.random.Generator, size: int, cells: np.ndarray, lost: float):
    """Responders and leavers by visit; who leaves was seen at that visit and at none after it."""
    visits = len(cells) - 1
    when = rng.choice(visits + 1, size=size, p=cells)
    leaves = np.where(rng.random(size) < lost, rng.integers(0, visits - 1, size=size), visits)
    gone = (when > leaves) & (leaves < visits)
    seen = when[~gone]
    return (np.bincount(seen[seen < visits], minlength=visits),
            np.bincount(leaves[gone], minlength=visits))  # fmt: skip
