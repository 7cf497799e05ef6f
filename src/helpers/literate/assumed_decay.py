"""Assumptions about how donor cells fade in, for how long an assay would see them, out.

No cohort: an exponential decay from one infusion (`analyse.decay`, `detectability`). What rests on an
assumption is labelled simulated by the trail; `found_in`, `lasting`, `tenfold` and `diluted` rest on
printed numbers alone.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from helpers.analyse import decay, detectability, proportions
from helpers.analyse.estimate import Estimate
from helpers.assumptions import Assumption, assume
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.literate.rows import row_key

WEEKLY = range(7, 92, 7)  # days of the curve
EARLY = 14  # days in which the CD8 count rises most


@dataclass(frozen=True)
class AssumedDecay:
    """Start level, half-life, their spreads, the assay's limit and the visits, as assumed."""

    study: str
    n: int
    start: tuple[float, float]
    half_life: Assumption
    spread: Assumption
    limit: Assumption
    visits: tuple[float, ...]
    gone: Assumption

    @property
    def typical(self) -> dict[str, float]:
        """The arguments of an estimator of `analyse.detectability`, at the values assumed."""
        return {"start": self.start[0], "start_log_sd": self.start[1],
                "half_life": self.half_life.value, "half_life_log_sd": self.spread.value,
                "limit": self.limit.value}  # fmt: skip

    def about(self, words: str, unit: str, visit: str = "") -> About:
        """What such a number is about."""
        return About(study=self.study, label="simulated", parameter=words, unit=unit, visit=visit)

    def days(self) -> Results:
        """Days for which a typical patient's donor cells stay above the limit; half-life × limit."""
        out = {}
        for h, life in _ends(self.half_life).items():
            for e, edge in _ends(self.limit).items():
                found = decay.detectable_days(start=self.start[0], half_life=life, limit=edge)
                words = f"Half-life {life:g} days, limit {edge:g}%"
                out[f"{h}.{e}"] = Result(found, self.about(words, "day"))
        return Results(out)

    def around(self) -> Results:
        """Between which visits a typical patient's last donor cells would be missed."""
        true = self.days()["mid.mid"]
        before = max(v for v in self.visits if v < true.value)
        after = min(v for v in self.visits if v >= true.value)
        out = {"true": true}
        for name, day in {"last": before, "first": after}.items():
            found = made(decay.detectable_days, day, method="exponential decay",
                         statistic=f"{name} visit {'with' if name == 'last' else 'without'}")  # fmt: skip
            out[name] = Result(found, self.about("As assumed", "day"))
        return Results(out)

    def seen_on(self) -> Results:
        """Share of patients with donor cells above the limit on each day of a visit."""
        return Results({
            f"{day:g}": Result(decay.detectable_share(day, **self.typical),
                               self.about("Patients with donor cells", "proportion", f"Day {day:g}"))
            for day in self.visits
        })  # fmt: skip

    def moved(self) -> Results:
        """Days to the last detection, one assumption moved at a time; row: assumption.end."""
        between = math.exp(1.96 * self.start[1])
        courses, weeks = assume("aait-infusions"), assume("hucmsc-infusion-weeks").value
        gap = 7.0 * (weeks[1] - weeks[0])  # of the same group's pilot
        base = {"start": self.start[0], "half_life": self.half_life.value,
                "limit": self.limit.value, "courses": courses.value, "gap": gap}  # fmt: skip
        ends = {
            "half-life": [({"half_life": x}, f"{x:g} days")
                          for x in (self.half_life.low, self.half_life.high)],
            "limit of the assay": [({"limit": x}, f"{x:g}%")
                                   for x in (self.limit.high, self.limit.low)],
            "start level": [({"start": x}, f"{x:.1f}%")
                            for x in (self.start[0] / between, self.start[0] * between)],
            "courses": [({"courses": n}, f"{n}") for n in (courses.value, int(courses.high))],
        }  # fmt: skip
        out = {"none": self.days()["mid.mid"]}
        for name, pair in ends.items():
            for end, (change, text) in zip(("low", "high"), pair, strict=True):
                found = detectability.days_after_courses(**{**base, **change})
                out[f"{row_key(name)}.{end}"] = Result(found, self.about(f"{name}: {text}", "day"))
        return Results(out)

    def longest(self) -> Results:
        """Longest half-life that "none of n has donor cells on that day" leaves; limit × visit."""
        out = {}
        for e, edge in _ends(self.limit).items():
            for day in [v for v in self.visits if v >= self.gone.low]:
                words = f"Longest half-life not excluded, limit {edge:g}%"
                out[f"{e}.{day:g}"] = Result(self._longest(day, edge),
                                             self.about(words, "day", f"Day {day:g}"))  # fmt: skip
        return Results(out)

    def longest_by_day(self) -> pd.DataFrame:
        """The same over many days, for a chart: day, half-life, series."""
        return pd.DataFrame([
            {"day": day, "half-life": self._longest(day, edge).value, "series": f"limit {edge:g}%"}
            for edge in _ends(self.limit).values() for day in WEEKLY
        ])  # fmt: skip

    def _longest(self, day: float, edge: float) -> Estimate:
        known = {k: v for k, v in self.typical.items() if k != "half_life"}
        return detectability.longest_half_life(day, n=self.n, **{**known, "limit": edge})

    def sensitivity(self) -> Results:
        """Share with donor cells, and probability that none of n has any, one assumption moved."""
        out, (early, late) = {}, (30, self.gone.value)
        for words, change in self._moves().items():
            at, key = {**self.typical, **change}, row_key(words).replace(".", "-")
            share = decay.detectable_share(early, **at)
            out[f"{key}.seen"] = Result(share, self.about(words, "proportion", f"Day {early}"))
            for day in (early, late):
                clear = detectability.none_seen(day, n=self.n, **at)
                out[f"{key}.none-{day}"] = Result(
                    clear, self.about(words, "proportion", f"Day {day}"))  # fmt: skip
        return Results(out)

    def _moves(self) -> dict[str, dict[str, float]]:
        between, noise = math.exp(1.96 * self.start[1]), assume("aait-chimerism-noise-log-sd").value
        life, edge, wide = self.half_life, self.limit, self.spread
        ends = (self.start[0] / between, self.start[0] * between)
        return {
            "as assumed": {},
            **{f"half-life {x:g} days": {"half_life": x} for x in (life.low, life.high)},
            **{f"limit {x:g}%": {"limit": x} for x in (edge.low, edge.high)},
            **{f"start {x:.1f}%": {"start": x} for x in ends},
            "with assay error": {"start_log_sd": math.hypot(self.start[1], noise)},
            f"half-lives alike, log SD {wide.low:g}": {"half_life_log_sd": wide.low},
            f"half-lives unlike, log SD {wide.high:g}": {"half_life_log_sd": wide.high},
        }

    def gone_by(self) -> Results:
        """Probability that none of n has donor cells, at the days that "short-term" could mean."""
        words = "No donor cells in any patient"
        return Results({
            f"{day:g}": Result(detectability.none_seen(day, n=self.n, **self.typical),
                               self.about(words, "proportion", f"Day {day:g}"))
            for day in _ends(self.gone).values()
        })  # fmt: skip


