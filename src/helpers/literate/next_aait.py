"""Printed medians and assumptions about ART in, what a controlled AAIT trial could find out.

`Added` holds what the cells may have added to the CD4 count; `Planned` a trial beside an arm with the
same ART, in which patients may die. All of it rests on assumptions about patients (simulated).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

import numpy as np
from scipy import special

from helpers.analyse import assurance, power, sample_size
from helpers.analyse.estimate import Estimate
from helpers.assumptions import Assumption, assume
from helpers.future import deaths, interim
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.possible.paired import attainable_paired
from helpers.rounding import per_cent

AIM = 0.9  # the power that trials are planned for
NORMAL = 1.959964
CHANCES = (np.arange(400) + 0.5) / 400  # of equally likely truths
PATIENTS = 200_000
TRIALS = 5_000
ATLAS_TRIALS = 500
ADDED = (0, 25, 50, 100)  # cells/µL that the map offers
SIZES = (50, 100, 200)  # patients an arm that the map offers
CELLS = "CD4+ T cells after a year"


@dataclass(frozen=True)
class Added:
    """What the cells may have added: printed medians, ART's gain, bounds on single counts."""

    study: str
    medians: tuple[float, float]
    patients: int
    gain: Assumption
    bounds: tuple[int, int]

    @property
    def rise(self) -> float:
        """The difference of the printed medians, cells/µL."""
        return self.medians[1] - self.medians[0]

    @cached_property
    def gain_log_sd(self) -> float:
        """SD of the natural logarithm of ART's gain whose 95% limits are the assumption's range."""
        return math.log(self.gain.high / self.gain.low) / (2 * NORMAL)

    @cached_property
    def left(self) -> float:
        """What the difference of the medians leaves over ART's gain, cells/µL."""
        return self.rise - self.gain.value

    @cached_property
    def narrow(self) -> np.ndarray:
        """Equally likely effects if ART's gain is log-normal over its range."""
        return self.rise - self.gain.value * np.exp(self.gain_log_sd * special.ndtri(CHANCES))

    @cached_property
    def wide_ends(self) -> tuple[float, float]:
        """Least and most that the printed medians leave for the typical patient, over ART's range."""
        medians = tuple(f"{m}" for m in self.medians)
        before, after = ((0, b) for b in self.bounds)
        typical = attainable_paired(n=self.patients, medians=medians, before=before, after=after)
        found = typical["hodges-lehmann"]
        return found.low - self.gain.high, found.high - self.gain.low

    @property
    def beliefs(self) -> dict[str, Mapping[str, float] | np.ndarray]:
        """Normal beliefs (mean, SD) or equally likely effects, by name."""
        low, high = self.wide_ends
        wide = {"mean": (low + high) / 2, "mean_sd": (high - low) / (2 * NORMAL)}
        return {"narrow": self.narrow, "wide": wide,
                "sceptic": {"mean": 0.0, "mean_sd": float(self.narrow.std())}}  # fmt: skip

    def about(self, words: str, unit: str = "proportion", **more) -> About:
        """What such a number is about."""
        return About(study=self.study, label="simulated", parameter=words, unit=unit, **more)

    def results(self) -> Results:
        """`left`: what the medians leave; `belief`: the middle 95% of what it may be."""
        low, high = (self.rise - self.gain.value * math.exp(side * NORMAL * self.gain_log_sd)
                     for side in (1, -1))  # fmt: skip
        ends = {"narrow": (self.left, low, high),
                "wide": (sum(self.wide_ends) / 2, *self.wide_ends)}  # fmt: skip
        left = made(attainable_paired, self.left, statistic="rise left", method="bias analysis")
        out = {"left": Result(left, self.about("CD4+ T cells", "cells/µL", digits=0))}
        for name, (value, lower, upper) in ends.items():
            found = made(attainable_paired, value, statistic="median", method="belief",
                         lower=lower, upper=upper)  # fmt: skip
            words = f"The cells' effect, {name} belief"
            out[f"belief.{name}"] = Result(found, self.about(words, "cells/µL", digits=0))
        return Results(out)

    def better(self) -> Results:
        """By belief, the probability that the cells add anything: no trial can promise more."""
        out = {}
        for name, held in self.beliefs.items():
            normal = isinstance(held, Mapping)
            value = special.ndtr(held["mean"] / held["mean_sd"]) if normal else special.ndtr(
                math.log(self.rise / self.gain.value) / self.gain_log_sd)  # fmt: skip
            found = made(assurance.assurance_mean, value, statistic="probability", method="belief")
            words = f"That the cells add anything, {name} belief"
            out[name] = Result(found, self.about(words, digits=0))
        return Results(out)


