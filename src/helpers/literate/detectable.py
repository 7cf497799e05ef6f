"""Two arms of a size and the reference arm's rate in, what a test can find with them out.

Exact power (`analyse.power`) and what significant trials report (`analyse.exaggeration`); the
log-rank test's is simulated with a seed. Nothing here takes an observed effect.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from helpers.analyse import exaggeration, power, proportions, threshold_crossing, two_proportions
from helpers.analyse.estimate import NAN, Estimate
from helpers.assumptions import Assumption
from helpers.future import visit_power
from helpers.literate.arm_sizes import OpenSplits
from helpers.literate.false_responses import spread
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.split import Split
from helpers.rounding import per_cent

POWERS = (50, 80, 90)
POINTS = "percentage points"
TRIALS = 10_000  # simulated, for the log-rank test


@dataclass(frozen=True)
class Arms:
    """Two arms of `size` patients, `x` of the reference arm's responding."""

    study: str
    size: int
    x: int
    parameter: str = "Immunological response"

    @property
    def rate(self) -> float:
        """The reference arm's share of responders."""
        return self.x / self.size

    def about(self, **more) -> About:
        """What a number of these arms is about."""
        given = {"parameter": self.parameter, "arm": "Treated", "comparator": "Control"}
        return About(study=self.study, **{**given, **more})

    def means(self) -> Results:
        """Smallest difference in a mean found with 50, 80 and 90% power, in standard deviations."""
        return Results({
            f"sd.{p}": Result(
                power.detectable_difference_mean(self.size, self.size, power=p / 100, sd=1.0),
                self.about(parameter="CD4+ T cells", visit=f"{p}% power", unit="SD", digits=2))
            for p in POWERS
        })  # fmt: skip

    def responses(self) -> Results:
        """Smallest rise of the response found by Fisher's test; no row where none is."""
        found = {p: power.detectable_difference_proportion(self.size, self.size, self.rate,
                                                           power=p / 100) for p in POWERS}  # fmt: skip
        return Results({
            f"response.{p}": Result(in_points(e), self.about(visit=f"{p}% power", unit=POINTS, digits=1))
            for p, e in found.items() if math.isfinite(e.value)
        })  # fmt: skip

    def everybody(self) -> Results:
        """Power and chance to miss if every treated patient responds; the same with twice as many."""
        words, out = f"{self.parameter}, every treated patient responds", {}
        for key, n, more in (
            ("all", self.size, ""),
            ("double", 2 * self.size, ", arms twice as large"),
        ):
            found = power.power_proportions_fisher(1.0, self.rate, n, n)
            out[key] = Result(
                found, self.about(parameter=words + more, unit="proportion", digits=0)
            )
        out["missed"] = replace(out["all"], estimate=missed(out["all"].estimate))
        return Results(out)

    def ceiling(self, rise: Result) -> Result:
        """The true response that stands at the end of a detectable rise."""
        found = replace(rise.estimate, statistic="proportion", value=self.rate + rise.value / 100)
        words = "True treated response found with 80% power"
        return Result(found, About(self.study, parameter=words, unit="proportion", digits=0))

    def log_rank(self, *, weeks: Sequence[float], seed: int) -> Result:
        """The rise that the log-rank test finds with 80% power, limits of the simulation's error.

        Constant rates of response in both arms are assumed, so it is simulated.
        """
        found = visit_power.detectable_rate(
            self.rate, sizes=(self.size, self.size), weeks=weeks, trials=TRIALS, seed=seed
        )
        about = self.about(visit="80% power", unit=POINTS, digits=1, label="simulated")
        return Result(in_points(found), about)

    def floor(self, cv: Assumption, level: float) -> Results:
        """Detectable difference in CD4 change if within-person noise alone varied; row: power.end."""
        out = {}
        for p in POWERS:
            for name, value in zip(("low", "typical", "high"), spread(cv), strict=True):
                sd = math.sqrt(2) * threshold_crossing.log_sd(value) * level
                found = power.detectable_difference_mean(self.size, self.size, power=p / 100, sd=sd)
                about = self.about(parameter="CD4+ T cells", unit="cells/µL", digits=0, comparator="",
                                   visit=f"{p}% power", arm=f"CV {per_cent(value, 1)}")  # fmt: skip
                out[f"{p}.{name}"] = Result(found, about)
        return Results(out)

    def planned(self, *, lost: Sequence[int], comparisons: int) -> Results:
        """For which difference (SD) this size is what a plan asks for: by power, loss (%), comparisons."""
        out = {}
        for p in POWERS[1:]:
            for shared in (1, comparisons):
                for share in lost:
                    left = self.size * (100 - share) // 100
                    found = power.detectable_difference_mean(
                        left, left, power=p / 100, sd=1.0, alpha=0.05 / shared)  # fmt: skip
                    words = f"{share}% lost" + (f", 5% shared by {shared}" if shared > 1 else "")
                    about = self.about(parameter=words, visit=f"{p}% power", unit="SD", digits=2)
                    out[f"{p}.{shared}.{share}"] = Result(found, about)
        return Results(out)

    def lucky(self, true: int, moderate: float) -> Results:
        """What significant trials report of a true rise of `true` points, and of a mean difference."""
        rate, n, unit = self.rate + true / 100, self.size, {"unit": POINTS, "digits": 1}
        reported = self._reported(true)
        share = power.power_proportions_fisher(rate, self.rate, n, n)
        mean = exaggeration.reported_mean_difference(n, n, difference=moderate, sd=1.0)
        ratio = replace(reported, statistic="exaggeration ratio", value=100 * reported.value / true)
        truth = made(exaggeration.reported_risk_difference, true, method="assumed truth",
                     statistic="risk difference")  # fmt: skip
        plain = {"arm": "", "comparator": ""}
        return Results({
            "truth": Result(truth, self.about(unit=POINTS, digits=0, **plain)),
            "reported": Result(in_points(reported), self.about(**unit, **plain)),
            "ratio": Result(ratio, self.about(digits=1, **plain)),
            "power": Result(share, self.about(unit="proportion", digits=0, **plain)),
            "mean": Result(mean, self.about(parameter="CD4+ T cells", unit="SD", digits=2, **plain)),
            "least": Result(self._least(), self.about(**unit, **plain)),
        })  # fmt: skip

    def _reported(self, true: int) -> Estimate:
        rate = self.rate + true / 100
        return exaggeration.reported_risk_difference(rate, self.rate, self.size, self.size)

    def _least(self) -> Estimate:
        n = self.size
        y = next(y for y in range(self.x, n + 1)
                 if two_proportions.fisher(y, n, self.x, n).p_value <= 0.05)  # fmt: skip
        return made(two_proportions.fisher, 100 * (y - self.x) / n, method="fisher exact",
                    statistic="risk difference", n=2 * n)  # fmt: skip

    def over_rates(self) -> pd.DataFrame:
        """Fisher's power by the treated arm's true response (%), these arms and larger, for a chart."""
        rows = [(r, power.power_proportions_fisher(r / 100, self.rate, n, n).value, f"{n} an arm")
                for n in (self.size, 2 * self.size, 4 * self.size)
                for r in range(math.ceil(100 * self.rate), 101)]  # fmt: skip
        return pd.DataFrame(rows, columns=["rate", "power", "size"])

    def over_truths(self) -> pd.DataFrame:
        """What significant trials report by the true rise (points), and the truth, for a chart."""
        points = range(1, round(100 * (1 - self.rate)) + 1)
        rows = [(p, 100 * self._reported(p).value, "reported") for p in points]
        rows += [(p, p, "true") for p in points]
        return pd.DataFrame(rows, columns=["truth", "report", "series"])

    def if_rate(self) -> Results:
        """The exact limits of the reference rate in its place: the rise found, and the chance to miss."""
        exact = proportions.clopper_pearson(self.x, self.size)
        ends = {"low": exact.lower, "used": self.rate, "high": exact.upper}
        out = {}
        for end, rate in ends.items():
            found = self._three(self.size, self.size, rate)
            out |= {f"{key}.{end}": self._concluded(key, found[key]) for key in ("rise", "miss")}
        return Results(out)

    def if_lost(self, lost: OpenSplits) -> Results:
        """The sizes of every split in their place: best, as used, worst for each conclusion."""
        found = [self._three(a, b, self.rate) for a, b, _ in lost.splits]
        used, out = self._three(self.size, self.size, self.rate), {}
        for key in used:
            order = sorted((f[key] for f in found), key=_last_if_none)
            ends = {"low": order[0], "used": used[key], "high": order[-1]}
            out |= {f"{key}.{end}": self._concluded(key, e) for end, e in ends.items()}
        return Results(out)

    def _three(self, n1: int, n2: int, rate: float) -> dict[str, Estimate]:
        everybody = power.power_proportions_fisher(1.0, rate, n1, n2)
        return {
            "mean": power.detectable_difference_mean(n1, n2, sd=1.0),
            "rise": in_points(power.detectable_difference_proportion(n1, n2, rate)),
            "miss": missed(everybody),
        }

    def _concluded(self, key: str, found: Estimate) -> Result:
        words, unit, digits = {
            "mean": ("Difference in a mean found with 80% power", "SD", 2),
            "rise": ("Rise of response found with 80% power (Fisher)", POINTS, 1),
            "miss": ("Chance to miss a response of everybody", "proportion", 1),
        }[key]
        text = "none" if math.isnan(found.value) else ""
        return Result(found, self.about(parameter=words, unit=unit, digits=digits, text=text))


def two_arms(split: Split) -> Arms:
    """Two arms of the size of the split's second arm, with its responders."""
    return Arms(split.base.study, split.sizes[1], split.responders[1])


def in_points(found: Estimate) -> Estimate:
    """A share as percentage points."""
    parts = {part: 100 * getattr(found, part) for part in ("value", "lower", "upper")}
    return replace(found, **parts)


def missed(found: Estimate) -> Estimate:
    """The chance that a test misses, from its power."""
    return replace(found, statistic="type II error", value=1 - found.value, lower=NAN, upper=NAN)


def _last_if_none(found: Estimate) -> float:
    return math.inf if math.isnan(found.value) else found.value