def assumed_decay(report: Report) -> AssumedDecay:
    """What is assumed of the donor cells of AAIT; n as its abstract prints it."""
    level, log_sd = assume("aait-chimerism-start").value
    names = ("half-life", "half-life-log-sd", "limit", "gone-day")
    life, spread, limit, gone = (assume(f"aait-chimerism-{name}") for name in names)
    visits = assume("aait-chimerism-days").value
    return AssumedDecay(report.id, enrolled(report), (level, log_sd), life, spread, limit, visits,
                        gone)  # fmt: skip


def enrolled(report: Report) -> int:
    """The number of patients that the report prints."""
    return int(report.claim("enrolled").values[0])


def found_in(report: Report) -> Results:
    """The share with donor cells if they were found in one patient, and if in all."""
    n = enrolled(report)
    return Results({
        name: Result(proportions.clopper_pearson(x, n), About(
            study=report.id, parameter=f"Patients with donor cells, if found in {x}",
            unit="proportion"))
        for name, x in {"least": 1, "most": n}.items()
    })  # fmt: skip


def lasting(report: Report) -> Result:
    """The upper limit of the share with lasting donor cells if none of the patients had any."""
    words = "Lasting donor cells, if in none of the patients"
    about = About(study=report.id, parameter=words, unit="proportion")
    return Result(proportions.zero_event_upper(enrolled(report)), about)


def tenfold() -> Result:
    """How many half-lives longer an assay with a tenth of the limit sees the same cells."""
    more = decay.detectable_days(start=10, half_life=1, limit=1).value
    found = made(decay.detectable_days, more, method="exponential decay",
                 statistic="half-lives per tenfold limit")  # fmt: skip
    return Result(found, About(parameter="A tenfold finer assay"))


def diluted(report: Report) -> Results:
    """What a rise of the CD8 median alone does to a share of a constant number of donor cells."""
    before, after = report.values("cd8-rise")
    (window,) = report.values("cd8-window")
    halvings = math.log2(after / before)
    found = {"ratio": (after / before, "ratio of medians", ""),
             "halvings": (halvings, "halvings of a constant number of donor cells", ""),
             "evenly": (window / halvings, "apparent half-life", "day")}  # fmt: skip
    return Results({name: _dilution(report, value, statistic, unit, by=diluted)
                    for name, (value, statistic, unit) in found.items()})  # fmt: skip


def diluted_early(report: Report) -> Results:
    """The same in the first two weeks, if the rise slows down as assumed; and the cells behind it.

    `cells`: the half-life of the number of cells whose share halves as assumed.
    """
    before, after = report.values("cd8-rise")
    (window,) = report.values("cd8-window")
    share, out = assume("aait-chimerism-half-life").value, {}
    for name, tau in _ends(assume("aait-cd8-rise-time")).items():
        risen = math.expm1(-EARLY / tau) / math.expm1(-window / tau)
        apparent = EARLY / math.log2(1 + (after / before - 1) * risen)
        cells = 1 / (1 / share - 1 / apparent)
        for kind, (value, statistic) in {
            "share": (apparent, "apparent half-life"),
            "cells": (cells, "half-life of the number of cells"),
        }.items():
            out[f"{kind}.{name}"] = _dilution(report, value, statistic, "day", by=diluted_early,
                                              visit=f"Day {EARLY}")  # fmt: skip
    return Results(out)


def _dilution(report: Report, value: float, statistic: str, unit: str, *, by, visit="") -> Result:
    words = "CD8 cells, first to second median"
    about = About(study=report.id, parameter=words, unit=unit, visit=visit)
    return Result(made(by, value, method="dilution", statistic=statistic), about)


def _ends(assumed: Assumption) -> dict[str, float]:
    return {"low": assumed.low, "mid": assumed.value, "high": assumed.high}
