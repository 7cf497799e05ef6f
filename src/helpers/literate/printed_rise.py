"""Two printed medians and the word "all" in, what they settle about a rise and what they leave open out.

No patient is drawn: signs are counted, data sets searched through exactly, and what another treatment
may have brought is taken away as a curve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pandas as pd

from helpers.analyse import monotone_rise, paired, threshold_crossing
from helpers.analyse.estimate import NAN, Estimate
from helpers.assumptions import assume
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.possible.paired import PairedRange, attainable_paired
from helpers.possible.rises import fewest_rises
from helpers.rounding import per_cent

OPEN = 5000  # cells/µL: no count is higher; "nothing bounds the counts"
STATISTICS = {"hodges-lehmann": "hl", "hodges-lehmann lower": "lower", "mean change": "mean"}
MONTH = 365 / 12  # days
FAST = 16 * 7 / MONTH  # months: the first phase of `art-cd4-pace` ends at week 16
BIAS = "bias analysis"
LATER = {1: "the last only", 2: "two, half-way and last", 3: "three, equally spaced"}
BEGAN = {"with the first infusion": 0.0, "two months before": 2.0,
         "sixteen weeks before, or earlier": FAST}  # fmt: skip


@dataclass(frozen=True)
class PrintedRise:
    """A rise of which a report prints both medians, for `n` patients."""

    report: Report
    role: str

    @property
    def n(self) -> int:
        """Patients enrolled."""
        return int(self.report.values("enrolled")[0])

    @property
    def medians(self) -> tuple[str, str]:
        """Both medians as printed."""
        first, last = self.report.values(f"{self.role}-rise")
        return str(first), str(last)

    def printed(self) -> Results:
        """Both medians: reported."""
        found = self.report.printed(f"{self.role}-rise", "First", "Last")
        return Results({k: Result(_with_n(r.estimate, self.n), r.about) for k, r in found.items()},
                       caption=found.caption)  # fmt: skip

    def difference(self) -> Result:
        """The last median minus the first: not the median of the differences."""
        return self._derived(medians_apart, self.gap, statistic="difference of medians",
                             method="difference of printed medians", digits=1)  # fmt: skip

    @property
    def gap(self) -> float:
        """`difference` as a number."""
        return medians_apart(self.medians)

    def all_rose(self) -> Result:
        """The sign test of a rise in every patient."""
        about = self._about("Patients whose CD4 count rose", unit="proportion", digits=0)
        return Result(paired.sign_test([1] * self.n), about)

    def fewest(self, most: float = OPEN) -> Result:
        """The fewest patients who can have risen, if nobody began above `most`."""
        found = fewest_rises(n=self.n, medians=self.medians, before=(0, int(most)), after=(0, OPEN))
        return self._derived(fewest_rises, found.fewest, method="exact enumeration", digits=0,
                             statistic="fewest rises", unit="patients",
                             what=f"{self._name}, at first <= {most:g}")  # fmt: skip

    def typical(self, start: float, end: float) -> Results:
        """The range of the typical rise, of the lower end of its interval and of the mean rise.

        Over all data with both medians in which every count rises, none above `start` at first and
        none above `end` at last.
        """
        allowed = self._allowed(start, end)
        out = {}
        for name, key in STATISTICS.items():
            found = allowed[name]
            span = made(attainable_paired, NAN, statistic=f"range of {name}", n=self.n,
                        lower=found.low, upper=found.high, method="exact enumeration")  # fmt: skip
            what = f"{self._name}: at most {start:g} at the start, {end:g} at the end"
            out[key] = Result(span, self._about(what, digits=1))
        return Results(out)

    def by_bounds(self, tried: tuple) -> Results:
        """`typical` under each pair of bounds (rows with start and end)."""
        out: dict[str, Result] = {}
        for row in tried:
            found = self.typical(row["start"], row["end"])
            out |= dict(found.under(f"{row['start']:g}-{row['end']:g}"))
        return Results(out)

    def witnesses(self, start: float, end: float) -> Results:
        """The typical rise of the two data sets at the ends of its range, and their ratio."""
        out = {}
        for name, pairs in self.data_sets(start, end).items():
            found = paired.hodges_lehmann(pairs["last"] - pairs["first"])
            what = f"{self._name}, data set with the {name} typical rise"
            out[name] = Result(found, self._about(what, digits=1))
        times = out["largest"].value / out["smallest"].value
        out["times"] = self._derived(
            attainable_paired, times, method="ratio", digits=1, unit="",
            statistic="largest over smallest typical rise",
        )  # fmt: skip
        return Results(out)

    def data_sets(self, start: float, end: float) -> dict[str, pd.DataFrame]:
        """Those data sets: one row a patient, columns first and last."""
        span = self._allowed(start, end)["hodges-lehmann"]
        both = {"smallest": span.witness_low, "largest": span.witness_high}
        return {k: pd.DataFrame({"first": v[0], "last": v[1]}) for k, v in both.items()}

    def _allowed(self, start: float, end: float) -> dict[str, PairedRange]:
        return _attainable(self.n, self.medians, int(start), int(end))

    # --- what rests on an assumption -----------------------------------------------------------

    def levels(self, later: int, pace: float) -> np.ndarray:
        """A course from the first median to the last at `later` readings after the first."""
        first, last = map(float, self.medians)
        days = np.linspace(0, MONTH * self.report.values("follow-up")[0], later + 1)
        gained = 1 - np.exp(-days / pace)
        return first + (last - first) * gained / gained[-1]

    def monotone_rise(self, noise, pace: float) -> Results:
        """Probability that all patients rise at every later reading, by how many and the noise."""
        out = {}
        for later, words in LATER.items():
            for key, cv in (("low", noise.low), ("mid", noise.value), ("high", noise.high)):
                found = monotone_rise.rising_probability(
                    self.levels(later, pace), cv=cv, patients=self.n
                )
                about = self._about(f"CV {per_cent(cv, 1)}", unit="proportion", visit=words, digits=1,
                                    text="< 0.1%" if found.value < 0.001 else "")  # fmt: skip
                out[f"{later}.{key}"] = Result(found, about)
        return Results(out)

    def left(self, gain, typical: Result) -> Results:
        """What a gain that ART alone would have brought leaves: by the medians, for the typical."""
        out = {}
        for key, art in (("low", gain.low), ("mid", gain.value), ("high", gain.high)):
            what = f"{self._name}, if ART alone brings {art:g}"
            out[f"medians.{key}"] = self._derived(
                left_after, left_after(self.gap, art), method=BIAS, statistic="rise left, by medians",
                digits=0, what=what,
            )  # fmt: skip
            ends = (typical.estimate.lower, typical.estimate.upper)
            low, high = (left_after(x, art) for x in ends)
            span = made(left_after, NAN, lower=low, upper=high, n=self.n, method=BIAS,
                        statistic="rise left, range")  # fmt: skip
            out[f"typical.{key}"] = Result(span, self._about(what, digits=0))
        return Results(out)

    def curve(self, typical: Result) -> pd.DataFrame:
        """What is left over the gain on ART: gain, value (by medians), lower, upper."""
        gain = np.arange(0, 451, 25.0)
        return pd.DataFrame({"gain": gain, "value": self.gap - gain,
                             "lower": typical.estimate.lower - gain,
                             "upper": typical.estimate.upper - gain})  # fmt: skip

    def art_begun(self, pace: tuple[float, float]) -> Results:
        """What a year on ART brings at a published pace, and leaves, by when ART began."""
        months, out = self.report.values("follow-up")[0], {}
        for words, before in BEGAN.items():
            brought = gain_by_pace(pace, months=months, begun=before)
            about = {"what": words, "digits": 0}
            out[f"{before:.0f}.gain"] = self._derived(
                gain_by_pace, brought, method="two-phase pace", statistic="gain of a year on ART",
                **about,
            )  # fmt: skip
            out[f"{before:.0f}.left"] = self._derived(
                left_after, left_after(self.gap, brought), method=BIAS,
                statistic="left of the difference of medians", **about,
            )  # fmt: skip
        return Results(out)

    def behind(self, noise) -> Results:
        """The highest true count that a reading at the first median leaves plausible (97.5%)."""
        out = {}
        for key, cv in (("low", noise.low), ("mid", noise.value), ("high", noise.high)):
            value = highest_behind(float(self.medians[0]), cv=cv)
            out[key] = self._derived(
                highest_behind, value, method="log-normal within-person error", digits=0,
                statistic="upper limit",
                what=f"True CD4 count behind the printed median, CV {per_cent(cv, 1)}",
            )  # fmt: skip
        return Results(out)

    @property
    def _name(self) -> str:
        return f"{self.role.upper()}+ T cells"

    def _about(self, what: str = "", *, unit: str = "cells/µL", **more) -> About:
        return About(study=self.report.id, parameter=what or self._name, unit=unit, **more)

    def _derived(
        self, function, value, *, method, statistic, what="", unit="cells/µL", digits=None
    ) -> Result:
        found = made(function, value, statistic=statistic, method=method, n=self.n)
        return Result(found, self._about(what, unit=unit, digits=digits))


def medians_apart(medians: tuple[str, str]) -> float:
    """The second printed median minus the first."""
    first, last = map(float, medians)
    return last - first


def left_after(rise: float, gain: float) -> float:
    """What is left of a rise if `gain` of it would have come anyway; same unit, may be below zero."""
    return rise - gain


def gain_by_pace(pace: tuple[float, float], *, months: float, begun: float) -> float:
    """What `months` on ART bring that began `begun` months before (at most `FAST`), in cells/µL.

    `pace`: cells/µL a month in the first sixteen weeks, and after them.
    """
    fast, slow = pace
    quick = FAST - begun
    return fast * quick + slow * (months - quick)


def highest_behind(count: float, *, cv: float) -> float:
    """The true count below which 97.5% lie that show this reading; log-normal within-person error."""
    return count * math.exp(1.96 * threshold_crossing.log_sd(cv))


def printed_rise(report: Report, role: str) -> PrintedRise:
    """The rise of "cd4" or "cd8" as a report prints it."""
    return PrintedRise(report, role)


def bounds() -> tuple[float, float]:
    """The highest counts at the start and at the end that we allow (`aait-cd4-bounds`)."""
    start, end = assume("aait-cd4-bounds").value
    return start, end


@cache
def _attainable(n: int, medians: tuple[str, str], start: int, end: int) -> dict[str, PairedRange]:
    return attainable_paired(n=n, medians=medians, before=(0, start), after=(0, end))


def _with_n(estimate: Estimate, n: int) -> Estimate:
    return replace(estimate, n=n)