def added_cells(report: Report) -> Added:
    """What the printed medians of `report` leave for the cells, over the range of ART's gain."""
    medians = report.values("cd4-rise")
    patients = int(report.values("enrolled")[0])
    bounds = tuple(int(v) for v in assume("aait-cd4-bounds").value)
    return Added(report.id, medians, patients, assume("art-cd4-gain"), bounds)


@dataclass(frozen=True)
class Planned:
    """A trial beside an arm with the same ART: the assumed course of a year, what the cells add."""

    added: Added
    start: float
    seed: int

    def course(self, **other: float) -> deaths.Course:
        """A year on ART alone, one assumption changed."""
        names = {"start_log_sd": "aait-cd4-baseline-log-sd", "gain": "art-cd4-gain",
                 "gain_log_sd": "aait-cd4-gain-log-sd", "cv": "cd4-within-person-cv",
                 "deaths": "advanced-hiv-deaths", "frailty": "advanced-hiv-frailty"}  # fmt: skip
        given = {name: assume(key).value for name, key in names.items()}
        return deaths.Course(start=self.start, **{**given, **other})

    def spread_of(self, **other: float) -> float:
        """SD of the counts after a year in the model, cells/µL."""
        rng = np.random.default_rng(self.seed)
        found, _ = deaths.arm(self.course(**other), deaths.Effect(), shape=(PATIENTS,), rng=rng)
        return float(found.std(ddof=1))

    @cached_property
    def sd(self) -> float:
        """The same at the values assumed."""
        return self.spread_of()

    @cached_property
    def size(self) -> int:
        """Patients an arm that find what is left, if that is the truth and nobody dies."""
        return int(sample_size.patients_for_mean(difference=self.added.left, sd=self.sd).value)

    def about(self, words: str, unit: str = "", **more) -> About:
        """What such a number is about."""
        return self.added.about(words, unit, **{"digits": 0, **more})

    def sizes(self) -> Results:
        """`spread`; `need`: patients an arm if what is left is the truth and nobody dies."""
        spread = made(deaths.arm, self.sd, statistic="standard deviation",
                      method="simulation of the model")  # fmt: skip
        need = sample_size.patients_for_mean(difference=self.added.left, sd=self.sd)
        words = "CD4+ T cells, two arms on the same ART"
        return Results({"spread": Result(spread, self.about(CELLS, "cells/µL")),
                        "need": Result(need, self.about(words))})  # fmt: skip

    def detects(self, n: int) -> Result:
        """What `n` patients an arm find with the planned power."""
        found = power.detectable_difference_mean(n, n, power=AIM, sd=self.sd)
        return Result(found, self.about("CD4+ T cells, 90% power", "cells/µL"))

    def success(self, name: str, n: int) -> Estimate:
        """Assurance of `n` patients an arm under a belief of `Added`, or power if what is left is true."""
        held = {"left": {"mean": self.added.left, "mean_sd": 0.0}, **self.added.beliefs}[name]
        if isinstance(held, Mapping):
            return assurance.assurance_mean(n, n, sd=self.sd, **held)
        each = [assurance.assurance_mean(n, n, mean=e, mean_sd=0.0, sd=self.sd) for e in held]
        return replace(each[0], value=float(np.mean([e.value for e in each])))

    def sure(self) -> Results:
        """Assurance of the first size by belief, and of three times as many by the narrow one."""
        out = {}
        for name in self.added.beliefs:
            words = f"CD4+ T cells, {name} belief"
            found = self.success(name, self.size)
            out[name] = Result(found, self.about(words, "proportion"))
        words = "CD4+ T cells, three times as many"
        out["long"] = Result(self.success("narrow", 3 * self.size), self.about(words, "proportion"))
        return Results(out)

    def look(self) -> Results:
        """One look half-way: how often it stops, the power then, and what it costs; by the truth."""
        lowest = self.added.results()["belief.narrow"].estimate.lower
        out = {}
        for name, truth in {"nothing": 0.0, "left": self.added.left, "harm": lowest}.items():
            found = interim.futility_look(difference=truth, sd=self.sd, n=self.size)
            for part, estimate in found.items():
                words, visit = f"One look half-way, {part}", f"true effect {truth:.0f}"
                about = self.about(words, "proportion", visit=visit, digits=1)
                out[f"{name}.{part}"] = Result(estimate, about)
        return Results(out)

    def truths(self) -> dict[str, deaths.Effect]:
        """Five truths about cells and lives."""
        cells, lives = self.added.left, assume("lives-saved").value
        return {"nothing": deaths.Effect(), "cells only": deaths.Effect(cells=cells),
                "lives only": deaths.Effect(deaths=lives),
                "cells and lives": deaths.Effect(cells=cells, deaths=lives),
                "more deaths": deaths.Effect(deaths=-lives)}  # fmt: skip

    def success_if_some_die(self, n: int) -> Results:
        """How often trials of `n` an arm favour the treatment, by truth and analysis."""
        heads = {"survivors": "Survivors' counts", "worst rank": "Counts, the dead ranked below",
                 "deaths": "Deaths alone"}  # fmt: skip
        out = {}
        for truth, effect in self.truths().items():
            found = deaths.success_probability(
                self.course(), effect, n=n, trials=TRIALS, seed=self.seed
            )
            for name, estimate in found.items():
                about = self.about(truth, "proportion", arm=heads[name], digits=1)
                out[f"{truth}.{name}".replace(" ", "-")] = Result(estimate, about)
        return Results(out)

    def ranked(self) -> Results:
        """Patients an arm with the dead ranked below: cells only; cells and lives; deaths alone."""
        out = {}
        for key, truth in {"cells": "cells only", "both": "cells and lives"}.items():
            found = self._ranked(self.truths()[truth], trials=1000)
            out[key] = Result(found, self.about(f"{truth}, the dead ranked below"))
        dead, lives = assume("advanced-hiv-deaths").value, assume("lives-saved").value
        alone = sample_size.patients_for_proportions(dead, dead * (1 - lives))
        return Results({**out, "deaths": Result(alone, self.about("Deaths alone, z test"))})

    def _ranked(self, effect: deaths.Effect, *, trials: int, **other: float) -> Estimate:
        return deaths.patients_for_success(
            self.course(**other), effect, trials=trials, seed=self.seed
        )

    def moved(self) -> Results:
        """Patients an arm over the range of each assumption; row: number of the assumption, end."""
        gain, both = self.added.gain, self.truths()["cells and lives"]
        spread, dead, frail = map(assume, ("aait-cd4-gain-log-sd", "advanced-hiv-deaths",
                                           "advanced-hiv-frailty"))  # fmt: skip
        out: dict[str, Result] = {}
        rows = {
            "ART alone brings {} cells/µL; t test of counts": (gain, lambda v: self._alone(
                self.added.rise - v, self.spread_of(gain=v))),
            "Gains differ with log SD {}; t test of counts": (spread, lambda v: self._alone(
                self.added.left, self.spread_of(gain_log_sd=v))),
            "Die in a year {}; cells and lives, dead ranked below": (dead, lambda v: self._ranked(
                both, trials=400, deaths=v)),
            "Who gains least dies more often, correlation {}; cells and lives, dead ranked below": (
                frail, lambda v: self._ranked(both, trials=400, frailty=v)),
        }  # fmt: skip
        for i, (words, (item, found)) in enumerate(rows.items()):
            ends = {"low": item.low, "used": item.value, "high": item.high}
            named = words.format(", ".join(f"{v:g}" for v in ends.values()))
            for end, value in ends.items():
                out[f"{i}.{end}"] = self._moved(named, found(value), end)
        return Results(out)

    def _moved(self, words: str, found: Estimate, end: str) -> Result:
        none = "" if found.value == found.value else "none would do"
        return Result(found, self.about(words, visit=END[end], text=none))

    def _alone(self, difference: float, sd: float) -> Estimate:
        if difference <= 0:
            return made(sample_size.patients_for_mean, math.nan, statistic="patients per arm",
                        method="two-sample t")  # fmt: skip
        return sample_size.patients_for_mean(difference=difference, sd=sd)

    def atlas(self) -> Results:
        """Success by cells added, deaths on ART, deaths prevented and size; two analyses."""
        dead, lives = assume("advanced-hiv-deaths"), assume("lives-saved")
        out = {}
        for cells, share, saved, n in product(
            ADDED, (dead.low, dead.value, dead.high), (0.0, lives.value), SIZES
        ):
            found = deaths.success_probability(
                self.course(deaths=share), deaths.Effect(cells, saved), n=n, trials=ATLAS_TRIALS,
                seed=self.seed)  # fmt: skip
            about = self.about(f"{cells} cells/µL", "proportion", visit=per_cent(share, 1),
                               arm=per_cent(saved))  # fmt: skip
            for name in ("worst rank", "survivors"):
                key = f"{name.replace(' ', '-')}.{cells}.{1000 * share:.0f}.{100 * saved:.0f}.{n}"
                out[key] = Result(found[name], about)
        return Results(out)


END = {"low": "Lower end", "used": "As used", "high": "Upper end"}


def planned_aait(report: Report, added: Added) -> Planned:
    """A trial of the therapy of `report` beside an arm with the same ART."""
    return Planned(added, report.values("cd4-rise")[0], assume("seed").value)
